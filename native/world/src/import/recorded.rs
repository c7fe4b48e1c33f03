//! A recorded session as the source of a tape: its journaled configuration says what each input is.

use crate::import::config::ImportConfig;
use crate::import::format::Format;
use crate::import::importer::Importer;
use crate::import::intake::Input;
use crate::import::place::Place;
use crate::import::plan::{Plan, Unknown};
use tickwright_engine::core::{ConnectionKind, CoreConfig};
use tickwright_engine::journal::SegmentReader;
use tickwright_engine::schema::entry_type;
use tickwright_engine::venue::Venue;
use tickwright_engine::{CoreError, Directory};

/// What a connection of the session delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    Stream,
    /// Depth snapshots; the request that names their instrument.
    Snapshot(String),
}

/// Compiles a journal: segments in order, each whole.
pub struct RecordedSession {
    importer: Importer,
    connections: Vec<Recorded>,
    segments: u32,
}

impl RecordedSession {
    /// # Errors
    /// `E_CONFIG`, `E_IMPORT_VENUE` where the session's connections are not of one venue, and those of
    /// a tape that cannot be begun.
    pub fn new(session: &CoreConfig, to: &ImportConfig) -> Result<Self, CoreError> {
        let plan = plan(session)?;
        let to = ImportConfig { strict: false, refuse_drift: session.strict, ..to.clone() };
        let connections = session.connections.iter().map(|c| match c.kind {
            ConnectionKind::Stream => Recorded::Stream,
            ConnectionKind::Snapshot => {
                Recorded::Snapshot(format!("/depth?symbol={}", c.symbol.as_deref().unwrap_or("")))
            }
        });
        let connections = connections.collect();
        Ok(Self { importer: Importer::new(&plan, &to)?, connections, segments: 0 })
    }

    #[must_use]
    pub fn importer(&mut self) -> &mut Importer {
        &mut self.importer
    }

    /// Takes the inputs of the next segment.
    ///
    /// # Errors
    /// `E_JOURNAL_…` for a damaged segment, `E_INPUT` for a connection that the session does not have.
    pub fn segment(&mut self, name: &str, sha256: &str, bytes: &[u8]) -> Result<(), CoreError> {
        let Self { importer, connections, segments } = self;
        importer.begin_file(name);
        for entry in SegmentReader::new(bytes)? {
            let entry = entry?;
            let (header, payload) = (&entry.header, entry.payload);
            let place = Place { file: *segments, line: 0, byte: entry.offset as u64 };
            if matches!(header.entry_type, entry_type::FRAME | entry_type::BODY) {
                let input = match connections.get(usize::from(header.source)) {
                    Some(Recorded::Stream) => Input::Frame(payload),
                    Some(Recorded::Snapshot(url)) => Input::Body { url, bytes: payload },
                    None => return Err(no_connection(header.source, header.seq)),
                };
                importer.input(input, header.stamp, place)?;
            }
            importer.lasts_until(header.stamp);
        }
        *segments += 1;
        importer.end_file(sha256, bytes.len() as u64)
    }
}

fn no_connection(source: u16, seq: u64) -> CoreError {
    CoreError::new("E_INPUT", format!("the session has no connection {source}"))
        .at(format!("seq {seq}"))
}

/// Instruments, scales and steps as the session had them.
fn plan(session: &CoreConfig) -> Result<Plan, CoreError> {
    let venues: Vec<&str> = session.connections.iter().map(|c| c.venue.as_str()).collect();
    let of_one = venues.windows(2).all(|pair| pair[0] == pair[1]);
    let venue = venues.first().filter(|_| of_one).and_then(|name| Venue::parse(name));
    let Some(venue) = venue else {
        let seen = if venues.is_empty() { "none".to_owned() } else { venues.join(", ") };
        return Err(CoreError::new("E_IMPORT_VENUE", format!("connections are of venues {seen}"))
            .hint("a journal of one venue becomes a tape; verify replays any"));
    };
    let Directory { instruments, .. } = session.directory();
    Ok(Plan {
        format: Format::Journal,
        venue: Some(venue),
        tables: Vec::new(),
        venue_assumed: false,
        unknown: vec![Unknown::default(); instruments.len()],
        likely_ticks: instruments.iter().map(|i| i.current().tick).collect(),
        directory: Directory { instruments, sources: Vec::new() },
        listed: true,
        start_ns: session.epoch_ns()?,
        runs: Vec::new(),
        whole: true,
    })
}
