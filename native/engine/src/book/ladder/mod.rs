//! The fast book: a paged ladder.
//!
//! A price's step on the tick grid, divided by 64, names a page in a directory; a page is 64 quantities
//! under a bitmap, and a bitmap of three ranks over the pages finds the best and the next level. Nothing
//! is recentred and no level is dropped: prices off the grid, negative, or too far from the first one
//! lie in an ordered map, slower and as right.

mod grid;
mod levels;
mod occupancy;
mod page;
mod side;

use super::{Book, Side};
use crate::event::Entry;
use side::LadderSide;

/// Pages that a side's directory spans: 16,777,216 ticks. Beyond it prices are kept in the ordered map.
/// At most 4 bytes each.
pub const SPAN_PAGES: u64 = occupancy::CAPACITY as u64;

/// The window reaches this far below the price that anchored it (or to 0), and the rest above.
pub const HALF_SPAN_PAGES: u64 = SPAN_PAGES / 2;

/// Pages of a side that hold memory at most, 520 bytes each (17 MB a side): a feed that scatters its
/// levels cannot make the ladder grow beyond, and further pages are kept in the ordered map.
pub const PAGES_LIMIT: usize = 1 << 15;

/// Order book of one instrument. See the module for how it works.
#[derive(Clone, Debug)]
pub struct LadderBook {
    bids: LadderSide,
    asks: LadderSide,
}

impl LadderBook {
    /// A book on the grid of a tick, in price units. The tick decides on speed, never on a result.
    #[must_use]
    pub fn new(tick: i64) -> Self {
        Self::with_pages_limit(tick, PAGES_LIMIT)
    }

    /// With another bound than [`PAGES_LIMIT`]: for hosts with less memory, and to test the bound.
    #[must_use]
    pub fn with_pages_limit(tick: i64, limit: usize) -> Self {
        Self {
            bids: LadderSide::new(Side::Bid, tick, limit),
            asks: LadderSide::new(Side::Ask, tick, limit),
        }
    }

    #[must_use]
    pub const fn tick(&self) -> i64 {
        self.bids.tick()
    }

    /// A new version of the instrument: moves all levels to the new grid. Levels that lie off it stay.
    pub fn set_tick(&mut self, tick: i64) {
        if tick.max(1) != self.tick() {
            self.bids.set_tick(tick);
            self.asks.set_tick(tick);
        }
    }

    /// A depth event: absolute quantities, 0 removes.
    #[inline]
    pub fn apply(&mut self, bids: &[Entry], asks: &[Entry]) {
        self.bids.apply(bids);
        self.asks.apply(asks);
    }

    /// A snapshot: it replaces what was known.
    #[inline]
    pub fn load(&mut self, bids: &[Entry], asks: &[Entry]) {
        Book::clear(self);
        self.apply(bids, asks);
    }

    /// Levels of a side, best first, for who need not see all of them.
    pub fn walk(&self, side: Side) -> impl Iterator<Item = Entry> + '_ {
        self.side(side).levels()
    }

    /// Levels of a side that are kept in the ordered map. Many of them on a live book mean a wrong tick
    /// or a feed to distrust.
    #[must_use]
    pub fn cold_levels(&self, side: Side) -> usize {
        self.side(side).cold_len()
    }

    /// Pages of a side that hold memory, at most [`PAGES_LIMIT`].
    #[must_use]
    pub fn pages(&self, side: Side) -> usize {
        self.side(side).pages()
    }

    #[inline]
    const fn side(&self, side: Side) -> &LadderSide {
        match side {
            Side::Bid => &self.bids,
            Side::Ask => &self.asks,
        }
    }

    #[inline]
    const fn side_mut(&mut self, side: Side) -> &mut LadderSide {
        match side {
            Side::Bid => &mut self.bids,
            Side::Ask => &mut self.asks,
        }
    }
}

impl Book for LadderBook {
    #[inline]
    fn set(&mut self, side: Side, price: i64, quantity: i64) {
        self.side_mut(side).set(price, quantity);
    }

    fn clear(&mut self) {
        self.bids.clear();
        self.asks.clear();
    }

    #[inline]
    fn best(&self, side: Side) -> Option<Entry> {
        self.side(side).best()
    }

    #[inline]
    fn quantity_at(&self, side: Side, price: i64) -> i64 {
        self.side(side).quantity_at(price)
    }

    fn levels(&self, side: Side) -> usize {
        self.side(side).len()
    }

    fn total(&self, side: Side) -> i128 {
        self.side(side).levels().map(|level| i128::from(level.quantity)).sum()
    }

    #[inline]
    fn top(&self, side: Side, out: &mut [Entry]) -> usize {
        let mut written = 0;
        for (slot, level) in out.iter_mut().zip(self.side(side).levels()) {
            *slot = level;
            written += 1;
        }
        written
    }

    fn for_each(&self, side: Side, visit: &mut dyn FnMut(Entry)) {
        self.side(side).levels().for_each(visit);
    }

    #[inline]
    fn apply(&mut self, bids: &[Entry], asks: &[Entry]) {
        Self::apply(self, bids, asks);
    }

    #[inline]
    fn load(&mut self, bids: &[Entry], asks: &[Entry]) {
        Self::load(self, bids, asks);
    }
}
