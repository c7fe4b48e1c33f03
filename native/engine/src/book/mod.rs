//! L2 order book: levels by price, absolute quantities.

use crate::error::CoreError;
use crate::event::Entry;
use crate::state::{StateReader, StateWriter};

/// Side of a book or of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Bid = 0,
    Ask = 1,
}

/// One suite runs over every implementation: `ladder` (fast) and `oracle` (slow, obvious).
pub trait Book {
    /// Sets the absolute quantity at a price; 0 removes the level, and removing an unknown one is normal.
    fn set(&mut self, side: Side, price: i64, quantity: i64);
    /// Forgets all levels; keeps memory.
    fn clear(&mut self);
    /// Best level of a side, `None` where the side is empty.
    fn best(&self, side: Side) -> Option<Entry>;
    /// Quantity at a price, 0 where there is none.
    fn quantity_at(&self, side: Side, price: i64) -> i64;
    /// Number of levels of a side.
    fn levels(&self, side: Side) -> usize;
    /// Sum of all quantities of a side.
    fn total(&self, side: Side) -> i128;
    /// Writes the best levels, best first; returns how many there were.
    fn top(&self, side: Side, out: &mut [Entry]) -> usize;
    /// Visits all levels, best first.
    fn for_each(&self, side: Side, visit: &mut dyn FnMut(Entry));

    /// Canonical bytes: for each side the count and the levels, best first.
    fn save(&self, w: &mut StateWriter) {
        for side in [Side::Bid, Side::Ask] {
            w.u32(self.levels(side) as u32);
            self.for_each(side, &mut |level| {
                w.i64(level.price);
                w.i64(level.quantity);
            });
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are not a book's.
    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.clear();
        for side in [Side::Bid, Side::Ask] {
            for _ in 0..r.u32()? {
                let (price, quantity) = (r.i64()?, r.i64()?);
                self.set(side, price, quantity);
            }
        }
        Ok(())
    }
}
