//! Data of v1: `[channel id, …, channel name, pair]`.

use super::protocol::{BookMessage, Protocol, checksum};
use crate::book::Side;
use crate::error::FrameError;
use crate::event::Entry;
use crate::venue::Outcome;
use crate::venue::wire::lexer::Type;
use crate::venue::wire::time::seconds;
use crate::venue::wire::{Desk, Field, Json, Print};

/// Most parts of a frame: channel id, two of data, channel name, pair.
const PARTS: usize = 5;

const fn schema(at: usize, what: &'static str) -> FrameError {
    FrameError::new("E_FRAME_SCHEMA", at, what)
}

/// A frame that is a list.
pub(super) fn data(
    protocol: &mut Protocol,
    top: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    protocol.clear();
    let mut parts = [top; PARTS];
    let mut count = 0;
    let mut items = top.items("a frame")?;
    while let Some(item) = items.next()? {
        *parts.get_mut(count).ok_or(schema(item.at(), "at most five parts"))? = item;
        count += 1;
    }
    let [_, data @ .., name, pair] = &parts[..count] else {
        return Err(schema(top.at(), "channel id, data, channel name, pair"));
    };
    let channel = name.text("a channel's name")?;
    let kind = channel.split(|b| *b == b'-').next().unwrap_or(channel);
    match (kind, data) {
        (b"ohlc", _) => Ok(Outcome::Ignored("ohlc")),
        (b"ownTrades" | b"openOrders", _) => Ok(Outcome::Ignored("private")),
        (b"book", [_, ..]) => {
            let slot = on.instrument(*pair)?;
            book(protocol, (slot, depth(*name)?), data, on)
        }
        (b"trade", [list]) => {
            let slot = on.instrument(*pair)?;
            trades(protocol, slot, *list, on)
        }
        (b"ticker", [ticker]) => {
            let slot = on.instrument(*pair)?;
            quote(protocol, slot, *ticker, on)
        }
        (b"spread", [spread]) => {
            let slot = on.instrument(*pair)?;
            spread_quote(protocol, slot, *spread, on)
        }
        (b"book" | b"trade" | b"ticker" | b"spread", _) => {
            Err(schema(top.at(), "the data of one message"))
        }
        _ => on.unknown(*name),
    }
}

/// K6: `book-1000`.
fn depth(name: Json<'_>) -> Result<u32, FrameError> {
    let digits = name.text("a channel's name")?.strip_prefix(b"book-");
    let depth = digits.and_then(|d| std::str::from_utf8(d).ok()?.parse().ok());
    depth.filter(|depth| *depth > 0).ok_or(schema(name.at(), "book-<depth>"))
}

/// K2–K4: a snapshot `as`, `bs`, or changes `a`, `b` in one object or in two.
fn book(
    protocol: &mut Protocol,
    (slot, depth): (usize, u32),
    data: &[Json<'_>],
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let mut message = BookMessage {
        slot,
        is_snapshot: false,
        depth: Some(depth),
        ts_event: None,
        checksum: None,
    };
    let mut changes = 0;
    for part in data.iter().filter(|part| part.of() != Type::Null) {
        let names = ["as", "bs", "a", "b", "c"];
        let [all_asks, all_bids, asks, bids, crc] = on.members(*part, "book", &names)?;
        for (field, side, is_whole) in [
            (all_asks, Side::Ask, true),
            (all_bids, Side::Bid, true),
            (asks, Side::Ask, false),
            (bids, Side::Bid, false),
        ] {
            let Some(list) = field.get() else { continue };
            message.is_snapshot |= is_whole;
            changes += usize::from(!is_whole);
            let last = levels(protocol, (side, slot), list, on)?;
            message.ts_event = message.ts_event.max(last);
        }
        if let Some(crc) = crc.get() {
            message.checksum = Some(checksum(crc)?);
        }
    }
    let at = data.first().map_or(0, Json::at);
    match (message.is_snapshot, changes) {
        (true, 0) | (false, 1..) => Ok(protocol.book(message, on)),
        _ => Err(schema(at, "a snapshot or changes")),
    }
}

/// `[[price, quantity, time], …]`, republished ones with an `"r"` behind; returns the latest time.
fn levels(
    protocol: &mut Protocol,
    (side, slot): (Side, usize),
    list: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Option<i64>, FrameError> {
    let mut latest = None;
    let mut rows = list.rows("a level of price, quantity and time")?;
    while let Some([price, quantity, time]) = rows.next()? {
        protocol.level((side, slot), (price.need()?, quantity.need()?), on)?;
        latest = latest.max(Some(seconds(time.need()?)?));
    }
    Ok(latest)
}

/// K8: `[price, quantity, time, side, order type, misc]`; the side is the taker's.
fn trades(
    protocol: &mut Protocol,
    slot: usize,
    list: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let mut items = list.items("a list of trades")?;
    while let Some(item) = items.next()? {
        let [price, quantity, time, side] = item.tuple("a trade of price, quantity, time, side")?;
        let aggressor = match side.text()? {
            b"b" => Side::Bid,
            b"s" => Side::Ask,
            _ => return Err(schema(side.need()?.at(), "b or s")),
        };
        let print = Print {
            aggressor: Some(aggressor),
            price: on.price(slot, price.need()?)?,
            quantity: on.quantity(slot, quantity.need()?)?,
            id: 0,
            sequence: 0,
            ts_event: Some(seconds(time.need()?)?),
            flags: 0,
        };
        protocol.prints.push((slot, print));
    }
    let told = protocol.prints.drain(..).map(|(slot, print)| on.trade(slot, print));
    Ok(told.last().unwrap_or(Outcome::Ignored("no trades")))
}

/// K9: `a` and `b` are price, whole lots, quantity; no time.
fn quote(
    protocol: &Protocol,
    slot: usize,
    ticker: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = ["a", "b", "c", "v", "p", "t", "l", "h", "o"];
    let [ask, bid, ..] = on.members(ticker, "ticker", &names)?;
    let mut best = |side: Field<'_>| {
        let [price, _, quantity] = side.need()?.tuple("price, lots and quantity")?;
        entry(slot, (price, quantity), on)
    };
    let sides = [best(bid)?, best(ask)?];
    Ok(protocol.quote(slot, None, sides, on))
}

/// K9: `[bid, ask, time, bid quantity, ask quantity]`.
fn spread_quote(
    protocol: &Protocol,
    slot: usize,
    spread: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let what = "bid, ask, time and both quantities";
    let [bid, ask, time, bid_quantity, ask_quantity] = spread.tuple(what)?;
    let sides = [entry(slot, (bid, bid_quantity), on)?, entry(slot, (ask, ask_quantity), on)?];
    // K10: an empty book's time is 0.
    let is_empty = sides.iter().all(|side| side.quantity == 0);
    let ts_event = if is_empty { None } else { Some(seconds(time.need()?)?) };
    Ok(protocol.quote(slot, ts_event, sides, on))
}

fn entry(
    slot: usize,
    (price, quantity): (Field<'_>, Field<'_>),
    on: &mut Desk<'_>,
) -> Result<Entry, FrameError> {
    let (price, quantity) = (price.need()?, quantity.need()?);
    Ok(Entry { price: on.price(slot, price)?, quantity: on.quantity(slot, quantity)? })
}

/// Whether a list ends as frames of v1 do: `,"trade","XBT/USD"]`.
pub(super) fn recognises(frame: &[u8]) -> bool {
    let is_quote = |b: &u8| *b == b'"';
    let Some(rest) = frame.strip_suffix(b"\"]") else { return false };
    let Some(pair) = rest.iter().rposition(is_quote) else { return false };
    let Some(rest) = rest[..pair].strip_suffix(b"\",") else { return false };
    let Some(name) = rest.iter().rposition(is_quote) else { return false };
    let is_pair = frame[pair..].contains(&b'/');
    let known: [&[u8]; 5] = [b"book-", b"trade", b"ticker", b"spread", b"ohlc-"];
    let has_data = rest[..name].ends_with(b",") && frame.get(1).is_some_and(u8::is_ascii_digit);
    is_pair && has_data && known.iter().any(|k| rest[name + 1..].starts_with(k))
}
