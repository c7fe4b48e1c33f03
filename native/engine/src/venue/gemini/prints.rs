//! Trades, and best quotes of the later streams.

use super::protocol::{Later, Message};
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::time::{milliseconds, nanoseconds};
use crate::venue::wire::{Channel, Desk, Field, Print};

/// G5: a trade; G6: one that was agreed on beside the book.
pub(super) fn trade(
    message: &Message<'_>,
    is_block: bool,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let slot = on.instrument(message.symbol.need()?)?;
    let aggressor = match message.side.get() {
        None if is_block => None,
        _ => match message.side.text()? {
            b"buy" => Some(Side::Bid),
            b"sell" => Some(Side::Ask),
            _ => {
                let at = message.side.need()?.at();
                return Err(FrameError::new("E_FRAME_SCHEMA", at, "buy or sell"));
            }
        },
    };
    let print = Print {
        aggressor,
        price: on.price(slot, message.price.need()?)?,
        quantity: on.quantity(slot, message.quantity.need()?)?,
        id: message.event.unsigned()?,
        sequence: 0,
        ts_event: Some(milliseconds(message.time.need()?)?),
        flags: if is_block { event_flag::OFF_BOOK } else { 0 },
    };
    Ok(on.trade(slot, print))
}

/// G8: messages of the later streams.
pub(super) fn untyped(message: &Later<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    if message.event.get().is_some() {
        return match message.event.text()? {
            b"depthUpdate" => Ok(Outcome::Ignored("depthUpdate")),
            b"contractStatus" => Ok(Outcome::Ignored("contract status")),
            _ => on.unknown(message.event.need()?),
        };
    }
    if message.is_reply {
        return Ok(Outcome::Control("reply"));
    }
    let ts_event = Some(nanoseconds(message.time.need()?)?);
    if message.trade.get().is_some() {
        let slot = instrument(message.symbol, on)?;
        let print = Print {
            aggressor: Some(if message.maker.boolean()? { Side::Ask } else { Side::Bid }),
            price: on.price(slot, message.price.need()?)?,
            quantity: on.quantity(slot, message.quantity.need()?)?,
            id: message.trade.unsigned()?,
            sequence: 0,
            ts_event,
            flags: 0,
        };
        return Ok(on.trade(slot, print));
    }
    let w1 = message.update.unsigned()?;
    if [message.bid, message.ask].iter().flatten().all(|field| field.get().is_none()) {
        return Ok(Outcome::Ignored("quote without sides"));
    }
    let slot = instrument(message.symbol, on)?;
    let (bid, ask) = (side(slot, message.bid, on)?, side(slot, message.ask, on)?);
    let header = on.header(slot, Channel::Quote, kind::QUOTE, ts_event);
    Ok(on.quote(EventHeader { w1, ..header }, bid, ask))
}

/// A side that is not sent is empty.
fn side(
    slot: usize,
    [price, quantity]: [Field<'_>; 2],
    on: &mut Desk<'_>,
) -> Result<Entry, FrameError> {
    let Some(price) = price.get() else { return Ok(Entry::default()) };
    Ok(Entry { price: on.price(slot, price)?, quantity: on.quantity(slot, quantity.need()?)? })
}

/// Longest symbol.
const SYMBOL: usize = 64;

/// The later streams print symbols in small letters; the instrument is the same.
fn instrument(symbol: Field<'_>, on: &mut Desk<'_>) -> Result<usize, FrameError> {
    let text = symbol.text()?;
    let at = symbol.need()?.at();
    let mut buffer = [0; SYMBOL];
    let Some(name) = buffer.get_mut(..text.len()) else {
        return Err(FrameError::new("E_SYMBOL", at, "an instrument that is followed"));
    };
    name.copy_from_slice(text);
    name.make_ascii_uppercase();
    on.instrument_named(name, at)
}
