//! The road of recordings whose records are decoded elsewhere: events come ready, and the rest (receive times,
//! report, tape) is as for all others.
//!
//! `begin_file`, `events` for each record, `end_records`; then `finish`.

use crate::import::format::Format;
use crate::import::importer::Importer;
use crate::import::place::Place;
use crate::import::plan::{Plan, Unknown};
use crate::import::routes::Routes;
use crate::import::rows::Taken;
use tickwright_engine::{CoreError, Directory, EventBuf, FrameError};

/// What a file was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndedFile<'a> {
    /// Of the file as stored.
    pub sha256: &'a str,
    pub bytes: u64,
    pub unpacked_bytes: u64,
    pub records: u64,
}

impl Plan {
    /// For instruments whose scales are known and whose steps are not.
    #[must_use]
    pub fn of_events(format: Format, directory: Directory, start_ns: i64) -> Self {
        let count = directory.instruments.len();
        Self {
            format,
            venues: Vec::new(),
            routes: Routes::default(),
            tables: Vec::new(),
            venue_assumed: false,
            directory,
            unknown: vec![Unknown { tick: true, lot: true }; count],
            likely_ticks: vec![1; count],
            listed: false,
            start_ns,
            runs: Vec::new(),
            whole: true,
        }
    }
}

impl Importer {
    /// Takes one record, whose events `read` appends with their own receive times.
    ///
    /// # Errors
    /// Those of the tape; in a strict import the code of a refused record.
    #[inline]
    pub fn events(
        &mut self,
        place: Place,
        read: impl FnOnce(&mut EventBuf) -> Result<Taken, FrameError>,
    ) -> Result<(), CoreError> {
        self.reader.intake.row(place, read)
    }

    /// Notes that something of a record was put right, and by which rule.
    pub fn corrected(&mut self, rule: &'static str, place: Place) {
        self.reader.intake.corrections.add(rule, place);
    }

    /// Ends the file in hand.
    pub fn end_records(&mut self, ended: &EndedFile<'_>) {
        if let Some(file) = self.file_reports.last_mut() {
            (file.sha256, file.bytes) = (ended.sha256.to_owned(), ended.bytes);
            (file.unpacked_bytes, file.lines) = (ended.unpacked_bytes, ended.records);
            file.time_unit = "ns";
        }
    }
}
