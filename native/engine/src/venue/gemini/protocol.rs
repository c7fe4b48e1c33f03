//! Messages by type; the later streams' messages, which have none, by what they hold.

use super::{book, prints};
use crate::error::FrameError;
use crate::event::Entry;
use crate::venue::wire::{BookKind, Channel, Desk, Field, Json, feed};
use crate::venue::{Outcome, Sequence, Venue};

/// Keeps nothing but room: every message names its instrument.
#[derive(Clone, Debug, Default)]
pub(super) struct Protocol {
    /// Asks of the book in hand, until its bids are out.
    asks: Vec<Entry>,
}

/// Members of the messages that are taken: those of v2 by their names, those of later streams by letters.
pub(super) struct Message<'a> {
    pub symbol: Field<'a>,
    pub changes: Field<'a>,
    pub trades: Field<'a>,
    pub auctions: Field<'a>,
    pub event: Field<'a>,
    pub price: Field<'a>,
    pub quantity: Field<'a>,
    pub side: Field<'a>,
    pub time: Field<'a>,
    pub later: Later<'a>,
}

pub(super) struct Later<'a> {
    pub event: Field<'a>,
    pub update: Field<'a>,
    pub time: Field<'a>,
    pub symbol: Field<'a>,
    pub bid: [Field<'a>; 2],
    pub ask: [Field<'a>; 2],
    pub trade: Field<'a>,
    pub price: Field<'a>,
    pub quantity: Field<'a>,
    pub maker: Field<'a>,
    pub is_reply: bool,
}

/// Members of all messages: those that are read first, in the order in which `read` takes them.
#[rustfmt::skip]
const NAMES: [&str; 36] = [
    "auction_events", "changes", "symbol", "trades", "type", "event_id", "price", "quantity", "side",
    "tid", "timestamp", "u", "E", "s", "b", "B", "a", "A",
    "t", "p", "q", "m", "e", "id", "result", "error", "status",
    "reason", "message", "c", "C", "U", "k", "i", "o", "n",
];

/// Reads both at once: a frame is scanned a single time.
fn read<'a>(top: Json<'a>, on: &mut Desk<'_>) -> Result<(Field<'a>, Message<'a>), FrameError> {
    let [
        auctions,
        changes,
        symbol,
        trades,
        kind,
        event,
        price,
        quantity,
        side,
        _,
        time,
        update,
        moment,
        name,
        bid,
        bid_size,
        ask,
        ask_size,
        trade,
        of,
        amount,
        maker,
        later,
        id,
        result,
        error,
        ..,
    ] = on.members(top, "message", &NAMES)?;
    let is_reply = [id, result, error].iter().any(|field| field.get().is_some());
    let later = Later {
        event: later,
        update,
        time: moment,
        symbol: name,
        bid: [bid, bid_size],
        ask: [ask, ask_size],
        trade,
        price: of,
        quantity: amount,
        maker,
        is_reply,
    };
    let message =
        Message { symbol, changes, trades, auctions, event, price, quantity, side, time, later };
    Ok((kind, message))
}

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Stream(Sequence::Unnumbered);
    const CHANNELS: &'static [Channel] = &[Channel::Depth, Channel::Trade, Channel::Quote];

    fn new(_: Venue) -> Self {
        Self::default()
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let (kind, message) = read(Json::open(frame)?, on)?;
        if kind.get().is_none() {
            return prints::untyped(&message.later, on);
        }
        let text = kind.text()?;
        match text {
            b"l2_updates" => book::book(&message, &mut self.asks, on),
            b"trade" | b"block_trade" => prints::trade(&message, text == b"block_trade", on),
            // G7
            b"heartbeat" => Ok(Outcome::Control("heartbeat")),
            b"subscription_ack" => Ok(Outcome::Control("subscription_ack")),
            b"update" => Ok(Outcome::Ignored("market data v1")),
            b"auction_open" | b"auction_indicative" | b"auction_result" => {
                Ok(Outcome::Ignored("auction"))
            }
            _ if text.starts_with(b"candles_") => Ok(Outcome::Ignored("candles")),
            _ => on.unknown(kind.need()?),
        }
    }
}
