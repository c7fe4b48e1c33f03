//! Open interest and how it changes.

use super::values::{only, restore, save};
use crate::error::CoreError;
use crate::event::kind;
use crate::features::book::unit;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::features::window::{Extent, IntegerSums};
use crate::state::{StateReader, StateWriter};

pub const OPEN_INTEREST: Entry = Entry {
    name: "open_interest",
    group: "derivative",
    what: "open interest in the instrument's quantity, its change over a time, and that change as a share",
    formula: "O(t); O(t) − O(t − W); (O(t) − O(t − W)) / O(t − W), where O(s) is the last one told at or before s",
    parameters: &[Parameter {
        name: "window",
        kind: "duration",
        values: "1ns to 400d",
        default: "1h",
        what: "time W over which the change is taken; its samples are kept, as many as come in it",
    }],
    outputs: &["open_interest", "change", "change_share"],
    warmup: "one event; of changes `window` since the first one, of the share an open interest above 0; the book's \
             resets change nothing",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: false,
    source: "events `open interest` (docs/architecture.md): one entry, price 0, quantity at the instrument's scale",
    new: |params, setup| {
        let window = params.duration("window", Some(3_600_000_000_000))?;
        let steps = IntegerSums::new(Extent::Time(window));
        let unit = unit(setup.instrument.quantity_scale);
        Ok(Built::shallow(OpenInterest { last: None, steps, window, unit }))
    },
};

struct OpenInterest {
    last: Option<i64>,
    /// Changes from event to event: those of a window sum up to its own.
    steps: IntegerSums<1>,
    window: i64,
    unit: f64,
}

impl Feature for OpenInterest {
    fn on_event(&mut self, tick: &Tick<'_>) {
        let is_told = tick.event.header.kind == kind::OPEN_INTEREST;
        let Some(entry) = only(tick.event).filter(|_| is_told) else { return };
        let before = self.last.replace(entry.quantity).unwrap_or(entry.quantity);
        self.steps.push(tick.time, [i128::from(entry.quantity) - i128::from(before)]);
    }

    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        let Some(last) = self.last else { return f64::NAN };
        if output == 0 {
            return last as f64 / self.unit;
        }
        if !self.steps.is_whole(now.time) {
            return f64::NAN;
        }
        let [change] = self.steps.sums_at(now.time);
        let before = i128::from(last) - change;
        match output {
            1 => change as f64 / self.unit,
            _ if before > 0 => change as f64 / before as f64,
            _ => f64::NAN,
        }
    }

    fn need(&self) -> Need {
        Need { samples: 1, span: self.window }
    }

    fn reset(&mut self) {
        self.last = None;
        self.steps.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        save(w, self.last);
        self.steps.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.last = restore(r)?;
        self.steps.restore(r)
    }
}
