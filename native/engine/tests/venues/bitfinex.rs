//! Bitfinex: `docs/venues/bitfinex.md`.

use crate::bench::{Bench, Seen, damage};
use crate::market::{Happening, SeededMarket, Shape, levels_of, printed};
use crate::{capture, golden};
use std::collections::BTreeMap;
use tickwright_engine::Entry;
use tickwright_engine::book::{Orders, Side};
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::{proof_level, proof_reason};
use tickwright_engine::venue::{Outcome, Venue};

const INFO: &str = r#"{"event":"info","version":2,"serverId":"x","platform":{"status":1}}"#;
const BOOK: &str = r#"{"event":"subscribed","channel":"book","chanId":7,"symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"25","pair":"BTCUSD"}"#;
const RAW: &str = r#"{"event":"subscribed","channel":"book","chanId":7,"symbol":"tBTCUSD","prec":"R0","freq":"F0","len":"25","pair":"BTCUSD"}"#;
const TRADES: &str =
    r#"{"event":"subscribed","channel":"trades","chanId":8,"symbol":"tBTCUSD","pair":"BTCUSD"}"#;
const WHOLE: &str = "[7,[[100.5,1,2],[100,2,0.5],[101,1,-1],[102,3,-4]],1]";

fn bench() -> Bench {
    Bench::new(Venue::Bitfinex, &[("BTCUSD", 1, 8), ("ETHUSD", 2, 8)])
}

fn ready(subscription: &str) -> Bench {
    let mut bench = bench();
    bench.take(INFO).unwrap();
    bench.take(subscription).unwrap();
    bench
}

fn pairs(levels: &[Entry]) -> Vec<(i64, i64)> {
    levels.iter().map(|e| (e.price, e.quantity)).collect()
}

fn only(seen: &[Seen]) -> &Seen {
    assert_eq!(seen.len(), 1, "{seen:?}");
    &seen[0]
}

#[test]
fn the_recording_is_taken_whole() {
    let Some(inputs) = capture::read("BITFINEX", "the_recording_is_taken_whole") else { return };
    let run = capture::run(Venue::Bitfinex, &inputs);
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert!(run.drift.is_empty(), "{:?}", run.drift);
    let kinds: Vec<(&str, u64)> = run.by_kind.iter().map(|(k, n)| (*k, *n)).collect();
    assert_eq!(kinds, [("depth", 1_593), ("quote", 21), ("snapshot", 7)]);
    let ignored: Vec<(&str, u64)> = run.ignored.iter().map(|(k, n)| (*k, *n)).collect();
    let expected = [
        ("channel without a subscription", 2),
        ("conf", 1),
        ("hb", 40),
        ("info", 1),
        ("subscribed", 21),
        ("trades before the stream", 7),
    ];
    assert_eq!(ignored, expected);
    assert_eq!((run.gaps, run.counters.gaps, run.counters.stale, run.crossed), (0, 0, 0, 0));
    assert!(run.unjoined.is_empty(), "{:?}", run.unjoined);
    // Messages are numbered without a hole, checksums were not asked for.
    assert!(run.markets.iter().all(|m| m.proof_level() == proof_level::SEQUENCE));
    assert_eq!(run.checksums, (0, 0));
}

/// Books are sent less often than tickers: half of the tickers agree with the book as it is known.
#[test]
fn tickers_agree_with_books_in_price_where_they_speak_of_one_moment() {
    let Some(inputs) = capture::read("BITFINEX", "tickers_agree_with_books") else { return };
    let (mut equal, mut compared) = (0, 0);
    capture::run_and_look(Venue::Bitfinex, &inputs, |event, market| {
        let (kind::QUOTE, Some(bid), Some(ask)) = (event.header.kind, market.bid, market.ask)
        else {
            return;
        };
        compared += 1;
        let prices = (event.bids[0].price, event.asks[0].price);
        equal += u32::from(prices == (bid.price, ask.price));
        // F10: the quantities are sums of 25 levels.
        assert!(event.bids[0].quantity > bid.quantity && event.asks[0].quantity > ask.quantity);
    });
    assert_eq!((equal, compared), (7, 14));
}

#[test]
fn cases_of_another_normaliser() {
    const SUM: &str = "a sum with more than 8 decimals: they are cut off";
    const CUT: &str = "a mark price with more than 8 decimals: they are cut off";
    const BEFORE: &str = "an update before the whole book changes nothing";
    const HOLES: &str = "several connections in one: the numbers of messages have holes";
    let spot = [(15, 8, HOLES), (15, 9, HOLES), (15, 10, HOLES), (15, 13, SUM)];
    golden::check("bitfinex", Venue::Bitfinex, &spot);
    const NAMED: &str = "the heartbeat before it named the channel";
    const BASE: &str = "the position's price, an average, is cut to the instrument's scale";
    let derivatives =
        [(18, 5, CUT), (18, 6, CUT), (18, 8, BEFORE), (18, 15, NAMED), (18, 17, BASE)];
    golden::check("bitfinex-derivatives", Venue::Bitfinex, &derivatives);
}

#[test]
fn a_whole_book_and_its_changes() {
    let mut bench = ready(BOOK);
    let seen = bench.events(WHOLE);
    let book = only(&seen);
    assert_eq!((book.header.kind, book.header.w1), (kind::SNAPSHOT, 1));
    assert_eq!(pairs(&book.bids), [(1_005, 200_000_000), (1_000, 50_000_000)]);
    assert_eq!(pairs(&book.asks), [(1_010, 100_000_000), (1_020, 400_000_000)]);
    assert_eq!(bench.source(book), "bitfinex/BTCUSD/depth");
    let seen = bench.events("[7,[101,0,-1],2]");
    let gone = only(&seen);
    assert_eq!((gone.header.kind, gone.header.w1, gone.header.w2), (kind::DEPTH, 2, 1));
    assert_eq!((pairs(&gone.asks), pairs(&gone.bids)), (vec![(1_010, 0)], vec![]));
    // A number between is another channel's.
    assert_eq!(bench.take("[99,\"hb\",3]"), Ok(Outcome::Ignored("channel without a subscription")));
    let seen = bench.events("[7,[100.6,1,3e-8],4,1700000000123]");
    let added = only(&seen);
    assert_eq!((added.header.w1, added.header.w2), (4, 2));
    assert_eq!(added.header.ts_event, 1_700_000_000_123_000_000);
    assert_eq!(pairs(&added.bids), [(1_006, 3)]);
    assert_eq!(bench.markets[0].proof_level(), proof_level::SEQUENCE);
    // A whole book replaces what was known.
    bench.take("[7,[[90,1,1],[91,1,-1]],5]").unwrap();
    assert_eq!(pairs(&levels_of(&bench.markets[0].book).bids), [(900, 100_000_000)]);
    assert_eq!(bench.kinds(), [kind::SNAPSHOT]);
    assert_eq!(bench.events("[7,[],6]")[0].bids, []);
}

#[test]
fn a_hole_in_the_connection_s_numbers_loses_all_of_its_books() {
    let mut bench = ready(BOOK);
    let eth = BOOK.replace("BTCUSD", "ETHUSD").replace("\"chanId\":7", "\"chanId\":9");
    bench.take(&eth).unwrap();
    bench.take(WHOLE).unwrap();
    bench.take("[9,[[10,1,1],[11,1,-1]],2]").unwrap();
    assert_eq!(bench.take("[7,[101,0,-1],2]"), Ok(Outcome::Duplicate));
    // 3 is missing; a heartbeat tells.
    bench.take("[7,\"hb\",4]").unwrap();
    assert_eq!(bench.kinds(), [kind::RESET, kind::RESET]);
    assert_eq!(bench.seen()[0].header.w0, u64::from(proof_reason::GAP));
    assert_eq!(bench.take("[9,[10,2,2],5]"), Ok(Outcome::Stale));
    let counters = bench.counters(0);
    assert_eq!((counters.gaps, counters.duplicates), (1, 1));
    assert_eq!(bench.counters(1).stale, 1);
    // Another connection counts for itself, and begins anew with its greeting.
    bench.take_over(1, INFO).unwrap();
    bench.take(INFO).unwrap();
    bench.take(BOOK).unwrap();
    assert_eq!(bench.take(WHOLE), Ok(Outcome::Events));
    assert!(bench.markets[0].joined);
    bench.take(INFO).unwrap();
    assert_eq!(bench.seen()[0].header.w0, u64::from(proof_reason::DISCONNECTED));
    // Numbers of another connection, whose greeting was not seen.
    bench.take(BOOK).unwrap();
    bench.take(WHOLE.replace(",1]", ",9]").as_str()).unwrap();
    bench.take("[7,[101,0,-1],2]").unwrap();
    assert_eq!(bench.seen()[0].header.w0, u64::from(proof_reason::OUT_OF_ORDER));
}

#[test]
fn books_without_numbers_are_unprovable_until_a_checksum_agrees() {
    let mut bench = ready(BOOK);
    bench.take("[7,[[6000,1,1],[5900,1,2],[6100,1,-3],[6200,1,-4]]]").unwrap();
    assert_eq!(bench.markets[0].proof_level(), proof_level::UNPROVABLE);
    let crc = crc32fast::hash(b"6000:1:6100:-3:5900:2:6200:-4") as i32;
    let seen = bench.events(format!("[7,\"cs\",{crc}]"));
    assert_eq!((seen[0].header.kind, seen[0].header.aux), (kind::CHECKSUM, u64::from(crc as u32)));
    assert_eq!(bench.markets[0].proof_level(), proof_level::CHECKSUM);
    bench.take("[7,[5900,1,3]]").unwrap();
    bench.take(format!("[7,\"cs\",{crc}]")).unwrap();
    let market = &bench.markets[0];
    assert_eq!(market.proof_reason(), proof_reason::CHECKSUM_MISMATCH);
    assert_eq!(
        (market.proof().counts().checksums, market.proof().counts().checksums_mismatched),
        (2, 1)
    );
    // Nothing shows a hole, so a refused update loses the book.
    assert_eq!(bench.refusal("[7,[5900,1,\"x\"]]"), "E_NUMBER");
    assert_eq!(bench.kinds(), [kind::RESET]);
    assert_eq!(bench.take("[7,\"cs\",1]"), Ok(Outcome::Ignored("checksum without a book")));
}

#[test]
fn several_updates_in_one_message_where_they_were_asked_for() {
    let mut bench = ready(BOOK);
    bench.take(r#"{"event":"conf","status":"OK","flags":536936448}"#).unwrap();
    bench.take(WHOLE).unwrap();
    let seen = bench.events("[7,[[100.5,0,1],[103,1,-5]],2]");
    assert_eq!(only(&seen).header.kind, kind::DEPTH);
    assert_eq!(
        (pairs(&seen[0].bids), pairs(&seen[0].asks)),
        (vec![(1_005, 0)], vec![(1_030, 500_000_000)])
    );
}

#[test]
fn orders_one_by_one() {
    let mut bench = ready(RAW);
    let whole = "[7,[[11,100,1],[12,100,2],[13,101,-3]],1]";
    bench.take(whole).unwrap();
    assert_eq!(bench.kinds(), [kind::SNAPSHOT, kind::ORDER_ADD, kind::ORDER_ADD, kind::ORDER_ADD]);
    let last = &bench.seen()[3];
    assert_eq!(
        (last.header.w0, last.header.aux, pairs(&last.asks)),
        (1, 13, vec![(1_010, 300_000_000)])
    );
    assert_eq!(bench.source(last), "bitfinex/BTCUSD/orders");
    // Less of it, another price, gone; each with the order's own price.
    for (frame, of, side) in [
        ("[7,[12,100,1.5],2]", (kind::ORDER_MODIFY, 12, 1_000, 150_000_000), Side::Bid),
        ("[7,[12,99,1.5],3]", (kind::ORDER_MODIFY, 12, 990, 150_000_000), Side::Bid),
        ("[7,[12,0,1],4]", (kind::ORDER_CANCEL, 12, 990, 0), Side::Bid),
        ("[7,[14,102,-1],5]", (kind::ORDER_ADD, 14, 1_020, 100_000_000), Side::Ask),
        ("[7,[99,0,-1],6]", (kind::ORDER_CANCEL, 99, 0, 0), Side::Ask),
    ] {
        let seen = bench.events(frame);
        let event = only(&seen);
        let entry = if side == Side::Bid { event.bids[0] } else { event.asks[0] };
        assert_eq!(
            (event.header.kind, event.header.aux, entry.price, entry.quantity),
            of,
            "{frame}"
        );
    }
    // An order that changed its side is another one.
    bench.take("[7,[14,98,1],7]").unwrap();
    assert_eq!(bench.kinds(), [kind::ORDER_CANCEL, kind::ORDER_ADD]);
    let touch = (bench.markets[0].bid.unwrap().price, bench.markets[0].ask.unwrap().price);
    assert_eq!(touch, (1_000, 1_010));
    let crc = crc32fast::hash(b"11:1:13:-3:14:1") as i32;
    bench.take(format!("[7,\"cs\",{crc},8]")).unwrap();
    assert_eq!(bench.markets[0].proof_level(), proof_level::CHECKSUM);
    // What is refused in the middle of a list leaves nothing.
    assert_eq!(bench.refusal("[7,[[20,97,1],[0,96,1]],9]"), "E_NUMBER");
    assert_eq!(bench.kinds(), [kind::RESET]);
    assert_eq!(bench.take("[7,[11,100,2],10]"), Ok(Outcome::Stale));
}

#[test]
fn one_book_of_an_instrument_is_followed() {
    let mut bench = ready(BOOK);
    bench.take(RAW.replace("\"chanId\":7", "\"chanId\":10")).unwrap();
    bench.take(BOOK.replace("P0", "P2").replace("\"chanId\":7", "\"chanId\":11")).unwrap();
    assert_eq!(bench.take("[10,[[1,100,1]],1]"), Ok(Outcome::Ignored("second book")));
    assert_eq!(bench.take("[11,[[100,1,1]],2]"), Ok(Outcome::Ignored("aggregated book")));
    bench.take(WHOLE.replace(",1]", ",3]").as_str()).unwrap();
    bench.take(r#"{"event":"unsubscribed","status":"OK","chanId":7}"#).unwrap();
    assert_eq!(bench.kinds(), [kind::RESET]);
    bench.take(RAW.replace("\"chanId\":7", "\"chanId\":12")).unwrap();
    assert_eq!(bench.take("[12,[[1,100,1]],4]"), Ok(Outcome::Events));
}

#[test]
fn trades_are_taken_as_they_are_made() {
    let mut bench = ready(TRADES);
    let old = "[8,[[1,1700000000000,1,100]],1]";
    assert_eq!(bench.take(old), Ok(Outcome::Ignored("trades before the stream")));
    let seen = bench.events("[8,\"te\",[402088407,1700000000999,-0.25,100.1],2]");
    let trade = only(&seen);
    assert_eq!((trade.header.kind, trade.header.aux), (kind::TRADE, 402_088_407));
    assert_eq!(trade.header.ts_event, 1_700_000_000_999_000_000);
    assert_eq!((pairs(&trade.asks), trade.bids.len()), (vec![(1_001, 25_000_000)], 0));
    let settled = "[8,\"tu\",[402088407,1700000000999,-0.25,100.1],3]";
    assert_eq!(bench.take(settled), Ok(Outcome::Ignored("tu")));
    assert_eq!(bench.take("[8,\"hb\",4]"), Ok(Outcome::Control("hb")));
}

#[test]
fn tickers_states_and_liquidations() {
    let mut bench = bench();
    bench.take(TRADES.replace("trades", "ticker")).unwrap();
    let seen = bench.events("[8,[100,1.70239008000002,100.5,3,1,0.1,100,5,110,90]]");
    let quote = only(&seen);
    assert_eq!(quote.header.flags & event_flag::AGGREGATE, event_flag::AGGREGATE);
    assert_eq!(
        (pairs(&quote.bids), pairs(&quote.asks)),
        (vec![(1_000, 170_239_008)], vec![(1_005, 300_000_000)])
    );
    assert_eq!(bench.counters(0).values_cut, 1);
    assert_eq!(bench.events("[8,[null,null,100.5,3]]")[0].bids[0], Entry::default());
    bench
        .take(r#"{"event":"subscribed","channel":"status","chanId":5,"key":"deriv:tBTCUSD"}"#)
        .unwrap();
    let state = "[5,[1600000000000,null,1,99.5,null,5,null,1600020000000,0.1,2,null,-1.5e-5,null,null,100.123456789,null,null,7.5]]";
    let seen = bench.events(state);
    let kinds: Vec<u8> = seen.iter().map(|s| s.header.kind).collect();
    assert_eq!(kinds, [kind::MARK, kind::FUNDING, kind::OPEN_INTEREST]);
    assert_eq!(pairs(&seen[0].bids), [(10_012_345_678, 1), (9_950_000_000, 1), (0, 0)]);
    assert_eq!(
        (pairs(&seen[1].bids), seen[1].header.aux),
        (vec![(-1_500, 1)], 1_600_020_000_000_000_000)
    );
    assert_eq!(pairs(&seen[2].bids), [(0, 750_000_000)]);
    bench
        .take(r#"{"event":"subscribed","channel":"status","chanId":6,"key":"liq:global"}"#)
        .unwrap();
    let seen = bench
        .events(r#"[6,[["pos",143,1593522802742,null,"tBTCUSD",0.5,9135.97,null,0,1,null,9080]]]"#);
    assert_eq!(
        (seen[0].header.kind, pairs(&seen[0].asks)),
        (kind::LIQUIDATION, vec![(91_359, 50_000_000)])
    );
    for (pair, matched, name) in
        [("tXXXUSD", 0, "instrument not followed"), ("tBTCUSD", 1, "liquidation match")]
    {
        let frame = format!(
            "[6,[[\"pos\",143,1593522802742,null,\"{pair}\",-0.5,9135.97,null,{matched},1]]]"
        );
        assert_eq!(bench.take(frame), Ok(Outcome::Ignored(name)));
    }
}

#[test]
fn what_is_wrong_is_refused_with_a_code() {
    let mut bench = ready(BOOK);
    bench
        .take(r#"{"event":"subscribed","channel":"trades","chanId":3,"symbol":"tXYZ\"<\u0000>"}"#)
        .unwrap();
    for (frame, code) in [
        ("[3,\"te\",[1,1700000000000,1,1]]", "E_SYMBOL"),
        ("[7,[100,1],1]", "E_FRAME_SCHEMA"),
        ("[7,[100,1,0],2]", "E_NUMBER"),
        ("[7,[100,-1,1],3]", "E_NUMBER"),
        ("[7,[100.123,1,1],4]", "E_SCALE"),
        ("[7,{},5]", "E_FRAME_SCHEMA"),
        ("[7]", "E_FRAME_SCHEMA"),
        ("[\"x\",[],6]", "E_NUMBER"),
        ("[7,[],1,2,3,4,5,6,7]", "E_FRAME_SCHEMA"),
        ("[7,\"cs\"]", "E_FRAME_SCHEMA"),
        ("[7,\"cs\",1.5]", "E_SCALE"),
        ("7", "E_FRAME_SCHEMA"),
        ("{}", "E_FRAME_SCHEMA"),
        (r#"{"event":"subscribed","channel":"book"}"#, "E_FRAME_SCHEMA"),
    ] {
        assert_eq!(bench.refusal(frame), code, "{frame}");
    }
    assert_eq!(bench.take(r#"{"event":"odd"}"#), Ok(Outcome::Ignored("unknown event")));
    bench.take(r#"{"event":"pong","ts":1,"cid":2,"new":3}"#).unwrap();
    assert_eq!(bench.drift(), ["other.odd UnknownEvent 1", "event.new Appeared 1"]);
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    for frame in [WHOLE, "[7,[100.5,1,2.5],1]", "[7,\"cs\",-17,1]"] {
        damage(bench, &[INFO, BOOK], frame);
    }
    damage(bench, &[INFO, RAW], "[7,[[11,100,1],[13,101,-3]],1]");
    damage(bench, &[INFO, TRADES], "[8,\"te\",[402088407,1700000000999,-0.25,100.1],2]");
}

/// Prints a number as JavaScript does.
fn script(mantissa: i64, scale: u8) -> String {
    let value: f64 = printed(mantissa, scale).parse().unwrap();
    if value != 0.0 && value.abs() < 1e-6 { format!("{value:e}") } else { format!("{value}") }
}

#[test]
fn a_generated_market_comes_through() {
    let shape = Shape { quantity_scale: 8, lot: 7, ..Shape::default() };
    for seed in 0..5 {
        let mut market = SeededMarket::new(seed, shape);
        let mut bench = Bench::new(Venue::Bitfinex, &[("BTCUSD", 2, 8)]);
        bench.take(INFO).unwrap();
        bench.take(BOOK).unwrap();
        bench.take(TRADES).unwrap();
        let level = |side: Side, e: &Entry| {
            let sign = if side == Side::Bid { 1 } else { -1 };
            let (count, amount) = if e.quantity == 0 { (0, 1) } else { (1, e.quantity) };
            format!("[{},{count},{}]", script(e.price, 2), script(sign * amount, 8))
        };
        let mut sequence = 1;
        let start = market.book(usize::MAX);
        let bids = start.bids.iter().map(|e| level(Side::Bid, e));
        let asks = start.asks.iter().map(|e| level(Side::Ask, e));
        let all: Vec<String> = bids.chain(asks).collect();
        bench.take(format!("[7,[{}],{sequence}]", all.join(","))).unwrap();
        for step in 0..400 {
            match market.step() {
                Happening::Update { changes, .. } => {
                    let bids = changes.bids.iter().map(|e| level(Side::Bid, e));
                    for one in bids.chain(changes.asks.iter().map(|e| level(Side::Ask, e))) {
                        sequence += 1;
                        bench.take(format!("[7,{one},{sequence}]")).unwrap();
                    }
                    assert_eq!(levels_of(&bench.markets[0].book), market.book(usize::MAX));
                }
                Happening::Trade { id, aggressor, price, quantity } => {
                    sequence += 1;
                    let sign = if aggressor == Side::Bid { 1 } else { -1 };
                    let (amount, price_text) = (script(sign * quantity, 8), script(price, 2));
                    let frame = format!(
                        "[8,\"te\",[{id},{},{amount},{price_text}],{sequence}]",
                        market.time_ms
                    );
                    let seen = bench.events(frame);
                    let of = if aggressor == Side::Bid { &seen[0].bids } else { &seen[0].asks };
                    assert_eq!(of[..], [Entry { price, quantity }]);
                }
            }
            if step % 20 == 0 && !market.owes() {
                sequence += 1;
                let best = market.book(25);
                let mut parts = Vec::new();
                for place in 0..25 {
                    for (sign, side) in [(1, &best.bids), (-1, &best.asks)] {
                        if let Some(e) = side.get(place) {
                            parts.push(script(e.price, 2));
                            parts.push(script(sign * e.quantity, 8));
                        }
                    }
                }
                let crc = crc32fast::hash(parts.join(":").as_bytes()) as i32;
                bench.take(format!("[7,\"cs\",{crc},{sequence}]")).unwrap();
                bench = bench.restored();
            }
        }
        let counts = bench.markets[0].proof().counts();
        assert_eq!(counts.checksums_mismatched, 0);
        assert!(counts.checksums > 10, "{counts:?}");
        assert_eq!(bench.markets[0].proof_level(), proof_level::CHECKSUM);
    }
}

/// The same for a book order by order, against a map of orders.
#[test]
fn generated_orders_come_through() {
    let mut bench = Bench::new(Venue::Bitfinex, &[("BTCUSD", 0, 0)]);
    bench.take(INFO).unwrap();
    bench.take(RAW).unwrap();
    let mut orders: BTreeMap<u64, (i64, i64)> = BTreeMap::new();
    let mut market = SeededMarket::new(3, Shape::default());
    bench.take("[7,[],1]").unwrap();
    for sequence in 2..3_000 {
        let id = 1 + market.draw(60);
        let is_bid = market.draw(2) == 0;
        let price = if is_bid { 100 - market.draw(9) } else { 101 + market.draw(9) } as i64;
        let sign = if is_bid { 1 } else { -1 };
        let quantity = 1 + market.draw(50) as i64;
        let frame = if market.draw(3) == 0 {
            let sign = orders.remove(&id).map_or(1, |(_, q)| q.signum());
            format!("[7,[{id},0,{sign}],{sequence}]")
        } else {
            orders.insert(id, (price, sign * quantity));
            format!("[7,[{id},{price},{}],{sequence}]", sign * quantity)
        };
        bench.take(frame).unwrap();
        if sequence % 100 == 0 {
            bench = bench.restored();
        }
        let mut sides: [BTreeMap<i64, i64>; 2] = Default::default();
        for (price, quantity) in orders.values() {
            *sides[usize::from(*quantity < 0)].entry(*price).or_default() += quantity.abs();
        }
        let of = levels_of(&bench.markets[0].book);
        assert!(sides[0].iter().rev().eq(of.bids.iter().map(|e| (&e.price, &e.quantity))));
        assert!(sides[1].iter().eq(of.asks.iter().map(|e| (&e.price, &e.quantity))));
    }
    assert_eq!(bench.markets[0].orders.get().unwrap().len(), orders.len());
}
