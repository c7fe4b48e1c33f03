//! Best bid and best ask, where they can be computed with.

use crate::core::Market;
use crate::event::Entry as Level;

/// Both best levels of a joined book; none where a side is empty or the two cross or lock.
#[inline]
pub fn touch(market: &Market) -> Option<(Level, Level)> {
    match (market.joined, market.bid, market.ask) {
        (true, Some(bid), Some(ask)) if bid.price < ask.price => Some((bid, ask)),
        _ => None,
    }
}

/// Best bid + best ask: twice the mid, in price units.
#[inline]
pub fn double_mid(bid: Level, ask: Level) -> i128 {
    i128::from(bid.price) + i128::from(ask.price)
}
