//! Order-flow imbalances of the best levels in one number.

use super::flow::{Ladder, Step};
use super::mlofi::LEVELS;
use super::ofi::WINDOW;
use super::touch::touch;
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::features::params::Params;
use crate::features::window::{Extent, IntegerSums};
use crate::state::{StateReader, StateWriter};

/// Flows by rank, then what rested on these ranks.
const SUMS: usize = LEVELS + 1;

pub const INTEGRATED_OFI: Entry = Entry {
    name: "integrated_ofi",
    group: "book",
    what: "order-flow imbalances of the best levels, each divided by the mean depth, weighted and summed; it has no unit",
    formula: "Σwₘ·OFIₘ / Q with Σ|wₘ| = 1; Q is the mean over the window's events and the M levels of (Qbₘ + Qaₘ) / 2",
    parameters: &[
        WINDOW,
        Parameter {
            name: "weights",
            kind: "list of reals",
            values: "1 to 10 numbers, not all 0",
            default: "ten equal ones",
            what: "first principal component of the flows, level 1 first; normalised to Σ|w| = 1, its sign is kept",
        },
    ],
    outputs: &["integrated_ofi"],
    warmup: "`window` events of the book behind its first one, or that time since the second one, with both sides \
             there all along; null while they cross or lock, and for a window of time without events",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: true,
    source: "Cont, Cucuringu, Zhang, Cross-impact of order flow imbalance in equity markets, arXiv:2112.13213",
    new: |params, _| {
        let extent = Extent::take(params, "window", 1)?;
        let weights = weights(params)?;
        let depth = weights.len();
        let kernel = IntegratedOfi {
            ladder: Ladder::new(),
            sums: IntegerSums::new(extent),
            extent,
            weights,
        };
        Ok(Built { kernel: Box::new(kernel), depth })
    },
};

fn weights(params: &mut Params) -> Result<Vec<f64>, CoreError> {
    let Some(written) = params.raw("weights") else { return Ok(vec![1.0 / LEVELS as f64; LEVELS]) };
    let list = written.as_array();
    let numbers = list.and_then(|l| l.iter().map(serde_json::Value::as_f64).collect());
    let numbers: Vec<f64> = numbers.unwrap_or_default();
    let total = numbers.iter().fold(0.0, |sum, w| sum + w.abs());
    if numbers.len() > LEVELS || !(total > 0.0 && total.is_finite()) {
        return params.bad("weights", "must be 1 to 10 numbers, not all of them 0");
    }
    Ok(numbers.iter().map(|w| w / total).collect())
}

struct IntegratedOfi {
    ladder: Ladder<LEVELS>,
    sums: IntegerSums<SUMS>,
    extent: Extent,
    weights: Vec<f64>,
}

impl Feature for IntegratedOfi {
    fn on_event(&mut self, tick: &Tick<'_>) {
        match self.ladder.take(tick) {
            Step::None => self.sums.expire(tick.time),
            Step::Lost => self.sums.clear(),
            Step::Flows([bids, asks]) => {
                let mut item = [0; SUMS];
                for (rank, sum) in item.iter_mut().take(self.weights.len()).enumerate() {
                    *sum = bids[rank].net() - asks[rank].net();
                }
                item[LEVELS] = self.ladder.resting(self.weights.len());
                self.sums.push(tick.time, item);
            }
        }
    }

    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        if touch(now.market).is_none() || !self.sums.is_whole(now.time) {
            return f64::NAN;
        }
        let sums = self.sums.sums_at(now.time);
        let terms = self.weights.iter().zip(sums).map(|(w, flow)| w * flow as f64);
        let flow = terms.fold(0.0, |sum, term| sum + term);
        // Both sides of each level of each event.
        let places = 2.0 * self.weights.len() as f64 * self.sums.len_at(now.time) as f64;
        // 0 / 0 where a window of time holds no event: null.
        flow * places / sums[LEVELS] as f64
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
