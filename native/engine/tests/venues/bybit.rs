//! Bybit v5: `docs/venues/bybit.md`.

use crate::bench::{Bench, Seen, damage};
use crate::capture::{self, Input};
use crate::market::{Happening, Levels, SeededMarket};
use crate::round_trip::{self, Encoder};
use crate::{golden, samples};
use std::collections::BTreeMap;
use tickwright_engine::Entry;
use tickwright_engine::book::Side;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::{proof_level, proof_reason};
use tickwright_engine::venue::{Outcome, Request, Venue};

const SECOND: i64 = 1_000_000_000;

#[test]
fn the_recording_parses_whole() {
    let Some(inputs) = capture::read("BYBIT", "the_recording_parses_whole") else { return };
    let run = capture::run(Venue::BybitLinear, &inputs);
    let expected = [
        ("depth", 1_594),
        ("funding", 6),
        ("mark", 138),
        ("openInterest", 20),
        ("quote", 638),
        ("snapshot", 4),
        ("trade", 327),
    ];
    assert_eq!(run.by_kind, BTreeMap::from(expected));
    let ignored = [("kline", 71), ("reply", 17), ("ticker without news", 18)];
    assert_eq!(run.ignored, BTreeMap::from(ignored));
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    assert_eq!((run.counters.gaps, run.counters.values_cut), (0, 0));
    assert_eq!(run.drift, Vec::<String>::new());
    for market in &run.markets {
        assert_eq!(market.proof_level(), proof_level::SEQUENCE);
    }

    let spot = capture::run(Venue::BybitSpot, &inputs);
    assert_eq!(spot.by_kind, BTreeMap::from([("depth", 548), ("snapshot", 2), ("trade", 20)]));
    let ignored = [("kline", 25), ("reply", 7), ("ticker without news", 81)];
    assert_eq!(spot.ignored, BTreeMap::from(ignored));
    assert!(spot.refused.is_empty(), "{:?}", spot.refused);
    assert_eq!((spot.gaps, spot.crossed, spot.unjoined), (0, 0, vec![]));
    assert_eq!(spot.drift, Vec::<String>::new());

    let inverse = capture::run(Venue::BybitInverse, &inputs);
    assert!(inverse.by_kind.is_empty() && inverse.ignored.is_empty());
}

/// Tickers and books are put together at moments of their own, each 100 ms: most quotes are seen, not all.
#[test]
fn quotes_of_the_recording_are_near_the_book() {
    let Some(inputs) = capture::read("BYBIT", "quotes_of_the_recording_are_near_the_book") else {
        return;
    };
    let near = capture::quotes_near_the_book(Venue::BybitLinear, &inputs, SECOND);
    assert_eq!(near, (620, 524));
}

#[test]
fn the_lists_of_the_recording_are_read() {
    let Some(inputs) = capture::read("BYBIT", "the_lists_of_the_recording_are_read") else {
        return;
    };
    let list = |venue: Venue| {
        let mut lists = inputs.iter().filter_map(|(_, input)| match input {
            Input::Body(url, body) if venue.request(url) == Request::Instruments => Some(body),
            _ => None,
        });
        let list = venue.instruments(lists.next()?).unwrap();
        assert!(lists.next().is_none());
        let of = |symbol: &str| {
            let found = list.iter().find(|i| i.symbol == symbol).unwrap();
            let now = found.current();
            (found.price_scale, found.quantity_scale, now.tick, now.lot, now.inferred)
        };
        Some((list.len(), of("BTCUSDT"), of("ETHUSDT")))
    };
    let linear = (800, (1, 3, 1, 1, false), (2, 2, 1, 1, false));
    assert_eq!(list(Venue::BybitLinear), Some(linear));
    let spot = (557, (1, 6, 1, 1, false), (2, 5, 1, 1, false));
    assert_eq!(list(Venue::BybitSpot), Some(spot));
    assert_eq!(list(Venue::BybitInverse), None);
}

#[test]
fn a_list_of_another_category_is_refused() {
    let body = br#"{"result":{"category":"spot","list":[]}}"#;
    assert_eq!(Venue::BybitSpot.instruments(body).unwrap(), []);
    let error = Venue::BybitLinear.instruments(body).unwrap_err();
    assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "byte 23"));
}

fn bench() -> Bench {
    Bench::new(Venue::BybitLinear, &[("BTCUSDT", 2, 3), ("ETHUSDT", 2, 3)])
}

fn book(kind: &str, depth: u32, update: u64, bids: &str, asks: &str) -> String {
    let seq = 7_000 + update;
    format!(
        r#"{{"topic":"orderbook.{depth}.BTCUSDT","type":"{kind}","ts":1672304484978,"data":{{"s":"BTCUSDT","b":[{bids}],"a":[{asks}],"u":{update},"seq":{seq}}},"cts":1672304484976}}"#
    )
}

const BID: &str = r#"["100.00","1.000"]"#;
const ASK: &str = r#"["100.50","2.000"]"#;

fn snapshot(depth: u32, update: u64) -> String {
    book("snapshot", depth, update, BID, ASK)
}

fn entries(levels: &[(i64, i64)]) -> Vec<Entry> {
    levels.iter().map(|&(price, quantity)| Entry { price, quantity }).collect()
}

fn sides(seen: &Seen) -> (Vec<Entry>, Vec<Entry>) {
    (seen.bids.clone(), seen.asks.clone())
}

#[test]
fn a_book_is_counted_from_its_snapshot_on() {
    let mut bench = bench();
    assert_eq!(bench.take(book("delta", 50, 8, BID, "")), Ok(Outcome::Stale));
    let seen = bench.events(snapshot(50, 9));
    assert_eq!(
        (seen[0].header.kind, seen[0].header.w1, seen[0].header.aux),
        (kind::SNAPSHOT, 9, 7_009)
    );
    assert_eq!(seen[0].header.ts_event, 1_672_304_484_976 * 1_000_000);
    let seen = bench.events(book("delta", 50, 10, r#"["100.00","0"],["99.90","0.5"]"#, ""));
    assert_eq!(sides(&seen[0]), (entries(&[(10_000, 0), (9_990, 500)]), vec![]));
    assert_eq!(bench.markets[0].bid, Some(Entry { price: 9_990, quantity: 500 }));
    assert_eq!(bench.take(book("delta", 50, 10, BID, "")), Ok(Outcome::Duplicate));
    // A hole: nothing more until the next snapshot.
    let lost = bench.events(book("delta", 50, 12, BID, ""));
    assert_eq!(
        (lost[0].header.kind, lost[0].header.w0),
        (kind::RESET, u64::from(proof_reason::GAP))
    );
    assert_eq!(bench.take(book("delta", 50, 13, BID, "")), Ok(Outcome::Stale));
    assert_eq!(bench.events(snapshot(50, 20))[0].header.kind, kind::SNAPSHOT);
    let counters = bench.counters(0);
    assert_eq!(
        (counters.gaps, counters.duplicates, counters.stale, counters.resyncs),
        (1, 1, 2, 1)
    );
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn update_1_is_a_restart_whatever_it_is_called() {
    let mut bench = bench();
    bench.events(snapshot(200, 90));
    let seen = bench.events(book("delta", 200, 1, r#"["99.00","4"]"#, ASK));
    assert_eq!((seen.len(), seen[0].header.kind), (1, kind::SNAPSHOT));
    assert_eq!(bench.markets[0].bid, Some(Entry { price: 9_900, quantity: 4_000 }));
    assert_eq!(bench.events(book("delta", 200, 2, BID, ""))[0].header.kind, kind::DEPTH);
    // Of an instrument that is delisted: empty, and nothing left of what was.
    bench.events(book("snapshot", 200, 3, "", ""));
    assert_eq!((bench.markets[0].bid, bench.markets[0].ask), (None, None));
    assert_eq!(bench.counters(0).gaps, 0);
}

#[test]
fn of_several_depths_the_deepest_is_the_book() {
    let mut bench = bench();
    bench.events(snapshot(50, 500));
    assert_eq!(bench.events(book("delta", 50, 501, BID, ""))[0].header.w1, 501);
    assert_eq!(bench.events(snapshot(200, 70))[0].header.w1, 70);
    let fewer = Outcome::Ignored("orderbook of fewer levels");
    assert_eq!(bench.take(book("delta", 50, 502, r#"["100.00","0"]"#, "")), Ok(fewer));
    assert_eq!(bench.take(snapshot(50, 503)), Ok(fewer));
    assert_eq!(bench.take(book("delta", 1_000, 5, BID, "")), Ok(fewer));
    assert_eq!(bench.events(book("delta", 200, 71, BID, ""))[0].header.w1, 71);
    assert_eq!(bench.events(snapshot(1_000, 3))[0].header.w1, 3);
    assert_eq!(bench.take(book("delta", 200, 72, BID, "")), Ok(fewer));
    // Another connection may ask for fewer.
    bench.disconnect();
    assert_eq!(bench.kinds(), [kind::RESET]);
    assert_eq!(bench.events(snapshot(50, 900))[0].header.w1, 900);
    assert_eq!(bench.counters(0).gaps, 0);
}

#[test]
fn level_1_is_the_best_quote() {
    let mut bench = bench();
    let first = bench.events(snapshot(1, 5));
    assert_eq!((first[0].header.kind, first[0].header.w1), (kind::QUOTE, 7_005));
    assert_eq!(bench.source(&first[0]), "bybit-linear/BTCUSDT/quote");
    // The same number again after 3 s without a change.
    let again = bench.events(snapshot(1, 5));
    assert_eq!(sides(&again[0]), sides(&first[0]));
    // Before 2024 there were updates, of the side that changed.
    let changed = bench.events(book("delta", 1, 6, r#"["100.00","0"],["99.80","3"]"#, ""));
    assert_eq!(sides(&changed[0]), (entries(&[(9_980, 3_000)]), entries(&[(10_050, 2_000)])));
    // Behind a hole only what is named is known.
    let one = Outcome::Ignored("best quote of one side");
    assert_eq!(bench.take(book("delta", 1, 9, BID, "")), Ok(one));
    let both = bench.events(book("delta", 1, 10, "", r#"["100.50","0"]"#));
    assert_eq!(sides(&both[0]), (entries(&[(10_000, 1_000)]), entries(&[(0, 0)])));
    let empty = bench.events(book("snapshot", 1, 11, "", ""));
    assert_eq!(sides(&empty[0]), (entries(&[(0, 0)]), entries(&[(0, 0)])));
    // It is never the book.
    assert!(!bench.markets[0].joined);
    assert_eq!(bench.events(snapshot(50, 500))[0].header.kind, kind::SNAPSHOT);
    assert_eq!(bench.events(snapshot(1, 12))[0].header.kind, kind::QUOTE);
    assert_eq!(bench.events(book("delta", 50, 501, BID, ""))[0].header.kind, kind::DEPTH);
}

const TRADES: &str = r#"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"100.50","L":"PlusTick","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"RPI":false,"seq":1783284617},{"T":1672304486866,"s":"BTCUSDT","S":"Sell","v":"3","p":"100.00","L":"MinusTick","i":"2280000001739247417","BT":true}]}"#;

#[test]
fn trades_keep_their_aggressor_and_an_id_of_64_bits() {
    let mut bench = bench();
    let seen = bench.events(TRADES);
    let [buy, sell] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!(sides(buy), (entries(&[(10_050, 1)]), vec![]));
    assert_eq!(sides(sell), (vec![], entries(&[(10_000, 3_000)])));
    let id = 0x20f4_3950_d8dd_5b31 ^ 0x9112_a178_eb60_23af;
    assert_eq!((buy.header.aux, buy.header.w2, buy.header.flags), (id, 1_783_284_617, 0));
    assert_eq!(buy.header.ts_event, 1_672_304_486_865 * 1_000_000);
    let block = (sell.header.aux, sell.header.flags);
    assert_eq!(block, (2_280_000_001_739_247_417, event_flag::OFF_BOOK));
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn a_liquidation_is_the_order_that_closes_the_position() {
    let mut bench = bench();
    let all = r#"{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":1740480207578,"data":[{"T":1740480207110,"s":"BTCUSDT","S":"Buy","v":"2.5","p":"99.123"},{"T":1740480207111,"s":"BTCUSDT","S":"Sell","v":"1","p":"101"}]}"#;
    let seen = bench.events(all);
    assert!(seen.iter().all(|s| s.header.kind == kind::LIQUIDATION));
    // A long position ends by a sale; a bankruptcy price is computed.
    assert_eq!(sides(&seen[0]), (vec![], entries(&[(9_912, 2_500)])));
    assert_eq!(sides(&seen[1]), (entries(&[(10_100, 1_000)]), vec![]));
    assert_eq!(bench.counters(0).values_cut, 1);
    let older = r#"{"topic":"liquidation.BTCUSDT","type":"snapshot","ts":1673251091822,"data":{"updatedTime":1673251091822,"symbol":"BTCUSDT","side":"Buy","size":"1","price":"99"}}"#;
    assert_eq!(sides(&bench.events(older)[0]), (vec![], entries(&[(9_900, 1_000)])));
}

fn ticker(kind: &str, fields: &str) -> String {
    format!(
        r#"{{"topic":"tickers.BTCUSDT","type":"{kind}","data":{{"symbol":"BTCUSDT",{fields}}},"cs":24987956059,"ts":1673272861686}}"#
    )
}

const TICKER: &str = r#""tickDirection":"PlusTick","lastPrice":"100.00","markPrice":"100.21","indexPrice":"100.3","openInterest":"68744.7615","nextFundingTime":"1673280000000","fundingRate":"-0.000212","bid1Price":"100.00","bid1Size":"84.489","ask1Price":"100.50","ask1Size":"83.020""#;

#[test]
fn tickers_say_what_changed_beside_what_is_known() {
    let mut bench = bench();
    let seen = bench.events(ticker("snapshot", TICKER));
    let kinds: Vec<u8> = seen.iter().map(|s| s.header.kind).collect();
    assert_eq!(kinds, [kind::MARK, kind::FUNDING, kind::OPEN_INTEREST, kind::QUOTE]);
    let next = 1_673_280_000_000 * 1_000_000;
    assert_eq!(seen[0].bids, entries(&[(10_021_000_000, 1), (10_030_000_000, 1), (0, 0)]));
    assert_eq!((seen[1].bids.clone(), seen[1].header.aux), (entries(&[(-21_200, 1)]), next));
    // Three digits are the instrument's; what is beyond is cut off.
    assert_eq!(
        (seen[2].bids.clone(), bench.counters(0).values_cut),
        (entries(&[(0, 68_744_761)]), 1)
    );
    assert_eq!(sides(&seen[3]), (entries(&[(10_000, 84_489)]), entries(&[(10_050, 83_020)])));
    assert_eq!(seen[3].header.w1, 24_987_956_059);

    let seen = bench.events(ticker("delta", r#""ask1Size":"7","indexPrice":"100.4""#));
    assert_eq!(seen[0].bids, entries(&[(10_021_000_000, 1), (10_040_000_000, 1), (0, 0)]));
    assert_eq!(seen[0].header.aux, next);
    assert_eq!(sides(&seen[1]), (entries(&[(10_000, 84_489)]), entries(&[(10_050, 7_000)])));
    let empty = bench.events(ticker("delta", r#""bid1Price":"","bid1Size":"""#));
    assert_eq!(sides(&empty[0]), (entries(&[(0, 0)]), entries(&[(10_050, 7_000)])));
    let silent = Outcome::Ignored("ticker without news");
    assert_eq!(bench.take(ticker("delta", r#""lastPrice":"100.1""#)), Ok(silent));
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn what_a_refused_ticker_changed_is_not_known() {
    let mut bench = bench();
    bench.events(ticker("snapshot", TICKER));
    assert_eq!(bench.refusal(ticker("delta", r#""bid1Price":"x""#)), "E_NUMBER");
    let silent = Outcome::Ignored("ticker without news");
    assert_eq!(bench.take(ticker("delta", r#""ask1Size":"8""#)), Ok(silent));
    let delivery =
        r#""markPrice":"99","nextFundingTime":"","fundingRate":"","predictedDeliveryPrice":"0.00""#;
    let seen = bench.events(ticker("delta", delivery));
    assert_eq!((seen.len(), seen[0].header.aux), (1, 0));
    assert_eq!(seen[0].bids, entries(&[(9_900_000_000, 1), (0, 0), (0, 0)]));
}

#[test]
fn what_is_not_taken_is_named() {
    let mut bench = bench();
    let data = r#""type":"snapshot","ts":1673272861686,"data":[]"#;
    for (topic, name) in [
        ("kline.1.BTCUSDT", "kline"),
        ("orderbook.full.BTCUSDT", "full orderbook"),
        ("orderbook.rpi.BTCUSDT", "orderbook with price improvement"),
        ("insurance.USDT", "insurance pool"),
        ("execution.fast", "account"),
        ("publicTrade.BTCUSDT", "no trades"),
    ] {
        let frame = format!(r#"{{"topic":"{topic}",{data}}}"#);
        assert_eq!(bench.take(frame), Ok(Outcome::Ignored(name)), "{topic}");
    }
    let pong = r#"{"success":true,"ret_msg":"pong","conn_id":"a","req_id":"","op":"ping"}"#;
    assert_eq!(bench.take(pong), Ok(Outcome::Control("pong")));
    assert_eq!(bench.drift(), Vec::<String>::new());
    let unknown = format!(r#"{{"topic":"novelty.BTCUSDT",{data}}}"#);
    assert_eq!(bench.take(&unknown), Ok(Outcome::Ignored("unknown event")));
    let field = snapshot(50, 9).replace("\"seq\"", "\"pool\":{},\"seq\"");
    assert_eq!(bench.events(field).len(), 1);
    assert_eq!(
        bench.drift(),
        ["other.novelty.BTCUSDT UnknownEvent 1", "orderbook.pool Appeared 1"]
    );
    bench.feed().set_strict(true);
    assert_eq!(bench.refusal(&unknown), "E_FRAME_DRIFT");
}

#[test]
fn bad_frames_are_refused_and_leave_nothing() {
    let good = snapshot(50, 9);
    for (from, to, code) in [
        ("\"100.00\"", "\"1e\"", "E_NUMBER"),
        ("\"100.00\"", "\"100.001\"", "E_SCALE"),
        ("\"1.000\"", "\"-1\"", "E_NUMBER"),
        ("\"u\":9", "\"w\":9", "E_FRAME_SCHEMA"),
        ("\"u\":9", "\"u\":{}", "E_FRAME_SCHEMA"),
        ("snapshot", "sideways", "E_FRAME_SCHEMA"),
        ("orderbook.50", "orderbook.x", "E_FRAME_SCHEMA"),
        ("orderbook.50", "orderbook.0", "E_FRAME_SCHEMA"),
        ("\"s\":\"BTCUSDT\"", "\"s\":\"../..\\u0000\"", "E_SYMBOL"),
        ("1672304484976", "1672304484", "E_NUMBER"),
        ("\"seq\"", "\"u\"", "E_FRAME_DUPKEY"),
    ] {
        let mut bench = bench();
        bench.events(snapshot(50, 4));
        assert_eq!(bench.refusal(good.replacen(from, to, 1)), code, "{from} {to}");
        // The book is numbered: it goes on.
        assert_eq!(bench.kinds(), Vec::<u8>::new());
        assert_eq!(bench.events(book("delta", 50, 5, BID, ""))[0].header.kind, kind::DEPTH);
    }
    for (from, to) in [("\"Buy\"", "\"buy\""), ("20f43950-", "20f43950+"), ("false", "0")] {
        assert_eq!(bench().refusal(TRADES.replacen(from, to, 1)), "E_FRAME_SCHEMA", "{to}");
    }
}

#[test]
fn frames_and_addresses_tell_the_venue() {
    let recognises = |venue: Venue, frame: &str| {
        venue.profile().is_some_and(|profile| (profile.recognises)(frame.as_bytes()))
    };
    for venue in [Venue::BybitSpot, Venue::BybitLinear, Venue::BybitInverse] {
        assert!(recognises(venue, &snapshot(50, 9)) && recognises(venue, TRADES));
        assert!(!recognises(venue, "{}") && !recognises(venue, "[") && !recognises(venue, ""));
        assert!(!recognises(venue, r#"{"topic":"/market/level2:A","type":"message","data":{}}"#));
    }
    assert!(!recognises(Venue::Bitmex, TRADES) && !recognises(Venue::Deribit, TRADES));
    let of = |address: &str| Venue::of_address(address).collect::<Vec<_>>();
    assert_eq!(of("wss://stream.bybit.com/v5/public/spot"), [Venue::BybitSpot]);
    assert_eq!(of("wss://stream-testnet.bybit.com/v5/public/inverse"), [Venue::BybitInverse]);
    assert_eq!(of("wss://stream.bybit.com/v5/public/option"), []);
    let list = "https://api.bybit.com/v5/market/instruments-info?&category=linear&limit=1000";
    assert_eq!(of(list).len(), 3);
    assert_eq!(Venue::BybitLinear.request(list), Request::Instruments);
    assert_eq!(Venue::BybitSpot.request(list), Request::Other);
    let book = "https://api.bybit.com/v5/market/orderbook?category=linear&symbol=BTCUSDT";
    assert_eq!(Venue::BybitLinear.request(book), Request::Other);
}

#[test]
fn damaged_frames_leave_no_event() {
    damage(bench, &[&snapshot(50, 8)], &book("delta", 50, 9, BID, ASK));
    damage(bench, &[], TRADES);
    damage(bench, &[], &ticker("snapshot", TICKER));
    damage(bench, &[&snapshot(1, 8)], &book("delta", 1, 9, BID, ""));
}

#[test]
fn a_saved_feed_goes_on_as_the_first() {
    let mut first = bench();
    for frame in [snapshot(50, 8), snapshot(200, 3), snapshot(1, 8), ticker("snapshot", TICKER)] {
        first.events(frame);
    }
    let mut second = first.restored();
    for frame in [
        book("delta", 200, 4, BID, ""),
        book("delta", 50, 9, BID, ""),
        book("delta", 1, 9, BID, ""),
        ticker("delta", r#""ask1Size":"7","indexPrice":"100.4""#),
        TRADES.to_owned(),
        book("delta", 200, 6, BID, ""),
    ] {
        assert_eq!(first.take(&frame), second.take(&frame), "{frame}");
        assert_eq!(first.seen(), second.seen(), "{frame}");
    }
}

/// Prints a market as spot does: the stamp before the type, ids of digits.
struct Spot {
    update: u64,
}

fn levels(market: &SeededMarket, side: &[Entry]) -> String {
    let level =
        |e: &Entry| format!(r#"["{}","{}"]"#, market.price(e.price), market.amount(e.quantity));
    side.iter().map(level).collect::<Vec<_>>().join(",")
}

impl Spot {
    fn book(&mut self, market: &SeededMarket, kind: &str, of: &Levels) -> String {
        self.update += 1;
        let (bids, asks) = (levels(market, &of.bids), levels(market, &of.asks));
        let (ts, update) = (market.time_ms, self.update);
        format!(
            r#"{{"topic":"orderbook.1000.BTCUSDT","ts":{ts},"type":"{kind}","data":{{"s":"BTCUSDT","b":[{bids}],"a":[{asks}],"u":{update},"seq":{update}}},"cts":{ts}}}"#
        )
    }
}

impl Encoder for Spot {
    fn depth(&self) -> usize {
        usize::MAX
    }

    fn snapshot(&mut self, market: &SeededMarket) -> String {
        self.book(market, "snapshot", &market.book(usize::MAX))
    }

    fn happening(&mut self, market: &SeededMarket, happening: &Happening) -> String {
        match happening {
            Happening::Update { changes, .. } => self.book(market, "delta", changes),
            Happening::Trade { id, aggressor, price, quantity } => {
                let side = if *aggressor == Side::Bid { "Buy" } else { "Sell" };
                let (price, quantity) = (market.price(*price), market.amount(*quantity));
                let ts = market.time_ms;
                format!(
                    r#"{{"topic":"publicTrade.BTCUSDT","ts":{ts},"type":"snapshot","data":[{{"i":"{id}","T":{ts},"p":"{price}","v":"{quantity}","S":"{side}","seq":{id},"s":"BTCUSDT","BT":false,"RPI":false}}]}}"#
                )
            }
        }
    }
}

#[test]
fn a_generated_market_comes_back() {
    for seed in 0..4 {
        let mut bench = Bench::new(Venue::BybitSpot, &[("BTCUSDT", 2, 4)]);
        let (updates, trades, _) = round_trip::run(&mut bench, &mut Spot { update: 40 }, seed, 600);
        assert!(updates > 300 && trades > 60, "{updates} {trades}");
    }
}

#[test]
fn golden_cases() {
    const BEFORE: &str = "the protocol before v5, which ended in 2023";
    const QUOTE: &str = "a ticker's best quote is told too";
    const LATER: &str = "a stream of later than the mapper";
    let old =
        |mapper: u64, seqs: &'static [u64]| seqs.iter().map(move |seq| (mapper, *seq, BEFORE));
    let mut departures: Vec<golden::Departure> = Vec::new();
    departures.extend(old(47, &[2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20]));
    departures.extend(old(48, &[1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]));
    departures.extend([6, 7, 8, 9, 10].map(|seq| (49, seq, QUOTE)));
    departures.push((49, 13, LATER));
    golden::check("bybit", Venue::BybitLinear, &departures);
    let spot: Vec<golden::Departure> = old(66, &[3, 4, 5]).collect();
    golden::check("bybit-spot", Venue::BybitSpot, &spot);
}

/// A position without its topic, a topic of no version, and options, whose stream is another's.
#[test]
fn samples_of_messages() {
    let Some(seen) = samples::outcomes(Venue::BybitLinear, "bybit", "samples_of_messages") else {
        return;
    };
    let expected = [
        ("ws_account_execution", "ignored: account"),
        ("ws_account_execution_adl", "ignored: account"),
        ("ws_account_execution_fast", "ignored: account"),
        ("ws_account_execution_fast_envelope_id", "ignored: account"),
        ("ws_account_order", "ignored: account"),
        ("ws_account_order_buy_stop_market", "ignored: account"),
        ("ws_account_order_filled", "ignored: account"),
        ("ws_account_order_limit_if_touched", "ignored: account"),
        ("ws_account_order_market_if_touched", "ignored: account"),
        ("ws_account_order_partially_filled_rejected", "ignored: account"),
        ("ws_account_order_sell_market_if_touched", "ignored: account"),
        ("ws_account_order_stop_limit", "ignored: account"),
        ("ws_account_order_stop_loss", "ignored: account"),
        ("ws_account_order_stop_market", "ignored: account"),
        ("ws_account_order_take_profit", "ignored: account"),
        ("ws_account_position", "ignored: account"),
        ("ws_account_position_short", "ignored: account"),
        ("ws_account_position_with_open_time", "refused: E_FRAME_SCHEMA op, drift"),
        ("ws_account_wallet", "ignored: account"),
        ("ws_account_wallet_locked_exceeds_total", "ignored: account"),
        ("ws_account_wallet_small_order", "ignored: account"),
        ("ws_kline", "ignored: kline"),
        ("ws_order_response", "control: reply"),
        ("ws_orderbook_delta", "quote"),
        ("ws_orderbook_snapshot", "quote"),
        ("ws_public_trade", "ignored: unknown event, drift"),
        ("ws_subscription_ack", "control: reply"),
        ("ws_subscription_failure", "control: refusal"),
        ("ws_ticker_linear", "mark funding openInterest quote"),
        ("ws_ticker_option", "mark openInterest, drift"),
    ];
    samples::assert_table(&seen, &expected);
}
