//! Sides guessed from the price, bucket by bucket.

use crate::error::CoreError;
use crate::features::window::{Extent, Fifo};
use crate::state::{StateReader, StateWriter};
use std::f64::consts::SQRT_2;

/// Changes of price from bucket to bucket. The deviation of all of them is in each term of the mean, so it is
/// computed anew whenever a trade has filled a bucket: O(buckets) at such a trade.
pub struct Bulk {
    /// Price units.
    changes: Fifo<i128>,
    count: usize,
    /// Last price of the last full bucket.
    last: Option<i64>,
    vpin: f64,
}

impl Bulk {
    pub fn new(count: usize) -> Self {
        Self { changes: Fifo::new(Extent::Count(count)), count, last: None, vpin: f64::NAN }
    }

    pub fn vpin(&self) -> f64 {
        self.vpin
    }

    /// A bucket is full at this price.
    pub fn close(&mut self, price: i64) {
        if let Some(last) = self.last.replace(price) {
            self.changes.leave(0);
            self.changes.push(0, i128::from(price) - i128::from(last));
        }
    }

    /// Takes the mean anew.
    pub fn settle(&mut self) {
        self.vpin = self.mean().unwrap_or(f64::NAN);
    }

    /// None until there are enough changes, where no price changes, and where squares are beyond 128 bits.
    fn mean(&self) -> Option<f64> {
        if self.changes.len() < self.count {
            return None;
        }
        let count = self.count as i128;
        let (mut sum, mut squares) = (0_i128, 0_i128);
        for change in self.changes.iter() {
            sum = sum.checked_add(*change)?;
            squares = squares.checked_add(change.checked_mul(*change)?)?;
        }
        let spread = count.checked_mul(squares)?.checked_sub(sum.checked_mul(sum)?)?;
        if spread == 0 {
            return None;
        }
        let deviation = (spread as f64 / (count * (count - 1)) as f64).sqrt();
        let terms = self.changes.iter().map(|change| one_sided(*change as f64 / deviation));
        Some(terms.fold(0.0, |sum, term| sum + term) / self.count as f64)
    }

    pub fn clear(&mut self) {
        self.changes.clear();
        (self.last, self.vpin) = (None, f64::NAN);
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u8(u8::from(self.last.is_some()));
        w.i64(self.last.unwrap_or(0));
        self.changes.save(w);
    }

    /// # Errors
    /// `E_STATE`.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let at = r.position();
        let (known, last) = (r.u8()?, r.i64()?);
        self.changes.restore(r)?;
        if known > 1 || (known == 0 && (last != 0 || !self.changes.is_empty())) {
            let seen = format!("last bucket: flag {known}, price {last}");
            return Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")));
        }
        self.last = (known == 1).then_some(last);
        self.settle();
        Ok(())
    }
}

/// |2Φ(z) − 1|: how one-sided a bucket is.
fn one_sided(z: f64) -> f64 {
    libm::erf(z / SQRT_2).abs()
}
