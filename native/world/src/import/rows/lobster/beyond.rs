//! Queues that left the window: what is known of a level that no message speaks of any more.

use std::collections::BTreeMap;
use tickwright_engine::book::Side;
use tickwright_engine::book::orders::QueuedOrder;

/// Orders that are remembered, at most; beyond it all are forgotten, and come back anonymous.
const MOST: usize = 1 << 20;

/// Queues by side and price, as they were when they left.
#[derive(Clone, Debug, Default)]
pub struct Beyond {
    queues: BTreeMap<(Side, i64), Vec<QueuedOrder>>,
    orders: usize,
}

impl Beyond {
    pub fn leaves(&mut self, side: Side, price: i64, queue: Vec<QueuedOrder>) {
        if self.orders + queue.len() > MOST {
            *self = Self::default();
        }
        self.orders += queue.len();
        self.queues.insert((side, price), queue);
    }

    /// The queue of a level that comes back with so much in it; empty where that is less than what left,
    /// for then nobody knows who is still there.
    pub fn returns(&mut self, side: Side, price: i64, size: i64) -> Vec<QueuedOrder> {
        let Some(queue) = self.queues.remove(&(side, price)) else { return Vec::new() };
        self.orders -= queue.len();
        let sum: i128 = queue.iter().map(|order| i128::from(order.quantity)).sum();
        if sum <= i128::from(size) { queue } else { Vec::new() }
    }
}
