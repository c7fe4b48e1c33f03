//! Trades and liquidations.

use super::protocol::{Action, Message};
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::ids::wide_id;
use crate::venue::wire::time::iso;
use crate::venue::wire::{Channel, Desk, Field, Print};

/// M7: trades; the table as it was on subscription holds older ones.
pub(super) fn trades(message: Message<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = [
        "timestamp",
        "symbol",
        "side",
        "size",
        "price",
        "tickDirection",
        "trdMatchID",
        "grossValue",
        "homeNotional",
        "foreignNotional",
        "trdType",
    ];
    let mut outcome = Outcome::Ignored("trades of others");
    let mut items = message.data.items()?;
    while let Some(fields) = on.row(&mut items, "trade", &names)? {
        let [time, symbol, side, size, price, _, id, _, _, _, of] = fields;
        if !on.is_followed(symbol.text()?) {
            continue;
        }
        let slot = on.instrument(symbol.need()?)?;
        // M8: an index publishes its values as trades without size.
        let quantity = size.get().map_or(Ok(0), |json| on.quantity(slot, json))?;
        let regular = of.get().is_none() || of.is_text("Regular");
        let print = Print {
            aggressor: aggressor(side)?,
            price: on.price(slot, price.need()?)?,
            quantity,
            id: identity(id)?,
            sequence: 0,
            ts_event: Some(iso(time.need()?)?),
            flags: if regular { 0 } else { event_flag::OFF_BOOK },
        };
        outcome = match message.action {
            Action::Insert => on.trade(slot, print),
            _ => Outcome::Ignored("trades before the subscription"),
        };
    }
    Ok(outcome)
}

fn aggressor(side: Field<'_>) -> Result<Option<Side>, FrameError> {
    let Some(json) = side.get() else { return Ok(None) };
    match json.text("side")? {
        b"Buy" => Ok(Some(Side::Bid)),
        b"Sell" => Ok(Some(Side::Ask)),
        b"" => Ok(None),
        _ => Err(FrameError::new("E_FRAME_SCHEMA", json.at(), "Buy or Sell")),
    }
}

/// M7: 0 of a print without an id.
fn identity(field: Field<'_>) -> Result<u64, FrameError> {
    let Some(json) = field.get() else { return Ok(0) };
    let text = json.text("trdMatchID")?;
    wide_id(text).ok_or(FrameError::new("E_FRAME_SCHEMA", json.at(), "a UUID"))
}

/// M10: an order that closes a position by force, when it appears.
pub(super) fn liquidations(message: Message<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    if message.action != Action::Insert {
        return Ok(Outcome::Ignored("liquidation seen before"));
    }
    let names = ["orderID", "symbol", "side", "price", "leavesQty"];
    let mut outcome = Outcome::Ignored("liquidations of others");
    let mut items = message.data.items()?;
    while let Some(fields) = on.row(&mut items, "liquidation", &names)? {
        let [_, symbol, side, price, size] = fields;
        if !on.is_followed(symbol.text()?) {
            continue;
        }
        let slot = on.instrument(symbol.need()?)?;
        let price = on.price(slot, price.need()?)?;
        let quantity = on.quantity(slot, size.need()?)?;
        let buys = match aggressor(side)? {
            Some(side) => side == Side::Bid,
            None => return Err(FrameError::new("E_FRAME_SCHEMA", side.need()?.at(), "a side")),
        };
        on.entry(Entry { price, quantity });
        let header = on.header(slot, Channel::Liquidation, kind::LIQUIDATION, None);
        let (bids, asks) = (u32::from(buys), u32::from(!buys));
        outcome = on.event(EventHeader { bids, asks, ..header });
    }
    Ok(outcome)
}
