//! Kyle's lambda: what a unit of signed volume moves the mid by.

use super::print::Print;
use crate::error::CoreError;
use crate::features::book::{double_mid, touch, unit};
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Sample, Tick};
use crate::features::window::{Extent, IntegerSums};
use crate::state::{StateReader, StateWriter};

/// Larger samples have no exact sum of products over the longest window.
const LARGEST: i128 = 1 << 53;

pub const KYLE_LAMBDA: Entry = Entry {
    name: "kyle_lambda",
    group: "trade",
    what: "slope of the mid's change on signed volume, from tick to tick of its clock: price impact of a unit of quantity",
    formula: "with intercept Σ(x − x̄)(y − ȳ) / Σ(x − x̄)², without Σxy / Σx²; x is Vb − Vs, y is ΔM between two ticks",
    parameters: &[
        Parameter {
            name: "window",
            kind: Extent::KIND,
            values: Extent::VALUES,
            default: "",
            what: "ticks, or time, over which the slope is taken",
        },
        Parameter {
            name: "intercept",
            kind: "word",
            values: "yes, no",
            default: "yes",
            what: "whether the line may miss the origin",
        },
    ],
    outputs: &["kyle_lambda"],
    warmup: "`window` ticks behind the first one, or that time since the second one, with a mid at each; a tick without a \
             mid starts anew, as does one of 2⁵³ units or more; null where signed volume does not vary",
    closed: "right",
    clock: ClockUse::Ticks,
    inputs: (0, 0),
    reads_events: true,
    of_book: true,
    source: "Kyle, Continuous auctions and insider trading, Econometrica 53, 1985; López de Prado, Advances in Financial \
             Machine Learning, chapter 19",
    new: |params, setup| {
        let extent = Extent::take(params, "window", 2)?;
        let intercept = params.word("intercept", Some("yes"), &["yes", "no"])? == "yes";
        let instrument = setup.instrument;
        // Changes are in halves of price units.
        let unit = unit(instrument.quantity_scale) / (2.0 * unit(instrument.price_scale));
        let sums = IntegerSums::new(extent);
        let kernel = Kyle { sums, extent, intercept, unit, volume: 0, mid: None, before: None };
        Ok(Built::shallow(kernel))
    },
};

struct Kyle {
    /// x, y, xy, xx.
    sums: IntegerSums<4>,
    extent: Extent,
    intercept: bool,
    unit: f64,
    /// Signed volume since the last tick.
    volume: i128,
    /// Twice the mid after the last event, and at the last tick.
    mid: Option<i128>,
    before: Option<i128>,
}

impl Kyle {
    /// None where x does not vary, or the window's products are beyond 128 bits.
    fn slope(&self, now: i64) -> Option<f64> {
        let count = self.sums.len_at(now) as i128;
        let [x, y, xy, xx] = self.sums.sums_at(now);
        let (along, across) = if self.intercept {
            let about = |product: i128, a: i128, b: i128| {
                count.checked_mul(product)?.checked_sub(a.checked_mul(b)?)
            };
            (about(xx, x, x)?, about(xy, x, y)?)
        } else {
            (xx, xy)
        };
        (along > 0).then(|| across as f64 / along as f64 * self.unit)
    }
}

impl Feature for Kyle {
    fn on_event(&mut self, tick: &Tick<'_>) {
        if let Some(print) = Print::of(tick.event) {
            self.volume += print.signed();
        }
        self.mid = touch(tick.market).map(|(bid, ask)| double_mid(bid, ask));
    }

    fn on_sample(&mut self, sample: &Sample<'_>) {
        let x = std::mem::take(&mut self.volume);
        let before = std::mem::replace(&mut self.before, self.mid);
        let change = self.mid.zip(before).map(|(mid, before)| mid - before);
        match change.filter(|y| x.abs() < LARGEST && y.abs() < LARGEST) {
            Some(y) => self.sums.push(sample.time, [x, y, x * y, x * x]),
            None => self.sums.clear(),
        }
    }

    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        if !self.sums.is_whole(now.time) {
            return f64::NAN;
        }
        self.slope(now.time).unwrap_or(f64::NAN)
    }

    fn need(&self) -> Need {
        self.extent.need(1)
    }

    fn reset(&mut self) {
        self.sums.clear();
        (self.volume, self.mid, self.before) = (0, None, None);
    }

    fn save(&self, w: &mut StateWriter) {
        self.sums.save(w);
        w.i128(self.volume);
        for mid in [self.mid, self.before] {
            w.u8(u8::from(mid.is_some()));
            w.i128(mid.unwrap_or(0));
        }
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.sums.restore(r)?;
        self.volume = r.i128()?;
        for mid in [&mut self.mid, &mut self.before] {
            let at = r.position();
            let (known, value) = (r.u8()?, r.i128()?);
            // Twice a mid is the sum of two prices.
            let is_mid = i128::from(i64::MIN) * 2 <= value && value <= i128::from(i64::MAX) * 2;
            if known > 1 || !is_mid || (known == 0 && value != 0) {
                let seen = format!("a mid with flag {known} and value {value}");
                return Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")));
            }
            *mid = (known == 1).then_some(value);
        }
        Ok(())
    }
}
