//! The road that all inputs take, from a recording or a journal, to the tape.

use crate::import::config::ImportConfig;
use crate::import::crossing::Crossing;
use crate::import::feeds::{Asked, Feeds};
use crate::import::latency::Latency;
use crate::import::oddities::Oddities;
use crate::import::place::{Files, Place};
use crate::import::plan::{Plan, Unknown};
use crate::import::repair::{DROPPED, Repairs};
use crate::import::rows::{BookRows, Taken};
use crate::import::steps::Steps;
use crate::import::tally::{Corrections, Kinds, Refusals};
use crate::tape::TapeWriter;
use memchr::memmem;
use tickwright_engine::event::{is_order, rows};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::venue::{Outcome, Venue};
use tickwright_engine::{CoreError, Directory, EventBuf, FrameError};

/// Rule under which a receive time that goes back within a file is raised.
pub const RAISED: &str = "receive time that goes back is raised to the one before";
/// Rule under which a capture out of order is sorted.
pub const SORTED: &str = "records are sorted by receive time, equal ones as they stand";
/// Rule under which files of tables that overlap in time become one stream.
pub const MERGED: &str = "files are merged by receive time, equal ones in the order given";
/// How far a file may reach back into the one before it, nanoseconds: recorders rotate late.
const FILE_OVERLAP: i64 = 1_000_000_000;
/// Rule under which best quotes are left out.
pub const WITHOUT_QUOTES: &str = "best quotes are left out, as was asked for";
/// How far into a body its symbol is looked for.
const SYMBOL_WITHIN: usize = 512;

/// An input from outside, as it was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// A websocket frame, and the connection that it came over.
    Frame { connection: &'a [u8], bytes: &'a [u8] },
    /// A REST response to a request; an empty `url` stands for a depth snapshot.
    Body { url: &'a str, bytes: &'a [u8] },
    /// A depth snapshot of an instrument of the plan.
    Snapshot { instrument: u32, bytes: &'a [u8] },
}

/// Counts of what was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub frames: u64,
    pub events: u64,
    pub rows: u64,
}

/// Everything behind the decoding of lines.
pub struct Intake {
    pub directory: Directory,
    pub files: Files,
    /// The venues' rules, where the recording is one of frames.
    pub feeds: Feeds,
    pub writer: TapeWriter,
    pub written: Written,
    pub by_kind: [u64; 256],
    pub per_instrument: Vec<PerInstrument>,
    pub latencies: Vec<Latency>,
    pub crossing: Crossing,
    /// What order book rows beside messages came to.
    pub book_rows: Option<BookRows>,
    pub oddities: Oddities,
    pub refusals: Refusals,
    pub ignored: Kinds,
    pub corrections: Corrections,
    /// Lines that name the columns of a table.
    pub header_lines: u64,
    /// Receive time of the last input.
    last: i64,
    /// File of the last input.
    file: u32,
    /// The file that a file's rows stand beside: both are one stream.
    leaders: Vec<Option<u32>>,
    strict: bool,
    no_quotes: bool,
    repairs: Repairs,
    /// Nothing tells the venue from others of its protocol.
    pub venue_assumed: bool,
    /// The plan was made from the whole recording.
    whole: bool,
    listed: bool,
    out: EventBuf,
}

/// What an instrument's events told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerInstrument {
    pub unknown: Unknown,
    pub steps: Steps,
    pub snapshots: u64,
    pub depths: u64,
    /// Order events.
    pub orders: u64,
}

impl PerInstrument {
    fn new(unknown: Unknown) -> Self {
        Self { unknown, ..Self::default() }
    }
}

impl Intake {
    /// Registers the venue's sources in the plan's directory.
    pub fn new(
        plan: &Plan,
        config: &ImportConfig,
        writer: impl FnOnce(&Directory) -> Result<TapeWriter, CoreError>,
    ) -> Result<Self, CoreError> {
        let mut directory = plan.directory.clone();
        let feeds = Feeds::new(plan, &mut directory, config.strict || config.refuse_drift);
        Ok(Self {
            writer: writer(&directory)?,
            files: Files::default(),
            feeds,
            written: Written::default(),
            by_kind: [0; 256],
            per_instrument: plan.unknown.iter().map(|&u| PerInstrument::new(u)).collect(),
            latencies: vec![Latency::default(); directory.sources.len()],
            crossing: Crossing::new(plan.likely_ticks.iter().copied()),
            oddities: Oddities::new(&directory.instruments, directory.sources.len()),
            directory,
            book_rows: None,
            refusals: Refusals::default(),
            ignored: Kinds::default(),
            corrections: Corrections::default(),
            header_lines: 0,
            last: i64::MIN,
            file: 0,
            leaders: (0..plan.tables.len()).map(|file| plan.leader(file as u32)).collect(),
            strict: config.strict,
            no_quotes: config.no_quotes,
            repairs: config.repairs,
            whole: plan.whole,
            listed: plan.listed,
            venue_assumed: plan.venue_assumed,
            out: EventBuf::new(),
        })
    }

    /// What is added to each receive time.
    #[must_use]
    pub fn clock_shift_ns(&self) -> i64 {
        self.repairs.clock_shift_ns
    }

    /// Takes one input: parses, synchronises, checks and writes it.
    ///
    /// # Errors
    /// `E_IMPORT_PLAN` where a plan that is not whole did not foresee it; in a strict import the code
    /// of a refused frame; errors of the tape.
    #[inline]
    pub fn input(&mut self, input: Input<'_>, nanos: i64, place: Place) -> Result<(), CoreError> {
        let ts_recv = self.receive_time(nanos, place)?;
        self.out.clear();
        let outcome = match input {
            Input::Frame { connection, bytes } => {
                self.written.frames += 1;
                self.feeds.frame(connection, bytes, ts_recv, &mut self.out)
            }
            Input::Body { url, bytes } => self.body(url, bytes, ts_recv),
            Input::Snapshot { instrument, bytes } => {
                self.feeds.snapshot(&self.directory, instrument, bytes, ts_recv, &mut self.out)
            }
        };
        match outcome {
            Ok(Outcome::Ignored(kind) | Outcome::Control(kind)) => self.ignored.add(kind),
            Ok(_) => {}
            Err(error) => self.refuse(place, error)?,
        }
        self.write(place)
    }

    /// Takes one row of a table, whose events `read` appends.
    ///
    /// # Errors
    /// As [`Intake::input`].
    #[inline]
    pub fn row(
        &mut self,
        place: Place,
        read: impl FnOnce(&mut EventBuf) -> Result<Taken, FrameError>,
    ) -> Result<(), CoreError> {
        self.out.clear();
        match read(&mut self.out) {
            Ok(Taken::Data) => self.written.frames += 1,
            Ok(Taken::Header) => self.header_lines += 1,
            Ok(Taken::Nothing) => {}
            Ok(Taken::Ignored(kind)) => self.ignored.add(kind),
            Err(error) => self.refuse(place, error)?,
        }
        for index in 0..self.out.len() {
            let nanos = self.out.headers()[index].ts_recv;
            self.out.header_mut(index).ts_recv = self.receive_time(nanos, place)?;
        }
        self.write(place)
    }

    /// Engine time never goes back, and neither does a tape: a receive time that does is raised to
    /// the one before it, and counted.
    #[inline]
    fn receive_time(&mut self, nanos: i64, place: Place) -> Result<i64, CoreError> {
        let nanos = nanos.saturating_add(self.repairs.clock_shift_ns);
        if nanos < self.last {
            self.goes_back(nanos, place)?;
        }
        self.file = place.file;
        self.last = self.last.max(nanos);
        Ok(self.last)
    }

    /// Raising a whole file would make nonsense of it: files are one stream, in the order received.
    #[cold]
    fn goes_back(&mut self, nanos: i64, place: Place) -> Result<(), CoreError> {
        let leads = |file: u32| self.leaders.get(file as usize).copied().flatten().unwrap_or(file);
        if leads(place.file) != leads(self.file) && self.last.saturating_sub(nanos) > FILE_OVERLAP {
            let (this, before) = (self.files.name(place.file), self.files.name(self.file));
            let message =
                format!("{this} begins at {nanos} ns, before {before} ends at {} ns", self.last);
            return Err(CoreError::new("E_IMPORT_ORDER", message)
                .at(self.files.describe(place))
                .hint("give the files in the order in which they were recorded"));
        }
        self.corrections.add(RAISED, place);
        Ok(())
    }

    /// Counts a refusal, or ends the import where it must not be passed over.
    #[cold]
    pub fn refuse(&mut self, place: Place, error: FrameError) -> Result<(), CoreError> {
        let at = self.files.describe(place);
        if !self.whole && matches!(error.code, "E_SCALE" | "E_SYMBOL") {
            let message = format!("the recording's beginning did not foresee: {error}");
            return Err(CoreError::new("E_IMPORT_PLAN", message)
                .at(at)
                .hint("survey the whole recording, then import it anew"));
        }
        if self.strict {
            let message = format!("{} at byte {} of the frame", error.what, error.offset);
            return Err(CoreError::new(error.code, message)
                .at(at)
                .hint("without --strict the frame is counted and the import goes on"));
        }
        self.refusals.add(place, error);
        Ok(())
    }

    /// A connection was opened: anew, where it was open before, and then books are lost.
    pub fn connected(
        &mut self,
        connection: &[u8],
        nanos: i64,
        place: Place,
    ) -> Result<(), CoreError> {
        let ts_recv = self.receive_time(nanos, place)?;
        self.out.clear();
        self.feeds.connected(connection, ts_recv, &mut self.out);
        self.write(place)
    }

    fn body(&mut self, url: &str, bytes: &[u8], ts_recv: i64) -> Result<Outcome, FrameError> {
        let asked = if url.is_empty() {
            Asked::Depth { venue: None, symbol: "" }
        } else {
            self.feeds.asked(url)
        };
        let unknown = FrameError::new("E_SYMBOL", 0, "a snapshot whose instrument is known");
        match asked {
            Asked::Depth { venue, symbol } => {
                let venue = venue.or(self.feeds.first()).ok_or(unknown)?;
                let instrument = instrument_of(&self.directory, venue, symbol, bytes);
                let instrument = instrument.ok_or(unknown)?;
                self.feeds.snapshot(&self.directory, instrument, bytes, ts_recv, &mut self.out)
            }
            Asked::Instruments if self.listed => Ok(Outcome::Ignored("instrument list")),
            Asked::Instruments => Err(FrameError::new("E_INSTRUMENTS", 0, "a list of instruments")),
            Asked::Other => Ok(Outcome::Ignored("other response")),
        }
    }

    #[inline]
    fn write(&mut self, place: Place) -> Result<(), CoreError> {
        for event in self.out.iter() {
            let header = event.header;
            if self.no_quotes && header.kind == kind::QUOTE {
                self.corrections.add(WITHOUT_QUOTES, place);
                continue;
            }
            let repeated = self.oddities.is_repeated(event);
            if repeated && self.repairs.drop_duplicates {
                self.corrections.add(DROPPED, place);
                continue;
            }
            self.oddities.event(event, repeated, place);
            self.crossing.event(self.written.events, place, event);
            let of = &mut self.per_instrument[header.instrument as usize];
            if of.unknown.tick || of.unknown.lot {
                of.steps.event(event);
            }
            let whole_book = header.flags & event_flag::PARTIAL == 0;
            of.depths += u64::from(header.kind == kind::DEPTH);
            of.orders += u64::from(is_order(header.kind));
            of.snapshots += u64::from(header.kind == kind::SNAPSHOT && whole_book);
            let untimed = event_flag::NO_EVENT_TIME | event_flag::DEFERRED;
            if header.flags & untimed == 0 && header.kind != kind::RESET {
                self.latencies[header.source as usize]
                    .add(header.ts_recv.saturating_sub(header.ts_event));
            }
            self.by_kind[header.kind as usize] += 1;
            self.written.events += 1;
            self.written.rows += u64::from(rows(header));
            self.writer.push(event)?;
        }
        Ok(())
    }
}

/// The instrument of a snapshot: by the request, by the body, or because there is only one.
pub fn instrument_of(
    directory: &Directory,
    venue: Venue,
    symbol: &str,
    bytes: &[u8],
) -> Option<u32> {
    let named = if symbol.is_empty() { symbol_in(bytes) } else { symbol };
    if !named.is_empty() {
        return directory.find(venue.name(), named);
    }
    (directory.instruments.len() == 1).then_some(0)
}

/// `symbol` of a body that names it (COIN-M does).
fn symbol_in(bytes: &[u8]) -> &str {
    const KEY: &[u8] = b"\"symbol\":";
    let head = &bytes[..bytes.len().min(SYMBOL_WITHIN)];
    let Some(at) = memmem::find(head, KEY) else { return "" };
    let rest = head[at + KEY.len()..].trim_ascii_start();
    let name = rest.strip_prefix(b"\"").and_then(|r| r.split(|&b| b == b'"').next());
    name.and_then(|n| std::str::from_utf8(n).ok()).unwrap_or("")
}
