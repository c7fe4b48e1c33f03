//! Recursive means, seeded as TA-Lib seeds them and in its order of operations: parity to the last bit
//! counts more here than shorter sums, since differences of means pass through zero.

use super::indicator::{State, state_of};
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// A mean that starts as the plain one of the first `period` values.
struct Seeded {
    period: u64,
    seen: u64,
    /// Sum of the values, then their mean.
    mean: f64,
}

/// Exponential mean, α = 2 / (period + 1).
pub struct Exponential(Seeded);

/// Wilder's mean, α = 1 / period.
pub struct Wilder(Seeded);

state_of!(Exponential: 0);
state_of!(Wilder: 0);

impl Seeded {
    /// Takes a value; `step` leads from mean to mean.
    fn push(&mut self, x: f64, step: impl FnOnce(f64) -> f64) -> Option<f64> {
        if self.seen == self.period {
            self.mean = step(self.mean);
            return Some(self.mean);
        }
        self.seen += 1;
        self.mean += x;
        if self.seen == self.period {
            self.mean /= self.period as f64;
        }
        self.mean()
    }

    fn mean(&self) -> Option<f64> {
        (self.seen == self.period).then_some(self.mean)
    }
}

impl State for Seeded {
    fn reset(&mut self) {
        (self.seen, self.mean) = (0, 0.0);
    }

    fn save(&self, w: &mut StateWriter) {
        w.u64(self.seen);
        w.f64(self.mean);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        (self.seen, self.mean) = (r.u64()?, r.f64()?);
        if self.seen > self.period {
            let seen = format!("{} values in a mean seeded by {}", self.seen, self.period);
            return Err(CoreError::new("E_STATE", seen));
        }
        Ok(())
    }
}

impl Exponential {
    pub fn new(period: u64) -> Self {
        Self(Seeded { period, seen: 0, mean: 0.0 })
    }

    pub fn period(&self) -> u64 {
        self.0.period
    }

    /// Takes a value; gives the mean from value `period` on.
    pub fn push(&mut self, x: f64) -> Option<f64> {
        let alpha = 2.0 / (self.0.period + 1) as f64;
        self.0.push(x, |mean| (x - mean) * alpha + mean)
    }
}

impl Wilder {
    pub fn new(period: u64) -> Self {
        Self(Seeded { period, seen: 0, mean: 0.0 })
    }

    pub fn period(&self) -> u64 {
        self.0.period
    }

    /// Takes a value; gives the mean from value `period` on.
    pub fn push(&mut self, x: f64) -> Option<f64> {
        let (period, rest) = (self.0.period as f64, (self.0.period - 1) as f64);
        self.0.push(x, |mean| (mean * rest + x) / period)
    }

    /// The mean as it stands.
    pub fn mean(&self) -> Option<f64> {
        self.0.mean()
    }
}
