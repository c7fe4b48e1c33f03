//! What a tape says about itself, and its FlatBuffers form.

use super::order;
use super::section::{self, Kind, Place};
use flatbuffers::{FlatBufferBuilder, ForwardsUOffset, Vector, WIPOffset};
use tickwright_engine::{CoreError, Directory, Instrument, InstrumentVersion, Source};
use tickwright_schema::flat_tape::tickwright::tape as flat;

/// How block bodies are coded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Codec {
    /// Arrays of headers and entries: mapped and read in place, by anyone.
    None = 0,
    /// Differences, byte-aligned: smaller than gzip of the raw frames, faster than lz4.
    #[default]
    Delta = 1,
    /// The same under zstd: for archives.
    DeltaZstd = 2,
}

impl Codec {
    /// All codecs, for tests and usage texts.
    pub const ALL: [Self; 3] = [Self::None, Self::Delta, Self::DeltaZstd];

    /// "none", "delta", "delta+zstd": the spelling of the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Delta => "delta",
            Self::DeltaZstd => "delta+zstd",
        }
    }

    /// The codec of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|c| *c as u8 == byte)
    }
}

/// A file that a tape was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    pub name: String,
    /// Hex; empty where it was not computed.
    pub sha256: String,
    pub bytes: u64,
}

/// A correction of receive times that was asked for: never silent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockCorrection {
    pub rule: String,
    pub shift_ns: i64,
    pub from_event: u64,
}

/// What the head of a tape holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapeMeta {
    /// As known at the start; [`super::TapeWriter::extend`] adds to it, the footer has all of it.
    pub directory: Directory,
    pub codec: Codec,
    /// Events a block, 1 to [`MAX_BLOCK_EVENTS`].
    pub block_events: u32,
    /// When the recording or session began, ns since 1970.
    pub start_ns: i64,
    pub origins: Vec<Origin>,
    pub clock_corrections: Vec<ClockCorrection>,
    pub engine_version: String,
}

/// Most events a block: bounds what a reader allocates.
pub const MAX_BLOCK_EVENTS: u32 = 65_536;
/// Events a block by default: about 600 kB in memory for a busy instrument, which stays in L2.
pub const DEFAULT_BLOCK_EVENTS: u32 = 4_096;

impl TapeMeta {
    /// Codec `delta`, blocks of 4,096 events, this build's version.
    #[must_use]
    pub fn new(directory: Directory) -> Self {
        Self {
            directory,
            codec: Codec::default(),
            block_events: DEFAULT_BLOCK_EVENTS,
            start_ns: 0,
            origins: Vec::new(),
            clock_corrections: Vec::new(),
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    pub(super) fn check(&self) -> Result<(), CoreError> {
        if !(1..=MAX_BLOCK_EVENTS).contains(&self.block_events) {
            let message = format!("{} events a block", self.block_events);
            let error = CoreError::new("E_TAPE_LIMIT", message).at("block size");
            return Err(error.hint("1 to 65536 events a block"));
        }
        check_directory(&self.directory, Place::head())
    }

    /// Appends the head's section; returns its hash.
    pub(super) fn append(&self, out: &mut Vec<u8>) -> u128 {
        let mut b = FlatBufferBuilder::new();
        let (instruments, sources) =
            (write_instruments(&mut b, &self.directory), write_sources(&mut b, &self.directory));
        let origins: Vec<_> = self.origins.iter().map(|o| write_origin(&mut b, o)).collect();
        let origins = b.create_vector(&origins);
        let corrections = &self.clock_corrections;
        let corrections: Vec<_> = corrections.iter().map(|c| write_correction(&mut b, c)).collect();
        let clock_corrections = b.create_vector(&corrections);
        let engine_version = b.create_string(&self.engine_version);
        let args = flat::TapeHeaderArgs {
            engine_version: Some(engine_version),
            codec: self.codec as u8,
            block_events: self.block_events,
            start_ns: self.start_ns,
            venue_order_span_ns: order::SPAN_NS,
            venue_order_span_events: order::SPAN_EVENTS as u32,
            instruments: Some(instruments),
            sources: Some(sources),
            origins: Some(origins),
            clock_corrections: Some(clock_corrections),
        };
        let root = flat::TapeHeader::create(&mut b, &args);
        b.finish_minimal(root);
        section::append(out, Kind::Head, b.finished_data(), &[])
    }

    pub(super) fn read(header: &[u8]) -> Result<Self, CoreError> {
        let place = Place::head();
        let raw = flatbuffers::root::<flat::TapeHeader<'_>>(header)
            .map_err(|e| place.error("E_TAPE_HEADER", format!("not a tape header: {e}")))?;
        let codec = Codec::from_byte(raw.codec())
            .ok_or_else(|| place.error("E_TAPE_HEADER", format!("codec {}", raw.codec())))?;
        let mut directory = Directory::default();
        read_directory(&mut directory, Some(raw.instruments()), Some(raw.sources()), place)?;
        let meta = Self {
            directory,
            codec,
            block_events: raw.block_events(),
            start_ns: raw.start_ns(),
            origins: raw.origins().into_iter().flatten().map(read_origin).collect(),
            clock_corrections: raw
                .clock_corrections()
                .into_iter()
                .flatten()
                .map(read_correction)
                .collect(),
            engine_version: raw.engine_version().to_owned(),
        };
        meta.check()?;
        Ok(meta)
    }
}

fn write_origin<'b>(b: &mut FlatBufferBuilder<'b>, origin: &Origin) -> WIPOffset<flat::Origin<'b>> {
    let args = flat::OriginArgs {
        name: Some(b.create_string(&origin.name)),
        sha256: Some(b.create_string(&origin.sha256)),
        bytes: origin.bytes,
    };
    flat::Origin::create(b, &args)
}

fn read_origin(raw: flat::Origin<'_>) -> Origin {
    let sha256 = raw.sha256().unwrap_or_default().to_owned();
    Origin { name: raw.name().to_owned(), sha256, bytes: raw.bytes() }
}

fn write_correction<'b>(
    b: &mut FlatBufferBuilder<'b>,
    c: &ClockCorrection,
) -> WIPOffset<flat::ClockCorrection<'b>> {
    let rule = Some(b.create_string(&c.rule));
    let args = flat::ClockCorrectionArgs { rule, shift_ns: c.shift_ns, from_event: c.from_event };
    flat::ClockCorrection::create(b, &args)
}

fn read_correction(raw: flat::ClockCorrection<'_>) -> ClockCorrection {
    let rule = raw.rule().to_owned();
    ClockCorrection { rule, shift_ns: raw.shift_ns(), from_event: raw.from_event() }
}

/// A vector of tables, as a builder hands it out.
pub(super) type Tables<'b, T> = WIPOffset<Vector<'b, ForwardsUOffset<T>>>;

pub(super) fn write_instruments<'b>(
    b: &mut FlatBufferBuilder<'b>,
    directory: &Directory,
) -> Tables<'b, flat::Instrument<'b>> {
    let list: Vec<_> = directory.instruments.iter().map(|i| write_instrument(b, i)).collect();
    b.create_vector(&list)
}

fn write_instrument<'b>(
    b: &mut FlatBufferBuilder<'b>,
    instrument: &Instrument,
) -> WIPOffset<flat::Instrument<'b>> {
    let (venue, symbol) = (b.create_string(&instrument.venue), b.create_string(&instrument.symbol));
    let mut versions = Vec::with_capacity(instrument.versions.len());
    for v in &instrument.versions {
        let &InstrumentVersion { from_event, tick, lot, inferred } = v;
        let args = flat::InstrumentVersionArgs { from_event, tick, lot, inferred };
        versions.push(flat::InstrumentVersion::create(b, &args));
    }
    let versions = b.create_vector(&versions);
    let args = flat::InstrumentArgs {
        venue: Some(venue),
        symbol: Some(symbol),
        price_scale: instrument.price_scale,
        quantity_scale: instrument.quantity_scale,
        versions: Some(versions),
    };
    flat::Instrument::create(b, &args)
}

pub(super) fn write_sources<'b>(
    b: &mut FlatBufferBuilder<'b>,
    directory: &Directory,
) -> Tables<'b, flat::Source<'b>> {
    let mut list = Vec::with_capacity(directory.sources.len());
    for source in &directory.sources {
        let name = Some(b.create_string(&source.name));
        let args = flat::SourceArgs { name, instrument: source.instrument };
        list.push(flat::Source::create(b, &args));
    }
    b.create_vector(&list)
}

/// A vector of tables, as a reader sees it.
pub(super) type TableList<'a, T> = Option<Vector<'a, ForwardsUOffset<T>>>;

/// Adds what is listed to a directory, and checks the whole of it.
pub(super) fn read_directory<'a>(
    into: &mut Directory,
    instruments: TableList<'a, flat::Instrument<'a>>,
    sources: TableList<'a, flat::Source<'a>>,
    place: Place,
) -> Result<(), CoreError> {
    into.instruments.extend(instruments.into_iter().flatten().map(read_instrument));
    let sources = sources.into_iter().flatten();
    into.sources
        .extend(sources.map(|s| Source { name: s.name().to_owned(), instrument: s.instrument() }));
    check_directory(into, place)
}

fn read_instrument(raw: flat::Instrument<'_>) -> Instrument {
    let versions = raw.versions().into_iter().flatten().map(|v| InstrumentVersion {
        from_event: v.from_event(),
        tick: v.tick(),
        lot: v.lot(),
        inferred: v.inferred(),
    });
    Instrument {
        venue: raw.venue().to_owned(),
        symbol: raw.symbol().to_owned(),
        price_scale: raw.price_scale(),
        quantity_scale: raw.quantity_scale(),
        versions: versions.collect(),
    }
}

pub(super) fn check_directory(directory: &Directory, place: Place) -> Result<(), CoreError> {
    let instruments = directory.instruments.len();
    let stray = directory.sources.iter().find(|s| s.instrument as usize >= instruments);
    if let Some(Source { name, instrument }) = stray {
        let message = format!("source {name} names instrument {instrument} of {instruments}");
        return Err(place.error("E_TAPE_HEADER", message));
    }
    let stepless =
        directory.instruments.iter().find(|i| i.versions.iter().any(|v| v.tick < 1 || v.lot < 1));
    stepless.map_or(Ok(()), |i| {
        let message = format!("{} has a tick or lot below 1", i.name());
        Err(place.error("E_TAPE_HEADER", message))
    })
}
