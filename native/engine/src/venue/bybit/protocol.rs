//! Which message is which: its topic tells.

use super::{book, ticker, trades};
use crate::error::{CoreError, FrameError};
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::{BookKind, Channel, Desk, Field, Followed, Json, Tickers, feed};
use crate::venue::{Outcome, Sequence, Venue};

/// What later messages refer to.
#[derive(Clone, Debug)]
pub(super) struct Protocol {
    pub followed: Followed,
    pub tickers: Tickers,
    pub tops: book::Tops,
}

/// A message of a topic.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    /// The topic behind its first word.
    pub rest: &'a [u8],
    pub kind: Field<'a>,
    pub ts: Field<'a>,
    /// When the matching engine made it (books).
    pub cts: Field<'a>,
    /// Cross sequence (tickers).
    pub cs: Field<'a>,
    pub data: Field<'a>,
}

/// Topics that are not taken, by their first word.
const IGNORED: [(&[u8], &str); 14] = [
    (b"kline", "kline"),
    (b"kline_lt", "kline of a leveraged token"),
    (b"tickers_lt", "ticker of a leveraged token"),
    (b"lt", "net value of a leveraged token"),
    (b"insurance", "insurance pool"),
    (b"adlAlert", "deleveraging alert"),
    (b"priceLimit", "price limit"),
    (b"order", "account"),
    (b"execution", "account"),
    (b"position", "account"),
    (b"wallet", "account"),
    (b"greeks", "account"),
    (b"dcp", "account"),
    (b"system", "system status"),
];

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Stream(Sequence::Counted);
    const CHANNELS: &'static [Channel] = &[
        Channel::Depth,
        Channel::Trade,
        Channel::Quote,
        Channel::Mark,
        Channel::Funding,
        Channel::OpenInterest,
        Channel::Liquidation,
    ];

    fn new(_: Venue) -> Self {
        Self {
            followed: Followed::default(),
            tickers: Tickers::default(),
            tops: book::Tops::default(),
        }
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let names = [
            "topic",
            "type",
            "ts",
            "data",
            "cts",
            "cs",
            "success",
            "ret_msg",
            "conn_id",
            "req_id",
            "op",
            "args",
            "id",
            "creationTime",
            "retCode",
            "retMsg",
            "connId",
            "reqId",
            "header",
            "retExtInfo",
        ];
        let fields = on.members(Json::open(frame)?, "frame", &names)?;
        let [topic, kind, ts, data, cts, cs, success, _, _, _, op, ..] = fields;
        let Some(topic) = topic.get() else {
            return control(op, success);
        };
        let name = topic.text("a topic")?;
        let end = name.iter().position(|b| *b == b'.').unwrap_or(name.len());
        let rest = name.get(end + 1..).unwrap_or_default();
        let message = Message { rest, kind, ts, cts, cs, data };
        match &name[..end] {
            b"orderbook" => book::take(self, message, on),
            b"publicTrade" => trades::trades(message, on),
            b"tickers" => ticker::take(&mut self.tickers, message, on),
            b"allLiquidation" => trades::liquidations(message, on),
            b"liquidation" => trades::liquidation(message, on),
            word => match IGNORED.iter().find(|(name, _)| *name == word) {
                Some((_, name)) => Ok(Outcome::Ignored(name)),
                None => on.unknown(topic),
            },
        }
    }

    fn disconnected(&mut self) {
        self.followed.clear();
        self.tickers.clear();
        self.tops.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.followed.save(w);
        self.tickers.save(w);
        self.tops.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.followed = Followed::restore(r)?;
        self.tickers = Tickers::restore(r)?;
        self.tops = book::Tops::restore(r)?;
        Ok(())
    }
}

/// Y2: answers to what was sent.
fn control(op: Field<'_>, success: Field<'_>) -> Result<Outcome, FrameError> {
    let refused = success.get().map(|json| json.boolean("success")).transpose()? == Some(false);
    match op.text()? {
        _ if refused => Ok(Outcome::Control("refusal")),
        b"ping" | b"pong" => Ok(Outcome::Control("pong")),
        _ => Ok(Outcome::Control("reply")),
    }
}
