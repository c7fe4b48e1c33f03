//! Objects: data of v2, and replies of both versions.

use super::protocol::{BookMessage, Protocol, checksum};
use crate::book::Side;
use crate::error::FrameError;
use crate::event::Entry;
use crate::venue::Outcome;
use crate::venue::wire::time::iso;
use crate::venue::wire::{Desk, Field, Json, Print};

const fn schema(at: usize, what: &'static str) -> FrameError {
    FrameError::new("E_FRAME_SCHEMA", at, what)
}

/// A frame that is an object.
pub(super) fn message(
    protocol: &mut Protocol,
    top: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = [
        "channel",
        "type",
        "data",
        "event",
        "method",
        "result",
        "feed",
        "success",
        "error",
        "errorMessage",
        "req_id",
        "reqid",
        "time_in",
        "time_out",
        "params",
        "connectionID",
        "status",
        "version",
        "channelID",
        "channelName",
        "pair",
        "subscription",
        "symbol",
        "warnings",
        "product_id",
        "seq",
        "timestamp",
        "sequence",
    ];
    let [channel, of, data, event, method, result, feed, ..] = on.members(top, "frame", &names)?;
    if event.get().is_some() {
        return Ok(Outcome::Control("v1 event"));
    }
    if let Some(method) = method.get() {
        return reply(protocol, method, result, on);
    }
    if feed.get().is_some() {
        return Ok(Outcome::Ignored("Kraken Futures"));
    }
    protocol.clear();
    let is_snapshot = of.is_text("snapshot");
    if !is_snapshot && !of.is_text("update") && data.get().is_some() {
        return on.unknown(of.need()?);
    }
    match channel.text()? {
        b"book" => books(protocol, is_snapshot, data, on),
        // K11: what was traded before the subscription.
        b"trade" if is_snapshot => Ok(Outcome::Ignored("trade snapshot")),
        b"trade" => trades(protocol, data, on),
        b"ticker" => quotes(protocol, data, on),
        b"instrument" => instruments(protocol, data, on),
        b"level3" => Ok(Outcome::Ignored("level3")),
        b"ohlc" => Ok(Outcome::Ignored("ohlc")),
        b"executions" | b"balances" => Ok(Outcome::Ignored("private")),
        b"heartbeat" => Ok(Outcome::Control("heartbeat")),
        b"status" => Ok(Outcome::Control("status")),
        _ => on.unknown(channel.need()?),
    }
}

/// K6: the reply to a subscription tells a book's depth.
fn reply(
    protocol: &mut Protocol,
    method: Json<'_>,
    result: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    if method.is_text("subscribe")
        && let Some(result) = result.get()
    {
        let names = ["channel", "symbol", "depth", "snapshot", "event_trigger", "warnings"];
        let [channel, symbol, depth, ..] = on.members(result, "reply", &names)?;
        if channel.is_text("book")
            && let Some(depth) = depth.get()
            && on.is_followed(symbol.text()?)
        {
            let levels = u32::try_from(depth.unsigned("depth")?).ok().filter(|d| *d > 0);
            let levels = levels.ok_or(schema(depth.at(), "a depth"))?;
            protocol.depths.insert(symbol.text()?.to_vec(), levels);
        }
    }
    Ok(Outcome::Control("reply"))
}

/// K2: one object for each book.
fn books(
    protocol: &mut Protocol,
    is_snapshot: bool,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let mut outcome = Outcome::Ignored("no books");
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let names = ["symbol", "bids", "asks", "checksum", "timestamp"];
        let [symbol, bids, asks, crc, time] = on.members(item, "book", &names)?;
        let slot = instrument(protocol, symbol, on)?;
        protocol.clear();
        for (side, list) in [(Side::Bid, bids), (Side::Ask, asks)] {
            let mut levels = list.items()?;
            while let Some(level) = levels.next()? {
                let [price, quantity] = on.members(level, "level", &["price", "qty"])?;
                protocol.level((side, slot), (price.need()?, quantity.need()?), on)?;
            }
        }
        let message = BookMessage {
            slot,
            is_snapshot,
            depth: told_depth(protocol, is_snapshot, symbol)?,
            ts_event: time.get().map(iso).transpose()?,
            checksum: crc.get().map(checksum).transpose()?,
        };
        outcome = protocol.book(message, on);
    }
    Ok(outcome)
}

/// Updates do not tell theirs and go to the book of the last snapshot.
fn told_depth(
    protocol: &Protocol,
    is_snapshot: bool,
    symbol: Field<'_>,
) -> Result<Option<u32>, FrameError> {
    let told = protocol.depths.get(symbol.text()?).copied();
    Ok(told.filter(|_| is_snapshot))
}

/// K8: `side` is the taker's; ids rise by one within a symbol.
fn trades(
    protocol: &mut Protocol,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let names = ["symbol", "side", "price", "qty", "ord_type", "trade_id", "timestamp"];
        let [symbol, side, price, quantity, _, id, time] = on.members(item, "trade", &names)?;
        let slot = instrument(protocol, symbol, on)?;
        let aggressor = match side.text()? {
            b"buy" => Side::Bid,
            b"sell" => Side::Ask,
            _ => return Err(schema(side.need()?.at(), "buy or sell")),
        };
        let print = Print {
            aggressor: Some(aggressor),
            price: on.price(slot, price.need()?)?,
            quantity: on.quantity(slot, quantity.need()?)?,
            id: id.unsigned()?,
            sequence: 0,
            ts_event: Some(iso(time.need()?)?),
            flags: 0,
        };
        protocol.prints.push((slot, print));
    }
    let told =
        protocol.prints.drain(..).map(|(slot, print)| on.numbered_trade(slot, print, print.id));
    Ok(told.last().unwrap_or(Outcome::Ignored("no trades")))
}

/// K9, K10.
fn quotes(
    protocol: &mut Protocol,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let mut outcome = Outcome::Ignored("no tickers");
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let names = [
            "symbol",
            "bid",
            "bid_qty",
            "ask",
            "ask_qty",
            "timestamp",
            "last",
            "volume",
            "vwap",
            "low",
            "high",
            "change",
            "change_pct",
            "volume_usd",
        ];
        let [symbol, bid, bid_quantity, ask, ask_quantity, time, ..] =
            on.members(item, "ticker", &names)?;
        let slot = instrument(protocol, symbol, on)?;
        let mut best = |price: Field<'_>, quantity: Field<'_>| {
            let (price, quantity) = (price.need()?, quantity.need()?);
            Ok::<_, FrameError>(Entry {
                price: on.price(slot, price)?,
                quantity: on.quantity(slot, quantity)?,
            })
        };
        let sides = [best(bid, bid_quantity)?, best(ask, ask_quantity)?];
        // An empty book's time is that of 1970.
        let is_empty = sides.iter().all(|side| side.quantity == 0);
        let time = time.get().filter(|_| !is_empty);
        outcome = protocol.quote(slot, time.map(iso).transpose()?, sides, on);
    }
    Ok(outcome)
}

/// K12: decimals of all pairs, for the survey; numbers of v2 may lack zeros at their end.
fn instruments(
    protocol: &mut Protocol,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    const KIND: Outcome = Outcome::Ignored("instrument");
    if !on.is_learning() {
        return Ok(KIND);
    }
    let [assets, pairs] = on.members(data.need()?, "instrument", &["assets", "pairs"])?;
    let _ = assets;
    let mut items = pairs.items()?;
    while let Some(item) = items.next()? {
        let [symbol, price, quantity] =
            item.members(&["symbol", "price_precision", "qty_precision"], |_, _| Ok(()))?;
        let decimals = |field: Field<'_>| {
            let value = field.unsigned()?;
            let decimals = u8::try_from(value).ok().filter(|d| *d <= 18);
            decimals.ok_or(schema(field.need()?.at(), "at most 18 decimals"))
        };
        let both = (decimals(price)?, decimals(quantity)?);
        protocol.decimals.insert(symbol.text()?.to_vec(), both);
    }
    Ok(KIND)
}

fn instrument(
    protocol: &Protocol,
    symbol: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<usize, FrameError> {
    let slot = on.instrument(symbol.need()?)?;
    if on.is_learning()
        && let Some((price, quantity)) = protocol.decimals.get(symbol.text()?)
    {
        on.learn_decimals(slot, *price, *quantity);
    }
    Ok(slot)
}
