//! Which message it is, and of which instrument.

use super::{book, ticker};
use crate::error::FrameError;
use crate::venue::wire::lexer::UNESCAPED;
use crate::venue::wire::{BookKind, Channel, Desk, Field, Json, Print, feed};
use crate::venue::{Outcome, Sequence, Venue};

/// Every message names its channel and instrument; kept is only memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Protocol {
    /// Trades of the message in hand.
    pub(super) prints: Vec<Print>,
}

/// Generations of the protocol, which name things differently (B1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
    V3,
}

/// What a message is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct About<'j> {
    pub version: Version,
    pub is_futures: bool,
    pub is_snapshot: bool,
    /// None in channels of a whole market.
    pub id: Field<'j>,
    pub data: Field<'j>,
    /// Time of the message.
    pub time: Field<'j>,
}

/// B2: behind an instrument's id where it is one of futures.
pub(super) const FUTURES: &[u8] = b"-FUTURES";

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Stream(Sequence::Linked);
    const CHANNELS: &'static [Channel] = &[
        Channel::Depth,
        Channel::Trade,
        Channel::Quote,
        Channel::Partial,
        Channel::Mark,
        Channel::Funding,
        Channel::OpenInterest,
        Channel::Liquidation,
    ];

    fn new(_: Venue) -> Self {
        Self::default()
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        // B1: the answer to our own `ping`, the only message that is no JSON.
        if frame == b"pong" {
            return Ok(Outcome::Control("pong"));
        }
        let top = Json::open(frame)?;
        let names = ["action", "arg", "data", "ts", "event", "code", "msg", "connId", "op", "id"];
        let [action, arg, data, time, event, ..] = on.members(top, "frame", &names)?;
        if event.get().is_some() {
            return Ok(Outcome::Control("reply"));
        }
        let names = ["instType", "channel", "instId", "topic", "symbol", "coin", "interval"];
        let [of, channel, inst_id, topic, symbol, ..] = on.members(arg.need()?, "arg", &names)?;
        let is_snapshot = match action.text()? {
            b"snapshot" => true,
            b"update" => false,
            _ => return on.unknown(action.need()?),
        };
        let Some((is_futures, of_v1)) = product(of.text()?) else {
            return on.unknown(of.need()?);
        };
        let (version, channel, id) = match (topic.get(), of_v1) {
            (Some(_), _) => (Version::V3, topic, symbol),
            (None, true) => (Version::V1, channel, inst_id),
            (None, false) => (Version::V2, channel, inst_id),
        };
        self.channel(channel, About { version, is_futures, is_snapshot, id, data, time }, on)
    }
}

/// Futures or spot, and whether only v1 spells it so.
fn product(name: &[u8]) -> Option<(bool, bool)> {
    Some(match name {
        b"sp" | b"SP" => (false, true),
        b"mc" | b"MC" => (true, true),
        b"SPOT" | b"spot" => (false, false),
        _ if is_of_futures(name) => (true, false),
        _ => return None,
    })
}

/// `USDT-FUTURES` in v2, `usdt-futures` in v3, and more of the kind.
fn is_of_futures(name: &[u8]) -> bool {
    let end = name.len().checked_sub(FUTURES.len()).map(|start| &name[start..]);
    end.is_some_and(|end| end.eq_ignore_ascii_case(FUTURES))
}

impl Protocol {
    fn channel(
        &mut self,
        channel: Field<'_>,
        about: About<'_>,
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        match channel.text()? {
            b"books" => book::book(about, on),
            b"books1" => book::best_quote(about, on),
            b"books5" | b"books15" | b"books50" => book::best_levels(about, on),
            // B8: what was traded before the subscription.
            b"trade" | b"publicTrade" if about.is_snapshot => {
                Ok(Outcome::Ignored("trade snapshot"))
            }
            b"trade" | b"publicTrade" => book::trades(self, about, on),
            b"ticker" => ticker::tickers(about, on),
            b"liquidation" => ticker::liquidations(about, on),
            b"account" | b"positions" | b"orders" | b"orders-algo" | b"ordersAlgo" | b"fill"
            | b"position" | b"order" | b"fast-fill" | b"strategy-order" | b"adl-noti"
            | b"positions-history" | b"account-crossed" | b"account-isolated" => {
                Ok(Outcome::Ignored("private"))
            }
            name if name.starts_with(b"candle") || name == b"kline" => {
                Ok(Outcome::Ignored("candle"))
            }
            b"index-price" | b"auction" | b"rpi-books" => Ok(Outcome::Ignored("reference data")),
            _ => on.unknown(channel.need()?),
        }
    }
}

/// B2: the instrument of an id.
pub(super) fn instrument(
    is_futures: bool,
    id: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<usize, FrameError> {
    if !is_futures {
        return on.instrument(id);
    }
    let mut buffer = [0; UNESCAPED + FUTURES.len()];
    let length = futures_name(id, &mut buffer)?;
    on.instrument_named(&buffer[..length], id.at())
}

/// Writes the name of a future; returns its length.
pub(super) fn futures_name(
    id: Json<'_>,
    buffer: &mut [u8; UNESCAPED + FUTURES.len()],
) -> Result<usize, FrameError> {
    let mut plain = [0; UNESCAPED];
    let name = id.unescaped(&mut plain).filter(|name| name.len() <= UNESCAPED);
    let name = name.ok_or(FrameError::new("E_FRAME_SCHEMA", id.at(), "a symbol"))?;
    let length = name.len() + FUTURES.len();
    buffer[..name.len()].copy_from_slice(name);
    buffer[name.len()..length].copy_from_slice(FUTURES);
    Ok(length)
}
