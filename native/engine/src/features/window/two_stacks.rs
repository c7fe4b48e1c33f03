//! Aggregates over a window by two stacks: what cannot be taken out of an aggregate is never put into one
//! that outlives it.
//!
//! The window is cut in two. Of the older part each suffix has its aggregate, so that the oldest sample
//! leaves by dropping one; the newer part has a single one. When the older part is used up, the newer one
//! becomes it, in one pass: O(1) amortised, O(n) at that sample. Nothing is subtracted, so nothing lingers: an
//! outlier is gone when it leaves, and no error outlives two windows.
//!
//! Aggregates are taken of differences to a pivot, which is the newest sample at the moment of that pass, so
//! it is *in the window* until the next one (while nothing has left, the first sample is). Hence
//! |mean − pivot| ≤ √n · σ whatever the offset, which bounds the loss by cancellation: re-anchoring needs no
//! test. (Tangwongsan, Hirzel, Schneider, arXiv:2009.13768; merges after Chan, Golub, LeVeque 1983.)

use super::extent::Extent;
use super::fifo::Fifo;
use super::item::Item;
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// An aggregate of samples that two adjoining parts of a window merge into one.
pub trait Fold: Copy + Default + Send {
    type Item: Item;

    /// Of one sample, as a difference to the pivot where that matters.
    fn of(item: Self::Item, pivot: Self::Item) -> Self;

    /// Of both; the default is the aggregate of nothing.
    #[must_use]
    fn merge(older: Self, newer: Self) -> Self;
}

/// An aggregate and the pivot that it is relative to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total<F: Fold> {
    pub fold: F,
    pub pivot: F::Item,
}

/// A window with its aggregate.
#[derive(Clone, Debug)]
pub struct Window<F: Fold> {
    samples: Fifo<F::Item>,
    /// Aggregates of the older part's suffixes; the last one is of all of it.
    suffixes: Vec<F>,
    /// Of the newer part.
    newer: F,
    pivot: F::Item,
}

impl<F: Fold> Window<F> {
    #[must_use]
    pub fn new(extent: Extent) -> Self {
        let samples = Fifo::new(extent);
        let room = if let Extent::Count(n) = extent { n } else { 0 };
        Self {
            samples,
            suffixes: Vec::with_capacity(room),
            newer: F::default(),
            pivot: F::Item::default(),
        }
    }

    #[must_use]
    pub fn samples(&self) -> &Fifo<F::Item> {
        &self.samples
    }

    #[must_use]
    pub fn is_whole(&self, now: i64) -> bool {
        self.samples.is_whole(now)
    }

    /// Adds a sample; those that it pushes out, or that are too old at its time, leave.
    pub fn push(&mut self, time: i64, item: F::Item) {
        while self.samples.leave(time).is_some() {
            self.left();
        }
        if self.samples.is_empty() {
            self.pivot = item;
        }
        self.samples.push(time, item);
        self.newer = F::merge(self.newer, F::of(item, self.pivot));
    }

    /// Lets samples leave that are too old.
    pub fn expire(&mut self, time: i64) {
        while self.samples.expire(time).is_some() {
            self.left();
        }
    }

    /// One sample has left: with the older part used up, the newer one becomes it.
    fn left(&mut self) {
        // The sample that has left was the first of the newer part only before the first pass ever.
        self.suffixes.pop();
        if self.suffixes.is_empty() {
            self.turn();
        }
    }

    fn turn(&mut self) {
        self.newer = F::default();
        self.pivot = self.samples.newest().copied().unwrap_or_default();
        self.fill(self.samples.len());
    }

    /// Suffixes of the oldest `count` samples.
    fn fill(&mut self, count: usize) {
        self.suffixes.clear();
        let mut suffix = F::default();
        for place in (0..count).rev() {
            if let Some(item) = self.samples.get(place) {
                suffix = F::merge(F::of(*item, self.pivot), suffix);
                self.suffixes.push(suffix);
            }
        }
    }

    /// Of all samples of the last update.
    #[must_use]
    pub fn total(&self) -> Total<F> {
        let older = self.suffixes.last().copied().unwrap_or_default();
        Total { fold: F::merge(older, self.newer), pivot: self.pivot }
    }

    /// Of those that are still inside at a later time. O(log n), or, once the older part has left, O(n).
    #[must_use]
    pub fn total_at(&self, now: i64) -> Total<F> {
        let outside = self.samples.outside_at(now);
        if outside == 0 {
            return self.total();
        }
        if let Some(left) = self.suffixes.len().checked_sub(outside + 1) {
            return Total { fold: F::merge(self.suffixes[left], self.newer), pivot: self.pivot };
        }
        let pivot = self.samples.newest().copied().unwrap_or_default();
        let inside = self.samples.iter().skip(outside);
        let fold = inside.fold(F::default(), |sum, item| F::merge(sum, F::of(*item, pivot)));
        Total { fold, pivot }
    }

    pub fn clear(&mut self) {
        self.samples.clear();
        self.suffixes.clear();
        self.newer = F::default();
    }

    /// Samples and where they are cut in two: aggregates and pivot follow from that, to the last bit.
    pub fn save(&self, w: &mut StateWriter) {
        self.samples.save(w);
        w.u32(self.suffixes.len() as u32);
    }

    /// # Errors
    /// `E_STATE`.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.clear();
        self.samples.restore(r)?;
        let at = r.position();
        let older = r.u32()? as usize;
        if older > self.samples.len() {
            return Err(CoreError::new("E_STATE", "a window is cut behind its end")
                .at(format!("byte {at}")));
        }
        self.pivot = self.samples.get(older.saturating_sub(1)).copied().unwrap_or_default();
        self.fill(older);
        let newer = self.samples.iter().skip(older);
        self.newer = newer.fold(F::default(), |sum, item| F::merge(sum, F::of(*item, self.pivot)));
        Ok(())
    }
}
