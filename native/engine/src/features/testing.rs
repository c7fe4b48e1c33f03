//! A market on strings for tests of kernels: events go in, columns come out.
#![allow(clippy::unwrap_used)]

use super::{FeatureEngine, FeatureSet};
use crate::core::Market;
use crate::decimal;
use crate::error::CoreError;
use crate::event::{Entry, EventHeader, EventRef, event_flag, kind};
use crate::instrument::{Directory, Instrument, InstrumentVersion};
use crate::state::{StateReader, StateWriter};

/// One millisecond, ns.
pub const MS: i64 = 1_000_000;
/// Instruments "venue:A" and "venue:B", price scale 2, quantity scale 1.
pub const SCALES: (u8, u8) = (2, 1);

/// A feature set at work on two instruments.
pub struct Bench {
    pub engine: FeatureEngine,
    pub markets: Vec<Market>,
    directory: Directory,
}

impl Bench {
    /// `columns`: the members of the set's list.
    pub fn new(columns: &str) -> Self {
        Self::at(columns, 0)
    }

    pub fn at(columns: &str, epoch: i64) -> Self {
        let set = FeatureSet::parse(format!("{{\"features\":[{columns}]}}").as_bytes()).unwrap();
        let directory = directory();
        let engine = FeatureEngine::new(set, &directory, epoch).unwrap();
        let markets = directory.instruments.iter().map(|i| Market::new(i).unwrap()).collect();
        Self { engine, markets, directory }
    }

    /// Why a set is refused.
    pub fn refusal(columns: &str) -> String {
        let set = FeatureSet::parse(format!("{{\"features\":[{columns}]}}").as_bytes()).unwrap();
        match FeatureEngine::new(set, &directory(), 0) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    pub fn event(&mut self, header: EventHeader, bids: &[Entry], asks: &[Entry]) {
        let (time, at) = (header.ts_recv, header.instrument as usize);
        let header = EventHeader { bids: bids.len() as u32, asks: asks.len() as u32, ..header };
        let event = EventRef { header: &header, bids, asks };
        self.engine.before(time, &self.markets);
        self.markets[at].apply(event);
        self.engine.event(event, time, &self.markets);
    }

    /// A whole book: `"100.00x5 99.99x8 | 100.02x3"`.
    pub fn book(&mut self, instrument: u32, time: i64, text: &str) {
        self.levels(instrument, time, kind::SNAPSHOT, text);
    }

    /// Changed levels in the same form; quantity 0 removes.
    pub fn depth(&mut self, instrument: u32, time: i64, text: &str) {
        self.levels(instrument, time, kind::DEPTH, text);
    }

    fn levels(&mut self, instrument: u32, time: i64, of: u8, text: &str) {
        let (bids, asks) = text.split_once('|').unwrap();
        let side = |text: &str| -> Vec<Entry> { text.split_whitespace().map(level).collect() };
        let header = EventHeader {
            ts_recv: time,
            ts_event: time,
            instrument,
            kind: of,
            ..Default::default()
        };
        self.event(header, &side(bids), &side(asks));
    }

    /// The book is lost.
    pub fn reset(&mut self, instrument: u32, time: i64) {
        let header = EventHeader {
            ts_recv: time,
            ts_event: time,
            instrument,
            kind: kind::RESET,
            ..Default::default()
        };
        self.event(header, &[], &[]);
    }

    /// A trade: `"+5@100.02"` by a buyer, `"-3@99.99"` by a seller, `"?1@100"` not told.
    pub fn trade(&mut self, instrument: u32, time: i64, text: &str) {
        let (quantity, price) = text[1..].split_once('@').unwrap();
        let entry = level(&format!("{price}x{quantity}"));
        let flags = if text.starts_with('?') { event_flag::NO_SIDE } else { 0 };
        let header = EventHeader {
            ts_recv: time,
            ts_event: time,
            instrument,
            kind: kind::TRADE,
            flags,
            ..Default::default()
        };
        if text.starts_with('-') {
            self.event(header, &[], &[entry]);
        } else {
            self.event(header, &[entry], &[]);
        }
    }

    /// All of an instrument's row once everything due by `time` has happened.
    pub fn row(&mut self, instrument: u32, time: i64) -> Vec<f64> {
        self.engine.advance(time, &self.markets);
        let (mut values, mut mask) = ([0.0; super::MAX_ROW], [0; super::MAX_ROW]);
        let count = self.engine.row(instrument, time, &self.markets, &mut values, &mut mask);
        values[..count].to_vec()
    }

    /// The same bench, saved and restored into fresh kernels; markets are taken over.
    pub fn restored(self) -> Self {
        let mut w = StateWriter::new();
        self.engine.save(&mut w);
        let mut engine = FeatureEngine::new(self.engine.set().clone(), &self.directory, 0).unwrap();
        engine.restore(&mut StateReader::new(w.as_bytes()), &self.markets).unwrap();
        Self { engine, ..self }
    }

    /// Whether fresh kernels take these bytes.
    pub fn restores(&self, state: &[u8]) -> Result<(), CoreError> {
        let mut engine = FeatureEngine::new(self.engine.set().clone(), &self.directory, 0).unwrap();
        engine.restore(&mut StateReader::new(state), &self.markets)
    }

    /// Canonical bytes of all kernels.
    pub fn state(&self) -> Vec<u8> {
        let mut w = StateWriter::new();
        self.engine.save(&mut w);
        w.into_bytes()
    }
}

fn directory() -> Directory {
    let instrument = |symbol: &str| Instrument {
        venue: "venue".into(),
        symbol: symbol.into(),
        price_scale: SCALES.0,
        quantity_scale: SCALES.1,
        versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: true }],
    };
    Directory { instruments: vec![instrument("A"), instrument("B")], sources: Vec::new() }
}

/// `"100.02x3"`.
pub fn level(text: &str) -> Entry {
    let (price, quantity) = text.split_once('x').unwrap();
    Entry {
        price: decimal::parse(price.as_bytes(), SCALES.0).unwrap(),
        quantity: decimal::parse(quantity.as_bytes(), SCALES.1).unwrap(),
    }
}

/// Asserts that values agree, null with null, to a relative error of 1e-12.
#[track_caller]
pub fn assert_close(found: f64, expected: f64) {
    let same = found.is_nan() && expected.is_nan();
    let near = (found - expected).abs() <= 1e-12 * expected.abs().max(1e-300);
    assert!(same || near, "{found} is not {expected}");
}
