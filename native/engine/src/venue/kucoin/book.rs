//! Books: changes in the stream, whole ones over REST, the best levels.

use crate::error::FrameError;
use crate::event::{EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::time::{milliseconds, nanoseconds};
use crate::venue::wire::{Channel, Desk, Json};

/// K3: what changed between two numbers, both included.
pub(super) fn update(
    slot: usize,
    data: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = ["sequenceStart", "symbol", "changes", "sequenceEnd", "time"];
    let [first, _, changes, last, time] = on.members(data, "l2update", &names)?;
    let ts_event = time.get().map(milliseconds).transpose()?;
    let mut header = on.header(slot, Channel::Depth, kind::DEPTH, ts_event);
    (header.w0, header.w1) = (first.unsigned()?, last.unsigned()?);
    if header.w0 > header.w1 {
        let at = first.need()?.at();
        return Err(FrameError::new("E_FRAME_SCHEMA", at, "sequenceStart not above sequenceEnd"));
    }
    let [asks, bids] = on.members(changes.need()?, "changes", &["asks", "bids"])?;
    header.bids = levels(slot, bids.need()?, on)?;
    header.asks = levels(slot, asks.need()?, on)?;
    Ok(on.update(slot, header))
}

/// K3: a price of 0 stands for a number that changed nothing here.
fn levels(slot: usize, list: Json<'_>, on: &mut Desk<'_>) -> Result<u32, FrameError> {
    on.levels_of(slot, list, |price| !is_zero(price.raw()))
}

/// Zeros as they are printed; whatever is no number is refused where it is read.
fn is_zero(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|b| matches!(b, b'0' | b'.'))
}

/// K5: a change of a contract's book, `price,side,quantity` in one text.
pub(super) fn change(
    slot: usize,
    data: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = ["sequence", "change", "timestamp"];
    let [sequence, change, time] = on.members(data, "level2", &names)?;
    let ts_event = Some(milliseconds(time.need()?)?);
    let header = on.header(slot, Channel::Depth, kind::DEPTH, ts_event);
    let number = sequence.unsigned()?;
    let at = change.need()?.at();
    let bad = FrameError::new("E_FRAME_SCHEMA", at, "price,side,quantity");
    let mut parts = change.text()?.split(|b| *b == b',');
    let (Some(price), Some(side), Some(quantity), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(bad);
    };
    let is_bid = match side {
        b"buy" => true,
        b"sell" => false,
        _ => return Err(bad),
    };
    // Numbers inside of a text: read as values of their own, refused at the text's place.
    let inside = |e: FrameError| FrameError::new(e.code, at, e.what);
    let (price, quantity) = (Json::open(price), Json::open(quantity));
    let (price, quantity) = (price.map_err(inside)?, quantity.map_err(inside)?);
    let mut count = 0;
    if !is_zero(price.raw()) {
        on.level(slot, price, quantity).map_err(inside)?;
        count = 1;
    }
    let (bids, asks) = if is_bid { (count, 0) } else { (0, count) };
    Ok(on.update(slot, EventHeader { w0: number, w1: number, bids, asks, ..header }))
}

/// K4: a whole book and the number of the last change in it.
pub(super) fn whole(slot: usize, data: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = ["sequence", "bids", "asks", "time", "ts", "symbol"];
    let [sequence, bids, asks, time, nanos, _] = on.members(data, "whole book", &names)?;
    let ts_event = match (time.get(), nanos.get()) {
        (Some(time), _) => Some(milliseconds(time)?),
        (None, Some(nanos)) => Some(nanoseconds(nanos)?),
        (None, None) => None,
    };
    let mut header = on.header(slot, Channel::Depth, kind::SNAPSHOT, ts_event);
    header.w1 = sequence.unsigned()?;
    // An empty side may be `null`.
    header.bids = bids.get().map_or(Ok(0), |list| on.levels(slot, list))?;
    header.asks = asks.get().map_or(Ok(0), |list| on.levels(slot, list))?;
    Ok(on.snapshot(slot, header))
}

/// K6: the 5 or 50 best levels, which do not touch the book.
pub(super) fn best_levels(
    slot: usize,
    data: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = ["asks", "bids", "timestamp", "sequence", "ts"];
    let [asks, bids, time, sequence, _] = on.members(data, "best levels", &names)?;
    let ts_event = Some(milliseconds(time.need()?)?);
    let mut header = on.header(slot, Channel::Partial, kind::SNAPSHOT, ts_event);
    header.flags |= event_flag::PARTIAL;
    header.w1 = sequence.get().map_or(Ok(0), |v| v.unsigned("sequence"))?;
    header.bids = on.levels(slot, bids.need()?)?;
    header.asks = on.levels(slot, asks.need()?)?;
    Ok(on.event(header))
}
