//! Prints of trades.

use super::book::time;
use crate::book::Side;
use crate::error::FrameError;
use crate::venue::Outcome;
use crate::venue::wire::lexer::Type;
use crate::venue::wire::{Desk, Field, Json, Print};

/// B10: most decimals that prices and amounts have.
const DECIMALS: u8 = 8;

/// B8: a trade. Its id counts those of all markets, so that holes say nothing.
pub(super) fn trade(slot: usize, data: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = [
        "id",
        "timestamp",
        "amount",
        "amount_str",
        "price",
        "price_str",
        "type",
        "microtimestamp",
        "buy_order_id",
        "sell_order_id",
        "id_str",
    ];
    let [id, whole, amount, amount_text, price, price_text, aggressor, micro, ..] =
        on.members(data, "trade", &names)?;
    let aggressor = match aggressor.get() {
        None => None,
        Some(value) => Some(side(value)?),
    };
    let print = Print {
        aggressor,
        price: exact_price(slot, price_text, price, on)?,
        quantity: exact_amount(slot, amount_text, amount, on)?,
        id: id.unsigned()?,
        sequence: 0,
        ts_event: time(micro, whole)?,
        flags: 0,
    };
    Ok(on.trade(slot, print))
}

/// 0 buys, 1 sells.
pub(super) fn side(value: Json<'_>) -> Result<Side, FrameError> {
    match value.raw() {
        b"0" => Ok(Side::Bid),
        b"1" => Ok(Side::Ask),
        _ => Err(FrameError::new("E_FRAME_SCHEMA", value.at(), "0 or 1")),
    }
}

/// B10: as text where it is there; numbers went through a double.
pub(super) fn exact_price(
    slot: usize,
    text: Field<'_>,
    number: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<i64, FrameError> {
    match text.get() {
        Some(text) => on.price(slot, text),
        None => match number.need()? {
            number if number.of() == Type::Number => on.rounded_price(slot, number, DECIMALS),
            text => on.price(slot, text),
        },
    }
}

/// The same of an amount.
pub(super) fn exact_amount(
    slot: usize,
    text: Field<'_>,
    number: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<i64, FrameError> {
    match text.get() {
        Some(text) => on.quantity(slot, text),
        None => match number.need()? {
            number if number.of() == Type::Number => on.rounded_quantity(slot, number, DECIMALS),
            text => on.quantity(slot, text),
        },
    }
}
