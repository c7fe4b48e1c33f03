//! Deribit v2: `docs/venues/deribit.md`.

use crate::bench::{Bench, Seen, damage};
use crate::capture::{self, Input};
use crate::market::{Happening, Levels, SeededMarket};
use crate::round_trip::{self, Encoder};
use crate::{golden, samples};
use std::collections::{BTreeMap, BTreeSet};
use tickwright_engine::Entry;
use tickwright_engine::book::Side;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::schema::{proof_level, proof_reason};
use tickwright_engine::venue::{Outcome, Request, Venue};

const SECOND: i64 = 1_000_000_000;

#[test]
fn the_recording_parses_whole() {
    let Some(inputs) = capture::read("DERIBIT", "the_recording_parses_whole") else { return };
    let run = capture::run(Venue::Deribit, &inputs);
    let expected =
        [("depth", 36), ("mark", 89), ("openInterest", 89), ("quote", 89), ("snapshot", 10)];
    assert_eq!(run.by_kind, BTreeMap::from(expected));
    assert_eq!(run.ignored, BTreeMap::from([("reply", 1)]));
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    assert_eq!(run.drift, Vec::<String>::new());
    for market in &run.markets {
        assert_eq!(market.proof_level(), proof_level::SEQUENCE);
    }
}

/// The ticker comes a moment before the change of the book that it speaks of.
#[test]
fn quotes_of_the_recording_are_those_of_the_book() {
    let Some(inputs) = capture::read("DERIBIT", "quotes_of_the_recording_are_those_of_the_book")
    else {
        return;
    };
    assert_eq!(capture::quotes_near_the_book(Venue::Deribit, &inputs, SECOND), (79, 79));
}

#[test]
fn the_lists_of_the_recording_are_read() {
    let Some(inputs) = capture::read("DERIBIT", "the_lists_of_the_recording_are_read") else {
        return;
    };
    let lists = inputs.iter().filter_map(|(_, input)| match input {
        Input::Body(url, body) if Venue::Deribit.request(url) == Request::Instruments => Some(body),
        _ => None,
    });
    let lists: Vec<_> = lists.map(|body| Venue::Deribit.instruments(body).unwrap()).collect();
    assert_eq!(lists.len(), 4);
    let of = |symbol: &str| {
        let found = lists.iter().flatten().find(|i| i.symbol == symbol).unwrap();
        let now = found.current();
        (found.price_scale, found.quantity_scale, now.tick, now.lot, now.inferred)
    };
    assert_eq!(lists.iter().map(Vec::len).sum::<usize>(), 1_017);
    // Contracts of 10 USD; options of one coin, a tenth of which may trade.
    assert_eq!(of("BTC-PERPETUAL"), (1, 0, 5, 10, false));
    assert_eq!(of("BTC-24SEP21-40000-P"), (4, 1, 5, 1, false));
    let error = Venue::Deribit.instruments(b"{\"result\":[{\"tick_size\":1}]}").unwrap_err();
    assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "byte 11"));
}

fn bench() -> Bench {
    Bench::new(Venue::Deribit, &[("BTC-PERPETUAL", 1, 0), ("BTC-24SEP21-40000-P", 4, 1)])
}

fn notification(channel: &str, data: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","method":"subscription","params":{{"channel":"{channel}","data":{data}}}}}"#
    )
}

/// `ids`: the members that name this change and the one before.
fn book(interval: &str, ids: &str, bids: &str, asks: &str) -> String {
    let data = format!(
        r#"{{{ids},"timestamp":1626993723632,"instrument_name":"BTC-PERPETUAL","bids":[{bids}],"asks":[{asks}]}}"#
    );
    notification(&format!("book.BTC-PERPETUAL.{interval}"), &data)
}

const BID: &str = r#"["new",32000.0,4710.0]"#;
const ASK: &str = r#"["new",32000.5,870.0]"#;

fn snapshot(interval: &str, id: u64) -> String {
    book(interval, &format!(r#""type":"snapshot","change_id":{id}"#), BID, ASK)
}

fn change(interval: &str, previous: u64, id: u64, bids: &str) -> String {
    let ids = format!(r#""type":"change","prev_change_id":{previous},"change_id":{id}"#);
    book(interval, &ids, bids, "")
}

fn entries(levels: &[(i64, i64)]) -> Vec<Entry> {
    levels.iter().map(|&(price, quantity)| Entry { price, quantity }).collect()
}

fn sides(seen: &Seen) -> (Vec<Entry>, Vec<Entry>) {
    (seen.bids.clone(), seen.asks.clone())
}

#[test]
fn changes_name_the_one_before() {
    let mut bench = bench();
    assert_eq!(bench.take(change("raw", 5, 8, BID)), Ok(Outcome::Stale));
    let seen = bench.events(snapshot("raw", 10));
    assert_eq!(
        (seen[0].header.kind, seen[0].header.w1, seen[0].header.w2),
        (kind::SNAPSHOT, 10, 0)
    );
    assert_eq!(sides(&seen[0]), (entries(&[(320_000, 4_710)]), entries(&[(320_005, 870)])));
    let bids = r#"["delete",32000.0,0.0],["change",31999.5,10],["delete",31999.0,30.0]"#;
    let seen = bench.events(change("raw", 10, 14, bids));
    assert_eq!(seen[0].bids, entries(&[(320_000, 0), (319_995, 10), (319_990, 0)]));
    assert_eq!(bench.markets[0].bid, Some(Entry { price: 319_995, quantity: 10 }));
    assert_eq!(bench.take(change("raw", 10, 14, bids)), Ok(Outcome::Duplicate));
    let lost = bench.events(change("raw", 15, 16, BID));
    assert_eq!(
        (lost[0].header.kind, lost[0].header.w0),
        (kind::RESET, u64::from(proof_reason::GAP))
    );
    assert_eq!(bench.take(change("raw", 16, 17, BID)), Ok(Outcome::Stale));
    // A snapshot with a predecessor is one all the same.
    let ids = r#""type":"snapshot","prev_change_id":20,"change_id":30"#;
    assert_eq!(bench.events(book("raw", ids, BID, ASK))[0].header.kind, kind::SNAPSHOT);
    assert_eq!(bench.events(change("raw", 30, 31, BID))[0].header.kind, kind::DEPTH);
    let counters = bench.counters(0);
    assert_eq!(
        (counters.gaps, counters.duplicates, counters.stale, counters.resyncs),
        (1, 1, 2, 1)
    );
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn a_change_without_predecessor_begins_a_book() {
    for ids in [
        r#""type":"change","prev_change_id":0,"change_id":7"#,
        r#""type":"snapshot","prev_change_id":null,"change_id":7"#,
        // Before 2020.
        r#""change_id":7"#,
    ] {
        let mut bench = bench();
        bench.events(snapshot("raw", 4));
        let seen = bench.events(book("raw", ids, BID, ""));
        assert_eq!((seen.len(), seen[0].header.kind), (1, kind::SNAPSHOT), "{ids}");
        assert_eq!(bench.markets[0].ask, None);
        assert_eq!(bench.events(change("raw", 7, 9, BID))[0].header.kind, kind::DEPTH);
    }
    let mut bench = bench();
    bench.events(snapshot("raw", 4));
    let ids = r#""prev_change_id":4,"change_id":7"#;
    assert_eq!(bench.events(book("raw", ids, BID, ""))[0].header.kind, kind::DEPTH);
}

#[test]
fn of_several_intervals_the_quickest_is_the_book() {
    let mut bench = bench();
    bench.events(snapshot("agg2", 4));
    bench.events(change("agg2", 4, 9, BID));
    bench.events(snapshot("100ms", 10));
    let slower = Outcome::Ignored("book of a slower interval");
    assert_eq!(bench.take(change("agg2", 9, 20, BID)), Ok(slower));
    bench.events(change("100ms", 10, 12, BID));
    bench.events(snapshot("raw", 12));
    assert_eq!(bench.take(snapshot("100ms", 12)), Ok(slower));
    assert_eq!(bench.events(change("raw", 12, 13, BID))[0].header.w1, 13);
    bench.disconnect();
    assert_eq!(bench.events(snapshot("100ms", 30))[0].header.w1, 30);
    assert_eq!(bench.counters(0).gaps, 0);
}

#[test]
fn a_view_of_the_best_levels_is_no_book() {
    let data = r#"{"instrument_name":"BTC-PERPETUAL","timestamp":1769246173071,"change_id":136725664747,"bids":[[32000.0,254900.0]],"asks":[[32000.5,91570.0]]}"#;
    let mut bench = bench();
    let seen = bench.events(notification("book.BTC-PERPETUAL.none.10.100ms", data));
    assert_eq!((seen[0].header.kind, seen[0].header.flags), (kind::SNAPSHOT, event_flag::PARTIAL));
    assert_eq!(sides(&seen[0]), (entries(&[(320_000, 254_900)]), entries(&[(320_005, 91_570)])));
    assert!(!bench.markets[0].joined);
    let grouped = bench.take(notification("book.BTC-PERPETUAL.5.10.100ms", data));
    assert_eq!(grouped, Ok(Outcome::Ignored("book of grouped prices")));
}

fn trade(seq: u64, more: &str) -> String {
    format!(
        r#"{{"trade_seq":{seq},"trade_id":"ETH-39355{seq}","timestamp":1567296022565,"tick_direction":2,"price":9598.5,"mark_price":9598.4,"instrument_name":"BTC-PERPETUAL","index_price":9600.8,"direction":"sell","amount":2000.0{more}}}"#
    )
}

fn trades(list: &[String]) -> String {
    notification("trades.BTC-PERPETUAL.raw", &format!("[{}]", list.join(",")))
}

#[test]
fn trades_are_numbered_without_holes() {
    let mut bench = bench();
    let seen = bench.events(trades(&[trade(815, ""), trade(816, "")]));
    assert_eq!((seen.len(), sides(&seen[0])), (2, (vec![], entries(&[(95_985, 2_000)]))));
    let header = &seen[0].header;
    assert_eq!((header.w0, header.w1, header.aux, header.flags), (815, 815, 39_355_815, 0));
    assert_eq!(bench.take(trades(&[trade(816, "")])), Ok(Outcome::Duplicate));
    assert_eq!(bench.events(trades(&[trade(816, ""), trade(820, "")])).len(), 1);
    let counters = bench.counters(0);
    assert_eq!((counters.trade_gaps, counters.trades_missing, counters.duplicates), (1, 3, 2));
    for more in [
        r#","block_trade_id":"61""#,
        r#","combo_trade_id":"43","combo_id":"BTC-CS-19MAY26-70000_75000""#,
        r#","block_rfq_id":939"#,
    ] {
        let mut bench = self::bench();
        let seen = bench.events(trades(&[trade(1, more)]));
        assert_eq!(seen[0].header.flags, event_flag::OFF_BOOK, "{more}");
        assert_eq!(bench.drift(), Vec::<String>::new());
    }
}

#[test]
fn liquidations_stand_on_the_side_of_the_forced_order() {
    for (taker, flag, bids, asks) in [
        ("sell", "M", 1, 0),
        ("sell", "T", 0, 1),
        ("sell", "MT", 1, 1),
        ("buy", "M", 0, 1),
        ("buy", "T", 1, 0),
    ] {
        let mut bench = bench();
        let one = trade(7, &format!(r#","liquidation":"{flag}""#));
        let frame = trades(&[one.replace("\"sell\"", &format!("\"{taker}\""))]);
        let seen = bench.events(&frame);
        let kinds: Vec<u8> = seen.iter().map(|s| s.header.kind).collect();
        assert_eq!(kinds, [kind::TRADE, kind::LIQUIDATION], "{taker} {flag}");
        assert_eq!((seen[1].header.bids, seen[1].header.asks), (bids, asks), "{taker} {flag}");
        assert_eq!(bench.take(&frame), Ok(Outcome::Duplicate), "{taker} {flag}");
    }
    assert_eq!(bench().refusal(trades(&[trade(7, r#","liquidation":"X""#)])), "E_FRAME_SCHEMA");
}

const TICKER: &str = r#"{"timestamp":1626993723632,"state":"open","stats":{"volume":869.0},"settlement_price":0.0,"open_interest":12685.0,"mark_price":32001.12,"instrument_name":"BTC-PERPETUAL","index_price":32006.72,"estimated_delivery_price":32006.7,"current_funding":0.00001,"funding_8h":0.0000123456,"interest_value":0.0028213400122472977,"best_bid_price":32000.0,"best_bid_amount":4710.0,"best_ask_price":32000.5,"best_ask_amount":870.0}"#;

#[test]
fn tickers_are_whole() {
    let mut bench = bench();
    let seen = bench.events(notification("ticker.BTC-PERPETUAL.raw", TICKER));
    let kinds: Vec<u8> = seen.iter().map(|s| s.header.kind).collect();
    assert_eq!(kinds, [kind::MARK, kind::FUNDING, kind::OPEN_INTEREST, kind::QUOTE]);
    let prices = [(3_200_112_000_000, 1), (3_200_672_000_000, 1), (3_200_670_000_000, 1)];
    assert_eq!(seen[0].bids, entries(&prices));
    assert_eq!((seen[1].bids.clone(), seen[1].header.aux), (entries(&[(1_000, 1)]), 0));
    assert_eq!(seen[2].bids, entries(&[(0, 12_685)]));
    assert_eq!(sides(&seen[3]), (entries(&[(320_000, 4_710)]), entries(&[(320_005, 870)])));
    // A side without orders, and an instrument that has ended.
    let ended = TICKER.replace(
        r#""estimated_delivery_price":32006.7"#,
        r#""estimated_delivery_price":"expired""#,
    );
    let ended = ended.replace(r#""best_bid_price":32000.0"#, r#""best_bid_price":null"#);
    let ended = ended.replace(r#""best_bid_amount":4710.0"#, r#""best_bid_amount":0.0"#);
    let seen = bench.events(notification("ticker.BTC-PERPETUAL.100ms", &ended));
    assert_eq!(seen[0].bids[2], Entry { price: 0, quantity: 0 });
    assert_eq!(seen[3].bids, entries(&[(0, 0)]));
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn incremental_tickers_say_what_changed() {
    let mut bench = bench();
    let whole = TICKER.replacen('{', r#"{"type":"snapshot","#, 1);
    assert_eq!(bench.events(notification("incremental_ticker.BTC-PERPETUAL", &whole)).len(), 4);
    let data = r#"{"type":"change","timestamp":1626993724632,"instrument_name":"BTC-PERPETUAL","best_ask_amount":10}"#;
    let seen = bench.events(notification("incremental_ticker.BTC-PERPETUAL", data));
    assert_eq!(seen.len(), 1);
    assert_eq!(sides(&seen[0]), (entries(&[(320_000, 4_710)]), entries(&[(320_005, 10)])));
}

#[test]
fn quotes_are_told() {
    let data = r#"{"timestamp":1765541767174,"instrument_name":"BTC-PERPETUAL","best_ask_price":32000.5,"best_bid_price":32000.0,"best_ask_amount":99470.0,"best_bid_amount":133440.0}"#;
    let mut bench = bench();
    let seen = bench.events(notification("quote.BTC-PERPETUAL", data));
    assert_eq!((seen[0].header.kind, seen[0].header.w1), (kind::QUOTE, 0));
    assert_eq!(sides(&seen[0]), (entries(&[(320_000, 133_440)]), entries(&[(320_005, 99_470)])));
    assert_eq!(bench.source(&seen[0]), "deribit/BTC-PERPETUAL/quote");
}

#[test]
fn what_is_not_taken_is_named() {
    let mut bench = bench();
    for (channel, name) in [
        ("chart.trades.BTC-PERPETUAL.1", "chart"),
        ("deribit_price_index.btc_usd", "price index"),
        ("user.portfolio.any", "account"),
        ("perpetual.BTC-PERPETUAL.raw", "interest of a perpetual"),
    ] {
        assert_eq!(bench.take(notification(channel, "{}")), Ok(Outcome::Ignored(name)));
    }
    for (frame, name) in [
        (r#"{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}"#, "heartbeat"),
        (r#"{"jsonrpc":"2.0","id":1,"result":[]}"#, "reply"),
        (r#"{"jsonrpc":"2.0","id":1,"error":{"code":10028}}"#, "refusal"),
    ] {
        assert_eq!(bench.take(frame), Ok(Outcome::Control(name)));
    }
    assert_eq!(bench.drift(), Vec::<String>::new());
    let unknown = notification("novelty.BTC-PERPETUAL", "{}");
    assert_eq!(bench.take(&unknown), Ok(Outcome::Ignored("unknown event")));
    bench.events(snapshot("raw", 4).replace("\"bids\"", "\"pool\":1,\"bids\""));
    let drift = ["other.novelty.BTC-PERPETUAL UnknownEvent 1", "book.pool Appeared 1"];
    assert_eq!(bench.drift(), drift);
    bench.feed().set_strict(true);
    assert_eq!(bench.refusal(&unknown), "E_FRAME_DRIFT");
}

#[test]
fn bad_frames_are_refused_and_leave_nothing() {
    let good = change("raw", 4, 9, BID);
    for (from, to, code) in [
        ("32000.0", "\"1e\"", "E_NUMBER"),
        ("32000.0", "32000.01", "E_SCALE"),
        ("32000.0", "true", "E_FRAME_SCHEMA"),
        ("4710.0", "-4710.0", "E_NUMBER"),
        ("\"new\"", "\"old\"", "E_FRAME_SCHEMA"),
        ("\"change\"", "\"sideways\"", "E_FRAME_SCHEMA"),
        ("\"change_id\":9", "\"changed\":9", "E_FRAME_SCHEMA"),
        (",4710.0", "", "E_FRAME_SCHEMA"),
        ("1626993723632", "1626993723", "E_NUMBER"),
        ("\"instrument_name\":\"BTC-PERPETUAL\"", "\"instrument_name\":\"../\\u0000\"", "E_SYMBOL"),
        (".raw", ".50ms", "E_FRAME_SCHEMA"),
        (".raw", ".a.b.c.d", "E_FRAME_SCHEMA"),
    ] {
        let mut bench = bench();
        bench.events(snapshot("raw", 4));
        assert_eq!(bench.refusal(good.replacen(from, to, 1)), code, "{from} {to}");
        assert_eq!(bench.kinds(), Vec::<u8>::new());
        assert_eq!(bench.events(&good)[0].header.kind, kind::DEPTH);
    }
    let refused = trades(&[trade(1, "").replace("\"sell\"", "\"none\"")]);
    assert_eq!(bench().refusal(refused), "E_FRAME_SCHEMA");
    assert_eq!(bench().refusal("{}"), "E_FRAME_SCHEMA");
}

#[test]
fn frames_and_addresses_tell_the_venue() {
    let recognises = |venue: Venue, frame: &str| {
        venue.profile().is_some_and(|profile| (profile.recognises)(frame.as_bytes()))
    };
    let ticker = notification("ticker.BTC-PERPETUAL.raw", TICKER);
    for frame in [snapshot("raw", 4), change("raw", 4, 5, BID), trades(&[trade(1, "")]), ticker] {
        assert!(recognises(Venue::Deribit, &frame), "{frame}");
        assert!(!recognises(Venue::Bitmex, &frame) && !recognises(Venue::BybitSpot, &frame));
    }
    let other = r#"{"instrument_name":"ETH-PERP","trade_id":"1"}"#;
    for frame in [notification("trades.ETH-PERP", &format!("[{other}]")), "{}".into(), "".into()] {
        assert!(!recognises(Venue::Deribit, &frame), "{frame}");
    }
    let url = "https://test.deribit.com/api/v2/public/get_instruments?currency=BTC";
    assert_eq!(Venue::of_address(url).collect::<Vec<_>>(), [Venue::Deribit]);
    assert_eq!(Venue::Deribit.request(url), Request::Instruments);
    let book = "https://www.deribit.com/api/v2/public/get_order_book?instrument_name=X";
    assert_eq!(Venue::Deribit.request(book), Request::Other);
}

#[test]
fn damaged_frames_leave_no_event() {
    damage(bench, &[&snapshot("raw", 4)], &change("raw", 4, 9, BID));
    damage(bench, &[], &trades(&[trade(1, r#","liquidation":"T""#), trade(2, "")]));
    damage(bench, &[], &notification("ticker.BTC-PERPETUAL.raw", TICKER));
}

#[test]
fn a_saved_feed_goes_on_as_the_first() {
    let mut first = bench();
    let whole = TICKER.replacen('{', r#"{"type":"snapshot","#, 1);
    for frame in [
        snapshot("100ms", 4),
        snapshot("raw", 4),
        trades(&[trade(815, "")]),
        notification("incremental_ticker.BTC-PERPETUAL", &whole),
    ] {
        first.events(frame);
    }
    let mut second = first.restored();
    let data = r#"{"type":"change","timestamp":1626993724632,"instrument_name":"BTC-PERPETUAL","best_ask_amount":10}"#;
    for frame in [
        change("raw", 4, 9, BID),
        change("100ms", 4, 9, BID),
        trades(&[trade(815, ""), trade(819, "")]),
        notification("incremental_ticker.BTC-PERPETUAL", data),
        change("raw", 10, 12, BID),
    ] {
        assert_eq!(first.take(&frame), second.take(&frame), "{frame}");
        assert_eq!(first.seen(), second.seen(), "{frame}");
    }
}

/// Prints a market as numbers of JSON; what is new is told apart from what changes.
#[derive(Default)]
struct Raw {
    change: u64,
    known: [BTreeSet<i64>; 2],
}

impl Raw {
    fn side(&mut self, market: &SeededMarket, side: Side, of: &[Entry]) -> String {
        let known = &mut self.known[side as usize];
        let level = |e: &Entry| {
            let action = match (e.quantity, known.contains(&e.price)) {
                (0, _) => "delete",
                (_, true) => "change",
                _ => "new",
            };
            if e.quantity == 0 {
                known.remove(&e.price)
            } else {
                known.insert(e.price)
            };
            format!(r#"["{action}",{},{}]"#, market.price(e.price), market.amount(e.quantity))
        };
        of.iter().map(level).collect::<Vec<_>>().join(",")
    }

    fn book(&mut self, market: &SeededMarket, kind: &str, of: &Levels) -> String {
        let previous = self.change;
        self.change += 3;
        let ids =
            format!(r#""type":"{kind}","prev_change_id":{previous},"change_id":{}"#, self.change);
        let bids = self.side(market, Side::Bid, &of.bids);
        let asks = self.side(market, Side::Ask, &of.asks);
        book("raw", &ids, &bids, &asks)
    }
}

impl Encoder for Raw {
    fn depth(&self) -> usize {
        usize::MAX
    }

    fn snapshot(&mut self, market: &SeededMarket) -> String {
        self.book(market, "snapshot", &market.book(usize::MAX))
    }

    fn happening(&mut self, market: &SeededMarket, happening: &Happening) -> String {
        match happening {
            Happening::Update { changes, .. } => self.book(market, "change", changes),
            Happening::Trade { id, aggressor, price, quantity } => {
                let side = if *aggressor == Side::Bid { "\"buy\"" } else { "\"sell\"" };
                let one = trade(*id, "").replace("9598.5", &market.price(*price));
                trades(&[one
                    .replace("2000.0", &market.amount(*quantity))
                    .replace("\"sell\"", side)])
            }
        }
    }
}

#[test]
fn a_generated_market_comes_back() {
    for seed in 0..4 {
        let mut bench = Bench::new(Venue::Deribit, &[("BTC-PERPETUAL", 2, 4)]);
        let (updates, trades, _) = round_trip::run(&mut bench, &mut Raw::default(), seed, 600);
        assert!(updates > 300 && trades > 60, "{updates} {trades}");
        assert_eq!(bench.counters(0).trade_gaps, 0);
    }
}

#[test]
fn golden_cases() {
    const QUOTE: &str = "a channel that is not mapped there";
    const HOLE: &str =
        "the change does not name the snapshot before it: a gap, and the book is lost";
    const OPTION: &str = "a summary of options there; greeks and volatilities are not kept";
    const EMPTY: &str = "an empty side has quantity 0; there it is left out";
    let departures = [
        (1, 2, QUOTE),
        (1, 4, HOLE),
        (1, 7, OPTION),
        (1, 8, OPTION),
        (1, 9, OPTION),
        (1, 10, OPTION),
        (1, 14, EMPTY),
        (1, 17, OPTION),
    ];
    golden::check("deribit", Venue::Deribit, &departures);
}

#[test]
fn samples_of_messages() {
    let Some(seen) = samples::outcomes(Venue::Deribit, "deribit", "samples_of_messages") else {
        return;
    };
    let expected = [
        ("ws_book_delta", "stale"),
        ("ws_book_grouped_snapshot", "snapshot"),
        ("ws_book_snapshot", "snapshot"),
        ("ws_chart", "ignored: chart"),
        ("ws_error", "control: refusal"),
        ("ws_order_buy_response", "control: reply"),
        ("ws_order_cancel_response", "control: reply"),
        ("ws_order_edit_response", "control: reply"),
        ("ws_order_sell_response", "control: reply"),
        ("ws_order_stop_market_no_filled_amount", "control: reply"),
        ("ws_order_stop_market_response", "control: reply"),
        ("ws_portfolio", "ignored: account"),
        ("ws_quote", "quote"),
        ("ws_subscribe_response", "control: reply"),
        ("ws_test_request", "control: heartbeat"),
        ("ws_ticker", "mark funding openInterest quote"),
        ("ws_trades", "trade trade"),
        ("ws_trades_option_combo", "trade"),
        ("ws_volatility_index", "ignored: volatility index"),
    ];
    samples::assert_table(&seen, &expected);
}
