//! Least or greatest of a window, by the samples that can still become it.

use super::extent::Extent;
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};
use std::collections::VecDeque;

/// Room that a window of time starts with.
const ROOM: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Least,
    Greatest,
}

/// A sample that no later one surpasses.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// Time, or the sample's number.
    at: i64,
    value: f64,
}

/// Candidates stand in the order of their arrival, each surpassing those behind it: the first is the answer.
#[derive(Clone, Debug)]
pub struct Extreme {
    extent: Extent,
    which: Which,
    candidates: VecDeque<Candidate>,
    /// Samples since the start.
    seen: i64,
    since: Option<i64>,
}

impl Extreme {
    #[must_use]
    pub fn new(extent: Extent, which: Which) -> Self {
        let room = if let Extent::Count(n) = extent { n } else { ROOM };
        let candidates = VecDeque::with_capacity(room);
        Self { extent, which, candidates, seen: 0, since: None }
    }

    pub fn push(&mut self, time: i64, value: f64) {
        self.seen += 1;
        self.since = self.since.or(Some(time));
        let at = match self.extent {
            Extent::Count(_) => self.seen,
            Extent::Time(_) => self.candidates.back().map_or(time, |c| time.max(c.at)),
        };
        let cut = self.cut(at);
        while self.candidates.front().is_some_and(|c| c.at <= cut) {
            self.candidates.pop_front();
        }
        while self.candidates.back().is_some_and(|c| !self.surpasses(c.value, value)) {
            self.candidates.pop_back();
        }
        self.candidates.push_back(Candidate { at, value });
    }

    fn surpasses(&self, a: f64, b: f64) -> bool {
        match self.which {
            Which::Least => a < b,
            Which::Greatest => a > b,
        }
    }

    /// What is at or before it is outside.
    fn cut(&self, at: i64) -> i64 {
        match self.extent {
            Extent::Count(n) => at - n as i64,
            Extent::Time(width) => at.saturating_sub(width),
        }
    }

    /// NaN without samples.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.candidates.front().map_or(f64::NAN, |c| c.value)
    }

    /// Of the samples that are still inside at a later time. O(log n).
    #[must_use]
    pub fn value_at(&self, now: i64) -> f64 {
        let Extent::Time(_) = self.extent else { return self.value() };
        let cut = self.cut(now);
        let inside = self.candidates.partition_point(|c| c.at <= cut);
        self.candidates.get(inside).map_or(f64::NAN, |c| c.value)
    }

    #[must_use]
    pub fn is_whole(&self, now: i64) -> bool {
        match self.extent {
            Extent::Count(n) => self.seen >= n as i64,
            Extent::Time(width) => {
                self.since.is_some_and(|since| now.saturating_sub(since) >= width)
            }
        }
    }

    pub fn clear(&mut self) {
        self.candidates.clear();
        (self.seen, self.since) = (0, None);
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.i64(self.seen);
        w.i64(self.since.unwrap_or(0));
        w.u32(self.candidates.len() as u32);
        for candidate in &self.candidates {
            w.i64(candidate.at);
            w.f64(candidate.value);
        }
    }

    /// # Errors
    /// `E_STATE`.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let at = r.position();
        let bad = |what: &str| Err(CoreError::new("E_STATE", what).at(format!("byte {at}")));
        self.clear();
        let (seen, since, count) = (r.i64()?, r.i64()?, r.u32()?);
        if seen < 0 || i64::from(count) > seen {
            return bad("an extreme has more candidates than samples");
        }
        if matches!(self.extent, Extent::Count(n) if count as usize > n) {
            return bad("an extreme has more candidates than its window holds");
        }
        for _ in 0..count {
            let next = Candidate { at: r.i64()?, value: r.f64()? };
            let follows = self
                .candidates
                .back()
                .is_none_or(|last| last.at <= next.at && self.surpasses(last.value, next.value));
            if !follows || !next.value.is_finite() {
                return bad("an extreme's candidates are out of order");
            }
            self.candidates.push_back(next);
        }
        (self.seen, self.since) = (seen, (seen > 0).then_some(since));
        Ok(())
    }
}
