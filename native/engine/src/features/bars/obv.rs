//! On-balance volume.

use super::bar::Bar;
use super::indicator::{Indicator, bars, built, state_of};
use super::total::Total;
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;
use std::cmp::Ordering;

pub const OBV: Entry = Entry {
    name: "obv",
    group: "bar",
    what: "volume of bars that close higher less that of bars that close lower, since the first bar",
    formula: "starts with V; + V where C > C₋₁, − V where C < C₋₁",
    parameters: &[],
    outputs: &["obv"],
    warmup: "1 bar",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Granville; TA-Lib OBV",
    new: |_, _| Ok(built(Obv { previous: None, total: Total::default() })),
};

struct Obv {
    /// Close, price units.
    previous: Option<i64>,
    total: Total,
}

state_of!(Obv: previous, total);

impl Indicator<1> for Obv {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        match self.previous.replace(bar.close).map(|before| bar.close.cmp(&before)) {
            None | Some(Ordering::Greater) => self.total.add(bar.volume),
            Some(Ordering::Less) => self.total.add(-bar.volume),
            Some(Ordering::Equal) => {}
        }
        [self.total.value()]
    }

    fn need(&self) -> Need {
        bars(1)
    }
}
