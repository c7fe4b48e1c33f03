//! One venue's feed and books under hand-made frames.

use tickwright_engine::core::Market;
use tickwright_engine::event::kind;
use tickwright_engine::state::{StateReader, StateWriter};
use tickwright_engine::venue::{Feed, Outcome, Venue};
use tickwright_engine::{
    Directory, Entry, EventBuf, EventHeader, FrameError, Instrument, InstrumentVersion,
};

pub struct Rig {
    pub feed: Feed,
    pub directory: Directory,
    pub markets: Vec<Market>,
    /// Events of the last input.
    pub buf: EventBuf,
    pub ts_recv: i64,
}

impl Rig {
    /// Instruments of a venue, each with its scales of price and quantity.
    pub fn new(venue: Venue, instruments: &[(&str, u8, u8)]) -> Self {
        let instrument = |&(symbol, price_scale, quantity_scale): &(&str, u8, u8)| Instrument {
            venue: venue.name().to_owned(),
            symbol: symbol.to_owned(),
            price_scale,
            quantity_scale,
            versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: true }],
        };
        let instruments = instruments.iter().map(instrument).collect();
        let mut directory = Directory { instruments, sources: Vec::new() };
        let feed = Feed::new(venue, &mut directory);
        let markets = directory.instruments.iter().map(|i| Market::new(i).unwrap()).collect();
        Self { feed, directory, markets, buf: EventBuf::new(), ts_recv: 1_700_000_000_000_000_000 }
    }

    fn taken(&mut self, outcome: Result<Outcome, FrameError>) -> Result<Outcome, FrameError> {
        for event in self.buf.iter() {
            self.markets[event.header.instrument as usize].apply(event);
        }
        outcome
    }

    pub fn on(&mut self, connection: u16, frame: &str) -> Result<Outcome, FrameError> {
        self.buf.clear();
        self.ts_recv += 1_000_000;
        let outcome =
            self.feed.frame_of(connection, frame.as_bytes(), self.ts_recv, &mut self.buf);
        self.taken(outcome)
    }

    pub fn frame(&mut self, frame: &str) -> Result<Outcome, FrameError> {
        self.on(0, frame)
    }

    pub fn body(&mut self, instrument: u32, body: &str) -> Result<Outcome, FrameError> {
        self.buf.clear();
        self.ts_recv += 1_000_000;
        let outcome =
            self.feed.snapshot(instrument, body.as_bytes(), self.ts_recv, &mut self.buf);
        self.taken(outcome)
    }

    /// Frames that must be taken.
    pub fn take(&mut self, frames: &[&str]) {
        for frame in frames {
            self.frame(frame).unwrap_or_else(|e| panic!("{e}: {frame}"));
        }
    }

    /// The refusal's code.
    pub fn refusal(&mut self, frame: &str) -> &'static str {
        self.frame(frame).err().map_or("taken", |e| e.code)
    }

    pub fn kinds(&self) -> Vec<&'static str> {
        self.buf.headers().iter().map(|h| kind::name(h.kind)).collect()
    }

    /// The only event of the last input: header, bids, asks as price and quantity.
    pub fn event(&self) -> (EventHeader, Vec<(i64, i64)>, Vec<(i64, i64)>) {
        assert_eq!(self.buf.len(), 1, "{:?}", self.kinds());
        self.nth(0)
    }

    pub fn nth(&self, index: usize) -> (EventHeader, Vec<(i64, i64)>, Vec<(i64, i64)>) {
        let event = self.buf.get(index);
        let pairs = |list: &[Entry]| list.iter().map(|e| (e.price, e.quantity)).collect();
        (*event.header, pairs(event.bids), pairs(event.asks))
    }

    pub fn touch(&self) -> Option<((i64, i64), (i64, i64))> {
        let pair = |e: Entry| (e.price, e.quantity);
        self.markets[0].bid.map(pair).zip(self.markets[0].ask.map(pair))
    }

    /// Another rig that goes on from this one's saved state.
    pub fn reopened(&self, venue: Venue) -> Self {
        let mut directory = self.directory.clone();
        let mut feed = Feed::new(venue, &mut directory);
        let mut w = StateWriter::new();
        self.feed.save(&mut w);
        feed.restore(&mut StateReader::new(w.as_bytes())).unwrap();
        let markets = directory.instruments.iter().zip(&self.markets).map(|(i, market)| {
            let mut w = StateWriter::new();
            market.save(&mut w);
            let mut out = Market::new(i).unwrap();
            out.restore(&mut StateReader::new(w.as_bytes())).unwrap();
            out
        });
        let markets = markets.collect();
        Self { feed, directory, markets, buf: EventBuf::new(), ts_recv: self.ts_recv }
    }

    /// Frames cut at every byte, and with every byte changed: refused or taken, never a panic; what is
    /// refused leaves no event but resets.
    pub fn maltreat(&self, venue: Venue, frames: &[&str]) {
        for frame in frames {
            for at in 0..frame.len() {
                let cut = frame.as_bytes()[..at].to_vec();
                let mut flipped = frame.as_bytes().to_vec();
                flipped[at] ^= 1 << (at % 8);
                for bytes in [cut, flipped] {
                    let mut rig = self.reopened(venue);
                    if rig.feed.frame(&bytes, rig.ts_recv, &mut rig.buf).is_err() {
                        let resets = rig.kinds().iter().all(|kind| *kind == "reset");
                        assert!(resets, "{:?}: {}", rig.kinds(), String::from_utf8_lossy(&bytes));
                    }
                }
            }
        }
    }
}
