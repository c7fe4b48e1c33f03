//! What the venue sends: best quotes, trades, depth frames and snapshots, each with its arrival.

use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::{Entry, EventHeader};

use super::super::lanes::{Large, Small};
use super::{Market, NS_PER_MS};

impl Market {
    pub(super) fn changed(&mut self) {
        self.ids.change(&mut self.rng);
        self.last_change = self.clock;
    }

    fn arrival(&mut self) -> i64 {
        let mean = if self.rng.chance(0.97) { 0.3e6 } else { 6e6 };
        self.clock + self.config.latency_ns + self.rng.exponential(mean) as i64
    }

    fn header(&self, kind: u8, source: u16, changed: i64) -> EventHeader {
        let ts_event = changed / NS_PER_MS * NS_PER_MS;
        EventHeader { ts_event, instrument: self.instrument, source, kind, ..Default::default() }
    }

    pub(super) fn quote(&mut self) {
        self.quotes_left -= 1.0;
        let mut header = self.header(kind::QUOTE, self.sources.quote, self.clock);
        header.w1 = self.ids.last();
        (header.bids, header.asks) = (1, 1);
        if !self.config.venue.is_futures() {
            header.ts_event = 0;
            header.flags = event_flag::NO_EVENT_TIME;
        }
        let entries = self.book.touch();
        self.send(header, entries);
    }

    pub(super) fn trade(&mut self, traded: Entry) {
        self.trades_left -= 1.0;
        self.trade_id += 1;
        let mut header = self.header(kind::TRADE, self.sources.trade, self.clock);
        (header.w0, header.w1, header.aux) = (self.trade_id, self.trade_id, self.trade_id);
        (header.bids, header.asks) = (u32::from(self.buying), u32::from(!self.buying));
        self.send(header, [traded, Entry::default()]);
    }

    fn send(&mut self, header: EventHeader, entries: [Entry; 2]) {
        let sent_ms = self.clock / NS_PER_MS + i64::from(self.rng.chance(0.2));
        let arrival = self.arrival();
        self.lanes.push_small(Small { arrival, sent_ms, header, entries });
    }

    pub(super) fn depth_frame(&mut self) {
        let gap = self.tables.gap_ms.value(self.rng.unit());
        self.depth_due = self.clock + (gap * NS_PER_MS as f64) as i64;
        self.change_behind();
        let [first, last, previous] = self.ids.end_frame(&mut self.rng);
        let mut header = self.header(kind::DEPTH, self.sources.depth, self.last_change);
        (header.w0, header.w1, header.w2) = (first, last, previous);
        let sent_ms = self.clock / NS_PER_MS;
        if !self.config.venue.is_futures() {
            header.ts_event = sent_ms * NS_PER_MS;
        }
        let mut frame = self.lanes.fresh();
        let best_first = !self.config.venue.is_futures();
        [header.bids, header.asks] = self.book.take_changes(best_first, &mut frame.entries);
        let arrival = self.arrival() + self.rng.exponential(0.5e6) as i64;
        frame = Large { arrival, sent_ms, header, ..frame };
        self.lanes.push_depth(frame, &self.config.faults, &mut self.rng);
    }

    /// What changed behind the touch since the last frame, up to the number of levels that a frame
    /// of this activity holds. Nobody can see these changes earlier.
    fn change_behind(&mut self) {
        let percentile = if self.rng.chance(self.config.profile.level_memory) {
            let shaken = self.percentile + 0.1 * (self.rng.unit() - 0.5);
            // Mirrored at the ends, so that percentiles stay evenly spread.
            if shaken < 0.0 { -shaken } else { shaken.min(2.0 - shaken) }
        } else {
            self.rng.unit()
        };
        let levels = (self.tables.levels.value(percentile.min(0.999_999)) + 0.5) as usize;
        let mut tries = 3 * levels + 8;
        while self.book.changes() < levels && tries > 0 {
            self.book.change_behind(&mut self.rng);
            tries -= 1;
        }
    }

    /// The book as it is now, on its way by REST: several depth frames arrive before it does.
    pub(super) fn snapshot(&mut self) {
        self.snapshot_due = i64::MAX;
        let mut header = self.header(kind::SNAPSHOT, self.sources.depth, self.last_change);
        header.w1 = self.ids.last();
        if !self.config.venue.is_futures() {
            header.ts_event = 0;
            header.flags = event_flag::NO_EVENT_TIME;
        }
        let mut body = self.lanes.fresh();
        [header.bids, header.asks] = self.book.snapshot(&mut body.entries);
        let travel = (80 + self.rng.below(120) as i64) * NS_PER_MS;
        let arrival = self.clock + self.config.latency_ns + travel;
        let sent_ms = self.clock / NS_PER_MS;
        self.lanes.snapshot.push_back(Large { arrival, sent_ms, header, ..body });
    }
}
