//! Amihud's illiquidity.

use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Sample};
use crate::features::window::{Extent, Sum, Window};
use crate::state::{StateReader, StateWriter};

pub const AMIHUD: Entry = Entry {
    name: "amihud",
    group: "trade",
    what: "illiquidity: mean of a bar's absolute return by its turnover; beside it, how many bars had no volume and were \
           left out since the start",
    formula: "mean of |ln(C / C′)| / (C·V) over the last `window` bars that have volume; ′ is the bar before",
    parameters: &[Parameter {
        name: "window",
        kind: "whole",
        values: "1 to 1000000",
        default: "20",
        what: "bars in the mean",
    }],
    outputs: &["amihud", "skipped"],
    warmup: "`window` bars with volume behind the first bar; of `skipped`, nothing",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Amihud, Illiquidity and stock returns, J. Financial Markets 5, 2002",
    new: |params, _| {
        let count = params.whole("window", Some(20), 1..=1_000_000)? as usize;
        let extent = Extent::Count(count);
        Ok(Built::shallow(Amihud {
            terms: Window::new(extent),
            extent,
            close: f64::NAN,
            skipped: 0,
        }))
    },
};

struct Amihud {
    terms: Window<Sum>,
    extent: Extent,
    /// Of the bar before; NaN without one.
    close: f64,
    skipped: u64,
}

impl Feature for Amihud {
    fn on_sample(&mut self, sample: &Sample<'_>) {
        let Some(bar) = sample.bar else { return };
        let close = bar.price(bar.close);
        let before = std::mem::replace(&mut self.close, close);
        if before.is_nan() {
            return;
        }
        let term = libm::log1p((close - before) / before).abs() / (close * bar.volume);
        // Prices that are not positive have no returns.
        if bar.volume > 0.0 && close > 0.0 && before > 0.0 && term.is_finite() {
            self.terms.push(sample.time, term);
        } else {
            self.skipped += 1;
        }
    }

    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        match output {
            0 if self.terms.is_whole(now.time) => self.terms.total().mean(),
            0 => f64::NAN,
            _ => self.skipped as f64,
        }
    }

    fn need(&self) -> Need {
        self.extent.need(1)
    }

    fn reset(&mut self) {
        self.terms.clear();
        self.close = f64::NAN;
    }

    fn save(&self, w: &mut StateWriter) {
        self.terms.save(w);
        w.f64(self.close);
        w.u64(self.skipped);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.terms.restore(r)?;
        let at = r.position();
        (self.close, self.skipped) = (r.f64()?, r.u64()?);
        if self.close.is_infinite() {
            let seen = format!("amihud: a close of {}", self.close);
            return Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")));
        }
        Ok(())
    }
}
