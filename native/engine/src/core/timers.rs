//! Due times: timers that strategies set, and cadences of triggers. Rank 6 of an instant.

use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// What is due. Of one due time, strategies go in their stated order, cadences before timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// Absolute nanoseconds.
    pub at: i64,
    pub strategy: u32,
    pub kind: DueKind,
    /// Trigger index or timer id.
    pub id: u32,
    /// Of which a cadence speaks; `u32::MAX` for a timer.
    pub instrument: u32,
    /// 0: once.
    pub period: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueKind {
    Cadence = 0,
    Timer = 1,
}

impl Due {
    /// Setting one replaces the other.
    fn is_same(&self, other: &Self) -> bool {
        (self.strategy, self.kind, self.id, self.instrument)
            == (other.strategy, other.kind, other.id, other.instrument)
    }
}

/// Sorted, latest first, so that the next is popped from the end without moving the rest.
#[derive(Clone, Debug, Default)]
pub struct Timers {
    due: Vec<Due>,
}

impl Timers {
    /// Due time of the next one, `i64::MAX` where there is none.
    #[must_use]
    #[inline]
    pub fn next_at(&self) -> i64 {
        self.due.last().map_or(i64::MAX, |d| d.at)
    }

    /// Sets or replaces a timer.
    pub fn set(&mut self, due: Due) {
        self.due.retain(|d| !d.is_same(&due));
        let at = self.due.partition_point(|d| *d > due);
        self.due.insert(at, due);
    }

    /// Clears a strategy's timer; clearing one that is not set is normal.
    pub fn clear(&mut self, strategy: u32, id: u32) {
        self.due.retain(|d| (d.strategy, d.kind, d.id) != (strategy, DueKind::Timer, id));
    }

    /// Takes the next one and sets it again one period later where it repeats.
    pub fn pop(&mut self) -> Option<Due> {
        let due = self.due.pop()?;
        if due.period > 0 {
            self.set(Due { at: due.at.saturating_add(due.period), ..due });
        }
        Some(due)
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.due.len() as u32);
        for d in &self.due {
            w.i64(d.at);
            w.u32(d.strategy);
            w.u8(d.kind as u8);
            w.u32(d.id);
            w.u32(d.instrument);
            w.i64(d.period);
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are not a list of due times.
    pub fn load(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for _ in 0..r.u32()? {
            let (at, strategy) = (r.i64()?, r.u32()?);
            let kind = if r.u8()? == 0 { DueKind::Cadence } else { DueKind::Timer };
            let (id, instrument, period) = (r.u32()?, r.u32()?, r.i64()?);
            out.set(Due { at, strategy, kind, id, instrument, period });
        }
        Ok(out)
    }
}
