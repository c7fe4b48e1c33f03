//! Exponential mean of closes.

use super::bar::Bar;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period};
use super::smooth::Exponential;
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;

pub const EMA: Entry = Entry {
    name: "ema",
    group: "bar",
    what: "exponential mean of closes",
    formula: "m ← m + (C − m) × 2 / (period + 1); m starts as the mean of the first `period` closes",
    parameters: &[period("20")],
    outputs: &["ema"],
    warmup: "`period` bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "TA-Lib EMA",
    new: |params, _| {
        let mean = Exponential::new(params.whole("period", Some(20), 1..=MAX_WINDOW)?);
        Ok(built(mean))
    },
};

impl Indicator<1> for Exponential {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        [self.push(bar.price(bar.close)).unwrap_or(f64::NAN)]
    }

    fn need(&self) -> Need {
        bars(self.period())
    }
}
