//! Coinbase Exchange: `docs/venues/coinbase.md`, rules C and X.

use crate::bench::{Bench, damage};
use crate::capture::folder;
use crate::golden;
use crate::market::{Shape, levels_of};
use crate::orders::{Order, OrderMarket, OrderStep};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use tickwright_engine::book::orders::Orders;
use tickwright_engine::book::{Book, Side};
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::{proof_level, proof_reason};
use tickwright_engine::state::StateWriter;
use tickwright_engine::venue::wire::step::Scales;
use tickwright_engine::venue::{Feed, Outcome, Venue};
use tickwright_engine::{Entry, EventBuf, decimal};

const VENUE: Venue = Venue::CoinbaseExchange;

fn bench() -> Bench {
    Bench::new(VENUE, &[("BTC-USD", 2, 8)])
}

/// A recording of 2016, and the book that it must come to.
fn recording(test: &str, number: u8) -> Option<(String, Value)> {
    let folder = folder(test)?.join("coinbase-l3-20160312");
    let mut text = String::new();
    let file = File::open(folder.join(format!("replay_coinbase_{number}.in.gz"))).unwrap();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let out = std::fs::read(folder.join(format!("replay_coinbase_{number}.out.json"))).unwrap();
    Some((text, serde_json::from_slice(&out).unwrap()))
}

/// Behind date and time.
fn frame(line: &str) -> &str {
    line.splitn(3, ' ').nth(2).unwrap()
}

/// The 50 best levels of a side.
fn best(bench: &Bench, side: Side) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    bench.markets[0].book.for_each(side, &mut |level| {
        let number = |value, scale| decimal::format(value, scale).parse::<f64>().unwrap();
        out.push((number(level.price, 2), number(level.quantity, 8)));
    });
    out.truncate(50);
    out
}

fn expected(out: &Value, side: &str) -> Vec<(f64, f64)> {
    let level = |row: &Value| (row[0].as_f64().unwrap(), row[1].as_f64().unwrap());
    out[side].as_array().unwrap().iter().map(level).collect()
}

#[test]
fn both_books_of_2016_come_out_as_stated() {
    // Additions, cancellations; messages that say nothing about the book.
    let counts = [(7_901, 789, 793), (8_374, 1_257, 1_266)];
    for (number, (added, cancelled, received)) in (0..).zip(counts) {
        let Some((text, out)) = recording("both_books_of_2016_come_out_as_stated", number) else {
            return;
        };
        let mut bench = bench();
        let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
        let mut passed: BTreeMap<&str, u64> = BTreeMap::new();
        for line in text.lines() {
            match bench.take(frame(line)).unwrap() {
                Outcome::Ignored(what) => *passed.entry(what).or_default() += 1,
                outcome => assert_eq!(outcome, Outcome::Events, "{line}"),
            }
            bench.kinds().iter().for_each(|k| *kinds.entry(kind::name(*k)).or_default() += 1);
        }
        assert_eq!(best(&bench, Side::Bid), expected(&out, "bids"));
        assert_eq!(best(&bench, Side::Ask), expected(&out, "asks"));
        let market = &bench.markets[0];
        assert_eq!(Some(market.sequence), out["sequence"].as_u64());
        let told = [
            ("orderAdd", added),
            ("orderCancel", cancelled),
            ("orderExecute", 1),
            ("snapshot", 1),
            ("trade", 1),
        ];
        assert_eq!(kinds, BTreeMap::from(told));
        assert_eq!(passed, BTreeMap::from([("done, never open", 1), ("received", received)]));
        let counts = (market.counts.gaps, market.counts.crossed, market.counts.unjoined);
        assert_eq!(counts, (0, 0, 0));
        assert_eq!(market.proof_level(), proof_level::SEQUENCE);
        let orders = market.orders.get().unwrap().counts();
        assert_eq!((orders.unknown, orders.duplicate, orders.overfilled), (0, 0, 0));
        assert_eq!(bench.drift(), Vec::<String>::new());
    }
}

#[test]
fn a_survey_of_the_recording_learns_its_decimals() {
    let Some((text, _)) = recording("a_survey_of_the_recording_learns_its_decimals", 0) else {
        return;
    };
    let mut feed = Feed::learner(VENUE).unwrap();
    let mut out = EventBuf::new();
    for line in text.lines() {
        feed.frame(frame(line).as_bytes(), 0, &mut out).unwrap();
    }
    assert!(out.is_empty());
    let scales = Scales { price_scale: 2, quantity_scale: 8, tick: 1, lot: 1 };
    assert_eq!(feed.learned(), [("BTC-USD".to_owned(), scales)]);
}

#[test]
fn a_feed_that_is_saved_anywhere_goes_on_alike() {
    let Some((text, _)) = recording("a_feed_that_is_saved_anywhere_goes_on_alike", 0) else {
        return;
    };
    let lines: Vec<&str> = text.lines().map(frame).collect();
    for cut in [1, 3_000, 7_109, 7_110, 8_200] {
        let mut whole = bench();
        for line in &lines[..cut] {
            whole.take(line).unwrap();
        }
        let mut other = whole.restored();
        for line in &lines[cut..] {
            assert_eq!(whole.events(line), other.events(line));
        }
        let book = |bench: &Bench| levels_of(&bench.markets[0].book);
        assert_eq!(book(&whole), book(&other));
    }
}

/// An order id by a small number.
fn uuid(n: u64) -> String {
    format!("{n:08x}-aa29-43e6-bcc2-418882e4d90d")
}

const TIME: &str = "2026-03-12T05:08:36.803603Z";

fn open(sequence: u64, id: u64, side: &str, price: &str, left: &str) -> String {
    let id = uuid(id);
    format!(
        r#"{{"type":"open","sequence":{sequence},"side":"{side}","price":"{price}","order_id":"{id}","remaining_size":"{left}","product_id":"BTC-USD","time":"{TIME}"}}"#
    )
}

fn done(sequence: u64, id: u64, side: &str, price: &str, reason: &str) -> String {
    let id = uuid(id);
    format!(
        r#"{{"type":"done","order_type":"limit","side":"{side}","sequence":{sequence},"order_id":"{id}","reason":"{reason}","product_id":"BTC-USD","time":"{TIME}","price":"{price}","remaining_size":"0"}}"#
    )
}

fn matched(
    sequence: u64,
    trade: u64,
    (maker, taker): (u64, u64),
    row: (&str, &str, &str),
) -> String {
    let (maker, taker, (side, price, size)) = (uuid(maker), uuid(taker), row);
    format!(
        r#"{{"type":"match","sequence":{sequence},"trade_id":{trade},"maker_order_id":"{maker}","taker_order_id":"{taker}","side":"{side}","size":"{size}","price":"{price}","product_id":"BTC-USD","time":"{TIME}"}}"#
    )
}

fn change(sequence: u64, id: u64, side: &str, rest: &str) -> String {
    let id = uuid(id);
    format!(
        r#"{{"type":"change","time":"{TIME}","sequence":{sequence},"order_id":"{id}","side":"{side}","product_id":"BTC-USD",{rest}}}"#
    )
}

fn received(sequence: u64) -> String {
    let id = uuid(sequence);
    format!(
        r#"{{"type":"received","sequence":{sequence},"order_id":"{id}","order_type":"market","size":"1","price":null,"side":"buy","funds":"1.5","product_id":"BTC-USD","time":"{TIME}"}}"#
    )
}

/// A body of `/products/BTC-USD/book?level=3` with one order a side: 1 buys, 2 sells.
fn body(sequence: u64) -> String {
    let (one, two) = (uuid(1), uuid(2));
    format!(
        r#"{{"bids":[["100.00","2","{one}"]],"asks":[["101.00","3","{two}"]],"sequence":{sequence},"auction_mode":false,"auction":null,"time":"{TIME}"}}"#
    )
}

/// A bench whose book is at 10.
fn joined() -> Bench {
    let mut bench = bench();
    bench.body(0, body(10)).unwrap();
    bench
}

fn touch(bench: &Bench) -> [Option<(i64, i64)>; 2] {
    let market = &bench.markets[0];
    [market.bid, market.ask].map(|e| e.map(|e| (e.price, e.quantity / 100_000_000)))
}

#[test]
fn a_body_joins_what_came_meanwhile() {
    let mut bench = bench();
    assert_eq!(bench.take(open(9, 7, "buy", "99", "1")).unwrap(), Outcome::Buffered);
    assert!(bench.feed().wants_snapshot(0));
    assert_eq!(bench.take(received(10)).unwrap(), Outcome::Buffered);
    assert_eq!(bench.take(open(11, 8, "buy", "100.50", "4")).unwrap(), Outcome::Buffered);
    // A trade is told at once, its execution with the book.
    assert_eq!(
        bench.events(matched(12, 5, (2, 9), ("sell", "101.00", "1"))).len(),
        1,
        "the print alone"
    );
    bench.take(done(13, 8, "buy", "100.50", "canceled")).unwrap();
    bench.body(0, body(10)).unwrap();
    let seen = bench.seen();
    let said: Vec<(u8, u64)> = seen.iter().map(|e| (e.header.kind, e.header.w0)).collect();
    let expected = [
        (kind::SNAPSHOT, 0),
        (kind::ORDER_ADD, 10),
        (kind::ORDER_ADD, 10),
        (kind::ORDER_ADD, 11),
        (kind::ORDER_EXECUTE, 12),
        (kind::ORDER_CANCEL, 13),
    ];
    assert_eq!(said, expected);
    assert_eq!(seen[0].header.w1, 10);
    let deferred = |n: usize| seen[n].header.flags & event_flag::DEFERRED != 0;
    assert!(!deferred(2) && deferred(3) && deferred(5));
    assert_eq!(touch(&bench), [Some((10_000, 2)), Some((10_100, 2))]);
    assert!(!bench.feed().wants_snapshot(0));
    assert_eq!(bench.markets[0].proof_level(), proof_level::SEQUENCE);
    let counters = bench.counters(0);
    assert_eq!((counters.gaps, counters.deferred, counters.stale), (0, 3, 0));
}

#[test]
fn a_body_that_is_too_old_or_no_newer_is_not_taken() {
    let mut bench = bench();
    bench.take(open(13, 7, "buy", "99", "1")).unwrap();
    bench.body(0, body(10)).unwrap();
    let reset = &bench.seen()[0].header;
    assert_eq!((reset.kind, reset.w0), (kind::RESET, u64::from(proof_reason::SNAPSHOT_TOO_OLD)));
    bench.body(0, body(12)).unwrap();
    assert_eq!(touch(&bench)[0], Some((10_000, 2)));
    assert_eq!(bench.body(0, body(13)).unwrap(), Outcome::Stale);
    let counters = bench.counters(0);
    assert_eq!((counters.snapshots_too_old, counters.stale), (1, 1));
}

#[test]
fn each_message_does_to_the_book_what_its_rule_says() {
    let mut bench = joined();
    // X3
    let seen = bench.events(open(11, 3, "buy", "100.20", "5"));
    assert_eq!((seen[0].header.kind, seen[0].header.w0), (kind::ORDER_ADD, 11));
    assert_eq!(
        (seen[0].header.aux, bench.source(&seen[0])),
        (3, "coinbase-exchange/BTC-USD/orders")
    );
    assert_eq!(seen[0].bids, [Entry { price: 10_020, quantity: 500_000_000 }]);
    // X2
    assert_eq!(bench.take(received(12)).unwrap(), Outcome::Ignored("received"));
    // X4: the side is the maker's.
    let seen = bench.events(matched(13, 77, (3, 4), ("buy", "100.20", "1.5")));
    assert_eq!((seen[0].header.kind, seen[0].header.aux), (kind::ORDER_EXECUTE, 3));
    assert_eq!((seen[0].header.w1, seen[0].header.w2, seen[0].bids.len()), (4, 77, 1));
    let print = &seen[1];
    assert_eq!((print.header.kind, print.header.aux, print.asks.len()), (kind::TRADE, 77, 1));
    assert_eq!(print.asks[0], Entry { price: 10_020, quantity: 150_000_000 });
    // X3: what is left, another price, an order that is not open, one of the market's kind.
    bench.events(change(
        14,
        3,
        "buy",
        r#""reason":"STP","old_size":"3.5","new_size":"3","price":"100.20""#,
    ));
    assert_eq!(touch(&bench)[0], Some((10_020, 3)));
    let moved = r#""reason":"modify_order","old_size":"3","new_size":"6","old_price":"100.20","new_price":"100.10""#;
    bench.events(change(15, 3, "buy", moved));
    assert_eq!(touch(&bench)[0], Some((10_010, 6)));
    let passed = Outcome::Ignored("change, not open");
    assert_eq!(bench.take(change(16, 4, "sell", r#""new_size":"3","price":"1""#)).unwrap(), passed);
    let funds = r#""old_funds":"9","new_funds":"8","price":null"#;
    assert_eq!(bench.take(change(17, 4, "sell", funds)).unwrap(), passed);
    // X3: ends.
    let never = Outcome::Ignored("done, never open");
    assert_eq!(bench.take(done(18, 4, "sell", "1", "filled")).unwrap(), never);
    assert_eq!(bench.take(done(19, 99, "sell", "1", "canceled")).unwrap(), never);
    bench.events(done(20, 3, "buy", "100.10", "canceled"));
    assert_eq!(touch(&bench)[0], Some((10_000, 2)));
    bench.events(matched(21, 78, (1, 5), ("buy", "100.00", "2")));
    let filled = Outcome::Ignored("done, filled");
    assert_eq!(bench.take(done(22, 1, "buy", "100.00", "filled")).unwrap(), filled);
    assert_eq!(touch(&bench), [None, Some((10_100, 3))]);
    let orders = bench.markets[0].orders.get().unwrap().counts();
    assert_eq!((orders.unknown, orders.duplicate), (0, 0));
    assert_eq!(bench.counters(0).gaps, 0);
}

#[test]
fn a_hole_loses_the_book_until_a_body_comes() {
    let mut bench = joined();
    let seen = bench.events(open(12, 3, "buy", "100.20", "5"));
    assert_eq!(
        (seen[0].header.kind, seen[0].header.w0),
        (kind::RESET, u64::from(proof_reason::GAP))
    );
    assert!(bench.feed().wants_snapshot(0) && !bench.markets[0].joined);
    bench.take(open(13, 4, "buy", "100.30", "6")).unwrap();
    bench.body(0, body(12)).unwrap();
    assert_eq!(touch(&bench)[0], Some((10_030, 6)));
    // Repeats and late ones change nothing.
    assert_eq!(bench.take(open(13, 4, "buy", "100.30", "6")).unwrap(), Outcome::Duplicate);
    assert_eq!(bench.take(received(11)).unwrap(), Outcome::Stale);
    let counters = bench.counters(0);
    assert_eq!((counters.gaps, counters.duplicates, counters.out_of_order), (1, 1, 1));
    assert_eq!(counters.resyncs, 1);
    // Numbers that start anew.
    let late = |n: u64| received(n % 7 + 1);
    let outcomes: Vec<Outcome> = (0..256).map(|n| bench.take(late(n)).unwrap()).collect();
    let resets = outcomes.iter().filter(|o| **o == Outcome::Events).count();
    assert_eq!(resets, 1);
    bench.disconnect();
    assert!(bench.kinds().is_empty(), "the book was lost before");
}

#[test]
fn a_hole_among_those_that_wait_starts_anew() {
    let mut bench = bench();
    bench.take(received(5)).unwrap();
    bench.take(received(8)).unwrap();
    assert_eq!(bench.take(received(8)).unwrap(), Outcome::Duplicate);
    assert_eq!(bench.counters(0).gaps, 1);
    bench.body(0, body(6)).unwrap();
    assert_eq!(bench.kinds(), [kind::RESET]);
    bench.body(0, body(7)).unwrap();
    assert!(bench.markets[0].joined);
}

#[test]
fn trades_alone_make_no_book() {
    // X5
    let mut bench = bench();
    let last = matched(5, 7, (1, 2), ("buy", "100.00", "2")).replace("match\"", "last_match\"");
    assert_eq!(bench.take(&last).unwrap(), Outcome::Ignored("last_match"));
    for (sequence, trade) in [(50, 8), (90, 9), (95, 12)] {
        let seen = bench.events(matched(sequence, trade, (1, 2), ("buy", "100.00", "2")));
        assert_eq!((seen.len(), seen[0].header.kind), (1, kind::TRADE));
        assert_eq!(seen[0].header.w2, sequence);
    }
    let counters = bench.counters(0);
    assert_eq!((counters.gaps, counters.trade_gaps, counters.trades_missing), (0, 1, 2));
    let again = bench.take(matched(95, 12, (1, 2), ("buy", "100.00", "2"))).unwrap();
    assert_eq!(again, Outcome::Duplicate);
}

#[test]
fn a_row_without_time_is_of_a_recorders_snapshot() {
    // X6
    let row = |sequence, id, price: &str| open(sequence, id, "buy", price, "1").replace(TIME, "");
    let mut bench = bench();
    let kinds = |bench: &Bench| bench.kinds();
    bench.take(row(10, 1, "99")).unwrap();
    assert_eq!(kinds(&bench), [kind::SNAPSHOT, kind::ORDER_ADD]);
    let header = bench.seen()[1].header;
    assert_eq!((header.w0, header.flags), (10, event_flag::NO_EVENT_TIME));
    bench.take(row(10, 2, "98")).unwrap();
    bench.take(open(11, 3, "buy", "99.50", "1")).unwrap();
    assert_eq!(touch(&bench)[0], Some((9_950, 1)));
    // Another run replaces the book; an older one does not.
    bench.take(row(20, 4, "97")).unwrap();
    assert_eq!(touch(&bench)[0], Some((9_700, 1)));
    assert_eq!(bench.take(row(15, 5, "96")).unwrap(), Outcome::Stale);
}

#[test]
fn levels_and_quotes() {
    let snapshot = r#"{"type":"snapshot","product_id":"BTC-USD","bids":[["100.00","2.5"],["99.50","1"]],"asks":[["101.00","3"]],"time":"2026-03-12T05:08:36Z"}"#;
    let update = |time: &str| {
        format!(
            r#"{{"type":"l2update","product_id":"BTC-USD","time":"{time}","changes":[["sell","100.50","4"],["buy","100.00","0"],["sell","101.00","0.0"]]}}"#
        )
    };
    let mut bench = bench();
    assert_eq!(bench.take(update(TIME)).unwrap(), Outcome::Stale);
    bench.events(snapshot);
    let seen = bench.events(update("0001-01-01T00:00:00.000000Z"));
    assert_eq!((seen[0].bids.len(), seen[0].asks.len()), (1, 2));
    assert_eq!(seen[0].header.flags, event_flag::NO_EVENT_TIME);
    let market = &bench.markets[0];
    assert_eq!(market.bid.map(|e| e.price), Some(9_950));
    assert_eq!(market.ask.map(|e| (e.price, e.quantity)), Some((10_050, 400_000_000)));
    // X10
    let ticker = |sizes: bool| {
        let (bid, ask) =
            if sizes { (r#","best_bid_size":"1""#, r#","best_ask_size":"4""#) } else { ("", "") };
        format!(
            r#"{{"type":"ticker","sequence":37,"product_id":"BTC-USD","price":"100","open_24h":"1","volume_24h":"1","low_24h":"1","high_24h":"1","volume_30d":"1","best_bid":"99.50"{bid},"best_ask":"100.50"{ask},"side":"buy","time":"{TIME}","trade_id":3,"last_size":"1"}}"#
        )
    };
    let seen = bench.events(ticker(true));
    assert_eq!((seen[0].header.kind, seen[0].header.w1), (kind::QUOTE, 37));
    assert_eq!(seen[0].bids, [Entry { price: 9_950, quantity: 100_000_000 }]);
    assert_eq!(bench.take(ticker(false)).unwrap(), Outcome::Ignored("ticker without sizes"));
    // X9: not before the book is there.
    assert_eq!(bench.take(received(9)).unwrap(), Outcome::Buffered);
    assert_eq!(bench.take(update(TIME)).unwrap(), Outcome::Events);
    bench.body(0, body(10)).unwrap();
    let beside = Outcome::Ignored("level2 beside the full channel");
    assert_eq!(bench.take(update(TIME)).unwrap(), beside);
    assert_eq!(bench.take(snapshot).unwrap(), beside);
    assert_eq!(touch(&bench), [Some((10_000, 2)), Some((10_100, 3))]);
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn what_is_not_taken_is_named() {
    let mut bench = bench();
    for (frame, outcome) in [
        (
            r#"{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"x"}"#,
            Outcome::Control("heartbeat"),
        ),
        (r#"{"type":"subscriptions","channels":[]}"#, Outcome::Control("subscriptions")),
        (r#"{"type":"error","message":"x","reason":"y"}"#, Outcome::Control("error")),
        (r#"{"type":"activate","product_id":"X","order_id":"x"}"#, Outcome::Ignored("activate")),
        (r#"{"type":"status","products":[],"currencies":[]}"#, Outcome::Ignored("status")),
        (r#"{"type":"auction","product_id":"X"}"#, Outcome::Ignored("auction")),
        (r#"{"type":"rfq_match","product_id":"X"}"#, Outcome::Ignored("rfq_match")),
        (r#"{"type":"balance"}"#, Outcome::Ignored("balance")),
        (r#"{"type":"level3","schema":{}}"#, Outcome::Ignored("level3")),
        (r#"["open","BTC-USD","1","x","buy","1","2","z"]"#, Outcome::Ignored("level3")),
        (r#"{"type":"novelty"}"#, Outcome::Ignored("unknown event")),
    ] {
        assert_eq!(bench.take(frame).unwrap(), outcome, "{frame}");
        assert!(bench.kinds().is_empty());
    }
    assert_eq!(bench.drift(), ["other.novelty UnknownEvent 1"]);
}

#[test]
fn what_is_wrong_is_refused_and_leaves_the_book() {
    let mut bench = joined();
    let good = open(11, 3, "buy", "100.20", "5");
    for (from, to, code) in [
        ("100.20", "100.205", "E_SCALE"),
        ("100.20", "x", "E_NUMBER"),
        ("\"100.20\"", "null", "E_FRAME_SCHEMA"),
        ("\"100.20\"", "[]", "E_FRAME_SCHEMA"),
        ("\"5\"", "\"-5\"", "E_NUMBER"),
        ("buy", "hold", "E_FRAME_SCHEMA"),
        ("BTC-USD", "BTC-\\u0000", "E_SYMBOL"),
        ("00000003-", "3-", "E_FRAME_SCHEMA"),
        ("\"sequence\":11", "\"sequence\":-11", "E_NUMBER"),
        ("2026-03-12T05", "2026-13-12T05", "E_NUMBER"),
        ("\"side\"", "\"price\"", "E_FRAME_DUPKEY"),
        ("\"type\":\"open\",", "", "E_FRAME_SCHEMA"),
        ("}", "", "E_FRAME_PARSE"),
    ] {
        assert!(good.contains(from), "{from}");
        assert_eq!(bench.refusal(good.replace(from, to)), code, "{to}");
        assert!(bench.kinds().is_empty(), "{to}");
    }
    // The next number shows whether anything is missing.
    bench.events(good.replace("\"side\"", "\"novelty\":1,\"side\""));
    assert_eq!(bench.drift(), ["open.novelty Appeared 1"]);
    assert_eq!(touch(&bench)[0], Some((10_020, 5)));
    bench.feed().set_strict(true);
    let novel = open(12, 4, "buy", "1", "5").replace("\"side\"", "\"novelty\":1,\"side\"");
    assert_eq!(bench.refusal(novel), "E_FRAME_DRIFT");
    assert_eq!(bench.body(0, body(12).replace("\"3\"", "\"?\"")).unwrap_err().code, "E_NUMBER");
    let level2 = r#"{"bids":[["100.00","2",3]],"asks":[],"sequence":12}"#;
    assert_eq!(bench.body(0, level2).unwrap_err().code, "E_FRAME_SCHEMA");
    assert!(bench.markets[0].joined);
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    let first = open(11, 3, "buy", "100.20", "5");
    let before = [first.as_str()];
    for frame in [
        open(12, 4, "sell", "100.90", "1.25"),
        done(12, 3, "buy", "100.20", "canceled"),
        matched(12, 5, (3, 4), ("buy", "100.20", "1")),
        change(12, 3, "buy", r#""new_size":"3","price":"100.20""#),
        received(12),
    ] {
        damage(joined, &before, &frame);
    }
    let update = r#"{"type":"l2update","product_id":"BTC-USD","changes":[["buy","1.5","2"]]}"#;
    damage(bench, &[], update);
}

/// The market in the channel's words.
struct Encoder {
    sequence: u64,
    frames: Vec<String>,
}

impl Encoder {
    fn next(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    fn step(&mut self, market: &OrderMarket, step: OrderStep) {
        let name = |side: Side| if side == Side::Bid { "buy" } else { "sell" };
        let printed =
            |of: &Order| (market.market.price(of.price), market.market.amount(of.quantity));
        let frame = match step {
            OrderStep::Add(of) => {
                let frame = received(self.next());
                self.frames.push(frame);
                let (price, left) = printed(&of);
                open(self.next(), of.id, name(of.side), &price, &left)
            }
            OrderStep::Reduce(of) => {
                let (price, left) = printed(&of);
                let rest = format!(r#""reason":"STP","new_size":"{left}","price":"{price}""#);
                change(self.next(), of.id, name(of.side), &rest)
            }
            OrderStep::Cancel(of) => {
                done(self.next(), of.id, name(of.side), &printed(&of).0, "canceled")
            }
            OrderStep::Execute { maker, left, taker, trade } => {
                let (price, size) = printed(&maker);
                let row = (name(maker.side), price.as_str(), size.as_str());
                let frame = matched(self.next(), trade, (maker.id, taker), row);
                self.frames.push(frame);
                let taker_side = if maker.side == Side::Bid { "sell" } else { "buy" };
                let frame = done(self.next(), taker, taker_side, "0", "filled");
                self.frames.push(frame);
                if left > 0 {
                    return;
                }
                done(self.next(), maker.id, name(maker.side), &price, "filled")
            }
        };
        self.frames.push(frame);
    }
}

fn market_body(market: &OrderMarket, sequence: u64) -> String {
    let row = |of: &Order| {
        let (price, size) = (market.market.price(of.price), market.market.amount(of.quantity));
        format!(r#"["{price}","{size}","{}"]"#, uuid(of.id))
    };
    let rows = |side: Side| -> String {
        let of_side = market.resting().into_iter().filter(|of| of.side == side);
        of_side.map(|of| row(&of)).collect::<Vec<_>>().join(",")
    };
    let (bids, asks) = (rows(Side::Bid), rows(Side::Ask));
    format!(r#"{{"sequence":{sequence},"bids":[{bids}],"asks":[{asks}]}}"#)
}

#[test]
fn a_made_market_comes_back_order_by_order() {
    for seed in 0..8 {
        let shape = Shape::default();
        let mut market = OrderMarket::new(seed, shape);
        let mut bench = Bench::new(VENUE, &[("BTC-USD", shape.price_scale, shape.quantity_scale)]);
        bench.body(0, market_body(&market, 1_000)).unwrap();
        let mut encoder = Encoder { sequence: 1_000, frames: Vec::new() };
        let (mut told, mut seen) = (Vec::new(), Vec::new());
        for _ in 0..600 {
            let (steps, is_settled) = market.step();
            for step in steps {
                if let OrderStep::Execute { maker, trade, .. } = step {
                    told.push((trade, maker.price, maker.quantity, maker.side == Side::Ask));
                }
                encoder.step(&market, step);
            }
            for frame in encoder.frames.drain(..) {
                let trades =
                    bench.events(frame).into_iter().filter(|e| e.header.kind == kind::TRADE);
                seen.extend(trades.map(|e| {
                    let (buys, one) = (!e.bids.is_empty(), [e.bids, e.asks].concat()[0]);
                    (e.header.aux, one.price, one.quantity, buys)
                }));
            }
            if is_settled {
                assert_eq!(levels_of(&bench.markets[0].book), market.levels());
            }
        }
        assert!(told.len() > 50);
        assert_eq!(seen, told);
        let orders = bench.markets[0].orders.get().unwrap();
        let mut queues = Vec::new();
        for side in Side::BOTH {
            orders.for_each_level(side, &mut |level| {
                orders.for_each_at(side, level.price, &mut |order| {
                    queues.push((side, level.price, order.quantity));
                });
            });
        }
        let resting = market.resting().into_iter().map(|of| (of.side, of.price, of.quantity));
        assert_eq!(queues, resting.collect::<Vec<_>>());
        assert_eq!((orders.counts().unknown, orders.counts().overfilled), (0, 0));
        // Ids are forgotten with their orders: 25 bytes each.
        let mut state = StateWriter::new();
        bench.feed().save(&mut state);
        let least = 25 * market.resting().len();
        assert!(
            (least..least + 500).contains(&state.as_bytes().len()),
            "{}",
            state.as_bytes().len()
        );
    }
}

#[test]
fn cases_of_another_normaliser() {
    const UNJOINED: &str = "levels before a snapshot make no book; there they are passed on";
    const DASH: &str = "a size that is no number refuses the frame; there its level is dropped";
    const SIZES: &str = "best prices without sizes are no quote";
    let departures = [
        (34, 2, UNJOINED),
        (34, 3, UNJOINED),
        (34, 5, UNJOINED),
        (34, 6, DASH),
        (34, 7, SIZES),
        (34, 8, SIZES),
    ];
    let Some(counts) = golden::check("coinbase", VENUE, &departures) else { return };
    assert_eq!(counts, (9, 3));
}
