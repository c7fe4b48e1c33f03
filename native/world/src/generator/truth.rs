//! What a parser must make of the inputs: the join of snapshot and diffs, in its slowest form.

use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::proof_reason;
use tickwright_engine::{Entry, EventBuf, EventHeader};

use super::lanes::Large;

/// Book synchronisation of one instrument, as its consumer must do it.
#[derive(Clone, Debug)]
pub struct Truth {
    chained: bool,
    /// Last id applied, once joined.
    joined: Option<u64>,
    waiting: Vec<(EventHeader, Vec<Entry>)>,
}

impl Truth {
    /// `chained`: futures, whose frames carry `pu`.
    #[must_use]
    pub const fn new(chained: bool) -> Self {
        Self { chained, joined: None, waiting: Vec::new() }
    }

    #[must_use]
    pub const fn is_joined(&self) -> bool {
        self.joined.is_some()
    }

    /// A depth frame arrives.
    pub fn depth(&mut self, frame: &Large, ts_recv: i64, out: &mut EventBuf) {
        let header = EventHeader { ts_recv, ..frame.header };
        let Some(last) = self.joined else {
            self.waiting.push((header, frame.entries.clone()));
            return;
        };
        if header.w1 <= last {
            return;
        }
        if self.follows(&header, last) {
            self.joined = Some(header.w1);
            push(out, header, &frame.entries);
            return;
        }
        self.joined = None;
        self.waiting.push((header, frame.entries.clone()));
        let (bids, asks) = (0, 0);
        let w0 = u64::from(proof_reason::GAP);
        let kind = kind::RESET;
        out.push(EventHeader { w0, w1: 0, w2: 0, aux: 0, kind, bids, asks, ..header }, &[], &[]);
    }

    fn follows(&self, header: &EventHeader, last: u64) -> bool {
        if self.chained { header.w2 == last } else { header.w0 == last + 1 }
    }

    /// A snapshot arrives: it joins the diffs that wait, or is too old for them.
    pub fn snapshot(&mut self, body: &Large, ts_recv: i64, out: &mut EventBuf) {
        if self.joined.is_some() {
            return;
        }
        let id = body.header.w1;
        let stale = |header: &EventHeader| header.w1 < id || (!self.chained && header.w1 == id);
        let fresh = self.waiting.iter().position(|(header, _)| !stale(header));
        let Some(fresh) = fresh else {
            // Joins with whatever comes next.
            self.waiting.clear();
            self.joined = Some(id);
            push(out, EventHeader { ts_recv, ..body.header }, &body.entries);
            return;
        };
        let first = &self.waiting[fresh].0;
        let reach = if self.chained { id } else { id + 1 };
        if !(first.w0 <= reach && reach <= first.w1 || self.follows(first, id)) {
            return;
        }
        push(out, EventHeader { ts_recv, ..body.header }, &body.entries);
        let mut last = None;
        for (header, entries) in self.waiting.drain(..).skip(fresh) {
            let flags = header.flags | event_flag::DEFERRED;
            last = Some(header.w1);
            push(out, EventHeader { ts_recv, flags, ..header }, &entries);
        }
        self.joined = last;
    }
}

fn push(out: &mut EventBuf, header: EventHeader, entries: &[Entry]) {
    let (bids, asks) = entries.split_at(header.bids as usize);
    out.push(header, bids, asks);
}
