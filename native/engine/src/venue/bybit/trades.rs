//! Trades and liquidations.

use super::protocol::Message;
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::ids::wide_id;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field, Print};

fn side(field: Field<'_>) -> Result<Side, FrameError> {
    match field.text()? {
        b"Buy" => Ok(Side::Bid),
        b"Sell" => Ok(Side::Ask),
        _ => Err(FrameError::new("E_FRAME_SCHEMA", field.need()?.at(), "Buy or Sell")),
    }
}

/// Y10, Y11: a list of trades of one symbol.
pub(super) fn trades(message: Message<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = ["T", "s", "S", "v", "p", "L", "i", "BT", "RPI", "seq"];
    let mut outcome = Outcome::Ignored("no trades");
    let mut items = message.data.items()?;
    while let Some(fields) = on.row(&mut items, "publicTrade", &names)? {
        let [time, symbol, aggressor, quantity, price, _, id, is_block, _, sequence] = fields;
        let slot = on.instrument(symbol.need()?)?;
        let wrong = FrameError::new("E_FRAME_SCHEMA", id.need()?.at(), "digits or a UUID");
        let is_block = is_block.get().map_or(Ok(false), |json| json.boolean("BT"))?;
        let print = Print {
            aggressor: Some(side(aggressor)?),
            price: on.price(slot, price.need()?)?,
            quantity: on.quantity(slot, quantity.need()?)?,
            id: wide_id(id.text()?).ok_or(wrong)?,
            sequence: sequence.get().map_or(Ok(0), |json| json.unsigned("seq"))?,
            ts_event: Some(milliseconds(time.need()?)?),
            flags: if is_block { event_flag::OFF_BOOK } else { 0 },
        };
        outcome = on.trade(slot, print);
    }
    Ok(outcome)
}

/// A position that was taken over.
struct Liquidated<'a> {
    time: Field<'a>,
    symbol: Field<'a>,
    position: Field<'a>,
    quantity: Field<'a>,
    price: Field<'a>,
}

/// Y14: all liquidations.
pub(super) fn liquidations(message: Message<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let mut outcome = Outcome::Ignored("no liquidations");
    let mut items = message.data.items()?;
    let names = ["T", "s", "S", "v", "p"];
    while let Some(fields) = on.row(&mut items, "allLiquidation", &names)? {
        let [time, symbol, position, quantity, price] = fields;
        outcome = liquidated(&Liquidated { time, symbol, position, quantity, price }, on)?;
    }
    Ok(outcome)
}

/// Y14: the stream before 2025, which passes over some.
pub(super) fn liquidation(message: Message<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = ["updatedTime", "symbol", "side", "size", "price"];
    let [time, symbol, position, quantity, price] =
        on.members(message.data.need()?, "liquidation", &names)?;
    liquidated(&Liquidated { time, symbol, position, quantity, price }, on)
}

fn liquidated(of: &Liquidated<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let slot = on.instrument(of.symbol.need()?)?;
    let ts = milliseconds(of.time.need()?)?;
    // A long position is closed by an order that sells.
    let sells = side(of.position)? == Side::Bid;
    // A bankruptcy price is computed: it need not lie on the grid. A survey makes room for all of it.
    let price = match on.is_learning() {
        true => on.trimmed_price(slot, of.price.need()?)?,
        false => on.cut_price(slot, of.price.need()?)?,
    };
    let quantity = on.quantity(slot, of.quantity.need()?)?;
    let header = on.header(slot, Channel::Liquidation, kind::LIQUIDATION, Some(ts));
    on.entry(Entry { price, quantity });
    let (bids, asks) = (u32::from(!sells), u32::from(sells));
    Ok(on.event(EventHeader { bids, asks, ..header }))
}
