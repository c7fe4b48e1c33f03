use crate::event::{Entry, EventHeader, kind};
use crate::features::testing::{Bench, MS, assert_close, level};

const SECOND: i64 = 1000 * MS;
const HOUR: i64 = 3600 * SECOND;

/// A column for each output.
fn outputs(feature: &str, members: &str, names: &[&str]) -> String {
    let one = |name: &&str| {
        format!(r#"{{"name":"{name}","feature":"{feature}"{members},"output":"{name}"}}"#)
    };
    names.iter().map(one).collect::<Vec<_>>().join(",")
}

fn header(time: i64, of: u8, aux: u64) -> EventHeader {
    EventHeader { ts_recv: time, ts_event: time, kind: of, aux, ..EventHeader::default() }
}

/// Values of an event; `None`: not told.
fn values(bench: &mut Bench, time: i64, (of, aux): (u8, u64), values: &[Option<i64>]) {
    let entry = |v: &Option<i64>| Entry { price: v.unwrap_or(0), quantity: i64::from(v.is_some()) };
    let entries: Vec<Entry> = values.iter().map(entry).collect();
    bench.event(header(time, of, aux), &entries, &[]);
}

#[track_caller]
fn assert_row(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).for_each(|(found, expected)| assert_close(*found, *expected));
}

fn lost_and_joined(bench: &mut Bench, time: i64) {
    bench.reset(0, time);
    bench.book(0, time, "100.00x5 | 100.02x5");
}

const FUNDING: [&str; 4] = ["rate", "annual", "seconds_to_next", "predicted"];

#[test]
fn funding_is_what_was_told_last() {
    let mut bench = Bench::new(&outputs("funding", "", &FUNDING));
    lost_and_joined(&mut bench, SECOND);
    assert!(bench.row(0, SECOND).iter().all(|v| v.is_nan()));
    let next = (8 * HOUR) as u64;
    values(&mut bench, HOUR, (kind::FUNDING, next), &[Some(10_000), Some(-5_000)]);
    assert_row(&bench.row(0, HOUR), &[0.0001, 0.1095, 7.0 * 3600.0, -0.00005]);
    lost_and_joined(&mut bench, 2 * HOUR);
    assert_row(&bench.row(0, 2 * HOUR), &[0.0001, 0.1095, 6.0 * 3600.0, -0.00005]);
    assert_eq!(bench.row(0, 8 * HOUR)[2], 0.0);
    assert!(bench.row(0, 8 * HOUR + 1)[2].is_nan());
    // Without a next time and a predicted rate; one without a rate changes nothing.
    values(&mut bench, 9 * HOUR, (kind::FUNDING, 0), &[Some(-20_000)]);
    values(&mut bench, 9 * HOUR, (kind::FUNDING, next), &[None]);
    assert_row(&bench.row(0, 9 * HOUR), &[-0.0002, -0.219, f64::NAN, f64::NAN]);
}

#[test]
fn a_rate_an_hour_is_more_in_a_year() {
    let mut bench = Bench::new(&outputs("funding", r#","interval":"1h""#, &["annual"]));
    values(&mut bench, HOUR, (kind::FUNDING, 0), &[Some(1_250)]);
    assert_row(&bench.row(0, HOUR), &[0.0000125 * 24.0 * 365.0]);
}

const BASIS: [&str; 7] = ["basis", "premium", "difference", "mark", "index", "settle", "age"];

#[test]
fn basis_is_of_one_event() {
    let mut bench = Bench::new(&outputs("basis", "", &BASIS));
    let (mark, index, settle) = (10_010_000_000, 10_000_000_000, 10_020_000_000);
    let all = [Some(mark), Some(index), Some(settle)];
    let nan = f64::NAN;
    assert!(bench.row(0, SECOND).iter().all(|v| v.is_nan()));
    values(&mut bench, SECOND, (kind::MARK, 0), &all);
    lost_and_joined(&mut bench, 2 * SECOND);
    assert_row(&bench.row(0, 3 * SECOND), &[10.0, 0.001, 0.1, 100.1, 100.0, 100.2, 2.0]);
    values(&mut bench, 4 * SECOND, (kind::MARK, 0), &[Some(mark)]);
    assert_row(&bench.row(0, 4 * SECOND), &[nan, nan, nan, 100.1, nan, nan, 0.0]);
    values(&mut bench, 5 * SECOND, (kind::MARK, 0), &[Some(mark), Some(0), None]);
    assert_row(&bench.row(0, 5 * SECOND), &[nan, nan, nan, 100.1, 0.0, nan, 0.0]);
    // The difference is taken of integers: nothing is lost at any size.
    let large = 9_000_000_000_000_000_001;
    values(&mut bench, 6 * SECOND, (kind::MARK, 0), &[Some(large), Some(large - 1)]);
    assert_close(bench.row(0, 6 * SECOND)[2], 1e-8);
}

const INTEREST: [&str; 3] = ["open_interest", "change", "change_share"];

fn interest(bench: &mut Bench, time: i64, quantity: i64) {
    bench.event(header(time, kind::OPEN_INTEREST, 0), &[Entry { price: 0, quantity }], &[]);
}

#[test]
fn open_interest_changes_against_what_stood_a_window_ago() {
    let columns = outputs("open_interest", r#","window":"10s""#, &INTEREST);
    let mut bench = Bench::new(&columns);
    let told = [(1, 1000), (3, 1100), (3, 1200), (9, 900), (12, 1500), (40, 30), (41, 0), (60, 7)];
    let mut next = 0;
    for second in 0..80 {
        let time = second * SECOND;
        while next < told.len() && told[next].0 <= second {
            interest(&mut bench, told[next].0 * SECOND, told[next].1);
            next += 1;
        }
        if second == 5 {
            lost_and_joined(&mut bench, time);
        }
        let at = |s: i64| {
            let known = told.iter().rev().find(|t| t.0 <= s);
            known.map_or(f64::NAN, |t| t.1 as f64)
        };
        let (now, before) = (at(second), at(second - 10));
        let share = if before > 0.0 { (now - before) / before } else { f64::NAN };
        assert_row(&bench.row(0, time), &[now / 10.0, (now - before) / 10.0, share]);
    }
}

const LIQUIDATIONS: [&str; 7] = [
    "buys",
    "buy_quantity",
    "buy_notional",
    "sells",
    "sell_quantity",
    "sell_notional",
    "imbalance",
];

#[test]
fn liquidations_are_counted_by_side() {
    let mut bench = Bench::new(&outputs("liquidations", r#","window":"10s""#, &LIQUIDATIONS));
    let nan = f64::NAN;
    let force = |bench: &mut Bench, time: i64, bids: &[&str], asks: &[&str]| {
        let side = |of: &[&str]| of.iter().map(|text| level(text)).collect::<Vec<_>>();
        bench.event(header(time, kind::LIQUIDATION, 0), &side(bids), &side(asks));
    };
    bench.book(0, SECOND, "100.00x5 | 100.02x5");
    assert!(bench.row(0, 10 * SECOND).iter().all(|v| v.is_nan()));
    assert_row(&bench.row(0, 11 * SECOND), &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, nan]);
    force(&mut bench, 12 * SECOND, &["100.00x2"], &[]);
    force(&mut bench, 15 * SECOND, &[], &["50.00x4"]);
    force(&mut bench, 15 * SECOND, &["10.00x1", "10.00x0"], &["20.00x5"]);
    lost_and_joined(&mut bench, 16 * SECOND);
    let all = [2.0, 3.0, 210.0, 2.0, 9.0, 300.0, -90.0 / 510.0];
    assert_row(&bench.row(0, 16 * SECOND), &all);
    assert_row(&bench.row(0, 22 * SECOND - 1), &all);
    // At 22 s the first one is out of (12 s, 22 s].
    let rest = [1.0, 1.0, 10.0, 2.0, 9.0, 300.0, -290.0 / 310.0];
    assert_row(&bench.row(0, 22 * SECOND), &rest);
    bench.trade(0, 23 * SECOND, "+1@100.02");
    assert_row(&bench.row(0, 23 * SECOND), &rest);
    assert_row(&bench.row(0, 25 * SECOND), &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, nan]);
}

#[test]
fn an_external_series_grows_old() {
    let both = |name: &str, members: &str| {
        let one = |output: &str| {
            format!(
                r#"{{"name":"{name}{output}","feature":"external","instrument":"venue:B","stale":"1h","output":"{output}"{members}}}"#
            )
        };
        format!("{},{}", one("value"), one("age"))
    };
    let set = format!("{},{}", both("a", ""), both("b", r#","place":1"#));
    let mut bench = Bench::new(&set);
    let nan = f64::NAN;
    let tell = |bench: &mut Bench, time: i64, of: &[Option<i64>]| {
        let entry =
            |v: &Option<i64>| Entry { price: v.unwrap_or(0), quantity: i64::from(v.is_some()) };
        let entries: Vec<Entry> = of.iter().map(entry).collect();
        let header = EventHeader { instrument: 1, ..header(time, kind::EXTERNAL, 0) };
        bench.event(header, &entries, &[]);
    };
    assert_row(&bench.row(0, SECOND)[..4], &[nan; 4]);
    tell(&mut bench, HOUR, &[Some(-2_550)]);
    assert_row(&bench.row(0, HOUR)[..4], &[-25.5, 0.0, nan, nan]);
    tell(&mut bench, HOUR + HOUR / 2, &[None, Some(425)]);
    bench.reset(1, HOUR + HOUR / 2);
    assert_row(&bench.row(0, 2 * HOUR)[..4], &[-25.5, 3600.0, 4.25, 1800.0]);
    assert_row(&bench.row(0, 2 * HOUR + SECOND)[..4], &[nan, 3601.0, 4.25, 1801.0]);
    tell(&mut bench, 3 * HOUR, &[Some(0)]);
    assert_row(&bench.row(0, 3 * HOUR)[..4], &[0.0, 0.0, nan, 5400.0]);
}

#[test]
fn refusals_name_the_parameter() {
    for (column, part) in [
        (r#"{"name":"a","feature":"external"}"#, "stale: is missing"),
        (r#"{"name":"a","feature":"external","stale":"1h","place":16}"#, "place: must be"),
        (r#"{"name":"a","feature":"liquidations","window":5}"#, "window: must be a time"),
        (r#"{"name":"a","feature":"funding","interval":"0s"}"#, "interval: must be a time"),
        (r#"{"name":"a","feature":"basis","every":"1s"}"#, "basis takes no clock"),
    ] {
        let refusal = Bench::refusal(column);
        assert!(refusal.contains(part), "{column}: {refusal}");
    }
}

fn feed(bench: &mut Bench, steps: std::ops::Range<i64>) {
    for i in steps {
        let (time, x) = (i * SECOND, (i * 7_919) % 101);
        match i % 6 {
            0 => values(bench, time, (kind::MARK, 0), &[Some(1000 + x), (x > 50).then_some(1000)]),
            1 => values(bench, time, (kind::FUNDING, (time + x) as u64), &[Some(x - 50)]),
            2 => interest(bench, time, 500 + x),
            3 => bench.event(header(time, kind::LIQUIDATION, 0), &[level("100.00x2")], &[]),
            4 => values(bench, time, (kind::EXTERNAL, 0), &[Some(x)]),
            _ => lost_and_joined(bench, time),
        }
    }
}

#[test]
fn kernels_go_on_where_they_were() {
    let set = [
        outputs("funding", "", &FUNDING),
        outputs("basis", "", &BASIS[..6]),
        outputs("open_interest", r#","window":"20s""#, &INTEREST),
        outputs("liquidations", r#","window":"30s""#, &LIQUIDATIONS),
        outputs("external", r#","stale":"5s""#, &["value", "age"]),
    ];
    let set = set.join(",");
    for stop in [1, 2, 5, 30, 77] {
        let (mut straight, mut broken) = (Bench::new(&set), Bench::new(&set));
        feed(&mut straight, 1..120);
        feed(&mut broken, 1..stop);
        let before = broken.state();
        let mut broken = broken.restored();
        assert_eq!(broken.state(), before);
        feed(&mut broken, stop..120);
        assert_eq!(broken.state(), straight.state());
        let (a, b) = (broken.row(0, 121 * SECOND), straight.row(0, 121 * SECOND));
        assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}
