//! What the survey found: how to read a recording.

use crate::import::format::Format;
use crate::import::order::Run;
use crate::import::routes::Routes;
use crate::import::rows::Table;
use std::collections::BTreeSet;
use tickwright_engine::venue::Venue;
use tickwright_engine::{Directory, Instrument};

/// Steps of an instrument that nobody told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    pub tick: bool,
    pub lot: bool,
}

/// How a recording is to be read.
#[derive(Clone, Debug)]
pub struct Plan {
    pub format: Format,
    /// Whose frames they are; none where rows are events, whose instruments name their venues.
    pub venues: Vec<Venue>,
    /// Which connection is which venue's.
    pub routes: Routes,
    /// How each file of a recording of tables is read; none for one without lines.
    pub tables: Vec<Option<Table>>,
    /// Nothing in the recording tells the venue from others of its protocol.
    pub venue_assumed: bool,
    /// Instruments by symbol, with their scales; steps as told, else 1 and marked as inferred.
    pub directory: Directory,
    /// Which steps of each instrument the import has to find.
    pub unknown: Vec<Unknown>,
    /// Ticks as far as they are known, for the speed of the books alone.
    pub likely_ticks: Vec<i64>,
    /// The venue's own instrument list was found and read.
    pub listed: bool,
    /// When the recording begins, ns since 1970: its first receive time.
    pub start_ns: i64,
    /// Stretches to merge; none where the stream is read as it stands.
    pub runs: Vec<Run>,
    /// Made from the whole recording, not from its beginning. What a plan that is not whole did not
    /// foresee ends the import with `E_IMPORT_PLAN`; it is then begun anew after a whole survey.
    pub whole: bool,
}

impl Plan {
    /// All venues of the instruments.
    #[must_use]
    pub fn venue_name(&self) -> String {
        let venues = self.directory.instruments.iter().map(|i| i.venue.as_str());
        venues.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
    }

    /// The file whose rows a file's stand beside.
    #[must_use]
    pub fn leader(&self, file: u32) -> Option<u32> {
        self.tables.get(file as usize)?.as_ref()?.leader
    }

    /// Whether the caller must spool the unpacked stream and serve it by offset.
    #[must_use]
    pub fn needs_random_access(&self) -> bool {
        !self.runs.is_empty()
    }

    #[must_use]
    pub fn instruments(&self) -> &[Instrument] {
        &self.directory.instruments
    }
}
