//! The last bar itself.

use super::bar::Bar;
use super::indicator::{Indicator, State, bars, built};
use crate::error::CoreError;
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;
use crate::state::{StateReader, StateWriter};

pub const BAR: Entry = Entry {
    name: "bar",
    group: "bar",
    what: "prices and amounts of the last bar",
    formula: "first, highest, lowest, last price; Σ quantity, Σ quantity of buyers, Σ price × quantity, number of trades",
    parameters: &[],
    outputs: &["close", "open", "high", "low", "volume", "buy_volume", "notional", "trades"],
    warmup: "1 bar",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook",
    new: |_, _| Ok(built(Last)),
};

struct Last;

impl State for Last {
    fn reset(&mut self) {}

    fn save(&self, _: &mut StateWriter) {}

    fn restore(&mut self, _: &mut StateReader<'_>) -> Result<(), CoreError> {
        Ok(())
    }
}

impl Indicator<8> for Last {
    fn bar(&mut self, bar: &Bar) -> [f64; 8] {
        let [close, open, high, low] =
            [bar.close, bar.open, bar.high, bar.low].map(|units| bar.price(units));
        [close, open, high, low, bar.volume, bar.buy_volume, bar.notional, bar.trades as f64]
    }

    fn need(&self) -> Need {
        bars(1)
    }
}
