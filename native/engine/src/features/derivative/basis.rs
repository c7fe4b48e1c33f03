//! How far the mark price is from the index.

use super::values::{SECOND, UNIT, restore, save, told};
use crate::error::CoreError;
use crate::event::kind;
use crate::features::catalogue::{Built, ClockUse, Entry};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::state::{StateReader, StateWriter};

const BPS: f64 = 1e4;

pub const BASIS: Entry = Entry {
    name: "basis",
    group: "derivative",
    what: "mark price against index price: basis in basis points, premium as a share, difference in the price's unit; \
           the two prices, the estimated settle price, and the seconds since they were told",
    formula: "10⁴ (mark − index) / index; (mark − index) / index; mark − index, of one event; null where it does not \
              tell both or the index is not above 0",
    parameters: &[],
    outputs: &["basis", "premium", "difference", "mark", "index", "settle", "age"],
    warmup: "one mark; the book's resets change nothing",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: false,
    source: "events `mark` (docs/venues): mark, index and settle price at 10⁻⁸, each with quantity 1, or 0 where not told",
    new: |_, _| Ok(Built::shallow(Basis { prices: [None; 3], time: None })),
};

struct Basis {
    /// Mark, index and settle price.
    prices: [Option<i64>; 3],
    time: Option<i64>,
}

impl Basis {
    /// Mark less index, and the index.
    fn apart(&self) -> Option<(f64, f64)> {
        let [Some(mark), Some(index), _] = self.prices else { return None };
        let difference = i128::from(mark) - i128::from(index);
        (index > 0).then_some((difference as f64, index as f64))
    }
}

impl Feature for Basis {
    fn on_event(&mut self, tick: &Tick<'_>) {
        if tick.event.header.kind == kind::MARK {
            self.prices = [0, 1, 2].map(|place| told(tick.event, place));
            self.time = Some(tick.time);
        }
    }

    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        let apart = |of: fn(f64, f64) -> f64| self.apart().map_or(f64::NAN, |(d, i)| of(d, i));
        match output {
            0 => apart(|difference, index| difference / index * BPS),
            1 => apart(|difference, index| difference / index),
            2 => apart(|difference, _| difference / UNIT),
            6 => self.time.map_or(f64::NAN, |t| now.time.saturating_sub(t) as f64 / SECOND),
            of => self.prices[of - 3].map_or(f64::NAN, |price| price as f64 / UNIT),
        }
    }

    fn need(&self) -> Need {
        Need { samples: 1, span: 0 }
    }

    fn reset(&mut self) {
        (self.prices, self.time) = ([None; 3], None);
    }

    fn save(&self, w: &mut StateWriter) {
        self.prices.into_iter().chain([self.time]).for_each(|value| save(w, value));
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.prices = [restore(r)?, restore(r)?, restore(r)?];
        self.time = restore(r)?;
        Ok(())
    }
}
