//! Imbalance of what rests on several venues together.

use crate::features::catalogue::{Built, ClockUse, Entry};
use crate::features::graph::MAX_INPUTS;
use crate::features::kernel::{Context, Feature};

pub const VENUE_IMBALANCE: Entry = Entry {
    name: "venue_imbalance",
    group: "book",
    what: "imbalance of liquidity across venues, from -1 (sellers) to 1 (buyers): of pairs of columns bid, ask, bid, \
           ask …, such as `depth` of several instruments",
    formula: "(ΣBᵢ − ΣAᵢ) / (ΣBᵢ + ΣAᵢ)",
    parameters: &[],
    outputs: &["venue_imbalance"],
    warmup: "all columns that it reads have values, none is negative and not all are 0",
    closed: "right",
    clock: ClockUse::None,
    inputs: (2, MAX_INPUTS),
    reads_events: false,
    of_book: false,
    source: "order-book imbalance, summed over venues",
    new: |params, setup| {
        if setup.inputs % 2 == 1 {
            return params.bad("of", "must be pairs of columns: bid, ask");
        }
        Ok(Built::shallow(VenueImbalance))
    },
};

struct VenueImbalance;

impl Feature for VenueImbalance {
    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        let (mut bids, mut asks) = (0.0, 0.0);
        for pair in now.inputs.chunks_exact(2) {
            // Null, or no quantity: a venue less would be another number.
            if !(pair[0] >= 0.0 && pair[1] >= 0.0) {
                return f64::NAN;
            }
            (bids, asks) = (bids + pair[0], asks + pair[1]);
        }
        (bids - asks) / (bids + asks)
    }
}
