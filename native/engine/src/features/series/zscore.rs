//! How far a sample stands from its window's mean, in standard deviations.

use super::column::{NULLS, Statistic, WINDOW, number, of_columns};
use crate::error::CoreError;
use crate::features::catalogue::{ClockUse, Entry, Parameter};
use crate::features::kernel::Need;
use crate::features::window::{Expanding, Extent, Moments, Total, Window};
use crate::state::{StateReader, StateWriter};

/// In the column's unit: scale columns whose deviation is not far above it.
const EPSILON: Parameter = Parameter {
    name: "epsilon",
    kind: "real",
    values: "0 to 1",
    default: "1e-8",
    what: "added to the deviation, in the column's unit",
};

pub const ZSCORE: Entry = Entry {
    name: "zscore",
    group: "series",
    what: "distance from the window's mean, in standard deviations",
    formula: "(x − x̄) / (s + epsilon), s² = Σ (x − x̄)² / (n − 1)",
    parameters: &[
        WINDOW,
        EPSILON,
        Parameter {
            name: "newest",
            kind: "word",
            values: "include, exclude",
            default: "include",
            what: "whether the sample counts in the window that it is compared with",
        },
        NULLS,
    ],
    outputs: &["zscore"],
    warmup: "a whole window: N samples (N + 1 without the newest), or W since the first one",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, 1),
    reads_events: false,
    of_book: false,
    source: "pandas rolling(window) mean and std; Chan, Golub, LeVeque 1983",
    new: |params, _| {
        let extent = Extent::take(params, "window", 2)?;
        let epsilon = number(params, "epsilon", Some(1e-8), (0.0, 1.0))?;
        let excludes =
            params.word("newest", Some("include"), &["include", "exclude"])? == "exclude";
        of_columns(params, Zscore { window: Window::new(extent), extent, epsilon, excludes })
    },
};

pub const EXPANDING_ZSCORE: Entry = Entry {
    name: "expanding_zscore",
    what: "distance from the mean of all samples so far, in standard deviations",
    formula: "(x − x̄) / (s + epsilon) over all samples since the start, this one among them",
    parameters: &[
        Parameter {
            name: "min_samples",
            kind: "whole",
            values: "2 to 1000000",
            default: "2",
            what: "samples before the first value",
        },
        Parameter { default: "0", ..EPSILON },
        NULLS,
    ],
    outputs: &["zscore"],
    warmup: "`min_samples` samples",
    source: "pandas expanding() mean and std",
    new: |params, _| {
        let least = params.whole("min_samples", Some(2), 2..=1_000_000)?;
        let epsilon = number(params, "epsilon", Some(0.0), (0.0, 1.0))?;
        of_columns(params, ExpandingZscore { all: Expanding::default(), least, epsilon })
    },
    ..ZSCORE
};

/// Null where the deviation and epsilon are 0.
fn score(total: &Total<Moments>, x: f64, epsilon: f64) -> f64 {
    let scale = total.sd(1.0) + epsilon;
    if scale > 0.0 { total.deviation(x) / scale } else { f64::NAN }
}

struct Zscore {
    window: Window<Moments>,
    extent: Extent,
    epsilon: f64,
    excludes: bool,
}

impl Statistic for Zscore {
    fn push(&mut self, time: i64, x: &[f64]) -> f64 {
        let x = x[0];
        if self.excludes {
            self.window.expire(time);
            let is_warm = self.window.is_whole(time);
            let total = self.window.total();
            self.window.push(time, x);
            return if is_warm { score(&total, x, self.epsilon) } else { f64::NAN };
        }
        self.window.push(time, x);
        if !self.window.is_whole(time) {
            return f64::NAN;
        }
        score(&self.window.total(), x, self.epsilon)
    }

    fn need(&self) -> Need {
        let is_counted = matches!(self.extent, Extent::Count(_));
        self.extent.need(u64::from(self.excludes && is_counted))
    }

    fn clear(&mut self) {
        self.window.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.window.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.window.restore(r)
    }
}

struct ExpandingZscore {
    all: Expanding,
    least: u64,
    epsilon: f64,
}

impl Statistic for ExpandingZscore {
    fn push(&mut self, _: i64, x: &[f64]) -> f64 {
        self.all.push(x[0]);
        let total = self.all.total();
        if total.count() < self.least as f64 {
            return f64::NAN;
        }
        score(&total, x[0], self.epsilon)
    }

    fn need(&self) -> Need {
        Need { samples: self.least, span: 0 }
    }

    fn clear(&mut self) {
        self.all = Expanding::default();
    }

    fn save(&self, w: &mut StateWriter) {
        self.all.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.all.restore(r)
    }
}
