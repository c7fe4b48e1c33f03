//! Series from outside of markets: sentiment, macro data, on-chain figures.

use super::values::{SECOND, restore, save, told};
use crate::error::CoreError;
use crate::event::kind;
use crate::features::book::unit;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::state::{StateReader, StateWriter};

/// Values of an event at most.
const MOST: u64 = 16;

pub const EXTERNAL: Entry = Entry {
    name: "external",
    group: "derivative",
    what: "the last value of an external series, which is an instrument of its own (name it in `instrument`), and the \
           seconds since it arrived. A value that was not told leaves the last one, which grows old",
    formula: "x; t − t(x); the value is null once it is older than `stale`",
    parameters: &[
        Parameter {
            name: "stale",
            kind: "duration",
            values: "1ns to 400d",
            default: "",
            what: "age up to which a value is one",
        },
        Parameter {
            name: "place",
            kind: "whole",
            values: "0 to 15",
            default: "0",
            what: "which of the event's values",
        },
    ],
    outputs: &["value", "age"],
    warmup: "one value; the book's resets change nothing",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: false,
    source: "events `external` (docs/architecture.md): values at the series' price scale, quantity 1, or 0 where not told",
    new: |params, setup| {
        let stale = params.duration("stale", None)?;
        let place = params.whole("place", Some(0), 0..=MOST - 1)? as usize;
        let unit = unit(setup.instrument.price_scale);
        Ok(Built::shallow(External { stale, place, unit, last: None, time: None }))
    },
};

struct External {
    stale: i64,
    place: usize,
    unit: f64,
    last: Option<i64>,
    /// Of its arrival: what came late was not known before.
    time: Option<i64>,
}

impl Feature for External {
    fn on_event(&mut self, tick: &Tick<'_>) {
        let is_told = tick.event.header.kind == kind::EXTERNAL;
        if let Some(value) = told(tick.event, self.place).filter(|_| is_told) {
            (self.last, self.time) = (Some(value), Some(tick.time));
        }
    }

    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        let (Some(last), Some(time)) = (self.last, self.time) else { return f64::NAN };
        let age = now.time.saturating_sub(time);
        match output {
            0 if age > self.stale => f64::NAN,
            0 => last as f64 / self.unit,
            _ => age as f64 / SECOND,
        }
    }

    fn need(&self) -> Need {
        Need { samples: 1, span: 0 }
    }

    fn reset(&mut self) {
        (self.last, self.time) = (None, None);
    }

    fn save(&self, w: &mut StateWriter) {
        save(w, self.last);
        save(w, self.time);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        (self.last, self.time) = (restore(r)?, restore(r)?);
        Ok(())
    }
}
