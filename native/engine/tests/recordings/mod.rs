//! Recordings for tests, and a driver that plays them through a feed, a book and a proof.
#![allow(dead_code, clippy::unwrap_used, clippy::print_stdout)]

use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use tickwright_engine::book::Side;
use tickwright_engine::proof::{Proof, QuoteRule};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::venue::binance::instruments::instrument_list;
use tickwright_engine::venue::binance::scale::ScaleScan;
use tickwright_engine::venue::{Feed, Outcome, Venue};
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

pub fn unpack(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Lines of `<stamp> <frame>`; `unit` is the stamp's in nanoseconds.
pub fn lines(bytes: &[u8], unit: i64) -> impl Iterator<Item = (i64, &[u8])> {
    bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()).map(move |line| {
        let space = line.iter().position(|b| *b == b' ').unwrap();
        let stamp: i64 = std::str::from_utf8(&line[..space]).unwrap().parse().unwrap();
        (stamp * unit, &line[space + 1..])
    })
}

pub fn instrument(venue: Venue, symbol: &str, price_scale: u8, quantity_scale: u8) -> Instrument {
    Instrument {
        venue: venue.name().to_owned(),
        symbol: symbol.to_owned(),
        price_scale,
        quantity_scale,
        versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: true }],
    }
}

/// The obvious book.
#[derive(Default)]
pub struct MapBook {
    sides: [BTreeMap<i64, i64>; 2],
}

impl MapBook {
    pub fn apply(&mut self, event: EventRef<'_>) {
        if event.header.kind == kind::SNAPSHOT {
            *self = Self::default();
        }
        for (side, levels) in self.sides.iter_mut().zip([event.bids, event.asks]) {
            for level in levels {
                if level.quantity == 0 {
                    side.remove(&level.price);
                } else {
                    side.insert(level.price, level.quantity);
                }
            }
        }
    }

    pub fn best(&self, side: Side) -> Option<Entry> {
        let level = match side {
            Side::Bid => self.sides[0].last_key_value(),
            Side::Ask => self.sides[1].first_key_value(),
        };
        level.map(|(price, quantity)| Entry { price: *price, quantity: *quantity })
    }

    pub fn is_crossed(&self) -> bool {
        let (bid, ask) = (self.best(Side::Bid), self.best(Side::Ask));
        bid.zip(ask).is_some_and(|(bid, ask)| bid.price >= ask.price)
    }
}

/// What a recording came to.
pub struct Run {
    pub feed: Feed,
    pub directory: Directory,
    pub out: EventBuf,
    pub proofs: Vec<Proof>,
    pub books: Vec<MapBook>,
    pub events: u64,
    pub rows: u64,
    pub by_kind: [u64; 19],
    pub crossed: u64,
    pub ignored: u64,
    pub refused: Vec<String>,
    pub mismatches: Vec<String>,
}

impl Run {
    pub fn new(venue: Venue, instruments: Vec<Instrument>) -> Self {
        let mut directory = Directory { instruments, sources: Vec::new() };
        let feed = Feed::new(venue, &mut directory);
        let rule = if venue.futures() { QuoteRule::Deferred } else { QuoteRule::EqualId };
        let count = directory.instruments.len();
        Self {
            feed,
            out: EventBuf::new(),
            proofs: (0..count).map(|_| Proof::new(venue.proof_level(), rule)).collect(),
            books: (0..count).map(|_| MapBook::default()).collect(),
            directory,
            events: 0,
            rows: 0,
            by_kind: [0; 19],
            crossed: 0,
            ignored: 0,
            refused: Vec::new(),
            mismatches: Vec::new(),
        }
    }

    /// A frame, or with an instrument a snapshot's body.
    pub fn take(&mut self, instrument: Option<u32>, bytes: &[u8], stamp: i64) {
        self.out.clear();
        let taken = match instrument {
            Some(instrument) => self.feed.snapshot(instrument, bytes, stamp, &mut self.out),
            None => self.feed.frame(bytes, stamp, &mut self.out),
        };
        match taken {
            Ok(Outcome::Ignored(_)) => self.ignored += 1,
            Ok(_) => {}
            Err(error) => self.refused.push(error.to_string()),
        }
        let out = std::mem::take(&mut self.out);
        out.iter().for_each(|event| self.apply(event));
        self.out = out;
    }

    fn apply(&mut self, event: EventRef<'_>) {
        let header = event.header;
        self.events += 1;
        self.rows += u64::from(event.rows());
        self.by_kind[header.kind as usize] += 1;
        let place = header.instrument as usize;
        let (book, proof) = (&mut self.books[place], &mut self.proofs[place]);
        let mismatched = proof.counts().mismatched;
        match header.kind {
            kind::SNAPSHOT if header.flags & event_flag::PARTIAL == 0 => {
                book.apply(event);
                proof.on_snapshot(true);
            }
            kind::DEPTH => {
                book.apply(event);
                self.crossed += u64::from(book.is_crossed());
                proof.on_depth(header.w1, book.best(Side::Bid), book.best(Side::Ask));
            }
            kind::QUOTE => proof.on_quote(header.w1, event.bids[0], event.asks[0]),
            kind::RESET => proof.on_reset(header.w0 as u8),
            _ => {}
        }
        if proof.counts().mismatched > mismatched {
            let symbol = &self.directory.instruments[place].symbol;
            self.mismatches.push(format!("{symbol} {:?}", proof.last_mismatch.unwrap()));
        }
    }

    pub fn compared(&self) -> u64 {
        self.proofs.iter().map(|p| p.counts().compared).sum()
    }

    pub fn mismatched(&self) -> u64 {
        self.proofs.iter().map(|p| p.counts().mismatched).sum()
    }

    pub fn gaps(&self) -> u64 {
        (0..self.directory.instruments.len() as u32).map(|i| self.feed.counters(i).gaps).sum()
    }
}

/// Plays text recordings of one instrument as one stream; scales are those printed.
pub fn play(venue: Venue, symbol: &str, files: &[PathBuf], unit: i64) -> Run {
    let unpacked: Vec<Vec<u8>> = files.iter().map(|f| unpack(f)).collect();
    let mut scales = ScaleScan::new();
    for (_, frame) in unpacked.iter().flat_map(|bytes| lines(bytes, unit)) {
        scales.add_frame(frame, Some(symbol)).unwrap();
    }
    let found = scales.scales(symbol).unwrap();
    let of = instrument(venue, symbol, found.price_scale, found.quantity_scale);
    let mut run = Run::new(venue, vec![of]);
    for (stamp, frame) in unpacked.iter().flat_map(|bytes| lines(bytes, unit)) {
        let body = frame.starts_with(b"{\"lastUpdateId\"").then_some(0);
        run.take(body, frame, stamp);
    }
    run
}

/// Plays a raw capture: its records by stamp (stable), bodies of depth requests as snapshots.
pub fn play_capture(venue: Venue, path: &Path) -> Run {
    let text = unpack(path);
    let mut records: Vec<serde_json::Value> = text
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let stamp = |r: &serde_json::Value| r["ts"].as_f64().unwrap_or(0.0);
    records.sort_by(|a, b| stamp(a).total_cmp(&stamp(b)));
    let url = |r: &serde_json::Value| r["url"].as_str().unwrap_or_default().to_owned();
    let list = records.iter().find(|r| url(r).contains("exchangeInfo")).unwrap();
    let body = list["data"].as_str().unwrap().as_bytes();
    let all = instrument_list(venue, body).unwrap();
    let asked = |r: &serde_json::Value| {
        let url = url(r);
        let symbol = url.split_once("/depth?symbol=")?.1.split('&').next()?.to_owned();
        Some(symbol)
    };
    let addresses: String =
        records.iter().filter_map(|r| r["addr"].as_str()).collect::<Vec<_>>().join("/");
    let streamed = |i: &Instrument| addresses.contains(&format!("{}@", i.symbol.to_lowercase()));
    let followed: Vec<Instrument> = all.into_iter().filter(streamed).collect();
    let mut run = Run::new(venue, followed);
    for record in &records {
        let (kind, data) = (record["t"].as_str(), record["data"].as_str());
        let stamp = (stamp(record) * 1e9) as i64;
        match (kind, data, asked(record)) {
            (Some("recv"), Some(frame), _) => run.take(None, frame.as_bytes(), stamp),
            (Some("http"), Some(body), Some(symbol)) => {
                let place = run.directory.find(venue.name(), &symbol).unwrap();
                run.take(Some(place), body.as_bytes(), stamp);
            }
            _ => {}
        }
    }
    run
}
