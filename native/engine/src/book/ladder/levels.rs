//! Levels of a side in order: the hot ones by bitmap, the cold ones merged in between.

use super::side::LadderSide;
use crate::book::Side;
use crate::event::Entry;
use std::collections::btree_map;

/// Iterates over all levels of a side, best first.
pub(super) struct Levels<'a> {
    hot: Hot<'a>,
    cold: btree_map::Iter<'a, i64, i64>,
    /// Next level of each, where it is known already.
    next_hot: Option<Entry>,
    next_cold: Option<Entry>,
}

impl<'a> Levels<'a> {
    pub fn new(side: &'a LadderSide) -> Self {
        let mut out =
            Self { hot: Hot::new(side), cold: side.cold().iter(), next_hot: None, next_cold: None };
        out.next_hot = out.hot.next();
        out.next_cold = out.take_cold();
        out
    }

    fn take_cold(&mut self) -> Option<Entry> {
        let next = match self.hot.side.side() {
            Side::Bid => self.cold.next_back(),
            Side::Ask => self.cold.next(),
        };
        next.map(|(&price, &quantity)| Entry { price, quantity })
    }
}

impl Iterator for Levels<'_> {
    type Item = Entry;

    #[inline]
    fn next(&mut self) -> Option<Entry> {
        let cold_first = match (self.next_hot, self.next_cold) {
            (Some(hot), Some(cold)) => self.hot.side.side().is_better(cold.price, hot.price),
            (None, Some(_)) => true,
            (_, None) => false,
        };
        if cold_first {
            let after = self.take_cold();
            std::mem::replace(&mut self.next_cold, after)
        } else {
            let after = self.hot.next();
            std::mem::replace(&mut self.next_hot, after)
        }
    }
}

/// The hot levels, best first.
struct Hot<'a> {
    side: &'a LadderSide,
    page: Option<usize>,
    /// Levels of the page that are still to come.
    bits: u64,
}

impl<'a> Hot<'a> {
    fn new(side: &'a LadderSide) -> Self {
        let page = side.best_page();
        Self { side, page, bits: page.map_or(0, |page| side.page(page).bits()) }
    }
}

impl Iterator for Hot<'_> {
    type Item = Entry;

    #[inline]
    fn next(&mut self) -> Option<Entry> {
        let page = self.page?;
        let slot = match self.side.side() {
            Side::Bid => 63 - self.bits.leading_zeros(),
            Side::Ask => self.bits.trailing_zeros(),
        } as usize;
        self.bits ^= 1 << slot;
        if self.bits == 0 {
            self.page = self.side.page_behind(page);
            self.bits = self.page.map_or(0, |page| self.side.page(page).bits());
        }
        Some(self.side.level(page, slot))
    }
}
