//! Opening a session: what the driver asks for, and what it is told.

use super::tape_drive::TapeDrive;
use super::{Drive, JournalDrive, Session};
use crate::tape::TapeIndex;
use serde::{Deserialize, Serialize};
use tickwright_engine::core::{Core, CoreConfig};
use tickwright_engine::{CoreError, Directory};

/// JSON of `open`.
#[derive(Deserialize)]
#[serde(tag = "mode", rename_all = "camelCase", deny_unknown_fields)]
pub enum SessionRequest {
    /// Instruments as configured; the driver feeds.
    Live { config: CoreConfig },
    /// The bytes are a tape's index as `TapeIndex::to_bytes` made them.
    Tape { config: CoreConfig },
    /// A recorded session of so many segments.
    Journal { config: CoreConfig, segments: u32 },
}

/// What strategies and drivers must know.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenReply {
    pub instruments: Vec<InstrumentReply>,
    pub view_stride: usize,
    pub view_levels: usize,
    /// Names of a row's values.
    pub features: Vec<String>,
    /// Identity of the feature set, where there is one.
    pub feature_set_hash: Option<String>,
    pub epoch_ns: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstrumentReply {
    pub index: usize,
    pub name: String,
    pub venue: String,
    pub symbol: String,
    pub price_scale: u8,
    pub quantity_scale: u8,
    pub tick: i64,
    pub lot: i64,
    pub inferred: bool,
}

/// Instruments as TypeScript sees them.
#[must_use]
pub fn describe_instruments(directory: &Directory) -> Vec<InstrumentReply> {
    let of = |(index, i): (usize, &tickwright_engine::Instrument)| {
        let version = i.current();
        InstrumentReply {
            index,
            name: i.name(),
            venue: i.venue.clone(),
            symbol: i.symbol.clone(),
            price_scale: i.price_scale,
            quantity_scale: i.quantity_scale,
            tick: version.tick,
            lot: version.lot,
            inferred: version.inferred,
        }
    };
    directory.instruments.iter().enumerate().map(of).collect()
}

pub(super) fn open(
    request: SessionRequest,
    bytes: &[u8],
) -> Result<(Session, OpenReply), CoreError> {
    let (core, drive) = match request {
        SessionRequest::Live { config } => {
            let directory = config.directory();
            (Core::new(config, directory)?, Drive::Live)
        }
        SessionRequest::Tape { config } => {
            let index = TapeIndex::from_bytes(bytes)?;
            let drive = TapeDrive::new(index, &config)?;
            let directory = drive.index().meta.directory.clone();
            (Core::new(config, directory)?, Drive::Tape(Box::new(drive)))
        }
        SessionRequest::Journal { config, segments } => {
            let (directory, stop_seq) = (config.directory(), config.stop_seq);
            let mut core = Core::new(config, directory)?;
            let drive = JournalDrive::new(&mut core, segments, stop_seq);
            (core, Drive::Journal(Box::new(drive)))
        }
    };
    let reply = OpenReply {
        instruments: describe_instruments(core.directory()),
        view_stride: core.view_stride(),
        view_levels: core.view_levels(),
        features: core.feature_names(),
        feature_set_hash: core.feature_set_hash(),
        epoch_ns: core.epoch().to_string(),
    };
    Ok((Session { core, drive }, reply))
}
