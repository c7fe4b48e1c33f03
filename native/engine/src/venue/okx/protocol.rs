//! Messages of the public channels: which is which.

use super::{book, prices};
use crate::error::{CoreError, FrameError};
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::{BookKind, Channel, Desk, Field, Json, Print, feed};
use crate::venue::{Outcome, Sequence, Venue};

#[derive(Clone, Debug, Default)]
pub(super) struct Protocol {
    /// The book channel that each slot's book is of (O6), 0 before there is one.
    pub(super) channels: Vec<u8>,
    /// Trades of the message in hand.
    pub(super) prints: Vec<(usize, Print)>,
}

/// Channels of whole books, numbered from 1: stable.
const BOOKS: [&[u8]; 3] = [b"books", b"books-l2-tbt", b"books50-l2-tbt"];

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
        // O1: the answer to our own `ping`, the only message that is no JSON.
        if frame == b"pong" {
            return Ok(Outcome::Control("pong"));
        }
        let top = Json::open(frame)?;
        let names = [
            "arg",
            "action",
            "data",
            "event",
            "table",
            "code",
            "msg",
            "connId",
            "channel",
            "connCount",
            "id",
            "op",
            "generated",
            "uid",
            "eventType",
            "curPage",
            "lastPage",
        ];
        let [arg, action, data, event, table, ..] = on.members(top, "frame", &names)?;
        if event.get().is_some() {
            return Ok(Outcome::Control("reply"));
        }
        if table.get().is_some() {
            return Ok(Outcome::Ignored("protocol v3"));
        }
        let names = [
            "channel",
            "instId",
            "instType",
            "instFamily",
            "uly",
            "sprdId",
            "ccy",
            "uid",
            "extraParams",
            "generated",
        ];
        let [channel, id, ..] = on.members(arg.need()?, "arg", &names)?;
        self.channel(channel, id, (action, data), on)
    }

    fn disconnected(&mut self) {
        self.channels.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        w.bytes(&self.channels);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.channels = r.bytes()?.to_vec();
        Ok(())
    }
}

impl Protocol {
    fn channel(
        &mut self,
        channel: Field<'_>,
        id: Field<'_>,
        (action, data): (Field<'_>, Field<'_>),
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        let name = channel.text()?;
        if let Some(place) = BOOKS.iter().position(|book| *book == name) {
            return book::book(self, (place as u8 + 1, id), action, data, on);
        }
        match name {
            b"books5" => book::best_levels(id, data, on),
            b"bbo-tbt" => book::best_quote(id, data, on),
            b"trades" | b"trades-all" => book::trades(self, data, on),
            b"tickers" => prices::ticker(data, on),
            b"mark-price" => prices::mark(data, on),
            b"funding-rate" => prices::funding(data, on),
            b"open-interest" => prices::open_interest(data, on),
            b"liquidation-orders" => prices::liquidations(data, on),
            _ => ignored(name).map_or_else(|| on.unknown(channel.need()?), Ok),
        }
    }
}

/// Channels that the venue's document has and that are not taken.
fn ignored(channel: &[u8]) -> Option<Outcome> {
    let is_candle = |name: &[u8]| name.starts_with(b"candle");
    let bare = [b"mark-price-".as_slice(), b"index-", b"sprd-"]
        .iter()
        .find_map(|prefix| channel.strip_prefix(*prefix))
        .unwrap_or(channel);
    Some(Outcome::Ignored(match channel {
        _ if is_candle(bare) => "candle",
        b"books-elp" => "ELP book",
        b"index-tickers" => "index-tickers",
        b"instruments" => "instruments",
        b"price-limit" | b"estimated-price" | b"opt-summary" | b"option-trades" => "reference data",
        b"status" | b"adl-warning" | b"economic-calendar" | b"call-auction-details" => "status",
        b"public-struc-block-trades" | b"public-block-trades" | b"block-tickers" => "block trades",
        b"account"
        | b"positions"
        | b"balance_and_position"
        | b"orders"
        | b"orders-algo"
        | b"algo-advance"
        | b"fills"
        | b"account-greeks"
        | b"liquidation-warning"
        | b"sprd-orders"
        | b"sprd-trades"
        | b"deposit-info"
        | b"withdrawal-info"
        | b"rfqs"
        | b"quotes"
        | b"struc-block-trades"
        | b"grid-orders-spot"
        | b"grid-orders-contract"
        | b"grid-positions"
        | b"grid-sub-orders"
        | b"algo-recurring-buy" => "private",
        _ if channel.starts_with(b"sprd-") => "spreads",
        _ => return None,
    }))
}
