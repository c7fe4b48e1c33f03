//! How fast quantity comes to the touch and leaves it.

use super::flow::{Ladder, Step};
use super::mid::unit;
use super::touch::touch;
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::features::window::{Extent, IntegerSums};
use crate::state::{StateReader, StateWriter};

const SECOND: f64 = 1e9;

pub const QUEUE_RATES: Entry = Entry {
    name: "queue_rates",
    group: "book",
    what: "quantity a second that comes to the best bid and ask and that leaves them, by cancels or trades",
    formula: "Σadds / W, Σremoves / W; a better price adds its quantity, a worse one removes that of the old, at one \
              price the difference counts: (bid_adds − bid_removes − ask_adds + ask_removes)·W = `ofi`",
    parameters: &[Parameter {
        name: "window",
        kind: "duration",
        values: "1ns to 400d",
        default: "",
        what: "time over which flows are summed",
    }],
    outputs: &["bid_adds", "bid_removes", "ask_adds", "ask_removes"],
    warmup: "`window` since the second event of a book that had both sides all along; null while they cross or lock",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: true,
    source: "Cont, Stoikov, Talreja, A stochastic model for order book dynamics, Operations Research 58, 2010",
    new: |params, setup| {
        let window = params.duration("window", None)?;
        let kernel = QueueRates {
            ladder: Ladder::new(),
            sums: IntegerSums::new(Extent::Time(window)),
            window,
            unit: unit(setup.instrument.quantity_scale),
        };
        Ok(Built { kernel: Box::new(kernel), depth: 1 })
    },
};

struct QueueRates {
    ladder: Ladder<1>,
    sums: IntegerSums<4>,
    window: i64,
    unit: f64,
}

impl Feature for QueueRates {
    fn on_event(&mut self, tick: &Tick<'_>) {
        match self.ladder.take(tick) {
            Step::None => self.sums.expire(tick.time),
            Step::Lost => self.sums.clear(),
            Step::Flows([[bid], [ask]]) => {
                let item = [bid.adds, bid.removes, ask.adds, ask.removes].map(i128::from);
                self.sums.push(tick.time, item);
            }
        }
    }

    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        if touch(now.market).is_none() || !self.sums.is_whole(now.time) {
            return f64::NAN;
        }
        self.sums.sums_at(now.time)[output] as f64 / self.unit * SECOND / self.window as f64
    }

    fn need(&self) -> Need {
        Need { samples: 0, span: self.window }
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
