//! Signed distance from an exponential mean.

use super::bar::Bar;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period, ratio, state_of};
use super::smooth::Exponential;
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;

pub const EMA_DISTANCE: Entry = Entry {
    name: "ema_distance",
    group: "bar",
    what: "signed distance of the close from its exponential mean, as a part of it",
    formula: "(C − EMA) / EMA",
    parameters: &[period("200")],
    outputs: &["distance"],
    warmup: "`period` bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook; the mean is TA-Lib EMA",
    new: |params, _| {
        let mean = Exponential::new(params.whole("period", Some(200), 1..=MAX_WINDOW)?);
        Ok(built(EmaDistance { mean }))
    },
};

struct EmaDistance {
    mean: Exponential,
}

state_of!(EmaDistance: mean);

impl Indicator<1> for EmaDistance {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        let close = bar.price(bar.close);
        [self.mean.push(close).map_or(f64::NAN, |mean| ratio(close - mean, mean))]
    }

    fn need(&self) -> Need {
        bars(self.mean.period())
    }
}
