//! What an import gives back: what is on the tape, and what is to be known about the data.

use crate::import::latency::SourceLatency;
use crate::import::rows::BookRows;
use crate::import::tally::{Correction, Kinds, RefusedFrames};
use serde::Serialize;
use std::collections::BTreeMap;

/// The whole answer of an import, as `--json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    pub events: u64,
    /// Levels and trades; best quotes are not counted.
    pub rows: u64,
    pub by_kind: BTreeMap<&'static str, u64>,
    pub instruments: Vec<InstrumentReport>,
    /// Bytes of the tape.
    pub bytes: u64,
    /// Hex of the tape's content hash.
    pub content_hash: String,
    pub report: DataReport,
}

/// An instrument as the tape has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstrumentReport {
    pub name: String,
    pub venue: String,
    pub symbol: String,
    pub price_scale: u8,
    pub quantity_scale: u8,
    /// Decimals, as text.
    pub tick: String,
    pub lot: String,
    /// Steps found as the greatest common divisor, not told by the venue or the user.
    pub inferred: bool,
    /// The book's snapshot and updates came together.
    pub joined: bool,
}

/// The data report; also kept in the tape's footer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataReport {
    pub format: &'static str,
    /// Several are joined by commas.
    pub venue: String,
    /// Nothing in the recording tells the venue from others of its protocol; `--venue` says it.
    pub venue_assumed: bool,
    pub files: Vec<FileReport>,
    /// Frames that carried market data and were handed to the venue's rules.
    pub frames: u64,
    /// Breaks of the venue's sequence; each is a reset on the tape.
    pub gaps: u64,
    pub duplicates: u64,
    pub out_of_order: u64,
    /// Updates older than the snapshot: dropped.
    pub stale: u64,
    /// Snapshots that met their updates.
    pub joins: u64,
    /// Instruments with updates whose book never became known.
    pub unjoined: Vec<String>,
    pub negative_latency: NegativeLatency,
    pub crossed: CrossedReport,
    /// Events after which a book had levels on one side alone, or none at all.
    pub one_sided: u64,
    pub empty: u64,
    pub refused_frames: RefusedFrames,
    pub ignored_frames: Kinds,
    pub precision_loss: PrecisionLoss,
    pub schema_drift: SchemaDrift,
    /// What is odd and was kept.
    pub oddities: Vec<Correction>,
    pub corrections: Vec<Correction>,
    /// What was added to each receive time, as was asked for.
    pub clock_shift_ns: i64,
    /// Times the receive time went back within a file.
    pub receive_time_back: u64,
    pub blank_lines: u64,
    /// Where messages have order book rows beside them: how both agree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub book_rows: Option<BookRows>,
    /// Lines that name the columns of a table.
    pub header_lines: u64,
}

/// One file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReport {
    pub name: String,
    /// Of the file as stored; empty where the caller did not compute it.
    pub sha256: String,
    /// Of tables, which may differ from file to file; empty for frames.
    pub format: &'static str,
    /// Columns that nothing was taken from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unused_columns: Vec<String>,
    /// As stored, and unpacked.
    pub bytes: u64,
    pub unpacked_bytes: u64,
    pub lines: u64,
    /// `s`, `ms`, `us` or `ns`; empty where no line had a time.
    pub time_unit: &'static str,
}

/// Receive minus event time below zero: the recorder's clock runs behind the venue's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NegativeLatency {
    /// Events of all sources.
    pub count: u64,
    /// Of so many that carry an event time.
    pub events: u64,
    /// What `clock-shift` would add to each receive time; text, for it can be beyond 2^53.
    pub shift_needed_ns: String,
    pub by_source: Vec<SourceLatency>,
}

/// Events after which the best bid lay above the best ask (crossed) or at it (locked).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CrossedReport {
    pub count: u64,
    pub crossed: u64,
    pub locked: u64,
    /// Event and place of the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<CrossedPlace>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CrossedPlace {
    pub event: u64,
    pub at: String,
}

/// Nothing is ever rounded in silence: what does not fit is refused (prices, quantities) or counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrecisionLoss {
    pub count: u64,
    /// Frames refused because a number has more decimals than the instrument's scale.
    pub beyond_scale: u64,
    /// Rates and prices that nobody trades at, whose digits beyond their scale were cut off.
    pub values_cut: u64,
    /// Receive times with digits beyond the nanosecond, which were dropped.
    pub receive_times: u64,
}

/// Fields that appeared, vanished or changed their type, against the first message of their stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SchemaDrift {
    pub count: u64,
    pub changes: Vec<DriftReport>,
}

/// One difference and how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DriftReport {
    /// Kind of message: `depth`, `trade`, …
    pub message: String,
    pub field: String,
    /// `appeared`, `vanished`, `type` or `unknownEvent`.
    pub change: &'static str,
    pub count: u64,
}
