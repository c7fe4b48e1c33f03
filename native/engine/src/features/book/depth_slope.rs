//! How fast the book fills with the distance from the mid.

use super::mid::unit;
use super::touch::{double_mid, touch};
use crate::book::Side;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature};
use crate::features::top::MAX_DEPTH;

pub const DEPTH_SLOPE: Entry = Entry {
    name: "depth_slope",
    group: "book",
    what: "quantity that a price's step away from the mid adds to what rests up to there; its inverse is the impact of \
           a walk through the book",
    formula: "ΣdᵢCᵢ / Σdᵢ² over the best `depth` levels, those there are; dᵢ = |Pᵢ − M|, Cᵢ = Q₁ + … + Qᵢ: least \
              squares through the mid",
    parameters: &[Parameter {
        name: "depth",
        kind: "whole",
        values: "1 to 50",
        default: "10",
        what: "levels a side",
    }],
    outputs: &["bid", "ask"],
    warmup: "a joined book with both sides, not crossed or locked",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "after Næs and Skjeltorp, Order book characteristics and the volume-volatility relation, J. Financial \
             Markets 9, 2006, in plain units in place of logarithms",
    new: |params, setup| {
        let depth = params.whole("depth", Some(10), 1..=MAX_DEPTH as u64)? as usize;
        let instrument = setup.instrument;
        // Distances are in halves of price units.
        let unit = 2.0 * unit(instrument.price_scale) / unit(instrument.quantity_scale);
        Ok(Built { kernel: Box::new(DepthSlope { depth, unit }), depth })
    },
};

struct DepthSlope {
    depth: usize,
    unit: f64,
}

impl DepthSlope {
    /// None too where a sum is beyond 128 bits.
    fn slope(&self, side: Side, now: &Context<'_>) -> Option<f64> {
        let (bid, ask) = touch(now.market)?;
        let middle = double_mid(bid, ask);
        let (mut resting, mut products, mut squares) = (0_i128, 0_i128, 0_i128);
        for level in now.tops.side(side).iter().take(self.depth) {
            let distance = (2 * i128::from(level.price) - middle).abs();
            resting += i128::from(level.quantity);
            products = products.checked_add(distance.checked_mul(resting)?)?;
            squares = squares.checked_add(distance.checked_mul(distance)?)?;
        }
        (squares > 0).then(|| products as f64 / squares as f64 * self.unit)
    }
}

impl Feature for DepthSlope {
    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        self.slope(Side::BOTH[output], now).unwrap_or(f64::NAN)
    }
}
