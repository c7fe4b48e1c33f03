//! Bitget: `docs/venues/bitget.md`.

use crate::bench::{Bench, damage};
use crate::capture::{self, Input};
use crate::golden;
use crate::market::{Happening, Levels, SeededMarket, Shape};
use crate::round_trip::{self, Encoder};
use std::collections::BTreeMap;
use tickwright_engine::Entry;
use tickwright_engine::book::{Book, OracleBook, Side};
use tickwright_engine::checksum::Checksum;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::{proof_level, proof_reason};
use tickwright_engine::venue::{Outcome, Request, Venue};

#[test]
fn every_checksum_of_the_recording_agrees() {
    let Some(inputs) = capture::read("BITGET", "every_checksum_of_the_recording_agrees") else {
        return;
    };
    let run = capture::run(Venue::Bitget, &inputs);
    assert_eq!(run.checksums, (637, 0));
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    assert_eq!(run.drift, Vec::<String>::new());
    let expected = [
        ("depth", 627),
        ("funding", 217),
        ("mark", 217),
        ("openInterest", 217),
        ("snapshot", 10),
        ("trade", 55),
    ];
    assert_eq!(run.by_kind, BTreeMap::from(expected));
    let ignored =
        [("candle", 70), ("reply", 40), ("ticker without quantities", 128), ("trade snapshot", 10)];
    assert_eq!(run.ignored, BTreeMap::from(ignored));
}

#[test]
fn the_lists_of_the_recording_agree_with_what_is_printed() {
    let test = "the_lists_of_the_recording_agree_with_what_is_printed";
    let Some(inputs) = capture::read("BITGET", test) else { return };
    let lists = inputs.iter().filter_map(|(_, input)| match input {
        Input::Body(url, body) if Venue::Bitget.request(url) == Request::Instruments => {
            Some(Venue::Bitget.instruments(body).unwrap())
        }
        _ => None,
    });
    let listed: Vec<_> = lists.flatten().collect();
    let run = capture::run(Venue::Bitget, &inputs);
    assert_eq!(run.directory.instruments.len(), 10);
    for seen in &run.directory.instruments {
        let told = listed.iter().find(|i| i.symbol == seen.symbol).unwrap();
        let scales = |i: &tickwright_engine::Instrument| (i.price_scale, i.quantity_scale);
        assert_eq!(scales(seen), scales(told), "{}", seen.symbol);
    }
}

const SNAPSHOT: &str = r#"{"action":"snapshot","arg":{"instType":"sp","channel":"books","instId":"BTCUSDT"},"data":[{"asks":[["10.20","1.5000"],["10.30","2.0000"]],"bids":[["10.10","3.0000"]],"checksum":0,"ts":"1700000000001"}]}"#;
const UPDATE: &str = r#"{"action":"update","arg":{"instType":"sp","channel":"books","instId":"BTCUSDT"},"data":[{"asks":[["10.20","0"]],"bids":[["10.00","4.2500"]],"checksum":0,"ts":"1700000000002"}]}"#;
const TRADES: &str = r#"{"action":"update","arg":{"instType":"sp","channel":"trade","instId":"BTCUSDT"},"data":[["1700000000003","10.2","0.5","buy"],["1700000000004","10.1","0.25","sell"]]}"#;
const MIX_TICKER: &str = r#"{"action":"snapshot","arg":{"instType":"mc","channel":"ticker","instId":"BTCUSDT"},"data":[{"instId":"BTCUSDT","last":"10.200","bestAsk":"10.20","bestBid":"10.10","high24h":"11","low24h":"9","priceChangePercent":"-0.036","capitalRate":"-0.000100","nextSettleTime":1700006400000,"systemTime":1700000000005,"markPrice":"10.155","indexPrice":"10.163","holding":"21957.17001","baseVolume":"1","quoteVolume":"1"}]}"#;

const V2_TRADES: &str = r#"{"action":"update","arg":{"instType":"USDT-FUTURES","channel":"trade","instId":"BTCUSDT"},"data":[{"ts":"1700000000003","price":"10.2","size":"0.5","side":"buy","tradeId":"1235671063871070209"}],"ts":1700000000004}"#;
const V2_TICKER: &str = r#"{"action":"snapshot","arg":{"instType":"USDT-FUTURES","channel":"ticker","instId":"BTCUSDT"},"data":[{"instId":"BTCUSDT","lastPr":"10.2","bidPr":"10.1","askPr":"10.2","bidSz":"3","askSz":"1.5","open24h":"9","high24h":"11","low24h":"8","change24h":"-0.01","fundingRate":"0.0001","nextFundingTime":"1700006400000","markPrice":"10.15","indexPrice":"10.16","holdingAmount":"8572031.1","baseVolume":"1","quoteVolume":"1","openUtc":"10","symbolType":"1","symbol":"BTCUSDT","deliveryPrice":"0","ts":"1700000000005"}],"ts":1700000000006}"#;
const V2_BOOKS1: &str = r#"{"action":"snapshot","arg":{"instType":"SPOT","channel":"books1","instId":"BTCUSDT"},"data":[{"asks":[["10.20","1.5"]],"bids":[],"checksum":0,"seq":7,"ts":"1700000000007"}],"ts":1700000000008}"#;
const V2_BOOKS15: &str = r#"{"action":"snapshot","arg":{"instType":"SPOT","channel":"books15","instId":"BTCUSDT"},"data":[{"asks":[["10.20","1.5"]],"bids":[["10.10","3"],["10.00","1"]],"checksum":0,"ts":"1700000000009"}],"ts":1700000000010}"#;

const V3_SNAPSHOT: &str = r#"{"action":"snapshot","arg":{"instType":"usdt-futures","topic":"books","symbol":"BTCUSDT"},"data":[{"a":[["10.2","1.5"]],"b":[["10.1","3"]],"checksum":5,"seq":10,"pseq":0,"ts":"1700000000001"}],"ts":1700000000002}"#;
const V3_UPDATE: &str = r#"{"action":"update","arg":{"instType":"usdt-futures","topic":"books","symbol":"BTCUSDT"},"data":[{"a":[["10.2","0"],["10.3","1"]],"b":[],"checksum":6,"seq":25,"pseq":10,"ts":"1700000000003"}],"ts":1700000000004}"#;
const V3_TRADES: &str = r#"{"action":"update","arg":{"instType":"spot","topic":"publicTrade","symbol":"BTCUSDT"},"data":[{"i":"1432912488536195072","p":"10.2","v":"0.5","S":"sell","T":"1700000000005","L":"1432912488536195073","isRPI":"no"}],"ts":1700000000006}"#;
const V3_TICKER: &str = r#"{"action":"snapshot","arg":{"instType":"usdt-futures","topic":"ticker","symbol":"BTCUSDT"},"data":[{"highPrice24h":"11","lowPrice24h":"9","openPrice24h":"10","lastPrice":"10.2","turnover24h":"1","volume24h":"1","bid1Price":"10.1","ask1Price":"10.2","bid1Size":"3","ask1Size":"1.5","price24hPcnt":"-0.013","indexPrice":"10.1686055379793","markPrice":"10.15","fundingRate":"-0.00003","openInterest":"29539.3825","deliveryTime":"","deliveryStartTime":"","deliveryStatus":"","nextFundingTime":"1700006400000"}],"ts":1700000000007}"#;
const V3_LIQUIDATIONS: &str = r#"{"action":"update","arg":{"instType":"usdt-futures","topic":"liquidation"},"data":[{"symbol":"BTCUSDT","side":"buy","price":"10.280739469","amount":"143.330431857868","ts":"1700000000008"},{"symbol":"XUSDT","side":"sell","price":"1","amount":"1","ts":"1700000000008"}],"ts":1700000000009}"#;

/// Spot and futures of one id.
fn bench() -> Bench {
    Bench::new(Venue::Bitget, &[("BTCUSDT", 2, 4), ("BTCUSDT-FUTURES", 2, 4)])
}

fn entries(levels: &[(i64, i64)]) -> Vec<Entry> {
    levels.iter().map(|&(price, quantity)| Entry { price, quantity }).collect()
}

#[test]
fn books_of_v1() {
    let mut bench = bench();
    assert_eq!(bench.take(UPDATE), Ok(Outcome::Stale));
    let [snapshot] = &bench.events(SNAPSHOT)[..] else { panic!("one event") };
    assert_eq!((snapshot.header.instrument, snapshot.header.w1, snapshot.header.flags), (0, 0, 0));
    assert_eq!(bench.markets[0].proof_level(), proof_level::UNPROVABLE);
    let crc = crc(&[(1_010, 30_000), (1_000, 42_500)], &[(1_030, 20_000)]);
    let checked = UPDATE.replace("\"checksum\":0", &format!("\"checksum\":{crc}"));
    let [update] = &bench.events(&checked)[..] else { panic!("one event") };
    assert_eq!(
        (&update.bids, &update.asks),
        (&entries(&[(1_000, 42_500)]), &entries(&[(1_020, 0)]))
    );
    assert_eq!(update.header.flags, event_flag::CHECKSUM);
    assert_eq!(bench.markets[0].proof_level(), proof_level::CHECKSUM);
    bench.events(UPDATE.replace("\"checksum\":0", "\"checksum\":7"));
    assert_eq!(bench.markets[0].proof_reason(), proof_reason::CHECKSUM_MISMATCH);
    // Futures of the same id are another book.
    let [futures] = &bench.events(SNAPSHOT.replace("\"sp\"", "\"mc\""))[..] else {
        panic!("one event")
    };
    assert_eq!(bench.source(futures), "bitget/BTCUSDT-FUTURES/depth");
    // Nothing but the checksum would show a hole.
    assert_eq!(bench.refusal(UPDATE.replace("4.2500", "4.25001")), "E_SCALE");
    assert_eq!(bench.kinds(), [kind::RESET]);
    assert_eq!(bench.take(UPDATE), Ok(Outcome::Stale));
    assert!(bench.markets[1].joined);
}

fn crc(bids: &[(i64, i64)], asks: &[(i64, i64)]) -> i32 {
    let mut book = OracleBook::default();
    book.load(&entries(bids), &entries(asks));
    Checksum::InTurnPadded.of(&book, 2, 4) as i32
}

#[test]
fn books_of_v3_are_linked_by_their_ids() {
    let mut bench = bench();
    let [snapshot] = &bench.events(V3_SNAPSHOT)[..] else { panic!("one event") };
    assert_eq!((snapshot.header.instrument, snapshot.header.w1, snapshot.header.flags), (1, 10, 0));
    assert_eq!(bench.markets[1].proof_level(), proof_level::SEQUENCE);
    let [update] = &bench.events(V3_UPDATE)[..] else { panic!("one event") };
    assert_eq!((update.header.w1, update.header.w2, update.bids.len()), (25, 10, 0));
    assert_eq!(bench.take(V3_UPDATE), Ok(Outcome::Duplicate));
    let later = V3_UPDATE.replace(":10,", ":26,").replace(":25,", ":27,");
    assert_eq!(bench.events(&later)[0].header.kind, kind::RESET);
    assert_eq!((bench.counters(1).gaps, bench.counters(1).duplicates), (1, 1));
    bench.events(V3_SNAPSHOT);
    assert_eq!(bench.restored().events(V3_UPDATE).len(), 1);
}

#[test]
fn trades_and_quotes() {
    let mut bench = bench();
    let [buy, sell] = &bench.events(TRADES)[..] else { panic!("two events") };
    assert_eq!(
        (buy.bids.clone(), sell.asks.clone()),
        (entries(&[(1_020, 5_000)]), entries(&[(1_010, 2_500)]))
    );
    assert_eq!((buy.header.aux, buy.header.ts_event), (0, 1_700_000_000_003_000_000));
    for (frame, instrument) in [(V2_TRADES, 1), (V3_TRADES, 0)] {
        let [trade] = &bench.events(frame)[..] else { panic!("one event") };
        assert_eq!((trade.header.instrument, trade.header.aux > 1 << 60), (instrument, true));
        let history = frame.replace("\"update\"", "\"snapshot\"");
        assert_eq!(bench.take(history), Ok(Outcome::Ignored("trade snapshot")));
    }
    let [quote] = &bench.events(V2_BOOKS1)[..] else { panic!("one event") };
    assert_eq!((quote.header.kind, quote.header.w1), (kind::QUOTE, 7));
    assert_eq!((&quote.bids, &quote.asks), (&entries(&[(0, 0)]), &entries(&[(1_020, 15_000)])));
    let [best] = &bench.events(V2_BOOKS15)[..] else { panic!("one event") };
    assert_eq!((best.header.kind, best.header.flags), (kind::SNAPSHOT, event_flag::PARTIAL));
    assert_eq!((bench.source(best), best.bids.len()), ("bitget/BTCUSDT/partial", 2));
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn tickers_of_every_version() {
    let due = 1_700_006_400_000_000_000;
    let mut bench = bench();
    let [mark, funding, interest] = &bench.events(MIX_TICKER)[..] else { panic!("three events") };
    assert_eq!(mark.bids, entries(&[(1_015_500_000, 1), (1_016_300_000, 1), (0, 0)]));
    assert_eq!((funding.header.aux, funding.bids.clone()), (due, entries(&[(-10_000, 1)])));
    assert_eq!(
        (interest.header.kind, interest.bids.clone()),
        (kind::OPEN_INTEREST, entries(&[(0, 219_571_700)]))
    );
    assert_eq!(
        (interest.header.ts_event, interest.header.instrument),
        (1_700_000_000_005_000_000, 1)
    );
    assert_eq!(bench.counters(1).values_cut, 1);
    for (frame, time) in [(V2_TICKER, 5), (V3_TICKER, 7)] {
        let [quote, mark, funding, interest] = &bench.events(frame)[..] else {
            panic!("four events")
        };
        assert_eq!(
            (&quote.bids, &quote.asks),
            (&entries(&[(1_010, 30_000)]), &entries(&[(1_020, 15_000)]))
        );
        assert_eq!(mark.header.ts_event, 1_700_000_000_000_000_000 + time * 1_000_000);
        assert_eq!((mark.bids[0].price, mark.bids[1].quantity), (1_015_000_000, 1));
        assert_eq!((funding.header.kind, funding.header.aux), (kind::FUNDING, due));
        assert_eq!(interest.header.kind, kind::OPEN_INTEREST);
    }
    // A delivery contract pays no funding.
    let delivery = V2_TICKER.replace("\"1700006400000\"", "\"0\"");
    assert_eq!(bench.events(delivery).len(), 3);
    let spot = r#"{"action":"snapshot","arg":{"instType":"sp","channel":"ticker","instId":"BTCUSDT"},"data":[{"instId":"BTCUSDT","last":"10.2","open24h":"9","high24h":"11","low24h":"8","bestBid":"10.1","bestAsk":"10.2","baseVolume":"1","quoteVolume":"1","ts":1700000000005,"labeId":0}]}"#;
    assert_eq!(bench.take(spot), Ok(Outcome::Ignored("ticker without quantities")));
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn liquidations_are_of_a_whole_market() {
    let mut bench = bench();
    let [event] = &bench.events(V3_LIQUIDATIONS)[..] else { panic!("one event") };
    assert_eq!((event.header.kind, event.bids.len()), (kind::LIQUIDATION, 0));
    assert_eq!(event.asks, entries(&[(1_028, 1_433_304)]));
    assert_eq!(bench.counters(1).values_cut, 2);
    let others = V3_LIQUIDATIONS.replace("\"BTCUSDT\"", "\"YUSDT\"");
    assert_eq!(bench.take(others), Ok(Outcome::Ignored("liquidations of others")));
}

/// A ticker prints more zeros than the book: over these the checksum is not made.
#[test]
fn a_survey_learns_decimals_from_books_alone() {
    let ticker = V2_TICKER.replace("\"10.1\"", "\"10.100\"").replace("USDT-FUTURES", "SPOT");
    let frames =
        [SNAPSHOT, &ticker, TRADES, MIX_TICKER, V3_LIQUIDATIONS].map(|f| f.as_bytes().to_vec());
    let directory = golden::learn(Venue::Bitget, &frames);
    let of =
        |i: &tickwright_engine::Instrument| (i.symbol.clone(), i.price_scale, i.quantity_scale);
    let seen: Vec<_> = directory.instruments.iter().map(of).collect();
    assert_eq!(seen, [("BTCUSDT".to_owned(), 2, 4), ("BTCUSDT-FUTURES".to_owned(), 0, 0)]);
    let frames = [ticker.into_bytes()];
    assert_eq!(golden::learn(Venue::Bitget, &frames).instruments[0].price_scale, 1);
}

#[test]
fn what_is_wrong_is_refused_with_its_code() {
    for (frame, code) in [
        (SNAPSHOT.replace("10.20", "10.205"), "E_SCALE"),
        (SNAPSHOT.replace("\"1.5000\"", "\"-1.5\""), "E_NUMBER"),
        (SNAPSHOT.replace("1700000000001", "1700000000"), "E_NUMBER"),
        (SNAPSHOT.replace("\"checksum\":0", "\"checksum\":4294967296"), "E_NUMBER"),
        (SNAPSHOT.replace("\"checksum\":0", "\"checksum\":[]"), "E_FRAME_SCHEMA"),
        (SNAPSHOT.replace("\"asks\"", "\"a\""), "E_FRAME_SCHEMA"),
        (SNAPSHOT.replace("\"snapshot\"", "1"), "E_FRAME_SCHEMA"),
        (SNAPSHOT.replace("\"sp\"", "null"), "E_FRAME_SCHEMA"),
        (SNAPSHOT.replace("\"instId\":\"BTCUSDT\"", "\"instId\":null"), "E_FRAME_SCHEMA"),
        (SNAPSHOT.replace("BTCUSDT", "ETHUSDT"), "E_SYMBOL"),
        (SNAPSHOT.replace("BTCUSDT", &"X".repeat(100_000)), "E_SYMBOL"),
        (
            SNAPSHOT.replace("\"sp\"", "\"mc\"").replace("BTCUSDT", &"X".repeat(100_000)),
            "E_FRAME_SCHEMA",
        ),
        (SNAPSHOT.replace("\"sp\"", "\"mc\"").replace("BTCUSDT", "\\ud800"), "E_FRAME_SCHEMA"),
        (SNAPSHOT.replace("\"data\":", "\"data\":[],\"data\":"), "E_FRAME_DUPKEY"),
        (TRADES.replace(",\"sell\"", ""), "E_FRAME_SCHEMA"),
        (TRADES.replace("\"sell\"", "\"Sell\""), "E_FRAME_SCHEMA"),
        (V2_TRADES.replace("\"tradeId\":\"1235671063871070209\"", "\"tradeId\":\"x\""), "E_NUMBER"),
        (V2_TICKER.replace("\"10.15\"", "\"x\""), "E_NUMBER"),
        (V3_UPDATE.replace("\"pseq\":10", "\"pseq\":-1"), "E_NUMBER"),
        (V3_LIQUIDATIONS.replace("\"buy\"", "\"b\""), "E_FRAME_SCHEMA"),
        ("{}".into(), "E_FRAME_SCHEMA"),
        ("ping".into(), "E_FRAME_PARSE"),
        ("[]".into(), "E_FRAME_SCHEMA"),
    ] {
        let mut bench = bench();
        assert_eq!(bench.refusal(&frame), code, "{frame:.200}");
        assert_eq!(bench.kinds(), Vec::<u8>::new(), "{frame:.200}");
    }
}

#[test]
fn what_is_not_taken_is_named() {
    let mut bench = bench();
    for (frame, outcome) in [
        ("pong", Outcome::Control("pong")),
        (r#"{"event":"error","code":30001,"msg":"x","arg":{}}"#, Outcome::Control("reply")),
        (
            r#"{"action":"update","arg":{"instType":"mc","channel":"candle1m","instId":"A"},"data":[]}"#,
            Outcome::Ignored("candle"),
        ),
        (
            r#"{"action":"update","arg":{"instType":"spot","topic":"kline","symbol":"A","interval":"1m"},"data":[]}"#,
            Outcome::Ignored("candle"),
        ),
        (
            r#"{"action":"snapshot","arg":{"instType":"USDT-FUTURES","channel":"orders","instId":"default"},"data":[]}"#,
            Outcome::Ignored("private"),
        ),
        (
            r#"{"action":"update","arg":{"instType":"sp","channel":"moon","instId":"A"},"data":[]}"#,
            Outcome::Ignored("unknown event"),
        ),
        (
            r#"{"action":"update","arg":{"instType":"bond","channel":"books","instId":"A"},"data":[]}"#,
            Outcome::Ignored("unknown event"),
        ),
        (
            r#"{"action":"partial","arg":{"instType":"sp","channel":"books","instId":"A"},"data":[]}"#,
            Outcome::Ignored("unknown event"),
        ),
    ] {
        assert_eq!(bench.take(frame), Ok(outcome), "{frame}");
    }
    let novel = UPDATE.replace("\"bids\"", "\"novel\":1,\"bids\"");
    bench.take(&novel).unwrap();
    let expected = [
        "other.moon UnknownEvent 1",
        "other.bond UnknownEvent 1",
        "other.partial UnknownEvent 1",
        "book.novel Appeared 1",
    ];
    assert_eq!(bench.drift(), expected);
    bench.feed().set_strict(true);
    assert_eq!(bench.refusal(&novel), "E_FRAME_DRIFT");
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    for frame in [SNAPSHOT, UPDATE, TRADES, MIX_TICKER, V2_TRADES, V2_TICKER, V2_BOOKS1, V2_BOOKS15]
    {
        damage(bench, &[SNAPSHOT], frame);
    }
    for frame in [V3_SNAPSHOT, V3_UPDATE, V3_TRADES, V3_TICKER, V3_LIQUIDATIONS] {
        damage(bench, &[V3_SNAPSHOT], frame);
    }
}

/// The whole book's changes: padded and under a checksum in v1 and v2, trimmed and linked in v3.
struct Whole {
    version: u8,
    last: u64,
}

impl Whole {
    fn arg(&self, channel: &str) -> String {
        match self.version {
            1 => format!(r#"{{"instType":"sp","channel":"{channel}","instId":"BTCUSDT"}}"#),
            2 => format!(r#"{{"instType":"SPOT","channel":"{channel}","instId":"BTCUSDT"}}"#),
            _ => format!(r#"{{"instType":"spot","topic":"{channel}","symbol":"BTCUSDT"}}"#),
        }
    }

    fn list(&self, market: &SeededMarket, levels: &[Entry]) -> String {
        let level = |l: &Entry| {
            let (mut price, mut quantity) = (market.price(l.price), market.amount(l.quantity));
            if self.version == 3 {
                let trim = |t: &str| t.trim_end_matches('0').trim_end_matches('.').to_owned();
                (price, quantity) = (trim(&price), trim(&quantity));
            }
            let quantity = if l.quantity == 0 { "0" } else { &quantity };
            format!(r#"["{price}","{quantity}"]"#)
        };
        levels.iter().map(level).collect::<Vec<_>>().join(",")
    }

    fn book(&mut self, of: &str, market: &SeededMarket, levels: &Levels) -> String {
        let (bids, asks) = (self.list(market, &levels.bids), self.list(market, &levels.asks));
        let (arg, time) = (self.arg("books"), market.time_ms);
        let sides = if self.version == 3 {
            let previous = if of == "snapshot" { 0 } else { self.last };
            self.last += 11;
            format!(
                r#""a":[{asks}],"b":[{bids}],"checksum":1,"seq":{},"pseq":{previous}"#,
                self.last
            )
        } else {
            let truth = market.book(25);
            let mut book = OracleBook::default();
            book.load(&truth.bids, &truth.asks);
            let crc = Checksum::InTurnPadded.of(
                &book,
                market.shape.price_scale,
                market.shape.quantity_scale,
            );
            format!(r#""asks":[{asks}],"bids":[{bids}],"checksum":{}"#, crc as i32)
        };
        format!(r#"{{"action":"{of}","arg":{arg},"data":[{{{sides},"ts":"{time}"}}]}}"#)
    }
}

impl Encoder for Whole {
    fn depth(&self) -> usize {
        usize::MAX
    }

    fn snapshot(&mut self, market: &SeededMarket) -> String {
        self.book("snapshot", market, &market.book(usize::MAX))
    }

    fn happening(&mut self, market: &SeededMarket, happening: &Happening) -> String {
        let (id, aggressor, price, quantity) = match happening {
            Happening::Update { changes, .. } => return self.book("update", market, changes),
            Happening::Trade { id, aggressor, price, quantity } => (id, aggressor, price, quantity),
        };
        let (price, quantity) = (market.price(*price), market.amount(*quantity));
        let side = if *aggressor == Side::Bid { "buy" } else { "sell" };
        let time = market.time_ms;
        let (channel, trade) = match self.version {
            1 => ("trade", format!(r#"["{time}","{price}","{quantity}","{side}"]"#)),
            2 => (
                "trade",
                format!(
                    r#"{{"ts":"{time}","price":"{price}","size":"{quantity}","side":"{side}","tradeId":"{id}"}}"#
                ),
            ),
            _ => (
                "publicTrade",
                format!(
                    r#"{{"i":"{id}","p":"{price}","v":"{quantity}","S":"{side}","T":"{time}","L":"1","isRPI":"no"}}"#
                ),
            ),
        };
        format!(r#"{{"action":"update","arg":{},"data":[{trade}]}}"#, self.arg(channel))
    }
}

#[test]
fn a_generated_market_comes_through() {
    for (seed, version) in [(1, 1), (2, 2), (3, 3)] {
        let mut bench = Bench::new(Venue::Bitget, &[("BTCUSDT", 2, 4)]);
        let mut encoder = Whole { version, last: 100 };
        let (updates, trades, checksums) = round_trip::run(&mut bench, &mut encoder, seed, 1_000);
        assert!(trades > 100, "{trades} trades");
        let (checked, level) = match version {
            3 => (0, proof_level::SEQUENCE),
            _ => (updates + 1, proof_level::CHECKSUM),
        };
        assert_eq!((checksums, bench.markets[0].proof_level()), (checked, level));
    }
}

#[test]
fn a_feed_restored_in_mid_stream_goes_on_alike() {
    for version in [1, 3] {
        let mut bench = Bench::new(Venue::Bitget, &[("BTCUSDT", 2, 4)]);
        let mut encoder = Whole { version, last: 0 };
        let mut market = SeededMarket::new(9, Shape::default());
        bench.events(encoder.snapshot(&market));
        let mut other = bench.restored();
        for step in 0..400 {
            let happening = market.step();
            let frame = encoder.happening(&market, &happening);
            assert_eq!(other.events(&frame), bench.events(&frame), "step {step}");
            if step % 50 == 0 {
                other = other.restored();
            }
        }
    }
}

#[test]
fn golden() {
    const BEST: &str = "a whole book is taken; there only views of the best levels are";
    const BREAK: &str = "does not continue the book before it: a reset; there it is passed on";
    let spot = [(78, 5, BEST), (79, 4, BREAK)];
    if let Some(counts) = golden::check("bitget", Venue::Bitget, &spot) {
        assert_eq!(counts, (13, 11));
    }
    const TICKER: &str = "a ticker's best quote is taken too";
    const EMPTY: &str = "an empty side is told, with quantity 0";
    const CUT: &str = "a ticker's best quote is taken too, an index has eight decimals";
    const UNKNOWN: &str = "liquidations of a whole market make no instruments";
    let futures = [
        (80, 4, BEST),
        (80, 8, TICKER),
        (80, 9, TICKER),
        (80, 10, EMPTY),
        (81, 4, BREAK),
        (81, 6, CUT),
        (81, 7, UNKNOWN),
    ];
    if let Some(counts) = golden::check("bitget-futures", Venue::Bitget, &futures) {
        assert_eq!(counts, (18, 11));
    }
}
