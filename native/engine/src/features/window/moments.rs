//! Count, mean and sum of squared deviations.

use super::two_stacks::{Fold, Total};

/// Of differences to a pivot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    pub count: f64,
    /// Mean − pivot.
    pub mean: f64,
    /// Sum of squared deviations from the mean: never negative.
    pub m2: f64,
}

impl Fold for Moments {
    type Item = f64;

    fn of(item: f64, pivot: f64) -> Self {
        Self { count: 1.0, mean: item - pivot, m2: 0.0 }
    }

    fn merge(older: Self, newer: Self) -> Self {
        if older.count == 0.0 {
            return newer;
        }
        let count = older.count + newer.count;
        let share = newer.count / count;
        let delta = newer.mean - older.mean;
        Self {
            count,
            mean: older.mean + delta * share,
            m2: older.m2 + newer.m2 + delta * delta * (older.count * share),
        }
    }
}

impl Total<Moments> {
    #[must_use]
    pub fn count(&self) -> f64 {
        self.fold.count
    }

    /// NaN without samples.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.fold.count > 0.0 { self.pivot + self.fold.mean } else { f64::NAN }
    }

    /// x − mean, without the rounding of a mean that is large beside it.
    #[must_use]
    pub fn deviation(&self, x: f64) -> f64 {
        if self.fold.count > 0.0 { (x - self.pivot) - self.fold.mean } else { f64::NAN }
    }

    /// Σ(x − mean)² / (n − `ddof`); NaN for `ddof` samples or fewer.
    #[must_use]
    pub fn variance(&self, ddof: f64) -> f64 {
        let free = self.fold.count - ddof;
        if free > 0.0 { self.fold.m2 / free } else { f64::NAN }
    }

    /// Root of the variance.
    #[must_use]
    pub fn sd(&self, ddof: f64) -> f64 {
        self.variance(ddof).sqrt()
    }
}
