//! Levels of a side in order: the hot ones by bitmap, the cold ones merged in between.

use super::page::Page;
use super::side::LadderSide;
use crate::book::Side;
use crate::event::Entry;
use std::collections::btree_map;

/// Iterates over all levels of a side, best first.
pub(super) struct Levels<'a> {
    hot: Hot<'a>,
    cold: btree_map::Iter<'a, i64, i64>,
    next_cold: Option<Entry>,
}

impl<'a> Levels<'a> {
    #[inline]
    pub fn new(side: &'a LadderSide) -> Self {
        let mut out = Self { hot: Hot::new(side), cold: side.cold().iter(), next_cold: None };
        out.advance_cold();
        out
    }

    fn advance_cold(&mut self) {
        let next = match self.hot.side.side() {
            Side::Bid => self.cold.next_back(),
            Side::Ask => self.cold.next(),
        };
        self.next_cold = next.map(|(&price, &quantity)| Entry { price, quantity });
    }
}

impl Iterator for Levels<'_> {
    type Item = Entry;

    #[inline]
    fn next(&mut self) -> Option<Entry> {
        if let Some(cold) = self.next_cold {
            let better = |hot| self.hot.side.side().is_better(cold.price, hot);
            if self.hot.peek().is_none_or(better) {
                self.advance_cold();
                return Some(cold);
            }
        }
        self.hot.next()
    }
}

/// The hot levels, best first.
struct Hot<'a> {
    side: &'a LadderSide,
    number: usize,
    page: Option<&'a Page>,
    /// Levels of the page that are still to come; not 0 where there is a page.
    bits: u64,
}

impl<'a> Hot<'a> {
    #[inline]
    fn new(side: &'a LadderSide) -> Self {
        let mut out = Self { side, number: 0, page: None, bits: 0 };
        out.open(side.best_page());
        out
    }

    #[inline]
    fn open(&mut self, number: Option<usize>) {
        self.page = number.map(|number| self.side.page(number));
        self.bits = self.page.map_or(0, Page::bits);
        self.number = number.unwrap_or(0);
    }

    /// Price of the next level.
    fn peek(&self) -> Option<i64> {
        self.page.map(|_| self.side.price(self.number, self.side.best_slot(self.bits)))
    }
}

impl Iterator for Hot<'_> {
    type Item = Entry;

    #[inline]
    fn next(&mut self) -> Option<Entry> {
        let page = self.page?;
        let slot = self.side.best_slot(self.bits);
        let price = self.side.price(self.number, slot);
        self.bits ^= 1 << slot;
        if self.bits == 0 {
            self.open(self.side.page_behind(self.number));
        }
        Some(Entry { price, quantity: page.quantity(slot as u64) })
    }
}
