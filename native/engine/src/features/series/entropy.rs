//! Shannon entropy of a window's histogram.

use super::column::{NULLS, Rolling, WINDOW, of_columns};
use crate::features::catalogue::{ClockUse, Entry, Parameter};
use crate::features::window::{Extent, Ordered};

pub const ENTROPY: Entry = Entry {
    name: "entropy",
    group: "series",
    what: "Shannon entropy of a window's histogram, nats: 0 where all samples are equal, at most ln(bins)",
    formula: "−Σ p ln p over `bins` bins of equal width from the least to the greatest sample; a sample on an edge counts in the bin above, the greatest in the last one",
    parameters: &[
        WINDOW,
        Parameter {
            name: "bins",
            kind: "whole",
            values: "2 to 64",
            default: "10",
            what: "bins of the histogram",
        },
        NULLS,
    ],
    outputs: &["entropy"],
    warmup: "a whole window: N samples, or W since the first one",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, 1),
    reads_events: false,
    of_book: false,
    source: "Shannon 1948; bins as numpy.histogram",
    new: |params, _| {
        let extent = Extent::take(params, "window", 2)?;
        let bins = params.whole("bins", Some(10), 2..=64)?;
        let answer = move |window: &Ordered| entropy(window, bins);
        of_columns(params, Rolling { aggregate: Ordered::new(extent), extent, answer })
    },
};

/// O(bins · log n): the samples below each edge are counted in the ordered window.
fn entropy(window: &Ordered, bins: u64) -> f64 {
    let (least, greatest) = (window.quantile(0.0), window.quantile(1.0));
    let (all, width) = (window.len() as f64, greatest - least);
    if !width.is_finite() {
        return f64::NAN;
    }
    if width == 0.0 {
        return 0.0;
    }
    let (mut below, mut sum) = (0, 0.0);
    for bin in 1..=bins {
        let edge = least + width * (bin as f64 / bins as f64);
        let upto = if bin == bins { window.len() } else { window.below(edge) };
        let share = upto.saturating_sub(below) as f64 / all;
        if share > 0.0 {
            sum -= share * libm::log(share);
        }
        below = upto;
    }
    sum
}
