//! How an import is to be made.

use crate::import::format::Format;
use crate::import::repair::Repairs;
use crate::import::rows::RowOptions;
use crate::import::told::ToldInstrument;
use crate::tape::{Codec, DEFAULT_BLOCK_EVENTS, Origin};
use tickwright_engine::venue::Venue;

/// What the user asks for; the default recognises everything by itself.
#[derive(Clone, Debug)]
pub struct ImportConfig {
    pub format: Option<Format>,
    pub venue: Option<Venue>,
    pub codec: Codec,
    pub block_events: u32,
    /// The first frame that is refused, or drifts from its schema, ends the import.
    pub strict: bool,
    /// Drift refuses the frame, which is counted and does not end the import: as a session that was
    /// configured so.
    pub refuse_drift: bool,
    /// Best quotes are left out of the tape, and counted as a correction.
    pub no_quotes: bool,
    pub repairs: Repairs,
    /// What the user tells about tables.
    pub rows: RowOptions,
    /// Files of the recording, where that is known: of one file the beginning may do.
    pub files: Option<usize>,
    /// Instruments as the user describes them; they win over what the recording says.
    pub told: Vec<ToldInstrument>,
    /// Files with their hashes, for the tape's header, where they are known beforehand.
    pub origins: Vec<Origin>,
}

impl Default for ImportConfig {
    fn default() -> Self {
        Self {
            format: None,
            venue: None,
            codec: Codec::default(),
            block_events: DEFAULT_BLOCK_EVENTS,
            strict: false,
            refuse_drift: false,
            no_quotes: false,
            repairs: Repairs::default(),
            rows: RowOptions::default(),
            files: None,
            told: Vec::new(),
            origins: Vec::new(),
        }
    }
}
