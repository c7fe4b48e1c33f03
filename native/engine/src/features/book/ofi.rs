//! Order-flow imbalance at the touch.

use super::flow::{Ladder, Step};
use super::mid::unit;
use super::touch::touch;
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::features::window::{Extent, IntegerSums};
use crate::state::{StateReader, StateWriter};

pub const WINDOW: Parameter = Parameter {
    name: "window",
    kind: Extent::KIND,
    values: Extent::VALUES,
    default: "",
    what: "events of the book, or time, over which flows are summed",
};

pub const OFI: Entry = Entry {
    name: "ofi",
    group: "book",
    what: "order-flow imbalance: quantity that came to the best bid or left the best ask, less the opposite",
    formula: "Σe, e = Qb·1[Pb ≥ Pb′] − Qb′·1[Pb ≤ Pb′] − Qa·1[Pa ≤ Pa′] + Qa′·1[Pa ≥ Pa′]; ′ is the book's event before",
    parameters: &[WINDOW],
    outputs: &["ofi"],
    warmup: "`window` events of the book behind its first one, or that time since the second one, with both sides \
             there all along; null while they cross or lock",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: true,
    source: "Cont, Kukanov, Stoikov, The price impact of order book events, arXiv:1011.6402",
    new: |params, setup| {
        let extent = Extent::take(params, "window", 1)?;
        let kernel = Ofi {
            ladder: Ladder::new(),
            sums: IntegerSums::new(extent),
            extent,
            unit: unit(setup.instrument.quantity_scale),
        };
        Ok(Built { kernel: Box::new(kernel), depth: 1 })
    },
};

struct Ofi {
    ladder: Ladder<1>,
    sums: IntegerSums<1>,
    extent: Extent,
    unit: f64,
}

impl Feature for Ofi {
    fn on_event(&mut self, tick: &Tick<'_>) {
        match self.ladder.take(tick) {
            Step::None => self.sums.expire(tick.time),
            Step::Lost => self.sums.clear(),
            Step::Flows([[bid], [ask]]) => self.sums.push(tick.time, [bid.net() - ask.net()]),
        }
    }

    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        if touch(now.market).is_none() || !self.sums.is_whole(now.time) {
            return f64::NAN;
        }
        let [sum] = self.sums.sums_at(now.time);
        sum as f64 / self.unit
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
