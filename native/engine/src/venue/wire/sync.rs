//! Joins a snapshot and depth updates into one gapless book: rules S1–S8 of
//! `docs/venues/binance-spot.md`, U1–U8 of `docs/venues/binance-usdm.md`.

use super::buffer::DiffBuffer;
use super::counters::SyncCounters;
use crate::error::CoreError;
use crate::event::{EventBuf, EventHeader, event_flag, kind};
use crate::schema::proof_reason;
use crate::state::{StateReader, StateWriter};
use crate::venue::Outcome;

/// Updates behind the book in one unbroken run, no fresh one between, after which the venue is taken
/// to have started its numbers anew (S8, U8): a second connection that lags 2.5 s at 100 updates/s.
pub const BACKWARD_RUN: u32 = 256;
/// The same between a snapshot and the first update that is not in it: how far a snapshot may lead.
pub const COVERED_RUN: u32 = 4_096;

/// How updates link to each other and to the snapshot. `w0`, `w1`, `w2` of a header are the first, the last
/// and the previous id (Binance: `U`, `u`, `pu`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Each update's first id is the one after the last: S1–S8.
    Spot,
    /// Each update names the one before: U1–U8.
    Futures,
    /// Ids only rise (times): a hole does not show.
    Rising,
}

impl Rule {
    /// Whether the snapshot covers the update (S3, U3).
    fn is_covered(self, update: &EventHeader, snapshot: u64) -> bool {
        match self {
            Self::Spot | Self::Rising => update.w1 <= snapshot,
            Self::Futures => update.w1 < snapshot,
        }
    }

    /// Whether the update may be the first after the snapshot (S4, U4, U5).
    fn joins(self, update: &EventHeader, snapshot: u64) -> bool {
        match self {
            Self::Spot => update.w0 <= snapshot.saturating_add(1) && snapshot < update.w1,
            Self::Futures => {
                (update.w0 <= snapshot && snapshot <= update.w1) || update.w2 == snapshot
            }
            Self::Rising => snapshot < update.w1,
        }
    }

    /// Whether the update, later than `last`, leaves no hole behind it (S6, U6).
    fn follows(self, update: &EventHeader, last: u64) -> bool {
        match self {
            Self::Spot => update.w0 <= last.saturating_add(1),
            Self::Futures => update.w2 == last,
            Self::Rising => last < update.w1,
        }
    }
}

/// How far a book is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// No snapshot, or none that joins: updates are kept (S2, U2).
    Buffering,
    /// The snapshot of this id is out; the next update must join it.
    Snapshot(u64),
    /// All updates through this id are out.
    Live(u64),
}

/// The state of one book's synchronisation.
#[derive(Clone, Debug, PartialEq)]
pub struct BookSync {
    rule: Rule,
    phase: Phase,
    buffer: DiffBuffer,
    /// Length and last id of the present run of updates behind the book.
    backward: u32,
    backward_last: u64,
    /// A snapshot was taken before: the next one is a resync.
    had_snapshot: bool,
}

impl BookSync {
    pub fn new(rule: Rule) -> Self {
        Self {
            rule,
            phase: Phase::Buffering,
            buffer: DiffBuffer::default(),
            backward: 0,
            backward_last: 0,
            had_snapshot: false,
        }
    }

    pub fn wants_snapshot(&self) -> bool {
        self.phase == Phase::Buffering
    }

    /// Whether updates are kept until the snapshot comes.
    pub fn holds(&self) -> bool {
        self.buffer.last().is_some()
    }

    /// Takes a depth update whose levels are the open entries of `out`.
    #[inline]
    pub fn depth(
        &mut self,
        header: EventHeader,
        counters: &mut SyncCounters,
        out: &mut EventBuf,
    ) -> Outcome {
        if let Phase::Live(last) = self.phase {
            // S6, U6
            if header.w1 > last && self.rule.follows(&header, last) {
                self.phase = Phase::Live(header.w1);
                self.backward = 0;
                out.commit(header);
                return Outcome::Events;
            }
        }
        self.irregular(header, counters, out)
    }

    /// All that is not the next update of a live book.
    #[cold]
    fn irregular(
        &mut self,
        header: EventHeader,
        counters: &mut SyncCounters,
        out: &mut EventBuf,
    ) -> Outcome {
        match self.phase {
            Phase::Buffering => self.hold(header, counters, out),
            // S3, U3
            Phase::Snapshot(id) if self.rule.is_covered(&header, id) => {
                counters.stale += 1;
                self.behind(header, COVERED_RUN, counters, out)
            }
            Phase::Snapshot(id) if self.rule.joins(&header, id) => {
                self.phase = Phase::Live(header.w1);
                self.backward = 0;
                out.commit(header);
                Outcome::Events
            }
            // S5, U7
            Phase::Live(last) if header.w1 == last => {
                counters.duplicates += 1;
                out.rollback();
                Outcome::Duplicate
            }
            Phase::Live(last) if header.w1 < last => {
                counters.out_of_order += 1;
                self.behind(header, BACKWARD_RUN, counters, out)
            }
            // S6, U6
            Phase::Snapshot(_) | Phase::Live(_) => {
                counters.gaps += 1;
                self.restart(header, proof_reason::GAP, counters, out)
            }
        }
    }

    /// Drops an update behind the book; a long unbroken run of them is a new numbering (S8, U8).
    fn behind(
        &mut self,
        header: EventHeader,
        limit: u32,
        counters: &mut SyncCounters,
        out: &mut EventBuf,
    ) -> Outcome {
        let linked = header.w1 > self.backward_last
            && self.backward > 0
            && self.rule.follows(&header, self.backward_last);
        self.backward = if linked { self.backward + 1 } else { 1 };
        self.backward_last = header.w1;
        if self.backward < limit {
            out.rollback();
            return Outcome::Stale;
        }
        self.restart(header, proof_reason::OUT_OF_ORDER, counters, out)
    }

    /// Loses the book: says so, and keeps `header` as the first update of a new start.
    fn restart(
        &mut self,
        header: EventHeader,
        reason: u8,
        counters: &mut SyncCounters,
        out: &mut EventBuf,
    ) -> Outcome {
        self.phase = Phase::Buffering;
        self.backward = 0;
        self.buffer.clear();
        if !self.buffer.has_room(out.open_entries()) {
            counters.buffer_full += 1;
            out.rollback();
        } else {
            self.buffer.take(header, out);
        }
        out.commit(reset(&header, reason));
        Outcome::Events
    }

    /// Keeps an update until the snapshot comes (S2, U2).
    fn hold(
        &mut self,
        header: EventHeader,
        counters: &mut SyncCounters,
        out: &mut EventBuf,
    ) -> Outcome {
        if let Some(last) = self.buffer.last().map(|h| h.w1) {
            if header.w1 == last {
                counters.duplicates += 1;
                out.rollback();
                return Outcome::Duplicate;
            }
            if header.w1 < last {
                counters.out_of_order += 1;
                return self.behind(header, BACKWARD_RUN, counters, out);
            }
            if !self.rule.follows(&header, last) {
                // A hole among the kept ones: what is before it can never be used.
                counters.gaps += 1;
                self.buffer.clear();
            }
        }
        self.backward = 0;
        if !self.buffer.has_room(out.open_entries()) {
            counters.buffer_full += 1;
            return self.restart(header, proof_reason::BUFFER_FULL, counters, out);
        }
        self.buffer.take(header, out);
        Outcome::Buffered
    }

    /// Takes a snapshot whose levels are the open entries of `out`.
    pub fn snapshot(
        &mut self,
        header: EventHeader,
        counters: &mut SyncCounters,
        out: &mut EventBuf,
    ) -> Outcome {
        let id = header.w1;
        if let Phase::Snapshot(last) | Phase::Live(last) = self.phase
            && id <= last
        {
            counters.stale += 1;
            out.rollback();
            return Outcome::Stale;
        }
        let covered = |h: &&EventHeader| self.rule.is_covered(h, id);
        let stale = self.buffer.headers().iter().take_while(covered).count();
        let first = self.buffer.headers().get(stale);
        if first.is_some_and(|first| !self.rule.joins(first, id)) {
            // S3, U3: older than what we hold; another one is needed.
            counters.snapshots_too_old += 1;
            out.rollback();
            out.commit(reset(&header, proof_reason::SNAPSHOT_TOO_OLD));
            return Outcome::Events;
        }
        self.phase = match self.buffer.last() {
            Some(last) if first.is_some() => Phase::Live(last.w1),
            _ => Phase::Snapshot(id),
        };
        self.backward = 0;
        counters.resyncs += u64::from(self.had_snapshot);
        self.had_snapshot = true;
        counters.stale += stale as u64;
        counters.deferred += (self.buffer.headers().len() - stale) as u64;
        out.commit(header);
        self.buffer.drain(stale, out, |update| {
            update.ts_recv = header.ts_recv;
            update.flags |= event_flag::DEFERRED;
        });
        Outcome::Events
    }

    /// Whether a missing update would show by the next one's numbers.
    pub fn is_numbered(&self) -> bool {
        self.rule != Rule::Rising
    }

    /// The book is not known any more; `book` names instrument, source and stamp of the reset.
    pub fn lose(&mut self, book: &EventHeader, reason: u8, out: &mut EventBuf) {
        if self.phase != Phase::Buffering {
            out.commit(reset(book, reason));
        }
        self.phase = Phase::Buffering;
        self.backward = 0;
        self.buffer.clear();
    }

    pub fn save(&self, w: &mut StateWriter) {
        let (phase, id) = match self.phase {
            Phase::Buffering => (0, 0),
            Phase::Snapshot(id) => (1, id),
            Phase::Live(id) => (2, id),
        };
        w.u8(phase);
        w.u64(id);
        w.u32(self.backward);
        w.u64(self.backward_last);
        w.u8(u8::from(self.had_snapshot));
        self.buffer.save(w);
    }

    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.phase = match (r.u8()?, r.u64()?) {
            (0, _) => Phase::Buffering,
            (1, id) => Phase::Snapshot(id),
            (2, id) => Phase::Live(id),
            (other, _) => {
                return Err(CoreError::new("E_STATE", format!("no book phase {other}")));
            }
        };
        self.backward = r.u32()?;
        self.backward_last = r.u64()?;
        self.had_snapshot = r.u8()? != 0;
        self.buffer = DiffBuffer::restore(r)?;
        Ok(())
    }
}

/// "State unknown until the next snapshot". It is our word, so it has no venue time.
pub fn reset(of: &EventHeader, reason: u8) -> EventHeader {
    EventHeader {
        ts_recv: of.ts_recv,
        w0: u64::from(reason),
        instrument: of.instrument,
        source: of.source,
        kind: kind::RESET,
        flags: event_flag::NO_EVENT_TIME,
        ..EventHeader::default()
    }
}
