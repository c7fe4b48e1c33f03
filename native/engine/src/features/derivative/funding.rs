//! Funding of perpetual futures.

use super::values::{SECOND, UNIT, restore, save, told};
use crate::error::CoreError;
use crate::event::kind;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::state::{StateReader, StateWriter};

const YEAR: i64 = 365 * 86_400_000_000_000;

pub const FUNDING: Entry = Entry {
    name: "funding",
    group: "derivative",
    what: "the last funding rate told, as a share of the position a funding interval; the same for a year; seconds until \
           it is paid next; the predicted rate behind it. Longs pay where it is above 0",
    formula: "rate; rate · 365 d / interval; next − t, null where no next time was told and once it is past",
    parameters: &[Parameter {
        name: "interval",
        kind: "duration",
        values: "1ns to 400d",
        default: "8h",
        what: "time for which the venue's rate is: 8h on most, 1h on hyperliquid",
    }],
    outputs: &["rate", "annual", "seconds_to_next", "predicted"],
    warmup: "one rate; the book's resets change nothing",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: false,
    source: "events `funding` (docs/venues): rate at 10⁻⁸, then the predicted one, aux the next time, ns",
    new: |params, _| {
        let interval = params.duration("interval", Some(28_800_000_000_000))?;
        let a_year = YEAR as f64 / interval as f64;
        Ok(Built::shallow(Funding { a_year, rate: None, predicted: None, next: None }))
    },
};

struct Funding {
    /// Intervals in a year.
    a_year: f64,
    rate: Option<i64>,
    predicted: Option<i64>,
    /// ns.
    next: Option<i64>,
}

impl Feature for Funding {
    fn on_event(&mut self, tick: &Tick<'_>) {
        let header = tick.event.header;
        // A rate that was not told leaves the last one in force.
        if header.kind != kind::FUNDING || told(tick.event, 0).is_none() {
            return;
        }
        self.rate = told(tick.event, 0);
        self.predicted = told(tick.event, 1);
        self.next = i64::try_from(header.aux).ok().filter(|next| *next > 0);
    }

    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        let of = |rate: Option<i64>| rate.map_or(f64::NAN, |rate| rate as f64 / UNIT);
        match output {
            0 => of(self.rate),
            1 => of(self.rate) * self.a_year,
            2 => {
                let next = self.next.filter(|next| *next >= now.time);
                next.map_or(f64::NAN, |next| next.saturating_sub(now.time) as f64 / SECOND)
            }
            _ => of(self.predicted),
        }
    }

    fn need(&self) -> Need {
        Need { samples: 1, span: 0 }
    }

    fn reset(&mut self) {
        (self.rate, self.predicted, self.next) = (None, None, None);
    }

    fn save(&self, w: &mut StateWriter) {
        [self.rate, self.predicted, self.next].into_iter().for_each(|value| save(w, value));
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        (self.rate, self.predicted, self.next) = (restore(r)?, restore(r)?, restore(r)?);
        Ok(())
    }
}
