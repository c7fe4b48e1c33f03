//! Which message is which: a notification's channel tells.

use super::{book, ticker, trades};
use crate::error::{CoreError, FrameError};
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::{BookKind, Channel, Desk, Field, Followed, Json, Tickers, feed};
use crate::venue::{Outcome, Sequence, Venue};

/// What later messages refer to.
#[derive(Clone, Debug)]
pub(super) struct Protocol {
    pub followed: Followed,
    tickers: Tickers,
}

/// Channels that are not taken, by their first word.
const IGNORED: [(&[u8], &str); 16] = [
    (b"chart", "chart"),
    (b"deribit_volatility_index", "volatility index"),
    (b"deribit_price_index", "price index"),
    (b"deribit_price_ranking", "price ranking"),
    (b"deribit_price_statistics", "price statistics"),
    (b"estimated_expiration_price", "estimated expiration price"),
    (b"markprice", "mark prices of options"),
    (b"perpetual", "interest of a perpetual"),
    (b"instrument", "instrument state"),
    (b"platform_state", "platform state"),
    (b"announcements", "announcement"),
    (b"block_rfq", "request for quotes"),
    (b"rfq", "request for quotes"),
    (b"block_trade_confirmations", "account"),
    (b"access_log", "account"),
    (b"user", "account"),
];

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Stream(Sequence::Linked);
    const CHANNELS: &'static [Channel] = &[
        Channel::Depth,
        Channel::Partial,
        Channel::Trade,
        Channel::Quote,
        Channel::Mark,
        Channel::Funding,
        Channel::OpenInterest,
        Channel::Liquidation,
    ];

    fn new(_: Venue) -> Self {
        Self { followed: Followed::default(), tickers: Tickers::default() }
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let names = [
            "jsonrpc", "method", "params", "id", "result", "error", "usIn", "usOut", "usDiff",
            "testnet",
        ];
        let [_, method, params, id, result, error, ..] =
            on.members(Json::open(frame)?, "frame", &names)?;
        let Some(method) = method.get() else {
            return reply(id, result, error);
        };
        match method.text("a method")? {
            b"subscription" => self.notification(params, on),
            // D12: `test_request` wants an answer; a recording shows none of ours.
            b"heartbeat" => Ok(Outcome::Control("heartbeat")),
            _ => on.unknown(method),
        }
    }

    fn disconnected(&mut self) {
        self.followed.clear();
        self.tickers.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.followed.save(w);
        self.tickers.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.followed = Followed::restore(r)?;
        self.tickers = Tickers::restore(r)?;
        Ok(())
    }
}

impl Protocol {
    fn notification(
        &mut self,
        params: Field<'_>,
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        let [channel, data] = on.members(params.need()?, "params", &["channel", "data"])?;
        let name = channel.text()?;
        let end = name.iter().position(|b| *b == b'.').unwrap_or(name.len());
        let rest = name.get(end + 1..).unwrap_or_default();
        match &name[..end] {
            b"book" => book::take(self, channel, rest, data, on),
            b"trades" => trades::take(data, on),
            b"ticker" => ticker::ticker(&mut self.tickers, data, on),
            b"incremental_ticker" => ticker::incremental(&mut self.tickers, data, on),
            b"quote" => ticker::quote(data, on),
            word => match IGNORED.iter().find(|(name, _)| *name == word) {
                Some((_, name)) => Ok(Outcome::Ignored(name)),
                None => on.unknown(channel.need()?),
            },
        }
    }
}

/// D12: answers to what was sent.
fn reply(id: Field<'_>, result: Field<'_>, error: Field<'_>) -> Result<Outcome, FrameError> {
    if error.get().is_some() {
        return Ok(Outcome::Control("refusal"));
    }
    id.need().or_else(|e| result.need().map_err(|_| e))?;
    Ok(Outcome::Control("reply"))
}
