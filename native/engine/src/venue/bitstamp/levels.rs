//! Venue `bitstamp`: the book by its differences, views of it, trades.

use super::envelope::{self, Message, Read, Stream};
use super::{book, trades};
use crate::error::FrameError;
use crate::venue::wire::sync::Rule;
use crate::venue::wire::{BookKind, Channel, Desk, Json, feed};
use crate::venue::{Outcome, Venue};

/// Keeps nothing: every message names its channel, and with it the market.
#[derive(Clone, Debug)]
pub(super) struct Protocol;

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Rest(Rule::Rising);
    const CHANNELS: &'static [Channel] = &[Channel::Depth, Channel::Partial, Channel::Trade];

    fn new(_: Venue) -> Self {
        Self
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        match envelope::read(frame, on)? {
            Read::Message(message) => take(&message, on),
            Read::Other(outcome) => Ok(outcome),
        }
    }

    /// B9: the whole book, which differences of later times continue.
    fn snapshot(
        &mut self,
        slot: usize,
        body: &[u8],
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        let book = book::read(Json::open(body)?, on)?;
        let header = book::levels(slot, &book, on)?;
        Ok(on.snapshot(slot, header))
    }
}

fn take(message: &Message<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let event = message.event;
    let is_data = event.is_text("data");
    match message.stream {
        Stream::Orders => return Ok(Outcome::Ignored("live_orders")),
        Stream::Funding => return Ok(Outcome::Ignored("funding_rate")),
        Stream::Trades if !event.is_text("trade") => return on.unknown(event),
        Stream::Book | Stream::Detail if !is_data => return on.unknown(event),
        // B11: recorders put the body of a book into the stream.
        Stream::Differences if !is_data && !event.is_text("snapshot") => return on.unknown(event),
        _ => {}
    }
    let slot = on.instrument_named(message.market, message.at)?;
    match message.stream {
        Stream::Differences => {
            let book = book::read(message.data, on)?;
            let header = book::levels(slot, &book, on)?;
            Ok(if is_data { on.update(slot, header) } else { on.snapshot(slot, header) })
        }
        Stream::Trades => trades::trade(slot, message.data, on),
        of => book::view(slot, message.data, of == Stream::Detail, on),
    }
}
