//! The order book that is obviously right: a list of orders for each price, looked through every time.

use super::{
    Ahead, LevelChange, LevelChanges, OrderCounts, OrderLevel, OrderPlace, Orders, QueuedOrder,
    UNCHANGED,
};
use crate::book::Side;
use crate::event::Entry;
use std::collections::BTreeMap;

/// A list in the queue's order for each side and price; none is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OracleOrders {
    queues: BTreeMap<(Side, i64), Vec<QueuedOrder>>,
    counts: OrderCounts,
}

impl OracleOrders {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn find(&self, id: u64) -> Option<(Side, i64, usize)> {
        self.queues.iter().find_map(|(&(side, price), queue)| {
            let index = queue.iter().position(|order| order.id == id)?;
            Some((side, price, index))
        })
    }

    /// The order that an event names; what is odd about it is counted.
    fn named(&mut self, side: Side, id: u64) -> Option<(Side, i64, usize)> {
        let found = self.find(id);
        match found {
            None => self.counts.unknown += 1,
            Some((own, ..)) if own != side => self.counts.wrong_side += 1,
            Some(_) => {}
        }
        found
    }

    fn change(&self, side: Side, price: i64) -> Option<LevelChange> {
        let total = self.level(side, price).map_or(0, |level| level.quantity);
        Some(LevelChange::new(side, price, total))
    }

    fn remove(&mut self, (side, price, index): (Side, i64, usize)) -> Option<LevelChange> {
        if let Some(queue) = self.queues.get_mut(&(side, price)) {
            queue.remove(index);
        }
        self.queues.retain(|_, queue| !queue.is_empty());
        self.change(side, price)
    }

    fn append(&mut self, side: Side, price: i64, order: QueuedOrder) -> Option<LevelChange> {
        self.queues.entry((side, price)).or_default().push(order);
        self.change(side, price)
    }

    fn quantity(&mut self, (side, price, index): (Side, i64, usize)) -> Option<&mut i64> {
        let queue = self.queues.get_mut(&(side, price))?;
        queue.get_mut(index).map(|order| &mut order.quantity)
    }
}

impl Orders for OracleOrders {
    fn add(&mut self, side: Side, id: u64, level: Entry) -> LevelChanges {
        if level.quantity < 1 {
            self.counts.empty += 1;
            return UNCHANGED;
        }
        self.counts.added += 1;
        let replaced = self.find(id).and_then(|place| {
            self.counts.duplicate += 1;
            self.remove(place)
        });
        let order = QueuedOrder { id, quantity: level.quantity };
        [replaced, self.append(side, level.price, order)]
    }

    fn modify(&mut self, side: Side, id: u64, level: Entry) -> LevelChanges {
        let Some(place) = self.named(side, id) else { return UNCHANGED };
        self.counts.modified += 1;
        let (side, price, _) = place;
        if level.quantity < 1 {
            return [self.remove(place), None];
        }
        if let Some(quantity) = self.quantity(place)
            && level.price == price
            && level.quantity <= *quantity
        {
            *quantity = level.quantity;
            return [self.change(side, price), None];
        }
        let left = self.remove(place);
        let order = QueuedOrder { id, quantity: level.quantity };
        [left, self.append(side, level.price, order)]
    }

    fn cancel(&mut self, side: Side, id: u64) -> LevelChanges {
        let Some(place) = self.named(side, id) else { return UNCHANGED };
        self.counts.cancelled += 1;
        [self.remove(place), None]
    }

    fn execute(&mut self, side: Side, id: u64, quantity: i64) -> LevelChanges {
        if quantity < 1 {
            self.counts.empty += 1;
            return UNCHANGED;
        }
        let Some(place) = self.named(side, id) else { return UNCHANGED };
        self.counts.executed += 1;
        if let Some(left) = self.quantity(place) {
            if *left > quantity {
                *left -= quantity;
                return [self.change(place.0, place.1), None];
            }
            let overfilled = *left < quantity;
            self.counts.overfilled += u64::from(overfilled);
        }
        [self.remove(place), None]
    }

    fn clear(&mut self) {
        self.queues.clear();
    }

    fn counts(&self) -> OrderCounts {
        self.counts
    }

    fn counts_mut(&mut self) -> &mut OrderCounts {
        &mut self.counts
    }

    fn len(&self) -> usize {
        self.queues.values().map(Vec::len).sum()
    }

    fn order(&self, id: u64) -> Option<OrderPlace> {
        let (side, price, index) = self.find(id)?;
        let quantity = self.queues.get(&(side, price))?.get(index)?.quantity;
        Some(OrderPlace { side, price, quantity })
    }

    fn ahead(&self, id: u64) -> Option<Ahead> {
        let (side, price, index) = self.find(id)?;
        let front = self.queues.get(&(side, price))?.iter().take(index);
        let quantity = front.map(|order| i128::from(order.quantity)).sum();
        Some(Ahead { orders: index, quantity })
    }

    fn level(&self, side: Side, price: i64) -> Option<OrderLevel> {
        let queue = self.queues.get(&(side, price))?;
        let quantity = queue.iter().map(|order| i128::from(order.quantity)).sum();
        Some(OrderLevel { price, orders: queue.len(), quantity })
    }

    fn levels(&self, side: Side) -> usize {
        self.queues.keys().filter(|key| key.0 == side).count()
    }

    fn for_each_level(&self, side: Side, visit: &mut dyn FnMut(OrderLevel)) {
        let mut prices: Vec<i64> =
            self.queues.keys().filter(|key| key.0 == side).map(|key| key.1).collect();
        if side == Side::Bid {
            prices.reverse();
        }
        prices.into_iter().filter_map(|price| self.level(side, price)).for_each(visit);
    }

    fn for_each_at(&self, side: Side, price: i64, visit: &mut dyn FnMut(QueuedOrder)) {
        self.queues.get(&(side, price)).into_iter().flatten().copied().for_each(visit);
    }
}
