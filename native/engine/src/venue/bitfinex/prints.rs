//! Trades and tickers.

use super::book::is_bid;
use super::frame::Message;
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field, Json, Print};

/// F9: `te` tells a trade as it is made, `tu` repeats it once it is settled, the first list tells those of
/// before the stream.
pub(super) fn trades(
    slot: usize,
    message: &Message<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let Some(body) = message.body else { return Ok(Outcome::Control("hb")) };
    match message.name {
        Some(b"te") => trade(slot, body, on),
        Some(b"tu") => Ok(Outcome::Ignored("tu")),
        None => Ok(Outcome::Ignored("trades before the stream")),
        Some(_) => Ok(Outcome::Ignored("other trades")),
    }
}

fn trade(slot: usize, body: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let [id, time, amount, price] = body.tuple("id, time, amount and price")?;
    let amount = amount.need()?;
    let print = Print {
        aggressor: Some(if is_bid(amount)? { Side::Bid } else { Side::Ask }),
        price: on.price(slot, price.need()?)?,
        quantity: on.signed_quantity(slot, amount)?.abs(),
        id: id.unsigned()?,
        sequence: 0,
        ts_event: Some(milliseconds(time.need()?)?),
        flags: 0,
    };
    Ok(on.trade(slot, print))
}

/// Elements of a trading ticker; a funding ticker has 16.
const TRADING: usize = 11;

/// F10: best prices, with the sums of the 25 best quantities beside them.
pub(super) fn ticker(
    slot: usize,
    message: &Message<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let Some(body) = message.body else { return Ok(Outcome::Control("hb")) };
    let fields: [Field<'_>; TRADING + 1] = body.tuple("a ticker")?;
    if fields[TRADING].get().is_some() {
        return Ok(Outcome::Ignored("funding"));
    }
    let bid = side(slot, fields[0], fields[1], on)?;
    let ask = side(slot, fields[2], fields[3], on)?;
    let header = on.header(slot, Channel::Quote, kind::QUOTE, message.time);
    let flags = header.flags | event_flag::AGGREGATE;
    Ok(on.quote(EventHeader { flags, ..header }, bid, ask))
}

/// `null` where a side is empty.
fn side(
    slot: usize,
    price: Field<'_>,
    quantity: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Entry, FrameError> {
    let Some(price) = price.get() else { return Ok(Entry::default()) };
    Ok(Entry { price: on.price(slot, price)?, quantity: on.cut_quantity(slot, quantity.need()?)? })
}
