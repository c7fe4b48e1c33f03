//! A recording as the inputs that a live session gets: what came over which connection, and when.

use crate::import::decode::{Decoded, Decoder, record_time};
use crate::import::intake::instrument_of;
use crate::import::lines::{Line, Lines};
use crate::import::order::{Merge, Want};
use crate::import::place::{Files, Place};
use crate::import::plan::Plan;
use tickwright_engine::venue::{Request, Venue};
use tickwright_engine::{CoreError, Directory};

/// One input as it was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received<'a> {
    /// The instrument whose depth snapshot this is; none for a frame of the stream.
    pub snapshot_of: Option<u32>,
    pub ts_recv: i64,
    pub bytes: &'a [u8],
}

/// Counts of what became no input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Lines that could not be read, and snapshots of unknown instruments.
    pub refused: u64,
    /// Instrument lists, sent messages, headers.
    pub other: u64,
}

/// Reads a surveyed recording as [`crate::import::Importer`] does, and hands inputs over.
pub struct Frames {
    lines: Lines,
    merge: Option<Merge>,
    files: Files,
    reader: Reader,
}

struct Reader {
    decoder: Decoder,
    venue: Venue,
    directory: Directory,
    last: i64,
    passed: Passed,
}

impl Frames {
    /// # Errors
    /// `E_IMPORT_FORMAT` for tables: their rows are events, not what a venue sent.
    pub fn new(plan: &Plan) -> Result<Self, CoreError> {
        let venue = match *plan.venues.as_slice() {
            [venue] => venue,
            [] => {
                let message = format!("{} holds events, not frames", plan.format.name());
                return Err(CoreError::new("E_IMPORT_FORMAT", message)
                    .hint("import it and replay the tape"));
            }
            _ => {
                let message = format!("it is of {}", plan.venue_name());
                return Err(CoreError::new("E_VENUE_AMBIGUOUS", message).hint(
                    "a session takes one venue; import takes all, and replay runs the tape",
                ));
            }
        };
        Ok(Self {
            lines: Lines::default(),
            merge: plan.needs_random_access().then(|| Merge::new(plan.runs.clone(), |_| None)),
            files: Files::default(),
            reader: Reader {
                decoder: Decoder::new(plan.format),
                venue,
                directory: plan.directory.clone(),
                last: i64::MIN,
                passed: Passed::default(),
            },
        })
    }

    /// Starts the next file.
    pub fn begin_file(&mut self, name: &str) {
        self.files.push(name);
    }

    /// Takes unpacked bytes of the file in hand, cut anywhere.
    ///
    /// # Errors
    /// `E_IMPORT_LINE_TOO_LONG`.
    pub fn push_chunk(
        &mut self,
        bytes: &[u8],
        visit: &mut impl FnMut(Received<'_>),
    ) -> Result<(), CoreError> {
        let Self { lines, reader, files, .. } = self;
        let pushed = lines.push(bytes, &mut |line| reader.line(&line, visit));
        pushed.map_err(|stopped| files.stopped(stopped))
    }

    /// Ends the file in hand.
    ///
    /// # Errors
    /// As [`Frames::push_chunk`].
    pub fn end_file(&mut self, visit: &mut impl FnMut(Received<'_>)) -> Result<(), CoreError> {
        let Self { lines, reader, .. } = self;
        lines.end(&mut |line| reader.line(&line, visit))?;
        reader.decoder.next_file();
        Ok(())
    }

    /// The stretch of the unpacked stream to hand to [`Frames::provide`] next, if any.
    #[must_use]
    pub fn wanted(&self) -> Option<Want> {
        self.merge.as_ref().and_then(Merge::wanted)
    }

    /// Takes the bytes that were wanted.
    ///
    /// # Errors
    /// `E_IMPORT_SPOOL` where they are not those.
    pub fn provide(
        &mut self,
        bytes: &[u8],
        visit: &mut impl FnMut(Received<'_>),
    ) -> Result<(), CoreError> {
        let Self { merge, reader, .. } = self;
        let Some(merge) = merge else {
            return Err(CoreError::new("E_IMPORT_SPOOL", "no bytes are wanted"));
        };
        merge.provide(bytes, &|_, line: &[u8]| record_time(line), &mut |line, _: Place| {
            reader.line(&line, visit)
        })
    }

    #[must_use]
    pub fn passed(&self) -> Passed {
        self.reader.passed
    }
}

impl Reader {
    fn line(
        &mut self,
        line: &Line<'_>,
        visit: &mut impl FnMut(Received<'_>),
    ) -> Result<(), CoreError> {
        let Ok(decoded) = self.decoder.decode(line.bytes) else {
            self.passed.refused += u64::from(!line.is_blank());
            return Ok(());
        };
        let (stamp, snapshot_of, bytes) = match decoded {
            Decoded::Frame { stamp, bytes, .. } => (stamp, None, bytes),
            Decoded::Body { stamp, url, bytes } => {
                let symbol = match self.venue.request(url) {
                    _ if url.is_empty() => "",
                    Request::Depth(symbol) => symbol,
                    Request::Instruments | Request::Other => {
                        self.passed.other += 1;
                        return Ok(());
                    }
                };
                let found = instrument_of(&self.directory, self.venue, symbol, bytes);
                if found.is_none() {
                    self.passed.refused += 1;
                    return Ok(());
                }
                (stamp, found, bytes)
            }
            Decoded::Connect { .. } | Decoded::Header { .. } | Decoded::Skipped { .. } => {
                self.passed.other += 1;
                return Ok(());
            }
        };
        self.last = self.last.max(stamp.nanos);
        visit(Received { snapshot_of, ts_recv: self.last, bytes });
        Ok(())
    }
}
