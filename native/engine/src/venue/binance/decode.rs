//! From the members of a message to its event.

use super::cursor::Cursor;
use super::family::Family;
use super::fields::{Key, NAMES, Shape};
use super::slot::Slot;
use super::view::{View, decimal};
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::wire::lexer::{Lexer, Type, Value};

/// A message whose entries are the open ones of the event buffer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Parsed {
    pub slot: usize,
    pub family: Family,
    pub shape: Shape,
    /// All but the stamp.
    pub header: EventHeader,
    /// The rate that a mark price message brings along, an event of its own.
    pub funding: Option<i64>,
}

impl Default for Parsed {
    fn default() -> Self {
        Self {
            slot: 0,
            family: Family::Other,
            shape: Shape::default(),
            header: EventHeader::default(),
            funding: None,
        }
    }
}

/// Digits after the point of marks, indices and rates: more than an instrument's prices have (U14).
pub const VALUE_SCALE: u8 = 8;

/// Reads a message of `slot`; appends its entries.
///
/// # Errors
/// `E_FRAME_SCHEMA`, `E_NUMBER`, `E_SCALE`.
pub(super) fn decode(
    view: View<'_>,
    family: Family,
    (place, slot): (usize, &Slot),
    entries: &mut Vec<Entry>,
) -> Result<Parsed, FrameError> {
    let header = EventHeader { instrument: slot.instrument, ..EventHeader::default() };
    let shape = view.fields.shape;
    let mut parsed = Parsed { slot: place, family, shape, header, funding: None };
    match family {
        Family::Depth => depth(view, slot, &mut parsed, entries)?,
        Family::Partial | Family::Snapshot => snapshot(view, slot, &mut parsed, entries)?,
        Family::Quote => quote(view, slot, &mut parsed.header, entries)?,
        Family::Trade => trade(view, slot, &mut parsed.header, entries)?,
        Family::AggTrade => agg_trade(view, slot, &mut parsed.header, entries)?,
        Family::Mark => mark(view, slot, &mut parsed, entries)?,
        _ => liquidation(view, slot, &mut parsed.header, entries)?,
    }
    Ok(parsed)
}

/// Venue time: the transaction's where it is sent, else the message's, else none (S13, U13).
fn stamp(view: View<'_>, header: &mut EventHeader) -> Result<(), FrameError> {
    let time = match view.time(Key::Time)? {
        Some(time) => Some(time),
        None => view.time(Key::EventTime)?,
    };
    match time {
        Some(time) => header.ts_event = time,
        None => header.flags |= event_flag::NO_EVENT_TIME,
    }
    Ok(())
}

fn depth(
    view: View<'_>,
    slot: &Slot,
    parsed: &mut Parsed,
    entries: &mut Vec<Entry>,
) -> Result<(), FrameError> {
    let header = &mut parsed.header;
    header.kind = kind::DEPTH;
    header.source = slot.sources.depth;
    header.w0 = view.id(Key::First)?;
    header.w1 = view.id(Key::Last)?;
    // S6 links by `U`, U6 by `pu`.
    if slot.futures {
        header.w2 = view.id(Key::Previous)?;
    }
    if header.w0 > header.w1 {
        let at = view.fields.need(Key::First)?.at();
        return Err(FrameError::new("E_FRAME_SCHEMA", at, "U not above u"));
    }
    stamp(view, header)?;
    both_sides(view, slot, parsed, (Key::Bid, Key::Ask), entries)
}

fn snapshot(
    view: View<'_>,
    slot: &Slot,
    parsed: &mut Parsed,
    entries: &mut Vec<Entry>,
) -> Result<(), FrameError> {
    let header = &mut parsed.header;
    header.kind = kind::SNAPSHOT;
    header.source = slot.sources.depth;
    if parsed.family == Family::Partial {
        header.source = slot.sources.partial;
        header.flags |= event_flag::PARTIAL;
    }
    stamp(view, header)?;
    // S12: spot prints a snapshot's names, U12: futures those of a difference.
    let (id, sides) = if view.fields.shape.has(Key::LastUpdateId) {
        (Key::LastUpdateId, (Key::Bids, Key::Asks))
    } else {
        (Key::Last, (Key::Bid, Key::Ask))
    };
    header.w1 = view.id(id)?;
    both_sides(view, slot, parsed, sides, entries)
}

fn both_sides(
    view: View<'_>,
    slot: &Slot,
    parsed: &mut Parsed,
    (bids, asks): (Key, Key),
    entries: &mut Vec<Entry>,
) -> Result<(), FrameError> {
    for (key, count) in [(bids, &mut parsed.header.bids), (asks, &mut parsed.header.asks)] {
        let before = entries.len();
        if levels(view, key, slot, entries)? {
            parsed.shape = parsed.shape.with(key, Type::Numbers);
        }
        *count = (entries.len() - before) as u32;
    }
    Ok(())
}

/// Reads `[[price, quantity, …], …]`; whether an element was a number in place of text.
fn levels(
    view: View<'_>,
    key: Key,
    slot: &Slot,
    entries: &mut Vec<Entry>,
) -> Result<bool, FrameError> {
    let list = view.fields.need(key)?;
    let wrong = |at| FrameError::new("E_FRAME_SCHEMA", at, "a list of [price, quantity]");
    if list.of != Type::Array {
        return Err(wrong(list.at()));
    }
    let mut numbers = false;
    let mut lexer = Lexer::new(view.frame, list.at() + 1);
    while !lexer.eat(b']') {
        let at = lexer.at;
        // As printed, else by tokens.
        let mut cursor = Cursor { bytes: view.frame, at };
        if let Some(level) = cursor.level::<false>((slot.price_scale, slot.quantity_scale)) {
            entries.push(level);
            lexer.at = cursor.at;
            lexer.eat(b',');
            continue;
        }
        if !lexer.eat(b'[') || lexer.peek() == b']' {
            return Err(wrong(at));
        }
        let price = lexer.value(0)?;
        if !lexer.eat(b',') {
            return Err(wrong(at));
        }
        let quantity = lexer.value(0)?;
        // Elements behind these two were sent by older versions, always empty.
        while lexer.eat(b',') {
            lexer.value(0)?;
        }
        lexer.eat(b']');
        lexer.eat(b',');
        numbers |= price.of == Type::Number || quantity.of == Type::Number;
        entries.push(level(view.frame, slot, price, quantity)?);
    }
    Ok(numbers)
}

/// S7: the price stands, the quantity is the whole one there now; 0 takes the level away.
fn level(frame: &[u8], slot: &Slot, price: Value, quantity: Value) -> Result<Entry, FrameError> {
    let entry = Entry {
        price: decimal(frame, price, slot.price_scale, "a price")?,
        quantity: decimal(frame, quantity, slot.quantity_scale, "a quantity")?,
    };
    if entry.price <= 0 {
        Err(FrameError::new("E_NUMBER", price.at(), "a price above 0"))
    } else if entry.quantity < 0 {
        Err(FrameError::new("E_NUMBER", quantity.at(), "no negative quantity"))
    } else {
        Ok(entry)
    }
}

fn quote(
    view: View<'_>,
    slot: &Slot,
    header: &mut EventHeader,
    entries: &mut Vec<Entry>,
) -> Result<(), FrameError> {
    header.kind = kind::QUOTE;
    header.source = slot.sources.quote;
    header.w1 = view.id(Key::Last)?;
    stamp(view, header)?;
    for (price, quantity) in [(Key::Bid, Key::BidQuantity), (Key::Ask, Key::AskQuantity)] {
        // S9: an empty side is printed as price 0, quantity 0.
        entries.push(Entry {
            price: view.amount(price, slot.price_scale)?,
            quantity: view.amount(quantity, slot.quantity_scale)?,
        });
    }
    (header.bids, header.asks) = (1, 1);
    Ok(())
}

fn trade(
    view: View<'_>,
    slot: &Slot,
    header: &mut EventHeader,
    entries: &mut Vec<Entry>,
) -> Result<(), FrameError> {
    header.source = slot.sources.trade;
    header.aux = view.id(Key::Trade)?;
    (header.w0, header.w1) = (header.aux, header.aux);
    // U11: prints that did not cross the book.
    if view.fields.shape.has(Key::Execution) && !view.is(Key::Execution, b"MARKET") {
        header.flags |= event_flag::OFF_BOOK;
    }
    print(view, slot, header, entries)
}

/// S11, U10: `f..l` covers the trades of one taker at one price.
fn agg_trade(
    view: View<'_>,
    slot: &Slot,
    header: &mut EventHeader,
    entries: &mut Vec<Entry>,
) -> Result<(), FrameError> {
    header.source = slot.sources.agg_trade;
    header.flags |= event_flag::AGGREGATE;
    header.w0 = view.id(Key::FirstTrade)?;
    header.w1 = view.id(Key::LastTrade)?;
    if header.w0 > header.w1 {
        let at = view.fields.need(Key::FirstTrade)?.at();
        return Err(FrameError::new("E_FRAME_SCHEMA", at, "f not above l"));
    }
    // Futures sent no `a` before 2020.
    if view.fields.shape.has(Key::Ask) {
        header.aux = view.id(Key::Ask)?;
    }
    print(view, slot, header, entries)
}

/// What both kinds of trade have: price, quantity, time and the aggressor (S10, U10).
fn print(
    view: View<'_>,
    slot: &Slot,
    header: &mut EventHeader,
    entries: &mut Vec<Entry>,
) -> Result<(), FrameError> {
    header.kind = kind::TRADE;
    stamp(view, header)?;
    entries.push(Entry {
        price: view.amount(Key::Price, slot.price_scale)?,
        quantity: view.amount(Key::Quantity, slot.quantity_scale)?,
    });
    let buyer_is_maker = view.flag(Key::Maker)?;
    (header.bids, header.asks) = if buyer_is_maker { (0, 1) } else { (1, 0) };
    Ok(())
}

/// U14: mark, index and settle price, in this order, each with quantity 1, or 0 where it is missing.
fn mark(
    view: View<'_>,
    slot: &Slot,
    parsed: &mut Parsed,
    entries: &mut Vec<Entry>,
) -> Result<(), FrameError> {
    let header = &mut parsed.header;
    header.kind = kind::MARK;
    header.source = slot.sources.mark;
    header.ts_event = view.need_time(Key::EventTime)?;
    header.aux = view.time(Key::Time)?.unwrap_or(0) as u64;
    header.bids = 3;
    let mark = value(view, Key::Price)?;
    if mark.is_none() {
        let at = view.fields.need(Key::Price)?.at();
        return Err(FrameError::new("E_FRAME_SCHEMA", at, NAMES[Key::Price as usize]));
    }
    for price in [mark, value(view, Key::Index)?, value(view, Key::Settle)?] {
        entries.push(Entry { price: price.unwrap_or(0), quantity: i64::from(price.is_some()) });
    }
    parsed.funding = value(view, Key::Rate)?;
    Ok(())
}

/// A value at [`VALUE_SCALE`]; `None` where it is missing, or empty as for delivery contracts.
fn value(view: View<'_>, key: Key) -> Result<Option<i64>, FrameError> {
    match view.fields.get(key) {
        None => Ok(None),
        Some(empty) if empty.of == Type::Text && empty.start == empty.end => Ok(None),
        Some(_) => view.decimal(key, VALUE_SCALE).map(Some),
    }
}

/// U15: one entry on the side of the forced order, at its own price and quantity.
fn liquidation(
    view: View<'_>,
    slot: &Slot,
    header: &mut EventHeader,
    entries: &mut Vec<Entry>,
) -> Result<(), FrameError> {
    header.kind = kind::LIQUIDATION;
    header.source = slot.sources.liquidation;
    stamp(view, header)?;
    entries.push(Entry {
        price: view.amount(Key::Price, slot.price_scale)?,
        quantity: view.amount(Key::Quantity, slot.quantity_scale)?,
    });
    let side = view.fields.need(Key::Side)?;
    (header.bids, header.asks) = match (view.is(Key::Side, b"BUY"), view.is(Key::Side, b"SELL")) {
        (true, _) => (1, 0),
        (_, true) => (0, 1),
        _ => return Err(FrameError::new("E_FRAME_SCHEMA", side.at(), "BUY or SELL")),
    };
    Ok(())
}
