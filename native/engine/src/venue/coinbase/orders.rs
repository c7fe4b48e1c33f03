//! The Exchange's `full` channel: every order from its receipt to its end.

use super::exchange::Resting;
use super::shared::{moment, other, side};
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, kind};
use crate::venue::Outcome;
use crate::venue::wire::order_ids::uuid;
use crate::venue::wire::{Desk, Field, Json, OrderEvent, Print, Turn};

/// Messages about one order, `None` for other kinds.
pub(super) fn message(
    kind: Json<'_>,
    top: Json<'_>,
    frame: &[u8],
    on: &mut Desk<'_>,
) -> Option<Result<Outcome, FrameError>> {
    Some(match kind.text("type") {
        Ok(b"received") => received(top, frame, on),
        Ok(b"open") => open(top, frame, on),
        Ok(b"done") => done(top, frame, on),
        Ok(b"match") => matched(top, frame, on),
        Ok(b"change") => change(top, frame, on),
        _ => return None,
    })
}

fn id(field: Field<'_>) -> Result<u128, FrameError> {
    let value = field.need()?;
    uuid(value.text(field.name())?).ok_or(FrameError::new(
        "E_FRAME_SCHEMA",
        value.at(),
        "an order id",
    ))
}

/// An event about an order, but for its kind, id and entry.
fn event(side: Side, sequence: u64, ts_event: Option<i64>) -> OrderEvent {
    let entry = Entry::default();
    OrderEvent { kind: 0, side, id: 0, entry, sequence, taker: 0, trade: 0, ts_event }
}

/// X2: an order that the engine took says nothing about the book, but it has a number.
fn received(top: Json<'_>, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = [
        "type",
        "sequence",
        "order_id",
        "order_type",
        "size",
        "price",
        "side",
        "funds",
        "client_oid",
        "product_id",
        "time",
        "stop_type",
        "stop_price",
    ];
    let [_, sequence, _, _, size, price, _, _, _, product, ..] =
        on.members(top, "received", &names)?;
    let slot = on.instrument(product.need()?)?;
    for (value, is_price) in [(price, true), (size, false)] {
        let Some(value) = value.get() else { continue };
        if is_price {
            on.price(slot, value)?
        } else {
            on.quantity(slot, value)?
        };
    }
    Ok(match on.order_turn(slot, Some(sequence.unsigned()?), frame) {
        Turn::Take => Outcome::Ignored("received"),
        Turn::Pass(outcome) => outcome,
    })
}

/// X3: from now on the order is in the book. X6: without a time it is part of a recorder's snapshot.
fn open(top: Json<'_>, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names =
        ["type", "sequence", "side", "price", "order_id", "remaining_size", "product_id", "time"];
    let [_, sequence, of, price, order, left, product, time] = on.members(top, "open", &names)?;
    let slot = on.instrument(product.need()?)?;
    let (sequence, order) = (sequence.unsigned()?, id(order)?);
    let is_row = time.is_text("");
    let entry =
        Entry { price: on.price(slot, price.need()?)?, quantity: on.quantity(slot, left.need()?)? };
    let event = event(side(of.need()?)?, sequence, moment(time)?);
    if is_row {
        if on.orders_at(slot) != Some(sequence)
            && let Err(outcome) = on.order_snapshot(slot, sequence, None)
        {
            return Ok(outcome);
        }
    } else if let Turn::Pass(outcome) = on.order_turn(slot, Some(sequence), frame) {
        return Ok(outcome);
    }
    let id = on.order_ids(slot).rest(order);
    Ok(on.order(slot, OrderEvent { kind: kind::ORDER_ADD, id, entry, ..event }))
}

/// X3: the order's end. A filled one left the book with its last match; one that never opened was not
/// in it.
fn done(top: Json<'_>, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = [
        "type",
        "order_type",
        "side",
        "sequence",
        "order_id",
        "reason",
        "product_id",
        "time",
        "price",
        "remaining_size",
        "cancel_reason",
    ];
    let [_, _, of, sequence, order, reason, product, time, price, left, ..] =
        on.members(top, "done", &names)?;
    let slot = on.instrument(product.need()?)?;
    let (sequence, order) = (sequence.unsigned()?, id(order)?);
    let is_filled = reason.text()? == b"filled";
    let price = price.get().map(|price| on.price(slot, price)).transpose()?;
    left.get().map(|left| on.quantity(slot, left)).transpose()?;
    let event = event(side(of.need()?)?, sequence, moment(time)?);
    if let Turn::Pass(outcome) = on.order_turn(slot, Some(sequence), frame) {
        return Ok(outcome);
    }
    match on.order_ids(slot).forget(order) {
        Some(known) if known.rests && !is_filled => {
            let entry = Entry { price: price.unwrap_or(0), quantity: 0 };
            let id = known.number;
            Ok(on.order(slot, OrderEvent { kind: kind::ORDER_CANCEL, id, entry, ..event }))
        }
        Some(known) if known.rests => Ok(Outcome::Ignored("done, filled")),
        _ => Ok(Outcome::Ignored("done, never open")),
    }
}

/// X4: an execution of the order that rested, and a print; `side` is that of the order that rested.
fn matched(top: Json<'_>, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = [
        "type",
        "sequence",
        "trade_id",
        "maker_order_id",
        "taker_order_id",
        "side",
        "size",
        "price",
        "product_id",
        "time",
    ];
    let [_, sequence, trade, maker, taker, of, size, price, product, time] =
        on.members(top, "match", &names)?;
    let slot = on.instrument(product.need()?)?;
    let (sequence, trade) = (sequence.unsigned()?, trade.unsigned()?);
    let (maker, taker, maker_side) = (id(maker)?, id(taker)?, side(of.need()?)?);
    let entry =
        Entry { price: on.price(slot, price.need()?)?, quantity: on.quantity(slot, size.need()?)? };
    let event = event(maker_side, sequence, moment(time)?);
    // X5: the `matches` channel sends the same message, and there numbers have holes.
    let turn = if on.has_orders(slot) {
        on.order_turn(slot, Some(sequence), frame)
    } else {
        Turn::Pass(Outcome::Buffered)
    };
    match turn {
        Turn::Take => {
            let ids = on.order_ids(slot);
            let (id, taker) = (ids.intern(maker), ids.intern(taker));
            let of = OrderEvent { kind: kind::ORDER_EXECUTE, id, entry, taker, trade, ..event };
            on.order(slot, of);
        }
        // Its trade was told with it.
        Turn::Pass(seen @ (Outcome::Duplicate | Outcome::Stale)) => return Ok(seen),
        Turn::Pass(_) => {}
    }
    if on.is_deferred() {
        return Ok(Outcome::Events);
    }
    let print = Print {
        aggressor: Some(other(maker_side)),
        price: entry.price,
        quantity: entry.quantity,
        id: trade,
        sequence,
        ts_event: event.ts_event,
        flags: 0,
    };
    Ok(on.numbered_trade(slot, print, trade))
}

/// X3: what is left of an order, or its price, changed; of one that is not open it is no matter.
fn change(top: Json<'_>, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = [
        "type",
        "reason",
        "time",
        "sequence",
        "order_id",
        "side",
        "product_id",
        "old_size",
        "new_size",
        "price",
        "old_price",
        "new_price",
        "old_funds",
        "new_funds",
    ];
    let [_, _, time, sequence, order, of, product, _, size, price, _, new_price, ..] =
        on.members(top, "change", &names)?;
    let slot = on.instrument(product.need()?)?;
    let (sequence, order) = (sequence.unsigned()?, id(order)?);
    let price = new_price.get().or(price.get());
    let price = price.map(|price| on.price(slot, price)).transpose()?;
    let size = size.get().map(|size| on.quantity(slot, size)).transpose()?;
    let event = event(side(of.need()?)?, sequence, moment(time)?);
    let known = on.order_ids(slot).get(order).filter(|known| known.rests);
    if known.is_some() && (price.is_none() || size.is_none()) {
        return Err(FrameError::new("E_FRAME_SCHEMA", top.at(), "price and new_size"));
    }
    if let Turn::Pass(outcome) = on.order_turn(slot, Some(sequence), frame) {
        return Ok(outcome);
    }
    let (Some(known), Some(price), Some(quantity)) = (known, price, size) else {
        return Ok(Outcome::Ignored("change, not open"));
    };
    let (id, entry) = (known.number, Entry { price, quantity });
    Ok(on.order(slot, OrderEvent { kind: kind::ORDER_MODIFY, id, entry, ..event }))
}

/// X7: rows of a book by order, and its number.
pub(super) fn read_book(
    slot: usize,
    body: &[u8],
    rows: &mut Vec<Resting>,
    on: &mut Desk<'_>,
) -> Result<(u64, Option<i64>), FrameError> {
    let names = ["sequence", "bids", "asks", "auction_mode", "auction", "time"];
    let [sequence, bids, asks, _, _, time] = on.members(Json::open(body)?, "book", &names)?;
    rows.clear();
    for (side, list) in [(Side::Bid, bids), (Side::Ask, asks)] {
        let mut items = list.items()?;
        while let Some(row) = items.next()? {
            let [price, size, order] = row.tuple("price, size and order id")?;
            let entry = Entry {
                price: on.price(slot, price.need()?)?,
                quantity: on.quantity(slot, size.need()?)?,
            };
            rows.push(Resting { side, id: id(order)?, entry });
        }
    }
    Ok((sequence.unsigned()?, moment(time)?))
}

/// X7: the book, and what came behind it in the meantime.
pub(super) fn tell_book(
    slot: usize,
    (number, time): (u64, Option<i64>),
    rows: &[Resting],
    on: &mut Desk<'_>,
) -> Outcome {
    let held = match on.order_snapshot(slot, number, time) {
        Ok(held) => held,
        Err(outcome) => return outcome,
    };
    for row in rows {
        let id = on.order_ids(slot).rest(row.id);
        let of = event(row.side, number, time);
        on.order(slot, OrderEvent { kind: kind::ORDER_ADD, id, entry: row.entry, ..of });
    }
    on.defer();
    for (_, frame) in held.iter().filter(|(held, _)| *held > number) {
        // Each was read whole before it was held.
        let read = Json::open(frame).and_then(|top| Ok((top.find("type")?, top)));
        if let Ok((kind, top)) = read {
            message(kind, top, frame, on);
        }
    }
    Outcome::Events
}
