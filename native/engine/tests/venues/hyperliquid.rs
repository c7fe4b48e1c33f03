//! Hyperliquid: `docs/venues/hyperliquid.md`. No recording is at hand: samples, cases, frames made by hand.

use crate::bench::{Bench, damage};
use crate::capture::folder;
use crate::golden;
use crate::market::{Happening, SeededMarket, Shape, levels_of};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use tickwright_engine::Entry;
use tickwright_engine::book::Side;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::proof_level;
use tickwright_engine::venue::{Outcome, Venue};

const BOOK: &str = r#"{"channel":"l2Book","data":{"coin":"BTC","time":1730160007687,"levels":[[{"px":"100.5","sz":"2","n":3},{"px":"100.0","sz":"1.25","n":1}],[{"px":"101.0","sz":"3","n":1}]]}}"#;
const TRADE: &str = r#"{"channel":"trades","data":[{"coin":"BTC","side":"A","px":"100.1","sz":"0.5","time":1730160059558,"hash":"0xeb","tid":809065877559592,"users":["a","b"]}]}"#;

fn bench() -> Bench {
    Bench::new(Venue::Hyperliquid, &[("BTC", 1, 5), ("ETH", 1, 4)])
}

fn pairs(levels: &[Entry]) -> Vec<(i64, i64)> {
    levels.iter().map(|e| (e.price, e.quantity)).collect()
}

#[test]
fn cases_of_another_normaliser() {
    const EMPTY: &str = "an empty side is a price and a quantity of 0; there it is left out";
    golden::check("hyperliquid", Venue::Hyperliquid, &[(83, 9, EMPTY)]);
}

/// Samples of messages, some of them made up: each with what becomes of it.
#[test]
fn samples_of_messages() {
    let Some(folder) = folder("samples_of_messages") else { return };
    let path = folder.join("venue-message-samples/hyperliquid.jsonl.gz");
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let mut found = Vec::new();
    for line in text.lines() {
        let sample: Value = serde_json::from_str(line).unwrap();
        let name = sample["name"].as_str().unwrap();
        if name.starts_with("ws_") {
            let outcome = bench().take(sample["text"].as_str().unwrap());
            found.push((name.to_owned(), outcome.map_err(|e| (e.code, e.what))));
        }
    }
    let expected = [
        ("ws_all_dexs_asset_ctxs.json", Ok(Outcome::Ignored("allDexsAssetCtxs"))),
        ("ws_allmids.json", Ok(Outcome::Ignored("allMids"))),
        // Cut out of its message: it names no channel.
        ("ws_book_data.json", Err(("E_FRAME_SCHEMA", "channel"))),
        ("ws_user_fill_liquidation.json", Ok(Outcome::Ignored("account"))),
    ];
    assert_eq!(found, expected.map(|(name, outcome)| (name.to_owned(), outcome)));
    // The same book within its message.
    let sample = text.lines().find(|l| l.contains("ws_book_data")).unwrap();
    let sample: Value = serde_json::from_str(sample).unwrap();
    let whole = format!(r#"{{"channel":"l2Book","data":{}}}"#, sample["text"].as_str().unwrap());
    let mut bench = Bench::new(Venue::Hyperliquid, &[("BTC", 2, 2)]);
    let seen = bench.events(whole);
    assert_eq!((seen[0].bids.len(), seen[0].asks.len()), (5, 5));
    assert_eq!(pairs(&seen[0].bids[..1]), [(9_845_050, 250)]);
    assert!(bench.drift().is_empty());
}

#[test]
fn every_book_is_a_whole_one() {
    let mut bench = bench();
    let seen = bench.events(BOOK);
    assert_eq!((seen[0].header.kind, seen[0].header.w1), (kind::SNAPSHOT, 1_730_160_007_687));
    assert_eq!(pairs(&seen[0].bids), [(1_005, 200_000), (1_000, 125_000)]);
    assert_eq!(
        (pairs(&seen[0].asks), bench.source(&seen[0])),
        (vec![(1_010, 300_000)], "hyperliquid/BTC/depth")
    );
    assert_eq!(bench.markets[0].proof_level(), proof_level::UNPROVABLE);
    bench
        .take(r#"{"channel":"l2Book","data":{"coin":"BTC","time":1730160007688,"levels":[[],[]]}}"#)
        .unwrap();
    assert_eq!((bench.markets[0].bid, bench.markets[0].ask), (None, None));
    bench.take(BOOK).unwrap();
    // A refused book loses what was known, until the next one.
    assert_eq!(bench.refusal(BOOK.replace("\"101.0\"", "\"x\"")), "E_NUMBER");
    assert_eq!(bench.kinds(), [kind::RESET]);
    bench.take(BOOK).unwrap();
    assert!(bench.markets[0].joined);
}

#[test]
fn the_first_trades_of_a_subscription_are_of_before_it() {
    let mut bench = bench();
    assert_eq!(bench.take(TRADE), Ok(Outcome::Ignored("trades before the stream")));
    let seen = bench.events(TRADE);
    assert_eq!((seen[0].header.kind, seen[0].header.aux), (kind::TRADE, 809_065_877_559_592));
    assert_eq!(pairs(&seen[0].asks), [(1_001, 50_000)]);
    // Of each coin, on each connection, and after a loss again.
    let eth = TRADE.replace("BTC", "ETH").replace("\"A\"", "\"B\"");
    assert_eq!(bench.take(&eth), Ok(Outcome::Ignored("trades before the stream")));
    assert_eq!(pairs(&bench.events(&eth)[0].bids), [(1_001, 5_000)]);
    assert_eq!(bench.take_over(1, TRADE), Ok(Outcome::Ignored("trades before the stream")));
    let mut bench = bench.restored();
    assert_eq!(bench.take(TRADE), Ok(Outcome::Events));
    bench.disconnect();
    assert_eq!(bench.take(TRADE), Ok(Outcome::Ignored("trades before the stream")));
    assert_eq!((bench.counters(0).stale, bench.counters(1).stale), (3, 1));
}

#[test]
fn quotes_and_contexts() {
    let mut bench = bench();
    let bbo = |sides: &str| {
        format!(
            r#"{{"channel":"bbo","data":{{"coin":"BTC","time":1750948919838,"bbo":[{sides}]}}}}"#
        )
    };
    let bid = r#"{"px":"100.1","sz":"4","n":1}"#;
    let seen = bench.events(bbo(&format!("{bid},null")));
    assert_eq!(
        (pairs(&seen[0].bids), pairs(&seen[0].asks)),
        (vec![(1_001, 400_000)], vec![(0, 0)])
    );
    assert_eq!(bench.events(bbo(bid)).len(), 1);
    let context = r#"{"channel":"activeAssetCtx","data":{"coin":"BTC","ctx":{"funding":"-0.0000015186","openInterest":"27353.17682123","prevDayPx":"1","dayNtlVlm":"1","premium":"0","oraclePx":"77605.0","markPx":"77562.0","midPx":null,"impactPxs":null,"dayBaseVlm":"1"}}}"#;
    let seen = bench.events(context);
    let kinds: Vec<u8> = seen.iter().map(|s| s.header.kind).collect();
    assert_eq!(kinds, [kind::MARK, kind::FUNDING, kind::OPEN_INTEREST]);
    assert!(seen.iter().all(|s| s.header.flags == event_flag::NO_EVENT_TIME));
    assert_eq!(pairs(&seen[0].bids), [(7_756_200_000_000, 1), (7_760_500_000_000, 1), (0, 0)]);
    assert_eq!(
        (pairs(&seen[1].bids), pairs(&seen[2].bids)),
        (vec![(-151, 1)], vec![(0, 2_735_317_682)])
    );
    assert_eq!(bench.counters(0).values_cut, 2);
}

#[test]
fn what_is_wrong_is_refused_with_a_code() {
    let mut bench = bench();
    for (frame, code) in [
        (BOOK.replace("BTC", "XYZ"), "E_SYMBOL"),
        (BOOK.replace("BTC", "\\u0000\\\"<b>"), "E_SYMBOL"),
        (BOOK.replace("\"2\"", "\"-2\""), "E_NUMBER"),
        (BOOK.replace("100.5", "100.55"), "E_SCALE"),
        (BOOK.replace("\"px\":\"100.5\",", ""), "E_FRAME_SCHEMA"),
        (BOOK.replace("1730160007687", "7"), "E_NUMBER"),
        (BOOK.replace("\"px\"", "\"sz\""), "E_FRAME_DUPKEY"),
        (
            r#"{"channel":"l2Book","data":{"coin":"BTC","time":1730160007687,"levels":[[]]}}"#
                .to_owned(),
            "E_FRAME_SCHEMA",
        ),
        (r#"{"channel":7}"#.to_owned(), "E_FRAME_SCHEMA"),
        ("{}".to_owned(), "E_FRAME_SCHEMA"),
        ("[]".to_owned(), "E_FRAME_SCHEMA"),
    ] {
        assert_eq!(bench.refusal(&frame), code, "{frame}");
    }
    bench.take(TRADE).unwrap();
    assert_eq!(bench.refusal(TRADE.replace("\"A\"", "\"C\"")), "E_FRAME_SCHEMA");
    for (frame, outcome) in [
        (r#"{"channel":"subscriptionResponse","data":{}}"#, Outcome::Control("reply")),
        (r#"{"channel":"pong"}"#, Outcome::Control("pong")),
        (r#"{"channel":"candle","data":{}}"#, Outcome::Ignored("candles")),
        (r#"{"channel":"odd","data":{}}"#, Outcome::Ignored("unknown event")),
        (r#"{"channel":"trades","data":[]}"#, Outcome::Ignored("no trades")),
    ] {
        assert_eq!(bench.take(frame), Ok(outcome), "{frame}");
    }
    bench.take(BOOK.replace("\"coin\"", "\"new\":1,\"coin\"")).unwrap();
    assert_eq!(bench.drift(), ["other.odd UnknownEvent 1", "l2Book.new Appeared 1"]);
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    damage(bench, &[], BOOK);
    damage(bench, &[TRADE], TRADE);
}

#[test]
fn a_generated_market_comes_through() {
    for seed in 0..5 {
        let mut market = SeededMarket::new(seed, Shape::default());
        let mut bench = Bench::new(Venue::Hyperliquid, &[("BTC", 2, 4)]);
        bench.take(TRADE.replace("100.1", "100").as_str()).unwrap();
        for step in 0..300 {
            match market.step() {
                Happening::Update { .. } => {
                    let of = market.book(20);
                    let side = |list: &[Entry]| -> String {
                        let one = |e: &Entry| {
                            let (px, sz) = (market.price(e.price), market.amount(e.quantity));
                            format!(r#"{{"px":"{px}","sz":"{sz}","n":1}}"#)
                        };
                        list.iter().map(one).collect::<Vec<_>>().join(",")
                    };
                    let frame = format!(
                        r#"{{"channel":"l2Book","data":{{"coin":"BTC","time":{},"levels":[[{}],[{}]]}}}}"#,
                        market.time_ms,
                        side(&of.bids),
                        side(&of.asks)
                    );
                    bench.take(frame).unwrap();
                    assert_eq!(levels_of(&bench.markets[0].book), of);
                }
                Happening::Trade { id, aggressor, price, quantity } => {
                    let side = if aggressor == Side::Bid { "B" } else { "A" };
                    let frame = format!(
                        r#"{{"channel":"trades","data":[{{"coin":"BTC","side":"{side}","px":"{}","sz":"{}","time":{},"hash":"0x","tid":{id}}}]}}"#,
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
