//! The last trade, and how many of its side came in a row.

use super::print::Print;
use crate::error::CoreError;
use crate::features::book::unit;
use crate::features::catalogue::{Built, ClockUse, Entry};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::state::{StateReader, StateWriter};

pub const LAST_TRADE: Entry = Entry {
    name: "last_trade",
    group: "trade",
    what: "price of the last trade; side of the last aggressor told (1 buyer, -1 seller), and how many trades that side \
           has now made in a row",
    formula: "Pₙ; sₙ; sₙ · max{k: sₙ = sₙ₋₁ = … = sₙ₋ₖ₊₁} over the trades whose aggressor is told",
    parameters: &[],
    outputs: &["price", "side", "run"],
    warmup: "one trade; of side and run, one whose aggressor is told",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: false,
    source: "textbook",
    new: |_, setup| {
        let unit = unit(setup.instrument.price_scale);
        Ok(Built::shallow(LastTrade { price: None, run: 0, unit }))
    },
};

struct LastTrade {
    price: Option<i64>,
    /// Trades in a row, with the side's sign.
    run: i64,
    unit: f64,
}

impl Feature for LastTrade {
    fn on_event(&mut self, tick: &Tick<'_>) {
        let Some(print) = Print::of(tick.event) else { return };
        self.price = Some(print.price);
        let side = i64::from(print.side);
        if side != 0 {
            let goes_on = self.run.signum() == side;
            self.run = if goes_on { self.run.saturating_add(side) } else { side };
        }
    }

    fn value(&self, output: usize, _: &Context<'_>) -> f64 {
        match output {
            0 => self.price.map_or(f64::NAN, |price| price as f64 / self.unit),
            _ if self.run == 0 => f64::NAN,
            1 => self.run.signum() as f64,
            _ => self.run as f64,
        }
    }

    fn need(&self) -> Need {
        Need { samples: 1, span: 0 }
    }

    fn reset(&mut self) {
        (self.price, self.run) = (None, 0);
    }

    fn save(&self, w: &mut StateWriter) {
        w.u8(u8::from(self.price.is_some()));
        w.i64(self.price.unwrap_or(0));
        w.i64(self.run);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let at = r.position();
        let (known, price, run) = (r.u8()?, r.i64()?, r.i64()?);
        if known > 1 || (known == 0 && (price, run) != (0, 0)) {
            let seen = format!("last trade: flag {known}, price {price}, run {run}");
            return Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")));
        }
        (self.price, self.run) = ((known == 1).then_some(price), run);
        Ok(())
    }
}
