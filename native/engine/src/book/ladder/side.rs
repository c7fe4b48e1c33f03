//! One side of the ladder: pages of levels in a window of the grid, and a map for the rest.

use super::grid::Grid;
use super::levels::Levels;
use super::occupancy::Occupancy;
use super::page::{LEVELS, Page, Pages, UNMAPPED};
use super::{HALF_SPAN_PAGES, SPAN_PAGES};
use crate::book::Side;
use crate::event::Entry;
use std::collections::BTreeMap;

/// Levels of one side. A price is **hot** where it lies on the grid, within the window of the directory
/// and on a mapped page; every other price is **cold**. A page is mapped as long as it holds a level.
#[derive(Clone, Debug)]
pub(super) struct LadderSide {
    side: Side,
    grid: Grid,
    /// Step of the first level of page 0 of the directory; a multiple of 64.
    origin: u64,
    /// Pages that the directory may grow to; 0 until the side is anchored.
    window: usize,
    /// Page number to its place in `pages`; `UNMAPPED` where it holds no level.
    directory: Vec<u32>,
    pages: Pages,
    occupied: Occupancy,
    /// The page of the best hot level.
    best_page: Option<usize>,
    /// Number of hot levels.
    hot: usize,
    cold: BTreeMap<i64, i64>,
}

impl LadderSide {
    pub fn new(side: Side, tick: i64, pages_limit: usize) -> Self {
        Self {
            side,
            grid: Grid::new(tick),
            origin: 0,
            window: 0,
            directory: Vec::new(),
            pages: Pages::new(pages_limit),
            occupied: Occupancy::default(),
            best_page: None,
            hot: 0,
            cold: BTreeMap::new(),
        }
    }

    pub const fn tick(&self) -> i64 {
        self.grid.tick()
    }

    pub fn len(&self) -> usize {
        self.hot + self.cold.len()
    }

    pub fn cold_len(&self) -> usize {
        self.cold.len()
    }

    /// Memory of all pages that were ever needed at one time.
    pub fn pages(&self) -> usize {
        self.pages.allocated()
    }

    #[inline]
    pub fn apply(&mut self, levels: &[Entry]) {
        if self.window == 0 && !levels.is_empty() {
            // The middle one: the ends of a list are where absurd prices stand.
            self.anchor(levels[levels.len() / 2].price);
        }
        // Summed here and not in `self`, where each level would wait for the one before it.
        let mut change = 0;
        for level in levels {
            change += self.set_hot(level.price, level.quantity);
        }
        self.hot = self.hot.wrapping_add_signed(change);
    }

    #[inline]
    pub fn set(&mut self, price: i64, quantity: i64) {
        let change = self.set_hot(price, quantity);
        self.hot = self.hot.wrapping_add_signed(change);
    }

    /// Sets a level. Returns by how many there are more on pages than `hot` says.
    #[inline(always)]
    fn set_hot(&mut self, price: i64, quantity: i64) -> isize {
        let index = self.index(price);
        let id = directory_entry(&self.directory, index).copied().unwrap_or(UNMAPPED);
        if id == UNMAPPED {
            self.set_unmapped(price, quantity);
            return 0;
        }
        let page = self.pages.get_mut(id);
        let had = page.set(index, quantity);
        let is_empty = page.is_empty();
        if is_empty {
            self.unmap((index >> 6) as usize, id);
        }
        isize::from(quantity > 0) - isize::from(had)
    }

    #[inline]
    pub fn quantity_at(&self, price: i64) -> i64 {
        let index = self.index(price);
        match directory_entry(&self.directory, index) {
            Some(&id) if id != UNMAPPED => self.pages.get(id).quantity(index),
            _ => self.cold.get(&price).copied().unwrap_or(0),
        }
    }

    #[inline]
    pub fn best(&self) -> Option<Entry> {
        if self.cold.is_empty() { self.best_hot() } else { self.best_of_both() }
    }

    #[inline]
    fn best_hot(&self) -> Option<Entry> {
        let number = self.best_page?;
        let page = self.page(number);
        let slot = self.best_slot(page.bits());
        Some(Entry { price: self.price(number, slot), quantity: page.quantity(slot as u64) })
    }

    #[inline(never)]
    fn best_of_both(&self) -> Option<Entry> {
        let cold = match self.side {
            Side::Bid => self.cold.last_key_value(),
            Side::Ask => self.cold.first_key_value(),
        };
        let cold = cold.map(|(&price, &quantity)| Entry { price, quantity });
        match (self.best_hot(), cold) {
            (Some(hot), Some(cold)) if self.side.is_better(cold.price, hot.price) => Some(cold),
            (hot, cold) => hot.or(cold),
        }
    }

    /// All levels, best first.
    pub fn levels(&self) -> Levels<'_> {
        Levels::new(self)
    }

    /// Forgets all levels; keeps pages and directory. The next price anchors the window anew.
    pub fn clear(&mut self) {
        let mut next = self.best_page;
        while let Some(page) = next {
            let id = self.directory[page];
            self.pages.get_mut(id).wipe();
            self.unmap(page, id);
            next = self.best_page;
        }
        self.hot = 0;
        self.cold.clear();
        self.window = 0;
    }

    /// Moves all levels to the grid of another tick.
    pub fn set_tick(&mut self, tick: i64) {
        let levels: Vec<Entry> = self.levels().collect();
        self.clear();
        self.grid = Grid::new(tick);
        self.apply(&levels);
    }

    /// Place of a price, counted in levels from the origin; beyond the directory where it is not hot.
    #[inline]
    const fn index(&self, price: i64) -> u64 {
        self.grid.step(price).wrapping_sub(self.origin)
    }

    #[inline(never)]
    fn set_unmapped(&mut self, price: i64, quantity: i64) {
        if quantity <= 0 {
            if !self.cold.is_empty() {
                self.cold.remove(&price);
            }
            return;
        }
        if self.window == 0 {
            self.anchor(price);
        }
        let page = self.index(price) / LEVELS as u64;
        if page < self.window as u64 && self.map(page as usize) {
            self.set(price, quantity);
        } else {
            self.cold.insert(price, quantity);
        }
    }

    /// Puts the window around a price. No page is mapped, so every entry of the directory says so and
    /// stays good for the new origin, also where the directory reaches beyond the new window: only a
    /// page within the window is ever mapped. A price off the grid anchors nothing.
    fn anchor(&mut self, price: i64) {
        let (step, last) = (self.grid.step(price), self.grid.last_step());
        if step > last {
            return;
        }
        let first_page = (step / LEVELS as u64).saturating_sub(HALF_SPAN_PAGES);
        self.origin = first_page * LEVELS as u64;
        // Whole pages of steps that exist: the index of a price off the grid lies on none of them.
        let pages = (last - self.origin + 1) / LEVELS as u64;
        self.window = pages.min(SPAN_PAGES) as usize;
    }

    /// Gives a page its memory, and takes over what the map held for it; false at the bound.
    fn map(&mut self, page: usize) -> bool {
        let Some(id) = self.pages.take() else { return false };
        if page >= self.directory.len() {
            self.reach(page);
        }
        self.directory[page] = id;
        self.occupied.insert(page);
        if self.best_page.is_none_or(|best| self.side.is_better(page as i64, best as i64)) {
            self.best_page = Some(page);
        }
        if !self.cold.is_empty() {
            self.take_over(page);
        }
        true
    }

    fn unmap(&mut self, page: usize, id: u32) {
        self.directory[page] = UNMAPPED;
        self.occupied.remove(page);
        if self.best_page == Some(page) {
            self.best_page = self.page_behind(page);
        }
        self.pages.give_back(id);
    }

    /// A page that had no memory when prices of it came: they move out of the map. Those off the grid
    /// go back into it.
    fn take_over(&mut self, page: usize) {
        let first = self.price(page, 0);
        let last = self.price(page, LEVELS - 1);
        let held: Vec<(i64, i64)> = self.cold.range(first..=last).map(|(&p, &q)| (p, q)).collect();
        for (price, quantity) in held {
            self.cold.remove(&price);
            self.set(price, quantity);
        }
    }

    /// Grows the directory, zeroed by the allocator so that untouched parts cost no memory.
    fn reach(&mut self, page: usize) {
        let mut grown = vec![UNMAPPED; (page + 1).next_power_of_two().max(64).min(self.window)];
        grown[..self.directory.len()].copy_from_slice(&self.directory);
        self.occupied.reach(grown.len());
        self.directory = grown;
    }

    pub(super) const fn side(&self) -> Side {
        self.side
    }

    pub(super) const fn cold(&self) -> &BTreeMap<i64, i64> {
        &self.cold
    }

    #[inline]
    pub(super) const fn best_page(&self) -> Option<usize> {
        self.best_page
    }

    /// The next page that holds levels, away from the best.
    pub(super) fn page_behind(&self, page: usize) -> Option<usize> {
        match self.side {
            Side::Bid => self.occupied.before(page),
            Side::Ask => self.occupied.after(page),
        }
    }

    #[inline]
    pub(super) fn page(&self, page: usize) -> &Page {
        self.pages.get(self.directory[page])
    }

    /// The best of some slots, one at least.
    #[inline]
    pub(super) const fn best_slot(&self, bits: u64) -> usize {
        match self.side {
            Side::Bid => 63 - bits.leading_zeros() as usize,
            Side::Ask => bits.trailing_zeros() as usize,
        }
    }

    #[inline]
    pub(super) const fn price(&self, page: usize, slot: usize) -> i64 {
        self.grid.price(self.origin + (page * LEVELS + slot) as u64)
    }
}

/// `index` counts levels; it is compared as 64 bits, for a `usize` may have 32.
#[inline]
fn directory_entry(directory: &[u32], index: u64) -> Option<&u32> {
    let page = index / LEVELS as u64;
    if page < directory.len() as u64 { directory.get(page as usize) } else { None }
}
