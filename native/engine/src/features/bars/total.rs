//! A sum without end.

use super::indicator::state_of;
use super::window::two_sum;

/// A sum that keeps what each addition rounds away (Neumaier 1974): it does not drift.
#[derive(Default)]
pub struct Total {
    sum: f64,
    low: f64,
}

state_of!(Total: sum, low);

impl Total {
    pub fn add(&mut self, x: f64) {
        let (sum, lost) = two_sum(self.sum, x);
        self.sum = sum;
        self.low += lost;
    }

    pub fn value(&self) -> f64 {
        self.sum + self.low
    }
}
