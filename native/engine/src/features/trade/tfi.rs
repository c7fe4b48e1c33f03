//! Trade-flow imbalance.

use super::print::Print;
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::features::window::{Extent, IntegerSums};
use crate::state::{StateReader, StateWriter};

pub const TFI: Entry = Entry {
    name: "tfi",
    group: "trade",
    what: "trade-flow imbalance: who aggressed, from -1 (sellers) to 1 (buyers)",
    formula: "(Vb − Vs) / V of the trades in the window; V is Vb + Vs and what trades without a told aggressor add",
    parameters: &[Parameter {
        name: "window",
        kind: Extent::KIND,
        values: Extent::VALUES,
        default: "",
        what: "trades, or time",
    }],
    outputs: &["tfi"],
    warmup: "`window` trades, or that time since the first one; null for a window of time without trades",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: false,
    source: "Cont, Kukanov, Stoikov, The price impact of order book events, arXiv:1011.6402, section 4",
    new: |params, _| {
        let extent = Extent::take(params, "window", 1)?;
        Ok(Built::shallow(Tfi { sums: IntegerSums::new(extent), extent }))
    },
};

struct Tfi {
    /// Signed, and all.
    sums: IntegerSums<2>,
    extent: Extent,
}

impl Feature for Tfi {
    fn on_event(&mut self, tick: &Tick<'_>) {
        match Print::of(tick.event) {
            Some(print) => {
                self.sums.push(tick.time, [print.signed(), i128::from(print.quantity)]);
            }
            None => self.sums.expire(tick.time),
        }
    }

    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        if !self.sums.is_whole(now.time) {
            return f64::NAN;
        }
        let [signed, all] = self.sums.sums_at(now.time);
        // 0 / 0 without volume: null.
        signed as f64 / all as f64
    }

    fn need(&self) -> Need {
        self.extent.need(0)
    }

    fn reset(&mut self) {
        self.sums.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.sums.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.sums.restore(r)
    }
}
