//! Two columns over one window: correlation and slope.

use super::change::{Change, Kind, TAKEN};
use super::column::{NULLS, Statistic, WINDOW, of_columns};
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry};
use crate::features::kernel::Need;
use crate::features::params::Params;
use crate::features::window::{CoMoments, Extent, Total, Window};
use crate::state::{StateReader, StateWriter};

pub const CORRELATION: Entry = Entry {
    name: "correlation",
    group: "series",
    what: "Pearson's correlation of two columns. Pairs are what both columns say at a tick of the clock; how old a foreign instrument's value may be is for its age column to tell",
    formula: "Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² Σ (y − ȳ)²)",
    parameters: &[WINDOW, TAKEN, NULLS],
    outputs: &["correlation"],
    warmup: "a whole window of pairs, one sample more where changes are taken; null where a column does not vary",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (2, 2),
    reads_events: false,
    of_book: false,
    source: "pandas rolling(window).corr",
    new: |params, _| pair(params, Total::<CoMoments>::correlation),
};

pub const BETA: Entry = Entry {
    name: "beta",
    what: "slope of the first column on the second one, with an intercept. Pairs are what both columns say at a tick of the clock; how old a foreign instrument's value may be is for its age column to tell",
    formula: "Σ (x − x̄)(y − ȳ) / Σ (y − ȳ)², x the first column, y the second",
    outputs: &["beta"],
    source: "least squares; Sharpe 1964",
    new: |params, _| pair(params, |total| total.slope()),
    ..CORRELATION
};

fn pair(params: &mut Params, answer: fn(&Total<CoMoments>) -> f64) -> Result<Built, CoreError> {
    let extent = Extent::take(params, "window", 2)?;
    let kind = Kind::take(params)?;
    let changes = [Change::new(kind, 1), Change::new(kind, 1)];
    of_columns(params, Pair { changes, window: Window::new(extent), extent, answer })
}

struct Pair {
    changes: [Change; 2],
    /// Of (second column, first column): slopes are those of the first one.
    window: Window<CoMoments>,
    extent: Extent,
    answer: fn(&Total<CoMoments>) -> f64,
}

impl Statistic for Pair {
    fn push(&mut self, time: i64, x: &[f64]) -> f64 {
        let first = self.changes[0].push(time, x[0]);
        let second = self.changes[1].push(time, x[1]);
        if !(first.is_finite() && second.is_finite()) {
            self.window.clear();
            return f64::NAN;
        }
        self.window.push(time, [second, first]);
        if self.window.is_whole(time) { (self.answer)(&self.window.total()) } else { f64::NAN }
    }

    fn need(&self) -> Need {
        self.extent.need(self.changes[0].delay())
    }

    fn clear(&mut self) {
        self.changes.iter_mut().for_each(Change::clear);
        self.window.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.changes.iter().for_each(|change| change.save(w));
        self.window.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        for change in &mut self.changes {
            change.restore(r)?;
        }
        self.window.restore(r)
    }
}
