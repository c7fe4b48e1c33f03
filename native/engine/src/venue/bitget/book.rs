//! Books, views of their best levels, trades.

use super::protocol::{About, Protocol, Version, instrument};
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field, Json, Print};

/// Members of a book, whatever they are called.
struct BookFields<'j> {
    bids: Field<'j>,
    asks: Field<'j>,
    checksum: Field<'j>,
    time: Field<'j>,
    last: Field<'j>,
    previous: Field<'j>,
}

fn fields<'j>(
    version: Version,
    item: Json<'j>,
    on: &mut Desk<'_>,
) -> Result<BookFields<'j>, FrameError> {
    let [asks, bids, checksum, time, last, previous] = match version {
        Version::V3 => on.members(item, "book", &["a", "b", "checksum", "ts", "seq", "pseq"])?,
        _ => on.members(item, "book", &["asks", "bids", "checksum", "ts", "seq", "pseq"])?,
    };
    Ok(BookFields { bids, asks, checksum, time, last, previous })
}

/// B3–B6: a snapshot, or what changed since the book before.
pub(super) fn book(about: About<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let slot = instrument(about.is_futures, about.id.need()?, on)?;
    let mut outcome = Outcome::Ignored("no books");
    let mut items = about.data.items()?;
    while let Some(item) = items.next()? {
        let book = fields(about.version, item, on)?;
        let time = Some(milliseconds(book.time.need()?)?);
        let mut header = on.header(slot, Channel::Depth, kind::DEPTH, time);
        header.bids = on.levels(slot, book.bids.need()?)?;
        header.asks = on.levels(slot, book.asks.need()?)?;
        // B4: ids link only where both are sent.
        if let (Some(last), Some(previous)) = (book.last.get(), book.previous.get()) {
            (header.w1, header.w2) = (last.unsigned("seq")?, previous.unsigned("pseq")?);
        }
        let checksum = signed_checksum(book.checksum)?;
        // B6: v3 prints numbers without zeros at their end, over which its checksum was not seen.
        if let Some(checksum) = checksum.filter(|_| about.version != Version::V3) {
            header.aux = u64::from(checksum);
            header.flags |= event_flag::CHECKSUM;
        }
        outcome =
            if about.is_snapshot { on.snapshot(slot, header) } else { on.update(slot, header) };
    }
    Ok(outcome)
}

/// B5: a CRC-32 printed as a signed number; 0 is none.
fn signed_checksum(field: Field<'_>) -> Result<Option<u32>, FrameError> {
    let Some(value) = field.get() else { return Ok(None) };
    let number = value.decimal("checksum")?.at_scale(0, value.at())?;
    let bits = i32::try_from(number).map(|n| n as u32).or(u32::try_from(number));
    let bits = bits.map_err(|_| FrameError::new("E_NUMBER", value.at(), "a CRC-32"))?;
    Ok((bits != 0).then_some(bits))
}

/// B7: the best levels, whole each time.
pub(super) fn best_levels(about: About<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let slot = instrument(about.is_futures, about.id.need()?, on)?;
    let mut outcome = Outcome::Ignored("no books");
    let mut items = about.data.items()?;
    while let Some(item) = items.next()? {
        let book = fields(about.version, item, on)?;
        let time = Some(milliseconds(book.time.need()?)?);
        let mut header = on.header(slot, Channel::Partial, kind::SNAPSHOT, time);
        header.bids = on.levels(slot, book.bids.need()?)?;
        header.asks = on.levels(slot, book.asks.need()?)?;
        header.w1 = book.last.get().map_or(Ok(0), |last| last.unsigned("seq"))?;
        header.flags |= event_flag::PARTIAL;
        outcome = on.event(header);
    }
    Ok(outcome)
}

/// B7: the best level of each side; an empty list where there is none.
pub(super) fn best_quote(about: About<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let slot = instrument(about.is_futures, about.id.need()?, on)?;
    let mut outcome = Outcome::Ignored("no quotes");
    let mut items = about.data.items()?;
    while let Some(item) = items.next()? {
        let book = fields(about.version, item, on)?;
        let time = Some(milliseconds(book.time.need()?)?);
        let header = on.header(slot, Channel::Quote, kind::QUOTE, time);
        let (bid, ask) = (best(slot, book.bids, on)?, best(slot, book.asks, on)?);
        let w1 = book.last.get().map_or(Ok(0), |last| last.unsigned("seq"))?;
        outcome = on.quote(EventHeader { w1, ..header }, bid, ask);
    }
    Ok(outcome)
}

fn best(slot: usize, list: Field<'_>, on: &mut Desk<'_>) -> Result<Entry, FrameError> {
    let Some(level) = list.items()?.next()? else { return Ok(Entry::default()) };
    let [price, quantity] = level.tuple("a level of price and quantity")?;
    let (price, quantity) = (price.need()?, quantity.need()?);
    Ok(Entry { price: on.price(slot, price)?, quantity: on.quantity(slot, quantity)? })
}

/// B8: the side is the taker's; v1 has no ids.
pub(super) fn trades(
    protocol: &mut Protocol,
    about: About<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let slot = instrument(about.is_futures, about.id.need()?, on)?;
    protocol.prints.clear();
    let mut items = about.data.items()?;
    while let Some(item) = items.next()? {
        let ([time, price, quantity, side], id) = match about.version {
            Version::V1 => (item.tuple("time, price, quantity, side")?, None),
            Version::V2 => {
                let names = ["ts", "price", "size", "side", "tradeId", "symbol", "isRPI"];
                let [time, price, quantity, side, id, ..] = on.members(item, "trade", &names)?;
                ([time, price, quantity, side], Some(id))
            }
            Version::V3 => {
                let names = ["T", "p", "v", "S", "i", "L", "isRPI"];
                let [time, price, quantity, side, id, ..] = on.members(item, "trade", &names)?;
                ([time, price, quantity, side], Some(id))
            }
        };
        protocol.prints.push(Print {
            aggressor: Some(order_side(side)?),
            price: on.trimmed_price(slot, price.need()?)?,
            quantity: on.trimmed_quantity(slot, quantity.need()?)?,
            id: id.map_or(Ok(0), |id| id.unsigned())?,
            sequence: 0,
            ts_event: Some(milliseconds(time.need()?)?),
            flags: 0,
        });
    }
    let told = protocol.prints.drain(..).map(|print| on.trade(slot, print));
    Ok(told.last().unwrap_or(Outcome::Ignored("no trades")))
}

pub(super) fn order_side(side: Field<'_>) -> Result<Side, FrameError> {
    match side.text()? {
        b"buy" => Ok(Side::Bid),
        b"sell" => Ok(Side::Ask),
        _ => Err(FrameError::new("E_FRAME_SCHEMA", side.need()?.at(), "buy or sell")),
    }
}
