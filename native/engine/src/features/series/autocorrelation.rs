//! Correlation of a column with its own past.

use super::column::{LAG, NULLS, Statistic, of_columns};
use crate::error::CoreError;
use crate::features::catalogue::{ClockUse, Entry, Parameter};
use crate::features::kernel::Need;
use crate::features::window::{CoMoments, Extent, Fifo, Moments, Window};
use crate::state::{StateReader, StateWriter};

pub const AUTOCORRELATION: Entry = Entry {
    name: "autocorrelation",
    group: "series",
    what: "correlation of the last N samples with themselves `lag` samples before; put returns in, not levels",
    formula: "full_mean: Σ (x[t] − x̄)(x[t − lag] − x̄) / Σ (x − x̄)², the mean and the lower sum over all N; pearson: correlation of the N − lag pairs",
    parameters: &[
        Parameter {
            name: "window",
            kind: "whole",
            values: "lag + 2 to 1000000",
            default: "",
            what: "samples, this one among them",
        },
        LAG,
        Parameter {
            name: "method",
            kind: "word",
            values: "full_mean, pearson",
            default: "full_mean",
            what: "the definition: they differ in the fourth digit",
        },
        NULLS,
    ],
    outputs: &["autocorrelation"],
    warmup: "N samples; null where they do not vary",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, 1),
    reads_events: false,
    of_book: false,
    source: "full_mean: Box, Jenkins 1970 (statsmodels acf); pearson: pandas Series.autocorr",
    new: |params, _| {
        let lag = params.whole("lag", Some(1), 1..=999_998)?;
        let size = params.whole("window", None, lag + 2..=1_000_000)?;
        let method = params.word("method", Some("full_mean"), &["full_mean", "pearson"])?;
        of_columns(
            params,
            Autocorrelation {
                size,
                lag,
                is_pearson: method == "pearson",
                past: Fifo::new(Extent::Count(lag as usize)),
                pairs: Window::new(Extent::Count((size - lag) as usize)),
                all: Window::new(Extent::Count(size as usize)),
            },
        )
    },
};

struct Autocorrelation {
    size: u64,
    lag: u64,
    is_pearson: bool,
    past: Fifo<f64>,
    /// (x[t − lag], x[t]).
    pairs: Window<CoMoments>,
    all: Window<Moments>,
}

impl Autocorrelation {
    /// The pairs' product about the mean of all: moved there from the pairs' own means.
    fn full_mean(&self) -> f64 {
        let (pairs, all) = (self.pairs.total(), self.all.total());
        let off = |pivot: f64, mean: f64| (pivot - all.pivot) + (mean - all.fold.mean);
        let before = off(pairs.pivot[0], pairs.fold.mean_x);
        let after = off(pairs.pivot[1], pairs.fold.mean_y);
        let product = pairs.fold.xy + pairs.count() * before * after;
        if all.fold.m2 > 0.0 { product / all.fold.m2 } else { f64::NAN }
    }
}

impl Statistic for Autocorrelation {
    fn push(&mut self, time: i64, x: &[f64]) -> f64 {
        let before = self.past.leave(time);
        self.past.push(time, x[0]);
        self.all.push(time, x[0]);
        if let Some(before) = before {
            self.pairs.push(time, [before, x[0]]);
        }
        match (self.all.is_whole(time), self.is_pearson) {
            (false, _) => f64::NAN,
            (true, true) => self.pairs.total().correlation(),
            (true, false) => self.full_mean(),
        }
    }

    fn need(&self) -> Need {
        Need { samples: self.size.max(self.lag + 2), span: 0 }
    }

    fn clear(&mut self) {
        self.past.clear();
        self.pairs.clear();
        self.all.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.past.save(w);
        self.pairs.save(w);
        self.all.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.past.restore(r)?;
        self.pairs.restore(r)?;
        self.all.restore(r)
    }
}
