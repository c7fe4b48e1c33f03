//! Trades and best quotes.

use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, kind};
use crate::venue::Outcome;
use crate::venue::wire::ids::wide_id;
use crate::venue::wire::time::{milliseconds, nanoseconds};
use crate::venue::wire::{Channel, Desk, Field, Json, Print};

/// K7: a trade; its time is in nanoseconds.
pub(super) fn spot_trade(
    slot: usize,
    data: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = [
        "symbol",
        "sequence",
        "side",
        "size",
        "price",
        "takerOrderId",
        "time",
        "type",
        "makerOrderId",
        "tradeId",
    ];
    let [_, sequence, side, size, price, _, time, _, _, id] = on.members(data, "match", &names)?;
    trade(slot, [sequence, side, size, price, time, id], on)
}

/// The same of a contract; its quantity is a number of contracts.
pub(super) fn contract_trade(
    slot: usize,
    data: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = [
        "symbol",
        "sequence",
        "makerUserId",
        "side",
        "size",
        "price",
        "takerOrderId",
        "takerUserId",
        "makerOrderId",
        "tradeId",
        "ts",
    ];
    let [_, sequence, _, side, size, price, _, _, _, id, time] =
        on.members(data, "execution", &names)?;
    trade(slot, [sequence, side, size, price, time, id], on)
}

fn trade(
    slot: usize,
    [sequence, side, size, price, time, id]: [Field<'_>; 6],
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let aggressor = match side.text()? {
        b"buy" => Side::Bid,
        b"sell" => Side::Ask,
        _ => return Err(FrameError::new("E_FRAME_SCHEMA", side.need()?.at(), "buy or sell")),
    };
    let sequence = sequence.unsigned()?;
    let print = Print {
        aggressor: Some(aggressor),
        price: on.price(slot, price.need()?)?,
        quantity: on.quantity(slot, size.need()?)?,
        // K7: ids of 24 hexadecimal digits do not fit; the number is the trade's own.
        id: wide_id(id.text()?).unwrap_or(sequence),
        sequence,
        ts_event: Some(nanoseconds(time.need()?)?),
        flags: 0,
    };
    Ok(on.trade(slot, print))
}

/// K8: best quote and the number of the book that it shows.
pub(super) fn spot_ticker(
    slot: usize,
    data: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = [
        "sequence",
        "bestAsk",
        "bestAskSize",
        "bestBid",
        "bestBidSize",
        "time",
        "price",
        "size",
        "Time",
    ];
    let [sequence, ask, ask_size, bid, bid_size, time, ..] = on.members(data, "ticker", &names)?;
    let ts_event = time.get().map(milliseconds).transpose()?;
    quote(slot, sequence, ts_event, [bid.get(), bid_size.get(), ask.get(), ask_size.get()], on)
}

/// K8: the same as two lists.
pub(super) fn level1(
    slot: usize,
    data: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let [asks, bids, time, sequence] =
        on.members(data, "level1", &["asks", "bids", "timestamp", "sequence"])?;
    let ([bid, bid_size], [ask, ask_size]) = (pair(bids)?, pair(asks)?);
    let ts_event = Some(milliseconds(time.need()?)?);
    quote(slot, sequence, ts_event, [bid.get(), bid_size.get(), ask.get(), ask_size.get()], on)
}

/// `[price, quantity]`, `null` where a side is empty.
fn pair(field: Field<'_>) -> Result<[Field<'_>; 2], FrameError> {
    field.get().map_or(Ok([field; 2]), |list| list.tuple("price and quantity"))
}

/// K8: a contract's.
pub(super) fn contract_ticker(
    slot: usize,
    data: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = [
        "symbol",
        "sequence",
        "bestBidSize",
        "bestBidPrice",
        "bestAskPrice",
        "bestAskSize",
        "ts",
        "side",
        "size",
        "price",
        "tradeId",
        "takerOrderId",
        "makerOrderId",
    ];
    let [_, sequence, bid_size, bid, ask, ask_size, time, ..] =
        on.members(data, "contract ticker", &names)?;
    let ts_event = Some(nanoseconds(time.need()?)?);
    quote(slot, sequence, ts_event, [bid.get(), bid_size.get(), ask.get(), ask_size.get()], on)
}

/// Both sides, price and quantity; `null` where a side is empty.
fn quote(
    slot: usize,
    sequence: Field<'_>,
    ts_event: Option<i64>,
    [bid, bid_size, ask, ask_size]: [Option<Json<'_>>; 4],
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let mut side = |price: Option<Json<'_>>, size: Option<Json<'_>>| match price.zip(size) {
        Some((price, size)) => {
            Ok(Entry { price: on.price(slot, price)?, quantity: on.quantity(slot, size)? })
        }
        None => Ok::<_, FrameError>(Entry::default()),
    };
    let (bid, ask) = (side(bid, bid_size)?, side(ask, ask_size)?);
    let w1 = sequence.get().map_or(Ok(0), |v| v.unsigned("sequence"))?;
    let header = on.header(slot, Channel::Quote, kind::QUOTE, ts_event);
    Ok(on.quote(EventHeader { w1, ..header }, bid, ask))
}
