//! Rate of change.

use super::bar::Bar;
use super::closes::Closes;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period, ratio, state_of};
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;

pub const ROC: Entry = Entry {
    name: "roc",
    group: "bar",
    what: "change of the close over so many bars, as a part of the close before",
    formula: "(C − C₋ₙ) / C₋ₙ, n = `period`; null where C₋ₙ is 0",
    parameters: &[period("10")],
    outputs: &["roc"],
    warmup: "`period` + 1 bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "TA-Lib ROCP (ROC is 100 times it)",
    new: |params, _| {
        let closes = Closes::new(params.whole("period", Some(10), 1..=MAX_WINDOW)?);
        Ok(built(Roc { closes }))
    },
};

struct Roc {
    closes: Closes,
}

state_of!(Roc: closes);

impl Indicator<1> for Roc {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        let change = |before: i64| (i128::from(bar.close) - i128::from(before)) as f64;
        let before = self.closes.push(bar.close);
        [before.map_or(f64::NAN, |before| ratio(change(before), before as f64))]
    }

    fn need(&self) -> Need {
        bars(self.closes.size() + 1)
    }
}
