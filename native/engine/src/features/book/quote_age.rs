//! How long the touch has stood.

use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry};
use crate::features::kernel::{Context, Feature, Tick};
use crate::state::{StateReader, StateWriter};

const SECOND: f64 = 1e9;

pub const QUOTE_AGE: Entry = Entry {
    name: "quote_age",
    group: "book",
    what: "seconds since a best price or its quantity changed",
    formula: "t − t(last change of Pb, Qb, Pa or Qa)",
    parameters: &[],
    outputs: &["quote_age"],
    warmup: "a joined book with both sides",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: true,
    source: "textbook",
    new: |_, _| Ok(Built::shallow(QuoteAge { since: None })),
};

struct QuoteAge {
    since: Option<i64>,
}

impl Feature for QuoteAge {
    fn on_event(&mut self, tick: &Tick<'_>) {
        if !tick.market.joined {
            self.since = None;
        } else if tick.market.touch_changed || self.since.is_none() {
            self.since = Some(tick.time);
        }
    }

    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        match (self.since, now.market.bid, now.market.ask) {
            (Some(since), Some(_), Some(_)) => {
                now.time.saturating_sub(since).max(0) as f64 / SECOND
            }
            _ => f64::NAN,
        }
    }

    fn reset(&mut self) {
        self.since = None;
    }

    fn save(&self, w: &mut StateWriter) {
        w.u8(u8::from(self.since.is_some()));
        w.i64(self.since.unwrap_or(0));
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let at = r.position();
        self.since = match (r.u8()?, r.i64()?) {
            (0, 0) => None,
            (1, since) => Some(since),
            (known, since) => {
                let seen = format!("quote age: flag {known}, time {since}");
                return Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")));
            }
        };
        Ok(())
    }
}
