//! What a parser must make of the inputs: the join of snapshot and diffs in its slowest form,
//! written apart from the engine's and from the same rules.

use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::proof_reason;
use tickwright_engine::{Entry, EventBuf, EventHeader};

use super::lanes::Large;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Book {
    /// No snapshot that fits.
    Waiting,
    /// The snapshot of this id is in; nothing came after it yet.
    Snapshot(u64),
    /// Everything through this id is in.
    Joined(u64),
}

/// Book synchronisation of one instrument, as its consumer must do it.
#[derive(Clone, Debug)]
pub struct Truth {
    /// Futures: frames carry `pu`.
    chained: bool,
    book: Book,
    waiting: Vec<(EventHeader, Vec<Entry>)>,
}

impl Truth {
    #[must_use]
    pub const fn new(chained: bool) -> Self {
        Self { chained, book: Book::Waiting, waiting: Vec::new() }
    }

    #[must_use]
    pub fn wants_snapshot(&self) -> bool {
        self.book == Book::Waiting
    }

    /// A depth frame arrives.
    pub fn depth(&mut self, frame: &Large, ts_recv: i64, out: &mut EventBuf) {
        let header = EventHeader { ts_recv, ..frame.header };
        let takes = match self.book {
            Book::Waiting => return self.wait(header, frame),
            Book::Snapshot(id) if self.is_stale(&header, id) => return,
            Book::Joined(last) if header.w1 <= last => return,
            Book::Snapshot(id) => self.joins(&header, id),
            Book::Joined(last) => self.follows(&header, last),
        };
        if takes {
            self.book = Book::Joined(header.w1);
            push(out, header, &frame.entries);
        } else {
            self.book = Book::Waiting;
            self.waiting.clear();
            self.waiting.push((header, frame.entries.clone()));
            reset(out, &header, proof_reason::GAP);
        }
    }

    fn wait(&mut self, header: EventHeader, frame: &Large) {
        if let Some(last) = self.waiting.last().map(|(waiting, _)| waiting.w1) {
            if header.w1 <= last {
                return;
            }
            if !self.follows(&header, last) {
                self.waiting.clear();
            }
        }
        self.waiting.push((header, frame.entries.clone()));
    }

    /// A snapshot arrives: it joins the diffs that wait, or is too old for them.
    pub fn snapshot(&mut self, body: &Large, ts_recv: i64, out: &mut EventBuf) {
        let header = EventHeader { ts_recv, ..body.header };
        let id = header.w1;
        if let Book::Snapshot(last) | Book::Joined(last) = self.book
            && id <= last
        {
            return;
        }
        let fresh: Vec<_> = self.waiting.iter().filter(|(h, _)| !self.is_stale(h, id)).collect();
        if fresh.first().is_some_and(|(first, _)| !self.joins(first, id)) {
            return reset(out, &header, proof_reason::SNAPSHOT_TOO_OLD);
        }
        push(out, header, &body.entries);
        self.book = Book::Snapshot(id);
        for (header, entries) in fresh {
            let flags = header.flags | event_flag::DEFERRED;
            push(out, EventHeader { ts_recv, flags, ..*header }, entries);
            self.book = Book::Joined(header.w1);
        }
        self.waiting.clear();
    }

    /// The snapshot holds all of the frame already.
    const fn is_stale(&self, frame: &EventHeader, id: u64) -> bool {
        if self.chained { frame.w1 < id } else { frame.w1 <= id }
    }

    /// The frame continues the snapshot.
    const fn joins(&self, frame: &EventHeader, id: u64) -> bool {
        if self.chained {
            frame.w0 <= id && id <= frame.w1 || frame.w2 == id
        } else {
            frame.w0 <= id + 1 && id < frame.w1
        }
    }

    /// The frame continues the one that ended with `last`.
    const fn follows(&self, frame: &EventHeader, last: u64) -> bool {
        if self.chained { frame.w2 == last } else { frame.w0 <= last + 1 }
    }
}

fn push(out: &mut EventBuf, header: EventHeader, entries: &[Entry]) {
    let (bids, asks) = entries.split_at(header.bids as usize);
    out.push(header, bids, asks);
}

fn reset(out: &mut EventBuf, of: &EventHeader, reason: u8) {
    let header = EventHeader {
        ts_recv: of.ts_recv,
        w0: u64::from(reason),
        instrument: of.instrument,
        source: of.source,
        kind: kind::RESET,
        flags: event_flag::NO_EVENT_TIME,
        ..EventHeader::default()
    };
    out.push(header, &[], &[]);
}
