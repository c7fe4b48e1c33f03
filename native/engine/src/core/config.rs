//! What a session is opened with. JSON from the driver; unknown keys are refused.

use crate::error::CoreError;
use crate::features::FeatureSet;
use crate::instrument::{Directory, Instrument, InstrumentVersion};
use crate::schema::proof_level;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CoreConfig {
    /// Nanoseconds since 1970 from which the session counts its time, as decimal text.
    pub epoch: String,
    /// Levels a side in VIEW.
    #[serde(default = "default_view_levels")]
    pub view_levels: u32,
    #[serde(default)]
    pub connections: Vec<ConnectionConfig>,
    /// Live only; a tape brings its own.
    #[serde(default)]
    pub instruments: Vec<InstrumentConfig>,
    #[serde(default)]
    pub strategies: Vec<StrategyConfig>,
    /// What rows hold; none: the touch's imbalance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<FeatureSet>,
    /// Schema drift refuses the frame.
    #[serde(default)]
    pub strict: bool,
    /// Replay: best quotes are passed over as if they had not been recorded.
    #[serde(default)]
    pub skip_quotes: bool,
    /// Replay: ends before this event ordinal.
    #[serde(default)]
    pub stop_at: Option<u64>,
    /// Replay: ends behind the last event received at or before this moment, nanoseconds as text.
    #[serde(default)]
    pub stop_time: Option<String>,
    /// Recorded replay: ends before this input.
    #[serde(default)]
    pub stop_seq: Option<u64>,
    /// Replay: CHECKPOINT is returned once so many events have been applied; rising.
    #[serde(default)]
    pub checkpoints: Vec<u64>,
    /// Outputs are kept for `take_outputs` (what `--out` writes).
    #[serde(default)]
    pub keep_outputs: bool,
}

const fn default_view_levels() -> u32 {
    10
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionKind {
    /// Websocket frames.
    Stream,
    /// REST depth snapshots of one instrument.
    Snapshot,
}

/// Where an input came from; `source` of a journal entry is its place in the list.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectionConfig {
    pub name: String,
    pub venue: String,
    pub kind: ConnectionKind,
    /// Snapshots: of which instrument.
    #[serde(default)]
    pub symbol: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstrumentConfig {
    pub venue: String,
    pub symbol: String,
    pub price_scale: u8,
    pub quantity_scale: u8,
    /// Price units, as a number below 2^53.
    pub tick: i64,
    pub lot: i64,
    #[serde(default)]
    pub inferred: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StrategyConfig {
    pub name: String,
    #[serde(default)]
    pub triggers: Vec<TriggerConfig>,
    /// Names of the timers that the strategy declares; a timer's id is its place.
    #[serde(default)]
    pub timers: Vec<String>,
}

fn default_minimum_proof() -> String {
    "sequence".to_owned()
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TriggerConfig {
    /// "quoteChange", "trade", "events", "cadence", "threshold", "reset".
    pub kind: String,
    /// "binance-usdm:BTCUSDT", or "*" or nothing for all.
    #[serde(default)]
    pub instrument: Option<String>,
    /// The trigger is held while the book is proven to less: "unproven", "unprovable", "sequence",
    /// "sequence+bbo", "checksum".
    #[serde(default = "default_minimum_proof")]
    pub minimum_proof: String,
    #[serde(default)]
    pub period_ns: Option<f64>,
    #[serde(default)]
    pub feature: Option<String>,
    #[serde(default)]
    pub above: Option<f64>,
    #[serde(default)]
    pub below: Option<f64>,
    #[serde(default)]
    pub events: Option<f64>,
}

impl CoreConfig {
    /// # Errors
    /// `E_CONFIG` with the place that JSON or the schema refused.
    pub fn parse(json: &[u8]) -> Result<Self, CoreError> {
        serde_json::from_slice(json).map_err(|e| {
            CoreError::new("E_CONFIG", e.to_string()).at(format!(
                "line {} column {}",
                e.line(),
                e.column()
            ))
        })
    }

    /// # Errors
    /// `E_CONFIG` where the epoch is no number.
    pub fn epoch_ns(&self) -> Result<i64, CoreError> {
        self.epoch.parse().map_err(|_| {
            CoreError::new("E_CONFIG", format!("epoch must be nanoseconds, was {:?}", self.epoch))
        })
    }

    /// # Errors
    /// `E_CONFIG` where the stop time is no number.
    pub fn stop_time_ns(&self) -> Result<i64, CoreError> {
        let Some(text) = &self.stop_time else { return Ok(i64::MAX) };
        text.parse().map_err(|_| {
            CoreError::new("E_CONFIG", format!("stopTime must be nanoseconds, was {text:?}"))
        })
    }

    /// The configured instruments as a directory, for a live session.
    #[must_use]
    pub fn directory(&self) -> Directory {
        let of = |i: &InstrumentConfig| Instrument {
            venue: i.venue.clone(),
            symbol: i.symbol.clone(),
            price_scale: i.price_scale,
            quantity_scale: i.quantity_scale,
            versions: vec![InstrumentVersion {
                from_event: 0,
                tick: i.tick,
                lot: i.lot,
                inferred: i.inferred,
            }],
        };
        Directory { instruments: self.instruments.iter().map(of).collect(), sources: Vec::new() }
    }
}

/// # Errors
/// `E_CONFIG` where the word is not a proof level.
pub fn proof_level_of(word: &str) -> Result<u8, CoreError> {
    match word {
        "unproven" => Ok(proof_level::UNPROVEN),
        "unprovable" => Ok(proof_level::UNPROVABLE),
        "sequence" => Ok(proof_level::SEQUENCE),
        "sequence+bbo" => Ok(proof_level::SEQUENCE_BBO),
        "checksum" => Ok(proof_level::CHECKSUM),
        _ => Err(CoreError::new("E_CONFIG", format!("proof level {word:?} is not known"))
            .hint("one of unproven, unprovable, sequence, sequence+bbo, checksum")),
    }
}
