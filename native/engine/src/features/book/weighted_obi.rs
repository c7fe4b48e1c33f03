//! Order-book imbalance with weights that fall with the distance from the touch.

use super::mid::unit;
use super::touch::{double_mid, touch};
use crate::book::Side;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature};
use crate::features::top::MAX_DEPTH;

pub const WEIGHTED_OBI: Entry = Entry {
    name: "weighted_obi",
    group: "book",
    what: "imbalance of weighted quantities at the best levels, from -1 (sellers) to 1 (buyers)",
    formula: "Σwᵢ(Qbᵢ − Qaᵢ) / Σwᵢ(Qbᵢ + Qaᵢ) over the best `depth` levels, those there are; w is 1/i (reciprocal), \
              exp(−lambda (i − 1)) (exponential) or exp(−|pᵢ − M| / delta) (distance)",
    parameters: &[
        Parameter {
            name: "depth",
            kind: "whole",
            values: "1 to 50",
            default: "10",
            what: "levels a side",
        },
        Parameter {
            name: "weight",
            kind: "word",
            values: "reciprocal, exponential, distance",
            default: "reciprocal",
            what: "how weights fall",
        },
        Parameter {
            name: "lambda",
            kind: "real",
            values: "above 0, at most 100; of exponential weights only",
            default: "0.5",
            what: "decay a level",
        },
        Parameter {
            name: "delta",
            kind: "real",
            values: "above 0, at most 1e12; of distance weights only, must be given",
            default: "",
            what: "distance from the mid, in the price's own unit, at which a weight has fallen to 1/e",
        },
    ],
    outputs: &["weighted_obi"],
    warmup: "a joined book with both sides; of distance weights, neither crossed nor locked",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Cao, Hansch, Wang, The information content of an open limit-order book, J. Futures Markets 29, 2009",
    new: |params, setup| {
        let depth = params.whole("depth", Some(10), 1..=MAX_DEPTH as u64)? as usize;
        let words = &["reciprocal", "exponential", "distance"];
        let weights = match params.word("weight", Some("reciprocal"), words)? {
            "reciprocal" => Weights::Rank((1..=depth).map(|i| 1.0 / i as f64).collect()),
            "exponential" => {
                let lambda = params.real("lambda", Some(0.5), (0.0, 100.0))?;
                Weights::Rank((0..depth).map(|i| libm::exp(-lambda * i as f64)).collect())
            }
            _ => {
                let delta = params.real("delta", None, (0.0, 1e12))?;
                Weights::Distance(2.0 * unit(setup.instrument.price_scale) * delta)
            }
        };
        Ok(Built { kernel: Box::new(WeightedObi { depth, weights }), depth })
    },
};

enum Weights {
    /// By rank, the best level's first.
    Rank(Vec<f64>),
    /// By distance from the mid: delta in halves of price units.
    Distance(f64),
}

struct WeightedObi {
    depth: usize,
    weights: Weights,
}

impl WeightedObi {
    fn sum(&self, side: Side, now: &Context<'_>) -> Option<f64> {
        let levels = now.tops.side(side).iter().take(self.depth);
        match &self.weights {
            Weights::Rank(weights) => {
                let terms = levels.zip(weights).map(|(level, w)| w * level.quantity as f64);
                Some(terms.fold(0.0, |sum, term| sum + term))
            }
            Weights::Distance(delta) => {
                let (bid, ask) = touch(now.market)?;
                let middle = double_mid(bid, ask);
                let terms = levels.map(|level| {
                    let distance = (2 * i128::from(level.price) - middle).abs() as f64;
                    libm::exp(-distance / delta) * level.quantity as f64
                });
                Some(terms.fold(0.0, |sum, term| sum + term))
            }
        }
    }
}

impl Feature for WeightedObi {
    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        match (self.sum(Side::Bid, now), self.sum(Side::Ask, now)) {
            // A side that is empty, or so far away that nothing is left of it, says nothing about the other.
            (Some(bids), Some(asks)) if bids > 0.0 && asks > 0.0 => (bids - asks) / (bids + asks),
            _ => f64::NAN,
        }
    }
}
