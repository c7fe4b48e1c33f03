//! Wilder's mean of closes.

use super::bar::Bar;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period};
use super::smooth::Wilder;
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;

pub const WILDER: Entry = Entry {
    name: "wilder",
    group: "bar",
    what: "Wilder's mean of closes",
    formula: "m ← (m (period − 1) + C) / period; m starts as the mean of the first `period` closes",
    parameters: &[period("14")],
    outputs: &["wilder"],
    warmup: "`period` bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Wilder, New Concepts in Technical Trading Systems, 1978",
    new: |params, _| {
        let mean = Wilder::new(params.whole("period", Some(14), 1..=MAX_WINDOW)?);
        Ok(built(mean))
    },
};

impl Indicator<1> for Wilder {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        [self.push(bar.price(bar.close)).unwrap_or(f64::NAN)]
    }

    fn need(&self) -> Need {
        bars(self.period())
    }
}
