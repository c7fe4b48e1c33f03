//! Moments of pairs: what correlations and slopes are made of.

use super::two_stacks::{Fold, Total};

/// Of differences to a pivot, of pairs (x, y).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CoMoments {
    pub count: f64,
    pub mean_x: f64,
    pub mean_y: f64,
    pub xx: f64,
    pub xy: f64,
    pub yy: f64,
}

impl Fold for CoMoments {
    type Item = [f64; 2];

    fn of([x, y]: [f64; 2], pivot: [f64; 2]) -> Self {
        Self { count: 1.0, mean_x: x - pivot[0], mean_y: y - pivot[1], ..Self::default() }
    }

    fn merge(older: Self, newer: Self) -> Self {
        if older.count == 0.0 {
            return newer;
        }
        let count = older.count + newer.count;
        let share = newer.count / count;
        let (dx, dy) = (newer.mean_x - older.mean_x, newer.mean_y - older.mean_y);
        let weight = older.count * share;
        Self {
            count,
            mean_x: older.mean_x + dx * share,
            mean_y: older.mean_y + dy * share,
            xx: older.xx + newer.xx + dx * dx * weight,
            xy: older.xy + newer.xy + dx * dy * weight,
            yy: older.yy + newer.yy + dy * dy * weight,
        }
    }
}

impl Total<CoMoments> {
    #[must_use]
    pub fn count(&self) -> f64 {
        self.fold.count
    }

    #[must_use]
    pub fn means(&self) -> [f64; 2] {
        [self.pivot[0] + self.fold.mean_x, self.pivot[1] + self.fold.mean_y]
    }

    /// Pearson's; NaN where one side does not vary. Within [−1, 1] whatever the rounding.
    #[must_use]
    pub fn correlation(&self) -> f64 {
        let scale = self.fold.xx.sqrt() * self.fold.yy.sqrt();
        if scale > 0.0 { (self.fold.xy / scale).clamp(-1.0, 1.0) } else { f64::NAN }
    }

    /// Of y on x, with an intercept; NaN where x does not vary.
    #[must_use]
    pub fn slope(&self) -> f64 {
        if self.fold.xx > 0.0 { self.fold.xy / self.fold.xx } else { f64::NAN }
    }
}
