//! Books order by order: what a protocol says of resting orders.

use super::desk::Desk;
use super::slot::Channel;
use crate::book::Side;
use crate::event::{Entry, EventHeader, kind};
use crate::venue::Outcome;

/// What became of a resting order: an event of kind `ORDER_ADD` to `ORDER_EXECUTE`, whose words
/// `docs/architecture.md` lists.
#[derive(Clone, Copy, Debug)]
pub struct OrderChange {
    pub kind: u8,
    /// Never 0; ids wider than 64 bits are numbered by the protocol.
    pub id: u64,
    /// Where the order rests.
    pub side: Side,
    pub price: i64,
    /// Added, left, or executed; 0 of a cancelled one.
    pub quantity: i64,
    /// The venue's number, 0 where it has none.
    pub sequence: u64,
    /// Of an execution: the taker's order and the trade, 0 where not told.
    pub taker: u64,
    pub trade: u64,
    pub ts_event: Option<i64>,
}

impl Desk<'_> {
    /// A whole book by order begins: its orders follow as `ORDER_ADD` with the same sequence.
    pub fn orders_snapshot(
        &mut self,
        slot: usize,
        sequence: u64,
        ts_event: Option<i64>,
    ) -> Outcome {
        self.out.rollback();
        let header = self.header(slot, Channel::Orders, kind::SNAPSHOT, ts_event);
        self.snapshot(slot, EventHeader { w1: sequence, ..header })
    }

    /// A change of an order. Before a snapshot there is nothing that it could change.
    pub fn order(&mut self, slot: usize, change: OrderChange) -> Outcome {
        self.out.rollback();
        if self.is_learning() {
            return Outcome::Events;
        }
        if self.wants_snapshot(slot) {
            self.slots.list[slot].counters.stale += 1;
            return Outcome::Stale;
        }
        self.touch(slot);
        self.entry(Entry { price: change.price, quantity: change.quantity });
        let is_bid = change.side == Side::Bid;
        let header = self.header(slot, Channel::Orders, change.kind, change.ts_event);
        self.event(EventHeader {
            w0: change.sequence,
            w1: change.taker,
            w2: change.trade,
            aux: change.id,
            bids: u32::from(is_bid),
            asks: u32::from(!is_bid),
            ..header
        })
    }
}
