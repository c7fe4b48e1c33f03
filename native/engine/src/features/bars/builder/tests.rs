use super::*;
use crate::event::{Entry, EventHeader};
use crate::features::testing::{Bench, MS, SCALES, assert_close};
use serde_json::json;

fn instrument() -> Instrument {
    Instrument {
        venue: "venue".into(),
        symbol: "A".into(),
        price_scale: SCALES.0,
        quantity_scale: SCALES.1,
        versions: Vec::new(),
    }
}

fn builder(size: serde_json::Value) -> BarBuilder {
    BarBuilder::new(BarSize::parse(&size, &instrument()).unwrap(), &instrument())
}

/// A trade at a time: price and signed quantity, in units.
fn trade(bars: &mut BarBuilder, time: i64, price: i64, quantity: i64, flags: u8) -> Vec<Bar> {
    let header = EventHeader { kind: kind::TRADE, flags, ..Default::default() };
    let entry = [Entry { price, quantity: quantity.abs() }];
    let (bids, asks): (&[Entry], &[Entry]) =
        if quantity > 0 { (&entry, &[]) } else { (&[], &entry) };
    let mut done = Vec::new();
    while let Some(bar) = bars.complete(time) {
        done.push(bar);
    }
    done.extend(bars.event(EventRef { header: &header, bids, asks }, time));
    done
}

fn prices(bar: &Bar) -> [i64; 4] {
    [bar.open, bar.high, bar.low, bar.close]
}

#[test]
fn bars_of_time_cover_aligned_stretches_and_tell_silence_by_the_last_close() {
    let mut bars = builder(json!("100ns"));
    assert_eq!(bars.due(), None);
    assert!(trade(&mut bars, 105, 1000, 10, 0).is_empty());
    assert!(trade(&mut bars, 150, 1005, -20, 0).is_empty());
    assert!(trade(&mut bars, 199, 990, 30, 0).is_empty());
    // At 200 the bar [100, 200) is over; the trade of that moment is of the next one.
    let done = trade(&mut bars, 200, 1001, 1, 0);
    assert_eq!(done.len(), 1);
    assert_eq!((done[0].start, done[0].end, done[0].trades), (100, 200, 3));
    assert_eq!(prices(&done[0]), [1000, 1005, 990, 990]);
    assert_close(done[0].volume, 6.0);
    assert_close(done[0].buy_volume, 4.0);
    assert_close(done[0].notional, 10.0 + 2.0 * 10.05 + 3.0 * 9.9);
    let done = trade(&mut bars, 512, 1002, 1, 0);
    let spans: Vec<_> = done.iter().map(|b| (b.start, b.end, b.trades)).collect();
    assert_eq!(spans, [(200, 300, 1), (300, 400, 0), (400, 500, 0)]);
    assert_eq!(prices(&done[2]), [1001; 4]);
    assert_eq!((done[2].volume, done[2].notional), (0.0, 0.0));
}

#[test]
fn before_1970_bars_are_aligned_too() {
    let mut bars = builder(json!("100ns"));
    trade(&mut bars, -1, 1000, 1, 0);
    assert_eq!(bars.due(), Some(0));
    assert_eq!(bars.complete(0).map(|b| (b.start, b.end)), Some((-100, 0)));
}

#[test]
fn a_silence_that_is_skipped_leaves_the_last_close_and_the_alignment() {
    let mut bars = builder(json!("100ns"));
    trade(&mut bars, 105, 1000, 10, 0);
    bars.skip_to(1_000_050);
    assert_eq!(bars.due(), Some(1_000_100));
    assert_eq!(bars.complete(1_000_099), None);
    let done = bars.complete(1_000_100).unwrap();
    assert_eq!((done.start, prices(&done), done.volume), (1_000_000, [1000; 4], 0.0));
}

#[test]
fn the_trade_that_fills_a_bar_counts_whole_and_the_next_one_opens() {
    let mut bars = builder(json!({ "ticks": 2 }));
    assert!(trade(&mut bars, 5, 1000, 1, 0).is_empty());
    let done = trade(&mut bars, 9, 1003, -1, 0);
    assert_eq!((done[0].start, done[0].end, prices(&done[0])), (5, 9, [1000, 1003, 1000, 1003]));
    assert!(trade(&mut bars, 20, 999, 1, 0).is_empty());
    let done = trade(&mut bars, 20, 998, 1, 0);
    assert_eq!((done[0].start, done[0].end, prices(&done[0])), (20, 20, [999, 999, 998, 998]));

    let mut bars = builder(json!({ "volume": "1.5" }));
    assert!(trade(&mut bars, 1, 1000, 14, 0).is_empty());
    assert_close(trade(&mut bars, 2, 1000, -90, 0)[0].volume, 10.4);
    assert_close(trade(&mut bars, 3, 1000, 15, 0)[0].volume, 1.5);

    let mut bars = builder(json!({ "notional": 20 }));
    assert!(trade(&mut bars, 1, 1000, 19, 0).is_empty());
    let done = trade(&mut bars, 2, 500, 2, 0);
    assert_close(done[0].notional, 20.0);
    assert!(done[0].trades == 2 && bars.due().is_none() && bars.complete(i64::MAX).is_none());
}

#[test]
fn prints_off_the_book_are_left_out_and_a_trade_without_side_buys_nothing() {
    let mut bars = builder(json!({ "ticks": 2 }));
    assert!(trade(&mut bars, 1, 9999, 1, event_flag::OFF_BOOK).is_empty());
    assert!(trade(&mut bars, 2, 1000, 10, event_flag::NO_SIDE).is_empty());
    let done = trade(&mut bars, 3, 1000, 30, 0);
    assert_eq!((done[0].volume, done[0].buy_volume, done[0].high), (4.0, 3.0, 1000));
}

#[test]
fn recorded_bars_are_taken_as_they_are_and_trades_beside_them_are_not() {
    let mut bars = builder(json!("recorded"));
    assert!(trade(&mut bars, 1, 1000, 10, 0).is_empty());
    let header = EventHeader { kind: kind::BAR, w0: 60, ts_event: 120, ..Default::default() };
    let price = |price| Entry { price, quantity: 1 };
    let mut bids = vec![price(1000), price(1010), price(990), price(1001)];
    bids.extend([Entry { price: 12345, quantity: 100 }, Entry { price: 0, quantity: 0 }]);
    bids.push(Entry { price: 42, quantity: 1 });
    let done = bars.event(EventRef { header: &header, bids: &bids, asks: &[] }, 120).unwrap();
    assert_eq!((done.start, done.end, prices(&done)), (60, 120, [1000, 1010, 990, 1001]));
    assert_eq!((done.volume, done.notional, done.trades), (123.45, 0.0, 42));
    // Three prices are no bar.
    assert!(bars.event(EventRef { header: &header, bids: &bids[..3], asks: &[] }, 120).is_none());
}

#[test]
fn a_bar_that_had_begun_before_anybody_watched_is_not_told() {
    let mut bench =
        Bench::at(r#"{"name":"v","feature":"bar","output":"volume","bars":"10ms"}"#, 5 * MS);
    bench.trade(0, 7 * MS, "+3@100.02");
    assert!(bench.row(0, 10 * MS)[0].is_nan());
    bench.trade(0, 12 * MS, "+2@100.02");
    let mut bench = bench.restored();
    assert!(bench.row(0, 19 * MS)[0].is_nan());
    assert_eq!(bench.row(0, 20 * MS), [2.0]);
    // Nor does it count that trades come late: the stretch was watched from its start.
    let mut bars = builder(json!("100ns"));
    bars.watch_from(100);
    trade(&mut bars, 190, 1000, 10, 0);
    assert_eq!(bars.complete(200).map(|b| b.trades), Some(1));
    bars = builder(json!("100ns"));
    bars.watch_from(101);
    trade(&mut bars, 190, 1000, 10, 0);
    assert_eq!(bars.complete(300).map(|b| (b.start, b.trades)), Some((200, 0)));
}

#[test]
fn largest_numbers_do_not_overflow() {
    let mut bars = builder(json!({ "ticks": 4 }));
    for time in 0..3 {
        assert!(trade(&mut bars, time, i64::MAX, i64::MAX, 0).is_empty());
    }
    assert!(trade(&mut bars, 3, i64::MAX, i64::MAX, 0)[0].notional > 1e30);
}

#[test]
fn state_goes_on_at_every_trade() {
    for size in [json!("100ns"), json!({ "ticks": 3 }), json!({ "volume": "2.5" })] {
        let mut whole = builder(size.clone());
        let mut cut = builder(size.clone());
        for step in 0..200_i64 {
            let (time, price) = (step * 37, 1000 + step * step % 17);
            let quantity = if step % 3 == 0 { -(step % 11) - 1 } else { step % 7 + 1 };
            let done = trade(&mut whole, time, price, quantity, 0);
            assert_eq!(trade(&mut cut, time, price, quantity, 0), done, "{size} {step}");
            let mut w = StateWriter::new();
            cut.save(&mut w);
            cut = builder(size.clone());
            cut.restore(&mut StateReader::new(w.as_bytes())).unwrap();
            let mut again = StateWriter::new();
            cut.save(&mut again);
            assert_eq!(w.as_bytes(), again.as_bytes());
        }
    }
    let error = builder(json!("1s")).restore(&mut StateReader::new(&[7; 200])).unwrap_err();
    assert!(error.to_string().starts_with("E_STATE"), "{error}");
}

#[test]
fn sizes_that_are_none_are_refused() {
    for size in [
        json!("1x"),
        json!(5),
        json!({}),
        json!({ "ticks": 0 }),
        json!({ "ticks": 1.5 }),
        json!({ "volume": "0.01" }),
        json!({ "volume": "-1" }),
        json!({ "notional": "0" }),
        json!({ "ticks": 1, "volume": 1 }),
    ] {
        let error = BarSize::parse(&size, &instrument()).unwrap_err().to_string();
        assert!(error.starts_with("E_FEATURE_SET"), "{size}: {error}");
    }
    let wide = Instrument { price_scale: 200, quantity_scale: 200, ..instrument() };
    assert!(BarSize::parse(&json!({ "notional": 1 }), &wide).is_err());
}

#[test]
fn a_session_completes_bars_by_time_and_skips_what_is_too_long() {
    let columns = r#"{"name":"c","feature":"bar","bars":"10ms"},
        {"name":"v","feature":"bar","output":"volume","bars":"10ms"},
        {"name":"m","feature":"momentum","period":2,"bars":"10ms"}"#;
    let mut bench = Bench::new(columns);
    bench.trade(0, 2 * MS, "+3@100.02");
    assert!(bench.row(0, 10 * MS - 1)[0].is_nan());
    assert_eq!(bench.row(0, 10 * MS)[..2], [100.02, 3.0]);
    bench.trade(0, 12 * MS, "-1@99.98");
    bench.trade(0, 30 * MS, "-1@99.90");
    let row = bench.row(0, 30 * MS);
    assert_eq!(row[..2], [99.98, 0.0]);
    assert_close(row[2], -0.04);
    // Eleven years of silence: windows start anew instead of ten million bars being told.
    let far = 11 * 365 * 86_400_000 * MS;
    bench.trade(0, far, "+1@50.00");
    assert_eq!(bench.engine.clock_gaps, 1);
    assert!(bench.row(0, far)[2].is_nan());
    let row = bench.row(0, far + 30 * MS);
    assert_close(row[0], 50.0);
    assert_close(row[2], 0.0);
}
