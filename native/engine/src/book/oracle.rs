//! The book that is obviously right: an ordered map a side. Slow; the ladder is compared with it.

use super::{Book, Side};
use crate::event::Entry;
use std::collections::BTreeMap;

/// Two ordered maps, price to quantity; every quantity is above 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OracleBook {
    bids: BTreeMap<i64, i64>,
    asks: BTreeMap<i64, i64>,
}

impl OracleBook {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn side(&self, side: Side) -> &BTreeMap<i64, i64> {
        match side {
            Side::Bid => &self.bids,
            Side::Ask => &self.asks,
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut BTreeMap<i64, i64> {
        match side {
            Side::Bid => &mut self.bids,
            Side::Ask => &mut self.asks,
        }
    }

    /// All levels of a side, best first.
    fn sorted(&self, side: Side) -> Box<dyn Iterator<Item = Entry> + '_> {
        let levels = self.side(side).iter().map(|(&price, &quantity)| Entry { price, quantity });
        match side {
            Side::Bid => Box::new(levels.rev()),
            Side::Ask => Box::new(levels),
        }
    }
}

impl Book for OracleBook {
    fn set(&mut self, side: Side, price: i64, quantity: i64) {
        let levels = self.side_mut(side);
        if quantity > 0 {
            levels.insert(price, quantity);
        } else {
            levels.remove(&price);
        }
    }

    fn clear(&mut self) {
        self.bids.clear();
        self.asks.clear();
    }

    fn best(&self, side: Side) -> Option<Entry> {
        self.sorted(side).next()
    }

    fn quantity_at(&self, side: Side, price: i64) -> i64 {
        self.side(side).get(&price).copied().unwrap_or(0)
    }

    fn levels(&self, side: Side) -> usize {
        self.side(side).len()
    }

    fn total(&self, side: Side) -> i128 {
        self.side(side).values().map(|&quantity| i128::from(quantity)).sum()
    }

    fn top(&self, side: Side, out: &mut [Entry]) -> usize {
        let mut written = 0;
        for (slot, level) in out.iter_mut().zip(self.sorted(side)) {
            *slot = level;
            written += 1;
        }
        written
    }

    fn for_each(&self, side: Side, visit: &mut dyn FnMut(Entry)) {
        self.sorted(side).for_each(visit);
    }
}
