//! Moments of everything since the start.

use super::moments::Moments;
use super::two_stacks::{Fold, Total};
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// Samples that are summed up before they join the others.
const BLOCK: f64 = 4096.0;

/// By blocks: n samples cost n/4096 + 4096 roundings in a row at most, not n. The pivot is the first sample.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expanding {
    whole: Moments,
    block: Moments,
    pivot: f64,
}

impl Expanding {
    pub fn push(&mut self, x: f64) {
        if self.whole.count + self.block.count == 0.0 {
            self.pivot = x;
        }
        self.block = Moments::merge(self.block, Moments::of(x, self.pivot));
        if self.block.count == BLOCK {
            self.whole = Moments::merge(self.whole, self.block);
            self.block = Moments::default();
        }
    }

    #[must_use]
    pub fn total(&self) -> Total<Moments> {
        let fold = match self.block.count == 0.0 {
            true => self.whole,
            false => Moments::merge(self.whole, self.block),
        };
        Total { fold, pivot: self.pivot }
    }

    pub fn save(&self, w: &mut StateWriter) {
        for part in [self.whole, self.block] {
            for v in [part.count, part.mean, part.m2] {
                w.f64(v);
            }
        }
        w.f64(self.pivot);
    }

    /// # Errors
    /// `E_STATE`.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        for part in [&mut self.whole, &mut self.block] {
            *part = Moments { count: r.f64()?, mean: r.f64()?, m2: r.f64()? };
        }
        self.pivot = r.f64()?;
        Ok(())
    }
}
