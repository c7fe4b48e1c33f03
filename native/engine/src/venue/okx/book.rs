//! Books, views of their best levels, trades.

use super::protocol::Protocol;
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field, Json, Print};

const fn schema(at: usize, what: &'static str) -> FrameError {
    FrameError::new("E_FRAME_SCHEMA", at, what)
}

/// O2–O6: a snapshot, or what changed since the book before.
pub(super) fn book(
    protocol: &mut Protocol,
    (channel, id): (u8, Field<'_>),
    action: Field<'_>,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let slot = on.instrument(id.need()?)?;
    let is_snapshot = match action.text()? {
        b"snapshot" => true,
        b"update" => false,
        _ => return on.unknown(action.need()?),
    };
    if !is_book_of(protocol, channel, (slot, is_snapshot), on) {
        return Ok(Outcome::Ignored("second book channel"));
    }
    let mut outcome = Outcome::Ignored("no books");
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let names = ["asks", "bids", "ts", "checksum", "prevSeqId", "seqId"];
        let [asks, bids, ts, checksum, previous, last] = on.members(item, "book", &names)?;
        let time = Some(milliseconds(ts.need()?)?);
        let mut header = on.header(slot, Channel::Depth, kind::DEPTH, time);
        header.bids = on.levels(slot, bids.need()?)?;
        header.asks = on.levels(slot, asks.need()?)?;
        (header.w1, header.w2) = (sequence(last)?, sequence(previous)?);
        if let Some(checksum) = signed_checksum(checksum)? {
            header.aux = u64::from(checksum);
            header.flags |= event_flag::CHECKSUM;
        }
        outcome = if is_snapshot { on.snapshot(slot, header) } else { on.update(slot, header) };
    }
    Ok(outcome)
}

/// O6: channels of several depths speak of one book; the one whose snapshot opened it is followed.
fn is_book_of(
    protocol: &mut Protocol,
    channel: u8,
    (slot, is_snapshot): (usize, bool),
    on: &Desk<'_>,
) -> bool {
    if on.is_learning() {
        return true;
    }
    let channels = &mut protocol.channels;
    if channels.len() <= slot {
        channels.resize(slot + 1, 0);
    }
    if is_snapshot && on.wants_snapshot(slot) {
        channels[slot] = channel;
    }
    channels[slot] == channel || on.wants_snapshot(slot)
}

/// O3: −1 of a snapshot stands for none; recordings of before 2023 have no ids.
fn sequence(id: Field<'_>) -> Result<u64, FrameError> {
    match id.get() {
        Some(value) if value.raw() != b"-1" => value.unsigned(id.name()),
        _ => Ok(0),
    }
}

/// O4: a CRC-32 printed as a signed number; 0 always since 2026-06-23, which is none.
fn signed_checksum(field: Field<'_>) -> Result<Option<u32>, FrameError> {
    let Some(value) = field.get() else { return Ok(None) };
    let number = field.decimal()?.at_scale(0, value.at())?;
    let bits = i32::try_from(number).map(|n| n as u32).or(u32::try_from(number));
    let bits = bits.map_err(|_| FrameError::new("E_NUMBER", value.at(), "a CRC-32"))?;
    Ok((bits != 0).then_some(bits))
}

/// O7: the best five levels, whole each time.
pub(super) fn best_levels(
    id: Field<'_>,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let slot = on.instrument(id.need()?)?;
    let mut outcome = Outcome::Ignored("no books");
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let [asks, bids, time, last] = view(item, on)?;
        let time = Some(milliseconds(time.need()?)?);
        let mut header = on.header(slot, Channel::Partial, kind::SNAPSHOT, time);
        header.bids = on.levels(slot, bids.need()?)?;
        header.asks = on.levels(slot, asks.need()?)?;
        header.w1 = sequence(last)?;
        header.flags |= event_flag::PARTIAL;
        outcome = on.event(header);
    }
    Ok(outcome)
}

/// O7: the best level of each side; an empty list where there is none.
pub(super) fn best_quote(
    id: Field<'_>,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let slot = on.instrument(id.need()?)?;
    let mut outcome = Outcome::Ignored("no quotes");
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let [asks, bids, time, last] = view(item, on)?;
        let time = Some(milliseconds(time.need()?)?);
        let header = on.header(slot, Channel::Quote, kind::QUOTE, time);
        let (bid, ask) = (best(slot, bids, on)?, best(slot, asks, on)?);
        let header = crate::event::EventHeader { w1: sequence(last)?, ..header };
        outcome = on.quote(header, bid, ask);
    }
    Ok(outcome)
}

fn view<'j>(item: Json<'j>, on: &mut Desk<'_>) -> Result<[Field<'j>; 4], FrameError> {
    let names = ["asks", "bids", "ts", "seqId", "instId", "checksum", "prevSeqId"];
    let [asks, bids, time, last, ..] = on.members(item, "best levels", &names)?;
    Ok([asks, bids, time, last])
}

fn best(slot: usize, list: Field<'_>, on: &mut Desk<'_>) -> Result<Entry, FrameError> {
    let Some(level) = list.items()?.next()? else { return Ok(Entry::default()) };
    let [price, quantity] = level.tuple("a level of price and quantity")?;
    let (price, quantity) = (price.need()?, quantity.need()?);
    Ok(Entry { price: on.price(slot, price)?, quantity: on.quantity(slot, quantity)? })
}

/// O8: trades of one instrument; `trades` puts those of one taker at one price together.
pub(super) fn trades(
    protocol: &mut Protocol,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = ["instId", "tradeId", "px", "sz", "side", "ts", "count", "seqId", "source"];
    protocol.prints.clear();
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let [id, trade, price, quantity, side, ts, count, sequence, _] =
            on.members(item, "trade", &names)?;
        let slot = on.instrument(id.need()?)?;
        let count = count.get().map_or(Ok(1), |n| n.unsigned("count"))?;
        let print = Print {
            aggressor: Some(order_side(side)?),
            price: on.price(slot, price.need()?)?,
            quantity: on.quantity(slot, quantity.need()?)?,
            id: trade.unsigned()?,
            sequence: sequence.get().map_or(Ok(0), |v| v.unsigned("seqId"))?,
            ts_event: Some(milliseconds(ts.need()?)?),
            flags: if count > 1 { event_flag::AGGREGATE } else { 0 },
        };
        protocol.prints.push((slot, print));
    }
    let told = protocol.prints.drain(..).map(|(slot, print)| on.trade(slot, print));
    Ok(told.last().unwrap_or(Outcome::Ignored("no trades")))
}

pub(super) fn order_side(side: Field<'_>) -> Result<Side, FrameError> {
    match side.text()? {
        b"buy" => Ok(Side::Bid),
        b"sell" => Ok(Side::Ask),
        _ => Err(schema(side.need()?.at(), "buy or sell")),
    }
}
