//! Messages by topic.

use super::{book, derivatives, prints};
use crate::error::FrameError;
use crate::venue::wire::sync::Rule;
use crate::venue::wire::{BookKind, Channel, Desk, Field, Json, feed};
use crate::venue::{Outcome, Venue};

/// Keeps nothing: every message names its topic and instrument.
#[derive(Clone, Debug)]
pub(super) struct Protocol;

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Rest(Rule::Spot);
    const CHANNELS: &'static [Channel] = &[
        Channel::Depth,
        Channel::Partial,
        Channel::Trade,
        Channel::Quote,
        Channel::Mark,
        Channel::Funding,
    ];

    fn new(_: Venue) -> Self {
        Self
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let top = Json::open(frame)?;
        let names = [
            "type",
            "topic",
            "subject",
            "data",
            "id",
            "sn",
            "channelType",
            "code",
            "generated",
            "userId",
        ];
        let [kind, topic, subject, data, ..] = on.members(top, "frame", &names)?;
        match kind.text()? {
            b"message" => message(topic, subject, data, on),
            // K1
            b"welcome" => Ok(Outcome::Control("welcome")),
            b"ack" => Ok(Outcome::Control("ack")),
            b"pong" => Ok(Outcome::Control("pong")),
            b"error" => Ok(Outcome::Control("error")),
            b"notice" => Ok(Outcome::Control("notice")),
            _ => on.unknown(kind.need()?),
        }
    }

    /// K4: the body of a whole book.
    fn snapshot(
        &mut self,
        slot: usize,
        body: &[u8],
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        let [_, data, ..] = on.members(Json::open(body)?, "body", &["code", "data", "msg"])?;
        book::whole(slot, data.need()?, on)
    }
}

/// K2: `/market/level2:BTC-USDT`, path and instrument.
fn message(
    topic: Field<'_>,
    subject: Field<'_>,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let at = topic.need()?.at();
    let text = topic.text()?;
    let colon = text.iter().position(|b| *b == b':').unwrap_or(text.len());
    let (path, symbol) = (&text[..colon], text.get(colon + 1..).unwrap_or_default());
    if let Some(name) = ignored(path) {
        return Ok(Outcome::Ignored(name));
    }
    let read = match path {
        b"/market/level2" => book::update,
        b"/contractMarket/level2" => book::change,
        b"/market/level2Snapshot" | b"/contractMarket/level2Snapshot" => book::whole,
        b"/spotMarket/level2Depth5"
        | b"/spotMarket/level2Depth50"
        | b"/contractMarket/level2Depth5"
        | b"/contractMarket/level2Depth50" => book::best_levels,
        b"/market/match" => prints::spot_trade,
        b"/contractMarket/execution" => prints::contract_trade,
        b"/market/ticker" => prints::spot_ticker,
        b"/spotMarket/level1" => prints::level1,
        b"/contractMarket/tickerV2" | b"/contractMarket/ticker" => prints::contract_ticker,
        b"/contract/instrument" if subject.is_text("mark.index.price") => derivatives::mark,
        b"/contract/instrument" if subject.is_text("funding.rate") => derivatives::funding,
        _ => return on.unknown(topic.need()?),
    };
    // Of all instruments the subject tells which.
    let name = if symbol == b"all" { subject.text()? } else { symbol };
    let slot = on.instrument_named(name, at)?;
    read(slot, data.need()?, on)
}

/// K11: topics that are not taken.
fn ignored(path: &[u8]) -> Option<&'static str> {
    Some(match path {
        b"/market/candles" | b"/contractMarket/limitCandle" => "candles",
        b"/market/snapshot" | b"/contractMarket/snapshot" => "statistics",
        b"/indicator/index" | b"/indicator/markPrice" => "indicator",
        b"/contract/details" => "contract details",
        b"/contract/announcement" => "announcement",
        b"/callauction/level2Depth50" | b"/callauction/callauctionData" => "call auction",
        _ => return None,
    })
}
