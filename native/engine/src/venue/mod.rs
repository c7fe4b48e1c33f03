//! Venue protocols: byte parsers and sync rules. Pure: bytes and a stamp in, events out.
//!
//! Each venue's rules are numbered, with their source, in `docs/venues/<venue>.md`; a branch that
//! follows one cites its number.

pub mod binance;

use crate::schema::proof_level;

pub use binance::counters::SyncCounters;
pub use binance::drift::{Drift, DriftChange};
pub use binance::feed::Feed;

/// A place that matches orders and whose protocol we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Venue {
    /// Binance spot.
    Binance,
    /// Binance USDⓈ-margined futures.
    BinanceUsdm,
    /// Binance coin-margined futures.
    BinanceCoinm,
    /// Binance.US, the spot protocol.
    BinanceUs,
    /// Binance TR, the spot protocol.
    BinanceTr,
}

impl Venue {
    pub const ALL: [Self; 5] =
        [Self::Binance, Self::BinanceUsdm, Self::BinanceCoinm, Self::BinanceUs, Self::BinanceTr];

    /// The name that instruments and sources carry: stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binance => "binance",
            Self::BinanceUsdm => "binance-usdm",
            Self::BinanceCoinm => "binance-coinm",
            Self::BinanceUs => "binance-us",
            Self::BinanceTr => "binance-tr",
        }
    }

    /// The venue of a name, `None` where there is no such venue.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.name() == name)
    }

    /// How far a book of this venue can be proven: all of them number their updates and publish best
    /// quotes with the same numbers, none sends a checksum.
    #[must_use]
    pub const fn proof_level(self) -> u8 {
        proof_level::SEQUENCE_BBO
    }

    /// Futures link diffs by `pu`, spot by `U`.
    #[must_use]
    pub const fn futures(self) -> bool {
        matches!(self, Self::BinanceUsdm | Self::BinanceCoinm)
    }
}

/// [`proof_level`] that a book of a venue by this name can reach.
#[must_use]
pub fn proof_level_of(name: &str) -> u8 {
    Venue::parse(name).map_or(proof_level::UNPROVABLE, Venue::proof_level)
}

/// Nothing of the venue proves a book, so its orders need not wait for a snapshot either.
#[must_use]
pub fn joins_without_snapshot(name: &str) -> bool {
    proof_level_of(name) == proof_level::UNPROVABLE
}

/// What became of an input that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// At least one event was appended.
    Events,
    /// A depth update waits for the snapshot.
    Buffered,
    /// Older than what is known: dropped and counted.
    Stale,
    /// Seen before: dropped and counted.
    Duplicate,
    /// A message that we do not take (its name), or of an instrument that we do not follow.
    Ignored(&'static str),
    /// A message about the connection: a reply, an error, a shutdown notice.
    Control(&'static str),
}
