//! Order-flow imbalance at each of the best ten levels.

use super::flow::{Ladder, Step};
use super::mid::unit;
use super::ofi::WINDOW;
use super::touch::touch;
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::features::window::{Extent, IntegerSums};
use crate::state::{StateReader, StateWriter};

/// Levels that are told apart.
pub const LEVELS: usize = 10;

pub const MLOFI: Entry = Entry {
    name: "mlofi",
    group: "book",
    what: "order-flow imbalance at each of the best ten levels by rank; a new best price shifts all ranks, so that \
           large values deep in the book are real",
    formula: "as `ofi`, of the levels of each rank; a level that is not there has the worst price and no quantity",
    parameters: &[WINDOW],
    outputs: &["ofi1", "ofi2", "ofi3", "ofi4", "ofi5", "ofi6", "ofi7", "ofi8", "ofi9", "ofi10"],
    warmup: "`window` events of the book behind its first one, or that time since the second one, with both sides \
             there all along; null while they cross or lock",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: true,
    source: "Xu, Gould, Howison, Multi-level order-flow imbalance in a limit order book, arXiv:1907.06230",
    new: |params, setup| {
        let extent = Extent::take(params, "window", 1)?;
        let kernel = Mlofi {
            ladder: Ladder::new(),
            sums: IntegerSums::new(extent),
            extent,
            unit: unit(setup.instrument.quantity_scale),
        };
        Ok(Built { kernel: Box::new(kernel), depth: LEVELS })
    },
};

struct Mlofi {
    ladder: Ladder<LEVELS>,
    sums: IntegerSums<LEVELS>,
    extent: Extent,
    unit: f64,
}

impl Feature for Mlofi {
    fn on_event(&mut self, tick: &Tick<'_>) {
        match self.ladder.take(tick) {
            Step::None => self.sums.expire(tick.time),
            Step::Lost => self.sums.clear(),
            Step::Flows([bids, asks]) => {
                let net = std::array::from_fn(|rank| bids[rank].net() - asks[rank].net());
                self.sums.push(tick.time, net);
            }
        }
    }

    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        if touch(now.market).is_none() || !self.sums.is_whole(now.time) {
            return f64::NAN;
        }
        self.sums.sums_at(now.time)[output] as f64 / self.unit
    }

    fn need(&self) -> Need {
        self.extent.need(1)
    }

    fn reset(&mut self) {
        self.ladder.clear();
        self.sums.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.ladder.save(w);
        self.sums.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.ladder.restore(r)?;
        self.sums.restore(r)
    }
}
