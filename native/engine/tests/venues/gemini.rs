//! Gemini: `docs/venues/gemini.md`.

use crate::bench::{Bench, damage};
use crate::market::{Happening, SeededMarket, Shape, levels_of};
use crate::{capture, golden};
use tickwright_engine::Entry;
use tickwright_engine::book::Side;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::{proof_level, proof_reason};
use tickwright_engine::venue::{Outcome, Venue};

const WHOLE: &str = r#"{"auction_events":[],"changes":[["buy","100.5","2"],["sell","101.0","3"],["buy","100","1.25"]],"symbol":"BTCUSD","trades":[{"event_id":5,"price":"1","quantity":"1","side":"buy","symbol":"BTCUSD","tid":4,"timestamp":1786304674252,"type":"trade"}],"type":"l2_updates"}"#;

fn bench() -> Bench {
    Bench::new(Venue::Gemini, &[("BTCUSD", 1, 4)])
}

fn changes(changes: &str) -> String {
    format!(r#"{{"changes":[{changes}],"symbol":"BTCUSD","type":"l2_updates"}}"#)
}

fn pairs(levels: &[Entry]) -> Vec<(i64, i64)> {
    levels.iter().map(|e| (e.price, e.quantity)).collect()
}

#[test]
fn the_recording_is_taken_whole() {
    let Some(inputs) = capture::read("GEMINI", "the_recording_is_taken_whole") else { return };
    let mut at_touch = 0;
    let run = capture::run_and_look(Venue::Gemini, &inputs, |event, market| {
        if event.header.kind == kind::TRADE {
            // G5: the side is the taker's, who bought at the best ask.
            assert_eq!((event.bids.len(), event.asks.len()), (1, 0));
            at_touch += u32::from(market.ask.is_some_and(|ask| ask.price == event.bids[0].price));
        }
    });
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert!(run.drift.is_empty(), "{:?}", run.drift);
    let kinds: Vec<(&str, u64)> = run.by_kind.iter().map(|(k, n)| (*k, *n)).collect();
    assert_eq!(kinds, [("depth", 549), ("snapshot", 10), ("trade", 2)]);
    let ignored: Vec<(&str, u64)> = run.ignored.iter().map(|(k, n)| (*k, *n)).collect();
    assert_eq!(ignored, [("heartbeat", 2)]);
    assert_eq!((run.gaps, run.crossed, run.unjoined.len()), (0, 0, 0));
    // G4: trades of before the stream.
    assert_eq!((run.counters.stale, at_touch), (810, 2));
    assert!(run.markets.iter().all(|m| m.proof_level() == proof_level::UNPROVABLE));
}

#[test]
fn cases_of_another_normaliser() {
    const DIFFS: &str = "a book of differences without a whole one (one case only takes levels away): \
                         there the first difference stands for the whole book";
    const BEFORE: &str = "an update before the whole book changes nothing";
    const NANOS: &str = "our time has all nanoseconds; there it is cut to microseconds";
    let departures =
        [(35, 3, BEFORE), (36, 1, DIFFS), (36, 2, NANOS), (36, 3, NANOS), (36, 4, DIFFS)];
    golden::check("gemini", Venue::Gemini, &departures);
}

#[test]
fn a_whole_book_and_its_changes() {
    let mut bench = bench();
    assert_eq!(bench.take(changes(r#"["buy","1","1"]"#)), Ok(Outcome::Stale));
    let seen = bench.events(WHOLE);
    assert_eq!((seen.len(), seen[0].header.kind), (1, kind::SNAPSHOT));
    assert_eq!(pairs(&seen[0].bids), [(1_005, 20_000), (1_000, 12_500)]);
    assert_eq!(pairs(&seen[0].asks), [(1_010, 30_000)]);
    assert_eq!(seen[0].header.flags, event_flag::NO_EVENT_TIME);
    assert_eq!(bench.source(&seen[0]), "gemini/BTCUSD/depth");
    assert_eq!(bench.counters(0).stale, 2);
    let seen = bench.events(changes(r#"["sell","101","0.0"],["buy","100.6","7"]"#));
    assert_eq!(
        (pairs(&seen[0].bids), pairs(&seen[0].asks)),
        (vec![(1_006, 70_000)], vec![(1_010, 0)])
    );
    // Nothing is numbered: whatever is refused loses the book.
    assert_eq!(bench.refusal(changes(r#"["buy","x","1"]"#)), "E_NUMBER");
    assert_eq!(bench.seen()[0].header.w0, u64::from(proof_reason::REFUSED_FRAME));
    assert_eq!(bench.take(changes("")), Ok(Outcome::Stale));
    // A whole book replaces what was known; one without trades too.
    bench.take(WHOLE).unwrap();
    bench
        .take(changes(r#"["buy","90","1"]"#).replace("{\"ch", "{\"auction_events\":[],\"ch"))
        .unwrap();
    assert_eq!(pairs(&levels_of(&bench.markets[0].book).bids), [(900, 10_000)]);
    assert_eq!((bench.counters(0).resyncs, bench.markets[0].ask), (2, None));
    bench.disconnect();
    assert_eq!(bench.kinds(), [kind::RESET]);
}

#[test]
fn trades_and_quotes() {
    let mut bench = bench();
    let trade = r#"{"type":"trade","symbol":"BTCUSD","event_id":1764551741926942,"timestamp":1786313194672,"price":"100.1","quantity":"0.5","side":"sell","tid":2840141017904555}"#;
    let seen = bench.events(trade);
    assert_eq!((seen[0].header.kind, seen[0].header.aux), (kind::TRADE, 1_764_551_741_926_942));
    assert_eq!(
        (pairs(&seen[0].asks), seen[0].header.ts_event),
        (vec![(1_001, 5_000)], 1_786_313_194_672_000_000)
    );
    let block = trade.replace("\"trade\"", "\"block_trade\"").replace(",\"side\":\"sell\"", "");
    let flags = bench.events(block)[0].header.flags;
    assert_eq!(flags, event_flag::OFF_BOOK | event_flag::NO_SIDE);
    let later = r#"{"E":1783981140085684200,"s":"btcusd","t":2840141014190422,"p":"100.10000","q":"0.50000","m":false}"#;
    let seen = bench.events(later);
    assert_eq!((seen[0].header.kind, pairs(&seen[0].bids)), (kind::TRADE, vec![(1_001, 5_000)]));
    let quote = r#"{"u":1764549594389752,"E":1783981140076872200,"s":"btcusd","b":"100.1","B":"9.5","c":"1","C":"2"}"#;
    let seen = bench.events(quote);
    assert_eq!((seen[0].header.kind, seen[0].header.w1), (kind::QUOTE, 1_764_549_594_389_752));
    assert_eq!((pairs(&seen[0].bids), pairs(&seen[0].asks)), (vec![(1_001, 95_000)], vec![(0, 0)]));
}

#[test]
fn what_is_not_taken_is_named() {
    let mut bench = bench();
    for (frame, outcome) in [
        (r#"{"type":"heartbeat","timestamp":1786313195331}"#, Outcome::Control("heartbeat")),
        (
            r#"{"type":"candles_1m_updates","symbol":"BTCUSD","changes":[[1,2]]}"#,
            Outcome::Ignored("candles"),
        ),
        (r#"{"type":"auction_result","symbol":"BTCUSD"}"#, Outcome::Ignored("auction")),
        (r#"{"type":"update","eventId":1,"events":[]}"#, Outcome::Ignored("market data v1")),
        (
            r#"{"e":"depthUpdate","E":1,"s":"btcusd","U":1,"u":2,"b":[],"a":[]}"#,
            Outcome::Ignored("depthUpdate"),
        ),
        (r#"{"id":1,"status":200}"#, Outcome::Control("reply")),
        (r#"{"result":"error","reason":"x"}"#, Outcome::Control("reply")),
        (r#"{"type":"odd"}"#, Outcome::Ignored("unknown event")),
        (
            r#"{"u":1,"E":1784870400000000000,"s":"btcusd"}"#,
            Outcome::Ignored("quote without sides"),
        ),
    ] {
        assert_eq!(bench.take(frame), Ok(outcome), "{frame}");
    }
    for (frame, code) in [
        (changes(r#"["hold","1","1"]"#), "E_FRAME_SCHEMA"),
        (changes(r#"["buy","1"]"#), "E_FRAME_SCHEMA"),
        (changes(r#"["buy","1","-1"]"#), "E_NUMBER"),
        (changes(r#"["buy","1.05","1"]"#), "E_SCALE"),
        (changes("7"), "E_FRAME_SCHEMA"),
        (changes("").replace("BTCUSD", "\\u0000<b>"), "E_SYMBOL"),
        (r#"{"type":"l2_updates","symbol":"BTCUSD"}"#.to_owned(), "E_FRAME_SCHEMA"),
        (r#"{"type":"trade","symbol":"BTCUSD","side":"x"}"#.to_owned(), "E_FRAME_SCHEMA"),
        (r#"{"u":1,"E":1783981140076872200,"b":"1","s":"x"}"#.to_owned(), "E_SYMBOL"),
        (
            format!(r#"{{"u":1,"E":1783981140076872200,"b":"1","s":"{}"}}"#, "x".repeat(99)),
            "E_SYMBOL",
        ),
        ("{}".to_owned(), "E_FRAME_SCHEMA"),
        ("[]".to_owned(), "E_FRAME_SCHEMA"),
        (r#"{"type":7}"#.to_owned(), "E_FRAME_SCHEMA"),
    ] {
        assert_eq!(bench.refusal(&frame), code, "{frame}");
    }
    bench
        .take(WHOLE.replace("\"type\":\"l2_updates\"", "\"new\":1,\"type\":\"l2_updates\""))
        .unwrap();
    assert!(bench.drift().contains(&"message.new Appeared 1".to_owned()), "{:?}", bench.drift());
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    damage(bench, &[], WHOLE);
    damage(bench, &[WHOLE], &changes(r#"["sell","101","0.0"],["buy","100.6","7"]"#));
}

#[test]
fn a_generated_market_comes_through() {
    for seed in 0..5 {
        let mut market = SeededMarket::new(seed, Shape::default());
        let mut bench = Bench::new(Venue::Gemini, &[("BTCUSD", 2, 4)]);
        let levels = |market: &SeededMarket, of: &crate::market::Levels| -> String {
            let one = |side: &str, e: &Entry| {
                format!(
                    "[\"{side}\",\"{}\",\"{}\"]",
                    market.price(e.price),
                    market.amount(e.quantity)
                )
            };
            let bids = of.bids.iter().map(|e| one("buy", e));
            // Sides in turn, as the venue may print them.
            let mut all: Vec<String> = of.asks.iter().map(|e| one("sell", e)).collect();
            bids.enumerate().for_each(|(i, bid)| all.insert((i * 2).min(all.len()), bid));
            all.join(",")
        };
        let start = levels(&market, &market.book(usize::MAX));
        bench.take(changes(&start).replace("{\"ch", "{\"auction_events\":[],\"ch")).unwrap();
        for step in 0..400 {
            match market.step() {
                Happening::Update { changes: of, .. } => {
                    bench.take(changes(&levels(&market, &of))).unwrap();
                    assert_eq!(levels_of(&bench.markets[0].book), market.book(usize::MAX));
                }
                Happening::Trade { id, aggressor, price, quantity } => {
                    let side = if aggressor == Side::Bid { "buy" } else { "sell" };
                    let frame = format!(
                        r#"{{"event_id":{id},"price":"{}","quantity":"{}","side":"{side}","symbol":"BTCUSD","tid":1,"timestamp":{},"type":"trade"}}"#,
                        market.price(price),
                        market.amount(quantity),
                        market.time_ms
                    );
                    let seen = bench.events(frame);
                    let of = if aggressor == Side::Bid { &seen[0].bids } else { &seen[0].asks };
                    assert_eq!(of[..], [Entry { price, quantity }]);
                }
            }
            if step % 50 == 0 {
                bench = bench.restored();
            }
        }
    }
}
