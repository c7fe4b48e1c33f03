//! Frames: what is said of channels, and what channels say.

use super::book;
use super::channels::{Carries, Channel as Stream, Connection};
use super::frame::Message;
use super::orders::{RestingOrders, orders};
use super::{prints, status};
use crate::error::{CoreError, FrameError};
use crate::event::Entry;
use crate::schema::proof_reason;
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::lexer::Type;
use crate::venue::wire::{BookKind, Channel, Desk, Field, Json, feed};
use crate::venue::{Outcome, Sequence, Venue};
use std::cmp::Ordering;

/// Connections by rising number.
#[derive(Clone, Debug, Default)]
pub(super) struct Protocol {
    connections: Vec<Connection>,
    /// Asks of the book in hand, until its bids are out.
    asks: Vec<Entry>,
}

/// Decimals of every amount; prices have five significant digits.
const AMOUNT_DECIMALS: u8 = 8;
/// `conf` flag: several updates of a book in one message.
const BULK_UPDATES: u64 = 536_870_912;

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Stream(Sequence::Linked);
    const CHANNELS: &'static [Channel] = &[
        Channel::Depth,
        Channel::Trade,
        Channel::Quote,
        Channel::Mark,
        Channel::Funding,
        Channel::OpenInterest,
        Channel::Liquidation,
        Channel::Orders,
    ];

    fn new(_: Venue) -> Self {
        Self::default()
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let top = Json::open(frame)?;
        match top.of() {
            Type::Object => self.event(top, on),
            _ => self.message(Message::read(top)?, on),
        }
    }

    fn disconnected(&mut self) {
        self.connections.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        w.u32(self.connections.len() as u32);
        self.connections.iter().for_each(|connection| connection.save(w));
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.connections.clear();
        for _ in 0..r.u32()? {
            self.connections.push(Connection::restore(r)?);
        }
        Ok(())
    }
}

/// By rising number; made when first asked for.
fn connection(list: &mut Vec<Connection>, number: u16) -> &mut Connection {
    let place = match list.binary_search_by_key(&number, |c| c.number) {
        Ok(place) => place,
        Err(place) => {
            list.insert(place, Connection::new(number));
            place
        }
    };
    &mut list[place]
}

impl Protocol {
    fn connection(&mut self, number: u16) -> &mut Connection {
        connection(&mut self.connections, number)
    }

    /// F1: messages about the connection and its channels.
    fn event(&mut self, top: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let names = [
            "event", "channel", "chanId", "symbol", "key", "prec", "flags", "version", "freq",
            "len", "pair", "currency", "status", "serverId", "platform", "code", "msg", "cid",
            "ts", "subId",
        ];
        let [event, channel, id, symbol, key, prec, flags, version, ..] =
            on.members(top, "event", &names)?;
        let number = on.connection();
        match event.text()? {
            b"info" if version.get().is_some() => {
                // The first message of a connection: what an earlier one of its number said is void.
                let connection = self.connection(number);
                connection.books().for_each(|slot| on.lose(slot, proof_reason::DISCONNECTED));
                *connection = Connection::new(number);
                Ok(Outcome::Control("info"))
            }
            b"info" => Ok(Outcome::Control("info")),
            b"conf" => {
                let flags = flags.get().map_or(Ok(0), |v| v.unsigned("flags"))?;
                self.connection(number).bulk = flags & BULK_UPDATES != 0;
                Ok(Outcome::Control("conf"))
            }
            b"subscribed" => {
                let carries = self.carries(channel, symbol, key, prec, on)?;
                self.connection(number).put(id.unsigned()?, carries);
                Ok(Outcome::Control("subscribed"))
            }
            b"unsubscribed" => {
                let gone = self.connection(number).remove(id.unsigned()?);
                if let Some(slot) = gone.and_then(|channel| channel.carries.book()) {
                    on.lose(slot, proof_reason::DISCONNECTED);
                }
                Ok(Outcome::Control("unsubscribed"))
            }
            b"error" => Ok(Outcome::Control("error")),
            b"pong" => Ok(Outcome::Control("pong")),
            _ => on.unknown(event.need()?),
        }
    }

    fn carries(
        &self,
        channel: Field<'_>,
        symbol: Field<'_>,
        key: Field<'_>,
        prec: Field<'_>,
        on: &mut Desk<'_>,
    ) -> Result<Carries, FrameError> {
        let channel = channel.need()?;
        match channel.text("a channel")? {
            b"candles" => Ok(Carries::Ignored("candles")),
            b"status" => {
                let key = key.need()?;
                let text = key.text("a key")?;
                match text.strip_prefix(b"deriv:t") {
                    Some(name) => self.of(b"status", name, key, on),
                    None if text == b"liq:global" => Ok(Carries::Liquidations),
                    None => Ok(Carries::Ignored("other status")),
                }
            }
            of => {
                let symbol = symbol.need()?;
                let Some(name) = symbol.text("a symbol")?.strip_prefix(b"t") else {
                    return Ok(Carries::Ignored("funding"));
                };
                let is_raw = prec.is_text("R0");
                let is_aggregated = prec.get().is_some() && !is_raw && !prec.is_text("P0");
                match of {
                    b"book" if is_aggregated => Ok(Carries::Ignored("aggregated book")),
                    b"book" if is_raw => self.of(b"raw_book", name, symbol, on),
                    b"book" | b"trades" | b"ticker" => self.of(of, name, symbol, on),
                    _ => {
                        on.unknown(channel)?;
                        Ok(Carries::Ignored("other channel"))
                    }
                }
            }
        }
    }

    /// A channel of an instrument. F13: one book of an instrument is followed, the first.
    fn of(
        &self,
        channel: &[u8],
        name: &[u8],
        at: Json<'_>,
        on: &mut Desk<'_>,
    ) -> Result<Carries, FrameError> {
        if !on.is_followed(name) {
            return Ok(Carries::Unfollowed);
        }
        let slot = on.instrument_named(name, at.at())?;
        on.learn_decimals(slot, 0, AMOUNT_DECIMALS);
        let is_taken = || self.connections.iter().any(|c| c.books().any(|of| of == slot));
        Ok(match channel {
            b"book" | b"raw_book" if is_taken() => Carries::Ignored("second book"),
            b"book" => Carries::Book(slot),
            b"raw_book" => Carries::Orders(slot, RestingOrders::default()),
            b"trades" => Carries::Trades(slot),
            b"ticker" => Carries::Ticker(slot),
            b"status" => Carries::Derivative(slot),
            _ => Carries::Ignored("other channel"),
        })
    }

    /// F3: a message's number is the one after the connection's last.
    fn message(&mut self, message: Message<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let number = on.connection();
        self.adopt(&message, number, on)?;
        let connection = connection(&mut self.connections, number);
        if let (Some(next), Some(last)) = (message.sequence, connection.sequence) {
            let slot = connection.find(message.channel).and_then(|c| c.carries.slot());
            match next.cmp(&(last + 1)) {
                Ordering::Equal => {}
                Ordering::Less if next == last => {
                    return Ok(slot.map_or(Outcome::Duplicate, |slot| on.repeated(slot)));
                }
                // A connection keeps its order: these are the numbers of another one.
                Ordering::Less => {
                    connection.books().for_each(|slot| on.lose(slot, proof_reason::OUT_OF_ORDER));
                }
                Ordering::Greater => lose_books(connection, on),
            }
        }
        connection.sequence = message.sequence.or(connection.sequence);
        let bulk = connection.bulk;
        match connection.find(message.channel) {
            Some(channel) => said(channel, &message, bulk, &mut self.asks, on),
            None => Ok(Outcome::Ignored("channel without a subscription")),
        }
    }

    /// F14: recordings that begin behind the subscriptions, where the recorder appended names.
    fn adopt(
        &mut self,
        message: &Message<'_>,
        number: u16,
        on: &mut Desk<'_>,
    ) -> Result<(), FrameError> {
        let Some([channel, pair]) = message.told else { return Ok(()) };
        if self.connection(number).find(message.channel).is_some() {
            return Ok(());
        }
        let name = pair.text("a pair")?;
        let carries = match channel.text("a channel")? {
            b"liquidations" => Carries::Liquidations,
            // A currency's.
            _ if name.len() < PAIR => Carries::Ignored("funding"),
            of => self.of(of, name, pair, on)?,
        };
        self.connection(number).put(message.channel, carries);
        Ok(())
    }
}

/// Messages are missing, and with them changes of any book of the connection.
fn lose_books(connection: &Connection, on: &mut Desk<'_>) {
    for slot in connection.books() {
        if !on.wants_snapshot(slot) {
            on.gap(slot);
        }
    }
}

/// Characters of the shortest pair.
const PAIR: usize = 6;

fn said(
    channel: &mut Stream,
    message: &Message<'_>,
    bulk: bool,
    asks: &mut Vec<Entry>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    if let Some(slot) = channel.carries.slot() {
        on.about(slot);
    }
    let is_checksum = message.name == Some(b"cs");
    // Taken out, for the rest of the channel changes along with its orders.
    let mut carries = std::mem::replace(&mut channel.carries, Carries::Unfollowed);
    let outcome = match &mut carries {
        Carries::Book(slot) if is_checksum => {
            book::checksum(*slot, Channel::Depth, channel, message, on)
        }
        Carries::Orders(slot, _) if is_checksum => {
            book::checksum(*slot, Channel::Orders, channel, message, on)
        }
        Carries::Book(slot) => book::book(*slot, channel, message, bulk, asks, on),
        Carries::Orders(slot, resting) => orders(*slot, channel, resting, message, bulk, on),
        Carries::Trades(slot) => prints::trades(*slot, message, on),
        Carries::Ticker(slot) => prints::ticker(*slot, message, on),
        Carries::Derivative(slot) => status::derivative(*slot, message, on),
        Carries::Liquidations => status::liquidations(message, on),
        Carries::Unfollowed => {
            Err(FrameError::new("E_SYMBOL", 0, "an instrument that is followed"))
        }
        Carries::Ignored(name) => Ok(Outcome::Ignored(name)),
    };
    channel.carries = carries;
    outcome
}
