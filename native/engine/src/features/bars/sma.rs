//! Simple mean of closes.

use super::bar::Bar;
use super::closes::Closes;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period, state_of};
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;

pub const SMA: Entry = Entry {
    name: "sma",
    group: "bar",
    what: "plain mean of the last closes",
    formula: "Σ C / period, the sum exact",
    parameters: &[period("20")],
    outputs: &["sma"],
    warmup: "`period` bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "TA-Lib SMA",
    new: |params, _| {
        let closes = Closes::new(params.whole("period", Some(20), 1..=MAX_WINDOW)?);
        Ok(built(Sma { closes }))
    },
};

struct Sma {
    closes: Closes,
}

state_of!(Sma: closes);

impl Indicator<1> for Sma {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        self.closes.push(bar.close);
        let count = self.closes.size() as f64;
        let mean = |sum: i128| sum as f64 / (count * bar.price_unit);
        [self.closes.sum().map_or(f64::NAN, mean)]
    }

    fn need(&self) -> Need {
        bars(self.closes.size())
    }
}
