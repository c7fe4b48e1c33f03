//! Bitstamp by levels: `docs/venues/bitstamp.md`.

use crate::bench::{Bench, damage};
use crate::capture::{self, Input};
use crate::golden;
use crate::market::{Happening, Levels, SeededMarket, Shape, levels_of};
use std::collections::BTreeMap;
use tickwright_engine::Entry;
use tickwright_engine::book::Side;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::proof_level;
use tickwright_engine::venue::{Outcome, Request, Venue};

const VENUE: Venue = Venue::Bitstamp;

fn bench() -> Bench {
    Bench::new(VENUE, &[("btcusd", 2, 8), ("ethusd", 2, 8)])
}

#[test]
fn the_recording_parses_whole() {
    let Some(inputs) = capture::read("BITSTAMP", "the_recording_parses_whole") else { return };
    let run = capture::run(VENUE, &inputs);
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    // 102 of 717 differences are older than the body of their book.
    let kinds = [("depth", 615), ("snapshot", 10), ("trade", 10)];
    assert_eq!(run.by_kind, BTreeMap::from(kinds));
    assert_eq!(run.ignored, BTreeMap::from([("subscribed", 20)]));
    assert_eq!(run.drift, Vec::<String>::new());
    let counters = run.counters;
    assert_eq!((counters.stale, counters.deferred, counters.out_of_order), (102, 0, 0));
    assert!(run.markets.iter().all(|market| market.proof_level() == proof_level::UNPROVABLE));
}

#[test]
fn the_list_of_markets_has_the_decimals_that_are_printed() {
    let test = "the_list_of_markets_has_the_decimals_that_are_printed";
    let Some(inputs) = capture::read("BITSTAMP", test) else { return };
    let list = inputs.iter().find_map(|(_, input)| match input {
        Input::Body(url, body) if VENUE.request(url) == Request::Instruments => Some(body),
        _ => None,
    });
    let list = VENUE.instruments(list.unwrap()).unwrap();
    assert_eq!(list.len(), 140);
    let run = capture::run(VENUE, &inputs);
    assert_eq!(run.directory.instruments.len(), 10);
    for learned in &run.directory.instruments {
        let of = list.iter().find(|i| i.symbol == learned.symbol).unwrap();
        let scales = (of.price_scale, of.quantity_scale);
        assert_eq!(scales, (learned.price_scale, learned.quantity_scale), "{}", of.symbol);
    }
}

fn levels(side: &[(&str, &str)]) -> String {
    let rows: Vec<String> = side.iter().map(|(p, q)| format!(r#"["{p}","{q}"]"#)).collect();
    format!("[{}]", rows.join(","))
}

fn body(micro: u64, bids: &[(&str, &str)], asks: &[(&str, &str)]) -> String {
    let (bids, asks) = (levels(bids), levels(asks));
    let whole = micro / 1_000_000;
    format!(r#"{{"timestamp":"{whole}","microtimestamp":"{micro}","bids":{bids},"asks":{asks}}}"#)
}

fn message(channel: &str, event: &str, data: &str) -> String {
    format!(r#"{{"data":{data},"channel":"{channel}","event":"{event}"}}"#)
}

/// µs.
const T: u64 = 1_641_343_695_000_000;

fn difference(later: u64, bids: &[(&str, &str)], asks: &[(&str, &str)]) -> String {
    message("diff_order_book_btcusd", "data", &body(T + later, bids, asks))
}

fn joined() -> Bench {
    let mut bench = bench();
    bench.body(0, body(T, &[("100", "2")], &[("101", "3")])).unwrap();
    bench
}

#[test]
fn a_body_joins_the_differences_behind_it() {
    let mut bench = bench();
    for later in [1, 2, 3] {
        let frame = difference(later, &[("100", &later.to_string())], &[]);
        assert_eq!(bench.take(frame).unwrap(), Outcome::Buffered);
    }
    assert!(bench.feed().wants_snapshot(0));
    bench.body(0, body(T + 2, &[("99", "9")], &[("101", "3")])).unwrap();
    assert_eq!(bench.kinds(), [kind::SNAPSHOT, kind::DEPTH]);
    let seen = bench.seen();
    assert_eq!((seen[0].header.w1, seen[1].header.w1), (T + 2, T + 3));
    assert_eq!(seen[1].header.flags & event_flag::DEFERRED, event_flag::DEFERRED);
    assert_eq!(seen[1].header.ts_event, (T as i64 + 3) * 1_000);
    let market = &bench.markets[0];
    assert_eq!(market.bid, Some(Entry { price: 10_000, quantity: 300_000_000 }));
    // A hole does not show; what repeats or comes late does.
    bench.events(difference(90, &[("100", "0")], &[]));
    assert_eq!(bench.take(difference(90, &[], &[])).unwrap(), Outcome::Duplicate);
    assert_eq!(bench.take(difference(80, &[], &[])).unwrap(), Outcome::Stale);
    // A newer body replaces the book, an older one does not.
    assert_eq!(bench.body(0, body(T + 85, &[], &[])).unwrap(), Outcome::Stale);
    bench.body(0, body(T + 95, &[("98", "1")], &[])).unwrap();
    assert_eq!(bench.markets[0].ask, None);
    bench.disconnect();
    assert_eq!(bench.kinds(), [kind::RESET]);
}

#[test]
fn views_never_touch_the_book() {
    let mut bench = joined();
    let seen = bench.events(message(
        "order_book_btcusd",
        "data",
        &body(T + 5, &[("90", "1"), ("89", "2")], &[]),
    ));
    assert_eq!((seen[0].header.kind, seen[0].bids.len()), (kind::SNAPSHOT, 2));
    assert_eq!(seen[0].header.flags & event_flag::PARTIAL, event_flag::PARTIAL);
    assert_eq!(bench.source(&seen[0]), "bitstamp/btcusd/partial");
    // Orders of one price are one level.
    let detail = r#"{"timestamp":"1641343695","microtimestamp":"1641343695000009","bids":[["100","1","7"],["100","2","8"],["99","4","9"]],"asks":[]}"#;
    let seen = bench.events(message("detail_order_book_btcusd", "data", detail));
    let level = |price, quantity| Entry { price, quantity };
    assert_eq!(seen[0].bids, [level(10_000, 300_000_000), level(9_900, 400_000_000)]);
    assert_eq!(bench.markets[0].bid, Some(level(10_000, 200_000_000)));
    assert_eq!(bench.take(difference(7, &[], &[])).unwrap(), Outcome::Events);
}

fn trade(price: &str, amount: &str, kind: &str) -> String {
    let data = format!(
        r#"{{"id":21,"timestamp":"1641343699","amount":{amount},"amount_str":"{amount}0","price":{price},"price_str":"{price}","type":{kind},"microtimestamp":"1641343699596000","buy_order_id":1443875737346049,"sell_order_id":1443875731320832}}"#
    );
    message("live_trades_btcusd", "trade", &data)
}

#[test]
fn trades_have_their_side() {
    let mut bench = bench();
    let seen = bench.events(trade("3805.44", "0.0792", "0"));
    assert_eq!(seen[0].bids, [Entry { price: 380_544, quantity: 7_920_000 }]);
    assert_eq!((seen[0].header.aux, seen[0].header.ts_event), (21, 1_641_343_699_596_000_000));
    let seen = bench.events(trade("3805.44", "0.0792", "1"));
    assert_eq!(seen[0].asks.len(), 1);
    assert_eq!(bench.refusal(trade("3805.44", "0.0792", "2")), "E_FRAME_SCHEMA");
}

#[test]
fn what_is_not_taken_is_named() {
    let mut bench = joined();
    let control = |event: &str| format!(r#"{{"event":"{event}","channel":"","data":{{}}}}"#);
    for (frame, outcome) in [
        (control("bts:subscription_succeeded"), Outcome::Control("subscribed")),
        (control("bts:unsubscription_succeeded"), Outcome::Control("unsubscribed")),
        (control("bts:request_reconnect"), Outcome::Control("request_reconnect")),
        (control("bts:heartbeat"), Outcome::Control("heartbeat")),
        (control("bts:error"), Outcome::Control("error")),
        (control("pusher:connection_established"), Outcome::Control("connection")),
        (message("live_orders_btcusd", "order_created", "{}"), Outcome::Ignored("live_orders")),
        (
            message("funding_rate_btcusd-perp", "funding_rate_saved", "{}"),
            Outcome::Ignored("funding_rate"),
        ),
        (message("private-my_orders_btcusd-7", "order_created", "{}"), Outcome::Ignored("private")),
        (message("novelty_btcusd", "data", "{}"), Outcome::Ignored("unknown event")),
        (message("diff_order_book_btcusd", "novelty", "{}"), Outcome::Ignored("unknown event")),
    ] {
        assert_eq!(bench.take(&frame).unwrap(), outcome, "{frame}");
        assert!(bench.kinds().is_empty());
    }
    let drift = ["other.novelty_btcusd UnknownEvent 1", "other.novelty UnknownEvent 1"];
    assert_eq!(bench.drift(), drift);
}

#[test]
fn a_refused_frame_loses_the_book_that_it_may_be_about() {
    let good = difference(5, &[("100.50", "1")], &[("101", "0")]);
    for (from, to, code) in [
        ("100.50", "100.505", "E_SCALE"),
        ("100.50", "-", "E_NUMBER"),
        ("\"1\"", "\"-1\"", "E_NUMBER"),
        ("\"100.50\"", "null", "E_FRAME_SCHEMA"),
        ("\"bids\"", "\"bid\"", "E_FRAME_SCHEMA"),
        ("\"bids\"", "\"asks\"", "E_FRAME_DUPKEY"),
        ("\"microtimestamp\":\"16", "\"microtimestamp\":\"", "E_NUMBER"),
        ("}", "", "E_FRAME_PARSE"),
    ] {
        let mut bench = joined();
        assert!(good.contains(from));
        assert_eq!(bench.refusal(good.replacen(from, to, 1)), code, "{to}");
        assert_eq!(bench.kinds(), [kind::RESET], "{to}");
        assert!(bench.feed().wants_snapshot(0));
    }
    // Another market's frame is none of its business.
    let mut bench = joined();
    assert_eq!(bench.refusal(good.replace("btcusd", "xrp\\u0000")), "E_SYMBOL");
    assert!(bench.kinds().is_empty() && bench.markets[0].joined);
    bench.events(good.replace("\"timestamp\"", "\"novelty\":[],\"timestamp\""));
    assert_eq!(bench.drift(), ["book.novelty Appeared 1"]);
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    let frames =
        [difference(5, &[("100.50", "1")], &[("101", "0")]), trade("3805.44", "0.0792", "1")];
    for frame in frames {
        damage(joined, &[], &frame);
    }
}

#[test]
fn a_feed_that_is_saved_anywhere_goes_on_alike() {
    let frames: Vec<String> =
        (1..9).map(|n| difference(n, &[("100", &n.to_string())], &[])).collect();
    let body = body(T + 4, &[("99", "1")], &[]);
    for cut in 0..frames.len() {
        let mut whole = bench();
        for (n, frame) in frames.iter().enumerate() {
            if n == 6 {
                whole.body(0, &body).unwrap();
            }
            if n == cut {
                let mut other = whole.restored();
                assert_eq!(whole.restored().events(frame), other.events(frame));
                whole = whole.restored();
            }
            whole.take(frame).unwrap();
        }
        assert_eq!(whole.markets[0].bid, Some(Entry { price: 10_000, quantity: 800_000_000 }));
    }
}

#[test]
fn a_made_market_comes_back_level_by_level() {
    for seed in 0..8 {
        let shape = Shape::default();
        let mut market = SeededMarket::new(seed, shape);
        let mut bench = Bench::new(VENUE, &[("btcusd", shape.price_scale, shape.quantity_scale)]);
        let print = |market: &SeededMarket, levels: &Levels| {
            let side = |entries: &[Entry]| -> Vec<(String, String)> {
                entries.iter().map(|e| (market.price(e.price), market.amount(e.quantity))).collect()
            };
            let (bids, asks) = (side(&levels.bids), side(&levels.asks));
            let rows = |side: &[(String, String)]| {
                let row = |(p, q): &(String, String)| format!(r#"["{p}","{q}"]"#);
                format!("[{}]", side.iter().map(row).collect::<Vec<_>>().join(","))
            };
            let micro = market.time_ms * 1_000;
            let whole = market.time_ms / 1_000;
            format!(
                r#"{{"timestamp":"{whole}","microtimestamp":"{micro}","bids":{},"asks":{}}}"#,
                rows(&bids),
                rows(&asks)
            )
        };
        bench.body(0, print(&market, &market.book(usize::MAX))).unwrap();
        for _ in 0..500 {
            match market.step() {
                Happening::Update { changes, .. } => {
                    bench.events(message(
                        "diff_order_book_btcusd",
                        "data",
                        &print(&market, &changes),
                    ));
                    assert_eq!(levels_of(&bench.markets[0].book), market.book(usize::MAX));
                }
                Happening::Trade { id, aggressor, price, quantity } => {
                    let (p, q) = (market.price(price), market.amount(quantity));
                    let of = u8::from(aggressor == Side::Ask);
                    let micro = market.time_ms * 1_000;
                    let data = format!(
                        r#"{{"id":{id},"timestamp":"{}","amount_str":"{q}","price_str":"{p}","type":{of},"microtimestamp":"{micro}"}}"#,
                        market.time_ms / 1_000
                    );
                    let seen = bench.events(message("live_trades_btcusd", "trade", &data));
                    let side = if aggressor == Side::Bid { &seen[0].bids } else { &seen[0].asks };
                    assert_eq!(side.as_slice(), [Entry { price, quantity }]);
                    assert_eq!(seen[0].header.aux, id);
                }
            }
        }
    }
}

#[test]
fn cases_of_another_normaliser() {
    let Some(counts) = golden::check("bitstamp", VENUE, &[]) else { return };
    assert_eq!(counts, (6, 6));
}
