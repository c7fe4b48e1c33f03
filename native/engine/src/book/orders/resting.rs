//! The orders of an instrument, where its venue tells them: made at the first order event, so that an
//! instrument of levels alone pays nothing for them.

use super::{OrderBook, Orders};
use crate::book::{Book, LadderBook};
use crate::event::EventRef;

/// Orders beside the levels that they add up to.
#[derive(Clone, Debug, Default)]
pub struct RestingOrders(Option<Box<OrderBook>>);

impl RestingOrders {
    /// `None` where no order event came yet.
    #[must_use]
    pub fn get(&self) -> Option<&OrderBook> {
        self.0.as_deref()
    }

    /// The order book; made, on the grid of a tick, where there is none.
    pub fn get_or_new(&mut self, tick: i64) -> &mut OrderBook {
        self.0.get_or_insert_with(|| Box::new(OrderBook::new(tick)))
    }

    /// An order event: into the order book, and the levels that it changed into `levels`.
    #[inline]
    pub fn apply(&mut self, event: EventRef<'_>, levels: &mut LadderBook) {
        let changes = self.get_or_new(levels.tick()).apply(event);
        for change in changes.into_iter().flatten() {
            levels.set(change.side, change.level.price, change.level.quantity);
        }
    }

    /// Forgets all orders, not what was counted.
    pub fn clear(&mut self) {
        if let Some(orders) = &mut self.0 {
            orders.clear();
        }
    }

    /// As if no order event had come.
    pub fn forget(&mut self) {
        self.0 = None;
    }

    pub fn set_tick(&mut self, tick: i64) {
        if let Some(orders) = &mut self.0 {
            orders.set_tick(tick);
        }
    }
}
