//! L3 order book: order by order, first come first served at each price.
//!
//! A venue that tells every order says who waits in front of whom. Events are tolerated as they come:
//! what names an order that is not here, names one twice or takes more than there is, is counted in
//! [`OrderCounts`] and leaves a sound book.

mod fast;
mod ids;
pub mod oracle;
mod resting;
mod slab;
#[cfg(test)]
mod suite;

pub use fast::OrderBook;
pub use oracle::OracleOrders;
pub use resting::RestingOrders;

use super::Side;
use crate::error::CoreError;
use crate::event::{Entry, EventRef, is_order};
use crate::schema::kind;
use crate::state::{StateReader, StateWriter};
use serde::Serialize;

/// What order events came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCounts {
    pub added: u64,
    pub modified: u64,
    pub cancelled: u64,
    pub executed: u64,
    /// Modified, cancelled or executed, but not here: passed over.
    pub unknown: u64,
    /// Added while one of the same id was here: the later one counts and goes to the back.
    pub duplicate: u64,
    /// Executed for more than was left: the order is gone.
    pub overfilled: u64,
    /// The event names the other side than the order rests on: the order stays on its own.
    pub wrong_side: u64,
    /// Added or executed with a quantity below 1: passed over.
    pub empty: u64,
    /// Without exactly one entry: passed over.
    pub malformed: u64,
}

impl OrderCounts {
    const fn all(&mut self) -> [&mut u64; 10] {
        [
            &mut self.added,
            &mut self.modified,
            &mut self.cancelled,
            &mut self.executed,
            &mut self.unknown,
            &mut self.duplicate,
            &mut self.overfilled,
            &mut self.wrong_side,
            &mut self.empty,
            &mut self.malformed,
        ]
    }

    fn save(mut self, w: &mut StateWriter) {
        self.all().into_iter().for_each(|n| w.u64(*n));
    }

    fn load(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for n in out.all() {
            *n = r.u64()?;
        }
        Ok(out)
    }
}

/// An order in its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuedOrder {
    pub id: u64,
    /// Left of it, above 0.
    pub quantity: i64,
}

/// Where an order rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderPlace {
    pub side: Side,
    pub price: i64,
    pub quantity: i64,
}

/// What waits in front of an order at its price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ahead {
    pub orders: usize,
    pub quantity: i128,
}

/// A price and all that rests there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderLevel {
    pub price: i64,
    pub orders: usize,
    pub quantity: i128,
}

/// A level after an event, as L2 knows it: quantity 0 where it is gone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelChange {
    pub side: Side,
    pub level: Entry,
}

impl LevelChange {
    /// L2 quantities have 64 bits; a total beyond them shows as the most that they hold.
    fn new(side: Side, price: i64, total: i128) -> Self {
        let quantity = i64::try_from(total).unwrap_or(i64::MAX);
        Self { side, level: Entry { price, quantity } }
    }
}

/// Levels that an event changed, in the order in which to set them: an order that moves changes two.
pub type LevelChanges = [Option<LevelChange>; 2];

const UNCHANGED: LevelChanges = [None; 2];

/// One suite runs over every implementation: [`OrderBook`] (fast) and [`OracleOrders`] (slow, obvious).
///
/// Ids and prices may be any; every quantity that rests is above 0. Sides may cross each other.
pub trait Orders {
    /// A new order goes to the back of its price.
    fn add(&mut self, side: Side, id: u64, level: Entry) -> LevelChanges;
    /// New price and quantity left. The place is kept at the same price and no larger a quantity, else
    /// the order goes to the back. A quantity below 1 removes.
    fn modify(&mut self, side: Side, id: u64, level: Entry) -> LevelChanges;
    fn cancel(&mut self, side: Side, id: u64) -> LevelChanges;
    /// `quantity` of an order was executed; where that is all of it, the order is gone.
    fn execute(&mut self, side: Side, id: u64, quantity: i64) -> LevelChanges;
    /// Forgets all orders; keeps memory and counts.
    fn clear(&mut self);
    fn counts(&self) -> OrderCounts;
    fn counts_mut(&mut self) -> &mut OrderCounts;
    /// Orders of both sides.
    fn len(&self) -> usize;
    fn order(&self, id: u64) -> Option<OrderPlace>;
    /// Walks over what is in front.
    fn ahead(&self, id: u64) -> Option<Ahead>;
    fn level(&self, side: Side, price: i64) -> Option<OrderLevel>;
    /// Number of levels of a side.
    fn levels(&self, side: Side) -> usize;
    /// Visits the levels of a side, best first.
    fn for_each_level(&self, side: Side, visit: &mut dyn FnMut(OrderLevel));
    /// Visits the orders at a price, first in the queue first.
    fn for_each_at(&self, side: Side, price: i64, visit: &mut dyn FnMut(QueuedOrder));

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An order event ([`is_order`]); others change nothing.
    #[inline]
    fn apply(&mut self, event: EventRef<'_>) -> LevelChanges {
        let (side, entry) = match (event.bids, event.asks) {
            ([entry], []) => (Side::Bid, *entry),
            ([], [entry]) => (Side::Ask, *entry),
            _ => {
                self.counts_mut().malformed += u64::from(is_order(event.header.kind));
                return UNCHANGED;
            }
        };
        let id = event.header.aux;
        match event.header.kind {
            kind::ORDER_ADD => self.add(side, id, entry),
            kind::ORDER_MODIFY => self.modify(side, id, entry),
            kind::ORDER_CANCEL => self.cancel(side, id),
            kind::ORDER_EXECUTE => self.execute(side, id, entry.quantity),
            _ => UNCHANGED,
        }
    }

    /// Canonical bytes: for each side the levels, best first, each with its orders in the queue's order;
    /// then the counts.
    fn save(&self, w: &mut StateWriter) {
        for side in Side::BOTH {
            w.u32(self.levels(side) as u32);
            self.for_each_level(side, &mut |level| {
                w.i64(level.price);
                w.u32(level.orders as u32);
                self.for_each_at(side, level.price, &mut |order| {
                    w.u64(order.id);
                    w.i64(order.quantity);
                });
            });
        }
        self.counts().save(w);
    }

    /// Replaces all orders by saved ones.
    ///
    /// # Errors
    /// `E_STATE` where the bytes are not an order book's: too short, levels out of order, doubled or
    /// empty, an id twice, a quantity below 1. The book is empty then.
    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.clear();
        let sides = Side::BOTH.into_iter().try_for_each(|side| restore_side(self, side, r));
        let counts = sides.and_then(|()| OrderCounts::load(r));
        *self.counts_mut() = *counts.as_ref().unwrap_or(&OrderCounts::default());
        if counts.is_err() {
            self.clear();
        }
        counts.map(|_| ())
    }
}

fn restore_side<B: Orders + ?Sized>(
    book: &mut B,
    side: Side,
    r: &mut StateReader<'_>,
) -> Result<(), CoreError> {
    let mut last = None;
    for _ in 0..r.u32()? {
        let at = r.position();
        let (price, orders) = (r.i64()?, r.u32()?);
        let in_order = last.is_none_or(|last| side.is_better(last, price));
        if !in_order || orders == 0 {
            return Err(no_book(format!("{orders} orders at {price}, behind {last:?}"), at));
        }
        for _ in 0..orders {
            let at = r.position();
            let (id, quantity) = (r.u64()?, r.i64()?);
            if quantity < 1 || book.order(id).is_some() {
                return Err(no_book(format!("order {id} of {quantity}, or it is there twice"), at));
            }
            book.add(side, id, Entry { price, quantity });
        }
        last = Some(price);
    }
    Ok(())
}

fn no_book(seen: String, at: usize) -> CoreError {
    CoreError::new("E_STATE", seen)
        .at(format!("byte {at}"))
        .hint("the checkpoint was not written by this version, or was changed")
}
