//! Average true range.

use super::bar::Bar;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period, ratio, state_of};
use super::smooth::Wilder;
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;

pub const ATR: Entry = Entry {
    name: "atr",
    group: "bar",
    what: "average true range; `part` is a part of the close",
    formula: "Wilder's mean of max(H − L, |H − C₋₁|, |L − C₋₁|); part = atr / C",
    parameters: &[period("14")],
    outputs: &["atr", "part"],
    warmup: "`period` + 1 bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Wilder 1978; TA-Lib ATR",
    new: |params, _| {
        let mean = Wilder::new(params.whole("period", Some(14), 1..=MAX_WINDOW)?);
        Ok(built(Atr { previous: None, mean }))
    },
};

struct Atr {
    /// Close, price units.
    previous: Option<i64>,
    mean: Wilder,
}

state_of!(Atr: previous, mean);

/// The range of a bar and the close before it.
pub fn true_range(high: f64, low: f64, before: f64) -> f64 {
    (high - low).max((high - before).abs()).max((low - before).abs())
}

impl Indicator<2> for Atr {
    fn bar(&mut self, bar: &Bar) -> [f64; 2] {
        let Some(before) = self.previous.replace(bar.close) else { return [f64::NAN; 2] };
        let range = true_range(bar.price(bar.high), bar.price(bar.low), bar.price(before));
        match self.mean.push(range) {
            Some(mean) => [mean, ratio(mean, bar.price(bar.close))],
            None => [f64::NAN; 2],
        }
    }

    fn need(&self) -> Need {
        bars(self.mean.period() + 1)
    }
}
