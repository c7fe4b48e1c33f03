//! First pass: format, venue, instruments and scales.
//!
//! Lines in the order received need their beginning only: the scales of the first [`PREFIX`] bytes
//! nearly always hold throughout. The survey says `Enough`, and the caller need not read (and unpack)
//! the recording twice. Should a later frame have more decimals or a new instrument, the importer
//! ends with `E_IMPORT_PLAN` and a whole survey goes first. Either way the tape is a function of the
//! recording's bytes alone: the prefix is counted in bytes of lines, not in chunks.
//! Captures are surveyed whole, for they may have to be sorted.

use crate::import::config::ImportConfig;
use crate::import::decode::Decoder;
use crate::import::evidence::Evidence;
use crate::import::format::{Format, unknown_format};
use crate::import::lines::{Line, Lines};
use crate::import::order::RunFinder;
use crate::import::place::{Files, Place};
use crate::import::plan::Plan;
use crate::import::routes::Routes;
use crate::import::rows::{Foreign, RowSurvey, found, pair};
use crate::import::told::ToldInstrument;
use tickwright_engine::CoreError;
use tickwright_engine::venue::Venue;

/// Bytes of a recording of lines that a survey reads before it has enough.
pub const PREFIX: u64 = 1 << 20;

/// Whether the survey wants more of the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    More,
    /// [`Survey::finish`] may be called now; what follows changes nothing.
    Enough,
}

/// Surveys a recording: `begin_file`, `push_chunk` …, `end_file` for each file, then `finish`. Of a
/// journal, `begin_file` and `input` …, then `finish`.
pub struct Survey {
    config: ImportConfig,
    lines: Lines,
    state: State,
}

struct State {
    files: Files,
    format: Option<Format>,
    decoder: Option<Decoder>,
    /// The first line that is not blank, for the error.
    first: Option<(Vec<u8>, Place)>,
    /// First receive time in the order in which the import reads.
    start: Option<i64>,
    runs: RunFinder,
    evidence: Evidence,
    rows: RowSurvey,
    told: Vec<ToldInstrument>,
    whole: bool,
    /// There are other files, as far as is known.
    several: bool,
    enough: bool,
    /// Lines are to be sorted.
    sort: bool,
    /// The user says that it is one of tables.
    tables: bool,
    /// Bytes of the files before the one in hand.
    before: u64,
}

impl Survey {
    /// A survey that stops as soon as it has enough.
    #[must_use]
    pub fn new(config: &ImportConfig) -> Self {
        Self::with(config, false)
    }

    /// A survey of the whole recording.
    #[must_use]
    pub fn whole(config: &ImportConfig) -> Self {
        Self::with(config, true)
    }

    fn with(config: &ImportConfig, whole: bool) -> Self {
        let state = State {
            files: Files::default(),
            format: config.format.filter(|f| !matches!(f, Format::Rows(_))),
            decoder: None,
            first: None,
            start: None,
            runs: RunFinder::default(),
            evidence: Evidence::new(config.venue),
            rows: RowSurvey::new(config),
            told: config.told.clone(),
            // What is sorted may have anything anywhere.
            whole: whole || config.repairs.sort,
            several: config.files != Some(1),
            enough: false,
            sort: config.repairs.sort,
            tables: matches!(config.format, Some(Format::Rows(_))) || config.rows.tell_columns(),
            before: 0,
        };
        Self { config: config.clone(), lines: Lines::default(), state }
    }

    /// Starts the next file.
    pub fn begin_file(&mut self, name: &str) {
        self.state.files.push(name);
    }

    /// Takes unpacked bytes of the file in hand, cut anywhere.
    ///
    /// # Errors
    /// `E_IMPORT_FORMAT`, `E_IMPORT_LINE_TOO_LONG`.
    pub fn push_chunk(&mut self, bytes: &[u8]) -> Result<Progress, CoreError> {
        let Self { lines, state, .. } = self;
        if state.enough {
            return Ok(Progress::Enough);
        }
        let pushed = lines.push(bytes, &mut |line| state.line(line));
        pushed.map_err(|stopped| state.files.stopped(stopped))?;
        Ok(state.progress())
    }

    /// Ends the file in hand.
    ///
    /// # Errors
    /// As [`Survey::push_chunk`].
    pub fn end_file(&mut self) -> Result<Progress, CoreError> {
        let Self { lines, state, .. } = self;
        let bytes = lines.bytes();
        lines.end(&mut |line| state.line(line))?;
        state.end_table()?;
        state.runs.end_file(bytes);
        state.before += bytes;
        if let Some(decoder) = &mut state.decoder {
            decoder.next_file();
        }
        Ok(state.progress())
    }

    /// The plan.
    ///
    /// # Errors
    /// `E_IMPORT_EMPTY`, `E_IMPORT_FORMAT`, `E_IMPORT_VENUE`, `E_VENUE_AMBIGUOUS`,
    /// `E_IMPORT_NO_FRAMES`, `E_IMPORT_UNSORTED`, `E_IMPORT_INSTRUMENT`.
    pub fn finish(self) -> Result<Plan, CoreError> {
        let Self { config, state, .. } = self;
        let name = state.files.name(0).to_owned();
        let Some((first, place)) = &state.first else {
            return Err(CoreError::new("E_IMPORT_EMPTY", "there is no line in it")
                .at(name)
                .hint("was the recording cut, or is it another file?"));
        };
        if state.rows.has_tables() {
            return state.tables(&config);
        }
        let Some(format) = state.format else {
            return Err(unknown_format(first, state.files.describe(*place)));
        };
        if let (Some(name), None) = (&config.rows.venue, config.venue) {
            return Err(unknown_venue(name));
        }
        let runs = match format {
            Format::Capture => state.runs.finish()?,
            _ => Vec::new(),
        };
        let listed = state.evidence.has_list();
        let found = state.evidence.conclude(&config);
        let found = found.map_err(|e| if e.at.is_empty() { e.at(name) } else { e })?;
        Ok(Plan {
            format,
            venues: found.venues,
            routes: found.routes,
            tables: Vec::new(),
            venue_assumed: found.assumed,
            directory: found.directory,
            unknown: found.unknown,
            likely_ticks: found.likely_ticks,
            listed,
            start_ns: state.start.unwrap_or(0),
            runs,
            whole: !state.enough,
        })
    }
}

fn unknown_venue(name: &str) -> CoreError {
    let names: Vec<&str> = Venue::ALL.iter().map(|v| v.name()).collect();
    let seen = format!("{name:?} is not a venue that is read: there are {}", names.join(", "));
    CoreError::new("E_VENUE_UNKNOWN", seen).hint("give one of them, or leave --venue away")
}

impl State {
    fn progress(&self) -> Progress {
        if self.enough { Progress::Enough } else { Progress::More }
    }

    fn line(&mut self, line: Line<'_>) -> Result<(), CoreError> {
        if self.enough || line.is_blank() {
            return Ok(());
        }
        if self.first.is_none() {
            let place = Place { file: self.files.current(), line: line.number, byte: line.offset };
            self.first = Some((line.bytes[..line.bytes.len().min(256)].to_vec(), place));
        }
        if self.decoder.is_none() {
            self.probe(&line)?;
        }
        if self.rows.reading() && !self.several && !self.whole {
            self.enough = self.before + line.offset >= PREFIX && self.rows.beginning_does();
        }
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        let lines = decoder.format() == Format::Lines;
        if lines && !self.whole && self.before + line.offset >= PREFIX {
            // Without an instrument (that the user tells of) the beginning says nothing yet.
            self.enough = self.evidence.has_instruments(&self.told);
            if self.enough {
                return Ok(());
            }
        }
        // A line that is refused tells nothing here; the import counts it.
        let decoded = decoder.decode(line.bytes).ok();
        let nanos = decoded.and_then(|d| d.stamp()).map(|s| s.nanos);
        // Lines stand in the order received; captures are sorted.
        self.start = match (self.start, nanos) {
            (Some(start), Some(nanos)) if !lines || self.sort => Some(start.min(nanos)),
            (start, nanos) => start.or(nanos),
        };
        if !lines {
            self.runs.line(&line, nanos);
        }
        if let Some(decoded) = decoded {
            self.evidence.take(decoded);
        }
        Ok(())
    }

    /// Recognises a recording of frames by the first line that belongs to one, a table by all of its
    /// first lines.
    fn probe(&mut self, line: &Line<'_>) -> Result<(), CoreError> {
        if !self.tables && !self.rows.has_tables() {
            self.format = self.format.or_else(|| Format::of_line(line.bytes));
            self.decoder = self.format.map(Decoder::new);
        }
        if self.decoder.is_none() {
            let name = self.files.name(self.files.current());
            let foreign = self.rows.line(name, line, &mut self.runs)?;
            return self.not_foreign(foreign);
        }
        Ok(())
    }

    fn end_table(&mut self) -> Result<(), CoreError> {
        if self.decoder.is_some() {
            return Ok(());
        }
        let name = self.files.name(self.files.current());
        let foreign = self.rows.end_file(name, &mut self.runs)?;
        self.not_foreign(foreign)
    }

    /// `E_IMPORT_FORMAT` where the file in hand is of no format.
    fn not_foreign(&self, foreign: Foreign) -> Result<(), CoreError> {
        let Some((line, number, byte)) = foreign else { return Ok(()) };
        let place = Place { file: self.files.current(), line: number, byte };
        Err(unknown_format(&line[..line.len().min(256)], self.files.describe(place)))
    }

    /// The plan of a recording of tables.
    fn tables(self, config: &ImportConfig) -> Result<Plan, CoreError> {
        let (start, whole) = (self.rows.start, !self.enough);
        let name = self.files.name(0);
        let mut surveyed = self.rows.finish();
        pair(&mut surveyed.tables, |file| self.files.name(file as u32).to_owned())?;
        let paired = surveyed.tables.iter().flatten().any(|t| t.leader.is_some());
        let runs = if paired { self.runs.all()? } else { self.runs.finish()? };
        let leading = surveyed.tables.iter().flatten().filter(|t| t.leader.is_none());
        let formats = leading.map(|t| t.format);
        let found =
            found(&surveyed, config).map_err(|e| if e.at.is_empty() { e.at(name) } else { e })?;
        Ok(Plan {
            format: formats.clone().next().map_or(Format::Lines, Format::Rows),
            venues: Vec::new(),
            routes: Routes::default(),
            venue_assumed: surveyed.venue_assumed,
            directory: found.directory,
            unknown: found.unknown,
            likely_ticks: found.likely_ticks,
            listed: false,
            start_ns: start.unwrap_or(0),
            runs,
            whole,
            tables: surveyed.tables,
        })
    }
}
