//! Every venue on the protocol kit: a survey over the input, then a feed of what it found, its books, and
//! its state saved and taken up in mid-stream.
//!
//! The first byte says which venue, and whether it is strict. Then come lines: a frame, or
//! `+` and a frame of a second connection, `>SYMBOL body` a book over REST, `!` the connections are lost,
//! `#` the state is saved and taken up by another feed.

use super::expect_code;
use std::collections::BTreeMap;
use tickwright_engine::core::Market;
use tickwright_engine::event::kind;
use tickwright_engine::state::{StateReader, StateWriter};
use tickwright_engine::venue::{Feed, Outcome, Venue};
use tickwright_engine::{Directory, EventBuf, FrameError, Instrument, InstrumentVersion};

/// Symbols that are followed of those that a survey has found: a mutation may spell hundreds.
const FOLLOWED: usize = 8;
/// Bytes of state beside those that the input pays for.
const STATE: usize = 256 << 10;
/// Bytes of state for each byte of input: the shortest update that is held back takes some 100 bytes
/// and is kept as a header of 64 and entries of 16.
const STATE_PER_BYTE: usize = 64;

/// Venues that have a profile, in the order of their numbers in an input.
pub fn profiled() -> impl Iterator<Item = Venue> {
    Venue::ALL.into_iter().filter(|venue| venue.profile().is_some())
}

#[derive(Debug)]
enum Line<'a> {
    Frame(u16, &'a [u8]),
    Body(&'a str, &'a [u8]),
    Lost,
    Saved,
}

fn line(bytes: &[u8]) -> Line<'_> {
    match bytes {
        b"#" => Line::Saved,
        b"!" => Line::Lost,
        [b'+', frame @ ..] => Line::Frame(1, frame),
        [b'>', rest @ ..] => {
            let blank = rest.iter().position(|&b| b == b' ').unwrap_or(rest.len());
            let symbol = std::str::from_utf8(&rest[..blank]).unwrap_or("");
            Line::Body(symbol, &rest[(blank + 1).min(rest.len())..])
        }
        frame => Line::Frame(0, frame),
    }
}

pub fn run(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let venues = profiled().count();
    if let Some(venue) = profiled().nth(usize::from(first) % venues) {
        rest.split(|&b| b == b'\n').for_each(|line| pure(venue, line));
        pure(venue, rest);
        let _ = Run::of(venue, rest, first & 0x80 != 0);
    }
}

/// What became of lines.
#[derive(Debug, Default)]
pub struct Run {
    /// Events by kind.
    pub kinds: BTreeMap<u8, u64>,
    pub refused: Vec<FrameError>,
}

impl Run {
    /// Surveys the lines and takes them. Panics where something is wrong.
    #[must_use]
    pub fn of(venue: Venue, input: &[u8], strict: bool) -> Self {
        let lines = || input.split(|&b| b == b'\n').filter(|bytes| !bytes.is_empty()).map(line);
        let directory = survey(venue, lines());
        let mut pair = Pair::new(venue, &directory, strict);
        for (n, line) in lines().enumerate() {
            pair.take(&line, n as i64);
        }
        let state = saved(&pair.feed);
        let most = STATE + STATE_PER_BYTE * input.len();
        assert!(state.len() <= most, "{} bytes of state", state.len());
        restored_from_anything(&pair, input);
        pair.run
    }
}

/// What reads bytes or an address and keeps nothing.
fn pure(venue: Venue, bytes: &[u8]) {
    match venue.instruments(bytes) {
        Ok(list) => list.iter().for_each(|i| {
            assert_eq!(i.venue, venue.name());
            assert!(!i.symbol.is_empty() && !i.versions.is_empty(), "{i:?}");
            assert!(i.current().tick > 0 && i.current().lot > 0, "{i:?}");
        }),
        Err(error) => assert_eq!(error.code, "E_INSTRUMENTS", "{error:?}"),
    }
    if let Some(profile) = venue.profile() {
        let _ = (profile.recognises)(bytes);
    }
    let address = String::from_utf8_lossy(bytes);
    let _ = venue.request(&address);
    let _ = Venue::of_address(&address).count();
}

/// Learns the instruments: makes no event, also of a frame that it refuses.
fn survey<'a>(venue: Venue, lines: impl Iterator<Item = Line<'a>>) -> Directory {
    let Some(mut learner) = Feed::learner(venue) else { return Directory::default() };
    let mut out = EventBuf::new();
    for line in lines {
        let _ = match line {
            Line::Frame(connection, bytes) => learner.frame_of(connection, bytes, 0, &mut out),
            Line::Body(symbol, bytes) => learner.learn_snapshot(symbol, bytes),
            Line::Lost => {
                learner.disconnected(0, &mut out);
                Ok(Outcome::Events)
            }
            Line::Saved => continue,
        };
        assert!(out.is_empty() && out.entries().is_empty(), "a survey made events");
    }
    let instrument = |(symbol, scales): (String, tickwright_engine::venue::wire::step::Scales)| {
        assert!(!symbol.is_empty() && scales.tick > 0 && scales.lot > 0, "{symbol:?} {scales:?}");
        let version =
            InstrumentVersion { from_event: 0, tick: scales.tick, lot: scales.lot, inferred: true };
        Instrument {
            venue: venue.name().to_owned(),
            symbol,
            price_scale: scales.price_scale,
            quantity_scale: scales.quantity_scale,
            versions: vec![version],
        }
    };
    let found = learner.learned();
    let mut symbols: Vec<&str> = found.iter().map(|(symbol, _)| symbol.as_str()).collect();
    symbols.sort_unstable();
    symbols.dedup();
    assert_eq!(symbols.len(), found.len(), "a symbol was learned twice");
    let instruments = found.into_iter().take(FOLLOWED).map(instrument).collect();
    Directory { instruments, sources: Vec::new() }
}

/// A feed with its books, and one that took up its state on the way.
struct Pair {
    venue: Venue,
    /// As it was before a feed registered its sources.
    directory: Directory,
    sources: usize,
    feed: Feed,
    other: Option<Feed>,
    markets: Vec<Market>,
    out: EventBuf,
    other_out: EventBuf,
    run: Run,
}

impl Pair {
    fn new(venue: Venue, directory: &Directory, strict: bool) -> Self {
        let mut with_sources = directory.clone();
        let mut feed = Feed::new(venue, &mut with_sources);
        feed.set_strict(strict);
        let market = |i: &Instrument| match Market::new(i) {
            Ok(market) => market,
            Err(error) => panic!("{error:?}"),
        };
        Self {
            venue,
            directory: directory.clone(),
            sources: with_sources.sources.len(),
            feed,
            other: None,
            markets: directory.instruments.iter().map(market).collect(),
            out: EventBuf::new(),
            other_out: EventBuf::new(),
            run: Run::default(),
        }
    }

    fn take(&mut self, line: &Line<'_>, n: i64) {
        let stamp = 1_700_000_000_000_000_000 + 1_000_000 * n;
        if matches!(line, Line::Saved) {
            return self.take_up();
        }
        self.out.clear();
        let outcome = one(&mut self.feed, &self.directory, line, stamp, &mut self.out);
        if let Some(other) = &mut self.other {
            self.other_out.clear();
            let same = one(other, &self.directory, line, stamp, &mut self.other_out);
            assert_eq!(outcome, same, "line {n}: a feed that was taken up differs");
            assert_eq!(self.out.headers(), self.other_out.headers(), "line {n}");
            assert_eq!(self.out.entries(), self.other_out.entries(), "line {n}");
        }
        self.check(line, &outcome, stamp);
        self.run.refused.extend(outcome.err());
        for event in self.out.iter() {
            *self.run.kinds.entry(event.header.kind).or_default() += 1;
            self.markets[event.header.instrument as usize].apply(event);
        }
    }

    /// A refused frame leaves nothing but resets; events are whole and of what is there.
    fn check(&self, line: &Line<'_>, outcome: &Result<Outcome, FrameError>, stamp: i64) {
        if let Err(error) = outcome {
            let resets = self.out.headers().iter().all(|h| h.kind == kind::RESET);
            assert!(
                resets && self.out.entries().is_empty(),
                "{error}: a refused frame left events"
            );
            let length = match line {
                Line::Frame(_, bytes) | Line::Body(_, bytes) => bytes.len(),
                _ => 0,
            };
            assert!(error.offset as usize <= length, "{error} lies beyond the frame");
            assert!(error.code.starts_with("E_"), "{error}");
        }
        if matches!(outcome, Ok(Outcome::Events)) && !matches!(line, Line::Lost) {
            assert!(!self.out.is_empty(), "events that are none: line {line:?}");
        }
        let mut entries = 0;
        for header in self.out.headers() {
            assert!((header.instrument as usize) < self.directory.instruments.len());
            assert!((header.source as usize) < self.sources);
            assert_eq!(header.ts_recv, stamp);
            entries += header.bids as usize + header.asks as usize;
        }
        assert_eq!(entries, self.out.entries().len());
        let kept = |e: &tickwright_engine::Entry| e.quantity >= 0;
        let levels = self.out.iter().filter(|e| {
            matches!(e.header.kind, kind::DEPTH | kind::SNAPSHOT | kind::TRADE | kind::QUOTE)
        });
        for event in levels {
            let all = event.bids.iter().chain(event.asks).all(kept);
            assert!(all, "a quantity below 0 in {:?}", event.header);
        }
    }

    fn take_up(&mut self) {
        let state = saved(&self.feed);
        let mut fresh = Feed::new(self.venue, &mut self.directory.clone());
        let mut reader = StateReader::new(&state);
        if let Err(error) = fresh.restore(&mut reader) {
            panic!("its own state is refused: {error:?}");
        }
        assert_eq!(saved(&fresh), state, "what was taken up is not what was saved");
        self.other = Some(fresh);
    }
}

fn one(
    feed: &mut Feed,
    directory: &Directory,
    line: &Line<'_>,
    stamp: i64,
    out: &mut EventBuf,
) -> Result<Outcome, FrameError> {
    match *line {
        Line::Frame(connection, bytes) => feed.frame_of(connection, bytes, stamp, out),
        Line::Body(symbol, bytes) => {
            let instrument = directory.find(feed.venue().name(), symbol).unwrap_or(0);
            feed.snapshot(instrument, bytes, stamp, out)
        }
        Line::Lost => {
            feed.disconnected(stamp, out);
            Ok(Outcome::Events)
        }
        Line::Saved => Ok(Outcome::Control("saved")),
    }
}

fn saved(feed: &Feed) -> Vec<u8> {
    let mut writer = StateWriter::new();
    feed.save(&mut writer);
    writer.as_bytes().to_vec()
}

/// Any bytes as a state, and the right ones cut short: taken or refused.
fn restored_from_anything(pair: &Pair, bytes: &[u8]) {
    let state = saved(&pair.feed);
    let cut = bytes.first().map_or(0, |&b| usize::from(b)) * state.len() / 256;
    for candidate in [bytes, &state[..cut]] {
        let mut fresh = Feed::new(pair.venue, &mut pair.directory.clone());
        if let Err(error) = fresh.restore(&mut StateReader::new(candidate)) {
            expect_code(&error, &["E_STATE"]);
        }
    }
}
