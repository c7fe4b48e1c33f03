//! The last closes, and their exact sum.

use super::indicator::State;
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};
use std::collections::VecDeque;

/// As many closes as the window is long, price units.
pub struct Closes {
    size: usize,
    values: VecDeque<i64>,
    sum: i128,
}

impl Closes {
    pub fn new(size: u64) -> Self {
        Self { size: size as usize, values: VecDeque::with_capacity(size as usize), sum: 0 }
    }

    pub fn size(&self) -> u64 {
        self.size as u64
    }

    /// Takes a close; gives the one `size` bars before it.
    pub fn push(&mut self, close: i64) -> Option<i64> {
        let oldest = if self.values.len() == self.size { self.values.pop_front() } else { None };
        self.values.push_back(close);
        self.sum += i128::from(close) - i128::from(oldest.unwrap_or(0));
        oldest
    }

    /// The sum of a full window.
    pub fn sum(&self) -> Option<i128> {
        (self.values.len() == self.size).then_some(self.sum)
    }
}

impl State for Closes {
    fn reset(&mut self) {
        self.values.clear();
        self.sum = 0;
    }

    fn save(&self, w: &mut StateWriter) {
        w.u64(self.values.len() as u64);
        self.values.iter().for_each(|v| w.i64(*v));
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.reset();
        let count = r.u64()?;
        if count > self.size() {
            return Err(CoreError::new(
                "E_STATE",
                format!("{count} closes in a window of {}", self.size),
            ));
        }
        for _ in 0..count {
            let close = r.i64()?;
            self.push(close);
        }
        Ok(())
    }
}
