//! Coinbase Advanced Trade: `docs/venues/coinbase.md`, rules C and A.

use crate::bench::{Bench, damage};
use crate::capture::{self, Input, folder};
use crate::market::{Happening, Levels, SeededMarket, Shape, levels_of};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use tickwright_engine::Entry;
use tickwright_engine::book::Side;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::{proof_level, proof_reason};
use tickwright_engine::venue::{Outcome, Request, Venue};

const VENUE: Venue = Venue::Coinbase;

fn bench() -> Bench {
    Bench::new(VENUE, &[("BTC-USD", 2, 8), ("ETH-USD", 2, 8)])
}

#[test]
fn the_recording_parses_whole() {
    let Some(inputs) = capture::read("COINBASE", "the_recording_parses_whole") else { return };
    let run = capture::run(VENUE, &inputs);
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    let kinds = [("depth", 773), ("quote", 160), ("snapshot", 2), ("trade", 79)];
    assert_eq!(run.by_kind, BTreeMap::from(kinds));
    let ignored = [
        ("candles", 6),
        ("heartbeat", 25),
        ("subscriptions", 5),
        ("trades before the subscription", 2),
    ];
    assert_eq!(run.ignored, BTreeMap::from(ignored));
    assert_eq!(run.drift, Vec::<String>::new());
    let counters = run.counters;
    assert_eq!((counters.gaps, counters.trade_gaps, counters.out_of_order), (0, 0, 0));
    let level = |market: &tickwright_engine::core::Market| market.proof_level();
    assert!(run.markets.iter().all(|market| level(market) == proof_level::SEQUENCE));
}

/// A3: the recording decides how far a number reaches.
#[test]
fn numbers_count_all_channels_of_a_connection() {
    let Some(inputs) = capture::read("COINBASE", "numbers_count_all_channels_of_a_connection")
    else {
        return;
    };
    let frames = inputs.iter().filter_map(|(_, input)| match input {
        Input::Frame(_, bytes) => Some(serde_json::from_slice::<Value>(bytes).unwrap()),
        _ => None,
    });
    let numbers: Vec<u64> = frames.map(|f| f["sequence_num"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..1_030).collect::<Vec<u64>>());
}

/// A8: tickers and levels are sent apart: they meet where nothing happened in between.
#[test]
fn quotes_and_books_meet() {
    let Some(inputs) = capture::read("COINBASE", "quotes_and_books_meet") else { return };
    let mut bench = bench();
    let (mut equal, mut prices, mut quotes) = (0, 0, 0);
    for (_, input) in &inputs {
        let Input::Frame(_, bytes) = input else { continue };
        bench.take(bytes).unwrap();
        for event in bench.seen().iter().filter(|e| e.header.kind == kind::QUOTE) {
            let market = &bench.markets[event.header.instrument as usize];
            let (Some(bid), Some(ask)) = (market.bid, market.ask) else { continue };
            quotes += 1;
            prices +=
                u64::from(bid.price == event.bids[0].price && ask.price == event.asks[0].price);
            equal += u64::from(bid == event.bids[0] && ask == event.asks[0]);
        }
    }
    assert_eq!((quotes, prices, equal), (154, 132, 114));
}

/// A6: trades at the best ask are of buyers.
#[test]
fn the_side_of_a_trade_is_the_makers() {
    let Some(inputs) = capture::read("COINBASE", "the_side_of_a_trade_is_the_makers") else {
        return;
    };
    let mut bench = bench();
    let mut places = BTreeMap::new();
    for (_, input) in &inputs {
        let Input::Frame(_, bytes) = input else { continue };
        bench.take(bytes).unwrap();
        for event in bench.seen().iter().filter(|e| e.header.kind == kind::TRADE) {
            let market = &bench.markets[event.header.instrument as usize];
            let (Some(bid), Some(ask)) = (market.bid, market.ask) else { continue };
            let buys = !event.bids.is_empty();
            let price = if buys { event.bids[0].price } else { event.asks[0].price };
            let place = if price >= ask.price {
                "ask"
            } else if price <= bid.price {
                "bid"
            } else {
                "between"
            };
            *places.entry((if buys { "buys" } else { "sells" }, place)).or_insert(0) += 1;
        }
    }
    let expected = [
        (("buys", "ask"), 48),
        (("buys", "between"), 2),
        (("sells", "between"), 5),
        (("sells", "bid"), 23),
    ];
    let places: Vec<((&str, &str), i32)> = places.into_iter().collect();
    assert_eq!(places, expected);
}

#[test]
fn the_list_of_products_has_the_scales_that_are_printed() {
    let test = "the_list_of_products_has_the_scales_that_are_printed";
    let Some(inputs) = capture::read("COINBASE", test) else { return };
    let list = inputs.iter().find_map(|(_, input)| match input {
        Input::Body(url, body) if VENUE.request(url) == Request::Instruments => Some(body),
        _ => None,
    });
    let list = VENUE.instruments(list.unwrap()).unwrap();
    assert_eq!(list.len(), 920);
    for symbol in ["BTC-USD", "ETH-USD"] {
        let of = list.iter().find(|i| i.symbol == symbol).unwrap();
        let version = of.current();
        let steps = (of.price_scale, of.quantity_scale, version.tick, version.lot);
        assert_eq!(steps, (2, 8, 1, 1), "{symbol}");
        assert!(!version.inferred);
    }
}

/// Samples of `ws_` messages: trimmed or made up, as their folder says.
#[test]
fn samples_of_messages() {
    let Some(folder) = folder("samples_of_messages") else { return };
    let file = File::open(folder.join("venue-message-samples/coinbase.jsonl.gz")).unwrap();
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut seen = Vec::new();
    for line in text.lines() {
        let sample: Value = serde_json::from_str(line).unwrap();
        let name = sample["name"].as_str().unwrap();
        if !name.starts_with("ws_") {
            continue;
        }
        // Each is of a session of its own.
        let mut bench = bench();
        let outcome = bench.take(sample["text"].as_str().unwrap()).unwrap();
        assert_eq!(bench.drift(), Vec::<String>::new(), "{name}");
        seen.push((name.to_owned(), outcome, bench.kinds().len()));
    }
    let expected = [
        ("ws_candles.json", Outcome::Ignored("candles"), 0),
        ("ws_heartbeats.json", Outcome::Control("heartbeat"), 0),
        ("ws_l2_data_snapshot.json", Outcome::Events, 1),
        ("ws_l2_data_update.json", Outcome::Stale, 0),
        ("ws_market_trades.json", Outcome::Events, 2),
        ("ws_subscriptions.json", Outcome::Control("subscriptions"), 0),
        ("ws_ticker.json", Outcome::Events, 1),
        ("ws_user.json", Outcome::Ignored("user"), 0),
    ];
    let expected = expected.map(|(name, outcome, events)| (name.to_owned(), outcome, events));
    assert_eq!(seen, expected);
}

const STAMP: &str = "2026-04-07T14:30:01.456789Z";

fn message(number: u64, channel: &str, events: &str) -> String {
    format!(
        r#"{{"channel":"{channel}","client_id":"","timestamp":"{STAMP}","sequence_num":{number},"events":[{events}]}}"#
    )
}

fn book(number: u64, product: &str, what: &str, levels: &[(&str, &str, &str)]) -> String {
    let level = |(side, price, quantity): &(&str, &str, &str)| {
        format!(
            r#"{{"side":"{side}","event_time":"{STAMP}","price_level":"{price}","new_quantity":"{quantity}"}}"#
        )
    };
    let levels = levels.iter().map(level).collect::<Vec<_>>().join(",");
    let event = format!(r#"{{"type":"{what}","product_id":"{product}","updates":[{levels}]}}"#);
    message(number, "l2_data", &event)
}

fn trades(number: u64, what: &str, ids: &[u64]) -> String {
    let trade = |id: &u64| {
        format!(
            r#"{{"product_id":"BTC-USD","trade_id":"{id}","price":"100.5","size":"0.25","time":"{STAMP}","side":"SELL"}}"#
        )
    };
    let list = ids.iter().map(trade).collect::<Vec<_>>().join(",");
    message(number, "market_trades", &format!(r#"{{"type":"{what}","trades":[{list}]}}"#))
}

const LEVELS: [(&str, &str, &str); 2] = [("offer", "101", "3"), ("bid", "100", "2")];

/// Two books over connection 0, one message each.
fn joined() -> Bench {
    let mut bench = bench();
    bench.take(book(0, "BTC-USD", "snapshot", &LEVELS)).unwrap();
    bench.take(book(1, "ETH-USD", "snapshot", &LEVELS)).unwrap();
    bench
}

#[test]
fn a_hole_loses_all_books_of_its_connection() {
    let mut bench = joined();
    bench.take_over(7, book(0, "ETH-USD", "snapshot", &LEVELS)).unwrap();
    let seen =
        bench.events(book(2, "BTC-USD", "update", &[("bid", "100", "0"), ("offer", "100.5", "1")]));
    // A4: linked to the message of this book.
    assert_eq!((seen[0].header.w1, seen[0].header.w2), (3, 1));
    assert_eq!(seen[0].bids, [Entry { price: 10_000, quantity: 0 }]);
    assert_eq!(bench.take(message(4, "heartbeats", "")).unwrap(), Outcome::Events);
    let reset = &bench.seen()[0].header;
    assert_eq!(
        (reset.kind, reset.w0, reset.instrument),
        (kind::RESET, u64::from(proof_reason::GAP), 0)
    );
    assert_eq!(bench.kinds().len(), 1, "the other book comes over another connection");
    assert_eq!(bench.take(book(5, "BTC-USD", "update", &LEVELS)).unwrap(), Outcome::Stale);
    bench.events(book(6, "BTC-USD", "snapshot", &LEVELS));
    assert!(bench.markets.iter().all(|market| market.joined));
    assert_eq!((bench.counters(0).gaps, bench.counters(1).gaps), (1, 0));
}

#[test]
fn repeats_are_dropped_and_a_new_count_is_a_hole() {
    let mut bench = joined();
    assert_eq!(bench.take(book(1, "ETH-USD", "update", &LEVELS)).unwrap(), Outcome::Duplicate);
    assert_eq!(bench.take(trades(1, "update", &[5])).unwrap(), Outcome::Duplicate);
    bench.take(book(0, "BTC-USD", "snapshot", &LEVELS)).unwrap();
    assert_eq!(bench.kinds(), [kind::RESET, kind::RESET, kind::SNAPSHOT]);
    bench.disconnect();
    assert_eq!(bench.kinds(), [kind::RESET]);
    bench.take(book(900, "BTC-USD", "snapshot", &LEVELS)).unwrap();
    assert_eq!(bench.kinds(), [kind::SNAPSHOT]);
}

#[test]
fn trades_come_by_rising_id() {
    let mut bench = bench();
    // A7
    let history = Outcome::Ignored("trades before the subscription");
    assert_eq!(bench.take(trades(0, "snapshot", &[4, 3])).unwrap(), history);
    let seen = bench.events(trades(1, "update", &[6, 5]));
    let ids: Vec<u64> = seen.iter().map(|e| e.header.aux).collect();
    assert_eq!(ids, [5, 6]);
    // A6
    assert_eq!(seen[0].bids, [Entry { price: 10_050, quantity: 25_000_000 }]);
    bench.events(trades(2, "update", &[9]));
    assert_eq!(bench.counters(0).trades_missing, 2);
}

#[test]
fn what_is_wrong_is_refused() {
    let mut bench = joined();
    let good = book(2, "BTC-USD", "update", &LEVELS);
    for (from, to, code) in [
        ("\"101\"", "\"101.001\"", "E_SCALE"),
        ("\"101\"", "\"1e\"", "E_NUMBER"),
        ("\"101\"", "{}", "E_FRAME_SCHEMA"),
        ("\"3\"", "\"-3\"", "E_NUMBER"),
        ("offer", "hold", "E_FRAME_SCHEMA"),
        ("\"sequence_num\":2", "\"sequence_num\":\"two\"", "E_NUMBER"),
        ("\"price_level\"", "\"price\"", "E_FRAME_SCHEMA"),
        ("2026-04-07T14:30:01.456789Z\",\"sequence", "today\",\"sequence", "E_NUMBER"),
        ("]}", "", "E_FRAME_PARSE"),
    ] {
        let mut bench = joined();
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        let bad = if to == "today\",\"sequence" {
            bad.replace(
                &format!("\"event_time\":\"{STAMP}\""),
                "\"event_time\":\"1970-01-01T00:00:00Z\"",
            )
        } else {
            bad
        };
        assert_eq!(bench.refusal(&bad), code, "{to}");
        assert!(bench.kinds().is_empty(), "{to}");
        // A5: the next message shows the hole.
        bench.take(message(3, "heartbeats", "")).unwrap();
        assert_eq!(bench.kinds(), [kind::RESET, kind::RESET], "{to}");
    }
    // A5: messages that no book is in may be refused, or be of a product that is not followed.
    assert_eq!(bench.refusal(trades(2, "update", &[5]).replace("100.5", "x")), "E_NUMBER");
    assert_eq!(bench.refusal(book(3, "XRP-\\u0041", "update", &LEVELS)), "E_SYMBOL");
    bench.events(book(4, "BTC-USD", "update", &LEVELS));
    assert_eq!(bench.kinds(), [kind::DEPTH]);
    // A hole that a refused frame shows stays one.
    assert_eq!(
        bench.refusal(
            good.replace("\"sequence_num\":2", "\"sequence_num\":9").replace("offer", "x")
        ),
        "E_FRAME_SCHEMA"
    );
    assert_eq!(bench.kinds(), [kind::RESET, kind::RESET]);
    let drift = bench.events(
        book(10, "BTC-USD", "snapshot", &LEVELS).replace("\"type\"", "\"novelty\":1,\"type\""),
    );
    assert_eq!(drift.last().unwrap().header.kind, kind::SNAPSHOT);
    assert!(bench.drift().contains(&"book.novelty Appeared 1".to_owned()), "{:?}", bench.drift());
}

#[test]
fn times_and_channels() {
    let mut bench = bench();
    // C3: no time of the level: that of the message.
    let zero = book(0, "BTC-USD", "snapshot", &LEVELS)
        .replace(&format!("\"event_time\":\"{STAMP}\""), "\"event_time\":\"1970-01-01T00:00:00Z\"");
    let seen = bench.events(zero);
    assert_eq!(seen[0].header.ts_event, 1_775_572_201_456_789_000);
    assert_eq!(seen[0].header.flags & event_flag::NO_EVENT_TIME, 0);
    let ticker =
        r#"{"type":"update","tickers":[{"type":"ticker","product_id":"BTC-USD","price":"100"}]}"#;
    let passed = Outcome::Ignored("ticker without sizes");
    assert_eq!(bench.take(message(1, "ticker_batch", ticker)).unwrap(), passed);
    assert_eq!(bench.take(message(2, "status", "")).unwrap(), Outcome::Ignored("status"));
    assert_eq!(bench.take(message(3, "novelty", "")).unwrap(), Outcome::Ignored("unknown event"));
    let reply = r#"{"type":"error","message":"authentication failure"}"#;
    assert_eq!(bench.take(reply).unwrap(), Outcome::Control("reply"));
    bench.events(book(4, "BTC-USD", "update", &LEVELS));
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    for frame in [book(2, "BTC-USD", "update", &LEVELS), trades(2, "update", &[6, 5])] {
        damage(joined, &[], &frame);
    }
}

#[test]
fn a_feed_that_is_saved_anywhere_goes_on_alike() {
    let Some(inputs) = capture::read("COINBASE", "a_feed_that_is_saved_anywhere_goes_on_alike")
    else {
        return;
    };
    let frames: Vec<&Vec<u8>> = inputs
        .iter()
        .filter_map(|(_, input)| match input {
            Input::Frame(_, bytes) => Some(bytes),
            _ => None,
        })
        .collect();
    for cut in [5, 40, 700] {
        let mut whole = bench();
        for frame in &frames[..cut] {
            whole.take(frame).unwrap();
        }
        let mut other = whole.restored();
        for frame in &frames[cut..] {
            assert_eq!(whole.events(frame), other.events(frame));
        }
    }
}

#[test]
fn a_made_market_comes_back_level_by_level() {
    for seed in 0..8 {
        let shape = Shape::default();
        let mut market = SeededMarket::new(seed, shape);
        let mut bench = Bench::new(VENUE, &[("BTC-USD", shape.price_scale, shape.quantity_scale)]);
        let mut number = 0;
        let mut print = |market: &SeededMarket, what: &str, levels: &Levels| {
            let row = |side: &'static str, e: &Entry| {
                (side, market.price(e.price), market.amount(e.quantity))
            };
            let rows: Vec<_> = levels
                .asks
                .iter()
                .map(|e| row("offer", e))
                .chain(levels.bids.iter().map(|e| row("bid", e)))
                .collect();
            let rows: Vec<(&str, &str, &str)> =
                rows.iter().map(|(s, p, q)| (*s, p.as_str(), q.as_str())).collect();
            number += 1;
            book(2 * number, "BTC-USD", what, &rows)
        };
        let start = market.book(usize::MAX);
        bench.events(print(&market, "snapshot", &start));
        for _ in 0..500 {
            match market.step() {
                Happening::Update { changes, .. } => {
                    let frame = print(&market, "update", &changes);
                    let before = frame.find("\"sequence_num\":").unwrap() + 15;
                    let number: u64 = frame[before..].split(',').next().unwrap().parse().unwrap();
                    bench.take(message(number - 1, "heartbeats", "")).unwrap();
                    bench.events(frame);
                    assert_eq!(levels_of(&bench.markets[0].book), market.book(usize::MAX));
                }
                Happening::Trade { id, aggressor, price, quantity } => {
                    let side = if aggressor == Side::Bid { "SELL" } else { "BUY" };
                    let event = format!(
                        r#"{{"type":"update","trades":[{{"product_id":"BTC-USD","trade_id":"{id}","price":"{}","size":"{}","time":"{STAMP}","side":"{side}"}}]}}"#,
                        market.price(price),
                        market.amount(quantity)
                    );
                    let seen = &bench.restored().events(message(u64::MAX, "market_trades", &event));
                    let seen = seen.last().unwrap();
                    let side = if aggressor == Side::Bid { &seen.bids } else { &seen.asks };
                    assert_eq!(
                        (seen.header.aux, side.as_slice()),
                        (id, [Entry { price, quantity }].as_slice())
                    );
                }
            }
        }
        assert_eq!(bench.counters(0).gaps, 0);
    }
}
