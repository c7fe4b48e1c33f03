//! Relative strength index.

use super::bar::Bar;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period_from_two, state_of};
use super::smooth::Wilder;
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;

pub const RSI: Entry = Entry {
    name: "rsi",
    group: "bar",
    what: "relative strength index: the share of gains in all moves, from 0 to 100",
    formula: "100 G / (G + L), G and L Wilder's means of gains and losses of the close; 0 where nothing ever moved",
    parameters: &[period_from_two("14")],
    outputs: &["rsi"],
    warmup: "`period` + 1 bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Wilder 1978; TA-Lib RSI",
    new: |params, _| {
        let period = params.whole("period", Some(14), 2..=MAX_WINDOW)?;
        let (gains, losses) = (Wilder::new(period), Wilder::new(period));
        Ok(built(Rsi { previous: None, gains, losses }))
    },
};

struct Rsi {
    /// Close, price units.
    previous: Option<i64>,
    gains: Wilder,
    losses: Wilder,
}

state_of!(Rsi: previous, gains, losses);

impl Indicator<1> for Rsi {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        let Some(before) = self.previous.replace(bar.close) else { return [f64::NAN] };
        // Prices first, then their difference: TA-Lib's rounding.
        let change = bar.price(bar.close) - bar.price(before);
        match (self.gains.push(change.max(0.0)), self.losses.push((-change).max(0.0))) {
            (Some(gain), Some(loss)) if gain + loss > 0.0 => [100.0 * (gain / (gain + loss))],
            (Some(_), Some(_)) => [0.0],
            _ => [f64::NAN],
        }
    }

    fn need(&self) -> Need {
        bars(self.gains.period() + 1)
    }
}
