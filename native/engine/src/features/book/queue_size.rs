//! Quantities at one level.

use super::mid::unit;
use crate::book::Side;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature};
use crate::features::top::MAX_DEPTH;

pub const QUEUE_SIZE: Entry = Entry {
    name: "queue_size",
    group: "book",
    what: "quantity at a level of the bids and of the asks",
    formula: "Qb_level, Qa_level",
    parameters: &[Parameter {
        name: "level",
        kind: "whole",
        values: "1 to 50",
        default: "1",
        what: "rank of the level, the best being 1",
    }],
    outputs: &["bid", "ask"],
    warmup: "a joined book that has such a level on that side",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook",
    new: |params, setup| {
        let level = params.whole("level", Some(1), 1..=MAX_DEPTH as u64)? as usize;
        let kernel = QueueSize { place: level - 1, unit: unit(setup.instrument.quantity_scale) };
        Ok(Built { kernel: Box::new(kernel), depth: level })
    },
};

struct QueueSize {
    place: usize,
    unit: f64,
}

impl Feature for QueueSize {
    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        let level = now.tops.side(Side::BOTH[output]).get(self.place);
        level.map_or(f64::NAN, |level| level.quantity as f64 / self.unit)
    }
}
