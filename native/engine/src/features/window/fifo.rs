//! The samples of a window in the order of their arrival.

use super::extent::Extent;
use super::item::Item;
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};
use std::collections::VecDeque;

/// Room that a window of time starts with, samples.
const ROOM: usize = 1024;

/// A ring of samples, with their times where the window is one of time.
#[derive(Clone, Debug)]
pub struct Fifo<T> {
    extent: Extent,
    items: VecDeque<T>,
    /// Of the items, never decreasing; empty for a window of counts.
    times: VecDeque<i64>,
    /// Time of the first sample since the start or the last `clear`.
    since: Option<i64>,
}

impl<T: Item> Fifo<T> {
    #[must_use]
    pub fn new(extent: Extent) -> Self {
        let (items, times) = match extent {
            Extent::Count(n) => (n, 0),
            Extent::Time(_) => (ROOM, ROOM),
        };
        Self {
            extent,
            items: VecDeque::with_capacity(items),
            times: VecDeque::with_capacity(times),
            since: None,
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    #[must_use]
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// The sample at a place, the oldest at 0.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&T> {
        self.items.get(place)
    }

    #[must_use]
    pub fn newest(&self) -> Option<&T> {
        self.items.back()
    }

    #[must_use]
    pub fn oldest(&self) -> Option<&T> {
        self.items.front()
    }

    /// From the oldest on.
    pub fn iter(&self) -> std::collections::vec_deque::Iter<'_, T> {
        self.items.iter()
    }

    /// Takes out a sample that has to leave before one of `time` comes in; `None` when all others stay.
    pub fn leave(&mut self, time: i64) -> Option<T> {
        match self.extent {
            Extent::Count(n) if self.items.len() >= n => self.items.pop_front(),
            Extent::Count(_) => None,
            Extent::Time(_) => self.expire(time),
        }
    }

    /// Takes out a sample that `time` has left behind; none of a window of counts.
    pub fn expire(&mut self, time: i64) -> Option<T> {
        let Extent::Time(width) = self.extent else { return None };
        let oldest = *self.times.front()?;
        if oldest > time.saturating_sub(width) {
            return None;
        }
        self.times.pop_front();
        self.items.pop_front()
    }

    /// Adds a sample, for which those that had to have left. A time before the newest one counts as the newest.
    pub fn push(&mut self, time: i64, item: T) {
        self.since = self.since.or(Some(time));
        if let Extent::Time(_) = self.extent {
            let time = self.times.back().map_or(time, |last| time.max(*last));
            self.times.push_back(time);
        }
        self.items.push_back(item);
    }

    /// How many of the oldest samples are outside at a time not before the newest one.
    #[must_use]
    pub fn outside_at(&self, now: i64) -> usize {
        match (self.extent, self.times.front()) {
            (Extent::Time(width), Some(&oldest)) if oldest <= now.saturating_sub(width) => {
                let cut = now.saturating_sub(width);
                self.times.partition_point(|time| *time <= cut)
            }
            _ => 0,
        }
    }

    /// Whether the window is whole: N samples, or W has passed since the first one.
    #[must_use]
    pub fn is_whole(&self, now: i64) -> bool {
        match self.extent {
            Extent::Count(n) => self.items.len() >= n,
            Extent::Time(width) => {
                self.since.is_some_and(|since| now.saturating_sub(since) >= width)
            }
        }
    }

    pub fn clear(&mut self) {
        self.items.clear();
        self.times.clear();
        self.since = None;
    }

    pub fn save(&self, w: &mut StateWriter) {
        self.save_as(w, |item| item);
    }

    /// Saves what `of` makes of each sample.
    pub fn save_as<U: Item>(&self, w: &mut StateWriter, of: impl Fn(T) -> U) {
        w.u8(u8::from(self.since.is_some()));
        w.i64(self.since.unwrap_or(0));
        w.u32(self.items.len() as u32);
        self.items.iter().for_each(|item| of(*item).save(w));
        self.times.iter().for_each(|time| w.i64(*time));
    }

    /// # Errors
    /// `E_STATE` for more samples than the window holds, or times that go back.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.restore_as(r, |item: T| item)
    }

    /// Restores what `of` makes of each sample saved.
    ///
    /// # Errors
    /// As `restore`.
    pub fn restore_as<U: Item>(
        &mut self,
        r: &mut StateReader<'_>,
        mut of: impl FnMut(U) -> T,
    ) -> Result<(), CoreError> {
        let at = r.position();
        let bad = |what: &str| Err(CoreError::new("E_STATE", what).at(format!("byte {at}")));
        self.clear();
        let (known, since) = (r.u8()?, r.i64()?);
        let count = r.u32()?;
        if matches!(self.extent, Extent::Count(n) if count as usize > n) {
            return bad("a window holds more samples than it has room for");
        }
        if known > 1 || (known == 0 && (count > 0 || since != 0)) {
            return bad("a window has samples and no beginning");
        }
        for _ in 0..count {
            self.items.push_back(of(U::restore(r)?));
        }
        if let Extent::Time(_) = self.extent {
            for _ in 0..count {
                let time = r.i64()?;
                if self.times.back().is_some_and(|last| time < *last) {
                    return bad("a window's times go back");
                }
                self.times.push_back(time);
            }
        }
        self.since = (known == 1).then_some(since);
        Ok(())
    }
}
