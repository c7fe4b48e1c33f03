//! Order statistics of a window.

use super::extent::Extent;
use super::fifo::Fifo;
use super::ranked_tree::RankedTree;
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// Room that a window of time starts with, samples.
const ROOM: usize = 1024;

/// A window whose samples are also in order: O(log n) an update and an answer.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// Slots of the tree in the order of their arrival.
    slots: Fifo<u32>,
    tree: RankedTree,
}

impl Ordered {
    #[must_use]
    pub fn new(extent: Extent) -> Self {
        let room = if let Extent::Count(n) = extent { n } else { ROOM };
        Self { slots: Fifo::new(extent), tree: RankedTree::new(room) }
    }

    pub fn push(&mut self, time: i64, value: f64) {
        while let Some(slot) = self.slots.leave(time) {
            self.tree.remove(slot);
        }
        // Zeros have one sign, so that equal values are equal to the last bit.
        let slot = self.tree.insert(value + 0.0);
        self.slots.push(time, slot);
    }

    /// Lets samples leave that are too old.
    pub fn expire(&mut self, time: i64) {
        while let Some(slot) = self.slots.expire(time) {
            self.tree.remove(slot);
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.tree.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    #[must_use]
    pub fn is_whole(&self, now: i64) -> bool {
        self.slots.is_whole(now)
    }

    /// The quantile `q` in [0, 1], between two samples on the straight line (pandas, "linear"); NaN without
    /// samples.
    #[must_use]
    pub fn quantile(&self, q: f64) -> f64 {
        if self.is_empty() {
            return f64::NAN;
        }
        let place = q * (self.len() - 1) as f64;
        let below = place.floor();
        let low = self.tree.nth(below as usize);
        let part = place - below;
        if part == 0.0 {
            return low;
        }
        low + (self.tree.nth(below as usize + 1) - low) * part
    }

    /// How many samples are below `x`.
    #[must_use]
    pub fn below(&self, x: f64) -> usize {
        self.tree.below(x, false)
    }

    /// Mean rank of the samples equal to the newest one, from 1, as a share of all; NaN without samples.
    #[must_use]
    pub fn rank(&self) -> f64 {
        let Some(newest) = self.slots.newest() else { return f64::NAN };
        let x = self.tree.value(*newest);
        let (below, upto) = (self.tree.below(x, false), self.tree.below(x, true));
        (below + upto + 1) as f64 / 2.0 / self.len() as f64
    }

    pub fn clear(&mut self) {
        self.slots.clear();
        self.tree.clear();
    }

    /// Values in the order of their arrival; answers do not depend on the tree's shape.
    pub fn save(&self, w: &mut StateWriter) {
        self.slots.save_as(w, |slot| self.tree.value(slot));
    }

    /// # Errors
    /// `E_STATE`.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.clear();
        self.slots.restore_as(r, |value| self.tree.insert(value))
    }
}
