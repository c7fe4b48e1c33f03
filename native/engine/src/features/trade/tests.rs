//! Features of trades against the vectors, against slow oracles over random trades, and over saves.

use crate::event::{EventHeader, event_flag, kind};
use crate::features::testing::{Bench, MS, assert_close, level};

const SECOND: i64 = 1000 * MS;

/// Trades of the vectors.
const TRADES: [&str; 9] = [
    "+4@100.02",
    "-3@100.00",
    "+5@100.02",
    "+6@100.03",
    "-2@100.01",
    "-7@100.00",
    "-3@99.99",
    "+4@100.01",
    "+6@100.02",
];

fn column(name: &str, feature: &str, members: &str) -> String {
    format!(r#"{{"name":"{name}","feature":"{feature}"{members}}}"#)
}

/// A column for each output, with the same members.
fn outputs(feature: &str, members: &str, names: &[&str]) -> String {
    let one = |name: &&str| column(name, feature, &format!(r#"{members},"output":"{name}""#));
    names.iter().map(one).collect::<Vec<_>>().join(",")
}

#[track_caller]
fn assert_row(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_close(*found, *expected);
    }
}

/// To the digits of the vectors.
#[track_caller]
fn assert_vector(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} is not {expected}");
}

#[test]
fn vectors_of_trades() {
    let set = [
        column("tfi", "tfi", r#","window":9"#),
        column("v3", "vpin", r#","bucket":"10","buckets":3"#),
        column("v4", "vpin", r#","bucket":10,"buckets":4"#),
        column("v5", "vpin", r#","bucket":"10","buckets":5"#),
    ];
    let mut bench = Bench::new(&set.join(","));
    for (place, trade) in TRADES.iter().enumerate() {
        assert!(bench.row(0, place as i64 * MS)[0].is_nan());
        bench.trade(0, (place as i64 + 1) * MS, trade);
    }
    assert_row(&bench.row(0, SECOND), &[0.25, 2.6 / 3.0, 0.75, f64::NAN]);
}

#[test]
fn the_vector_of_bulk_sides() {
    let set = [
        column("v", "vpin", r#","bucket":"10","buckets":5,"sides":"bulk""#),
        column("flat", "vpin", r#","bucket":"10","buckets":2,"sides":"bulk""#),
    ];
    let mut bench = Bench::new(&set.join(","));
    for price in ["100.00", "100.02", "100.01", "100.04", "100.02", "100.02"] {
        assert!(bench.row(0, 0)[0].is_nan());
        bench.trade(0, MS, &format!("?10@{price}"));
    }
    assert_close(bench.row(0, MS)[0], 0.5105577093998416);
    bench.trade(0, MS, "+10@100.02");
    assert!(bench.row(0, MS)[1].is_nan());
}

#[test]
fn the_vector_of_kyles_lambda() {
    let volumes = [4, -3, 5, 6, -2, -7, -3, 4, 6];
    // Changes of the ask in cents: the mid moves by half of them.
    let changes = [2, -2, 2, 4, -2, -4, -1, 2, 3];
    let set = [
        column("a", "kyle_lambda", r#","window":9,"on":"trade""#),
        column("b", "kyle_lambda", r#","window":9,"intercept":"no","on":"trade""#),
        column("c", "kyle_lambda", r#","window":10,"on":"trade""#),
    ];
    let mut bench = Bench::new(&set.join(","));
    let mut ask = 10_050;
    bench.book(0, MS, "100.00x5 | 100.50x5");
    bench.trade(0, MS, "+9@100.50");
    for (place, (volume, change)) in volumes.iter().zip(changes).enumerate() {
        let time = (place as i64 + 2) * MS;
        let next = ask + change;
        let text = |cents: i32| format!("{}.{:02}", cents / 100, cents % 100);
        bench.depth(0, time, &format!("| {}x0 {}x5", text(ask), text(next)));
        ask = next;
        assert!(bench.row(0, time)[0].is_nan());
        let sign = if *volume > 0 { '+' } else { '-' };
        bench.trade(0, time, &format!("{sign}{}@100.20", i32::abs(*volume)));
    }
    let row = bench.row(0, SECOND);
    assert_row(&row, &[0.0027676470588235296, 0.002725, f64::NAN]);
    // Nothing is taken across a gap, and none of what was before it.
    bench.reset(0, SECOND);
    assert!(bench.row(0, SECOND)[1].is_nan());
}

#[test]
fn a_tick_without_a_mid_or_beyond_exactness_starts_the_slope_anew() {
    let mut bench = Bench::new(&column("k", "kyle_lambda", r#","window":2,"on":"trade""#));
    bench.book(0, MS, "100.00x5 | 100.02x5");
    let warm = |bench: &mut Bench| {
        ["+1@100.02", "+2@100.02"].iter().for_each(|trade| bench.trade(0, MS, trade));
        let early = bench.row(0, MS)[0];
        bench.trade(0, MS, "-1@100.00");
        (early.is_nan(), bench.row(0, MS)[0])
    };
    assert_eq!(warm(&mut bench), (true, 0.0));
    bench.depth(0, MS, "| 100.02x0");
    bench.trade(0, MS, "+1@100.02");
    bench.depth(0, MS, "| 100.02x5");
    assert_eq!(warm(&mut bench), (true, 0.0));
    bench.trade(0, MS, "+900719925474099.2@100.02");
    assert!(bench.row(0, MS)[0].is_nan());
    bench.trade(0, MS, "+1@100.02");
    assert!(bench.row(0, MS)[0].is_nan());
    bench.trade(0, MS, "+900719925474099.1@100.02");
    assert_eq!(bench.row(0, MS)[0], 0.0);
    // Signed volume that does not vary has no slope.
    ["+3@100.02", "+3@100.02"].iter().for_each(|trade| bench.trade(0, MS, trade));
    assert!(bench.row(0, MS)[0].is_nan());
}

/// Closes and volumes of the vectors' 60 bars, in cents and whole units.
fn bars() -> Vec<(i64, i64)> {
    let mut x = 42_i64;
    let mut next = || {
        x = 16_807 * x % 2_147_483_647;
        x
    };
    let mut close = 10_000;
    let mut one = || {
        close += next() % 201 - 100;
        next();
        next();
        (close, 100 + next() % 900)
    };
    (0..60).map(|_| one()).collect()
}

#[test]
fn the_vectors_of_bars() {
    let mid = r#"{"name":"m","feature":"mid"}"#;
    let names = ["rv", "bv", "jump", "jump_share"];
    let set = [
        mid.to_owned(),
        outputs("realised_variation", r#","of":["m"],"every":"1s","window":20"#, &names),
        outputs("amihud", r#","bars":"1s""#, &["amihud", "skipped"]),
    ];
    let mut bench = Bench::new(&set.join(","));
    let bars = bars();
    assert_eq!((bars[0], bars[2].0), ((10_083, 543), 10_067));
    assert_eq!(bars[59], (9_448, 811));
    let text = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let mut known = 0;
    for (place, (close, volume)) in bars.iter().enumerate() {
        let time = place as i64 * SECOND + MS;
        let depth = if known == 0 {
            format!("{}x5 | {}x5", text(close - 1), text(close + 1))
        } else {
            let (bid, ask) = (text(known - 1), text(known + 1));
            // Set after removed, where a price is both.
            format!("{bid}x0 {}x5 | {ask}x0 {}x5", text(close - 1), text(close + 1))
        };
        if known == 0 {
            bench.book(0, time, &depth);
        } else {
            bench.depth(0, time, &depth);
        }
        known = *close;
        bench.trade(0, time, &format!("+{volume}@{}", text(*close)));
    }
    let row = bench.row(0, 60 * SECOND);
    assert_vector(row[1], 6.512173792225771e-4);
    assert_vector(row[2], 5.692504241849719e-4);
    assert_vector(row[3], 8.196695503760525e-5);
    assert_vector(row[4], 0.12586727205508144);
    assert_vector(row[5], 1.0863824946973755e-7);
    assert_eq!(row[6], 0.0);
    // A second without trades is a bar without volume: left out, and counted.
    let row = bench.row(0, 62 * SECOND);
    assert_vector(row[5], 1.0863824946973755e-7);
    assert_eq!(row[6], 2.0);
}

#[test]
fn the_first_value_comes_with_the_window() {
    let set = [
        r#"{"name":"m","feature":"mid"}"#.to_owned(),
        column("rv", "realised_variation", r#","of":["m"],"every":"1s","window":2"#),
        column(
            "share",
            "realised_variation",
            r#","of":["m"],"every":"1s","window":2,"output":"jump_share""#,
        ),
    ];
    let mut bench = Bench::new(&set.join(","));
    bench.book(0, MS, "99.00x1 | 101.00x1");
    assert!(bench.row(0, 2 * SECOND)[1].is_nan());
    assert_row(&bench.row(0, 3 * SECOND), &[100.0, 0.0, f64::NAN]);
    // A tick without a mid starts anew.
    bench.depth(0, 3 * SECOND + MS, "| 101.00x0");
    assert!(bench.row(0, 4 * SECOND)[1].is_nan());
    bench.depth(0, 4 * SECOND + MS, "| 103.02x1");
    assert!(bench.row(0, 6 * SECOND)[1].is_nan());
    assert_close(bench.row(0, 7 * SECOND)[1], 0.0);
    bench.depth(0, 7 * SECOND + MS, "| 103.02x0 105.05x1");
    let r = libm::log(102.025 / 101.01);
    let found = bench.row(0, 8 * SECOND)[1];
    assert!((found - r * r).abs() < 1e-12 * r, "{found}");
}

#[test]
fn windows_of_time_are_open_on_the_left() {
    let names = ["trades", "volume", "buy_trades", "buy_volume", "sell_trades", "sell_volume"];
    let set = [
        outputs("trade_intensity", r#","window":"2s""#, &names),
        column("tfi", "tfi", r#","window":"2s""#),
    ];
    let mut bench = Bench::new(&set.join(","));
    bench.trade(0, SECOND, "+4@100.02");
    bench.trade(0, SECOND, "-1.5@100.00");
    bench.trade(0, 2 * SECOND, "?2@100.00");
    assert!(bench.row(0, 3 * SECOND - 1).iter().all(|v| v.is_nan()));
    // Those of the first second have just left.
    assert_row(&bench.row(0, 3 * SECOND), &[0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    bench.trade(0, 3 * SECOND, "-6@100.00");
    assert_row(&bench.row(0, 3 * SECOND), &[1.0, 4.0, 0.0, 0.0, 0.5, 3.0, -0.75]);
    assert_row(&bench.row(0, 5 * SECOND), &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, f64::NAN]);
    // The clock of the book says nothing about trades.
    bench.reset(0, 5 * SECOND);
    bench.trade(0, 5 * SECOND, "+2@100.00");
    assert_row(&bench.row(0, 5 * SECOND), &[0.5, 1.0, 0.5, 1.0, 0.0, 0.0, 1.0]);
}

#[test]
fn runs_count_told_sides() {
    let mut bench = Bench::new(&outputs("last_trade", "", &["price", "side", "run"]));
    assert!(bench.row(0, 0).iter().all(|v| v.is_nan()));
    bench.trade(0, MS, "?1@99.98");
    assert_row(&bench.row(0, MS), &[99.98, f64::NAN, f64::NAN]);
    for (trade, expected) in [
        ("+1@100.00", [100.0, 1.0, 1.0]),
        ("+1@100.01", [100.01, 1.0, 2.0]),
        ("?1@100.02", [100.02, 1.0, 2.0]),
        ("+1@100.01", [100.01, 1.0, 3.0]),
        ("-1@100.00", [100.0, -1.0, -1.0]),
        ("-1@99.99", [99.99, -1.0, -2.0]),
        ("+1@100.00", [100.0, 1.0, 1.0]),
    ] {
        bench.trade(0, MS, trade);
        assert_row(&bench.row(0, MS), &expected);
        bench = bench.restored();
    }
}

#[test]
fn prints_off_the_book_and_of_no_quantity_are_no_trades() {
    let set = [
        outputs("last_trade", "", &["price"]),
        column("tfi", "tfi", r#","window":1"#),
        column("vpin", "vpin", r#","bucket":"1","buckets":1"#),
    ];
    let mut bench = Bench::new(&set.join(","));
    let print = |flags: u8| EventHeader {
        ts_recv: MS,
        ts_event: MS,
        kind: kind::TRADE,
        flags,
        ..Default::default()
    };
    bench.event(print(event_flag::OFF_BOOK), &[level("100.00x5")], &[]);
    bench.event(print(0), &[level("100.00x0")], &[]);
    assert!(bench.row(0, MS).iter().all(|v| v.is_nan()));
    bench.event(print(0), &[], &[level("100.00x5")]);
    assert_row(&bench.row(0, MS), &[100.0, -1.0, 1.0]);
}

#[test]
fn parameters_that_are_wrong_are_refused() {
    for (members, part) in [
        (r#","feature":"vpin""#, "bucket"),
        (r#","feature":"vpin","bucket":"0""#, "bucket"),
        (r#","feature":"vpin","bucket":"0.01""#, "bucket"),
        (r#","feature":"vpin","bucket":"1","buckets":1,"sides":"bulk""#, "buckets"),
        (r#","feature":"vpin","bucket":"1","sides":"tick""#, "sides"),
        (r#","feature":"tfi""#, "window"),
        (r#","feature":"kyle_lambda","window":5"#, "clock"),
        (r#","feature":"kyle_lambda","window":1,"on":"trade""#, "window"),
        (r#","feature":"amihud","every":"1s""#, "bars"),
        (r#","feature":"trade_intensity","window":7"#, "window"),
        (r#","feature":"realised_variation","every":"1s","window":5"#, "reads"),
    ] {
        let seen = Bench::refusal(&format!(r#"{{"name":"x"{members}}}"#));
        assert!(seen.contains("E_FEATURE_SET") && seen.contains(part), "{members}: {seen}");
    }
}

/// Numbers of a generator that is its own definition.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> i64 {
        self.0 = self.0 * 16_807 % 2_147_483_647;
        (self.0 % bound) as i64
    }
}

/// A trade in units: time in ms, tenths of quantity with the aggressor's sign, whether it is told.
#[derive(Clone, Copy)]
struct Trade {
    time: i64,
    quantity: i64,
    side: i64,
}

/// Volume unit by unit: sums of each full bucket.
fn slow_buckets(trades: &[Trade], size: usize) -> Vec<i64> {
    let units: Vec<i64> =
        trades.iter().flat_map(|t| std::iter::repeat_n(t.side, t.quantity as usize)).collect();
    units.chunks_exact(size).map(|bucket| bucket.iter().sum::<i64>().abs()).collect()
}

#[test]
fn sums_are_exact_over_random_trades_and_saves() {
    let set = [
        column("count", "tfi", r#","window":7"#),
        column("time", "tfi", r#","window":"9ms""#),
        column("vpin", "vpin", r#","bucket":"4.1","buckets":6"#),
        column("bulk", "vpin", r#","bucket":"4.1","buckets":6,"sides":"bulk""#),
        outputs("trade_intensity", r#","window":"9ms""#, &["sell_volume"]),
    ]
    .join(",");
    let mut random = Random(42);
    let (mut bench, mut twin) = (Bench::new(&set), Bench::new(&set));
    let mut trades: Vec<Trade> = Vec::new();
    let mut time = 1;
    for place in 0..400 {
        time += random.below(3);
        let quantity = if random.below(50) == 0 { 900 } else { 1 + random.below(30) };
        let side = random.below(3) - 1;
        trades.push(Trade { time, quantity, side });
        let sign = ["-", "?", "+"][(side + 1) as usize];
        let price = 9_950 + random.below(100);
        let text =
            format!("{sign}{}.{}@{}.{:02}", quantity / 10, quantity % 10, price / 100, price % 100);
        bench.trade(0, time * MS, &text);
        twin.trade(0, time * MS, &text);
        if random.below(5) == 0 {
            let state = bench.state();
            bench = bench.restored();
            assert_eq!(bench.state(), state);
        }
        let row = bench.row(0, time * MS);
        let bits = |row: &[f64]| -> Vec<u64> { row.iter().map(|v| v.to_bits()).collect() };
        assert_eq!(bits(&row), bits(&twin.row(0, time * MS)));
        let share = |part: &[Trade]| {
            let signed: i64 = part.iter().map(|t| t.quantity * t.side).sum();
            signed as f64 / part.iter().map(|t| t.quantity).sum::<i64>() as f64
        };
        let of_count = if place < 6 { f64::NAN } else { share(&trades[place - 6..]) };
        let inside: Vec<Trade> = trades.iter().filter(|t| t.time > time - 9).copied().collect();
        let is_whole = time - trades[0].time >= 9;
        let of_time = if is_whole { share(&inside) } else { f64::NAN };
        let buckets = slow_buckets(&trades, 41);
        let last = buckets.iter().rev().take(6);
        let vpin = last.sum::<i64>() as f64 / (6.0 * 41.0);
        let vpin = if buckets.len() < 6 { f64::NAN } else { vpin };
        assert_row(&row[..3], &[of_count, of_time, vpin]);
        let sold: i64 = inside.iter().filter(|t| t.side < 0).map(|t| t.quantity).sum();
        let rate = if is_whole { sold as f64 / 10.0 / 0.009 } else { f64::NAN };
        assert_row(&row[4..], &[rate]);
        assert!(row[3].is_nan() || (0.0..=1.0).contains(&row[3]));
    }
}

/// Least squares in plain sums of deviations.
fn slow_slope(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let across: f64 = pairs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    across / pairs.iter().map(|p| (p.0 - x) * (p.0 - x)).sum::<f64>()
}

#[test]
fn slopes_and_variations_over_random_markets_and_saves() {
    let names = ["rv", "bv"];
    let set = [
        r#"{"name":"m","feature":"mid"}"#.to_owned(),
        column("k", "kyle_lambda", r#","window":11,"every":"10ms""#),
        outputs("realised_variation", r#","of":["m"],"every":"10ms","window":11"#, &names),
        outputs("amihud", r#","bars":"10ms","window":5"#, &["amihud"]),
    ]
    .join(",");
    let mut random = Random(9);
    let mut bench = Bench::new(&set);
    let mut ask = 10_050_i64;
    bench.book(0, 1, "100.00x5 | 100.50x5");
    let (mut pairs, mut mids) = (Vec::new(), Vec::new());
    let mut before = None;
    for tick in 1..200 {
        let next = 10_001 + random.below(100);
        let text = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        let time = tick * 10 * MS - 5 * MS;
        bench.depth(0, time, &format!("| {}x0 {}x5", text(ask), text(next)));
        ask = next;
        let quantity = 1 + random.below(50);
        let side = random.below(2) * 2 - 1;
        let sign = if side > 0 { '+' } else { '-' };
        bench.trade(0, time, &format!("{sign}{quantity}@{}", text(ask)));
        let mid = (10_000 + ask) as f64 / 200.0;
        mids.push(mid);
        if let Some(before) = before.replace(ask) {
            // Exact until the division: the mid's own digits are not lost.
            pairs.push(((side * quantity) as f64, (ask - before) as f64 / 200.0));
        }
        let row = bench.row(0, tick * 10 * MS);
        if random.below(4) == 0 {
            let state = bench.state();
            bench = bench.restored();
            assert_eq!(bench.state(), state);
        }
        let Some(first) = pairs.len().checked_sub(11) else {
            assert!(row[1..4].iter().all(|v| v.is_nan()));
            continue;
        };
        let near = |found: f64, expected: f64, least: f64| {
            let error = (found - expected).abs();
            assert!(error <= 1e-12 * expected.abs().max(least), "{found} {expected}");
        };
        // Terms of the slope cancel: about 0.5 / 50 where they do not.
        near(row[1], slow_slope(&pairs[first..]), 0.01);
        let returns: Vec<f64> =
            mids[first..].windows(2).map(|m| libm::log1p((m[1] - m[0]) / m[0])).collect();
        near(row[2], returns.iter().map(|r| r * r).sum(), 0.0);
        let products: f64 = returns.windows(2).map(|r| (r[0] * r[1]).abs()).sum();
        near(row[3], std::f64::consts::FRAC_PI_2 * products * 1.1, 0.0);
        assert!(row[4] > 0.0);
    }
}

#[test]
fn a_giant_trade_costs_no_more_than_the_buckets_of_the_mean() {
    let set = column("v", "vpin", r#","bucket":"0.1","buckets":3"#);
    let mut bench = Bench::new(&set);
    bench.trade(0, MS, "+90000000000000000@1");
    assert_row(&bench.row(0, MS), &[1.0]);
    bench.trade(0, MS, "?90000000000000000@1");
    assert_row(&bench.row(0, MS), &[0.0]);
}

#[test]
fn damaged_states_are_refused() {
    let set = [
        column("tfi", "tfi", r#","window":"1s""#),
        column("vpin", "vpin", r#","bucket":"10","buckets":3"#),
        column("bulk", "vpin", r#","bucket":"10","buckets":3,"sides":"bulk""#),
        column("last", "last_trade", ""),
        column("kyle", "kyle_lambda", r#","window":3,"on":"trade""#),
    ];
    let mut bench = Bench::new(&set.join(","));
    bench.book(0, MS, "100.00x5 | 100.02x5");
    TRADES.iter().for_each(|trade| bench.trade(0, MS, trade));
    let state = bench.state();
    for length in 0..state.len() {
        assert!(bench.restores(&state[..length]).is_err(), "{length} bytes");
    }
    assert!(bench.restores(&state).is_ok());
}
