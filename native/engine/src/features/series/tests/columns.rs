//! Kernels of columns in a feature set: clocks, columns on columns, two instruments.

use crate::features::testing::{Bench, MS, assert_close};

#[test]
fn a_column_of_a_column_sees_its_value_of_the_same_tick() {
    let mut bench = Bench::new(
        r#"{"name":"m","feature":"mid"},
           {"name":"r","feature":"returns","of":["m"],"on":"depth"},
           {"name":"s","feature":"rolling_sum","of":["r"],"on":"depth","window":2},
           {"name":"v","feature":"rolling_volatility","of":["m"],"on":"depth","window":2}"#,
    );
    let mut rows = Vec::new();
    for (i, book) in
        ["10.00x1 | 12.00x1", "11.00x1 | 11.00x0 13.00x1 12.00x0", "14.00x1 | 16.00x1 13.00x0"]
            .iter()
            .enumerate()
    {
        let time = (1 + i as i64) * MS;
        if i == 0 {
            bench.book(0, time, book)
        } else {
            bench.depth(0, time, book)
        }
        rows.push(bench.row(0, time));
    }
    // Mids 11, 12, 15: returns 1/11 and 3/12.
    assert!(rows[0][1].is_nan() && rows[1][2].is_nan() && rows[1][3].is_nan());
    assert_close(rows[1][1], 1.0 / 11.0);
    assert_close(rows[2][1], 0.25);
    assert_close(rows[2][2], 1.0 / 11.0 + 0.25);
    assert_close(rows[2][3], (0.25 - 1.0 / 11.0) / 2.0_f64.sqrt());
}

#[test]
fn a_book_that_is_lost_at_a_tick_starts_the_warm_up_anew() {
    let mut bench = Bench::new(
        r#"{"name":"m","feature":"mid"},
           {"name":"s","feature":"rolling_sum","of":["m"],"every":"1ms","window":2},
           {"name":"k","feature":"rolling_sum","of":["m"],"every":"1ms","window":2,"nulls":"skip"}"#,
    );
    bench.book(0, 0, "10.00x1 | 12.00x1");
    assert_eq!(bench.row(0, 2 * MS)[1..], [22.0, 22.0]);
    bench.depth(0, 2 * MS + 1, "10.00x0 | ");
    let one_sided = bench.row(0, 3 * MS);
    assert!(one_sided[0].is_nan() && one_sided[1].is_nan() && one_sided[2] == 22.0);
    bench.depth(0, 3 * MS + 1, "11.00x1 | ");
    let back = bench.row(0, 4 * MS);
    assert!(back[1].is_nan() && back[2] == 22.5);
    assert_eq!(bench.row(0, 5 * MS)[1], 23.0);
}

#[test]
fn two_instruments_meet_at_the_ticks() {
    let mut bench = Bench::new(
        r#"{"name":"a","feature":"mid"},
           {"name":"b","feature":"mid","instrument":"venue:B"},
           {"name":"c","feature":"correlation","of":["a","b"],"every":"10ms","window":"30ms"},
           {"name":"beta","feature":"beta","of":["a","b"],"every":"10ms","window":"30ms"},
           {"name":"d","feature":"difference","of":["a","b"]},
           {"name":"q","feature":"ratio","of":["a","b"]}"#,
    );
    let mut last = Vec::new();
    for i in 0..6 {
        let (time, a) = (i * 10 * MS + 1, 100 + 2 * i);
        bench.book(0, time, &format!("{a}.00x1 | {a}.02x1"));
        if i % 2 == 0 {
            bench.book(1, time, &format!("{}.00x1 | {}.02x1", 50 + i, 50 + i));
        }
        last.push(bench.row(0, time + 9 * MS));
    }
    // The second instrument's mids at the last three ticks before 60 ms: 52, 54, 54 (its last one stands).
    let row = bench.row(0, 60 * MS);
    let (x, y) = ([-2.0, 0.0, 2.0], [-4.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0]);
    let sum = |p: &[f64; 3], q: &[f64; 3]| -> f64 { p.iter().zip(q).map(|(p, q)| p * q).sum() };
    assert_close(row[2], sum(&x, &y) / (sum(&x, &x) * sum(&y, &y)).sqrt());
    assert_close(row[3], sum(&x, &y) / sum(&y, &y));
    assert_close(row[4], 110.01 - 54.01);
    assert_close(row[5], 110.01 / 54.01);
    // Age of the second instrument, seconds.
    assert_close(row[6], 0.019_999_999);
    assert!(last[2][2].is_nan(), "a window of 30 ms is whole at the fourth tick");
}

#[test]
fn bars_are_a_clock_too() {
    let mut bench = Bench::new(
        r#"{"name":"m","feature":"mid"},
           {"name":"x","feature":"rolling_max","of":["m"],"bars":{"ticks":1},"window":2}"#,
    );
    bench.book(0, MS, "10.00x1 | 12.00x1");
    bench.trade(0, 2 * MS, "+1@12");
    assert!(bench.row(0, 2 * MS)[1].is_nan());
    bench.depth(0, 3 * MS, "11.00x1 | ");
    assert!(bench.row(0, 3 * MS)[1].is_nan());
    bench.trade(0, 4 * MS, "+1@12");
    assert_close(bench.row(0, 4 * MS)[1], 11.5);
}

#[test]
fn a_set_of_series_goes_on_where_it_was() {
    let columns = r#"{"name":"m","feature":"mid"},
        {"name":"z","feature":"zscore","of":["m"],"every":"1ms","window":4},
        {"name":"q","feature":"rolling_quantile","of":["m"],"every":"1ms","window":"5ms"},
        {"name":"x","feature":"rolling_max","of":["z"],"every":"1ms","window":3}"#;
    let feed = |bench: &mut Bench, range: std::ops::Range<i64>| {
        for i in range {
            let price = 100 + (i * i) % 13;
            bench.book(0, i * MS, &format!("{price}.00x1 | {price}.02x1"));
        }
    };
    let (mut straight, mut broken) = (Bench::new(columns), Bench::new(columns));
    feed(&mut straight, 1..40);
    feed(&mut broken, 1..17);
    let before = broken.state();
    let mut broken = broken.restored();
    assert_eq!(broken.state(), before);
    feed(&mut broken, 17..40);
    assert_eq!(broken.state(), straight.state());
    assert_eq!(broken.row(0, 41 * MS), straight.row(0, 41 * MS));
}
