//! Order books: L2, levels by price with absolute quantities; L3, order by order, in [`orders`].

pub mod ladder;
pub mod oracle;
pub mod orders;
#[cfg(test)]
mod suite;

pub use ladder::LadderBook;
pub use oracle::OracleBook;
pub use orders::{OrderBook, Orders};

use crate::error::CoreError;
use crate::event::Entry;
use crate::state::{StateReader, StateWriter};

/// Side of a book or of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Bid = 0,
    Ask = 1,
}

impl Side {
    /// Both sides, in the order in which they are saved, hashed and printed.
    pub const BOTH: [Self; 2] = [Self::Bid, Self::Ask];

    /// Whether a price comes before another one in this side's order, best first.
    #[must_use]
    #[inline]
    pub const fn is_better(self, price: i64, than: i64) -> bool {
        match self {
            Self::Bid => price > than,
            Self::Ask => price < than,
        }
    }
}

/// One suite runs over every implementation: `ladder` (fast) and `oracle` (slow, obvious).
///
/// A book takes any `i64` as a price and remembers every level that it was told of. Within an event it
/// may be crossed; look at it at the event's end.
pub trait Book {
    /// Sets the absolute quantity at a price. 0 removes the level, and removing an unknown one is
    /// normal; a quantity below 0 (which no parser lets through) removes too.
    fn set(&mut self, side: Side, price: i64, quantity: i64);
    /// Forgets all levels; keeps memory.
    fn clear(&mut self);
    /// Best level of a side, `None` where the side is empty.
    fn best(&self, side: Side) -> Option<Entry>;
    /// Quantity at a price, 0 where there is none.
    fn quantity_at(&self, side: Side, price: i64) -> i64;
    /// Number of levels of a side.
    fn levels(&self, side: Side) -> usize;
    /// Sum of all quantities of a side. Walks over the levels.
    fn total(&self, side: Side) -> i128;
    /// Writes the best levels, best first; returns how many there were.
    fn top(&self, side: Side, out: &mut [Entry]) -> usize;
    /// Visits all levels, best first.
    fn for_each(&self, side: Side, visit: &mut dyn FnMut(Entry));

    /// A depth event: absolute quantities, 0 removes.
    fn apply(&mut self, bids: &[Entry], asks: &[Entry]) {
        for (side, levels) in [(Side::Bid, bids), (Side::Ask, asks)] {
            for level in levels {
                self.set(side, level.price, level.quantity);
            }
        }
    }

    /// A snapshot: it replaces what was known.
    fn load(&mut self, bids: &[Entry], asks: &[Entry]) {
        self.clear();
        self.apply(bids, asks);
    }

    /// The best bid is above the best ask: normal within an event, at its end a sign of a lost update.
    fn is_crossed(&self) -> bool {
        let touch = self.best(Side::Bid).zip(self.best(Side::Ask));
        touch.is_some_and(|(bid, ask)| bid.price > ask.price)
    }

    /// The best bid equals the best ask.
    fn is_locked(&self) -> bool {
        let touch = self.best(Side::Bid).zip(self.best(Side::Ask));
        touch.is_some_and(|(bid, ask)| bid.price == ask.price)
    }

    /// Canonical bytes: for each side the count and the levels, best first.
    fn save(&self, w: &mut StateWriter) {
        for side in Side::BOTH {
            w.u32(self.levels(side) as u32);
            self.for_each(side, &mut |level| {
                w.i64(level.price);
                w.i64(level.quantity);
            });
        }
    }

    /// Replaces all levels by saved ones.
    ///
    /// # Errors
    /// `E_STATE` where the bytes are not a book's: too short, levels out of order or doubled, a
    /// quantity below 1. The book is empty then.
    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.clear();
        let done = Side::BOTH.into_iter().try_for_each(|side| restore_side(self, side, r));
        if done.is_err() {
            self.clear();
        }
        done
    }
}

fn restore_side<B: Book + ?Sized>(
    book: &mut B,
    side: Side,
    r: &mut StateReader<'_>,
) -> Result<(), CoreError> {
    let mut last = None;
    for _ in 0..r.u32()? {
        let at = r.position();
        let (price, quantity) = (r.i64()?, r.i64()?);
        let in_order = last.is_none_or(|last| side.is_better(last, price));
        if !in_order || quantity < 1 {
            let seen = format!("book level {quantity} at {price}, the level before at {last:?}");
            return Err(CoreError::new("E_STATE", seen)
                .at(format!("byte {at}"))
                .hint("the checkpoint was not written by this version, or was changed"));
        }
        book.set(side, price, quantity);
        last = Some(price);
    }
    Ok(())
}
