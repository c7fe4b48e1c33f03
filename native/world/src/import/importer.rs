//! Second pass: the recording becomes a tape.

use crate::import::conclude;
use crate::import::config::ImportConfig;
use crate::import::decode::{Decoded, Decoder, record_time};
use crate::import::format::Format;
use crate::import::intake::{Input, Intake, MERGED, SORTED, Written};
use crate::import::lines::{Line, Lines};
use crate::import::order::{Merge, Want};
use crate::import::place::Place;
use crate::import::plan::Plan;
use crate::import::reorder::Reorder;
use crate::import::repair::{REORDERED, SHIFTED};
use crate::import::report::{FileReport, ImportReport};
use crate::import::rows::{RowRoad, RowTimes};
use crate::import::stamp::split_stamp;
use crate::tape::{ClockCorrection, TapeMeta, TapeWriter};
use tickwright_engine::CoreError;

/// Makes a tape of a recording that was surveyed.
///
/// A plan without runs: `begin_file`, `push_chunk` …, `end_file` for each file. A plan with runs:
/// `begin_file`, `end_file` for each file (for their names and hashes), then `wanted` and `provide`
/// until nothing is wanted. A journal: `begin_file`, `input` …, `end_file`. After each call the
/// caller may take what lies in `output`; `finish` writes the rest and gives the report.
pub struct Importer {
    lines: Lines,
    merge: Option<Merge>,
    /// Reads the times of rows that are merged, ahead of the reader.
    times: Option<RowTimes>,
    pub(super) reader: Reader,
    /// One for each file begun.
    pub(super) file_reports: Vec<FileReport>,
}

fn clock_corrections(shift_ns: i64) -> Vec<ClockCorrection> {
    let correction = ClockCorrection { rule: SHIFTED.to_owned(), shift_ns, from_event: 0 };
    if shift_ns == 0 { Vec::new() } else { vec![correction] }
}

/// Lines to inputs.
pub(super) struct Reader {
    /// Holds lines back, where they are to be sorted.
    reorder: Option<Reorder>,
    format: Format,
    venue: String,
    road: Road,
    pub(super) intake: Intake,
    counts: Counts,
}

/// What a line holds: a frame, or rows.
enum Road {
    Frames(Decoder),
    Rows(RowRoad),
}

/// What lines that are no inputs told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub blank_lines: u64,
    /// Receive times with digits beyond the nanosecond.
    pub lossy_stamps: u64,
}

impl Importer {
    /// # Errors
    /// Those of a tape that cannot be begun.
    pub fn new(plan: &Plan, config: &ImportConfig) -> Result<Self, CoreError> {
        let intake = Intake::new(plan, config, |directory| {
            TapeWriter::new(&TapeMeta {
                start_ns: plan.start_ns.saturating_add(config.repairs.clock_shift_ns),
                clock_corrections: clock_corrections(config.repairs.clock_shift_ns),
                codec: config.codec,
                block_events: config.block_events,
                origins: config.origins.clone(),
                ..TapeMeta::new(directory.clone())
            })
        })?;
        let road = match plan.format {
            Format::Rows(_) => Road::Rows(RowRoad::new(&plan.tables, &plan.directory)),
            _ => Road::Frames(Decoder::new(plan.format)),
        };
        let rule = if matches!(road, Road::Rows(_)) { MERGED } else { SORTED };
        let mut importer = Self {
            lines: Lines::default(),
            merge: plan
                .needs_random_access()
                .then(|| Merge::new(plan.runs.clone(), |file| plan.leader(file))),
            times: matches!(road, Road::Rows(_)).then(|| RowTimes::new(&plan.tables)),
            reader: Reader {
                reorder: config.repairs.sort.then(Reorder::default),
                format: plan.format,
                venue: plan.venue_name(),
                road,
                intake,
                counts: Counts::default(),
            },
            file_reports: Vec::new(),
        };
        let first = plan.runs.first().map_or(0, |run| run.file);
        for run in plan.runs.iter().skip(1) {
            // A pair is one stream.
            let leads = |a, b| plan.leader(a) == Some(b);
            if leads(run.file, first) || leads(first, run.file) {
                continue;
            }
            let place = Place {
                file: run.file,
                line: run.lines_before + 1,
                byte: run.start - run.file_start,
            };
            importer.reader.intake.corrections.add(rule, place);
        }
        Ok(importer)
    }

    /// Starts the next file.
    pub fn begin_file(&mut self, name: &str) {
        self.reader.intake.files.push(name);
        let (format, unused_columns) = self.reader.table(self.file_reports.len() as u32);
        self.file_reports.push(FileReport {
            name: name.to_owned(),
            format,
            unused_columns,
            ..FileReport::default()
        });
    }

    /// Takes unpacked bytes of the file in hand, cut anywhere.
    ///
    /// # Errors
    /// See [`Intake::input`]; `E_IMPORT_LINE_TOO_LONG`.
    pub fn push_chunk(&mut self, bytes: &[u8]) -> Result<(), CoreError> {
        let Self { lines, reader, .. } = self;
        let pushed = lines.push(bytes, &mut |line| reader.stream_line(line));
        pushed.map_err(|stopped| reader.intake.files.stopped(stopped))
    }

    /// Ends the file in hand. `sha256` and `bytes` are of the file as stored, for the report.
    ///
    /// # Errors
    /// As [`Importer::push_chunk`].
    pub fn end_file(&mut self, sha256: &str, bytes: u64) -> Result<(), CoreError> {
        let Self { lines, reader, merge, file_reports, .. } = self;
        let streamed = lines.bytes();
        let (mut count, _) = lines.position();
        lines.end(&mut |line| {
            count = line.number;
            reader.stream_line(line)
        })?;
        let number = reader.intake.files.current();
        if let Some(file) = file_reports.last_mut() {
            (file.sha256, file.bytes) = (sha256.to_owned(), bytes);
            file.unpacked_bytes = merge.as_ref().map_or(streamed, |m| m.file_bytes(number));
            (file.lines, file.time_unit) = (count, reader.time_unit(number));
        }
        reader.next_file()
    }

    /// The stretch of the unpacked stream to hand to [`Importer::provide`] next, if any.
    #[must_use]
    pub fn wanted(&self) -> Option<Want> {
        self.merge.as_ref().and_then(Merge::wanted)
    }

    /// Takes the bytes that were wanted.
    ///
    /// # Errors
    /// `E_IMPORT_SPOOL` where they are not those, and as [`Importer::push_chunk`].
    pub fn provide(&mut self, bytes: &[u8]) -> Result<(), CoreError> {
        let Self { merge, reader, file_reports, times, .. } = self;
        let Some(merge) = merge else {
            return Err(CoreError::new("E_IMPORT_SPOOL", "no bytes are wanted"));
        };
        let times = times.as_ref();
        let time = |file: u32, line: &[u8]| match times {
            Some(times) => times.time(file, line),
            None => record_time(line),
        };
        merge.provide(bytes, &time, &mut |line, place| {
            reader.line(&line, place)?;
            if let Some(file) = file_reports.get_mut(place.file as usize) {
                file.lines += 1;
                file.time_unit = reader.time_unit(place.file);
            }
            Ok(())
        })
    }

    /// Takes one input that is no line of a recording: an entry of a journal. `place.byte` is the
    /// entry's.
    ///
    /// # Errors
    /// See [`Intake::input`].
    pub fn input(&mut self, input: Input<'_>, ts_recv: i64, place: Place) -> Result<(), CoreError> {
        self.reader.intake.input(input, ts_recv, place)
    }

    /// The recording goes on to this moment, ns since 1970, whether or not an event follows.
    pub fn lasts_until(&mut self, ns: i64) {
        self.reader.intake.writer.lasts_until(ns);
    }

    /// Bytes of the tape that are ready. The caller takes them away and leaves the vector empty.
    pub fn output(&mut self) -> &mut Vec<u8> {
        self.reader.intake.writer.output()
    }

    /// Inputs, events and rows so far.
    #[must_use]
    pub fn written(&self) -> Written {
        self.reader.intake.written
    }

    /// The error for a file whose packing ended too early: the caller unpacks and so notices.
    #[must_use]
    pub fn truncated(&self, detail: &str) -> CoreError {
        let (line, byte) = self.lines.position();
        let files = &self.reader.intake.files;
        let place = Place { file: files.current(), line: line + 1, byte };
        CoreError::new("E_IMPORT_TRUNCATED", format!("the packed file ends too early: {detail}"))
            .at(files.describe(place))
            .hint("fetch the file again, or unpack what is left of it and import that")
    }

    /// Ends the tape; its last bytes are in `output`.
    ///
    /// # Errors
    /// `E_IMPORT_SPOOL` while bytes are wanted; `E_IMPORT_NO_FRAMES` where nothing was taken.
    pub fn finish(&mut self) -> Result<ImportReport, CoreError> {
        if let Some(want) = self.wanted() {
            let message = format!("{} bytes are still wanted", want.length);
            return Err(CoreError::new("E_IMPORT_SPOOL", message)
                .at(format!("byte {} of the unpacked stream", want.offset)));
        }
        let files = std::mem::take(&mut self.file_reports);
        self.reader.release(true)?;
        self.reader.complete()?;
        let Reader { format, venue, road, intake, counts, .. } = &mut self.reader;
        if let Road::Rows(rows) = road {
            intake.book_rows = rows.book_rows();
        }
        conclude::conclude(intake, (*format, venue.clone()), *counts, files)
    }
}

impl Reader {
    fn time_unit(&self, file: u32) -> &'static str {
        match &self.road {
            Road::Frames(decoder) => decoder.unit().map_or("", |unit| unit.name()),
            Road::Rows(rows) => rows.time_unit(file),
        }
    }

    /// Format of a file, and its columns that are left out.
    fn table(&self, file: u32) -> (&'static str, Vec<String>) {
        match &self.road {
            Road::Frames(_) => ("", Vec::new()),
            Road::Rows(rows) => (rows.format(file), rows.unused_columns(file)),
        }
    }

    fn next_file(&mut self) -> Result<(), CoreError> {
        if let Road::Frames(decoder) = &mut self.road {
            decoder.next_file();
        }
        // Lines that are held back may still go on with the message in hand.
        if self.reorder.is_some() { Ok(()) } else { self.complete() }
    }

    /// Ends a message that rows to come could have belonged to.
    fn complete(&mut self) -> Result<(), CoreError> {
        match &mut self.road {
            Road::Frames(_) => Ok(()),
            Road::Rows(rows) => rows.complete(&mut self.intake),
        }
    }

    #[inline]
    fn stream_line(&mut self, line: Line<'_>) -> Result<(), CoreError> {
        let file = self.intake.files.current();
        self.line(&line, Place { file, line: line.number, byte: line.offset })
    }

    /// Takes a line, or holds it back until its turn comes.
    #[inline]
    fn line(&mut self, line: &Line<'_>, place: Place) -> Result<(), CoreError> {
        if self.reorder.is_some() { self.hold(line, place) } else { self.take(line, place) }
    }

    #[cold]
    fn hold(&mut self, line: &Line<'_>, place: Place) -> Result<(), CoreError> {
        let time = match (&self.road, self.format) {
            (Road::Rows(rows), _) => rows.time(place.file, line.bytes),
            (_, Format::Lines) => split_stamp(line.bytes).map(|(stamp, _)| stamp.nanos),
            _ => record_time(line.bytes),
        };
        let late = self.reorder.as_mut().is_some_and(|r| r.push(time, place, line.bytes));
        if late {
            self.intake.corrections.add(REORDERED, place);
        }
        self.release(false)
    }

    /// Takes lines whose turn has come.
    fn release(&mut self, end: bool) -> Result<(), CoreError> {
        while let Some((place, bytes)) = self.reorder.as_mut().and_then(|r| r.pop(end)) {
            let line = Line { bytes: &bytes, number: place.line, offset: place.byte };
            self.take(&line, place)?;
        }
        Ok(())
    }

    #[inline]
    fn take(&mut self, line: &Line<'_>, place: Place) -> Result<(), CoreError> {
        let decoder = match &mut self.road {
            Road::Frames(decoder) => decoder,
            Road::Rows(_) if line.is_blank() => {
                self.counts.blank_lines += 1;
                return Ok(());
            }
            Road::Rows(rows) => return rows.line(line.bytes, place, &mut self.intake),
        };
        match decoder.decode(line.bytes) {
            Ok(decoded) => {
                if let Some(stamp) = decoded.stamp() {
                    self.counts.lossy_stamps += u64::from(stamp.lossy);
                }
                take(&mut self.intake, decoded, place)
            }
            Err(_) if line.is_blank() => {
                self.counts.blank_lines += 1;
                Ok(())
            }
            Err(error) => self.intake.refuse(place, error),
        }
    }
}

#[inline]
fn take(intake: &mut Intake, decoded: Decoded<'_>, place: Place) -> Result<(), CoreError> {
    match decoded {
        Decoded::Frame { stamp, connection, bytes } => {
            intake.input(Input::Frame { connection, bytes }, stamp.nanos, place)
        }
        Decoded::Body { stamp, url, bytes } => {
            intake.input(Input::Body { url, bytes }, stamp.nanos, place)
        }
        Decoded::Skipped { kind, .. } => {
            intake.ignored.add(kind);
            Ok(())
        }
        Decoded::Connect { stamp, connection, .. } => {
            intake.connected(connection, stamp.nanos, place)
        }
        Decoded::Header { .. } => Ok(()),
    }
}
