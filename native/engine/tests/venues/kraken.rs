//! Kraken: `docs/venues/kraken.md`.

use crate::bench::{Bench, damage};
use crate::capture::{self, Input};
use crate::market::{Happening, Levels, SeededMarket, levels_of};
use crate::round_trip::{self, Encoder};
use crate::{golden, samples};
use std::collections::BTreeMap;
use tickwright_engine::Entry;
use tickwright_engine::book::{Book, OracleBook, Side};
use tickwright_engine::checksum::Checksum;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::{proof_level, proof_reason};
use tickwright_engine::venue::{Outcome, Request, Venue};

#[test]
fn every_checksum_of_the_recording_agrees() {
    let Some(inputs) = capture::read("KRAKEN", "every_checksum_of_the_recording_agrees") else {
        return;
    };
    let run = capture::run(Venue::Kraken, &inputs);
    assert_eq!(run.checksums, (4_269, 0));
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    assert_eq!(run.drift, Vec::<String>::new());
    let expected = [("depth", 4_269), ("quote", 18), ("snapshot", 10), ("trade", 10)];
    assert_eq!(run.by_kind, BTreeMap::from(expected));
    assert_eq!(run.ignored, BTreeMap::from([("v1 event", 125)]));
}

/// Ten of the 18 tickers came before their books.
#[test]
fn quotes_of_the_recording_are_those_of_the_book() {
    let Some(inputs) = capture::read("KRAKEN", "quotes_of_the_recording_are_those_of_the_book")
    else {
        return;
    };
    assert_eq!(capture::quotes_near_the_book(Venue::Kraken, &inputs, 1_000_000_000), (8, 8));
}

#[test]
fn the_list_of_the_recording_is_read() {
    let Some(inputs) = capture::read("KRAKEN", "the_list_of_the_recording_is_read") else { return };
    let mut lists = inputs.iter().filter_map(|(_, input)| match input {
        Input::Body(url, body) if Venue::Kraken.request(url) == Request::Instruments => Some(body),
        _ => None,
    });
    let list = Venue::Kraken.instruments(lists.next().unwrap()).unwrap();
    let of = |symbol| {
        let found = list.iter().find(|i| i.symbol == symbol);
        found.map(|i| (i.price_scale, i.quantity_scale))
    };
    assert_eq!((of("XBT/CHF"), of("BTC/CHF")), (Some((1, 8)), Some((1, 8))));
    // 293 pairs with a stream, 65 of them of an asset with two names.
    assert_eq!(list.len(), 293 + 65);
    assert!(lists.next().is_none());
}

const SNAPSHOT: &str = r#"[7,{"as":[["10.2","1.00","1618678132.1"],["10.3","2.00","1618678132.2"]],"bs":[["10.1","3.00","1618678131.9"]]},"book-10","XMR/USD"]"#;
const UPDATE: &str = r#"[7,{"a":[["10.2","0.50","1618678133.5"]],"c":"1"},"book-10","XMR/USD"]"#;
const BOTH: &str = r#"[7,{"a":[["10.3","0.00","1618678134.1"],["10.4","1.00","1618678134.2","r"]]},{"b":[["10.0","4.00","1618678134.15"]],"c":"974947235"},"book-10","XMR/USD"]"#;
const TRADES: &str = r#"[8,[["10.2","0.50","1618678133.4","b","l",""],["10.1","0.25","1618678133.5","s","m",""]],"trade","XMR/USD"]"#;
const TICKER: &str = r#"[9,{"a":["10.2",1,"0.50"],"b":["10.1",3,"3.00"],"c":["10.2","0.50"],"v":["1","2"],"p":["1","2"],"t":[1,2],"l":["1","2"],"h":["1","2"],"o":["1","2"]},"ticker","XMR/USD"]"#;
const SPREAD: &str = r#"[10,["10.1","10.2","1618678134.3","3.00","0.50"],"spread","XMR/USD"]"#;

const V2_SNAPSHOT: &str = r#"{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":10.1,"qty":3}],"asks":[{"price":10.2,"qty":1.0},{"price":10.3,"qty":2.00}],"checksum":1,"timestamp":"2023-10-06T17:35:55.440295Z"}]}"#;
const V2_UPDATE: &str = r#"{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],"asks":[{"price":10.2,"qty":0.0}],"checksum":2,"timestamp":"2023-10-06T17:35:56.440295Z"}]}"#;
const V2_TRADES: &str = r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":10.1,"qty":0.25,"ord_type":"market","trade_id":5,"timestamp":"2023-10-06T17:35:56Z"},{"symbol":"BTC/USD","side":"buy","price":10.2,"qty":1,"ord_type":"limit","trade_id":6,"timestamp":"2023-10-06T17:35:57Z"}]}"#;
const V2_TICKER: &str = r#"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":10.1,"bid_qty":3,"ask":10.2,"ask_qty":0.5,"last":10.2,"volume":1,"vwap":10,"low":9,"high":11,"change":0,"change_pct":0,"timestamp":"2023-10-06T17:35:58Z"}]}"#;

fn bench() -> Bench {
    Bench::new(Venue::Kraken, &[("XMR/USD", 1, 2), ("BTC/USD", 1, 2)])
}

fn entries(levels: &[(i64, i64)]) -> Vec<Entry> {
    levels.iter().map(|&(price, quantity)| Entry { price, quantity }).collect()
}

#[test]
fn books_of_v1() {
    let mut bench = bench();
    let [snapshot] = &bench.events(SNAPSHOT)[..] else { panic!("one event") };
    assert_eq!(snapshot.header.kind, kind::SNAPSHOT);
    assert_eq!(snapshot.header.ts_event, 1_618_678_132_200_000_000);
    assert_eq!(
        (&snapshot.bids, &snapshot.asks),
        (&entries(&[(101, 300)]), &entries(&[(102, 100), (103, 200)]))
    );
    assert_eq!(bench.source(snapshot), "kraken/XMR/USD/depth");
    assert_eq!(bench.markets[0].proof_level(), proof_level::UNPROVABLE);
    // Two objects are one event.
    let [both] = &bench.events(BOTH)[..] else { panic!("one event") };
    assert_eq!((both.header.kind, both.header.ts_event), (kind::DEPTH, 1_618_678_134_200_000_000));
    assert_eq!(both.bids, entries(&[(100, 400)]));
    assert_eq!(both.asks, entries(&[(103, 0), (104, 100)]));
    assert_eq!((both.header.aux, both.header.flags), (974_947_235, event_flag::CHECKSUM));
    // A checksum that is not the book's: no proof until a snapshot comes.
    assert_eq!(bench.markets[0].proof_reason(), proof_reason::CHECKSUM_MISMATCH);
    bench.events(SNAPSHOT);
    assert_eq!(bench.markets[0].proof_reason(), proof_reason::NONE);
    assert_eq!(bench.counters(0).resyncs, 1);
}

#[test]
fn trades_and_quotes_of_v1() {
    let mut bench = bench();
    let [buy, sell] = &bench.events(TRADES)[..] else { panic!("two events") };
    assert_eq!((buy.bids.clone(), buy.asks.len()), (entries(&[(102, 50)]), 0));
    assert_eq!((sell.bids.len(), sell.asks.clone()), (0, entries(&[(101, 25)])));
    assert_eq!(buy.header.ts_event, 1_618_678_133_400_000_000);
    let [quote] = &bench.events(TICKER)[..] else { panic!("one event") };
    assert_eq!(quote.header.flags, event_flag::NO_EVENT_TIME);
    assert_eq!((&quote.bids, &quote.asks), (&entries(&[(101, 300)]), &entries(&[(102, 50)])));
    let [spread] = &bench.events(SPREAD)[..] else { panic!("one event") };
    assert_eq!((&spread.bids, &spread.asks), (&quote.bids, &quote.asks));
    assert_eq!(spread.header.ts_event, 1_618_678_134_300_000_000);
    let empty = r#"[10,["0.0","0.0","0.000000","0.0","0.0"],"spread","XMR/USD"]"#;
    assert_eq!(bench.take(empty), Ok(Outcome::Ignored("quote of an empty book")));
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn messages_of_v2() {
    let mut bench = bench();
    let [snapshot] = &bench.events(V2_SNAPSHOT)[..] else { panic!("one event") };
    assert_eq!(snapshot.asks, entries(&[(102, 100), (103, 200)]));
    assert_eq!(snapshot.header.ts_event, 1_696_613_755_440_295_000);
    let [update] = &bench.events(V2_UPDATE)[..] else { panic!("one event") };
    assert_eq!((update.header.aux, update.asks.clone()), (2, entries(&[(102, 0)])));
    let [sell, buy] = &bench.events(V2_TRADES)[..] else { panic!("two events") };
    assert_eq!((sell.header.aux, sell.asks.clone()), (5, entries(&[(101, 25)])));
    assert_eq!((buy.header.aux, buy.bids.clone()), (6, entries(&[(102, 100)])));
    assert_eq!(bench.take(V2_TRADES), Ok(Outcome::Duplicate));
    let later = V2_TRADES.replace("\"trade_id\":5", "\"trade_id\":9").replace(":6", ":10");
    assert_eq!(bench.events(&later).len(), 2);
    assert_eq!((bench.counters(1).trade_gaps, bench.counters(1).trades_missing), (1, 2));
    let history = V2_TRADES.replace("update", "snapshot");
    assert_eq!(bench.take(history), Ok(Outcome::Ignored("trade snapshot")));
    let [quote] = &bench.events(V2_TICKER)[..] else { panic!("one event") };
    assert_eq!((&quote.bids, &quote.asks), (&entries(&[(101, 300)]), &entries(&[(102, 50)])));
    let closed = r#"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":0,"bid_qty":0,"ask":0,"ask_qty":0,"timestamp":"1970-01-01T00:00:00.000000Z"}]}"#;
    assert_eq!(bench.take(closed), Ok(Outcome::Ignored("quote of an empty book")));
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn a_message_of_several_books_has_an_event_for_each() {
    let mut bench = bench();
    let both = r#"{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":1,"qty":1}],"asks":[]},{"symbol":"XMR/USD","bids":[],"asks":[{"price":2,"qty":1}]}]}"#;
    let seen = bench.events(both);
    let of = |index: usize| {
        (seen[index].header.instrument, seen[index].bids.len(), seen[index].asks.len())
    };
    assert_eq!((seen.len(), of(0), of(1)), (2, (1, 1, 0), (0, 0, 1)));
    // Where the second is broken nothing of the first may stay but that it is lost.
    let broken = both.replace(r#""price":2"#, r#""price":"x""#);
    assert_eq!(bench.refusal(&broken), "E_NUMBER");
    let seen = bench.seen();
    assert!(seen.iter().all(|e| e.header.kind == kind::RESET) && seen.len() == 2);
}

#[test]
fn a_window_has_the_depth_of_its_subscription() {
    let level = |price: usize| format!(r#"{{"price":{price},"qty":1}}"#);
    let levels =
        |prices: std::ops::Range<usize>| prices.rev().map(level).collect::<Vec<_>>().join(",");
    let book = |of: &str, bids: &str| {
        format!(
            r#"{{"channel":"book","type":"{of}","data":[{{"symbol":"BTC/USD","bids":[{bids}],"asks":[]}}]}}"#
        )
    };
    let snapshot = book("snapshot", &levels(100..110));
    let update = book("update", &levels(110..111));
    // Ten levels: a depth of 10, where nothing else tells.
    let mut bench = self::bench();
    bench.events(&snapshot);
    assert_eq!(bench.events(&update)[0].bids, entries(&[(1_100, 100), (1_000, 0)]));
    // The reply to the subscription tells.
    let mut bench = self::bench();
    bench.take(r#"{"method":"subscribe","result":{"channel":"book","depth":25,"snapshot":true,"symbol":"BTC/USD"},"success":true,"time_in":"x","time_out":"y"}"#).unwrap();
    bench.events(&snapshot);
    assert_eq!(bench.restored().events(&update)[0].bids, entries(&[(1_100, 100)]));
    // v1 names the depth in the channel; another one is another book.
    let mut bench = self::bench();
    bench.events(SNAPSHOT);
    let other = UPDATE.replace("book-10", "book-100");
    assert_eq!(bench.take(&other), Ok(Outcome::Ignored("book of another depth")));
    assert_eq!(bench.refusal(UPDATE.replace("book-10", "book-x")), "E_FRAME_SCHEMA");
    assert_eq!(bench.refusal(UPDATE.replace("book-10", "book")), "E_FRAME_SCHEMA");
}

#[test]
fn updates_wait_for_a_snapshot_and_a_refused_one_loses_the_book() {
    let mut bench = bench();
    assert_eq!(bench.take(UPDATE), Ok(Outcome::Stale));
    bench.events(SNAPSHOT);
    assert_eq!(bench.refusal(UPDATE.replace("0.50", "0.5x")), "E_NUMBER");
    assert_eq!(bench.kinds(), [kind::RESET]);
    assert_eq!(bench.markets[0].proof_reason(), proof_reason::REFUSED_FRAME);
    assert_eq!(bench.take(UPDATE), Ok(Outcome::Stale));
    bench.events(SNAPSHOT);
    assert_eq!(bench.events(UPDATE).len(), 1);
    bench.disconnect();
    assert_eq!(bench.kinds(), [kind::RESET]);
    assert_eq!(bench.take(UPDATE), Ok(Outcome::Stale));
    assert_eq!(bench.counters(0).refused, 1);
}

#[test]
fn what_is_wrong_is_refused_with_its_code() {
    for (frame, code) in [
        (UPDATE.replace("10.2", "10.25"), "E_SCALE"),
        (UPDATE.replace("\"0.50\"", "\"-0.50\""), "E_NUMBER"),
        (UPDATE.replace(",\"1618678133.5\"", ""), "E_FRAME_SCHEMA"),
        (UPDATE.replace("1618678133.5", "1618678133500"), "E_NUMBER"),
        (UPDATE.replace("\"c\":\"1\"", "\"c\":\"4294967296\""), "E_NUMBER"),
        (UPDATE.replace("\"c\":\"1\"", "\"c\":true"), "E_FRAME_SCHEMA"),
        (UPDATE.replace("\"a\":[[", "\"as\":[],\"a\":[["), "E_FRAME_SCHEMA"),
        (UPDATE.replace("\"a\":", "\"a\":[],\"a\":"), "E_FRAME_DUPKEY"),
        (UPDATE.replace("XMR/USD", "XMR/EUR"), "E_SYMBOL"),
        (UPDATE.replace("\"XMR/USD\"", "7"), "E_FRAME_SCHEMA"),
        (UPDATE.replace("XMR/USD", &"X".repeat(100_000)), "E_SYMBOL"),
        (UPDATE.replace("XMR/USD", "\\ud800"), "E_FRAME_SCHEMA"),
        (r#"[7,{},"book-10","XMR/USD"]"#.into(), "E_FRAME_SCHEMA"),
        (r#"[7,1,2,3,"book-10","XMR/USD"]"#.into(), "E_FRAME_SCHEMA"),
        (r#"["book-10","XMR/USD"]"#.into(), "E_FRAME_SCHEMA"),
        (TRADES.replace("\"s\"", "\"x\""), "E_FRAME_SCHEMA"),
        (TICKER.replace("\"a\"", "\"z\""), "E_FRAME_SCHEMA"),
        (V2_UPDATE.replace("10.2", "1e400"), "E_NUMBER"),
        (V2_UPDATE.replace("\"bids\":[],", ""), "E_FRAME_SCHEMA"),
        (V2_UPDATE.replace("\"qty\"", "\"quantity\""), "E_FRAME_SCHEMA"),
        (V2_UPDATE.replace("2023-10-06T", "2023-13-06T"), "E_NUMBER"),
        (V2_TRADES.replace("\"buy\"", "\"bought\""), "E_FRAME_SCHEMA"),
        (V2_TRADES.replace("\"trade_id\":6,", ""), "E_FRAME_SCHEMA"),
        (V2_TICKER.replace("\"ask_qty\":0.5,", ""), "E_FRAME_SCHEMA"),
        ("{}".into(), "E_FRAME_SCHEMA"),
        ("7".into(), "E_FRAME_SCHEMA"),
    ] {
        let mut bench = bench();
        assert_eq!(bench.refusal(&frame), code, "{frame:.200}");
        assert_eq!(bench.kinds(), Vec::<u8>::new(), "{frame:.200}");
    }
}

#[test]
fn what_is_not_known_is_counted() {
    let mut bench = bench();
    bench.take(V2_UPDATE.replace("\"bids\"", "\"novel\":1,\"bids\"")).unwrap();
    assert_eq!(
        bench.take(r#"{"channel":"moon","type":"update","data":[]}"#),
        Ok(Outcome::Ignored("unknown event"))
    );
    assert_eq!(
        bench.take(UPDATE.replace("book-10", "moon")),
        Ok(Outcome::Ignored("unknown event"))
    );
    let expected = ["book.novel Appeared 1", "other.moon UnknownEvent 2"];
    assert_eq!(bench.drift(), expected);
    bench.feed().set_strict(true);
    assert_eq!(
        bench.refusal(V2_UPDATE.replace("\"bids\"", "\"novel\":1,\"bids\"")),
        "E_FRAME_DRIFT"
    );
    for (frame, outcome) in [
        (r#"{"event":"heartbeat"}"#, Outcome::Control("v1 event")),
        (r#"{"channel":"heartbeat"}"#, Outcome::Control("heartbeat")),
        (
            r#"{"channel":"status","type":"update","data":[{"system":"online"}]}"#,
            Outcome::Control("status"),
        ),
        (r#"[1,["1","2"],"ohlc-5","XMR/USD"]"#, Outcome::Ignored("ohlc")),
        (r#"[[{}],"ownTrades",{"sequence":1}]"#, Outcome::Ignored("private")),
        (r#"{"channel":"level3","type":"snapshot","data":[]}"#, Outcome::Ignored("level3")),
        (
            r#"{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[]}}"#,
            Outcome::Ignored("instrument"),
        ),
    ] {
        assert_eq!(bench.take(frame), Ok(outcome));
    }
}

#[test]
fn a_survey_learns_decimals_from_the_instrument_channel() {
    let instrument = r#"{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"BTC/USD","price_precision":3,"qty_precision":8,"status":"online"}]}}"#;
    let frames = [instrument, V2_SNAPSHOT, SNAPSHOT].map(|f| f.as_bytes().to_vec());
    let directory = golden::learn(Venue::Kraken, &frames);
    let of: Vec<_> = directory
        .instruments
        .iter()
        .map(|i| (i.symbol.as_str(), i.price_scale, i.quantity_scale))
        .collect();
    assert_eq!(of, [("BTC/USD", 3, 8), ("XMR/USD", 1, 2)]);
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    for frame in [SNAPSHOT, BOTH, TRADES, TICKER, SPREAD] {
        damage(bench, &[SNAPSHOT], frame);
    }
    for frame in [V2_SNAPSHOT, V2_UPDATE, V2_TRADES, V2_TICKER] {
        damage(bench, &[V2_SNAPSHOT], frame);
    }
}

/// Sends what changed within the best levels, and nothing of those that fall out.
struct Window {
    version: u8,
    depth: usize,
    shown: Levels,
    /// Numbers of v2 without zeros at their end.
    trims: bool,
}

impl Window {
    fn number(&self, printed: String) -> String {
        match (self.version, self.trims) {
            (1, _) => format!("\"{printed}\""),
            (_, true) if printed.contains('.') => {
                printed.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            _ => printed,
        }
    }

    fn list(&self, market: &SeededMarket, levels: &[Entry]) -> String {
        let level = |level: &Entry| {
            let price = self.number(market.price(level.price));
            let quantity = self.number(market.amount(level.quantity));
            match self.version {
                1 => format!(
                    "[{price},{quantity},\"{}.{:03}\"]",
                    market.time_ms / 1000,
                    market.time_ms % 1000
                ),
                _ => format!("{{\"price\":{price},\"qty\":{quantity}}}"),
            }
        };
        let levels: Vec<String> = levels.iter().map(level).collect();
        format!("[{}]", levels.join(","))
    }

    fn checksum(&self, market: &SeededMarket) -> u32 {
        let mut book = OracleBook::default();
        let levels = market.book(10);
        book.load(&levels.bids, &levels.asks);
        Checksum::Kraken.of(&book, market.shape.price_scale, market.shape.quantity_scale)
    }

    /// What differs between the windows before and now, removals only of what has left the book.
    fn changes(before: &[Entry], now: &[Entry], all: &[Entry]) -> Vec<Entry> {
        let has = |levels: &[Entry], price| levels.iter().any(|l| l.price == price);
        let gone = before.iter().filter(|l| !has(all, l.price));
        let gone = gone.map(|l| Entry { quantity: 0, ..*l });
        let set = now.iter().filter(|l| !before.contains(l)).copied();
        set.chain(gone).collect()
    }

    fn book(&self, of: &str, market: &SeededMarket, levels: &Levels) -> String {
        let (bids, asks) = (self.list(market, &levels.bids), self.list(market, &levels.asks));
        let (crc, depth) = (self.checksum(market), self.depth);
        match (self.version, of) {
            (1, "snapshot") => {
                format!(r#"[1,{{"as":{asks},"bs":{bids}}},"book-{depth}","BTC/USD"]"#)
            }
            (1, _) => match (levels.bids.is_empty(), levels.asks.is_empty()) {
                (true, _) => format!(r#"[1,{{"a":{asks},"c":"{crc}"}},"book-{depth}","BTC/USD"]"#),
                (_, true) => format!(r#"[1,{{"b":{bids},"c":"{crc}"}},"book-{depth}","BTC/USD"]"#),
                _ => format!(
                    r#"[1,{{"a":{asks}}},{{"b":{bids},"c":"{crc}"}},"book-{depth}","BTC/USD"]"#
                ),
            },
            _ => format!(
                r#"{{"channel":"book","type":"{of}","data":[{{"symbol":"BTC/USD","bids":{bids},"asks":{asks},"checksum":{crc},"timestamp":"2023-10-06T17:35:55.440295Z"}}]}}"#
            ),
        }
    }
}

impl Encoder for Window {
    fn depth(&self) -> usize {
        self.depth
    }

    fn snapshot(&mut self, market: &SeededMarket) -> String {
        self.shown = market.book(self.depth);
        self.book("snapshot", market, &self.shown)
    }

    fn happening(&mut self, market: &SeededMarket, happening: &Happening) -> String {
        let Happening::Trade { id, aggressor, price, quantity } = happening else {
            let (now, all) = (market.book(self.depth), market.book(usize::MAX));
            let bids = Self::changes(&self.shown.bids, &now.bids, &all.bids);
            let asks = Self::changes(&self.shown.asks, &now.asks, &all.asks);
            self.shown = now;
            return self.book("update", market, &Levels { bids, asks });
        };
        let (price, quantity) =
            (self.number(market.price(*price)), self.number(market.amount(*quantity)));
        let buys = *aggressor == Side::Bid;
        match self.version {
            1 => format!(
                r#"[2,[[{price},{quantity},"1618678133.4","{}","l",""]],"trade","BTC/USD"]"#,
                if buys { "b" } else { "s" }
            ),
            _ => format!(
                r#"{{"channel":"trade","type":"update","data":[{{"symbol":"BTC/USD","side":"{}","price":{price},"qty":{quantity},"ord_type":"market","trade_id":{id},"timestamp":"2023-10-06T17:35:56Z"}}]}}"#,
                if buys { "buy" } else { "sell" }
            ),
        }
    }
}

#[test]
fn a_generated_market_comes_through() {
    for (version, trims) in [(1, false), (2, false), (2, true)] {
        for (seed, depth) in [(1, 10), (2, 25), (3, 100)] {
            let mut bench = Bench::new(Venue::Kraken, &[("BTC/USD", 2, 4)]);
            let mut encoder = Window { version, depth, shown: Levels::default(), trims };
            if version == 2 {
                bench.take(format!(r#"{{"method":"subscribe","result":{{"channel":"book","depth":{depth},"symbol":"BTC/USD"}},"success":true}}"#)).unwrap();
            }
            let (updates, trades, checksums) =
                round_trip::run(&mut bench, &mut encoder, seed, 1_000);
            assert!(trades > 100, "{trades} trades");
            // Snapshots of v1 have none.
            assert_eq!(checksums, updates + u64::from(version == 2));
            assert_eq!(bench.markets[0].proof_level(), proof_level::CHECKSUM);
            let mut other = bench.restored();
            let mut market = SeededMarket::new(seed + 100, shape());
            let frames = [encoder.snapshot(&market), {
                let h = market.step();
                encoder.happening(&market, &h)
            }];
            for frame in &frames {
                assert_eq!(other.events(frame), bench.events(frame));
            }
            assert_eq!(levels_of(&other.markets[0].book), levels_of(&bench.markets[0].book));
        }
    }
}

fn shape() -> crate::market::Shape {
    crate::market::Shape::default()
}

#[test]
fn a_feed_restored_in_mid_stream_goes_on_alike() {
    let mut bench = Bench::new(Venue::Kraken, &[("BTC/USD", 2, 4)]);
    let mut encoder = Window { version: 1, depth: 10, shown: Levels::default(), trims: false };
    let mut market = SeededMarket::new(9, shape());
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

#[test]
fn golden() {
    const UNJOINED: &str = "an update of a book that no snapshot has opened";
    const PAIR: &str = "expected under the channel's name in place of the pair";
    let departures =
        [(39, 2, UNJOINED), (39, 3, UNJOINED), (39, 4, UNJOINED), (39, 5, PAIR), (40, 4, UNJOINED)];
    if let Some(counts) = golden::check("kraken", Venue::Kraken, &departures) {
        assert_eq!(counts, (13, 8));
    }
}

#[test]
fn samples() {
    let Some(seen) = samples::outcomes(Venue::Kraken, "kraken", "kraken::samples") else { return };
    const REPLY: &str = "control: reply";
    // Of another venue: its members are no members of Kraken's messages.
    const FUTURES: &str = "ignored: Kraken Futures, drift";
    const L3: &str = "ignored: level3";
    let expected = [
        ("ws_add_order_request", REPLY),
        ("ws_add_order_response_failure", REPLY),
        ("ws_add_order_response_success", REPLY),
        ("ws_amend_order_request", REPLY),
        ("ws_batch_add_request", REPLY),
        ("ws_batch_add_response_partial", REPLY),
        ("ws_book_snapshot", "snapshot"),
        // No snapshot before it.
        ("ws_book_update", "stale"),
        ("ws_cancel_order_request", REPLY),
        ("ws_futures_book_delta", FUTURES),
        ("ws_futures_book_snapshot", FUTURES),
        ("ws_futures_book_snapshot_with_zero_qty", FUTURES),
        ("ws_futures_fills_delta", FUTURES),
        ("ws_futures_fills_snapshot", FUTURES),
        ("ws_futures_open_orders_cancel", FUTURES),
        ("ws_futures_open_orders_cancel_post_only", FUTURES),
        ("ws_futures_open_orders_delta", FUTURES),
        ("ws_futures_open_orders_delta_full_fill", FUTURES),
        ("ws_futures_open_orders_snapshot", FUTURES),
        ("ws_futures_ticker", FUTURES),
        ("ws_futures_trade", FUTURES),
        ("ws_futures_trade_snapshot", FUTURES),
        ("ws_l3_snapshot", L3),
        ("ws_l3_update_add", L3),
        ("ws_l3_update_delete", L3),
        ("ws_l3_update_modify_price", L3),
        ("ws_l3_update_modify_qty", L3),
        ("ws_ohlc_update", "ignored: ohlc"),
        ("ws_pong", REPLY),
        ("ws_subscribe_response", REPLY),
        ("ws_ticker_snapshot", "quote"),
        ("ws_trade_update", "trade trade"),
    ];
    samples::assert_table(&seen, &expected);
}
