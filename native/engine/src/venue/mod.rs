//! Venue protocols: byte parsers and sync rules. Pure: bytes and a stamp in, events out.
//!
//! Each venue's rules are numbered, with their source, in `docs/venues/<venue>.md`; a branch that
//! follows one cites its number.

pub mod binance;
pub mod bitfinex;
pub mod bitget;
pub mod bitmex;
pub mod bitstamp;
pub mod bybit;
pub mod coinbase;
pub mod deribit;
mod feed;
pub mod gemini;
pub mod hyperliquid;
pub mod kraken;
pub mod kucoin;
mod names;
pub mod okx;
mod sequence;
pub mod wire;

use crate::schema::proof_level;

pub use crate::checksum::Checksum;
pub use feed::Feed;
pub use names::Venue;
pub use sequence::Sequence;
pub use wire::counters::SyncCounters;
pub use wire::drift::{Drift, DriftChange};
pub use wire::profile::Request;

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
