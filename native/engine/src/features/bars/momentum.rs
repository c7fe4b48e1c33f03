//! Momentum.

use super::bar::Bar;
use super::closes::Closes;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period, state_of};
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;

pub const MOMENTUM: Entry = Entry {
    name: "momentum",
    group: "bar",
    what: "change of the close over so many bars, price",
    formula: "C − C₋ₙ, n = `period`",
    parameters: &[period("10")],
    outputs: &["momentum"],
    warmup: "`period` + 1 bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "TA-Lib MOM",
    new: |params, _| {
        let closes = Closes::new(params.whole("period", Some(10), 1..=MAX_WINDOW)?);
        Ok(built(Momentum { closes }))
    },
};

struct Momentum {
    closes: Closes,
}

state_of!(Momentum: closes);

impl Indicator<1> for Momentum {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        let change = |before: i64| (i128::from(bar.close) - i128::from(before)) as f64;
        let before = self.closes.push(bar.close);
        [before.map_or(f64::NAN, |before| change(before) / bar.price_unit)]
    }

    fn need(&self) -> Need {
        bars(self.closes.size() + 1)
    }
}
