//! Rows that stand for one message of a book become one event.

use tickwright_engine::schema::kind;
use tickwright_engine::{Entry, EventBuf, EventHeader};

/// The message in hand.
#[derive(Clone, Debug, Default)]
pub struct Message {
    header: EventHeader,
    bids: Vec<Entry>,
    asks: Vec<Entry>,
    open: bool,
}

impl Message {
    /// Adds a level. Rows of one receive time, instrument and kind are one message; the first of another
    /// one completes it.
    #[inline]
    pub fn add(&mut self, header: EventHeader, is_bid: bool, level: Entry, out: &mut EventBuf) {
        let of = |h: &EventHeader| (h.ts_recv, h.instrument, h.kind);
        if !self.open || of(&self.header) != of(&header) {
            self.complete(out);
            (self.header, self.open) = (header, true);
        }
        // A level of a snapshot with nothing in it is no level.
        if level.quantity != 0 || header.kind == kind::DEPTH {
            let levels = if is_bid { &mut self.bids } else { &mut self.asks };
            levels.push(level);
        }
    }

    /// Appends the event, if there is one.
    pub fn complete(&mut self, out: &mut EventBuf) {
        if self.open {
            out.push(self.header, &self.bids, &self.asks);
            self.bids.clear();
            self.asks.clear();
            self.open = false;
        }
    }
}
