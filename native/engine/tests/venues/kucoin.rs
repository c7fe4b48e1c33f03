//! KuCoin: `docs/venues/kucoin.md`.

use crate::bench::{Bench, damage};
use crate::market::{Happening, SeededMarket, Shape, levels_of};
use crate::{capture, golden};
use tickwright_engine::Entry;
use tickwright_engine::book::Side;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::{proof_level, proof_reason};
use tickwright_engine::venue::{Outcome, Venue};

const BODY: &str = r#"{"code":"200000","data":{"time":1619378326628,"sequence":"10","bids":[["100.5","2"],["100","1.25"]],"asks":[["101","3"]]}}"#;

fn bench() -> Bench {
    Bench::new(Venue::Kucoin, &[("A-B", 1, 4), ("XBTUSDTM", 1, 0)])
}

fn update(first: u64, last: u64, asks: &str, bids: &str) -> String {
    format!(
        r#"{{"data":{{"sequenceStart":{first},"symbol":"A-B","changes":{{"asks":[{asks}],"bids":[{bids}]}},"sequenceEnd":{last}}},"subject":"trade.l2update","topic":"/market/level2:A-B","type":"message"}}"#
    )
}

fn message(topic: &str, subject: &str, data: &str) -> String {
    format!(r#"{{"type":"message","topic":"{topic}","subject":"{subject}","data":{data}}}"#)
}

fn pairs(levels: &[Entry]) -> Vec<(i64, i64)> {
    levels.iter().map(|e| (e.price, e.quantity)).collect()
}

#[test]
fn the_recording_is_taken_whole() {
    let Some(inputs) = capture::read("KUCOIN", "the_recording_is_taken_whole") else { return };
    let (mut compared, mut equal) = (0, 0);
    let run = capture::run_and_look(Venue::Kucoin, &inputs, |event, market| {
        if event.header.kind == kind::QUOTE && market.joined && event.header.w1 == market.sequence {
            compared += 1;
            let touch = (market.bid.unwrap(), market.ask.unwrap());
            equal += u32::from(touch == (event.bids[0], event.asks[0]));
        }
    });
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert!(run.drift.is_empty(), "{:?}", run.drift);
    let kinds: Vec<(&str, u64)> = run.by_kind.iter().map(|(k, n)| (*k, *n)).collect();
    assert_eq!(kinds, [("depth", 3_805), ("quote", 830), ("snapshot", 9), ("trade", 18)]);
    let ignored: Vec<(&str, u64)> = run.ignored.iter().map(|(k, n)| (*k, *n)).collect();
    assert_eq!(ignored, [("ack", 13), ("candles", 6), ("welcome", 1)]);
    assert_eq!((run.gaps, run.counters.gaps, run.counters.snapshots_too_old), (0, 0, 0));
    assert_eq!((run.crossed, run.unjoined.len()), (0, 0), "{:?}", run.unjoined);
    // K8: every ticker that shows the book of its number agrees with it.
    assert_eq!((compared, equal), (766, 766));
}

#[test]
fn cases_of_another_normaliser() {
    const KEPT: &str = "kept updates follow the snapshot as events; there they are merged in";
    const HOLE: &str = "numbers are missing among the kept updates: no snapshot before them joins";
    const TURNED: &str = "its first number is above its last: refused";
    const NANOS: &str = "our time has all nanoseconds; there it is cut to microseconds";
    const TIME: &str = "our time is the message's own; there the last rate's stands";
    let spot = [(69, 4, NANOS), (69, 5, NANOS), (69, 12, HOLE), (69, 13, HOLE), (69, 15, TURNED)];
    golden::check("kucoin", Venue::Kucoin, &spot);
    let futures = [(76, 5, KEPT), (76, 11, TIME), (76, 13, TIME)];
    golden::check("kucoin-futures", Venue::Kucoin, &futures);
}

#[test]
fn updates_wait_for_the_book_and_join_it() {
    let mut bench = bench();
    assert_eq!(bench.take(update(8, 9, r#"["101","1","9"]"#, "")), Ok(Outcome::Buffered));
    assert_eq!(
        bench.take(update(10, 12, r#"["101","4","12"]"#, r#"["0","0","11"]"#)),
        Ok(Outcome::Buffered)
    );
    bench.body(0, BODY).unwrap();
    assert_eq!(bench.kinds(), [kind::SNAPSHOT, kind::DEPTH]);
    let seen = bench.seen();
    assert_eq!((seen[0].header.w1, seen[0].header.ts_event), (10, 1_619_378_326_628_000_000));
    assert_eq!((pairs(&seen[1].asks), pairs(&seen[1].bids)), (vec![(1_010, 40_000)], vec![]));
    assert_eq!(seen[1].header.flags & event_flag::DEFERRED, event_flag::DEFERRED);
    assert_eq!(bench.markets[0].proof_level(), proof_level::SEQUENCE);
    // A number that changed nothing keeps the count; a repeat is dropped; a hole loses the book.
    assert_eq!(bench.events(update(13, 13, r#"["0","0","13"]"#, ""))[0].asks, []);
    assert_eq!(bench.take(update(13, 13, "", "")), Ok(Outcome::Duplicate));
    assert_eq!(bench.take(update(12, 12, "", "")), Ok(Outcome::Stale));
    bench.take(update(15, 15, "", "")).unwrap();
    assert_eq!(bench.seen()[0].header.w0, u64::from(proof_reason::GAP));
    // A body from before the hole does not join.
    bench.body(0, BODY).unwrap();
    assert_eq!(bench.counters(0).snapshots_too_old, 1);
    bench.body(0, BODY.replace("\"10\"", "\"15\"")).unwrap();
    assert!(bench.markets[0].joined);
    bench.disconnect();
    assert_eq!(bench.kinds(), [kind::RESET]);
}

#[test]
fn a_contract_s_book() {
    let mut bench = bench();
    let change = |sequence: u64, change: &str| {
        let data =
            format!(r#"{{"sequence":{sequence},"change":"{change}","timestamp":1705708800010}}"#);
        message("/contractMarket/level2:XBTUSDTM", "level2", &data)
    };
    assert_eq!(bench.take(change(5, "100.5,buy,3")), Ok(Outcome::Buffered));
    let body = r#"{"code":"200000","data":{"symbol":"XBTUSDTM","sequence":4,"bids":[[99,1]],"asks":null,"ts":1705881600412000000}}"#;
    bench.body(1, body).unwrap();
    assert_eq!(bench.kinds(), [kind::SNAPSHOT, kind::DEPTH]);
    assert_eq!(pairs(&bench.seen()[1].bids), [(1_005, 3)]);
    assert_eq!(pairs(&bench.events(change(6, "101,sell,0"))[0].asks), [(1_010, 0)]);
    assert_eq!(bench.events(change(7, "0,sell,0"))[0].asks, []);
    for (bad, code) in [
        ("101,sell", "E_FRAME_SCHEMA"),
        ("101,sell,1,2", "E_FRAME_SCHEMA"),
        ("101,hold,1", "E_FRAME_SCHEMA"),
        ("x,sell,1", "E_FRAME_PARSE"),
        ("101,sell,-1", "E_NUMBER"),
        ("101.01,sell,1", "E_SCALE"),
        ("101,sell,", "E_FRAME_PARSE"),
    ] {
        assert_eq!(bench.refusal(change(8, bad)), code, "{bad}");
    }
}

#[test]
fn trades_quotes_and_best_levels() {
    let mut bench = bench();
    let trade = r#"{"symbol":"A-B","sequence":"77","side":"sell","size":"0.5","price":"100.1","takerOrderId":"x","time":"1619378327739050725","type":"match","makerOrderId":"y","tradeId":"6085c09769bc506996295e36"}"#;
    let seen = bench.events(message("/market/match:A-B", "trade.l3match", trade));
    assert_eq!((seen[0].header.kind, seen[0].header.aux, seen[0].header.w2), (kind::TRADE, 77, 77));
    assert_eq!(
        (pairs(&seen[0].asks), seen[0].header.ts_event),
        (vec![(1_001, 5_000)], 1_619_378_327_739_050_725)
    );
    let numbered = trade.replace("6085c09769bc506996295e36", "11067996711960577");
    let seen = bench.events(message("/market/match:A-B", "trade.l3match", &numbered));
    assert_eq!(seen[0].header.aux, 11_067_996_711_960_577);
    let ticker = r#"{"sequence":"14","bestAsk":"100.9","size":"1","bestBidSize":"5","price":"1","time":1660608019966,"bestAskSize":"4","bestBid":"100.8"}"#;
    for topic in ["/market/ticker:A-B", "/market/ticker:all"] {
        let subject = if topic.ends_with("all") { "A-B" } else { "trade.ticker" };
        let seen = bench.events(message(topic, subject, ticker));
        assert_eq!((seen[0].header.kind, seen[0].header.w1), (kind::QUOTE, 14));
        assert_eq!(
            (pairs(&seen[0].bids), pairs(&seen[0].asks)),
            (vec![(1_008, 50_000)], vec![(1_009, 40_000)])
        );
    }
    let level1 = r#"{"asks":["100.9","4"],"bids":null,"timestamp":1660608019966}"#;
    let seen = bench.events(message("/spotMarket/level1:A-B", "level1", level1));
    assert_eq!((pairs(&seen[0].bids), pairs(&seen[0].asks)), (vec![(0, 0)], vec![(1_009, 40_000)]));
    let best = r#"{"asks":[["100.9","4"]],"bids":[["100.8","5"],["100.7","6"]],"timestamp":1660608019966}"#;
    let seen = bench.events(message("/spotMarket/level2Depth5:A-B", "level2", best));
    assert_eq!((seen[0].header.kind, seen[0].header.flags), (kind::SNAPSHOT, event_flag::PARTIAL));
    assert_eq!(bench.source(&seen[0]), "kucoin/A-B/partial");
    assert!(!bench.markets[0].joined);
    let mark = r#"{"markPrice":39610.11,"indexPrice":39615.44,"granularity":1000,"timestamp":1706068801000}"#;
    let seen = bench.events(message("/contract/instrument:XBTUSDTM", "mark.index.price", mark));
    assert_eq!(pairs(&seen[0].bids), [(3_961_011_000_000, 1), (3_961_544_000_000, 1), (0, 0)]);
    let rate = r#"{"granularity":60000,"fundingRate":-3.8e-05,"timestamp":1706068800000}"#;
    let seen = bench.events(message("/contract/instrument:XBTUSDTM", "funding.rate", rate));
    assert_eq!((seen[0].header.kind, pairs(&seen[0].bids)), (kind::FUNDING, vec![(-3_800, 1)]));
}

#[test]
fn what_is_wrong_is_refused_with_a_code() {
    let mut bench = bench();
    bench.body(0, BODY).unwrap();
    for (frame, code) in [
        (update(11, 11, r#"["101","x","1"]"#, ""), "E_NUMBER"),
        (update(11, 11, r#"["101.05","1","1"]"#, ""), "E_SCALE"),
        (update(11, 11, r#"["101"]"#, ""), "E_FRAME_PARSE"),
        (update(11, 11, r#"["101","-1","1"]"#, ""), "E_NUMBER"),
        (update(12, 11, "", ""), "E_FRAME_SCHEMA"),
        (message("/market/level2:A-B", "trade.l2update", "{}"), "E_FRAME_SCHEMA"),
        (message("/market/level2:A-C", "trade.l2update", "{}"), "E_SYMBOL"),
        (message("/market/level2:\\u0000\\\"<b>", "trade.l2update", "{}"), "E_SYMBOL"),
        (message("/market/level2", "trade.l2update", "{}"), "E_SYMBOL"),
        (message("/market/match:A-B", "x", r#"{"sequence":"1","side":"hold"}"#), "E_FRAME_SCHEMA"),
        ("{\"type\":7}".to_owned(), "E_FRAME_SCHEMA"),
        ("[]".to_owned(), "E_FRAME_SCHEMA"),
    ] {
        assert_eq!(bench.refusal(&frame), code, "{frame}");
    }
    // The next update's number shows what was refused.
    bench.take(update(12, 12, "", "")).unwrap();
    assert_eq!(bench.kinds(), [kind::RESET]);
    for (topic, name) in
        [("/market/snapshot:A-B", "statistics"), ("/contract/details:A-B", "contract details")]
    {
        assert_eq!(bench.take(message(topic, "x", "{}")), Ok(Outcome::Ignored(name)));
    }
    let odd = message("/market/odd:A-B", "x", "{}");
    assert_eq!(bench.take(odd), Ok(Outcome::Ignored("unknown event")));
    bench.take(update(13, 13, "", "").replace("\"symbol\"", "\"new\":1,\"symbol\"")).unwrap();
    assert_eq!(bench.drift(), ["other./market/odd:A-B UnknownEvent 1", "l2update.new Appeared 1"]);
    assert_eq!(bench.body(0, "{\"code\":\"429000\"}").unwrap_err().code, "E_FRAME_SCHEMA");
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    damage(bench, &[], &update(11, 12, r#"["101","4","12"]"#, r#"["0","0","11"]"#));
    let data = r#"{"sequence":5,"change":"100.5,buy,3","timestamp":1705708800010}"#;
    damage(bench, &[], &message("/contractMarket/level2:XBTUSDTM", "level2", data));
}

#[test]
fn a_generated_market_comes_through() {
    for seed in 0..5 {
        let mut market = SeededMarket::new(seed, Shape::default());
        let mut bench = Bench::new(Venue::Kucoin, &[("A-B", 2, 4)]);
        let mut sequence = 100;
        let levels = |market: &SeededMarket, list: &[Entry], number: u64| -> String {
            let one = |e: &Entry| {
                format!(
                    "[\"{}\",\"{}\",\"{number}\"]",
                    market.price(e.price),
                    market.amount(e.quantity)
                )
            };
            list.iter().map(one).collect::<Vec<_>>().join(",")
        };
        let mut joined = false;
        for step in 0..400 {
            match market.step() {
                Happening::Update { changes, .. } => {
                    let first = sequence + 1;
                    sequence += 1 + market.draw(4);
                    let asks = levels(&market, &changes.asks, sequence);
                    let bids = levels(&market, &changes.bids, sequence);
                    bench.take(update(first, sequence, &asks, &bids)).unwrap();
                    if step > 20 && !joined {
                        joined = true;
                        let book = market.book(usize::MAX);
                        let (bids, asks) =
                            (levels(&market, &book.bids, 0), levels(&market, &book.asks, 0));
                        let body = format!(
                            r#"{{"code":"200000","data":{{"time":{},"sequence":"{sequence}","bids":[{bids}],"asks":[{asks}]}}}}"#,
                            market.time_ms
                        );
                        bench.body(0, body).unwrap();
                    }
                    if joined {
                        assert_eq!(levels_of(&bench.markets[0].book), market.book(usize::MAX));
                    }
                }
                Happening::Trade { id, aggressor, price, quantity } => {
                    let side = if aggressor == Side::Bid { "buy" } else { "sell" };
                    let data = format!(
                        r#"{{"symbol":"A-B","sequence":"{id}","side":"{side}","size":"{}","price":"{}","takerOrderId":"x","time":"{}000000","type":"match","makerOrderId":"y","tradeId":"{id}"}}"#,
                        market.amount(quantity),
                        market.price(price),
                        market.time_ms
                    );
                    let seen = bench.events(message("/market/match:A-B", "trade.l3match", &data));
                    let of = if aggressor == Side::Bid { &seen[0].bids } else { &seen[0].asks };
                    assert_eq!(of[..], [Entry { price, quantity }]);
                }
            }
            if step % 50 == 0 {
                bench = bench.restored();
            }
        }
        assert!(joined && bench.counters(0).gaps == 0);
    }
}
