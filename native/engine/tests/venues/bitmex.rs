//! BitMEX: `docs/venues/bitmex.md`.

use crate::bench::{Bench, Seen, damage};
use crate::capture::{self, Input};
use crate::market::{Happening, Levels, SeededMarket, Shape, levels_of};
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
    let Some(inputs) = capture::read("BITMEX", "the_recording_parses_whole") else { return };
    let run = capture::run(Venue::Bitmex, &inputs);
    let expected = [("depth", 1_969), ("quote", 436), ("snapshot", 10), ("trade", 17)];
    assert_eq!(run.by_kind, BTreeMap::from(expected));
    let ignored = [("reply", 30), ("trades before the subscription", 10), ("welcome", 1)];
    assert_eq!(run.ignored, BTreeMap::from(ignored));
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    assert_eq!((run.counters.gaps, run.counters.stale), (0, 0));
    assert_eq!(run.drift, Vec::<String>::new());
    for market in &run.markets {
        assert_eq!(market.proof_level(), proof_level::UNPROVABLE);
    }
}

/// A frame of quotes tells all since the one before it: every one of them was the book's touch.
#[test]
fn quotes_of_the_recording_are_those_of_the_book() {
    let Some(inputs) = capture::read("BITMEX", "quotes_of_the_recording_are_those_of_the_book")
    else {
        return;
    };
    assert_eq!(capture::quotes_near_the_book(Venue::Bitmex, &inputs, 5 * SECOND), (426, 426));
}

#[test]
fn the_list_of_the_recording_is_read() {
    let Some(inputs) = capture::read("BITMEX", "the_list_of_the_recording_is_read") else { return };
    let mut lists = inputs.iter().filter_map(|(_, input)| match input {
        Input::Body(url, body) if Venue::Bitmex.request(url) == Request::Instruments => Some(body),
        _ => None,
    });
    let list = Venue::Bitmex.instruments(lists.next().unwrap()).unwrap();
    assert!(lists.next().is_none());
    let of = |symbol: &str| {
        let found = list.iter().find(|i| i.symbol == symbol).unwrap();
        let now = found.current();
        (found.price_scale, found.quantity_scale, now.tick, now.lot, now.inferred)
    };
    assert_eq!(list.len(), 34);
    assert_eq!(of("XBTUSD"), (1, 0, 5, 100, false));
    assert_eq!(of("XRPU21"), (8, 0, 1, 1, false));
}

fn bench() -> Bench {
    Bench::new(Venue::Bitmex, &[("XBTUSD", 1, 0), ("ETHUSD", 2, 0)])
}

fn table(table: &str, action: &str, rows: &str) -> String {
    format!(r#"{{"table":"{table}","action":"{action}","data":[{rows}]}}"#)
}

fn l2(action: &str, rows: &str) -> String {
    table("orderBookL2", action, rows)
}

const ROWS: &str = r#"{"symbol":"XBTUSD","id":1,"side":"Sell","size":500,"price":8586},{"symbol":"XBTUSD","id":2,"side":"Buy","size":40,"price":8585.5},{"symbol":"ETHUSD","id":1,"side":"Buy","size":7,"price":267.05}"#;
const UPDATE: &str = r#"{"symbol":"XBTUSD","id":2,"side":"Buy","size":220}"#;
const DELETE: &str = r#"{"symbol":"XBTUSD","id":1,"side":"Sell"}"#;
const INSERT: &str = r#"{"symbol":"XBTUSD","id":3,"side":"Sell","size":9,"price":8586.5,"timestamp":"2022-02-14T08:06:54.742Z","transactTime":"2022-02-14T08:06:54.741Z"}"#;

fn entries(levels: &[(i64, i64)]) -> Vec<Entry> {
    levels.iter().map(|&(price, quantity)| Entry { price, quantity }).collect()
}

fn sides(seen: &Seen) -> (Vec<Entry>, Vec<Entry>) {
    (seen.bids.clone(), seen.asks.clone())
}

#[test]
fn levels_keep_the_price_of_their_id() {
    let mut bench = bench();
    assert_eq!(bench.take(l2("update", UPDATE)), Ok(Outcome::Stale));
    let seen = bench.events(l2("partial", ROWS));
    assert_eq!(
        (seen.len(), seen[1].header.instrument, seen[1].header.kind),
        (2, 1, kind::SNAPSHOT)
    );
    assert_eq!(sides(&seen[0]), (entries(&[(85_855, 40)]), entries(&[(85_860, 500)])));
    assert_eq!(sides(&seen[1]), (entries(&[(26_705, 7)]), vec![]));
    assert_eq!(seen[0].header.flags, event_flag::NO_EVENT_TIME);
    let seen = bench.events(l2("update", UPDATE));
    assert_eq!(sides(&seen[0]), (entries(&[(85_855, 220)]), vec![]));
    let seen = bench.events(l2("insert", INSERT));
    assert_eq!(sides(&seen[0]), (vec![], entries(&[(85_865, 9)])));
    assert_eq!((seen[0].header.flags, seen[0].header.ts_event), (0, 1_644_826_014_742_000_000));
    let seen = bench.events(l2("delete", DELETE));
    assert_eq!(sides(&seen[0]), (vec![], entries(&[(85_860, 0)])));
    assert_eq!(bench.markets[0].ask, Some(Entry { price: 85_865, quantity: 9 }));
    assert_eq!(bench.markets[0].proof_level(), proof_level::UNPROVABLE);
    // Another table begins the book anew.
    let again = bench.events(l2("partial", INSERT));
    assert_eq!((again.len(), bench.markets[0].bid), (1, None));
    assert_eq!(bench.counters(0).resyncs, 1);
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn an_id_that_never_came_is_a_gap() {
    for (action, rows) in [
        ("update", UPDATE.replace("\"id\":2", "\"id\":9")),
        ("delete", DELETE.replace("\"id\":1", "\"id\":9")),
        // The same one twice.
        ("delete", format!("{DELETE},{DELETE}")),
    ] {
        let mut bench = bench();
        bench.events(l2("partial", ROWS));
        let seen = bench.events(l2(action, &rows));
        let told = (seen.len(), seen[0].header.kind, seen[0].header.w0);
        assert_eq!(told, (1, kind::RESET, u64::from(proof_reason::GAP)), "{action} {rows}");
        assert_eq!(bench.counters(0).gaps, 1);
        assert_eq!(bench.take(l2("update", UPDATE)), Ok(Outcome::Stale));
        assert!(bench.markets[1].joined, "the other book stands");
        assert_eq!(bench.events(l2("partial", ROWS))[0].header.kind, kind::SNAPSHOT);
    }
}

#[test]
fn rows_of_several_books_may_be_mixed() {
    let mut bench = bench();
    let rows: Vec<&str> = ROWS.split("},").collect();
    let mixed = format!("{}}},{},{}}}", rows[0], rows[2], rows[1]);
    let seen = bench.events(l2("partial", &mixed));
    assert_eq!(seen.len(), 2);
    assert_eq!(sides(&seen[0]), (entries(&[(85_855, 40)]), entries(&[(85_860, 500)])));
    let other = ROWS.replace("ETHUSD", "XBTU21");
    assert_eq!(bench.events(l2("partial", &other)).len(), 1);
    let none = Outcome::Ignored("book that is not followed");
    assert_eq!(bench.take(l2("update", &UPDATE.replace("XBTUSD", "XBTU21"))), Ok(none));
    assert_eq!(bench.counters(0).refused, 0);
}

#[test]
fn an_empty_table_is_an_empty_book() {
    let mut bench = bench();
    bench.events(l2("partial", ROWS));
    let empty = r#"{"table":"orderBookL2","action":"partial","keys":["symbol","id","side"],"types":{},"foreignKeys":{},"attributes":{},"filter":{"symbol":"XBTUSD"},"data":[]}"#;
    let seen = bench.events(empty);
    assert_eq!((seen.len(), seen[0].header.kind), (1, kind::SNAPSHOT));
    assert_eq!((bench.markets[0].bid, bench.markets[0].joined), (None, true));
    assert_eq!(bench.take(l2("update", "")), Ok(Outcome::Ignored("book that is not followed")));
    let other = empty.replace("XBTUSD", "XBTU21");
    assert_eq!(bench.take(other), Ok(Outcome::Ignored("book that is not followed")));
}

#[test]
fn of_two_books_the_whole_one_is_taken() {
    let mut bench = bench();
    let fewer = |action: &str, rows: &str| table("orderBookL2_25", action, rows);
    bench.events(fewer("partial", ROWS));
    assert_eq!(bench.events(fewer("update", UPDATE)).len(), 1);
    bench.events(l2("partial", ROWS));
    let named = Ok(Outcome::Ignored("book of fewer levels"));
    assert_eq!(bench.take(fewer("delete", DELETE)), named);
    assert_eq!(bench.take(fewer("partial", ROWS)), named);
    assert_eq!(bench.events(l2("delete", DELETE)).len(), 1);
    bench.disconnect();
    assert_eq!(bench.kinds(), [kind::RESET, kind::RESET]);
    assert_eq!(bench.events(fewer("partial", ROWS)).len(), 2);
}

#[test]
fn a_view_of_ten_levels_is_no_book() {
    let rows = r#"{"symbol":"XBTUSD","bids":[[8585.5,40]],"asks":[[8586,500]],"timestamp":"2024-11-24T08:19:13.513Z"}"#;
    let mut bench = bench();
    let seen = bench.events(table("orderBook10", "update", rows));
    assert_eq!((seen[0].header.kind, seen[0].header.flags), (kind::SNAPSHOT, event_flag::PARTIAL));
    assert_eq!(sides(&seen[0]), (entries(&[(85_855, 40)]), entries(&[(85_860, 500)])));
    assert!(!bench.markets[0].joined);
}

const TRADE: &str = r#"{"timestamp":"2024-11-24T08:15:38.704Z","symbol":"XBTUSD","side":"Sell","size":100,"price":8585.5,"tickDirection":"ZeroPlusTick","trdMatchID":"00000000-006d-1000-0000-000e8737d536","grossValue":101450,"homeNotional":0.0010145,"foreignNotional":100.0,"trdType":"Regular"}"#;

#[test]
fn trades_are_those_since_the_subscription() {
    let mut bench = bench();
    let before = Outcome::Ignored("trades before the subscription");
    assert_eq!(bench.take(table("trade", "partial", TRADE)), Ok(before));
    let seen = bench.events(table("trade", "insert", TRADE));
    assert_eq!(sides(&seen[0]), (vec![], entries(&[(85_855, 100)])));
    assert_eq!((seen[0].header.aux, seen[0].header.flags), (0x006d_1000 ^ 0x000e_8737_d536, 0));
    let off = TRADE.replace("Regular", "Referential").replace("\"Sell\"", "\"\"");
    let seen = bench.events(table("trade", "insert", &off));
    assert_eq!(seen[0].header.flags, event_flag::OFF_BOOK | event_flag::NO_SIDE);
    let other = TRADE.replace("XBTUSD", "XBTU21");
    assert_eq!(
        bench.take(table("trade", "insert", &other)),
        Ok(Outcome::Ignored("trades of others"))
    );
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn quotes_may_lack_a_side() {
    let row = r#"{"timestamp":"2024-11-22T22:44:25.085Z","symbol":"XBTUSD","bidSize":30,"bidPrice":8585.5,"askPrice":null,"askSize":null}"#;
    let mut bench = bench();
    let seen = bench.events(table("quote", "insert", row));
    assert_eq!(sides(&seen[0]), (entries(&[(85_855, 30)]), entries(&[(0, 0)])));
    assert_eq!(bench.events(table("quote", "partial", row)).len(), 1);
}

const INSTRUMENT: &str = r#"{"symbol":"XBTUSD","state":"Open","markPrice":8585.92,"indicativeSettlePrice":8586.1,"openInterest":123456789,"fundingRate":0.0001,"fundingTimestamp":"2024-11-25T12:00:00.000Z","timestamp":"2024-11-25T10:00:00.000Z"}"#;

#[test]
fn instruments_say_what_changed() {
    let mut bench = bench();
    let seen = bench.events(table("instrument", "partial", INSTRUMENT));
    let kinds: Vec<u8> = seen.iter().map(|s| s.header.kind).collect();
    assert_eq!(kinds, [kind::MARK, kind::FUNDING, kind::OPEN_INTEREST]);
    let next = 1_732_536_000_000_000_000;
    assert_eq!(seen[0].bids, entries(&[(858_592_000_000, 1), (858_610_000_000, 1), (0, 0)]));
    assert_eq!((seen[1].bids.clone(), seen[1].header.aux), (entries(&[(10_000, 1)]), next));
    assert_eq!(seen[2].bids, entries(&[(0, 123_456_789)]));
    let row = r#"{"symbol":"XBTUSD","markPrice":8587,"fairPrice":8587,"timestamp":"2024-11-25T10:00:01.000Z"}"#;
    let seen = bench.events(table("instrument", "update", row));
    assert_eq!((seen.len(), seen[0].header.aux), (1, next));
    assert_eq!(seen[0].bids, entries(&[(858_700_000_000, 1), (858_610_000_000, 1), (0, 0)]));
    let silent = r#"{"symbol":"XBTUSD","lastPrice":1}"#;
    let named = Outcome::Ignored("ticker without news");
    assert_eq!(bench.take(table("instrument", "update", silent)), Ok(named));
    assert_eq!(bench.drift(), Vec::<String>::new());
}

#[test]
fn funding_and_liquidations_are_told_when_they_appear() {
    let mut bench = bench();
    let paid = r#"{"timestamp":"2024-11-25T04:00:00.000Z","symbol":"XBTUSD","fundingInterval":"2000-01-01T08:00:00.000Z","fundingRate":-0.0001,"fundingRateDaily":-0.0003}"#;
    let seen = bench.events(table("funding", "insert", paid));
    assert_eq!(
        (seen[0].header.kind, seen[0].bids.clone()),
        (kind::FUNDING, entries(&[(-10_000, 1)]))
    );
    assert_eq!(seen[0].header.aux as i64, seen[0].header.ts_event);
    let before = Outcome::Ignored("funding before the subscription");
    assert_eq!(bench.take(table("funding", "partial", paid)), Ok(before));
    let forced = r#"{"orderID":"550e8400-e29b-41d4-a716-446655440099","symbol":"XBTUSD","side":"Buy","price":8585.5,"leavesQty":1000}"#;
    let seen = bench.events(table("liquidation", "insert", forced));
    assert_eq!(
        (seen[0].header.kind, sides(&seen[0])),
        (kind::LIQUIDATION, (entries(&[(85_855, 1_000)]), vec![]))
    );
    let known = Ok(Outcome::Ignored("liquidation seen before"));
    assert_eq!(bench.take(table("liquidation", "update", forced)), known);
}

#[test]
fn what_is_not_taken_is_named() {
    let mut bench = bench();
    for (name, of) in [("tradeBin1m", "bars"), ("settlement", "settlement"), ("order", "account")] {
        assert_eq!(bench.take(table(name, "partial", "{}")), Ok(Outcome::Ignored(of)));
    }
    for (frame, of) in [
        ("pong", "pong"),
        (r#"{"info":"Welcome","version":"2","timestamp":"t","docs":"d","limit":{}}"#, "welcome"),
        (r#"{"success":true,"subscribe":"trade:XBTUSD","request":{}}"#, "reply"),
        (r#"{"status":400,"error":"Unknown table","meta":{},"request":{}}"#, "refusal"),
    ] {
        assert_eq!(bench.take(frame), Ok(Outcome::Control(of)));
    }
    assert_eq!(bench.drift(), Vec::<String>::new());
    let unknown = table("novelty", "insert", "");
    assert_eq!(bench.take(&unknown), Ok(Outcome::Ignored("unknown event")));
    bench.events(table("trade", "insert", &TRADE.replacen('{', "{\"pool\":1,", 1)));
    assert_eq!(bench.drift(), ["other.novelty UnknownEvent 1", "trade.pool Appeared 1"]);
    bench.feed().set_strict(true);
    assert_eq!(bench.refusal(&unknown), "E_FRAME_DRIFT");
}

#[test]
fn a_refused_frame_may_have_been_the_books() {
    for (from, to, code) in [
        ("8586.5", "\"1e\"", "E_NUMBER"),
        ("8586.5", "8586.55", "E_SCALE"),
        ("8586.5", "[]", "E_FRAME_SCHEMA"),
        ("\"size\":9", "\"size\":-9", "E_NUMBER"),
        ("\"size\":9,", "", "E_FRAME_SCHEMA"),
        ("\"id\":3", "\"id\":-3", "E_NUMBER"),
        ("Sell", "sell", "E_FRAME_SCHEMA"),
        ("54.742Z", "54.742", "E_NUMBER"),
        ("\"side\"", "\"id\"", "E_FRAME_DUPKEY"),
    ] {
        let mut bench = bench();
        bench.events(l2("partial", ROWS));
        let frame = l2("insert", &INSERT.replacen(from, to, 1));
        assert_eq!(bench.refusal(&frame), code, "{from} {to}");
        // Nothing else would show the hole: the book is lost, and only it.
        let seen = bench.seen();
        assert!(!seen.is_empty() && seen.iter().all(|s| s.header.kind == kind::RESET), "{from}");
        assert_eq!(seen[0].header.w0, u64::from(proof_reason::REFUSED_FRAME));
        assert_eq!(bench.events(l2("partial", ROWS)).len(), 2);
    }
    let trade = TRADE.replace("00000000-006d", "00000000+006d");
    assert_eq!(bench().refusal(table("trade", "insert", &trade)), "E_FRAME_SCHEMA");
}

#[test]
fn frames_and_addresses_tell_the_venue() {
    let recognises = |venue: Venue, frame: &str| {
        venue.profile().is_some_and(|profile| (profile.recognises)(frame.as_bytes()))
    };
    for frame in [l2("partial", ROWS), table("trade", "insert", TRADE)] {
        assert!(recognises(Venue::Bitmex, &frame), "{frame}");
        assert!(!recognises(Venue::Deribit, &frame) && !recognises(Venue::BybitSpot, &frame));
    }
    for frame in [table("spot/depth", "partial", ROWS), table("trade", "snapshot", ""), "1".into()]
    {
        assert!(!recognises(Venue::Bitmex, &frame), "{frame}");
    }
    let url = "https://www.bitmex.com/api/v1/instrument/active";
    assert_eq!(Venue::of_address(url).collect::<Vec<_>>(), [Venue::Bitmex]);
    assert_eq!(Venue::Bitmex.request(url), Request::Instruments);
    assert_eq!(Venue::Bitmex.request("https://www.bitmex.com/api/v1/trade"), Request::Other);
}

/// Since 2023 ids are arbitrary and rows tell their price.
#[test]
fn a_price_that_is_told_needs_no_memory() {
    let mut bench = bench();
    bench.events(l2("partial", ROWS));
    let priced = |rows: &str, price: &str| rows.replacen('}', &format!(",\"price\":{price}}}"), 1);
    let seen =
        bench.events(l2("update", &priced(&UPDATE.replace("\"id\":2", "\"id\":77"), "8585.5")));
    assert_eq!(sides(&seen[0]), (entries(&[(85_855, 220)]), vec![]));
    let seen =
        bench.events(l2("delete", &priced(&DELETE.replace("\"id\":1", "\"id\":78"), "8586")));
    assert_eq!(sides(&seen[0]), (vec![], entries(&[(85_860, 0)])));
    assert_eq!((bench.markets[0].ask, bench.counters(0).gaps), (None, 0));
}

#[test]
fn damaged_frames_leave_no_event() {
    let partial = l2("partial", ROWS);
    damage(bench, &[], &partial);
    damage(bench, &[&partial], &l2("insert", INSERT));
    damage(bench, &[&partial], &l2("update", UPDATE));
    damage(bench, &[&partial], &table("trade", "insert", TRADE));
    damage(bench, &[&partial], &table("instrument", "partial", INSTRUMENT));
}

#[test]
fn a_saved_feed_goes_on_as_the_first() {
    let mut first = bench();
    first.events(table("orderBookL2_25", "partial", ROWS));
    first.events(l2("partial", ROWS));
    first.events(table("instrument", "partial", INSTRUMENT));
    let mut second = first.restored();
    let row = r#"{"symbol":"XBTUSD","markPrice":8587,"timestamp":"2024-11-25T10:00:01.000Z"}"#;
    for frame in [
        l2("update", UPDATE),
        table("orderBookL2_25", "update", UPDATE),
        l2("insert", INSERT),
        l2("delete", DELETE),
        table("instrument", "update", row),
        table("trade", "insert", TRADE),
        l2("delete", DELETE),
    ] {
        assert_eq!(first.take(&frame), second.take(&frame), "{frame}");
        assert_eq!(first.seen(), second.seen(), "{frame}");
    }
}

/// Prints a market by level ids: what appears with its price, what changes and what goes by the id alone.
#[derive(Default)]
struct Ids {
    by_price: BTreeMap<(bool, i64), u64>,
    next: u64,
}

impl Ids {
    /// Frames that tell the changes, each of one action.
    fn frames(&mut self, market: &SeededMarket, changes: &Levels) -> Vec<String> {
        let mut rows: [Vec<String>; 3] = Default::default();
        for (is_bid, levels) in [(false, &changes.asks), (true, &changes.bids)] {
            let side = if is_bid { "Buy" } else { "Sell" };
            for level in levels {
                let known = self.by_price.get(&(is_bid, level.price)).copied();
                let (price, size) = (market.price(level.price), market.amount(level.quantity));
                let id = known.unwrap_or(self.next);
                let row = format!(r#""symbol":"XBTUSD","id":{id},"side":"{side}""#);
                match (known, level.quantity) {
                    // It appeared and went within the update.
                    (None, 0) => {}
                    (None, _) => {
                        self.next += 1;
                        self.by_price.insert((is_bid, level.price), id);
                        rows[2].push(format!(r#"{{{row},"size":{size},"price":{price}}}"#));
                    }
                    (Some(_), 0) => {
                        self.by_price.remove(&(is_bid, level.price));
                        rows[0].push(format!("{{{row}}}"));
                    }
                    (Some(_), _) => rows[1].push(format!(r#"{{{row},"size":{size}}}"#)),
                }
            }
        }
        let told = ["delete", "update", "insert"].into_iter().zip(rows);
        told.filter(|(_, rows)| !rows.is_empty()).map(|(a, rows)| l2(a, &rows.join(","))).collect()
    }
}

#[test]
fn a_generated_market_comes_back() {
    for seed in 0..4 {
        let mut bench = Bench::new(Venue::Bitmex, &[("XBTUSD", 2, 4)]);
        let mut market = SeededMarket::new(seed, Shape::default());
        let mut ids = Ids::default();
        let whole = ids.frames(&market, &market.book(usize::MAX)).remove(0);
        bench.events(whole.replace("insert", "partial"));
        let mut counts = (0, 0);
        for step in 0..600 {
            match market.step() {
                Happening::Update { changes, .. } => {
                    counts.0 += 1;
                    for frame in ids.frames(&market, &changes) {
                        assert_eq!(bench.events(&frame)[0].header.kind, kind::DEPTH, "{frame}");
                    }
                    let book = levels_of(&bench.markets[0].book);
                    assert_eq!(book, market.book(usize::MAX), "step {step}");
                }
                Happening::Trade { id, aggressor, price, quantity } => {
                    counts.1 += 1;
                    let side = if aggressor == Side::Bid { "Buy" } else { "Sell" };
                    let (told, size) = (market.price(price), market.amount(quantity));
                    let row = format!(
                        r#"{{"timestamp":"2024-11-24T08:15:38.704Z","symbol":"XBTUSD","side":"{side}","size":{size},"price":{told},"trdMatchID":"00000000-0000-0000-0000-{id:012x}"}}"#
                    );
                    let seen = bench.events(table("trade", "insert", &row));
                    let print = entries(&[(price, quantity)]);
                    let buys = (print.clone(), vec![]);
                    let expected = if aggressor == Side::Bid { buys } else { (vec![], print) };
                    assert_eq!((sides(&seen[0]), seen[0].header.aux), (expected, id));
                }
            }
        }
        assert!(counts.0 > 300 && counts.1 > 60, "{counts:?}");
        assert_eq!((bench.counters(0).gaps, bench.drift()), (0, vec![]));
    }
}

/// The samples are rows without their table.
#[test]
fn samples_of_messages() {
    let frame = |name: &str, text: &str| {
        let (table_name, action) = match name {
            "ws_funding_rate" => ("funding", "insert"),
            "ws_instrument" | "ws_instrument_index_update" | "ws_instrument_mark_update" => {
                ("instrument", "update")
            }
            "ws_liquidation" => ("liquidation", "insert"),
            "ws_orderbook_10" => ("orderBook10", "update"),
            "ws_orderbook_l2" => ("orderBookL2", "partial"),
            "ws_quote" => ("quote", "insert"),
            "ws_trade" => ("trade", "insert"),
            "ws_trade_bin_1m" => ("tradeBin1m", "insert"),
            other => (other[3..].split('_').next().unwrap(), "insert"),
        };
        table(table_name, action, text)
    };
    let seen = samples::outcomes_framed(Venue::Bitmex, "bitmex", "samples_of_messages", frame);
    let Some(seen) = seen else { return };
    let expected = [
        ("ws_execution", "ignored: account"),
        ("ws_execution_cancel_reject", "ignored: account"),
        ("ws_funding_rate", "funding"),
        ("ws_instrument", "mark openInterest"),
        ("ws_instrument_index_update", "mark"),
        ("ws_instrument_mark_update", "mark"),
        ("ws_liquidation", "liquidation"),
        ("ws_margin", "ignored: account"),
        ("ws_order", "ignored: account"),
        ("ws_orderbook_10", "snapshot"),
        ("ws_orderbook_l2", "snapshot"),
        ("ws_position", "ignored: account"),
        ("ws_quote", "quote"),
        ("ws_trade", "trade"),
        ("ws_trade_bin_1m", "ignored: bars"),
        ("ws_wallet", "ignored: account"),
    ];
    samples::assert_table(&seen, &expected);
}

#[test]
fn golden_cases() {
    const REPEAT: &str = "says nothing that is kept; there all that is known is repeated";
    const ALONE: &str = "is told though nothing else is known";
    golden::check("bitmex", Venue::Bitmex, &[(2, 5, REPEAT), (2, 11, ALONE)]);
}
