//! Advanced Trade: every message has a channel, a number and a list of events.

use super::levels::SidedLevels;
use super::shared::{moment, other, side};
use crate::error::{CoreError, FrameError};
use crate::event::{Entry, kind};
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::items::Items;
use crate::venue::wire::{BookKind, Channel, Desk, Field, Json, Print, feed};
use crate::venue::{Outcome, Sequence, Venue};

/// Keeps the connections' numbers, and over which of them each book comes.
#[derive(Clone, Debug)]
pub(super) struct Protocol {
    /// Connection and number of its last message.
    connections: Vec<(u16, u64)>,
    /// Slot and connection.
    books: Vec<(u32, u16)>,
    levels: SidedLevels,
    prints: Vec<(usize, Print)>,
}

/// How a message's number stands to the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Next,
    Hole,
    Repeat,
}

impl feed::Protocol for Protocol {
    // A4: the parser links the updates of a book, for numbers count all messages of a connection.
    const BOOK: BookKind = BookKind::Stream(Sequence::Linked);
    const CHANNELS: &'static [Channel] = &[Channel::Depth, Channel::Trade, Channel::Quote];

    fn new(_: Venue) -> Self {
        let levels = SidedLevels::default();
        Self { connections: Vec::new(), books: Vec::new(), levels, prints: Vec::new() }
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let top = Json::open(frame)?;
        let names =
            ["channel", "client_id", "timestamp", "sequence_num", "events", "type", "message"];
        let [channel, _, timestamp, number, events, reply, _] = on.members(top, "frame", &names)?;
        if channel.get().is_none() && reply.get().is_some() {
            return Ok(Outcome::Control("reply"));
        }
        let name = channel.text()?;
        let number = number.unsigned()?;
        let step = self.step(on.connection(), number);
        if step == Step::Repeat {
            return Ok(Outcome::Duplicate);
        }
        if step == Step::Hole {
            self.lose(on);
        }
        // A5: a book's message counts once it is taken: one that is refused is a hole.
        if name != b"l2_data" {
            self.advance(on.connection(), number);
        }
        let events = events.items()?;
        let taken = match name {
            b"l2_data" => self.book(events, timestamp, number, on),
            b"market_trades" => self.trades(events, on),
            b"ticker" | b"ticker_batch" => quotes(events, timestamp, number, on),
            b"heartbeats" => Ok(Outcome::Control("heartbeat")),
            b"subscriptions" => Ok(Outcome::Control("subscriptions")),
            b"candles" => Ok(Outcome::Ignored("candles")),
            b"status" => Ok(Outcome::Ignored("status")),
            b"user" => Ok(Outcome::Ignored("user")),
            b"futures_balance_summary" => Ok(Outcome::Ignored("futures_balance_summary")),
            _ => on.unknown(channel.need()?),
        };
        if taken.as_ref().map_or_else(|e| e.code == "E_SYMBOL", |_| true) {
            self.advance(on.connection(), number);
        }
        taken
    }

    fn disconnected(&mut self) {
        self.connections.clear();
        self.books.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        w.u32(self.connections.len() as u32);
        for (connection, number) in &self.connections {
            w.u16(*connection);
            w.u64(*number);
        }
        w.u32(self.books.len() as u32);
        for (slot, connection) in &self.books {
            w.u32(*slot);
            w.u16(*connection);
        }
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.disconnected();
        for _ in 0..r.u32()? {
            self.connections.push((r.u16()?, r.u64()?));
        }
        for _ in 0..r.u32()? {
            self.books.push((r.u32()?, r.u16()?));
        }
        Ok(())
    }
}

impl Protocol {
    /// A3: one counter for each connection, over all channels, from 0.
    fn step(&self, connection: u16, number: u64) -> Step {
        match self.connections.iter().find(|(c, _)| *c == connection) {
            None => Step::Next,
            Some((_, last)) if number == last + 1 => Step::Next,
            Some((_, last)) if number <= *last && number > 0 => Step::Repeat,
            Some((_, 0)) if number == 0 => Step::Repeat,
            Some(_) => Step::Hole,
        }
    }

    fn advance(&mut self, connection: u16, number: u64) {
        match self.connections.iter_mut().find(|(c, _)| *c == connection) {
            Some((_, last)) => *last = number,
            None => self.connections.push((connection, number)),
        }
    }

    /// What is missing may be of any book of the connection.
    fn lose(&mut self, on: &mut Desk<'_>) {
        let connection = on.connection();
        self.books.retain(|(slot, of)| {
            if *of == connection {
                on.gap(*slot as usize);
            }
            *of != connection
        });
    }

    /// A2: whole books, and absolute quantities.
    fn book(
        &mut self,
        mut events: Items<'_>,
        timestamp: Field<'_>,
        number: u64,
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        let mut outcome = Outcome::Ignored("no events");
        while let Some(event) = events.next()? {
            let [what, product, updates] =
                on.members(event, "book", &["type", "product_id", "updates"])?;
            let slot = on.instrument(product.need()?)?;
            let is_snapshot = match what.text()? {
                b"snapshot" => true,
                b"update" => false,
                _ => return on.unknown(what.need()?),
            };
            let time = self.updates(slot, updates, on)?;
            let time = time.map_or_else(|| moment(timestamp), |time| Ok(Some(time)))?;
            let mut header = on.header(slot, Channel::Depth, kind::DEPTH, time);
            self.levels.finish(&mut header, on);
            header.w1 = number.saturating_add(1);
            outcome = if is_snapshot {
                self.books.retain(|(of, _)| *of != slot as u32);
                self.books.push((slot as u32, on.connection()));
                on.snapshot(slot, header)
            } else {
                header.w2 = on.book_at(slot).unwrap_or(0);
                on.update(slot, header)
            };
        }
        Ok(outcome)
    }

    /// Levels of an event; its time is that of its first update.
    fn updates(
        &mut self,
        slot: usize,
        updates: Field<'_>,
        on: &mut Desk<'_>,
    ) -> Result<Option<i64>, FrameError> {
        self.levels.start();
        let names = ["side", "event_time", "price_level", "new_quantity"];
        let mut first = None;
        let mut rows = updates.need()?.items("updates")?;
        while let Some([of, time, price, quantity]) = on.row(&mut rows, "level", &names)? {
            if first.is_none() {
                first = Some(moment(time)?);
            }
            self.levels.add(slot, side(of.need()?)?, (price.need()?, quantity.need()?), on)?;
        }
        Ok(first.flatten())
    }

    /// A6, A7: trades of one message by rising id.
    fn trades(&mut self, mut events: Items<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        self.prints.clear();
        let mut outcome = Outcome::Ignored("no trades");
        while let Some(event) = events.next()? {
            let [what, trades] = on.members(event, "trades", &["type", "trades"])?;
            let is_history = what.is_text("snapshot");
            let mut items = trades.items()?;
            while let Some(item) = items.next()? {
                let print = trade(item, on)?;
                if !is_history {
                    self.prints.push(print);
                }
            }
            if is_history {
                outcome = Outcome::Ignored("trades before the subscription");
            }
        }
        self.prints.sort_by_key(|(_, print)| print.id);
        for (slot, print) in self.prints.drain(..) {
            outcome = on.numbered_trade(slot, print, print.id);
        }
        Ok(outcome)
    }
}

fn trade(item: Json<'_>, on: &mut Desk<'_>) -> Result<(usize, Print), FrameError> {
    let names = ["product_id", "trade_id", "price", "size", "time", "side"];
    let [product, id, price, size, time, maker] = on.members(item, "trade", &names)?;
    let slot = on.instrument(product.need()?)?;
    let print = Print {
        // A6: the side is that of the order that rested.
        aggressor: Some(other(side(maker.need()?)?)),
        price: on.price(slot, price.need()?)?,
        quantity: on.quantity(slot, size.need()?)?,
        id: id.unsigned()?,
        sequence: 0,
        ts_event: moment(time)?,
        flags: 0,
    };
    Ok((slot, print))
}

/// A8: best quotes; `ticker_batch` has none.
fn quotes(
    mut events: Items<'_>,
    timestamp: Field<'_>,
    number: u64,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    const NAMES: [&str; 13] = [
        "type",
        "product_id",
        "price",
        "volume_24_h",
        "low_24_h",
        "high_24_h",
        "low_52_w",
        "high_52_w",
        "price_percent_chg_24_h",
        "best_bid",
        "best_ask",
        "best_bid_quantity",
        "best_ask_quantity",
    ];
    let time = moment(timestamp)?;
    let mut outcome = Outcome::Ignored("no tickers");
    while let Some(event) = events.next()? {
        let [_, tickers] = on.members(event, "tickers", &["type", "tickers"])?;
        let mut items = tickers.items()?;
        while let Some(item) = items.next()? {
            let [_, product, _, _, _, _, _, _, _, bid, ask, bid_size, ask_size] =
                on.members(item, "ticker", &NAMES)?;
            let slot = on.instrument(product.need()?)?;
            if bid_size.get().is_none() && ask_size.get().is_none() {
                outcome = Outcome::Ignored("ticker without sizes");
                continue;
            }
            let bid = best(slot, bid, bid_size, on)?;
            let ask = best(slot, ask, ask_size, on)?;
            let mut header = on.header(slot, Channel::Quote, kind::QUOTE, time);
            header.w1 = number.saturating_add(1);
            outcome = on.quote(header, bid, ask);
        }
    }
    Ok(outcome)
}

fn best(
    slot: usize,
    price: Field<'_>,
    quantity: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Entry, FrameError> {
    Ok(Entry {
        price: on.price(slot, price.need()?)?,
        quantity: on.quantity(slot, quantity.need()?)?,
    })
}
