//! Recursive means, seeded as TA-Lib seeds them and in its order of operations: parity to the last bit
//! counts more here than shorter sums, since differences of means pass through zero.

use super::indicator::state_of;

/// Exponential mean, α = 2 / (period + 1); starts with the plain mean of the first `period` values.
pub struct Exponential {
    period: u64,
    seen: u64,
    /// Sum of the values, then their mean.
    mean: f64,
}

/// Wilder's mean, α = 1 / period; starts with the plain mean of the first `period` values.
pub struct Wilder {
    period: u64,
    seen: u64,
    mean: f64,
}

state_of!(Exponential: seen, mean);
state_of!(Wilder: seen, mean);

/// Seeds a mean; whether it has been there before this value.
fn seed(period: u64, seen: &mut u64, mean: &mut f64, x: f64) -> bool {
    if *seen >= period {
        return true;
    }
    *seen += 1;
    *mean += x;
    if *seen == period {
        *mean /= period as f64;
    }
    false
}

impl Exponential {
    pub fn new(period: u64) -> Self {
        Self { period, seen: 0, mean: 0.0 }
    }

    pub fn period(&self) -> u64 {
        self.period
    }

    /// Takes a value; gives the mean from value `period` on.
    pub fn push(&mut self, x: f64) -> Option<f64> {
        if seed(self.period, &mut self.seen, &mut self.mean, x) {
            let alpha = 2.0 / (self.period + 1) as f64;
            self.mean += (x - self.mean) * alpha;
        }
        (self.seen == self.period).then_some(self.mean)
    }
}

impl Wilder {
    pub fn new(period: u64) -> Self {
        Self { period, seen: 0, mean: 0.0 }
    }

    pub fn period(&self) -> u64 {
        self.period
    }

    /// Takes a value; gives the mean from value `period` on.
    pub fn push(&mut self, x: f64) -> Option<f64> {
        if seed(self.period, &mut self.seen, &mut self.mean, x) {
            self.mean = (self.mean * (self.period - 1) as f64 + x) / self.period as f64;
        }
        self.mean()
    }

    /// The mean as it stands.
    pub fn mean(&self) -> Option<f64> {
        (self.seen == self.period).then_some(self.mean)
    }
}
