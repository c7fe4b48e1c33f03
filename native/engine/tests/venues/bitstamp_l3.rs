//! Bitstamp order by order: `docs/venues/bitstamp.md`.

use crate::bench::{Bench, damage};
use crate::capture::folder;
use crate::market::{Shape, levels_of};
use crate::orders::{Order, OrderMarket, OrderStep};
use flate2::read::GzDecoder;
use std::fs::File;
use std::io::Read;
use tickwright_engine::book::orders::Orders;
use tickwright_engine::book::{Book, Side};
use tickwright_engine::core::Market;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::venue::wire::step::Scales;
use tickwright_engine::venue::{Feed, Outcome, SyncCounters, Venue};
use tickwright_engine::{Entry, EventBuf, EventRef, decimal};

const VENUE: Venue = Venue::BitstampL3;

fn bench() -> Bench {
    Bench::new(VENUE, &[("btcusd", 2, 8)])
}

fn file(test: &str, name: &str) -> Option<String> {
    let path = folder(test)?.join("bitstamp-l3-20150501").join(name);
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    Some(text)
}

/// Receive time (ms) and frame of a line.
fn split(line: &str) -> (i64, &str) {
    let (stamp, frame) = line.split_once(' ').unwrap();
    (stamp.parse().unwrap(), frame)
}

/// The whole day; `visit` sees each line's events with the book before them.
fn day(
    text: &str,
    mut visit: impl FnMut(i64, EventRef<'_>, &Market),
) -> (Market, SyncCounters, u64) {
    let mut directory = crate::golden::learn(VENUE, &[]);
    directory.instruments.push(crate::bench::instrument(VENUE, "btcusd", 2, 8));
    let mut feed = Feed::new(VENUE, &mut directory);
    let mut market = Market::new(&directory.instruments[0]).unwrap();
    let mut out = EventBuf::new();
    let mut late = 0;
    for line in text.lines() {
        let (stamp, frame) = split(line);
        out.clear();
        match feed.frame(frame.as_bytes(), stamp * 1_000_000, &mut out).unwrap() {
            Outcome::Events => {}
            Outcome::Stale => late += 1,
            other => panic!("{other:?}: {line}"),
        }
        for event in out.iter() {
            visit(stamp, event, &market);
            market.apply(event);
        }
    }
    assert!(feed.drift().is_empty());
    (market, feed.counters(0), late)
}

/// How many of the 5 best levels a side of a view are in the book with the same quantity.
fn agreement(view: EventRef<'_>, market: &Market) -> (u64, u64) {
    let mut counts = (0, 0);
    for (side, levels) in [(Side::Bid, view.bids), (Side::Ask, view.asks)] {
        for level in levels.iter().take(5) {
            counts.0 += u64::from(market.book.quantity_at(side, level.price) == level.quantity);
            counts.1 += 1;
        }
    }
    counts
}

/// Levels that agree, and all that were compared, by hour since the first message.
const AGREEMENT: [(u64, u64); 24] = [
    (9842, 10550),
    (10937, 11030),
    (10928, 10930),
    (8548, 8550),
    (8506, 8510),
    (11658, 11710),
    (12794, 12810),
    (12805, 13240),
    (13104, 13150),
    (9774, 10650),
    (9933, 12140),
    (10723, 10990),
    (10549, 10590),
    (12147, 12160),
    (12797, 12800),
    (13237, 13240),
    (13547, 13550),
    (15661, 15680),
    (14697, 14800),
    (15766, 15780),
    (13829, 13840),
    (13712, 13720),
    (10649, 10820),
    (17194, 18680),
];

#[test]
fn the_day_agrees_with_the_exchanges_own_book_hour_by_hour() {
    let test = "the_day_agrees_with_the_exchanges_own_book_hour_by_hour";
    let Some(text) = file(test, "2015-05-01.log.gz") else { return };
    let first = split(text.lines().next().unwrap()).0;
    let mut hours = [(0, 0); 24];
    let mut kinds = [0_u64; 32];
    let mut unknown = None;
    let (market, counters, late) = day(&text, |stamp, event, market| {
        kinds[event.header.kind as usize] += 1;
        let hour = ((stamp - first) / 3_600_000) as usize;
        if hour == 1 && unknown.is_none() {
            unknown = Some(market.orders.get().unwrap().counts().unknown);
        }
        if event.header.kind == kind::SNAPSHOT {
            let counts = agreement(event, market);
            hours[hour].0 += counts.0;
            hours[hour].1 += counts.1;
        }
    });
    let orders = market.orders.get().unwrap().counts();
    let kinds = |kind: u8| kinds[kind as usize];
    let seen =
        [kind::ORDER_ADD, kind::ORDER_MODIFY, kind::ORDER_CANCEL, kind::TRADE, kind::SNAPSHOT];
    assert_eq!(seen.map(kinds), [118_947, 4_516, 119_048, 4_251, 29_992]);
    assert_eq!(hours, AGREEMENT);
    // In the first hour orders from before it, then what the exchange left out.
    assert_eq!((unknown, orders.unknown), (Some(135), 559));
    assert_eq!((orders.duplicate, orders.wrong_side, orders.empty, orders.malformed), (0, 0, 0, 0));
    assert_eq!((late, counters.out_of_order, counters.refused, counters.gaps), (13, 13, 0, 0));
    assert_eq!(
        (market.counts.trades, market.counts.snapshots, market.counts.resets),
        (4_251, 0, 0)
    );
}

/// The file of the orders alone tells the same as the log.
#[test]
fn both_files_of_the_day_tell_the_same_orders() {
    let test = "both_files_of_the_day_tell_the_same_orders";
    let Some(text) = file(test, "2015-05-01.log.gz") else { return };
    let Some(table) = file(test, "orders.csv.gz") else { return };
    let mut told = Vec::new();
    let (_, _, late) = day(&text, |stamp, event, _| {
        let action = match event.header.kind {
            kind::ORDER_ADD => "created",
            kind::ORDER_MODIFY => "changed",
            kind::ORDER_CANCEL => "deleted",
            _ => return,
        };
        let (side, entry) = match (event.bids, event.asks) {
            ([entry], []) => ("bid", *entry),
            (_, asks) => ("ask", asks[0]),
        };
        told.push((event.header.aux, stamp, action, side, entry, event.header.ts_event));
    });
    let mut told = told.into_iter().peekable();
    let (mut missing, mut short) = (0, 0);
    let mut rows = 0;
    for line in table.lines().skip(1) {
        rows += 1;
        let [id, stamp, created, price, volume, action, side] =
            line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let (id, stamp): (u64, i64) = (id.parse().unwrap(), stamp.parse().unwrap());
        let same =
            |of: &(u64, i64, &str, &str, Entry, i64)| (of.0, of.1, of.2) == (id, stamp, action);
        let Some(of) = told.next_if(same) else {
            // Created behind its end: passed over.
            assert_eq!(action, "created", "{line}");
            missing += 1;
            continue;
        };
        assert_eq!(
            (of.3, of.4.price),
            (side, decimal::parse(price.as_bytes(), 2).unwrap()),
            "{line}"
        );
        if action == "deleted" {
            assert_eq!(of.4.quantity, 0);
        } else {
            // The table was computed in doubles and cut: some are one unit short.
            let volume: i64 = volume.parse().unwrap();
            assert!((volume..=volume + 1).contains(&of.4.quantity), "{line}");
            short += u32::from(of.4.quantity != volume);
        }
        if action == "created" {
            assert_eq!(of.5, created.parse::<i64>().unwrap() * 1_000_000, "{line}");
        }
    }
    assert!(told.next().is_none());
    assert_eq!((rows, missing, late, short), (242_524, 13, 13, 9_099));
}

#[test]
fn a_survey_of_the_day_learns_its_decimals() {
    let Some(text) = file("a_survey_of_the_day_learns_its_decimals", "2015-05-01.log.gz") else {
        return;
    };
    let mut feed = Feed::learner(VENUE).unwrap();
    for line in text.lines().take(20_000) {
        feed.frame(split(line).1.as_bytes(), 0, &mut EventBuf::new()).unwrap();
    }
    let scales = Scales { price_scale: 2, quantity_scale: 8, tick: 1, lot: 1 };
    assert_eq!(feed.learned(), [("btcusd".to_owned(), scales)]);
}

/// µs.
const T: u64 = 1_786_269_861_000_000;

fn message(event: &str, id: u64, side: u8, (price, amount): (&str, &str), later: u64) -> String {
    let micro = T + later;
    let whole = micro / 1_000_000;
    format!(
        r#"{{"data":{{"id":{id},"id_str":"{id}","order_type":{side},"order_subtype":5,"datetime":"{whole}","microtimestamp":"{micro}","amount":{amount},"amount_str":"{amount}","amount_traded":"0","amount_at_create":"{amount}","price":{price},"price_str":"{price}","is_liquidation":false}},"channel":"live_orders_btcusd","event":"{event}","event_id":"0006589a-5c98-2678-0000-000101000020","pre_event_id":"0006589a-5c97-f798-0000-000100000020","order_source":"orderbook"}}"#
    )
}

fn body(later: u64, bids: &[(&str, &str, u64)], asks: &[(&str, &str, u64)]) -> String {
    let rows = |side: &[(&str, &str, u64)]| {
        let row = |(p, q, id): &(&str, &str, u64)| format!(r#"["{p}","{q}","{id}"]"#);
        format!("[{}]", side.iter().map(row).collect::<Vec<_>>().join(","))
    };
    let (bids, asks, micro) = (rows(bids), rows(asks), T + later);
    let whole = micro / 1_000_000;
    format!(r#"{{"timestamp":"{whole}","microtimestamp":"{micro}","bids":{bids},"asks":{asks}}}"#)
}

#[test]
fn a_body_replaces_the_book_and_what_is_behind_it_is_told_again() {
    let mut bench = bench();
    // Without a body the book begins empty.
    bench.events(message("order_created", 7, 0, ("99", "1"), 1));
    bench.events(message("order_created", 8, 0, ("100", "2"), 5));
    bench.events(message("order_deleted", 7, 0, ("99", "1"), 6));
    assert!(bench.feed().wants_snapshot(0) && bench.markets[0].joined);
    bench.body(0, body(4, &[("99", "1", 7), ("98", "9", 3)], &[("101", "4", 2)])).unwrap();
    let expected = [
        kind::SNAPSHOT,
        kind::ORDER_ADD,
        kind::ORDER_ADD,
        kind::ORDER_ADD,
        kind::ORDER_ADD,
        kind::ORDER_CANCEL,
    ];
    assert_eq!(bench.kinds(), expected);
    let seen = bench.seen();
    assert_eq!((seen[0].header.w1, seen[1].header.w0, seen[4].header.w0), (T + 4, T + 4, T + 5));
    assert_eq!(seen[4].header.flags & event_flag::DEFERRED, event_flag::DEFERRED);
    assert_eq!(seen[4].header.ts_event, (T as i64 + 5) * 1_000);
    let prices = |bench: &Bench| {
        let levels = levels_of(&bench.markets[0].book);
        let price = |e: &Entry| e.price;
        [levels.bids, levels.asks].map(|side| side.iter().map(price).collect::<Vec<_>>())
    };
    assert_eq!(prices(&bench), [vec![10_000, 9_800], vec![10_100]]);
    assert!(!bench.feed().wants_snapshot(0));
    assert_eq!(bench.take(message("order_deleted", 3, 0, ("98", "9"), 3)).unwrap(), Outcome::Stale);
    bench.events(message("order_changed", 3, 0, ("98", "5"), 9));
    bench.events(message("order_deleted", 2, 1, ("101", "0"), 10));
    assert_eq!(prices(&bench), [vec![10_000, 9_800], vec![]]);
    assert_eq!(bench.body(0, body(2, &[], &[])).unwrap(), Outcome::Stale);
    let counters = bench.counters(0);
    assert_eq!((counters.stale, counters.deferred), (2, 2));
    let orders = bench.markets[0].orders.get().unwrap().counts();
    assert_eq!((orders.unknown, orders.duplicate), (0, 0));
    assert_eq!(bench.drift(), Vec::<String>::new());
    bench.disconnect();
    assert_eq!(bench.kinds(), [kind::RESET]);
}

#[test]
fn an_order_that_is_created_behind_its_end_is_passed_over() {
    let mut bench = bench();
    bench.events(message("order_deleted", 7, 0, ("99", "1"), 1));
    assert_eq!(bench.take(message("order_created", 7, 0, ("99", "1"), 2)).unwrap(), Outcome::Stale);
    assert_eq!(bench.markets[0].bid, None);
    assert_eq!(bench.counters(0).out_of_order, 1);
    for id in 100..164 {
        bench.events(message("order_deleted", id, 0, ("99", "1"), id));
    }
    bench.events(message("order_created", 7, 0, ("99", "1"), 300));
    assert_eq!(bench.markets[0].bid.map(|e| e.price), Some(9_900));
}

#[test]
fn lines_of_a_log_are_of_the_first_market() {
    let mut bench = bench();
    let created = r#"order_created {"price": "236.47", "amount": "2.00000000", "datetime": "1430438404", "id": 65595247, "order_type": 0}"#;
    let seen = bench.events(created);
    assert_eq!((seen[0].header.kind, seen[0].header.aux), (kind::ORDER_ADD, 65_595_247));
    assert_eq!(seen[0].bids, [Entry { price: 23_647, quantity: 200_000_000 }]);
    assert_eq!(seen[0].header.ts_event, 1_430_438_404_000_000_000);
    assert_eq!(bench.source(&seen[0]), "bitstamp-l3/btcusd/orders");
    // B4: the time of a change is not told.
    let changed = created.replace("created", "changed").replace("2.0", "1.5");
    let seen = bench.events(&changed);
    assert_eq!(
        (seen[0].header.kind, seen[0].header.flags),
        (kind::ORDER_MODIFY, event_flag::NO_EVENT_TIME)
    );
    assert_eq!(bench.markets[0].bid, Some(Entry { price: 23_647, quantity: 150_000_000 }));
    // B10: a double's digits.
    let seen =
        bench.events(r#"trade {"price": 236.47, "amount": 1.7885566900000001, "id": 8111042}"#);
    assert_eq!(seen[0].bids, [Entry { price: 23_647, quantity: 178_855_669 }]);
    let flags = event_flag::NO_SIDE | event_flag::NO_EVENT_TIME;
    assert_eq!(seen[0].header.flags, flags);
    assert_eq!(bench.counters(0).values_cut, 1);
    let seen = bench.events(r#"order_book {"bids": [["240.00", "1"]], "asks": []}"#);
    assert_eq!(seen[0].header.flags, event_flag::PARTIAL | event_flag::NO_EVENT_TIME);
    assert_eq!(bench.markets[0].bid.map(|e| e.price), Some(23_647));
    let gone = changed.replace("changed", "deleted");
    bench.events(&gone);
    assert_eq!(bench.markets[0].bid, None);
    // A byte is told as of the whole line.
    let bad = created.replace("236.47", "x36.47");
    let error = bench.take(&bad).unwrap_err();
    assert_eq!((error.code, error.offset as usize), ("E_NUMBER", bad.find('x').unwrap()));
    assert_eq!(bench.kinds(), [kind::RESET], "nothing else would show the hole");
    for bad in ["order_created [1]", "order_created", "order_novel {}", ""] {
        assert_eq!(bench.refusal(bad), "E_FRAME_PARSE", "{bad}");
    }
}

#[test]
fn what_is_not_taken_is_named() {
    let mut bench = bench();
    let frame = |channel: &str, event: &str| {
        format!(r#"{{"data":{{}},"channel":"{channel}","event":"{event}"}}"#)
    };
    for (frame, outcome) in [
        (frame("diff_order_book_btcusd", "data"), Outcome::Ignored("diff_order_book")),
        (frame("live_orders_btcusd", "order_novel"), Outcome::Ignored("unknown event")),
        (frame("live_orders_btcusd", "bts:subscription_succeeded"), Outcome::Control("subscribed")),
        (message("order_created", 5, 1, ("0", "1"), 5), Outcome::Ignored("market order")),
    ] {
        assert_eq!(bench.take(&frame).unwrap(), outcome, "{frame}");
        assert!(bench.kinds().is_empty());
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let good = message("order_created", 7, 0, ("99.5", "1"), 9);
    for (from, to, code) in [
        ("\"price_str\":\"99.5\"", "\"price_str\":\"99.555\"", "E_SCALE"),
        ("\"amount_str\":\"1\"", "\"amount_str\":\"-1\"", "E_NUMBER"),
        ("\"id_str\":\"7\"", "\"id_str\":\"0\"", "E_FRAME_SCHEMA"),
        ("\"id_str\":\"7\"", "\"id_str\":\"99999999999999999999\"", "E_NUMBER"),
        ("\"order_type\":0", "\"order_type\":2", "E_FRAME_SCHEMA"),
        ("\"order_type\":0,", "", "E_FRAME_SCHEMA"),
        ("\"data\"", "\"date\"", "E_FRAME_SCHEMA"),
        ("live_orders_btcusd", "live_orders_xrpusd", "E_SYMBOL"),
    ] {
        assert!(good.contains(from), "{from}");
        let mut bench = bench();
        assert_eq!(bench.refusal(good.replacen(from, to, 1)), code, "{to}");
        assert!(bench.kinds().is_empty(), "{to}");
    }
}

#[test]
fn damaged_frames_leave_nothing_behind() {
    let first = message("order_created", 7, 0, ("99.5", "1"), 1);
    damage(bench, &[&first], &message("order_changed", 7, 0, ("99.5", "0.5"), 9));
    let line = r#"order_deleted {"price": "99.50", "amount": "1", "datetime": "1430438404", "id": 7, "order_type": 0}"#;
    damage(bench, &[&first], line);
}

#[test]
fn a_feed_that_is_saved_anywhere_goes_on_alike() {
    let Some(text) = file("a_feed_that_is_saved_anywhere_goes_on_alike", "2015-05-01.log.gz")
    else {
        return;
    };
    let lines: Vec<&str> = text.lines().take(6_000).map(|line| split(line).1).collect();
    for cut in [1, 2_500, 5_900] {
        let mut whole = bench();
        for line in &lines[..cut] {
            whole.take(line).unwrap();
        }
        let mut other = whole.restored();
        for line in &lines[cut..] {
            assert_eq!(whole.events(line), other.events(line));
        }
    }
    let mut held = bench();
    held.events(message("order_created", 8, 0, ("100", "2"), 5));
    let mut other = held.restored();
    for bench in [&mut held, &mut other] {
        bench.body(0, body(4, &[("98", "9", 3)], &[])).unwrap();
    }
    assert_eq!(held.seen(), other.seen());
    assert_eq!(held.kinds().len(), 3);
}

/// The market in the channel's words.
fn encode(market: &OrderMarket, step: OrderStep, later: &mut u64) -> Vec<String> {
    let mut print = |event: &str, of: &Order, amount: i64| {
        *later += 1;
        let (price, amount) = (market.market.price(of.price), market.market.amount(amount));
        message(event, of.id, u8::from(of.side == Side::Ask), (&price, &amount), *later)
    };
    match step {
        OrderStep::Add(of) => vec![print("order_created", &of, of.quantity)],
        OrderStep::Reduce(of) => vec![print("order_changed", &of, of.quantity)],
        OrderStep::Cancel(of) => vec![print("order_deleted", &of, of.quantity)],
        OrderStep::Execute { maker, left: 0, .. } => vec![print("order_deleted", &maker, 0)],
        OrderStep::Execute { maker, left, .. } => vec![print("order_changed", &maker, left)],
    }
}

#[test]
fn a_made_market_comes_back_order_by_order() {
    for seed in 0..8 {
        let shape = Shape::default();
        let mut market = OrderMarket::new(seed, shape);
        let mut bench = Bench::new(VENUE, &[("btcusd", shape.price_scale, shape.quantity_scale)]);
        let mut later = 0;
        let printed: Vec<(Side, String, String, u64)> = market
            .resting()
            .iter()
            .map(|of| {
                (of.side, market.market.price(of.price), market.market.amount(of.quantity), of.id)
            })
            .collect();
        let rows = |side: Side| -> Vec<(&str, &str, u64)> {
            let of_side = printed.iter().filter(|row| row.0 == side);
            of_side.map(|(_, p, q, id)| (p.as_str(), q.as_str(), *id)).collect()
        };
        bench.body(0, body(0, &rows(Side::Bid), &rows(Side::Ask))).unwrap();
        for _ in 0..600 {
            let (steps, is_settled) = market.step();
            for step in steps {
                for frame in encode(&market, step, &mut later) {
                    bench.events(frame);
                }
            }
            if is_settled {
                assert_eq!(levels_of(&bench.markets[0].book), market.levels());
            }
        }
        let orders = bench.markets[0].orders.get().unwrap();
        let mut queues = Vec::new();
        for side in Side::BOTH {
            orders.for_each_level(side, &mut |level| {
                orders.for_each_at(side, level.price, &mut |order| {
                    queues.push(Order {
                        id: order.id,
                        side,
                        price: level.price,
                        quantity: order.quantity,
                    });
                });
            });
        }
        assert_eq!(queues, market.resting());
        assert_eq!((orders.counts().unknown, orders.counts().duplicate), (0, 0));
    }
}
