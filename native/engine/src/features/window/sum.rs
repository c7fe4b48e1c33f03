//! Sums of reals in twice the precision.

use super::two_stacks::{Fold, Total};

/// A sum and what rounding took from it: their exact sum is right to about 2⁻¹⁰⁶ of the sum of magnitudes,
/// so that cancellation does not show. (Joldes, Muller, Popescu 2017, "AccurateDWPlusDW".)
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    pub high: f64,
    pub low: f64,
    pub count: f64,
}

impl Sum {
    #[must_use]
    pub fn plus(self, x: f64) -> Self {
        Self::merge(self, Self { high: x, low: 0.0, count: 1.0 })
    }
}

/// a + b rounded, and what the rounding took. (Knuth)
#[must_use]
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// The same where |a| is not below |b|, or a is 0. (Dekker)
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

impl Fold for Sum {
    type Item = f64;

    fn of(item: f64, _: f64) -> Self {
        Self { high: item, low: 0.0, count: 1.0 }
    }

    fn merge(older: Self, newer: Self) -> Self {
        let (sum, lost) = two_sum(older.high, newer.high);
        let (low, last) = two_sum(older.low, newer.low);
        let (sum, lost) = fast_two_sum(sum, lost + low);
        let (high, low) = fast_two_sum(sum, lost + last);
        Self { high, low, count: older.count + newer.count }
    }
}

impl Total<Sum> {
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.fold.high
    }

    /// NaN without samples.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.fold.count > 0.0 { self.fold.high / self.fold.count } else { f64::NAN }
    }
}
