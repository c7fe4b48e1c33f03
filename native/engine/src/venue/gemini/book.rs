//! Books of v2.

use super::protocol::Message;
use crate::error::FrameError;
use crate::event::{Entry, kind};
use crate::venue::Outcome;
use crate::venue::wire::{Channel, Desk};

/// G2, G3: `[side, price, quantity]` in any order of sides. The first message of an instrument is its whole
/// book and holds lists that no later one has.
pub(super) fn book(
    message: &Message<'_>,
    asks: &mut Vec<Entry>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let slot = on.instrument(message.symbol.need()?)?;
    let is_whole = message.auctions.get().is_some() || message.trades.get().is_some();
    let mut header = on.header(slot, Channel::Depth, kind::DEPTH, None);
    asks.clear();
    let mut items = message.changes.items()?;
    while let Some(item) = items.next()? {
        let [side, price, quantity] = item.tuple("side, price and quantity")?;
        let price = on.price(slot, price.need()?)?;
        let entry = Entry { price, quantity: on.quantity(slot, quantity.need()?)? };
        match side.text()? {
            b"buy" => {
                on.entry(entry);
                header.bids += 1;
            }
            b"sell" => asks.push(entry),
            _ => return Err(FrameError::new("E_FRAME_SCHEMA", item.at(), "buy or sell")),
        }
    }
    header.asks = asks.len() as u32;
    asks.iter().for_each(|entry| on.entry(*entry));
    if !is_whole {
        return Ok(on.update(slot, header));
    }
    // G4
    let mut old = 0;
    if let Some(trades) = message.trades.get() {
        let mut items = trades.items("a list of trades")?;
        while items.next()?.is_some() {
            old += 1;
        }
    }
    on.pass_over(slot, old);
    Ok(on.snapshot(slot, header))
}
