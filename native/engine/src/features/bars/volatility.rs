//! Standard deviation of returns.

use super::bar::Bar;
use super::change::{Close, KIND, kind_of};
use super::indicator::{Indicator, MAX_WINDOW, State, bars, built, period_from_two, state_of};
use super::window::{Moments, Rolling};
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;

pub const VOLATILITY: Entry = Entry {
    name: "volatility",
    group: "bar",
    what: "standard deviation of the returns of bars, of one bar (not annualised)",
    formula: "σ of the last `period` returns, of the sample",
    parameters: &[period_from_two("20"), KIND],
    outputs: &["volatility"],
    warmup: "`period` + 1 bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook",
    new: |params, _| {
        let returns = Rolling::new(params.whole("period", Some(20), 2..=MAX_WINDOW)?);
        Ok(built(Volatility { close: Close::new(kind_of(params)?), returns }))
    },
};

struct Volatility {
    close: Close,
    returns: Rolling<Moments, 1>,
}

state_of!(Volatility: close, returns);

impl Indicator<1> for Volatility {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        match self.close.push(bar.close) {
            Some(change) if change.is_finite() => self.returns.push([change]),
            // A void return: no window reaches over it.
            Some(_) => self.returns.reset(),
            None => {}
        }
        [self.returns.all().map_or(f64::NAN, |all| all.sample_sd())]
    }

    fn need(&self) -> Need {
        bars(self.returns.size() + 1)
    }
}
