//! The survey of tables: formats of the files, instruments, scales, and where receive times begin.

use super::options::RowOptions;
use super::recognise::recognise;
use super::sample::Sample;
use super::units::Units;
use super::{RowReader, Sink, Table};
use crate::import::config::ImportConfig;
use crate::import::format::Format;
use crate::import::lines::Line;
use crate::import::order::RunFinder;
use tickwright_engine::decimal::step::Step;
use tickwright_engine::{CoreError, Directory, EventBuf};

/// Lines and bytes of a file by which its format is told.
const PROBE_LINES: usize = 1_000;
const PROBE_BYTES: usize = 256 << 10;

/// A line, its number and its byte.
type Held = (Vec<u8>, u64, u64);
/// The first line of a file that is no table.
pub type Foreign = Option<Held>;

/// What the survey found, for the plan.
#[derive(Debug)]
pub struct Surveyed {
    /// One for each file; none for one without lines.
    pub tables: Vec<Option<Table>>,
    /// Instruments without scales.
    pub directory: Directory,
    pub steps: Vec<[Step; 2]>,
    pub venue_assumed: bool,
}

/// Takes the lines of all files of a recording that may be tables.
#[derive(Debug)]
pub struct RowSurvey {
    options: RowOptions,
    units: Units,
    out: EventBuf,
    tables: Vec<Option<Table>>,
    /// Reads the file in hand, once its format is known.
    reader: Option<Box<dyn RowReader>>,
    /// First lines of a file whose format is not known yet: bytes, number, offset.
    probe: Vec<Held>,
    probed: usize,
    /// Highest receive time of the file in hand.
    last: Option<i64>,
    /// Lines are to be sorted: the first time of a file need not be its least.
    sort: bool,
    /// Least first receive time of a file.
    pub start: Option<i64>,
}

impl RowSurvey {
    #[must_use]
    pub fn new(config: &ImportConfig) -> Self {
        let format = match config.format {
            Some(Format::Rows(format)) => Some(format),
            _ => None,
        };
        Self {
            options: RowOptions { format, ..config.rows.clone() },
            units: Units::learning(),
            out: EventBuf::new(),
            tables: Vec::new(),
            reader: None,
            probe: Vec::new(),
            probed: 0,
            last: None,
            sort: config.repairs.sort,
            start: None,
        }
    }

    /// Whether a file was found to be a table.
    #[must_use]
    pub fn has_tables(&self) -> bool {
        self.tables.iter().any(Option::is_some) || self.reader.is_some()
    }

    /// Whether the file in hand is read already.
    #[must_use]
    pub fn reading(&self) -> bool {
        self.reader.is_some()
    }

    /// Whether the beginning of the file in hand tells its instruments.
    #[must_use]
    pub fn beginning_does(&self) -> bool {
        let alone = self.reader.as_ref().is_some_and(|reader| !reader.finds_instruments());
        alone && self.units.has_instruments()
    }

    /// Takes a line that is not blank. Its file's first line and that one's place, where the file turns
    /// out to be no table.
    ///
    /// # Errors
    /// See [`recognise`].
    pub fn line(
        &mut self,
        name: &str,
        line: &Line<'_>,
        runs: &mut RunFinder,
    ) -> Result<Foreign, CoreError> {
        if self.reader.is_some() {
            self.read(line, runs);
            return Ok(None);
        }
        self.probe.push((line.bytes.to_vec(), line.number, line.offset));
        self.probed += line.bytes.len();
        if self.probe.len() < PROBE_LINES && self.probed < PROBE_BYTES {
            return Ok(None);
        }
        self.begin(name, runs)
    }

    /// Ends the file in hand; as [`RowSurvey::line`].
    ///
    /// # Errors
    /// See [`recognise`].
    pub fn end_file(&mut self, name: &str, runs: &mut RunFinder) -> Result<Foreign, CoreError> {
        let foreign = if self.probe.is_empty() { None } else { self.begin(name, runs)? };
        if let Some(mut reader) = self.reader.take() {
            reader.complete(&mut Sink { units: &mut self.units, out: &mut self.out });
        } else {
            self.tables.push(None);
        }
        self.last = None;
        Ok(foreign)
    }

    /// Finds the format of the file in hand and reads the lines that were held back for it.
    fn begin(&mut self, name: &str, runs: &mut RunFinder) -> Result<Foreign, CoreError> {
        let probe = std::mem::take(&mut self.probe);
        self.probed = 0;
        let lines = probe.iter().map(|(bytes, ..)| bytes.as_slice()).collect();
        let Some(table) = recognise(&Sample { name, lines, options: &self.options })? else {
            return Ok(probe.into_iter().next());
        };
        self.reader = Some(table.reader.fresh());
        self.tables.push(Some(table));
        for (bytes, number, offset) in &probe {
            self.read(&Line { bytes, number: *number, offset: *offset }, runs);
        }
        Ok(None)
    }

    /// A row that is refused tells nothing here; the import counts it.
    fn read(&mut self, line: &Line<'_>, runs: &mut RunFinder) {
        let Some(reader) = &mut self.reader else { return };
        let nanos = reader.time(line.bytes);
        if let (Some(first), true) = (nanos, self.last.is_none() || self.sort) {
            self.start = Some(self.start.map_or(first, |start| start.min(first)));
        }
        // Within a file the import raises what goes back, so only files can lie in another order.
        self.last = self.last.max(nanos);
        runs.line(line, nanos.and(self.last));
        let _ = reader.row(line.bytes, &mut Sink { units: &mut self.units, out: &mut self.out });
        self.out.clear();
    }

    #[must_use]
    pub fn finish(self) -> Surveyed {
        let tables = self.tables;
        let venue_assumed = tables.iter().flatten().any(|t| t.reader.venue_assumed());
        let (directory, steps) = self.units.learned();
        Surveyed { tables, directory, steps, venue_assumed }
    }
}
