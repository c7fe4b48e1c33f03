//! Order-book imbalance.

use crate::book::Side;
use crate::event::Entry as Level;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature};
use crate::features::top::MAX_DEPTH;

pub const OBI: Entry = Entry {
    name: "obi",
    group: "book",
    what: "imbalance of the quantities at the best levels, from -1 (sellers) to 1 (buyers)",
    formula: "(ΣQb − ΣQa) / (ΣQb + ΣQa) over the best `depth` levels; fewer levels: those there are",
    parameters: &[Parameter {
        name: "depth",
        kind: "whole",
        values: "1 to 50",
        default: "10",
        what: "levels a side",
    }],
    outputs: &["obi"],
    warmup: "a joined book with both sides",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Gould and Bonart, Queue Imbalance as a One-Tick-Ahead Price Predictor, arXiv:1512.03492",
    new: |params, _| {
        let depth = params.whole("depth", Some(10), 1..=MAX_DEPTH as u64)? as usize;
        Ok(Built { kernel: Box::new(Obi { depth }), depth })
    },
};

struct Obi {
    depth: usize,
}

impl Feature for Obi {
    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        let sum = |side: Side| -> i128 {
            let levels = now.tops.side(side);
            levels.iter().take(self.depth).map(|l: &Level| i128::from(l.quantity)).sum()
        };
        let (bids, asks) = (sum(Side::Bid), sum(Side::Ask));
        // One division of exact integers; a side that is empty says nothing about the other.
        if bids == 0 || asks == 0 { f64::NAN } else { (bids - asks) as f64 / (bids + asks) as f64 }
    }
}
