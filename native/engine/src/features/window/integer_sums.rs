//! Exact sums of integers.

use super::extent::Extent;
use super::fifo::Fifo;
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// K sums over one window. Each sample keeps the sums of all up to it, so that a later time is answered by one
/// difference. These run round the integers' range unharmed: a window's own sum must fit, which samples
/// below 2¹⁰⁷ in magnitude do up to a million of them.
#[derive(Clone, Debug)]
pub struct IntegerSums<const K: usize>
where
    [i128; K]: Default,
{
    /// Sums up to each sample.
    upto: Fifo<[i128; K]>,
    /// Sums up to the last sample that has left.
    before: [i128; K],
}

impl<const K: usize> IntegerSums<K>
where
    [i128; K]: Default,
{
    #[must_use]
    pub fn new(extent: Extent) -> Self {
        Self { upto: Fifo::new(extent), before: [0; K] }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.upto.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.upto.is_empty()
    }

    #[must_use]
    pub fn is_whole(&self, now: i64) -> bool {
        self.upto.is_whole(now)
    }

    pub fn push(&mut self, time: i64, item: [i128; K]) {
        while let Some(upto) = self.upto.leave(time) {
            self.before = upto;
        }
        let last = self.upto.newest().copied().unwrap_or(self.before);
        self.upto.push(time, each(last, item, i128::wrapping_add));
    }

    /// Lets samples leave that are too old.
    pub fn expire(&mut self, time: i64) {
        while let Some(upto) = self.upto.expire(time) {
            self.before = upto;
        }
    }

    /// Of all samples of the last update.
    #[must_use]
    pub fn sums(&self) -> [i128; K] {
        let last = self.upto.newest().copied().unwrap_or(self.before);
        each(last, self.before, i128::wrapping_sub)
    }

    /// Of those that are still inside at a later time. O(log n).
    #[must_use]
    pub fn sums_at(&self, now: i64) -> [i128; K] {
        let last = self.upto.newest().copied().unwrap_or(self.before);
        each(last, self.before_at(now), i128::wrapping_sub)
    }

    /// How many are still inside at a later time.
    #[must_use]
    pub fn len_at(&self, now: i64) -> usize {
        self.upto.len() - self.upto.outside_at(now)
    }

    fn before_at(&self, now: i64) -> [i128; K] {
        let last_outside = self.upto.outside_at(now).checked_sub(1);
        last_outside.and_then(|place| self.upto.get(place)).copied().unwrap_or(self.before)
    }

    pub fn clear(&mut self) {
        self.upto.clear();
        self.before = [0; K];
    }

    /// Canonical: sums start at the window's beginning, whatever left before.
    pub fn save(&self, w: &mut StateWriter) {
        self.upto.save_as(w, |upto| each(upto, self.before, i128::wrapping_sub));
    }

    /// # Errors
    /// `E_STATE`.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.clear();
        self.upto.restore(r)
    }
}

fn each<const K: usize>(
    mut a: [i128; K],
    b: [i128; K],
    of: impl Fn(i128, i128) -> i128,
) -> [i128; K] {
    for (a, b) in a.iter_mut().zip(b) {
        *a = of(*a, b);
    }
    a
}
