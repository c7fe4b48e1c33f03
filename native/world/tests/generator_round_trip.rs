//! Generated frames through the real parser and sync: what comes out must be the events that were
//! made. Proves parser and generator against each other where there are no recordings.
#![allow(clippy::expect_used)]

use std::collections::BTreeMap;

use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::proof_reason;
use tickwright_engine::venue::{Feed, Outcome, Venue};
use tickwright_engine::{Entry, EventBuf, EventHeader, EventRef};
use tickwright_world::generator::{Fault, Faults, GeneratedKind, Generator, GeneratorConfig};

const VENUES: [(Venue, &str, [&str; 2]); 3] = [
    (Venue::Binance, "binance", ["BTCUSDT", "ETHUSDT"]),
    (Venue::BinanceUsdm, "binance-usdm", ["BTCUSDT", "ETHUSDT"]),
    (Venue::BinanceCoinm, "binance-coinm", ["BTCUSD_PERP", "ETHUSD_PERP"]),
];

fn config(name: &str, symbols: &[&str], seed: u64, seconds: u32) -> GeneratorConfig {
    GeneratorConfig::new(seed, seconds).with_symbols(name, symbols).expect("known symbols")
}

/// What was seen on the way, so that a test can tell that it tested something.
#[derive(Debug, Default)]
struct Seen {
    kinds: BTreeMap<&'static str, u64>,
    deferred: u64,
    resets: BTreeMap<u64, u64>,
    malformed: u64,
    duplicated: u64,
    /// Dropped, duplicated, swapped, malformed.
    faults_made: [u64; 4],
    /// As the feed counted, over all instruments.
    gaps: u64,
    stale: u64,
    refused: u64,
}

/// Feeds every input to the parser, and compares event by event.
fn round_trip(venue: Venue, config: &GeneratorConfig) -> Seen {
    let mut generator = Generator::new(config).expect("a configuration");
    let mut directory = generator.directory().clone();
    let mut feed = Feed::new(venue, &mut directory);
    let (mut bytes, mut parsed, mut seen) = (Vec::new(), EventBuf::new(), Seen::default());
    let mut last = i64::MIN;
    while let Some(input) = generator.next_input(&mut bytes) {
        assert!(input.ts_recv > last, "stamps rise strictly");
        last = input.ts_recv;
        parsed.clear();
        let outcome = match input.kind {
            GeneratedKind::Frame => feed.frame(&bytes, input.ts_recv, &mut parsed),
            GeneratedKind::Snapshot => {
                feed.snapshot(input.instrument, &bytes, input.ts_recv, &mut parsed)
            }
        };
        let text = || String::from_utf8_lossy(&bytes[..bytes.len().min(300)]).into_owned();
        match input.fault {
            Some(Fault::Malformed) => {
                seen.malformed += 1;
                assert!(outcome.is_err(), "{outcome:?} of a cut frame {}", text());
            }
            Some(Fault::Duplicated) => {
                seen.duplicated += 1;
                let dropped = [Ok(Outcome::Duplicate), Ok(Outcome::Stale)].contains(&outcome);
                assert!(dropped, "{outcome:?} of a repeated frame {}", text());
            }
            _ => assert!(outcome.is_ok(), "{outcome:?} of {}", text()),
        }
        same(&parsed, generator.events(), &text);
        seen.count(&parsed);
        bytes.clear();
    }
    for instrument in 0..config.instruments.len() as u32 {
        let counters = feed.counters(instrument);
        seen.gaps += counters.gaps;
        seen.stale += counters.stale;
        seen.refused += counters.refused;
    }
    seen.refused += feed.refused_unnamed();
    seen.faults_made = generator.faults_made();
    seen
}

fn same(parsed: &EventBuf, made: &EventBuf, text: &dyn Fn() -> String) {
    assert_eq!(parsed.len(), made.len(), "number of events of {}", text());
    for (left, right) in parsed.iter().zip(made.iter()) {
        assert_eq!(left.header, right.header, "header of {}", text());
        assert_eq!(left.bids, right.bids, "bids of {}", text());
        assert_eq!(left.asks, right.asks, "asks of {}", text());
    }
}

impl Seen {
    fn count(&mut self, events: &EventBuf) {
        for event in events.iter() {
            *self.kinds.entry(kind::name(event.header.kind)).or_insert(0) += 1;
            self.deferred += u64::from(event.header.flags & event_flag::DEFERRED != 0);
            if event.header.kind == kind::RESET {
                *self.resets.entry(event.header.w0).or_insert(0) += 1;
            }
        }
    }

    fn of(&self, name: &str) -> u64 {
        self.kinds.get(name).copied().unwrap_or(0)
    }

    fn gap_resets(&self) -> u64 {
        self.resets.get(&u64::from(proof_reason::GAP)).copied().unwrap_or(0)
    }
}

#[test]
fn clean_frames_give_the_events_that_were_made_on_all_three_venues() {
    for (venue, name, symbols) in VENUES {
        for seed in 1..=3 {
            let seen = round_trip(venue, &config(name, &symbols, seed, 8));
            assert_eq!(seen.of("snapshot"), 2, "one join for each instrument: {seen:?}");
            assert!(seen.deferred >= 2 && seen.stale >= 2, "diffs waited: {seen:?}");
            assert_eq!((seen.gaps, seen.refused, seen.of("reset")), (0, 0, 0), "{seen:?}");
            for kind in ["depth", "quote", "trade"] {
                assert!(seen.of(kind) > 50, "{kind}: {seen:?}");
            }
        }
    }
}

#[test]
fn every_fault_is_detected_and_the_book_comes_back() {
    let faults = Faults { dropped: 0.02, duplicated: 0.02, swapped: 0.02, malformed: 0.02 };
    for (venue, name, symbols) in VENUES {
        for seed in 1..=2 {
            let config = GeneratorConfig { faults, ..config(name, &symbols, seed, 60) };
            let seen = round_trip(venue, &config);
            let [dropped, duplicated, swapped, malformed] = seen.faults_made;
            assert!(seen.faults_made.iter().all(|&n| n > 5), "{seen:?}");
            assert_eq!((seen.malformed, seen.refused), (malformed, malformed), "{seen:?}");
            assert_eq!(seen.duplicated, duplicated, "{seen:?}");
            let gaps = seen.gap_resets();
            assert!(gaps > 5 && gaps <= dropped + 2 * swapped + malformed, "{seen:?}");
            assert!(seen.of("snapshot") >= gaps, "a snapshot after each gap: {seen:?}");
        }
    }
}

#[test]
fn a_lost_frame_is_a_gap_and_nothing_else() {
    let faults = Faults { dropped: 0.004, ..Faults::default() };
    let mut resets = 0;
    for seed in 1..=4 {
        let config = GeneratorConfig { faults, ..config("binance-usdm", &["BTCUSDT"], seed, 60) };
        let seen = round_trip(Venue::BinanceUsdm, &config);
        // Frames lost before the first snapshot, or one after the other, make no gap of their own.
        assert!(seen.gap_resets() <= seen.faults_made[0], "{seen:?}");
        assert_eq!(seen.refused, 0, "{seen:?}");
        resets += seen.gap_resets();
    }
    assert!(resets > 8, "{resets}");
}

/// A book in an ordered map; its touch is compared with the best quotes by the deferred rule: a
/// depth update with last id D has the touch of the last quote whose id is not above D.
#[derive(Default)]
struct Checker {
    bids: BTreeMap<i64, i64>,
    asks: BTreeMap<i64, i64>,
    quotes: BTreeMap<u64, [Entry; 2]>,
    pending: Vec<(u64, [Entry; 2])>,
    checked: u64,
    equal_ids: u64,
}

impl Checker {
    fn take(&mut self, event: EventRef<'_>) {
        let EventHeader { kind: event_kind, w1: id, .. } = *event.header;
        match event_kind {
            kind::QUOTE => {
                self.quotes.insert(id, [event.bids[0], event.asks[0]]);
                self.compare(id);
            }
            kind::SNAPSHOT | kind::DEPTH => {
                if event_kind == kind::SNAPSHOT {
                    self.bids.clear();
                    self.asks.clear();
                }
                set(&mut self.bids, event.bids);
                set(&mut self.asks, event.asks);
                let touch = self.touch();
                assert!(touch[0].price < touch[1].price, "crossed at {id}");
                if event_kind == kind::SNAPSHOT {
                    let levels = (event.bids.len(), event.asks.len());
                    assert!(levels.0 <= 1000 && levels.1 <= 1000, "a body holds 1000: {levels:?}");
                }
                self.pending.push((id, touch));
            }
            _ => {}
        }
    }

    fn touch(&self) -> [Entry; 2] {
        let bid = self.bids.last_key_value().expect("a bid");
        let ask = self.asks.first_key_value().expect("an ask");
        [bid, ask].map(|(&price, &quantity)| Entry { price, quantity })
    }

    /// With a quote of a later id at hand, no quote of an earlier one is still to come.
    fn compare(&mut self, id: u64) {
        let quotes = &self.quotes;
        let (mut checked, mut equal_ids) = (0, 0);
        self.pending.retain(|&(depth, touch)| {
            if depth >= id {
                return true;
            }
            if let Some((&quote, quoted)) = quotes.range(..=depth).next_back() {
                assert_eq!(*quoted, touch, "touch at {depth}");
                checked += 1;
                equal_ids += u64::from(quote == depth);
            }
            false
        });
        self.checked += checked;
        self.equal_ids += equal_ids;
        while self.quotes.len() > 10_000 {
            self.quotes.pop_first();
        }
    }
}

fn set(levels: &mut BTreeMap<i64, i64>, changes: &[Entry]) {
    for change in changes {
        if change.quantity == 0 {
            levels.remove(&change.price);
        } else {
            levels.insert(change.price, change.quantity);
        }
    }
}

#[test]
fn every_book_is_proven_by_the_best_quotes() {
    for (_, name, symbols) in VENUES {
        let config = config(name, &symbols[..1], 5, 120);
        let mut generator = Generator::new(&config).expect("a configuration");
        let (mut bytes, mut checker) = (Vec::new(), Checker::default());
        while generator.next_input(&mut bytes).is_some() {
            generator.events().iter().for_each(|event| checker.take(event));
            bytes.clear();
        }
        assert!(checker.checked > 1_000, "{name}: {} checks", checker.checked);
        assert!(checker.equal_ids > 50, "{name}: {} with equal ids", checker.equal_ids);
    }
}
