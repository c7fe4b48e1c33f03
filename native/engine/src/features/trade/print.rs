//! Trades as kernels see them.

use crate::event::{EventRef, event_flag, kind};

/// A trade of the book.
#[derive(Clone, Copy, Debug)]
pub struct Print {
    /// Price units.
    pub price: i64,
    /// Quantity units.
    pub quantity: i64,
    /// 1: a buyer aggressed, −1: a seller, 0: not told.
    pub side: i8,
}

impl Print {
    /// The trade of an event; prints off the book are none, nor are those of no quantity.
    #[inline]
    pub fn of(event: EventRef<'_>) -> Option<Self> {
        let header = event.header;
        if header.kind != kind::TRADE || header.flags & event_flag::OFF_BOOK != 0 {
            return None;
        }
        let (entry, side) = match (event.bids, event.asks) {
            ([buy], _) => (buy, 1),
            (_, [sell]) => (sell, -1),
            _ => return None,
        };
        if entry.quantity <= 0 {
            return None;
        }
        let is_told = header.flags & event_flag::NO_SIDE == 0;
        let side = if is_told { side } else { 0 };
        Some(Self { price: entry.price, quantity: entry.quantity, side })
    }

    /// Quantity with the sign of the aggressor.
    pub fn signed(self) -> i128 {
        i128::from(self.quantity) * i128::from(self.side)
    }
}
