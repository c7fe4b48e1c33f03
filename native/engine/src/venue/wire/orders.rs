//! Where a protocol says what happened to orders.

use super::desk::Desk;
use super::held::HeldFrames;
use super::order_ids::OrderIds;
use super::order_sync::{Found, Turn};
use super::slot::Channel;
use crate::book::Side;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;

/// What happened to an order.
#[derive(Clone, Copy, Debug)]
pub struct OrderEvent {
    /// One of the order kinds.
    pub kind: u8,
    /// The side on which the order rests.
    pub side: Side,
    /// The venue's id, or the number of an interned one; not 0.
    pub id: u64,
    /// Of an addition and a change: what it is now; of a cancellation: quantity 0; of an execution: what
    /// was executed.
    pub entry: Entry,
    /// The venue's sequence number, 0 where it has none.
    pub sequence: u64,
    /// Of an execution: the taker's order, 0 where it is not told, and the trade.
    pub taker: u64,
    pub trade: u64,
    pub ts_event: Option<i64>,
}

impl Desk<'_> {
    /// An order event.
    pub fn order(&mut self, slot: usize, of: OrderEvent) -> Outcome {
        self.out.rollback();
        self.entry(of.entry);
        let header = self.header(slot, Channel::Orders, of.kind, of.ts_event);
        let deferred = if self.deferred { event_flag::DEFERRED } else { 0 };
        let is_bid = of.side == Side::Bid;
        self.event(EventHeader {
            w0: of.sequence,
            w1: of.taker,
            w2: of.trade,
            aux: of.id,
            bids: u32::from(is_bid),
            asks: u32::from(!is_bid),
            flags: header.flags | deferred,
            ..header
        })
    }

    /// Decides on a message about an order, when all of it is read: to be called once for each, before it
    /// is told. A break of the sequence loses the book and is told here.
    pub fn order_turn(&mut self, slot: usize, number: Option<u64>, frame: &[u8]) -> Turn {
        if self.is_learning() {
            return Turn::Take;
        }
        let of = &mut self.slots.list[slot];
        of.counters.deferred += u64::from(self.deferred);
        match of.orders.turn(number, frame, &mut of.counters) {
            Found::Turn(turn) => turn,
            Found::Break(reason) => {
                self.lose(slot, reason);
                self.slots.list[slot].orders.restart(number, frame);
                Turn::Pass(Outcome::Buffered)
            }
        }
    }

    /// A snapshot by order: empties the book. On `Ok` its orders are to follow, numbered like it, and
    /// then, behind [`Desk::defer`], the frames that come back, those with numbers beyond it.
    ///
    /// # Errors
    /// What became of a snapshot that cannot be used.
    pub fn order_snapshot(
        &mut self,
        slot: usize,
        number: u64,
        ts_event: Option<i64>,
    ) -> Result<HeldFrames, Outcome> {
        if self.is_learning() {
            return Ok(HeldFrames::default());
        }
        self.out.rollback();
        let header = self.header(slot, Channel::Orders, kind::SNAPSHOT, ts_event);
        let of = &mut self.slots.list[slot];
        let header = EventHeader { w1: number, ..header };
        of.orders.snapshot(header, &mut of.counters, self.out)
    }

    /// Events from here on are of frames that were held.
    pub fn defer(&mut self) {
        self.deferred = true;
    }

    /// Whether events are of frames that were held.
    #[must_use]
    pub fn is_deferred(&self) -> bool {
        self.deferred
    }

    /// Numbers of orders with wider ids.
    pub fn order_ids(&mut self, slot: usize) -> &mut OrderIds {
        &mut self.slots.list[slot].orders.ids
    }

    /// Number of the last message that is out, where the book by order is known.
    #[must_use]
    pub fn orders_at(&self, slot: usize) -> Option<u64> {
        self.slots.list[slot].orders.at()
    }

    /// Whether messages about orders came.
    #[must_use]
    pub fn has_orders(&self, slot: usize) -> bool {
        self.slots.list[slot].orders.is_in_use()
    }

    /// An order came behind a message that ended it: counted, passed over.
    pub fn late_order(&mut self, slot: usize) -> Outcome {
        self.slots.list[slot].counters.out_of_order += 1;
        Outcome::Stale
    }
}
