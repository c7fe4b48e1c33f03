//! Books: `book.{instrument}.{interval}` and `book.{instrument}.{group}.{depth}.{interval}`.

use super::protocol::Protocol;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field};

const NAMES: [&str; 7] =
    ["type", "timestamp", "instrument_name", "change_id", "prev_change_id", "bids", "asks"];

pub(super) fn take(
    protocol: &mut Protocol,
    channel: Field<'_>,
    rest: &[u8],
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let at = channel.need()?.at();
    let mut parts = [b"".as_slice(); 4];
    let mut count = 0;
    for part in rest.split(|b| *b == b'.') {
        let place = parts.get_mut(count);
        *place.ok_or(FrameError::new("E_FRAME_SCHEMA", at, "a book's channel"))? = part;
        count += 1;
    }
    match (count, parts) {
        // D5: more often is the better book.
        (2, [_, b"raw", ..]) => whole(protocol, 3, data, on),
        (2, [_, b"100ms", ..]) => whole(protocol, 2, data, on),
        (2, [_, b"agg2", ..]) => whole(protocol, 1, data, on),
        (4, [_, b"none", ..]) => view(data, on),
        (4, _) => Ok(Outcome::Ignored("book of grouped prices")),
        _ => Err(FrameError::new("E_FRAME_SCHEMA", at, "a book's channel")),
    }
}

/// D1–D4: a snapshot, then changes that name the one before.
fn whole(
    protocol: &mut Protocol,
    rank: u32,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let [kind_of, timestamp, name, change, previous, bids, asks] =
        on.members(data.need()?, "book", &NAMES)?;
    let slot = on.instrument(name.need()?)?;
    let ts = milliseconds(timestamp.need()?)?;
    let mut header = on.header(slot, Channel::Depth, kind::DEPTH, Some(ts));
    header.w1 = change.unsigned()?;
    header.w2 = previous.get().map_or(Ok(0), |json| json.unsigned("prev_change_id"))?;
    // D2: a change without a predecessor is the first of an empty book; before 2020 there was no type.
    let is_snapshot = match kind_of.get() {
        None => header.w2 == 0,
        Some(json) if json.is_text("change") => header.w2 == 0,
        Some(json) if json.is_text("snapshot") => true,
        Some(json) => {
            return Err(FrameError::new("E_FRAME_SCHEMA", json.at(), "snapshot or change"));
        }
    };
    header.bids = changes(slot, bids, on)?;
    header.asks = changes(slot, asks, on)?;
    let is_lost = on.wants_snapshot(slot);
    if !protocol.followed.takes(slot, rank, is_snapshot, is_lost) && !is_lost {
        return Ok(Outcome::Ignored("book of a slower interval"));
    }
    if is_snapshot {
        header.w2 = 0;
        return Ok(on.snapshot(slot, header));
    }
    Ok(on.update(slot, header))
}

/// D3: `[action, price, amount]`; what is there now, or nothing.
fn changes(slot: usize, list: Field<'_>, on: &mut Desk<'_>) -> Result<u32, FrameError> {
    let mut items = list.items()?;
    let mut count = 0;
    while let Some(item) = items.next()? {
        let [action, price, amount] = item.tuple("a change of action, price and amount")?;
        let price = on.price(slot, price.need()?)?;
        let quantity = on.quantity(slot, amount.need()?)?;
        let quantity = match action.text()? {
            b"new" | b"change" => quantity,
            b"delete" => 0,
            _ => {
                let at = action.need()?.at();
                return Err(FrameError::new("E_FRAME_SCHEMA", at, "new, change or delete"));
            }
        };
        on.entry(Entry { price, quantity });
        count += 1;
    }
    Ok(count)
}

/// D6: the best levels, whole each time.
fn view(data: Field<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let [_, timestamp, name, change, _, bids, asks] = on.members(data.need()?, "book", &NAMES)?;
    let slot = on.instrument(name.need()?)?;
    let ts = milliseconds(timestamp.need()?)?;
    let header = on.header(slot, Channel::Partial, kind::SNAPSHOT, Some(ts));
    let w1 = change.unsigned()?;
    let bids = on.levels(slot, bids.need()?)?;
    let asks = on.levels(slot, asks.need()?)?;
    let flags = header.flags | event_flag::PARTIAL;
    Ok(on.event(EventHeader { w1, bids, asks, flags, ..header }))
}
