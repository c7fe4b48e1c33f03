use crate::features::testing::{Bench, MS, assert_close};

const BOOK: &str =
    "100.00x5 99.99x8 99.98x12 99.97x3 99.96x7 | 100.02x3 100.03x6 100.04x10 100.05x4 100.06x9";

#[test]
fn columns_stand_in_the_order_of_the_set() {
    let mut bench = Bench::new(
        r#"{"name":"m","feature":"mid"},{"name":"o1","feature":"obi","depth":1},{"name":"o5","feature":"obi","depth":5}"#,
    );
    assert!(bench.row(0, 0).iter().all(|v| v.is_nan()));
    bench.book(0, MS, BOOK);
    let row = bench.row(0, MS);
    assert_close(row[0], 100.01);
    assert_close(row[1], 0.25);
    assert_close(row[2], 3.0 / 67.0);
    assert!(bench.row(1, MS).iter().all(|v| v.is_nan()));
}

#[test]
fn a_paced_clock_sees_all_events_at_its_due_time_and_none_after() {
    let columns = r#"{"name":"m","feature":"mid"},{"name":"e","feature":"ewma","of":["m"],"every":"10ms","span":1}"#;
    let mut bench = Bench::new(columns);
    bench.book(0, 5 * MS, "100.00x5 | 100.02x3");
    bench.depth(0, 10 * MS, "100.00x0 99.00x5 | ");
    assert!(bench.row(0, 10 * MS - 1)[1].is_nan());
    bench.depth(0, 10 * MS + 1, "98.00x5 99.00x0 | ");
    // The tick at 10 ms has seen the change at 10 ms, not the one behind it.
    assert_close(bench.row(0, 11 * MS)[1], 99.51);
    assert_close(bench.row(0, 20 * MS)[1], 99.01);
}

#[test]
fn event_clocks_tick_at_the_end_of_each_event_of_their_kind() {
    let columns = r#"{"name":"m","feature":"mid"},{"name":"e","feature":"ewma","of":["m"],"on":"trade","span":2}"#;
    let mut bench = Bench::new(columns);
    bench.book(0, MS, "100.00x5 | 100.02x3");
    bench.trade(0, 2 * MS, "+1@100.02");
    assert!(bench.row(0, 2 * MS)[1].is_nan());
    bench.depth(0, 3 * MS, "100.01x1 | 100.02x0 100.04x2");
    bench.trade(0, 4 * MS, "-1@100.01");
    assert_close(bench.row(0, 4 * MS)[1], 100.01 + (2.0 / 3.0) * (100.025 - 100.01));
}

#[test]
fn a_bar_is_complete_before_an_event_at_its_end() {
    let columns = r#"{"name":"m","feature":"mid"},{"name":"e","feature":"ewma","of":["m"],"bars":"10ms","span":1}"#;
    let mut bench = Bench::new(columns);
    bench.book(0, MS, "100.00x5 | 100.02x3");
    bench.trade(0, 2 * MS, "+1@100.02");
    bench.depth(0, 10 * MS, "100.00x0 99.00x5 | ");
    assert_close(bench.row(0, 10 * MS)[1], 100.01);
    bench.depth(0, 25 * MS, "98.00x5 99.00x0 | ");
    assert_close(bench.row(0, 25 * MS)[1], 99.51);
}

#[test]
fn foreign_instruments_come_with_their_age() {
    let columns =
        r#"{"name":"a","feature":"mid"},{"name":"b","feature":"mid","instrument":"venue:B"}"#;
    let mut bench = Bench::new(columns);
    assert_eq!(bench.engine.names(), ["a", "b", "age(venue:B)"]);
    bench.book(1, 5 * MS, "50.00x1 | 50.10x1");
    bench.book(0, 7 * MS, "100.00x5 | 100.02x3");
    let row = bench.row(0, 9 * MS);
    assert_close(row[1], 50.05);
    assert_close(row[2], 0.004);
}

#[test]
fn state_goes_on_where_it_was() {
    let columns = r#"{"name":"m","feature":"mid"},{"name":"e","feature":"ewma","of":["m"],"every":"1ms","span":3}"#;
    let mut bench = Bench::new(columns);
    bench.book(0, MS, "100.00x5 | 100.02x3");
    bench.row(0, 7 * MS);
    let before = bench.state();
    let mut other = bench.restored();
    assert_eq!(other.state(), before);
    other.depth(0, 8 * MS, "100.01x5 | ");
    assert!(other.row(0, 9 * MS)[1] > 100.01);
}

#[test]
fn sets_that_make_no_sense_are_refused_by_column() {
    for (columns, part) in [
        (r#"{"name":"x","feature":"nothing"}"#, "feature \"nothing\" is not known"),
        (r#"{"name":"x","feature":"obi","depth":0}"#, "depth: must be from 1 to 50, was 0"),
        (r#"{"name":"x","feature":"obi","deep":1}"#, "deep: is no parameter"),
        (r#"{"name":"x","feature":"mid","every":"1s"}"#, "takes no clock"),
        (r#"{"name":"x","feature":"ewma","span":2,"every":"1s"}"#, "reads 0 columns"),
        (r#"{"name":"x","feature":"ewma","of":["y"],"span":2,"every":"1s"}"#, "no column \"y\""),
        (
            r#"{"name":"m","feature":"mid"},{"name":"x","feature":"ewma","of":["m"],"span":2}"#,
            "needs a clock",
        ),
        (r#"{"name":"m","feature":"mid","instrument":"venue:C"}"#, "is not in this session"),
        (r#"{"name":"m","feature":"mid","output":"bid"}"#, "output: one of mid"),
    ] {
        let refusal = Bench::refusal(columns);
        assert!(
            refusal.contains(part) && refusal.starts_with("E_FEATURE_SET"),
            "{columns}: {refusal}"
        );
    }
}

#[test]
fn a_lost_book_takes_with_it_what_was_made_of_it() {
    let columns = r#"{"name":"m","feature":"mid"},
        {"name":"e","feature":"ewma","of":["m"],"on":"depth","span":2},
        {"name":"r","feature":"ewma","of":["e"],"on":"depth","span":1},
        {"name":"f","feature":"ewma","of":["m"],"on":"depth","span":2,"instrument":"venue:B"}"#;
    let mut bench = Bench::new(columns);
    bench.book(0, MS, "100.00x5 | 100.02x3");
    bench.depth(0, 2 * MS, "100.01x1 | ");
    assert_close(bench.row(0, 2 * MS)[1], 100.01 + (2.0 / 3.0) * (100.015 - 100.01));
    // A new book on top of a known one is no gap: what was seen was seen.
    bench.book(0, 3 * MS, "100.00x5 | 100.02x3");
    assert!(!bench.row(0, 3 * MS)[1].is_nan());
    // No tick of `depth` falls between the loss and the next book, and nothing may bridge them.
    bench.reset(0, 4 * MS);
    bench.book(0, 5 * MS, "200.00x5 | 200.02x3");
    let row = bench.row(0, 5 * MS);
    assert_close(row[0], 200.01);
    assert!(row[1].is_nan() && row[2].is_nan());
    let mut bench = bench.restored();
    bench.depth(0, 6 * MS, "200.01x1 | ");
    assert_close(bench.row(0, 6 * MS)[1], 200.01 + (2.0 / 3.0) * (200.015 - 200.01));
}
