//! Sync rules through the feed: each branch by a case, then random streams with every fault against a
//! market whose true book is known at each update.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use tickwright_engine::schema::{event_flag, kind, proof_reason};
use tickwright_engine::state::{StateReader, StateWriter};
use tickwright_engine::venue::wire::buffer::MAX_BUFFERED;
use tickwright_engine::venue::wire::sync::BACKWARD_RUN;
use tickwright_engine::venue::{Feed, Outcome, SyncCounters, Venue};
use tickwright_engine::{Directory, EventBuf, EventHeader, Instrument, InstrumentVersion};

fn instrument(venue: Venue) -> Instrument {
    Instrument {
        venue: venue.name().into(),
        symbol: "BTCUSDT".into(),
        price_scale: 0,
        quantity_scale: 0,
        versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: false }],
    }
}

/// A feed of one instrument, and what it said last.
struct Bench {
    venue: Venue,
    feed: Feed,
    directory: Directory,
    out: EventBuf,
    stamp: i64,
}

impl Bench {
    fn new(venue: Venue) -> Self {
        let mut directory = Directory { instruments: vec![instrument(venue)], sources: Vec::new() };
        let feed = Feed::new(venue, &mut directory);
        Self { venue, feed, directory, out: EventBuf::new(), stamp: 0 }
    }

    /// A depth update of ids `first..=last` behind `previous`.
    fn depth(&mut self, first: u64, last: u64, previous: u64) -> Outcome {
        self.diff(first, last, previous, &[(10, 1)])
    }

    fn diff(&mut self, first: u64, last: u64, previous: u64, bids: &[(i64, i64)]) -> Outcome {
        let link = if self.venue.futures() {
            format!(r#","T":{last},"s":"BTCUSDT","U":{first},"u":{last},"pu":{previous}"#)
        } else {
            format!(r#","s":"BTCUSDT","U":{first},"u":{last}"#)
        };
        let bids = levels(bids.iter().copied());
        self.frame(&format!(r#"{{"e":"depthUpdate","E":{last}{link},"b":{bids},"a":[]}}"#))
    }

    fn snapshot(&mut self, id: u64) -> Outcome {
        self.body(id, &[(10, 5)])
    }

    fn body(&mut self, id: u64, bids: &[(i64, i64)]) -> Outcome {
        let bids = levels(bids.iter().copied());
        let body = format!(r#"{{"lastUpdateId":{id},"bids":{bids},"asks":[]}}"#);
        self.stamp += 1;
        self.out.clear();
        self.feed.snapshot(0, body.as_bytes(), self.stamp, &mut self.out).unwrap()
    }

    fn frame(&mut self, text: &str) -> Outcome {
        self.stamp += 1;
        self.out.clear();
        self.feed.frame(text.as_bytes(), self.stamp, &mut self.out).unwrap()
    }

    fn headers(&self) -> Vec<EventHeader> {
        self.out.iter().map(|e| *e.header).collect()
    }

    /// Kind and word of each event: last id, or the reason of a reset.
    fn said(&self) -> Vec<(u8, u64)> {
        let word = |h: &EventHeader| if h.kind == kind::RESET { h.w0 } else { h.w1 };
        self.headers().iter().map(|h| (h.kind, word(h))).collect()
    }

    fn counters(&self) -> SyncCounters {
        self.feed.counters(0)
    }

    /// The same feed in another process.
    fn restart(&mut self) {
        let mut w = StateWriter::new();
        self.feed.save(&mut w);
        let bytes = w.into_bytes();
        let mut directory = self.directory.clone();
        let mut feed = Feed::new(self.venue, &mut directory);
        let mut r = StateReader::new(&bytes);
        feed.restore(&mut r).unwrap();
        assert!(r.is_at_end());
        assert_eq!(directory, self.directory);
        self.feed = feed;
    }
}

fn levels(levels: impl Iterator<Item = (i64, i64)>) -> String {
    let level = |(price, quantity)| format!(r#"["{price}","{quantity}"]"#);
    format!("[{}]", levels.map(level).collect::<Vec<_>>().join(","))
}

const BOTH: [Venue; 2] = [Venue::Binance, Venue::BinanceUsdm];
const GAP: (u8, u64) = (kind::RESET, proof_reason::GAP as u64);

#[test]
fn updates_wait_for_the_snapshot_and_follow_it() {
    for venue in BOTH {
        let mut b = Bench::new(venue);
        assert!(b.feed.wants_snapshot(0));
        assert_eq!(b.depth(1, 4, 0), Outcome::Buffered);
        assert_eq!(b.depth(5, 8, 4), Outcome::Buffered);
        assert_eq!(b.depth(9, 12, 8), Outcome::Buffered);
        assert_eq!(b.snapshot(6), Outcome::Events);
        assert_eq!(b.said(), [(kind::SNAPSHOT, 6), (kind::DEPTH, 8), (kind::DEPTH, 12)]);
        let [snapshot, first, _] = b.headers()[..] else { panic!() };
        assert_eq!((snapshot.flags, snapshot.ts_event), (event_flag::NO_EVENT_TIME, 0));
        assert_eq!((first.flags, first.ts_recv), (event_flag::DEFERRED, b.stamp));
        assert_eq!(first.ts_event, 8_000_000);
        assert!(!b.feed.wants_snapshot(0));
        assert_eq!(b.depth(13, 13, 12), Outcome::Events);
        assert_eq!(b.headers()[0].flags, 0);
        let expected = SyncCounters { stale: 1, deferred: 2, ..SyncCounters::default() };
        assert_eq!(b.counters(), expected);
    }
}

#[test]
fn a_snapshot_before_all_updates_is_out_at_once() {
    for venue in BOTH {
        let mut b = Bench::new(venue);
        assert_eq!(b.snapshot(10), Outcome::Events);
        assert_eq!(b.said(), [(kind::SNAPSHOT, 10)]);
        assert!(!b.feed.wants_snapshot(0));
        assert_eq!(b.depth(5, 9, 4), Outcome::Stale);
        assert_eq!(b.depth(10, 11, 9), Outcome::Events);
        assert_eq!(b.said(), [(kind::DEPTH, 11)]);
        assert_eq!(b.counters().stale, 1);
    }
}

#[test]
fn joins_at_the_edges() {
    // S4: `U ≤ id + 1 ≤ u`.
    for (first, last, joins) in [(11, 11, true), (8, 11, true), (11, 15, true), (12, 12, false)] {
        let mut b = Bench::new(Venue::Binance);
        b.snapshot(10);
        b.depth(first, last, 0);
        assert_eq!(b.said(), [if joins { (kind::DEPTH, last) } else { GAP }]);
    }
    // U4: `U ≤ id ≤ u`; U5: `pu = id`.
    let cases = [
        (10, 10, 9, true),
        (8, 10, 7, true),
        (10, 15, 7, true),
        (14, 15, 10, true),
        (11, 15, 9, false),
        (14, 15, 12, false),
    ];
    for (first, last, previous, joins) in cases {
        let mut b = Bench::new(Venue::BinanceUsdm);
        b.snapshot(10);
        b.depth(first, last, previous);
        assert_eq!(b.said(), [if joins { (kind::DEPTH, last) } else { GAP }]);
    }
    // S3: an update that ends with the snapshot is in it. U3: it is the one to join with.
    let mut b = Bench::new(Venue::Binance);
    b.depth(5, 10, 4);
    b.snapshot(10);
    assert_eq!(b.said(), [(kind::SNAPSHOT, 10)]);
    let mut b = Bench::new(Venue::BinanceUsdm);
    b.depth(5, 10, 4);
    b.snapshot(10);
    assert_eq!(b.said(), [(kind::SNAPSHOT, 10), (kind::DEPTH, 10)]);
}

#[test]
fn a_gap_resets_and_the_frame_starts_anew() {
    for venue in BOTH {
        let mut b = Bench::new(venue);
        b.snapshot(10);
        b.depth(10, 12, 9);
        assert_eq!(b.depth(14, 15, 13), Outcome::Events);
        assert_eq!(b.said(), [GAP]);
        let reset = b.headers()[0];
        assert_eq!((reset.ts_recv, reset.flags), (b.stamp, event_flag::NO_EVENT_TIME));
        assert!(b.feed.wants_snapshot(0));
        assert_eq!(b.depth(16, 18, 15), Outcome::Buffered);
        assert_eq!(b.snapshot(15), Outcome::Events);
        let tail = [(kind::DEPTH, 15), (kind::DEPTH, 18)];
        let tail = if venue.futures() { &tail[..] } else { &tail[1..] };
        assert_eq!(b.said()[1..], *tail);
        assert_eq!((b.counters().gaps, b.counters().resyncs), (1, 1));
    }
}

#[test]
fn repeated_and_late_updates_change_nothing() {
    for venue in BOTH {
        let mut b = Bench::new(venue);
        b.snapshot(10);
        b.depth(10, 12, 9);
        b.depth(13, 15, 12);
        assert_eq!(b.depth(13, 15, 12), Outcome::Duplicate);
        assert_eq!(b.depth(10, 12, 9), Outcome::Stale);
        assert!(b.out.is_empty());
        assert_eq!(b.depth(16, 17, 15), Outcome::Events);
        let c = b.counters();
        assert_eq!((c.duplicates, c.out_of_order, c.gaps), (1, 1, 0));
    }
    // S6: an update that overlaps what is known goes on from it.
    let mut b = Bench::new(Venue::Binance);
    b.snapshot(10);
    b.depth(11, 12, 0);
    assert_eq!(b.depth(12, 14, 0), Outcome::Events);
}

#[test]
fn old_and_repeated_snapshots() {
    for venue in BOTH {
        let mut b = Bench::new(venue);
        b.depth(20, 22, 19);
        assert_eq!(b.snapshot(10), Outcome::Events);
        assert_eq!(b.said(), [(kind::RESET, proof_reason::SNAPSHOT_TOO_OLD.into())]);
        assert!(b.feed.wants_snapshot(0));
        assert_eq!(b.snapshot(21), Outcome::Events);
        assert_eq!(b.said(), [(kind::SNAPSHOT, 21), (kind::DEPTH, 22)]);
        assert_eq!(b.snapshot(22), Outcome::Stale);
        assert_eq!(b.snapshot(15), Outcome::Stale);
        // A later one refreshes the book, and the next update must join it.
        assert_eq!(b.snapshot(24), Outcome::Events);
        assert_eq!(b.depth(23, 25, 22), Outcome::Events);
        assert_eq!(b.said(), [(kind::DEPTH, 25)]);
        let c = b.counters();
        assert_eq!((c.snapshots_too_old, c.stale, c.resyncs, c.gaps), (1, 2, 1, 0));
    }
}

#[test]
fn holes_and_repeats_while_buffering() {
    for venue in BOTH {
        let mut b = Bench::new(venue);
        b.depth(1, 4, 0);
        assert_eq!(b.depth(1, 4, 0), Outcome::Duplicate);
        assert_eq!(b.depth(7, 9, 6), Outcome::Buffered);
        assert_eq!(b.depth(1, 4, 0), Outcome::Stale);
        b.snapshot(8);
        assert_eq!(b.said(), [(kind::SNAPSHOT, 8), (kind::DEPTH, 9)]);
        let c = b.counters();
        assert_eq!((c.gaps, c.duplicates, c.out_of_order), (1, 1, 1));
    }
}

#[test]
fn a_full_buffer_says_so_and_starts_anew() {
    for venue in BOTH {
        let mut b = Bench::new(venue);
        let full = MAX_BUFFERED as u64;
        for id in 1..=full {
            assert_eq!(b.depth(id, id, id - 1), Outcome::Buffered);
        }
        assert_eq!(b.depth(full + 1, full + 1, full), Outcome::Events);
        assert_eq!(b.said(), [(kind::RESET, proof_reason::BUFFER_FULL.into())]);
        assert_eq!(b.counters().buffer_full, 1);
        b.depth(full + 2, full + 2, full + 1);
        b.snapshot(full + 1);
        assert_eq!(b.said().last(), Some(&(kind::DEPTH, full + 2)));
    }
}

#[test]
fn a_new_numbering_is_found_and_resynchronised() {
    for venue in BOTH {
        let mut b = Bench::new(venue);
        b.snapshot(1_000_000);
        b.depth(1_000_000, 1_000_001, 999_999);
        let run = u64::from(BACKWARD_RUN);
        for id in 1..run {
            assert_eq!(b.depth(id, id, id - 1), Outcome::Stale);
        }
        assert_eq!(b.depth(run, run, run - 1), Outcome::Events);
        assert_eq!(b.said(), [(kind::RESET, proof_reason::OUT_OF_ORDER.into())]);
        b.snapshot(run);
        assert_eq!(b.depth(run + 1, run + 1, run), Outcome::Events);
        assert_eq!(b.said(), [(kind::DEPTH, run + 1)]);
    }
}

#[test]
fn a_lost_connection_resets_joined_books_alone() {
    for venue in BOTH {
        let mut b = Bench::new(venue);
        b.depth(1, 2, 0);
        b.feed.disconnected(7, &mut b.out);
        assert!(b.out.is_empty());
        b.snapshot(10);
        b.out.clear();
        b.feed.disconnected(8, &mut b.out);
        assert_eq!(b.said(), [(kind::RESET, proof_reason::DISCONNECTED.into())]);
        assert_eq!(b.headers()[0].ts_recv, 8);
        assert!(b.feed.wants_snapshot(0));
    }
}

#[test]
fn refused_bodies_leave_the_book_alone() {
    let mut b = Bench::new(Venue::Binance);
    b.depth(1, 4, 0);
    let cases = [
        (0, r#"{"code":-1121,"msg":"Invalid symbol."}"#, "E_FRAME_SCHEMA"),
        (0, r#"{"lastUpdateId":4,"bids":[["1.5","1"]],"asks":[]}"#, "E_SCALE"),
        (0, r#"{"lastUpdateId":4,"symbol":"ETHUSDT","bids":[],"asks":[]}"#, "E_SYMBOL"),
        (0, r#"{"lastUpdateId":4,"bids":[]}"#, "E_FRAME_SCHEMA"),
        (9, r#"{"lastUpdateId":4,"bids":[],"asks":[]}"#, "E_SYMBOL"),
    ];
    for (instrument, body, code) in cases {
        b.out.clear();
        let error = b.feed.snapshot(instrument, body.as_bytes(), 1, &mut b.out).unwrap_err();
        assert_eq!(error.code, code, "{body}");
        assert!(b.out.is_empty() && b.feed.wants_snapshot(0));
    }
    assert_eq!((b.counters().refused, b.feed.refused_unnamed()), (4, 1));
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }
}

type Levels = BTreeMap<i64, i64>;

/// One update of the true market.
struct Update {
    first: u64,
    last: u64,
    previous: u64,
    changes: Vec<(i64, i64)>,
}

/// A market: updates, and the true book at each id.
fn market(
    random: &mut Random,
    futures: bool,
    count: usize,
) -> (Vec<Update>, BTreeMap<u64, Levels>) {
    let (mut book, mut truth, mut updates) = (Levels::new(), BTreeMap::new(), Vec::new());
    let (mut id, mut previous) = (100, 100);
    truth.insert(id, book.clone());
    for _ in 0..count {
        // Ids of futures are those of all symbols: they jump between updates.
        id += if futures { random.below(4) } else { 0 };
        let first = id + 1;
        let mut changes = Levels::new();
        for _ in 0..=random.below(4) {
            id += 1;
            let (price, quantity) = (1 + random.below(12) as i64, random.below(4) as i64);
            changes.insert(price, quantity);
            book.insert(price, quantity);
            book.retain(|_, quantity| *quantity > 0);
            truth.insert(id, book.clone());
        }
        updates.push(Update { first, last: id, previous, changes: changes.into_iter().collect() });
        previous = id;
    }
    (updates, truth)
}

/// The book that the events make; `None` while it is lost.
#[derive(Default)]
struct Follower {
    book: Option<(u64, Levels)>,
    checked: u64,
}

impl Follower {
    fn follow(&mut self, out: &EventBuf, truth: &BTreeMap<u64, Levels>) {
        for event in out.iter() {
            match event.header.kind {
                kind::RESET => self.book = None,
                kind::SNAPSHOT => self.book = Some((event.header.w1, Levels::new())),
                _ => {}
            }
            let Some((id, levels)) = &mut self.book else { continue };
            assert!(*id <= event.header.w1);
            *id = event.header.w1;
            levels.extend(event.bids.iter().map(|l| (l.price, l.quantity)));
            levels.retain(|_, quantity| *quantity > 0);
            assert_eq!(*levels, truth[id], "book at {id}");
            self.checked += 1;
        }
    }
}

#[test]
fn a_joined_book_is_always_the_true_one() {
    let mut checked = 0;
    for seed in 1..=60_u64 {
        let venue = BOTH[seed as usize % 2];
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (updates, truth) = market(&mut random, venue.futures(), 400);
        let ids: Vec<u64> = truth.keys().copied().collect();
        let (mut b, mut follower) = (Bench::new(venue), Follower::default());
        for (index, update) in updates.iter().enumerate() {
            let give = |b: &mut Bench, u: &Update| b.diff(u.first, u.last, u.previous, &u.changes);
            if !random.chance(20) {
                give(&mut b, update);
                follower.follow(&b.out, &truth);
            }
            if random.chance(60) {
                let back = random.below(index as u64 + 1) as usize;
                give(&mut b, &updates[back]);
                follower.follow(&b.out, &truth);
            }
            if random.chance(10) {
                b.out.clear();
                b.feed.disconnected(b.stamp, &mut b.out);
                follower.follow(&b.out, &truth);
            }
            if random.chance(if b.feed.wants_snapshot(0) { 300 } else { 15 }) {
                let near = ids.partition_point(|id| *id <= update.last) as u64;
                let place = (near + random.below(12)).saturating_sub(8) as usize;
                let id = ids[place.min(ids.len() - 1)];
                let levels: Vec<_> = truth[&id].iter().map(|(p, q)| (*p, *q)).collect();
                b.body(id, &levels);
                follower.follow(&b.out, &truth);
            }
            if random.chance(30) {
                b.restart();
            }
            assert_eq!(b.feed.wants_snapshot(0), follower.book.is_none());
        }
        checked += follower.checked;
    }
    assert!(checked > 10_000, "{checked}");
}
