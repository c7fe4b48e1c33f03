//! Best levels of a book, taken once an event for all kernels that look deeper than the touch.

use crate::book::{Book, Side};
use crate::core::Market;
use crate::event::Entry;

/// Deepest that a kernel may look.
pub const MAX_DEPTH: usize = 50;

/// The best levels of both sides; empty while the book is not joined.
#[derive(Clone, Debug, Default)]
pub struct Tops {
    sides: [Vec<Entry>; 2],
    counts: [usize; 2],
    depth: usize,
}

impl Tops {
    #[must_use]
    pub fn new(depth: usize) -> Self {
        let side = || vec![Entry::default(); depth];
        Self { sides: [side(), side()], counts: [0; 2], depth }
    }

    /// Takes the levels anew.
    pub fn take(&mut self, market: &Market) {
        for side in Side::BOTH {
            let levels = &mut self.sides[side as usize][..self.depth];
            let is_known = market.joined && self.depth > 0;
            self.counts[side as usize] = if is_known { market.book.top(side, levels) } else { 0 };
        }
    }

    /// Levels of a side, best first; at most as many as the deepest kernel asked for.
    #[must_use]
    pub fn side(&self, side: Side) -> &[Entry] {
        &self.sides[side as usize][..self.counts[side as usize]]
    }
}
