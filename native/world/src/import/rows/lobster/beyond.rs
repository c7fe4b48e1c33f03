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
        let before = self.queues.insert((side, price), queue);
        self.orders -= before.map_or(0, |queue| queue.len());
    }

    /// A row shows a side down to its edge, or all of it: of what it shows, what came back was taken, and
    /// the rest has gone.
    pub fn seen(&mut self, side: Side, edge: Option<i64>) {
        let (from, to) = match (side, edge) {
            (Side::Bid, Some(edge)) => (edge, i64::MAX),
            (Side::Ask, Some(edge)) => (i64::MIN, edge),
            (_, None) => (i64::MIN, i64::MAX),
        };
        while let Some((&key, _)) = self.queues.range((side, from)..=(side, to)).next() {
            let gone = self.queues.remove(&key);
            self.orders -= gone.map_or(0, |queue| queue.len());
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(ids: &[u64]) -> Vec<QueuedOrder> {
        ids.iter().map(|&id| QueuedOrder { id, quantity: 10 }).collect()
    }

    #[test]
    fn a_level_comes_back_with_no_less_than_left() {
        let mut beyond = Beyond::default();
        beyond.leaves(Side::Bid, 100, queue(&[1, 2]));
        beyond.leaves(Side::Bid, 90, queue(&[3]));
        beyond.leaves(Side::Ask, 100, queue(&[4]));
        assert_eq!(beyond.returns(Side::Bid, 100, 25), queue(&[1, 2]));
        assert_eq!(beyond.returns(Side::Bid, 100, 25), []);
        assert_eq!(beyond.returns(Side::Bid, 90, 9), []);
        assert_eq!(beyond.returns(Side::Ask, 100, 10), queue(&[4]));
        assert_eq!((beyond.orders, beyond.queues.len()), (0, 0));
    }

    #[test]
    fn what_a_row_would_show_has_gone() {
        let mut beyond = Beyond::default();
        for price in [80, 90, 100] {
            beyond.leaves(Side::Bid, price, queue(&[1]));
            beyond.leaves(Side::Ask, price, queue(&[2]));
        }
        beyond.seen(Side::Bid, Some(90));
        beyond.seen(Side::Ask, Some(90));
        let left: Vec<_> = beyond.queues.keys().copied().collect();
        assert_eq!(left, [(Side::Bid, 80), (Side::Ask, 100)]);
        beyond.seen(Side::Ask, None);
        assert_eq!((beyond.orders, beyond.queues.len()), (1, 1));
    }

    #[test]
    fn memory_is_bounded() {
        let mut beyond = Beyond::default();
        for price in 0..3 {
            beyond.leaves(Side::Bid, price, queue(&vec![1; MOST / 2]));
            assert!(beyond.orders <= MOST);
        }
        assert_eq!(beyond.queues.len(), 1);
    }
}
