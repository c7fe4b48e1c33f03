//! Books order by order: precision R0, `[order, price, ±amount]`.

use super::book::{is_bid, is_list};
use super::channels::Channel;
use super::frame::Message;
use crate::book::Side;
use crate::error::{CoreError, FrameError};
use crate::event::{Entry, EventHeader, kind};
use crate::state::{StateReader, StateWriter};
use crate::venue::Outcome;
use crate::venue::wire::{self, Desk, Json, OrderEvent};
use std::collections::BTreeMap;

/// Orders that rest, by id: side and price. The venue takes an order away without its price, and does
/// not tell a new one from a changed one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RestingOrders(BTreeMap<u64, (Side, i64)>);

impl RestingOrders {
    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.0.len() as u32);
        for (id, (side, price)) in &self.0 {
            w.u64(*id);
            w.u8(*side as u8);
            w.i64(*price);
        }
    }

    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = BTreeMap::new();
        for _ in 0..r.u32()? {
            let id = r.u64()?;
            let side = if r.u8()? == 0 { Side::Bid } else { Side::Ask };
            out.insert(id, (side, r.i64()?));
        }
        Ok(Self(out))
    }
}

/// An entry as printed; a price of 0 takes the order away.
struct Line {
    id: u64,
    side: Side,
    price: i64,
    quantity: i64,
}

fn line(slot: usize, item: Json<'_>, on: &mut Desk<'_>) -> Result<Line, FrameError> {
    let [id, price, amount] = item.tuple("order, price and amount")?;
    let number = id.unsigned()?;
    if number == 0 {
        return Err(FrameError::new("E_NUMBER", id.need()?.at(), "an order's id above 0"));
    }
    let amount = amount.need()?;
    let side = if is_bid(amount)? { Side::Bid } else { Side::Ask };
    let price = price.need()?;
    if price.raw().iter().all(|b| matches!(b, b'0' | b'.')) {
        amount.decimal("an amount")?;
        return Ok(Line { id: number, side, price: 0, quantity: 0 });
    }
    let quantity = on.signed_quantity(slot, amount)?.abs();
    Ok(Line { id: number, side, price: on.price(slot, price)?, quantity })
}

/// F8: the whole book, or orders that changed.
pub(super) fn orders(
    slot: usize,
    channel: &mut Channel,
    resting: &mut RestingOrders,
    message: &Message<'_>,
    bulk: bool,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let Some(body) = message.body else { return Ok(Outcome::Control("hb")) };
    on.touch(slot);
    let is_list = is_list(body)?;
    if !is_list {
        let line = line(slot, body, on)?;
        return Ok(change(slot, &line, resting, message, on));
    }
    let is_snapshot = channel.is_fresh || !bulk;
    if is_snapshot {
        channel.is_fresh = false;
        resting.0.clear();
        let w1 = message.sequence.unwrap_or(0);
        let header = on.header(slot, wire::Channel::Orders, kind::SNAPSHOT, message.time);
        on.snapshot(slot, EventHeader { w1, ..header });
    }
    let mut outcome = Outcome::Events;
    let mut items = body.items("a list of orders")?;
    while let Some(item) = items.next()? {
        let line = line(slot, item, on)?;
        outcome = change(slot, &line, resting, message, on);
    }
    Ok(outcome)
}

fn change(
    slot: usize,
    line: &Line,
    resting: &mut RestingOrders,
    message: &Message<'_>,
    on: &mut Desk<'_>,
) -> Outcome {
    if !on.is_learning() && on.wants_snapshot(slot) {
        on.pass_over(slot, 1);
        return Outcome::Stale;
    }
    let event = OrderEvent {
        kind: kind::ORDER_ADD,
        id: line.id,
        side: line.side,
        entry: Entry { price: line.price, quantity: line.quantity },
        sequence: message.sequence.unwrap_or(0),
        taker: 0,
        trade: 0,
        ts_event: message.time,
    };
    let gone = |(side, price)| {
        let entry = Entry { price, quantity: 0 };
        OrderEvent { kind: kind::ORDER_CANCEL, side, entry, ..event }
    };
    if line.price == 0 {
        let known = resting.0.remove(&line.id);
        return on.order(slot, gone(known.unwrap_or((line.side, 0))));
    }
    match resting.0.insert(line.id, (line.side, line.price)) {
        None => on.order(slot, event),
        Some((side, _)) if side == line.side => {
            on.order(slot, OrderEvent { kind: kind::ORDER_MODIFY, ..event })
        }
        Some(known) => {
            on.order(slot, gone(known));
            on.order(slot, event)
        }
    }
}
