//! A capture through survey, feed, book and proof, without tape and importer.

use flate2::read::GzDecoder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use tickwright_engine::core::Market;
use tickwright_engine::event::kind;
use tickwright_engine::venue::{Feed, Outcome, Request, SyncCounters, Venue};
use tickwright_engine::{Directory, Entry, EventBuf, EventRef, Instrument, InstrumentVersion};

/// The folder of recordings; `None`, with a line that says so, where there is none.
pub fn folder(test: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("TICKWRIGHT_DATA").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {test}: no recordings");
    None
}

/// One input of a capture.
pub enum Input {
    /// Connection and frame.
    Frame(String, Vec<u8>),
    /// Address and body.
    Body(String, Vec<u8>),
    /// Connection and address.
    Connect(String, String),
}

/// Inputs by receive time (ns), equal ones as they stand.
pub fn read(name: &str, test: &str) -> Option<Vec<(i64, Input)>> {
    let path = folder(test)?.join("exchange-raw-frames").join(format!("{name}.jsonl.gz"));
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let mut inputs: Vec<(i64, Input)> = text.lines().filter_map(record).collect();
    inputs.sort_by_key(|(ts, _)| *ts);
    Some(inputs)
}

fn record(line: &str) -> Option<(i64, Input)> {
    let record: Value = serde_json::from_str(line).unwrap();
    let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
    let input = match record["t"].as_str()? {
        "recv" => Input::Frame(text("conn"), text("data").into_bytes()),
        "http" => Input::Body(text("url"), text("data").into_bytes()),
        "connect" => Input::Connect(text("conn"), text("addr")),
        _ => return None,
    };
    Some(((record["ts"].as_f64()? * 1e9) as i64, input))
}

/// What a run over one venue's share of a capture came to.
#[derive(Default)]
pub struct Run {
    pub directory: Directory,
    pub markets: Vec<Market>,
    pub by_kind: BTreeMap<&'static str, u64>,
    /// Refusals by code, with the first frame of each.
    pub refused: BTreeMap<&'static str, (u64, String)>,
    pub ignored: BTreeMap<&'static str, u64>,
    pub counters: SyncCounters,
    pub drift: Vec<String>,
    pub checksums: (u64, u64),
    pub gaps: u64,
    pub crossed: u64,
    pub unjoined: Vec<String>,
}

/// Runs the inputs of the connections that belong to `venue`.
pub fn run(venue: Venue, inputs: &[(i64, Input)]) -> Run {
    run_and_look(venue, inputs, |_, _| {})
}

/// The same; `look` sees each event with its market before the event is applied.
pub fn run_and_look(
    venue: Venue,
    inputs: &[(i64, Input)],
    mut look: impl FnMut(EventRef<'_>, &Market),
) -> Run {
    let mut out = Run { directory: learn(venue, inputs), ..Run::default() };
    let mut feed = Feed::new(venue, &mut out.directory);
    out.markets = out.directory.instruments.iter().map(|i| Market::new(i).unwrap()).collect();
    let mut buf = EventBuf::new();
    let mut routes = Routes::new(venue);
    for (ts, input) in inputs {
        buf.clear();
        let outcome = match input {
            Input::Connect(connection, address) => {
                routes.connect(connection, address);
                continue;
            }
            Input::Frame(connection, bytes) => match routes.number(connection) {
                Some(number) => feed.frame_of(number, bytes, *ts, &mut buf).map_err(|e| (e, bytes)),
                None => continue,
            },
            Input::Body(url, bytes) => match symbol_of(venue, url) {
                Some(symbol) => {
                    let instrument = out.directory.find(venue.name(), symbol).unwrap();
                    feed.snapshot(instrument, bytes, *ts, &mut buf).map_err(|e| (e, bytes))
                }
                None => continue,
            },
        };
        match outcome {
            Ok(Outcome::Ignored(kind) | Outcome::Control(kind)) => {
                *out.ignored.entry(kind).or_default() += 1;
            }
            Ok(_) => {}
            Err((error, bytes)) => {
                let first = || {
                    (
                        0,
                        format!(
                            "{error}: {}",
                            String::from_utf8_lossy(&bytes[..bytes.len().min(400)])
                        ),
                    )
                };
                out.refused.entry(error.code).or_insert_with(first).0 += 1;
            }
        }
        for event in buf.iter() {
            *out.by_kind.entry(kind::name(event.header.kind)).or_default() += 1;
            let market = &mut out.markets[event.header.instrument as usize];
            look(event, market);
            market.apply(event);
        }
    }
    out.conclude(&feed)
}

impl Run {
    fn conclude(mut self, feed: &Feed) -> Self {
        for (index, market) in self.markets.iter().enumerate() {
            let counts = market.proof().counts();
            self.checksums.0 += counts.checksums;
            self.checksums.1 += counts.checksums_mismatched;
            self.gaps += market.counts.gaps;
            self.crossed += market.counts.crossed;
            self.counters.add(feed.counters(index as u32));
            if market.counts.updates + market.counts.unjoined > 0 && !market.joined {
                self.unjoined.push(self.directory.instruments[index].symbol.clone());
            }
        }
        self.drift = feed
            .drift()
            .iter()
            .map(|d| format!("{}.{} {:?} {}", d.message, d.field, d.change, d.count))
            .collect();
        self
    }
}

/// Quotes of a capture that came while their book was joined, and how many of them the book showed within
/// `near` ns of their arrival: quotes and books come over different roads. An empty side is price and quantity 0.
pub fn quotes_near_the_book(venue: Venue, inputs: &[(i64, Input)], near: i64) -> (usize, usize) {
    let mut directory = learn(venue, inputs);
    let mut feed = Feed::new(venue, &mut directory);
    let mut markets: Vec<Market> =
        directory.instruments.iter().map(|i| Market::new(i).unwrap()).collect();
    let mut routes = Routes::new(venue);
    let mut buf = EventBuf::new();
    // By instrument: the touch from a moment on, and the quotes with theirs.
    let mut touches: Vec<Vec<(i64, [Entry; 2])>> = vec![Vec::new(); markets.len()];
    let mut quotes = Vec::new();
    for (ts, input) in inputs {
        match input {
            Input::Connect(connection, address) => routes.connect(connection, address),
            Input::Frame(connection, bytes) if routes.number(connection).is_some() => {
                buf.clear();
                let number = routes.number(connection).unwrap();
                let _ = feed.frame_of(number, bytes, *ts, &mut buf);
                for event in buf.iter() {
                    let index = event.header.instrument as usize;
                    if event.header.kind == kind::QUOTE && markets[index].joined {
                        quotes.push((index, *ts, [event.bids[0], event.asks[0]]));
                    }
                    markets[index].apply(event);
                    let market = &markets[index];
                    let touch = [market.bid, market.ask].map(Option::unwrap_or_default);
                    touches[index].push((*ts, touch));
                }
            }
            _ => {}
        }
    }
    let shown = |(index, ts, quote): &&(usize, i64, [Entry; 2])| {
        let of = &touches[*index];
        let from = of.partition_point(|(at, _)| *at < ts - near).saturating_sub(1);
        of[from..].iter().take_while(|(at, _)| *at <= ts + near).any(|(_, touch)| touch == quote)
    };
    (quotes.len(), quotes.iter().filter(shown).count())
}

/// Connections of one venue, numbered in the order in which they were opened.
struct Routes {
    venue: Venue,
    numbers: BTreeMap<String, u16>,
}

impl Routes {
    fn new(venue: Venue) -> Self {
        Self { venue, numbers: BTreeMap::new() }
    }

    fn connect(&mut self, connection: &str, address: &str) {
        if Venue::of_address(address).any(|v| v == self.venue) {
            let next = self.numbers.len() as u16;
            self.numbers.entry(connection.to_owned()).or_insert(next);
        }
    }

    fn number(&self, connection: &str) -> Option<u16> {
        self.numbers.get(connection).copied()
    }
}

fn symbol_of(venue: Venue, url: &str) -> Option<&str> {
    if !Venue::of_address(url).any(|v| v == venue) {
        return None;
    }
    match venue.request(url) {
        Request::Depth(symbol) => Some(symbol),
        _ => None,
    }
}

/// Instruments with the scales that were printed.
fn learn(venue: Venue, inputs: &[(i64, Input)]) -> Directory {
    let mut feed = Feed::learner(venue).unwrap();
    let mut routes = Routes::new(venue);
    let mut buf = EventBuf::new();
    for (_, input) in inputs {
        match input {
            Input::Connect(connection, address) => routes.connect(connection, address),
            Input::Frame(connection, bytes) => {
                if let Some(number) = routes.number(connection) {
                    let _ = feed.frame_of(number, bytes, 0, &mut buf);
                }
            }
            Input::Body(url, bytes) => {
                if let Some(symbol) = symbol_of(venue, url) {
                    let _ = feed.learn_snapshot(symbol, bytes);
                }
            }
        }
    }
    assert!(buf.is_empty(), "a survey makes no events");
    let instrument =
        |(symbol, scales): (String, tickwright_engine::venue::wire::step::Scales)| Instrument {
            venue: venue.name().to_owned(),
            symbol,
            price_scale: scales.price_scale,
            quantity_scale: scales.quantity_scale,
            versions: vec![InstrumentVersion {
                from_event: 0,
                tick: scales.tick,
                lot: scales.lot,
                inferred: true,
            }],
        };
    let instruments = feed.learned().into_iter().map(instrument).collect();
    Directory { instruments, sources: Vec::new() }
}
