//! One instrument's state: book, touch, proof, last trade.

use crate::book::orders::{Orders, RestingOrders};
use crate::book::{Book, LadderBook, Side};
use crate::error::CoreError;
use crate::event::{Entry, EventRef, is_order};
use crate::instrument::Instrument;
use crate::proof::{Proof, QuoteRule};
use crate::schema::{event_flag, kind, proof_level, proof_reason};
use crate::state::{StateReader, StateWriter};
use crate::venue::{Checksum, Sequence, Venue, proof_level_of};
use serde::Serialize;

/// What was counted on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketCounts {
    /// Depth updates and order events applied to a joined book.
    pub updates: u64,
    /// Breaks of the venue's sequence: told by a reset, or seen on events (a tape that was cut).
    pub gaps: u64,
    pub snapshots: u64,
    pub resets: u64,
    pub trades: u64,
    pub quotes: u64,
    /// Depth updates and order events before any snapshot or after a gap: passed over.
    pub unjoined: u64,
    /// Events at whose end the best bid was at or above the best ask.
    pub crossed: u64,
}

#[cfg(test)]
mod tests;

/// Bits of the first byte behind book and proof.
const JOINED: u8 = 1;
const HAS_ORDERS: u8 = 2;

pub struct Market {
    pub book: LadderBook,
    /// The same book order by order, where the venue tells it so.
    pub orders: RestingOrders,
    proof: Proof,
    sequence_rule: Sequence,
    checksum: Option<Checksum>,
    scales: (u8, u8),
    /// [`proof_level`] that the venue states.
    reachable: u8,
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
        let rule = match venue {
            Some(v) if v.futures() => QuoteRule::Deferred,
            Some(v) if v.is_binance() => QuoteRule::EqualId,
            _ => QuoteRule::Never,
        };
        let level = proof_level_of(&instrument.venue);
        let tick = instrument.current().tick;
        if tick <= 0 {
            let seen = format!("tick of {} must be positive, was {tick}", instrument.name());
            return Err(CoreError::new("E_CONFIG", seen));
        }
        let sequence_rule = venue.map_or(Sequence::Unnumbered, Venue::sequence);
        Ok(Self {
            book: LadderBook::new(tick),
            orders: RestingOrders::default(),
            proof: Proof::new(level, rule),
            reachable: level,
            sequence_rule,
            checksum: venue.and_then(Venue::checksum),
            scales: (instrument.price_scale, instrument.quantity_scale),
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
            kind::CHECKSUM if self.joined => self.check(event),
            of if is_order(of) => self.order(event),
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
        self.proof.on_depth(h.w1, self.bid, self.ask);
        self.check(event);
    }

    /// Tables carry no ids: nothing to follow, and nothing that is proven by it.
    #[inline]
    fn follows(&self, first: u64, last: u64, previous: u64) -> bool {
        if (first, last, previous) == (0, 0, 0) {
            return self.sequence == 0;
        }
        self.sequence_rule.follows(self.fresh, self.sequence, first, last, previous)
    }

    /// Holds the book against the venue's checksum, where the event carries one.
    #[inline]
    fn check(&mut self, event: EventRef<'_>) {
        if event.header.flags & event_flag::CHECKSUM == 0 {
            return;
        }
        if let Some(rule) = self.checksum {
            let (price_scale, quantity_scale) = self.scales;
            let computed = match self.orders.get() {
                Some(orders) if !orders.is_empty() => rule.of_orders(orders, quantity_scale),
                _ => Some(rule.of(&self.book, price_scale, quantity_scale)),
            };
            if let Some(computed) = computed {
                self.proof.on_checksum(u64::from(computed) == event.header.aux);
            }
        }
    }

    /// A snapshot by order has no entries: its orders follow as events with its own sequence.
    fn snapshot(&mut self, event: EventRef<'_>) {
        self.counts.snapshots += 1;
        self.book.load(event.bids, event.asks);
        self.orders.clear();
        self.join(event.header.w1);
        self.settle();
        self.check(event);
    }

    fn join(&mut self, sequence: u64) {
        self.joined = true;
        self.fresh = true;
        self.sequence = sequence;
        // Without ids nothing that follows can be checked against it.
        self.proof.on_snapshot(sequence != 0 && self.sequence_rule.shows_holes(sequence));
    }

    fn order(&mut self, event: EventRef<'_>) {
        let sequence = event.header.w0;
        if !self.joined {
            // Without a snapshot there is never more to wait for.
            if self.reachable > proof_level::UNPROVABLE {
                self.counts.unjoined += 1;
                return;
            }
            self.join(sequence);
        }
        // A venue without sequence numbers says 0; several events of one message share its number.
        let numbered = sequence != 0 && self.reachable > proof_level::UNPROVABLE;
        if numbered && sequence < self.sequence {
            self.reset(proof_reason::OUT_OF_ORDER);
            return;
        }
        let of_snapshot = self.fresh && numbered && sequence == self.sequence;
        self.fresh = of_snapshot;
        self.sequence = self.sequence.max(sequence);
        self.counts.updates += 1;
        self.orders.apply(event, &mut self.book);
        self.settle();
        if of_snapshot {
            // Half of a snapshot has no touch to act on or to hold against a quote.
            self.touch_changed = false;
        } else if numbered {
            self.proof.on_depth(sequence, self.bid, self.ask);
        }
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
        self.proof.on_quote(event.header.w1, *bid, *ask);
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
        self.orders.clear();
        self.proof.on_reset(reason);
        self.touch_changed = self.bid.is_some() || self.ask.is_some();
        (self.bid, self.ask) = (None, None);
    }

    /// A new tick: the ladder is indexed anew, levels stay.
    pub fn set_tick(&mut self, tick: i64) {
        self.book.set_tick(tick);
        self.orders.set_tick(tick);
    }

    /// Canonical bytes; `exact` adds what a checkpoint needs and a state hash does not.
    pub fn save(&self, w: &mut StateWriter) {
        self.book.save(w);
        self.proof.save(w);
        let orders = self.orders.get();
        let has_orders = if orders.is_some() { HAS_ORDERS } else { 0 };
        w.u8(u8::from(self.joined) * JOINED + has_orders);
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
        if let Some(orders) = orders {
            orders.save(w);
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are not a market's.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.book.restore(r)?;
        self.proof.restore(r)?;
        let bits = r.u8()?;
        self.joined = bits & JOINED != 0;
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
        self.orders.forget();
        if bits & HAS_ORDERS != 0 {
            self.orders.get_or_new(self.book.tick()).restore(r)?;
        }
        (self.bid, self.ask) = (self.book.best(Side::Bid), self.book.best(Side::Ask));
        self.touch_changed = false;
        self.dirty = true;
        Ok(())
    }
}
