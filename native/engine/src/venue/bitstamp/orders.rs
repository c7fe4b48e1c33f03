//! Venue `bitstamp-l3`: every order from its creation to its end, views of the book, trades.

use super::envelope::{self, Message, Read, Stream, logged};
use super::gone::Gone;
use super::trades::{exact_amount, exact_price, side};
use super::{book, trades};
use crate::book::Side;
use crate::error::{CoreError, FrameError};
use crate::event::{Entry, kind};
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::time::{microseconds, seconds};
use crate::venue::wire::{BookKind, Channel, Desk, Field, Json, OrderEvent, OrderRule, Turn, feed};
use crate::venue::{Outcome, Sequence, Venue};

/// Keeps, for each instrument, the orders that ended last.
#[derive(Clone, Debug)]
pub(super) struct Protocol {
    gone: Vec<Gone>,
    rows: Vec<(Side, u64, Entry)>,
}

impl feed::Protocol for Protocol {
    // All that is told in levels are views.
    const BOOK: BookKind = BookKind::Stream(Sequence::Unnumbered);
    const ORDERS: OrderRule = OrderRule::Timed;
    const CHANNELS: &'static [Channel] = &[Channel::Orders, Channel::Partial, Channel::Trade];

    fn new(_: Venue) -> Self {
        Self { gone: Vec::new(), rows: Vec::new() }
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let Some((_, rest)) = logged(frame) else {
            return match envelope::read(frame, on)? {
                Read::Message(message) => self.take(&message, frame, on),
                Read::Other(outcome) => Ok(outcome),
            };
        };
        let shift = (frame.len() - rest.len()) as u32;
        self.line(frame, on).map_err(|e| FrameError { offset: e.offset + shift, ..e })
    }

    /// B14: the orders that rest, and what happened behind them in the meantime.
    fn snapshot(
        &mut self,
        slot: usize,
        body: &[u8],
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        let of = book::read(Json::open(body)?, on)?;
        self.rows.clear();
        for (side, list) in [(Side::Bid, of.bids), (Side::Ask, of.asks)] {
            let mut items = list.items("a list of orders")?;
            while let Some(row) = items.next()? {
                let [price, amount, id] = row.tuple("price, amount and order id")?;
                let price = on.price(slot, price.need()?)?;
                let quantity = on.quantity(slot, amount.need()?)?;
                self.rows.push((side, id.unsigned()?, Entry { price, quantity }));
            }
        }
        Ok(self.tell_book(slot, of.number, of.time, on))
    }

    fn disconnected(&mut self) {
        self.gone.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        w.u32(self.gone.len() as u32);
        self.gone.iter().for_each(|gone| gone.save(w));
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.gone.clear();
        for _ in 0..r.u32()? {
            self.gone.push(Gone::restore(r)?);
        }
        Ok(())
    }
}

impl Protocol {
    fn take(
        &mut self,
        message: &Message<'_>,
        frame: &[u8],
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        let event = message.event;
        match message.stream {
            Stream::Differences => return Ok(Outcome::Ignored("diff_order_book")),
            Stream::Funding => return Ok(Outcome::Ignored("funding_rate")),
            Stream::Trades if !event.is_text("trade") => return on.unknown(event),
            Stream::Book | Stream::Detail if !event.is_text("data") => return on.unknown(event),
            Stream::Orders if kind_of(event.raw()).is_none() => return on.unknown(event),
            _ => {}
        }
        let slot = on.instrument_named(message.market, message.at)?;
        self.event(slot, (message.stream, event.raw()), (message.data, frame), on)
    }

    /// B2, B13: a logged message is of the only market of its time.
    fn line(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let Some((event, rest)) = logged(frame) else {
            return Err(FrameError::new("E_FRAME_PARSE", 0, "an event and an object"));
        };
        let data = Json::open(rest)?;
        let slot = on.instrument_named(b"btcusd", 0)?;
        self.event(slot, (Stream::Book, event), (data, frame), on)
    }

    fn event(
        &mut self,
        slot: usize,
        (stream, event): (Stream, &[u8]),
        (data, frame): (Json<'_>, &[u8]),
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        match (event, kind_of(event)) {
            (b"trade", _) => trades::trade(slot, data, on),
            (_, Some(kind)) => self.order(slot, kind, (data, frame), on),
            _ => book::view(slot, data, stream == Stream::Detail, on),
        }
    }

    /// B12: what became of an order.
    fn order(
        &mut self,
        slot: usize,
        kind: u8,
        (data, frame): (Json<'_>, &[u8]),
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        let order = read_order(slot, data, on)?;
        // B4: `datetime` is that of the creation, in every event.
        let ts_event = match (order.micro, kind) {
            (Some(micro), _) => Some(micro),
            (None, kind::ORDER_ADD) => order.created,
            (None, _) => None,
        };
        let number = order.micro.map(|micro| (micro / 1_000) as u64);
        // B16: it never rests.
        if order.entry.price == 0 && !on.is_learning() {
            return Ok(Outcome::Ignored("market order"));
        }
        if let Turn::Pass(outcome) = on.order_turn(slot, number, frame) {
            return Ok(outcome);
        }
        // B15: an order may be created behind its end.
        let gone = self.gone_of(slot);
        match kind {
            kind::ORDER_CANCEL => gone.add(order.id),
            kind::ORDER_ADD if gone.has(order.id) => return Ok(on.late_order(slot)),
            _ => {}
        }
        let quantity = if kind == kind::ORDER_CANCEL { 0 } else { order.entry.quantity };
        let entry = Entry { quantity, ..order.entry };
        let (side, id) = (order.side, order.id);
        let sequence = number.unwrap_or(0);
        let of = OrderEvent { kind, side, id, entry, sequence, taker: 0, trade: 0, ts_event };
        Ok(on.order(slot, of))
    }

    fn tell_book(
        &mut self,
        slot: usize,
        number: u64,
        time: Option<i64>,
        on: &mut Desk<'_>,
    ) -> Outcome {
        let held = match on.order_snapshot(slot, number, time) {
            Ok(held) => held,
            Err(outcome) => return outcome,
        };
        self.gone_of(slot).clear();
        for (side, id, entry) in &self.rows {
            let (side, id, entry) = (*side, *id, *entry);
            let of = OrderEvent {
                kind: kind::ORDER_ADD,
                side,
                id,
                entry,
                sequence: number,
                taker: 0,
                trade: 0,
                ts_event: time,
            };
            on.order(slot, of);
        }
        on.defer();
        for (_, frame) in held.iter().filter(|(held, _)| *held > number) {
            // Each was read whole before it was held.
            if let Ok(Read::Message(message)) = envelope::read(frame, on)
                && let Some(kind) = kind_of(message.event.raw())
            {
                let _ = self.order(slot, kind, (message.data, frame), on);
            }
        }
        Outcome::Events
    }

    fn gone_of(&mut self, slot: usize) -> &mut Gone {
        if self.gone.len() <= slot {
            self.gone.resize_with(slot + 1, Gone::default);
        }
        &mut self.gone[slot]
    }
}

const fn kind_of(event: &[u8]) -> Option<u8> {
    match event {
        b"order_created" => Some(kind::ORDER_ADD),
        b"order_changed" => Some(kind::ORDER_MODIFY),
        b"order_deleted" => Some(kind::ORDER_CANCEL),
        _ => None,
    }
}

/// An order as a message shows it.
struct Order {
    id: u64,
    side: Side,
    entry: Entry,
    /// Times in ns.
    micro: Option<i64>,
    created: Option<i64>,
}

fn read_order(slot: usize, data: Json<'_>, on: &mut Desk<'_>) -> Result<Order, FrameError> {
    let names = [
        "price",
        "amount",
        "datetime",
        "id",
        "order_type",
        "id_str",
        "microtimestamp",
        "amount_str",
        "price_str",
        "order_subtype",
        "amount_traded",
        "amount_at_create",
        "is_liquidation",
        "trade_account_id",
    ];
    let [price, amount, created, id, of, id_text, micro, amount_text, price_text, ..] =
        on.members(data, "order", &names)?;
    let id = match id_text.get() {
        Some(text) => text.unsigned("id_str")?,
        None => id.unsigned()?,
    };
    if id == 0 {
        return Err(FrameError::new("E_FRAME_SCHEMA", data.at(), "an order id above 0"));
    }
    let when = |field: Field<'_>, read: fn(Json<'_>) -> Result<i64, FrameError>| {
        field.get().map(read).transpose()
    };
    Ok(Order {
        id,
        side: side(of.need()?)?,
        entry: Entry {
            price: exact_price(slot, price_text, price, on)?,
            quantity: exact_amount(slot, amount_text, amount, on)?,
        },
        micro: when(micro, microseconds)?,
        created: when(created, seconds)?,
    })
}
