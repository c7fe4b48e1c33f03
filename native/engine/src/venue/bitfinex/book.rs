//! Books of levels: precision P0, `[price, count, ±amount]`.

use super::channels::Channel;
use super::frame::Message;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::lexer::Type;
use crate::venue::wire::{self, Desk, Json};

/// F5, F6: the whole book, or levels that changed.
pub(super) fn book(
    slot: usize,
    channel: &mut Channel,
    message: &Message<'_>,
    bulk: bool,
    asks: &mut Vec<Entry>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let Some(body) = message.body else { return Ok(Outcome::Control("hb")) };
    on.touch(slot);
    let is_list = is_list(body)?;
    asks.clear();
    let mut header = on.header(slot, wire::Channel::Depth, kind::DEPTH, message.time);
    if is_list {
        let mut items = body.items("a list of levels")?;
        while let Some(item) = items.next()? {
            header.bids += u32::from(level(slot, item, asks, on)?);
        }
    } else {
        header.bids = u32::from(level(slot, body, asks, on)?);
    }
    header.asks = asks.len() as u32;
    asks.iter().for_each(|entry| on.entry(*entry));
    // F4: no message of the connection is missing, so the channel's last one is the one before this.
    header.w1 = message.sequence.unwrap_or(0);
    let previous = std::mem::replace(&mut channel.last, header.w1);
    if is_list && (channel.is_fresh || !bulk) {
        channel.is_fresh = false;
        return Ok(on.snapshot(slot, header));
    }
    header.w2 = previous;
    Ok(on.update(slot, header))
}

/// Whether a body is a list of entries, an empty one too.
pub(super) fn is_list(body: Json<'_>) -> Result<bool, FrameError> {
    if body.of() != Type::Array {
        let what = "an entry, or a list of them";
        return Err(FrameError::new("E_FRAME_SCHEMA", body.at(), what));
    }
    let first = body.raw()[1..].iter().find(|b| !b.is_ascii_whitespace());
    Ok(matches!(first, Some(b'[' | b']')))
}

/// F5: a count of 0 takes the level away; the amount's sign tells the side. Bids go to the event at once.
fn level(
    slot: usize,
    item: Json<'_>,
    asks: &mut Vec<Entry>,
    on: &mut Desk<'_>,
) -> Result<bool, FrameError> {
    let [price, count, amount] = item.tuple("price, count and amount")?;
    let price = on.price(slot, price.need()?)?;
    let amount = amount.need()?;
    let is_bid = is_bid(amount)?;
    let quantity = match count.unsigned()? {
        0 => amount.decimal("an amount").map(|_| 0)?,
        _ => on.signed_quantity(slot, amount)?.abs(),
    };
    let entry = Entry { price, quantity };
    if is_bid {
        on.entry(entry)
    } else {
        asks.push(entry)
    }
    Ok(is_bid)
}

/// The side that an amount's sign tells.
pub(super) fn is_bid(amount: Json<'_>) -> Result<bool, FrameError> {
    let text = amount.printed("an amount")?;
    if text.iter().all(|b| matches!(b, b'-' | b'0' | b'.')) {
        return Err(FrameError::new("E_NUMBER", amount.at(), "an amount that is not 0"));
    }
    Ok(text.first() != Some(&b'-'))
}

/// F7: a checksum over the book as it is now, printed as a signed number.
pub(super) fn checksum(
    slot: usize,
    of: wire::Channel,
    channel: &mut Channel,
    message: &Message<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let body = message.body.ok_or(FrameError::new("E_FRAME_SCHEMA", 0, "a checksum"))?;
    let number = body.decimal("a checksum")?.at_scale(0, body.at())?;
    let bits = i32::try_from(number).map(|n| n as u32).or(u32::try_from(number));
    let bits = bits.map_err(|_| FrameError::new("E_NUMBER", body.at(), "a CRC-32"))?;
    if on.wants_snapshot(slot) || channel.is_fresh {
        return Ok(Outcome::Ignored("checksum without a book"));
    }
    let header = on.header(slot, of, kind::CHECKSUM, message.time);
    Ok(on.event(EventHeader {
        w1: message.sequence.unwrap_or(0),
        aux: u64::from(bits),
        flags: header.flags | event_flag::CHECKSUM,
        ..header
    }))
}
