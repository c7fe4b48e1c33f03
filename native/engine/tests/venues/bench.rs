//! A feed of a few instruments and the books behind it, for frames made by hand.

use tickwright_engine::core::Market;
use tickwright_engine::state::{StateReader, StateWriter};
use tickwright_engine::venue::{Feed, Outcome, SyncCounters, Venue};
use tickwright_engine::{
    Directory, Entry, EventBuf, EventHeader, FrameError, Instrument, InstrumentVersion,
};

/// An event that came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub header: EventHeader,
    pub bids: Vec<Entry>,
    pub asks: Vec<Entry>,
}

/// The feed, and what it said last.
pub struct Bench {
    venue: Venue,
    feed: Feed,
    directory: Directory,
    pub markets: Vec<Market>,
    out: EventBuf,
    stamp: i64,
}

/// An instrument with steps of one unit.
pub fn instrument(venue: Venue, symbol: &str, price_scale: u8, quantity_scale: u8) -> Instrument {
    let version = InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: false };
    Instrument {
        venue: venue.name().to_owned(),
        symbol: symbol.to_owned(),
        price_scale,
        quantity_scale,
        versions: vec![version],
    }
}

impl Bench {
    /// Instruments by symbol, price scale, quantity scale.
    pub fn new(venue: Venue, of: &[(&str, u8, u8)]) -> Self {
        let instruments = of.iter().map(|(symbol, p, q)| instrument(venue, symbol, *p, *q));
        let mut directory = Directory { instruments: instruments.collect(), sources: Vec::new() };
        let feed = Feed::new(venue, &mut directory);
        let markets = directory.instruments.iter().map(|i| Market::new(i).unwrap()).collect();
        Self { venue, feed, directory, markets, out: EventBuf::new(), stamp: 0 }
    }

    /// Hands over a frame; its events go to the books.
    pub fn take(&mut self, frame: impl AsRef<[u8]>) -> Result<Outcome, FrameError> {
        self.take_over(0, frame)
    }

    /// The same over a connection of a number.
    pub fn take_over(
        &mut self,
        connection: u16,
        frame: impl AsRef<[u8]>,
    ) -> Result<Outcome, FrameError> {
        self.stamp += 1;
        self.out.clear();
        let taken = self.feed.frame_of(connection, frame.as_ref(), self.stamp, &mut self.out);
        assert_eq!(self.out.open_entries(), 0, "entries are left behind");
        self.apply();
        taken
    }

    /// Hands over the body of a book that was asked for.
    pub fn body(&mut self, instrument: u32, body: impl AsRef<[u8]>) -> Result<Outcome, FrameError> {
        self.stamp += 1;
        self.out.clear();
        let taken = self.feed.snapshot(instrument, body.as_ref(), self.stamp, &mut self.out);
        self.apply();
        taken
    }

    pub fn disconnect(&mut self) {
        self.stamp += 1;
        self.out.clear();
        self.feed.disconnected(self.stamp, &mut self.out);
        self.apply();
    }

    fn apply(&mut self) {
        for event in self.out.iter() {
            self.markets[event.header.instrument as usize].apply(event);
        }
    }

    /// A frame that must pass: its events.
    pub fn events(&mut self, frame: impl AsRef<[u8]>) -> Vec<Seen> {
        self.take(frame).unwrap();
        self.seen()
    }

    /// A frame that must be refused, its code; events left are those of resets.
    pub fn refusal(&mut self, frame: impl AsRef<[u8]>) -> &'static str {
        self.take(frame).expect_err("the frame must be refused").code
    }

    /// Events of the last input.
    pub fn seen(&self) -> Vec<Seen> {
        let seen = |event: tickwright_engine::EventRef<'_>| Seen {
            header: *event.header,
            bids: event.bids.to_vec(),
            asks: event.asks.to_vec(),
        };
        self.out.iter().map(seen).collect()
    }

    /// Kinds of the events of the last input.
    pub fn kinds(&self) -> Vec<u8> {
        self.out.headers().iter().map(|h| h.kind).collect()
    }

    pub fn counters(&self, instrument: u32) -> SyncCounters {
        self.feed.counters(instrument)
    }

    pub fn feed(&mut self) -> &mut Feed {
        &mut self.feed
    }

    /// Name of the source of an event.
    pub fn source(&self, seen: &Seen) -> &str {
        &self.directory.sources[seen.header.source as usize].name
    }

    /// The names of drift, each with its count.
    pub fn drift(&self) -> Vec<String> {
        let name = |d: &tickwright_engine::venue::Drift| {
            format!("{}.{} {:?} {}", d.message, d.field, d.change, d.count)
        };
        self.feed.drift().iter().map(name).collect()
    }

    /// Another bench with the saved state of this one's feed and books.
    pub fn restored(&self) -> Self {
        let mut directory = self.directory.clone();
        let mut feed = Feed::new(self.venue, &mut directory);
        let mut w = StateWriter::new();
        self.feed.save(&mut w);
        let mut r = StateReader::new(w.as_bytes());
        feed.restore(&mut r).unwrap();
        assert!(r.is_at_end(), "restore reads all that was saved");
        let mut again = StateWriter::new();
        feed.save(&mut again);
        assert_eq!(w.as_bytes(), again.as_bytes(), "saved again, the same bytes");
        let markets = self.markets.iter().zip(&directory.instruments);
        let markets = markets.map(|(market, instrument)| {
            let mut w = StateWriter::new();
            market.save(&mut w);
            let mut copy = Market::new(instrument).unwrap();
            copy.restore(&mut StateReader::new(w.as_bytes())).unwrap();
            copy
        });
        Self {
            venue: self.venue,
            feed,
            markets: markets.collect(),
            directory,
            out: EventBuf::new(),
            stamp: self.stamp,
        }
    }
}

/// Cuts a frame at every byte and flips every byte in turn, each on a fresh feed that has taken
/// `before`: nothing may panic, and where the frame is refused no event but a reset may stay.
pub fn damage(make: impl Fn() -> Bench, before: &[&str], frame: &str) {
    let ready = || {
        let mut bench = make();
        for frame in before {
            bench.take(frame).unwrap();
        }
        bench
    };
    let try_out = |bytes: &[u8]| {
        let mut bench = ready();
        if bench.take(bytes).is_err() {
            let left = bench.kinds();
            let resets = left.iter().all(|k| *k == tickwright_engine::event::kind::RESET);
            assert!(resets, "{left:?} of {}", String::from_utf8_lossy(bytes));
        }
    };
    for end in 0..frame.len() {
        let cut = &frame.as_bytes()[..end];
        try_out(cut);
        assert!(ready().take(cut).is_err(), "{} passed", String::from_utf8_lossy(cut));
    }
    for place in 0..frame.len() {
        for bits in [0x01, 0x10, 0x80] {
            let mut bytes = frame.as_bytes().to_vec();
            bytes[place] ^= bits;
            try_out(&bytes);
        }
    }
}
