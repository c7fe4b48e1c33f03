//! Sync of a book whose snapshot comes in the stream itself: any snapshot replaces what was known.

use super::counters::SyncCounters;
use crate::error::CoreError;
use crate::event::{EventBuf, EventHeader};
use crate::schema::proof_reason;
use crate::state::{StateReader, StateWriter};
use crate::venue::{Outcome, Sequence};

/// The state of one book's synchronisation.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamBook {
    sequence: Sequence,
    /// Id of the last update or snapshot that is out; none before the first snapshot and after a loss.
    last: Option<u64>,
    /// No update has come since the snapshot.
    fresh: bool,
    had_snapshot: bool,
}

impl StreamBook {
    #[must_use]
    pub fn new(sequence: Sequence) -> Self {
        Self { sequence, last: None, fresh: false, had_snapshot: false }
    }

    #[must_use]
    pub fn wants_snapshot(&self) -> bool {
        self.last.is_none()
    }

    /// Id of the last update or snapshot that is out.
    #[must_use]
    pub fn at(&self) -> Option<u64> {
        self.last
    }

    /// Whether a missing update would show by the next one's numbers.
    #[must_use]
    pub fn is_numbered(&self) -> bool {
        self.last.is_none_or(|at| self.sequence.shows_holes(at))
    }

    /// Takes a snapshot whose levels are the open entries of `out`; its id is `w1`.
    pub fn snapshot(
        &mut self,
        header: EventHeader,
        counters: &mut SyncCounters,
        out: &mut EventBuf,
    ) -> Outcome {
        self.last = Some(header.w1);
        self.fresh = true;
        counters.resyncs += u64::from(self.had_snapshot);
        self.had_snapshot = true;
        out.commit(header);
        Outcome::Events
    }

    /// Takes an update whose levels are the open entries of `out`: ids as [`Sequence`] says.
    pub fn update(
        &mut self,
        header: EventHeader,
        counters: &mut SyncCounters,
        out: &mut EventBuf,
    ) -> Outcome {
        let Some(last) = self.last else {
            counters.stale += 1;
            out.rollback();
            return Outcome::Stale;
        };
        if self.sequence.follows(self.fresh, last, header.w0, header.w1, header.w2) {
            self.last = Some(header.w1);
            self.fresh = false;
            out.commit(header);
            return Outcome::Events;
        }
        out.rollback();
        if header.w1 == last {
            counters.duplicates += 1;
            return Outcome::Duplicate;
        }
        if header.w1 < last {
            counters.out_of_order += 1;
        } else {
            counters.gaps += 1;
        }
        self.lose(&header, proof_reason::GAP, out);
        Outcome::Events
    }

    /// The book is not known any more: says so once, and waits for the next snapshot.
    pub fn lose(&mut self, of: &EventHeader, reason: u8, out: &mut EventBuf) {
        if self.last.take().is_some() {
            out.commit(super::sync::reset(of, reason));
        }
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u8(u8::from(self.last.is_some()));
        w.u64(self.last.unwrap_or(0));
        w.u8(u8::from(self.fresh));
        w.u8(u8::from(self.had_snapshot));
    }

    /// # Errors
    /// `E_STATE` where the bytes are too short.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let has = r.u8()? != 0;
        let last = r.u64()?;
        self.last = has.then_some(last);
        self.fresh = r.u8()? != 0;
        self.had_snapshot = r.u8()? != 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::kind;

    fn take(book: &mut StreamBook, counters: &mut SyncCounters, ids: (u64, u64)) -> Vec<u8> {
        let mut out = EventBuf::new();
        let (w2, w1) = ids;
        book.update(
            EventHeader { w1, w2, kind: kind::DEPTH, ..Default::default() },
            counters,
            &mut out,
        );
        out.headers().iter().map(|h| h.kind).collect()
    }

    fn snapshot(book: &mut StreamBook, counters: &mut SyncCounters, w1: u64) {
        let header = EventHeader { w1, kind: kind::SNAPSHOT, ..Default::default() };
        book.snapshot(header, counters, &mut EventBuf::new());
    }

    #[test]
    fn a_gap_loses_the_book_until_the_next_snapshot() {
        let mut counters = SyncCounters::default();
        let mut book = StreamBook::new(Sequence::Linked);
        assert!(take(&mut book, &mut counters, (1, 2)).is_empty());
        snapshot(&mut book, &mut counters, 10);
        assert_eq!(take(&mut book, &mut counters, (10, 11)), [kind::DEPTH]);
        assert!(take(&mut book, &mut counters, (10, 11)).is_empty());
        assert_eq!(take(&mut book, &mut counters, (12, 13)), [kind::RESET]);
        assert!(take(&mut book, &mut counters, (13, 14)).is_empty());
        assert!(book.wants_snapshot());
        snapshot(&mut book, &mut counters, 3);
        assert_eq!(take(&mut book, &mut counters, (3, 4)), [kind::DEPTH]);
        let seen = (counters.gaps, counters.duplicates, counters.stale, counters.resyncs);
        assert_eq!(seen, (1, 1, 2, 1));
    }

    #[test]
    fn a_saved_book_goes_on() {
        let mut counters = SyncCounters::default();
        let mut book = StreamBook::new(Sequence::Counted);
        snapshot(&mut book, &mut counters, 5);
        let mut w = StateWriter::new();
        book.save(&mut w);
        let mut other = StreamBook::new(Sequence::Counted);
        other.restore(&mut StateReader::new(w.as_bytes())).unwrap();
        assert_eq!(other, book);
    }
}
