//! Which message is which: rows of a table, and what was done to them.

use super::levels::LevelIds;
use super::{book, tables, trades};
use crate::error::{CoreError, FrameError};
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::{BookKind, Channel, Desk, Field, Followed, Json, Tickers, feed};
use crate::venue::{Outcome, Sequence, Venue};

/// What later messages refer to.
#[derive(Clone, Debug)]
pub(super) struct Protocol {
    pub followed: Followed,
    pub tickers: Tickers,
    pub levels: LevelIds,
    /// Of the message in hand, kept for its memory.
    pub changes: Vec<book::Change>,
}

/// What was done to the rows of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// The table as it is; changes follow.
    Partial,
    Insert,
    Update,
    Delete,
}

/// Rows of a table.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub action: Action,
    pub data: Field<'a>,
    /// What was asked for.
    pub filter: Field<'a>,
}

/// Tables that are not taken.
const IGNORED: [(&[u8], &str); 22] = [
    (b"tradeBin1m", "bars"),
    (b"tradeBin5m", "bars"),
    (b"tradeBin1h", "bars"),
    (b"tradeBin1d", "bars"),
    (b"quoteBin1m", "bars"),
    (b"quoteBin5m", "bars"),
    (b"quoteBin1h", "bars"),
    (b"quoteBin1d", "bars"),
    (b"settlement", "settlement"),
    (b"insurance", "insurance fund"),
    (b"announcement", "announcement"),
    (b"publicNotifications", "announcement"),
    (b"chat", "chat"),
    (b"connected", "chat"),
    (b"order", "account"),
    (b"execution", "account"),
    (b"position", "account"),
    (b"margin", "account"),
    (b"wallet", "account"),
    (b"transact", "account"),
    (b"affiliate", "account"),
    (b"privateNotifications", "account"),
];

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Stream(Sequence::Unnumbered);
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
        Self {
            followed: Followed::default(),
            tickers: Tickers::default(),
            levels: LevelIds::default(),
            changes: Vec::new(),
        }
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        // M11: the answer to our own `ping`, the only message that is no JSON.
        if frame == b"pong" {
            return Ok(Outcome::Control("pong"));
        }
        let names = [
            "table",
            "action",
            "data",
            "keys",
            "types",
            "foreignKeys",
            "attributes",
            "filter",
            "info",
            "success",
            "error",
            "subscribe",
            "unsubscribe",
            "request",
            "status",
            "meta",
            "version",
            "timestamp",
            "docs",
            "limit",
            "heartbeatEnabled",
            "appName",
        ];
        let fields = on.members(Json::open(frame)?, "frame", &names)?;
        let [table, action, data, _, _, _, _, filter, info, success, error, ..] = fields;
        let Some(table) = table.get() else {
            return control([info, success, error]);
        };
        let action = match action.text()? {
            b"partial" => Action::Partial,
            b"insert" => Action::Insert,
            b"update" => Action::Update,
            b"delete" => Action::Delete,
            _ => return on.unknown(action.need()?),
        };
        let message = Message { action, data, filter };
        match table.text("a table")? {
            // M4: of two books at once the whole one.
            b"orderBookL2" => book::take(self, 2, message, on),
            b"orderBookL2_25" => book::take(self, 1, message, on),
            b"orderBook10" => book::view(message, on),
            b"trade" => trades::trades(message, on),
            b"quote" => tables::quotes(message, on),
            b"instrument" => tables::instruments(&mut self.tickers, message, on),
            b"funding" => tables::funding(message, on),
            b"liquidation" => trades::liquidations(message, on),
            word => match IGNORED.iter().find(|(name, _)| *name == word) {
                Some((_, name)) => Ok(Outcome::Ignored(name)),
                None => on.unknown(table),
            },
        }
    }

    fn disconnected(&mut self) {
        self.followed.clear();
        self.tickers.clear();
        self.levels.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.followed.save(w);
        self.tickers.save(w);
        self.levels.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.followed = Followed::restore(r)?;
        self.tickers = Tickers::restore(r)?;
        self.levels = LevelIds::restore(r)?;
        Ok(())
    }
}

/// M11: what the connection says of itself, and answers to what was sent.
fn control([info, success, error]: [Field<'_>; 3]) -> Result<Outcome, FrameError> {
    if info.get().is_some() {
        return Ok(Outcome::Control("welcome"));
    }
    if error.get().is_some() {
        return Ok(Outcome::Control("refusal"));
    }
    success.boolean().map(|_| Outcome::Control("reply"))
}
