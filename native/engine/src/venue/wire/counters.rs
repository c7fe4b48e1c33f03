//! What happened to the inputs of one instrument.

use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// Counts since the session's start; they never fall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncCounters {
    /// Missing depth updates, while joined or while buffering.
    pub gaps: u64,
    /// Frames that repeat the one before (same last id), depth and trades.
    pub duplicates: u64,
    /// Depth updates that a snapshot covers, snapshots older than the book, trades of before the stream.
    pub stale: u64,
    /// Depth updates and trades that come after a later one: dropped.
    pub out_of_order: u64,
    /// Snapshots taken after the first: the book was lost and found again, or refreshed.
    pub resyncs: u64,
    /// Snapshots older than the first buffered update.
    pub snapshots_too_old: u64,
    /// Times that the buffer of updates before a snapshot overflowed.
    pub buffer_full: u64,
    /// Frames and bodies refused with a code, where the instrument was known.
    pub refused: u64,
    /// Depth updates held back until the snapshot joined.
    pub deferred: u64,
    /// Holes in trade ids (`trade` and `aggTrade`), and ids missing in them.
    pub trade_gaps: u64,
    pub trades_missing: u64,
    /// Values (rates, indices) whose digits beyond their scale were cut off.
    pub values_cut: u64,
}

impl SyncCounters {
    fn fields(&mut self) -> [&mut u64; 12] {
        [
            &mut self.gaps,
            &mut self.duplicates,
            &mut self.stale,
            &mut self.out_of_order,
            &mut self.resyncs,
            &mut self.snapshots_too_old,
            &mut self.buffer_full,
            &mut self.refused,
            &mut self.deferred,
            &mut self.trade_gaps,
            &mut self.trades_missing,
            &mut self.values_cut,
        ]
    }

    /// Adds the counts of another instrument.
    pub fn add(&mut self, mut other: Self) {
        for (sum, n) in self.fields().into_iter().zip(other.fields()) {
            *sum += *n;
        }
    }

    pub fn save(mut self, w: &mut StateWriter) {
        self.fields().into_iter().for_each(|n| w.u64(*n));
    }

    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for n in out.fields() {
            *n = r.u64()?;
        }
        Ok(out)
    }
}
