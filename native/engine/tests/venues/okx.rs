//! OKX and OKCoin: `docs/venues/okx.md`.

use crate::bench::{Bench, damage};
use crate::capture::{self, Input};
use crate::market::{Happening, Levels, SeededMarket, Shape};
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
    let Some(inputs) = capture::read("OKX", "every_checksum_of_the_recording_agrees") else {
        return;
    };
    let run = capture::run(Venue::Okx, &inputs);
    assert_eq!(run.checksums, (290, 0));
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!(run.drift, Vec::<String>::new());
    let expected = [("depth", 287), ("quote", 28), ("snapshot", 3), ("trade", 74)];
    assert_eq!(run.by_kind, BTreeMap::from(expected));
    assert_eq!(run.ignored, BTreeMap::from([("reply", 18)]));
}

#[test]
fn okcoin_speaks_the_same() {
    let Some(inputs) = capture::read("OKCOIN", "okcoin_speaks_the_same") else { return };
    let run = capture::run(Venue::Okcoin, &inputs);
    assert_eq!(run.checksums, (6, 0));
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!(run.drift, Vec::<String>::new());
    let expected = [("depth", 2), ("quote", 8), ("snapshot", 4), ("trade", 4)];
    assert_eq!(run.by_kind, BTreeMap::from(expected));
    assert_eq!(run.ignored, BTreeMap::from([("candle", 12), ("reply", 40)]));
}

#[test]
fn quotes_of_tickers_lag_behind_the_book() {
    let Some(inputs) = capture::read("OKX", "quotes_of_tickers_lag_behind_the_book") else {
        return;
    };
    // A ticker repeats its quote for seconds: three of 25 are fresh enough. O9 says what follows.
    assert_eq!(capture::quotes_near_the_book(Venue::Okx, &inputs, 1_000_000_000), (25, 3));
}

#[test]
fn the_lists_of_the_recordings_are_read() {
    let test = "the_lists_of_the_recordings_are_read";
    for (name, venue, count) in [("OKX", Venue::Okx, 7_395), ("OKCOIN", Venue::Okcoin, 4)] {
        let Some(inputs) = capture::read(name, test) else { return };
        let lists = inputs.iter().filter_map(|(_, input)| match input {
            Input::Body(url, body) if venue.request(url) == Request::Instruments => {
                Some(venue.instruments(body).unwrap().len())
            }
            _ => None,
        });
        assert_eq!(lists.sum::<usize>(), count, "{name}");
    }
}

const SNAPSHOT: &str = r#"{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"snapshot","data":[{"asks":[["10.2","1.5","0","3"],["10.3","2","0","1"]],"bids":[["10.1","3","0","2"]],"ts":"1700000000001","checksum":0,"prevSeqId":-1,"seqId":10}]}"#;
const UPDATE: &str = r#"{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[["10.2","0","0","0"]],"bids":[["10","4.25","0","1"]],"ts":"1700000000002","checksum":0,"prevSeqId":10,"seqId":15}]}"#;
const TRADES: &str = r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"7","px":"10.2","sz":"0.5","side":"buy","ts":"1700000000003","count":"3","seqId":12,"source":"0"},{"instId":"BTC-USDT","tradeId":"8","px":"10.1","sz":"0.25","side":"sell","ts":"1700000000004","count":"1"}]}"#;
const TICKER: &str = r#"{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instType":"SPOT","instId":"BTC-USDT","last":"10.2","lastSz":"0.1","askPx":"10.2","askSz":"1.5","bidPx":"","bidSz":"","open24h":"9","high24h":"11","low24h":"8.8888","volCcy24h":"2","vol24h":"2","sodUtc0":"2","sodUtc8":"2","ts":"1700000000005"}]}"#;
const BBO: &str = r#"{"arg":{"channel":"bbo-tbt","instId":"BTC-USDT"},"data":[{"asks":[["10.2","1.5","0","3"]],"bids":[["10.1","3","0","2"]],"ts":"1700000000006","seqId":12}]}"#;
const BOOKS5: &str = r#"{"arg":{"channel":"books5","instId":"BTC-USDT"},"data":[{"asks":[["10.2","1.5","0","3"]],"bids":[["10.1","3","0","2"],["10","1","0","1"]],"instId":"BTC-USDT","ts":"1700000000007","seqId":12}]}"#;
const MARK: &str = r#"{"arg":{"channel":"mark-price","instId":"BTC-USDT"},"data":[{"instType":"SWAP","instId":"BTC-USDT","markPx":"10.123456789","ts":"1700000000008"}]}"#;
const FUNDING: &str = r#"{"arg":{"channel":"funding-rate","instId":"BTC-USDT"},"data":[{"fundingRate":"-0.0001515","fundingTime":"1700006400000","instId":"BTC-USDT","instType":"SWAP","method":"current_period","formulaType":"noRate","impactValue":"","interestRate":"","maxFundingRate":"0.00375","minFundingRate":"-0.00375","nextFundingRate":"","nextFundingTime":"1700035200000","premium":"0.00001","settFundingRate":"0.0001","settState":"settled","ts":"1700000000009"}]}"#;
const INTEREST: &str = r#"{"arg":{"channel":"open-interest","instId":"BTC-USDT"},"data":[{"instType":"SWAP","instId":"BTC-USDT","oi":"2216113.0100000000309","oiCcy":"22161.13","oiUsd":"1","ts":"1700000000010"}]}"#;
const LIQUIDATIONS: &str = r#"{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkLoss":"0","bkPx":"10.0071","ccy":"","posSide":"short","side":"buy","sz":"13","ts":"1700000000011"},{"bkLoss":"0","bkPx":"9.9","ccy":"","posSide":"long","side":"sell","sz":"1","ts":"1700000000012"}],"instFamily":"BTC-USDT","instId":"BTC-USDT","instType":"SWAP","uly":"BTC-USDT"},{"details":[],"instFamily":"X","instId":"X-USDT-SWAP","instType":"SWAP","uly":"X"}]}"#;

fn bench() -> Bench {
    Bench::new(Venue::Okx, &[("BTC-USDT", 1, 2), ("ETH-USDT", 1, 2)])
}

fn entries(levels: &[(i64, i64)]) -> Vec<Entry> {
    levels.iter().map(|&(price, quantity)| Entry { price, quantity }).collect()
}

#[test]
fn books_are_linked_by_their_ids() {
    let mut bench = bench();
    assert_eq!(bench.take(UPDATE), Ok(Outcome::Stale));
    let [snapshot] = &bench.events(SNAPSHOT)[..] else { panic!("one event") };
    assert_eq!((snapshot.header.w1, snapshot.header.w2, snapshot.header.flags), (10, 0, 0));
    assert_eq!(snapshot.asks, entries(&[(102, 150), (103, 200)]));
    assert_eq!(bench.markets[0].proof_level(), proof_level::SEQUENCE);
    let [update] = &bench.events(UPDATE)[..] else { panic!("one event") };
    assert_eq!((update.header.w1, update.header.w2), (15, 10));
    assert_eq!((&update.bids, &update.asks), (&entries(&[(100, 425)]), &entries(&[(102, 0)])));
    assert_eq!(bench.take(UPDATE), Ok(Outcome::Duplicate));
    // A quiet book is repeated with its own id.
    let quiet = UPDATE.replace(":10,", ":15,").replace(r#"[["10.2","0","0","0"]]"#, "[]");
    assert_eq!(bench.events(quiet.replace(r#"[["10","4.25","0","1"]]"#, "[]")).len(), 1);
    // Maintenance: ids start anew, linked to the one before.
    let anew = UPDATE.replace(":10,", ":15,").replace(":15}", ":3}");
    assert_eq!(bench.events(&anew)[0].header.w1, 3);
    // A hole.
    let later = UPDATE.replace(":10,", ":16,").replace(":15}", ":17}");
    assert_eq!(bench.events(&later)[0].header.kind, kind::RESET);
    assert_eq!(bench.markets[0].proof_reason(), proof_reason::GAP);
    assert_eq!(bench.take(&later), Ok(Outcome::Stale));
    bench.events(SNAPSHOT);
    assert_eq!(bench.events(UPDATE).len(), 1);
    let counters = bench.counters(0);
    let seen = (counters.gaps, counters.duplicates, counters.stale, counters.resyncs);
    assert_eq!(seen, (1, 1, 2, 1));
}

/// Recordings of before 2023.
#[test]
fn without_ids_only_the_checksum_proves() {
    let without = |text: &str| {
        let text = text.replace(r#","prevSeqId":-1,"seqId":10"#, "");
        text.replace(r#","prevSeqId":10,"seqId":15"#, "")
    };
    let mut bench = bench();
    bench.events(without(SNAPSHOT));
    assert_eq!(bench.markets[0].proof_level(), proof_level::UNPROVABLE);
    bench.events(without(UPDATE).replace("\"checksum\":0", "\"checksum\":-1"));
    assert_eq!(bench.markets[0].proof_reason(), proof_reason::CHECKSUM_MISMATCH);
    bench.events(
        without(SNAPSHOT)
            .replace("\"checksum\":0", &checksum_of(&[(101, 300)], &[(102, 150), (103, 200)])),
    );
    assert_eq!(bench.markets[0].proof_level(), proof_level::CHECKSUM);
    // A refused update is a hole that nothing shows: the book is lost.
    assert_eq!(bench.refusal(without(UPDATE).replace("4.25", "4.255")), "E_SCALE");
    assert_eq!(bench.kinds(), [kind::RESET]);
    // With ids the next update shows it.
    let mut bench = self::bench();
    bench.events(SNAPSHOT);
    assert_eq!(bench.refusal(UPDATE.replace("4.25", "4.255")), "E_SCALE");
    assert_eq!(bench.kinds(), Vec::<u8>::new());
}

fn checksum_of(bids: &[(i64, i64)], asks: &[(i64, i64)]) -> String {
    let mut book = OracleBook::default();
    book.load(&entries(bids), &entries(asks));
    format!("\"checksum\":{}", Checksum::InTurn.of(&book, 1, 2) as i32)
}

#[test]
fn one_book_channel_is_followed() {
    let mut bench = bench();
    let second = |text: &str| text.replace("\"books\"", "\"books50-l2-tbt\"");
    bench.events(SNAPSHOT);
    assert_eq!(bench.take(second(SNAPSHOT)), Ok(Outcome::Ignored("second book channel")));
    let mut bench = bench.restored();
    assert_eq!(bench.take(second(UPDATE)), Ok(Outcome::Ignored("second book channel")));
    assert_eq!(bench.events(UPDATE).len(), 1);
    bench.disconnect();
    assert_eq!(bench.events(second(SNAPSHOT)).len(), 1);
    assert_eq!(bench.take(UPDATE), Ok(Outcome::Ignored("second book channel")));
    assert_eq!(bench.events(second(UPDATE)).len(), 1);
    let elp = SNAPSHOT.replace("\"books\"", "\"books-elp\"");
    assert_eq!(bench.take(elp), Ok(Outcome::Ignored("ELP book")));
}

#[test]
fn trades_and_quotes() {
    let mut bench = bench();
    let [buy, sell] = &bench.events(TRADES)[..] else { panic!("two events") };
    assert_eq!((buy.header.aux, buy.header.w2, buy.header.flags), (7, 12, event_flag::AGGREGATE));
    assert_eq!(
        (buy.bids.clone(), sell.asks.clone()),
        (entries(&[(102, 50)]), entries(&[(101, 25)]))
    );
    assert_eq!((sell.header.aux, sell.header.flags), (8, 0));
    let [ticker] = &bench.events(TICKER)[..] else { panic!("one event") };
    assert_eq!((&ticker.bids, &ticker.asks), (&entries(&[(0, 0)]), &entries(&[(102, 150)])));
    let [bbo] = &bench.events(BBO)[..] else { panic!("one event") };
    assert_eq!((bbo.header.kind, bbo.header.w1), (kind::QUOTE, 12));
    assert_eq!((&bbo.bids, &bbo.asks), (&entries(&[(101, 300)]), &entries(&[(102, 150)])));
    let empty = BBO.replace(r#"[["10.1","3","0","2"]]"#, "[]");
    assert_eq!(bench.events(empty)[0].bids, entries(&[(0, 0)]));
    let [best] = &bench.events(BOOKS5)[..] else { panic!("one event") };
    assert_eq!((best.header.kind, best.header.flags), (kind::SNAPSHOT, event_flag::PARTIAL));
    assert_eq!((bench.source(best), best.bids.len()), ("okx/BTC-USDT/partial", 2));
    assert!(!bench.markets[0].joined);
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn derivatives() {
    let mut bench = bench();
    let [mark] = &bench.events(MARK)[..] else { panic!("one event") };
    assert_eq!(mark.header.kind, kind::MARK);
    assert_eq!(mark.bids, entries(&[(1_012_345_678, 1), (0, 0), (0, 0)]));
    let [funding] = &bench.events(FUNDING)[..] else { panic!("one event") };
    assert_eq!(
        (funding.header.kind, funding.header.aux),
        (kind::FUNDING, 1_700_006_400_000_000_000)
    );
    assert_eq!(funding.bids, entries(&[(-15_150, 1)]));
    let early = FUNDING.replace(r#","ts":"1700000000009""#, "");
    assert_eq!(bench.events(early)[0].header.flags, event_flag::NO_EVENT_TIME);
    let unknown = FUNDING.replace("-0.0001515", "");
    assert_eq!(bench.take(unknown), Ok(Outcome::Ignored("funding without a rate")));
    let [interest] = &bench.events(INTEREST)[..] else { panic!("one event") };
    assert_eq!(
        (interest.header.kind, interest.bids.clone()),
        (kind::OPEN_INTEREST, entries(&[(0, 221_611_301)]))
    );
    let [buy, sell] = &bench.events(LIQUIDATIONS)[..] else { panic!("two events") };
    assert_eq!(
        (buy.header.kind, buy.bids.clone(), buy.asks.len()),
        (kind::LIQUIDATION, entries(&[(100, 1_300)]), 0)
    );
    assert_eq!((sell.bids.len(), sell.asks.clone()), (0, entries(&[(99, 100)])));
    assert_eq!(bench.counters(0).values_cut, 3);
    let others = LIQUIDATIONS.replace("\"BTC-USDT\",\"instType\"", "\"A-B\",\"instType\"");
    assert_eq!(bench.take(others), Ok(Outcome::Ignored("liquidations of others")));
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn what_is_wrong_is_refused_with_its_code() {
    for (frame, code) in [
        (SNAPSHOT.replace("10.2", "10.25"), "E_SCALE"),
        (SNAPSHOT.replace("\"1.5\"", "\"-1.5\""), "E_NUMBER"),
        (SNAPSHOT.replace("1700000000001", "1700000000"), "E_NUMBER"),
        (SNAPSHOT.replace("\"checksum\":0", "\"checksum\":4294967296"), "E_NUMBER"),
        (SNAPSHOT.replace("\"checksum\":0", "\"checksum\":0.5"), "E_SCALE"),
        (SNAPSHOT.replace("\"asks\"", "\"sell\""), "E_FRAME_SCHEMA"),
        (SNAPSHOT.replace("[[\"10.1\",\"3\",\"0\",\"2\"]]", "{}"), "E_FRAME_SCHEMA"),
        (SNAPSHOT.replace("\"seqId\":10", "\"seqId\":\"x\""), "E_NUMBER"),
        (SNAPSHOT.replace("\"data\":", "\"data\":[],\"data\":"), "E_FRAME_DUPKEY"),
        (SNAPSHOT.replace("\"snapshot\"", "null"), "E_FRAME_SCHEMA"),
        (SNAPSHOT.replace("BTC-USDT", "XRP-USDT"), "E_SYMBOL"),
        (SNAPSHOT.replace("BTC-USDT", &"X".repeat(100_000)), "E_SYMBOL"),
        (SNAPSHOT.replace("BTC-USDT", "\\udc00"), "E_FRAME_SCHEMA"),
        (SNAPSHOT.replace("\"BTC-USDT\"", "[]"), "E_FRAME_SCHEMA"),
        (TRADES.replace("\"sell\"", "\"SELL\""), "E_FRAME_SCHEMA"),
        (TRADES.replace("\"tradeId\":\"8\",", ""), "E_FRAME_SCHEMA"),
        (TRADES.replace("\"tradeId\":\"8\"", "\"tradeId\":\"x\""), "E_NUMBER"),
        (TICKER.replace("\"askSz\":\"1.5\",", ""), "E_FRAME_SCHEMA"),
        (MARK.replace("10.123456789", ""), "E_NUMBER"),
        (FUNDING.replace("\"fundingTime\":\"1700006400000\",", ""), "E_FRAME_SCHEMA"),
        (LIQUIDATIONS.replace("\"sz\":\"1\",", ""), "E_FRAME_SCHEMA"),
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
        (
            r#"{"event":"error","code":"60012","msg":"Invalid request","connId":"a4d3ae55"}"#,
            Outcome::Control("reply"),
        ),
        (
            r#"{"event":"notice","code":"64008","msg":"x","connId":"a4d3ae55"}"#,
            Outcome::Control("reply"),
        ),
        (
            r#"{"arg":{"channel":"candle1m","instId":"A"},"data":[["1"]]}"#,
            Outcome::Ignored("candle"),
        ),
        (
            r#"{"arg":{"channel":"mark-price-candle1D","instId":"A"},"data":[]}"#,
            Outcome::Ignored("candle"),
        ),
        (
            r#"{"arg":{"channel":"index-candle30m","instId":"A"},"data":[]}"#,
            Outcome::Ignored("candle"),
        ),
        (
            r#"{"arg":{"channel":"index-tickers","instId":"A"},"data":[]}"#,
            Outcome::Ignored("index-tickers"),
        ),
        (
            r#"{"arg":{"channel":"orders","instType":"SWAP"},"data":[]}"#,
            Outcome::Ignored("private"),
        ),
        (
            r#"{"arg":{"channel":"sprd-bbo-tbt","sprdId":"A_B"},"data":[]}"#,
            Outcome::Ignored("spreads"),
        ),
        (r#"{"table":"spot/trade","data":[]}"#, Outcome::Ignored("protocol v3")),
        (r#"{"arg":{"channel":"moon","instId":"A"},"data":[]}"#, Outcome::Ignored("unknown event")),
    ] {
        assert_eq!(bench.take(frame), Ok(outcome), "{frame}");
    }
    assert_eq!(
        bench.take(SNAPSHOT.replace("\"snapshot\"", "\"partial\"")),
        Ok(Outcome::Ignored("unknown event"))
    );
    let novel = TRADES.replace("\"source\"", "\"novel\"");
    bench.take(&novel).unwrap();
    assert_eq!(
        bench.drift(),
        ["other.moon UnknownEvent 1", "other.partial UnknownEvent 1", "trade.novel Appeared 1"]
    );
    bench.feed().set_strict(true);
    assert_eq!(bench.refusal(&novel), "E_FRAME_DRIFT");
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    for frame in
        [SNAPSHOT, UPDATE, TRADES, TICKER, BBO, BOOKS5, MARK, FUNDING, INTEREST, LIQUIDATIONS]
    {
        damage(bench, &[SNAPSHOT], frame);
    }
}

/// The whole book's changes, linked by ids where the venue sends them.
struct Whole {
    numbered: bool,
    checks: bool,
    last: u64,
}

impl Whole {
    fn book(&mut self, of: &str, market: &SeededMarket, levels: &Levels) -> String {
        let list = |levels: &[Entry]| {
            // Numbers without zeros at their end, as OKX prints them.
            let level = |l: &Entry| {
                let trim = |t: String| t.trim_end_matches('0').trim_end_matches('.').to_owned();
                let (price, quantity) =
                    (trim(market.price(l.price)), trim(market.amount(l.quantity)));
                format!(
                    r#"["{price}","{}","0","1"]"#,
                    if l.quantity == 0 { "0" } else { &quantity }
                )
            };
            levels.iter().map(level).collect::<Vec<_>>().join(",")
        };
        let mut book = OracleBook::default();
        let truth = market.book(25);
        book.load(&truth.bids, &truth.asks);
        let crc = Checksum::InTurn.of(&book, market.shape.price_scale, market.shape.quantity_scale);
        let crc = if self.checks { crc as i32 } else { 0 };
        let previous = if of == "snapshot" { -1 } else { self.last as i64 };
        self.last += 7;
        let ids = format!(r#","prevSeqId":{previous},"seqId":{}"#, self.last);
        let ids = if self.numbered { ids } else { String::new() };
        format!(
            r#"{{"arg":{{"channel":"books","instId":"BTC-USDT"}},"action":"{of}","data":[{{"asks":[{}],"bids":[{}],"ts":"{}","checksum":{crc}{ids}}}]}}"#,
            list(&levels.asks),
            list(&levels.bids),
            market.time_ms
        )
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
        match happening {
            Happening::Update { changes, .. } => self.book("update", market, changes),
            Happening::Trade { id, aggressor, price, quantity } => format!(
                r#"{{"arg":{{"channel":"trades","instId":"BTC-USDT"}},"data":[{{"instId":"BTC-USDT","tradeId":"{id}","px":"{}","sz":"{}","side":"{}","ts":"{}","count":"1"}}]}}"#,
                market.price(*price),
                market.amount(*quantity),
                if *aggressor == Side::Bid { "buy" } else { "sell" },
                market.time_ms
            ),
        }
    }
}

#[test]
fn a_generated_market_comes_through() {
    for (seed, numbered, checks, level) in [
        (1, true, false, proof_level::SEQUENCE),
        (2, false, true, proof_level::CHECKSUM),
        (3, true, true, proof_level::CHECKSUM),
    ] {
        let mut bench = Bench::new(Venue::Okx, &[("BTC-USDT", 2, 4)]);
        let mut encoder = Whole { numbered, checks, last: 100 };
        let (updates, trades, checksums) = round_trip::run(&mut bench, &mut encoder, seed, 1_000);
        assert!(trades > 100, "{trades} trades");
        assert_eq!(checksums, if checks { updates + 1 } else { 0 });
        assert_eq!(bench.markets[0].proof_level(), level);
    }
}

#[test]
fn a_feed_restored_in_mid_stream_goes_on_alike() {
    let mut bench = Bench::new(Venue::Okx, &[("BTC-USDT", 2, 4)]);
    let mut encoder = Whole { numbered: true, checks: true, last: 0 };
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

#[test]
fn golden() {
    const V3: &str = "protocol v3, which the venue has closed, is not read";
    const UNJOINED: &str = "an update of a book that no snapshot has opened";
    const STAMP: &str = "ours has its own time; there it has that of the message before";
    const LAST: &str = "says the last price besides, which trades say";
    const POLLED: &str = "a message of the recorder, which the venue does not stream";
    const RATE: &str = "a rate that is not told yet is no event";
    const EARLY: &str = "quotes of `bbo-tbt` are taken at any date";
    const TICKER: &str = "a ticker's best quote is taken beside `bbo-tbt`";
    let v3 = |mapper, seqs: &[u64]| -> Vec<golden::Departure> {
        seqs.iter().map(|seq| (mapper, *seq, V3)).collect()
    };
    let spot = [v3(3, &[1, 2, 3, 5, 6]), vec![(4, 4, UNJOINED)]].concat();
    let futures = [
        v3(5, &[1, 2, 3, 5, 6, 8, 9, 10]),
        v3(6, &[1, 2, 4]),
        vec![(7, 5, STAMP), (7, 7, LAST), (7, 8, UNJOINED), (7, 9, POLLED)],
    ]
    .concat();
    let swap = [
        v3(8, &[1, 2, 3, 4, 5, 7, 8]),
        v3(9, &[1, 3]),
        vec![(10, 1, UNJOINED), (10, 4, LAST), (10, 6, STAMP), (10, 7, STAMP)],
        vec![(10, 8, RATE), (10, 9, EARLY), (11, 2, TICKER)],
    ]
    .concat();
    let okcoin = v3(52, &[1, 3, 4, 5, 6]);
    for (exchange, venue, departures, counts) in [
        ("okex", Venue::Okx, spot, (11, 5)),
        ("okex-futures", Venue::Okx, futures, (26, 11)),
        ("okex-swap", Venue::Okx, swap, (22, 6)),
        ("okcoin", Venue::Okcoin, okcoin, (6, 1)),
    ] {
        if let Some(seen) = golden::check(exchange, venue, &departures) {
            assert_eq!(seen, counts, "{exchange}");
        }
    }
}

#[test]
fn samples() {
    let Some(seen) = samples::outcomes(Venue::Okx, "okx", "okx::samples") else { return };
    const PRIVATE: &str = "ignored: private";
    let expected = [
        ("ws_account", PRIVATE),
        ("ws_account_empty", PRIVATE),
        ("ws_bbo_tbt", "quote"),
        ("ws_books_snapshot", "snapshot"),
        // No snapshot before it.
        ("ws_books_update", "stale"),
        ("ws_candle", "ignored: candle"),
        ("ws_funding_rate", "funding"),
        ("ws_instruments", "ignored: instruments"),
        // A list without its frame, as no venue sends it.
        ("ws_opt_summary", "refused: E_FRAME_SCHEMA an object"),
        ("ws_orders", PRIVATE),
        ("ws_orders_adl", PRIVATE),
        ("ws_orders_algo", PRIVATE),
        ("ws_orders_fok", PRIVATE),
        ("ws_orders_ioc", PRIVATE),
        ("ws_orders_liquidation", PRIVATE),
        ("ws_orders_optimal_limit_ioc", PRIVATE),
        ("ws_orders_option", PRIVATE),
        ("ws_orders_trigger", PRIVATE),
        ("ws_sprd_orders", PRIVATE),
        ("ws_tickers", "quote"),
        ("ws_trades", "trade"),
    ];
    samples::assert_table(&seen, &expected);
}
