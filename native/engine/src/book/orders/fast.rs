//! The fast order book: orders in a slab, linked in their queue; levels found by the paged ladder.

use super::ids::IdTable;
use super::slab::{NONE, Slab};
use super::{
    Ahead, LevelChange, LevelChanges, OrderCounts, OrderLevel, OrderPlace, Orders, QueuedOrder,
    UNCHANGED,
};
use crate::book::{Book, LadderBook, Side};
use crate::event::Entry;

/// 32 bytes, so that two share a cache line and none lies across two.
#[derive(Clone, Copy, Debug)]
struct Order {
    id: u64,
    quantity: i64,
    level: u32,
    /// Neighbours in the queue, `NONE` at its ends.
    before: u32,
    behind: u32,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    quantity: i128,
    price: i64,
    side: Side,
    orders: u32,
    first: u32,
    last: u32,
}

/// Order book of one instrument. Every event touches a fixed number of places.
#[derive(Clone, Debug)]
pub struct OrderBook {
    ids: IdTable,
    orders: Slab<Order>,
    levels: Slab<Level>,
    /// In place of a quantity each price has its level's number plus 1: order, reach and bounds are
    /// the ladder's.
    prices: LadderBook,
    counts: OrderCounts,
}

impl OrderBook {
    /// A book on the grid of a tick, in price units. The tick decides on speed, never on a result.
    #[must_use]
    pub fn new(tick: i64) -> Self {
        Self {
            ids: IdTable::new(),
            orders: Slab::new(),
            levels: Slab::new(),
            prices: LadderBook::new(tick),
            counts: OrderCounts::default(),
        }
    }

    /// A new version of the instrument: levels are indexed anew.
    pub fn set_tick(&mut self, tick: i64) {
        self.prices.set_tick(tick);
    }

    /// Orders and levels for which there is memory, and places of the id table.
    #[must_use]
    pub fn allocated(&self) -> (usize, usize, usize) {
        (self.orders.allocated(), self.levels.allocated(), self.ids.slots())
    }

    fn level_number(&self, side: Side, price: i64) -> Option<u32> {
        let number = self.prices.quantity_at(side, price);
        (number > 0).then(|| (number - 1) as u32)
    }

    /// The level of a price, made where there is none.
    #[inline]
    fn level_for(&mut self, side: Side, price: i64) -> u32 {
        if let Some(level) = self.level_number(side, price) {
            return level;
        }
        let fresh = Level { quantity: 0, price, side, orders: 0, first: NONE, last: NONE };
        let level = self.levels.take(fresh);
        self.prices.set(side, price, i64::from(level) + 1);
        level
    }

    /// Puts an order at the back of a level's queue.
    #[inline]
    fn enqueue(&mut self, number: u32, level: u32) -> LevelChange {
        let at = self.levels.get_mut(level);
        let before = at.last;
        at.last = number;
        at.orders += 1;
        if before == NONE {
            at.first = number;
        }
        let order = self.orders.get_mut(number);
        (order.level, order.before, order.behind) = (level, before, NONE);
        at.quantity += i128::from(order.quantity);
        let change = LevelChange::new(at.side, at.price, at.quantity);
        if before != NONE {
            self.orders.get_mut(before).behind = number;
        }
        change
    }

    /// Takes an order out of its queue; a level without orders goes.
    #[inline]
    fn dequeue(&mut self, number: u32) -> LevelChange {
        let Order { quantity, level, before, behind, .. } = *self.orders.get(number);
        let at = self.levels.get_mut(level);
        at.quantity -= i128::from(quantity);
        at.orders -= 1;
        let (side, price, is_gone) = (at.side, at.price, at.orders == 0);
        let change = LevelChange::new(side, price, at.quantity);
        if before == NONE {
            at.first = behind;
        } else {
            self.orders.get_mut(before).behind = behind;
        }
        if behind == NONE {
            self.levels.get_mut(level).last = before;
        } else {
            self.orders.get_mut(behind).before = before;
        }
        if is_gone {
            self.prices.set(side, price, 0);
            self.levels.give_back(level);
        }
        change
    }

    fn remove(&mut self, number: u32) -> LevelChange {
        let change = self.dequeue(number);
        self.ids.remove(self.orders.get(number).id);
        self.orders.give_back(number);
        change
    }

    /// Less is left of an order, which keeps its place.
    #[inline]
    fn reduce(&mut self, number: u32, quantity: i64) -> LevelChange {
        let order = self.orders.get_mut(number);
        let less = i128::from(order.quantity) - i128::from(quantity);
        order.quantity = quantity;
        let at = self.levels.get_mut(order.level);
        at.quantity -= less;
        LevelChange::new(at.side, at.price, at.quantity)
    }

    /// The order that an event names; what is odd about it is counted.
    #[inline]
    fn named(&mut self, side: Side, id: u64) -> Option<u32> {
        let Some(number) = self.ids.get(id) else {
            self.counts.unknown += 1;
            return None;
        };
        let level = self.levels.get(self.orders.get(number).level);
        self.counts.wrong_side += u64::from(level.side != side);
        Some(number)
    }

    fn describe(&self, level: u32) -> OrderLevel {
        let at = self.levels.get(level);
        OrderLevel { price: at.price, orders: at.orders as usize, quantity: at.quantity }
    }
}

impl Orders for OrderBook {
    #[inline]
    fn add(&mut self, side: Side, id: u64, level: Entry) -> LevelChanges {
        if level.quantity < 1 {
            self.counts.empty += 1;
            return UNCHANGED;
        }
        self.counts.added += 1;
        let replaced = self.ids.get(id).map(|number| {
            self.counts.duplicate += 1;
            self.remove(number)
        });
        let quantity = level.quantity;
        let level = self.level_for(side, level.price);
        let order = Order { id, quantity, level, before: NONE, behind: NONE };
        let number = self.orders.take(order);
        self.ids.insert(id, number);
        [replaced, Some(self.enqueue(number, level))]
    }

    #[inline]
    fn modify(&mut self, side: Side, id: u64, level: Entry) -> LevelChanges {
        let Some(number) = self.named(side, id) else { return UNCHANGED };
        self.counts.modified += 1;
        if level.quantity < 1 {
            return [Some(self.remove(number)), None];
        }
        let order = *self.orders.get(number);
        let Level { price, side, .. } = *self.levels.get(order.level);
        if level.price == price && level.quantity <= order.quantity {
            return [Some(self.reduce(number, level.quantity)), None];
        }
        let left = self.dequeue(number);
        self.orders.get_mut(number).quantity = level.quantity;
        let to = self.level_for(side, level.price);
        [Some(left), Some(self.enqueue(number, to))]
    }

    #[inline]
    fn cancel(&mut self, side: Side, id: u64) -> LevelChanges {
        let Some(number) = self.named(side, id) else { return UNCHANGED };
        self.counts.cancelled += 1;
        [Some(self.remove(number)), None]
    }

    #[inline]
    fn execute(&mut self, side: Side, id: u64, quantity: i64) -> LevelChanges {
        if quantity < 1 {
            self.counts.empty += 1;
            return UNCHANGED;
        }
        let Some(number) = self.named(side, id) else { return UNCHANGED };
        self.counts.executed += 1;
        let left = self.orders.get(number).quantity - quantity;
        if left > 0 {
            return [Some(self.reduce(number, left)), None];
        }
        self.counts.overfilled += u64::from(left < 0);
        [Some(self.remove(number)), None]
    }

    fn clear(&mut self) {
        self.ids.clear();
        self.orders.clear();
        self.levels.clear();
        Book::clear(&mut self.prices);
    }

    fn counts(&self) -> OrderCounts {
        self.counts
    }

    fn counts_mut(&mut self) -> &mut OrderCounts {
        &mut self.counts
    }

    fn len(&self) -> usize {
        self.orders.used()
    }

    fn order(&self, id: u64) -> Option<OrderPlace> {
        let order = self.orders.get(self.ids.get(id)?);
        let level = self.levels.get(order.level);
        Some(OrderPlace { side: level.side, price: level.price, quantity: order.quantity })
    }

    fn ahead(&self, id: u64) -> Option<Ahead> {
        let mut next = self.orders.get(self.ids.get(id)?).before;
        let mut ahead = Ahead::default();
        while next != NONE {
            let order = self.orders.get(next);
            ahead.orders += 1;
            ahead.quantity += i128::from(order.quantity);
            next = order.before;
        }
        Some(ahead)
    }

    fn level(&self, side: Side, price: i64) -> Option<OrderLevel> {
        self.level_number(side, price).map(|level| self.describe(level))
    }

    fn levels(&self, side: Side) -> usize {
        self.prices.levels(side)
    }

    fn for_each_level(&self, side: Side, visit: &mut dyn FnMut(OrderLevel)) {
        self.prices.for_each(side, &mut |at| visit(self.describe((at.quantity - 1) as u32)));
    }

    fn for_each_at(&self, side: Side, price: i64, visit: &mut dyn FnMut(QueuedOrder)) {
        let level = self.level_number(side, price);
        let mut next = level.map_or(NONE, |level| self.levels.get(level).first);
        while next != NONE {
            let order = self.orders.get(next);
            visit(QueuedOrder { id: order.id, quantity: order.quantity });
            next = order.behind;
        }
    }
}
