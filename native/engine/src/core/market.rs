//! One instrument's state: book, touch, proof, last trade.

use crate::book::{Book, LadderBook, Side};
use crate::error::CoreError;
use crate::event::{Entry, EventRef};
use crate::instrument::Instrument;
use crate::proof::{Proof, QuoteRule};
use crate::schema::{event_flag, kind, proof_level, proof_reason};
use crate::state::{StateReader, StateWriter};
use crate::venue::Venue;
use serde::Serialize;

/// What was counted on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketCounts {
    /// Depth updates applied to a joined book.
    pub updates: u64,
    /// Breaks of the venue's sequence: told by a reset, or seen on events (a tape that was cut).
    pub gaps: u64,
    pub snapshots: u64,
    pub resets: u64,
    pub trades: u64,
    pub quotes: u64,
    /// Depth updates before any snapshot or after a gap: passed over.
    pub unjoined: u64,
    /// Events at whose end the best bid was at or above the best ask.
    pub crossed: u64,
}

pub struct Market {
    pub book: LadderBook,
    proof: Proof,
    futures: bool,
    pub joined: bool,
    fresh: bool,
    /// Last venue id applied.
    pub sequence: u64,
    pub bid: Option<Entry>,
    pub ask: Option<Entry>,
    /// The last event changed the best price or quantity of a side.
    pub touch_changed: bool,
    pub last_trade: Entry,
    /// 1 buyer aggressed, −1 seller, 0 not told, or no trade yet.
    pub last_side: i8,
    pub quote: Option<[Entry; 2]>,
    pub ts_event: i64,
    pub ts_recv: i64,
    /// VIEW is older than this state.
    pub dirty: bool,
    pub counts: MarketCounts,
}

impl Market {
    /// # Errors
    /// `E_CONFIG` where the tick is not positive.
    pub fn new(instrument: &Instrument) -> Result<Self, CoreError> {
        let venue = Venue::parse(&instrument.venue);
        let futures = venue.is_some_and(Venue::futures);
        let rule = if futures { QuoteRule::Deferred } else { QuoteRule::EqualId };
        let level = venue.map_or(proof_level::UNPROVABLE, Venue::proof_level);
        let tick = instrument.current().tick;
        if tick <= 0 {
            let seen = format!("tick of {} must be positive, was {tick}", instrument.name());
            return Err(CoreError::new("E_CONFIG", seen));
        }
        Ok(Self {
            book: LadderBook::new(tick),
            proof: Proof::new(level, rule),
            futures,
            joined: false,
            fresh: false,
            sequence: 0,
            bid: None,
            ask: None,
            touch_changed: false,
            last_trade: Entry::default(),
            last_side: 0,
            quote: None,
            ts_event: 0,
            ts_recv: 0,
            dirty: true,
            counts: MarketCounts::default(),
        })
    }

    #[must_use]
    pub fn proof_level(&self) -> u8 {
        if self.joined { self.proof.level() } else { proof_level::UNPROVEN }
    }

    #[must_use]
    pub fn proof_reason(&self) -> u8 {
        self.proof.reason()
    }

    #[must_use]
    pub fn proof(&self) -> &Proof {
        &self.proof
    }

    /// Applies one event. Returns whether the proof level changed.
    #[inline]
    pub fn apply(&mut self, event: EventRef<'_>) -> bool {
        self.touch_changed = false;
        self.dirty = true;
        self.ts_recv = event.header.ts_recv;
        if event.header.flags & event_flag::NO_EVENT_TIME == 0 {
            self.ts_event = event.header.ts_event;
        }
        let before = self.proof_level();
        match event.header.kind {
            kind::DEPTH => self.depth(event),
            kind::SNAPSHOT if event.header.flags & event_flag::PARTIAL == 0 => self.snapshot(event),
            kind::QUOTE => self.quote(event),
            kind::TRADE => self.trade(event),
            kind::RESET => self.reset(event.header.w0 as u8),
            _ => {}
        }
        before != self.proof_level()
    }

    fn depth(&mut self, event: EventRef<'_>) {
        if !self.joined {
            self.counts.unjoined += 1;
            return;
        }
        let h = event.header;
        if !self.follows(h.w0, h.w1, h.w2) {
            self.reset(proof_reason::GAP);
            return;
        }
        self.fresh = false;
        self.sequence = h.w1;
        self.counts.updates += 1;
        self.book.apply(event.bids, event.asks);
        self.settle();
        if h.w1 != 0 {
            self.proof.on_depth(h.w1, self.bid, self.ask);
        }
    }

    /// The venue's continuity rule on the ids that the event carries: docs/venues. The first update
    /// after a snapshot spans it, each later one names its predecessor.
    fn follows(&self, first: u64, last: u64, previous: u64) -> bool {
        let at = self.sequence;
        if (first, last, previous) == (0, 0, 0) {
            // Tables carry no ids: nothing to follow, and nothing that is proven by it.
            return at == 0;
        }
        match (self.futures, self.fresh) {
            (true, true) => (first <= at && at <= last) || previous == at,
            (true, false) => previous == at,
            (false, true) => first <= at + 1 && at < last,
            (false, false) => first == at + 1 || (first <= at + 1 && at < last),
        }
    }

    fn snapshot(&mut self, event: EventRef<'_>) {
        self.counts.snapshots += 1;
        self.book.load(event.bids, event.asks);
        self.joined = true;
        self.fresh = true;
        self.sequence = event.header.w1;
        self.proof.on_snapshot(event.header.w1);
        self.settle();
    }

    /// Finds the touch anew at the event's end.
    #[inline]
    fn settle(&mut self) {
        let (bid, ask) = (self.book.best(Side::Bid), self.book.best(Side::Ask));
        self.touch_changed = bid != self.bid || ask != self.ask;
        (self.bid, self.ask) = (bid, ask);
        if let (Some(b), Some(a)) = (bid, ask)
            && b.price >= a.price
        {
            self.counts.crossed += 1;
        }
    }

    fn quote(&mut self, event: EventRef<'_>) {
        self.counts.quotes += 1;
        let ([bid], [ask]) = (event.bids, event.asks) else { return };
        self.quote = Some([*bid, *ask]);
        if event.header.w1 != 0 {
            self.proof.on_quote(event.header.w1, *bid, *ask);
        }
    }

    fn trade(&mut self, event: EventRef<'_>) {
        self.counts.trades += 1;
        let (side, entry) = match (event.bids, event.asks) {
            ([buy], _) => (1, buy),
            (_, [sell]) => (-1, sell),
            _ => return,
        };
        self.last_trade = *entry;
        let told = event.header.flags & event_flag::NO_SIDE == 0;
        self.last_side = if told { side } else { 0 };
    }

    fn reset(&mut self, reason: u8) {
        self.counts.resets += 1;
        self.counts.gaps += u64::from(reason == proof_reason::GAP);
        self.joined = false;
        self.book.clear();
        self.proof.on_reset(reason);
        self.touch_changed = self.bid.is_some() || self.ask.is_some();
        (self.bid, self.ask) = (None, None);
    }

    /// A new tick: the ladder is indexed anew, levels stay.
    pub fn set_tick(&mut self, tick: i64) {
        self.book.set_tick(tick);
    }

    /// Canonical bytes; `exact` adds what a checkpoint needs and a state hash does not.
    pub fn save(&self, w: &mut StateWriter) {
        self.book.save(w);
        self.proof.save(w);
        w.u8(u8::from(self.joined));
        w.u8(u8::from(self.fresh));
        w.u64(self.sequence);
        w.i64(self.last_trade.price);
        w.i64(self.last_trade.quantity);
        w.u8(self.last_side as u8);
        w.u8(u8::from(self.quote.is_some()));
        for e in self.quote.unwrap_or_default() {
            w.i64(e.price);
            w.i64(e.quantity);
        }
        w.i64(self.ts_event);
        w.i64(self.ts_recv);
        let c = &self.counts;
        for n in
            [c.updates, c.gaps, c.snapshots, c.resets, c.trades, c.quotes, c.unjoined, c.crossed]
        {
            w.u64(n);
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are not a market's.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.book.restore(r)?;
        self.proof.restore(r)?;
        self.joined = r.u8()? != 0;
        self.fresh = r.u8()? != 0;
        self.sequence = r.u64()?;
        self.last_trade = Entry { price: r.i64()?, quantity: r.i64()? };
        self.last_side = r.u8()? as i8;
        let has_quote = r.u8()? != 0;
        let mut quote = [Entry::default(); 2];
        for e in &mut quote {
            *e = Entry { price: r.i64()?, quantity: r.i64()? };
        }
        self.quote = has_quote.then_some(quote);
        self.ts_event = r.i64()?;
        self.ts_recv = r.i64()?;
        let c = &mut self.counts;
        for n in [
            &mut c.updates,
            &mut c.gaps,
            &mut c.snapshots,
            &mut c.resets,
            &mut c.trades,
            &mut c.quotes,
            &mut c.unjoined,
            &mut c.crossed,
        ] {
            *n = r.u64()?;
        }
        (self.bid, self.ask) = (self.book.best(Side::Bid), self.book.best(Side::Ask));
        self.touch_changed = false;
        self.dirty = true;
        Ok(())
    }
}
