//! Features of the book against the vectors, against slow oracles over random books, and over saves.

use crate::book::Side;
use crate::features::testing::{Bench, MS, assert_close};

const BOOK: &str = "100.00x5 99.99x8 99.98x12 99.97x3 99.96x7 99.95x10 99.94x4 99.93x6 99.92x9 99.91x11 | \
     100.02x3 100.03x6 100.04x10 100.05x4 100.06x9 100.07x5 100.08x12 100.09x2 100.10x8 100.11x6";

/// Columns of one feature: a list of outputs, or parameters, each a column.
fn columns(feature: &str, members: &[&str]) -> String {
    let column = |(place, member): (usize, &&str)| {
        let comma = if member.is_empty() { "" } else { "," };
        format!(r#"{{"name":"{feature}{place}","feature":"{feature}"{comma}{member}}}"#)
    };
    members.iter().enumerate().map(column).collect::<Vec<_>>().join(",")
}

/// The row of a book on its own.
fn row_of(columns: &str, book: &str) -> Vec<f64> {
    let mut bench = Bench::new(columns);
    bench.book(0, MS, book);
    bench.row(0, MS)
}

#[track_caller]
fn assert_row(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_close(*found, *expected);
    }
}

/// `"a"`, `"b"` as members.
fn outputs(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!(r#""output":"{name}""#)).collect()
}

fn columns_of(feature: &str, rest: &str, names: &[&str]) -> String {
    let members: Vec<String> = outputs(names).iter().map(|o| format!("{rest}{o}")).collect();
    columns(feature, &members.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn vectors_of_the_standing_book() {
    let weights = [
        r#""depth":5,"weight":"reciprocal""#,
        r#""depth":5,"weight":"exponential","lambda":0.5"#,
        r#""depth":5,"weight":"distance","delta":0.02"#,
    ];
    let found = row_of(&columns("weighted_obi", &weights), BOOK);
    assert_close(found[0], 0.11056811240073308);
    assert_close(found[1], 0.12203352136357357);
    // Both sides lie at 1, 2, … ticks + half a spread: each weight has the same factor e^-0.5.
    assert_close(found[2], found[1]);
    let found = row_of(&columns("weighted_mid", &[""]), BOOK);
    assert_close(found[0], 100.0125);
    let found = row_of(&columns_of("spread", "", &["spread", "units", "bps"]), BOOK);
    assert_row(&found, &[0.02, 2.0, 2e4 * 2.0 / 20002.0]);
    assert!((found[2] - 1.99980002).abs() < 5e-9);
}

#[test]
fn sizes_and_depth() {
    let found = row_of(&columns_of("queue_size", "\"level\":3,", &["bid", "ask"]), BOOK);
    assert_row(&found, &[12.0, 10.0]);
    let names = ["bid", "ask", "bid_notional", "ask_notional"];
    let found = row_of(&columns_of("depth", "\"levels\":2,", &names), BOOK);
    let bids = 100.0 * 5.0 + 99.99 * 8.0;
    assert_row(&found, &[13.0, 9.0, bids, 100.02 * 3.0 + 100.03 * 6.0]);
    // 2 bps of 100.01 are 0.020002: exactly the levels up to two cents away from the mid.
    let found = row_of(&columns_of("depth", "\"bps\":2,", &names), BOOK);
    assert_row(&found, &[13.0, 9.0, bids, 100.02 * 3.0 + 100.03 * 6.0]);
    // The edge counts: 1 bp of 100.00 is one cent.
    let found =
        row_of(&columns_of("depth", "\"bps\":1,", &names[..2]), "99.99x4 | 100.01x7 100.02x1");
    assert_row(&found, &[4.0, 7.0]);
    let found = row_of(&columns_of("depth_slope", "\"depth\":2,", &["bid", "ask"]), BOOK);
    let slope = |a: f64, b: f64| (0.01 * a + 0.02 * (a + b)) / (0.01 * 0.01 + 0.02 * 0.02);
    assert_row(&found, &[slope(5.0, 8.0), slope(3.0, 6.0)]);
}

#[test]
fn books_that_are_none_have_no_values() {
    let all = [
        columns_of("spread", "", &["spread", "units", "bps"]),
        columns("weighted_mid", &[""]),
        columns("weighted_obi", &[r#""weight":"distance","delta":1"#]),
        columns_of("depth_slope", "", &["bid", "ask"]),
        columns("depth", &[r#""bps":5"#]),
        columns("ofi", &[r#""window":1"#]),
    ];
    for book in ["|", "100.00x1 |", "| 100.00x1", "100.01x1 | 100.01x1", "100.02x1 | 100.01x1"] {
        let found = row_of(&all.join(","), book);
        assert!(found.iter().all(|v| v.is_nan()), "{book}: {found:?}");
    }
    // A crossed book still has its quantities, as `obi`.
    let found = row_of(&columns("weighted_obi", &[""]), "100.02x3 | 100.01x1");
    assert_close(found[0], 0.5);
    assert!(row_of(&columns("queue_size", &[r#""level":2"#]), "100.00x1 | 100.01x1")[0].is_nan());
    assert!(row_of(&columns("depth", &[""]), "100.00x1 |")[0].is_nan());
    // A mid that is not positive has no basis points.
    let found = row_of(&columns("spread", &[r#""output":"bps""#]), "-1.00x1 | 1.00x1");
    assert!(found[0].is_nan());
}

const TOUCHES: [&str; 7] = [
    "100.00x5 | 100.02x3",
    "100.00x7 | 100.02x3",
    "100.01x4 | 100.02x3",
    "100.01x4 | 100.02x1",
    "100.01x4 | 100.03x6",
    "100.00x9 | 100.03x6",
    "100.00x9 | 100.02x2",
];

/// Goes from one book to another by one depth event.
fn change(bench: &mut Bench, time: i64, from: &str, to: &str) {
    let mut changed = String::new();
    for (place, (old, new)) in from.split('|').zip(to.split('|')).enumerate() {
        let new_prices: Vec<&str> = new.split_whitespace().map(price).collect();
        for gone in old.split_whitespace().map(price).filter(|p| !new_prices.contains(p)) {
            changed.push_str(&format!("{gone}x0 "));
        }
        changed.push_str(new);
        changed.push_str(if place == 0 { " | " } else { "" });
    }
    bench.depth(0, time, &changed);
}

fn price(level: &str) -> &str {
    level.split_once('x').unwrap().0
}

#[test]
fn the_vector_of_order_flow() {
    let set = [columns("ofi", &[r#""window":1"#, r#""window":6"#, r#""window":"3ms""#])].join(",");
    let mut bench = Bench::new(&set);
    bench.book(0, MS, TOUCHES[0]);
    let each = [2.0, 4.0, 2.0, 1.0, -4.0, -2.0];
    for (place, pair) in TOUCHES.windows(2).enumerate() {
        let time = (place as i64 + 2) * MS;
        change(&mut bench, time, pair[0], pair[1]);
        let row = bench.row(0, time);
        let of_time: f64 = each[place.saturating_sub(2)..=place].iter().sum();
        // A window of time is whole when its length has passed since the first flow.
        let expected = [
            each[place],
            if place == 5 { 3.0 } else { f64::NAN },
            if place < 3 { f64::NAN } else { of_time },
        ];
        assert_row(&row, &expected);
    }
    // Without events, time empties its window, and not that of counts.
    assert_row(&bench.row(0, 9 * MS), &[-2.0, 3.0, -2.0]);
    assert_row(&bench.row(0, 10 * MS), &[-2.0, 3.0, 0.0]);
}

#[test]
fn the_vector_of_flow_at_two_levels() {
    let books = [
        "100.00x5 99.99x8 | 100.02x3 100.03x6",
        "100.01x4 100.00x5 | 100.02x3 100.03x4",
        "100.01x4 100.00x2 | 100.03x4 100.04x9",
    ];
    let set = [
        columns_of("mlofi", "\"window\":1,", &["ofi1", "ofi2", "ofi3"]),
        columns(
            "integrated_ofi",
            &[
                r#""window":1,"weights":[3,1]"#,
                r#""window":2,"weights":[0.5,-0.5]"#,
                r#""window":1"#,
            ],
        ),
    ];
    let mut bench = Bench::new(&set.join(","));
    bench.book(0, MS, books[0]);
    change(&mut bench, 2 * MS, books[0], books[1]);
    // The second book rests 4 + 5 + 3 + 4 = 16 on four places.
    let weighted = (0.75 * 4.0 + 0.25 * 7.0) / 4.0;
    // Ten equal weights: of twenty places the other sixteen are empty.
    let expected = [4.0, 7.0, 0.0, weighted, f64::NAN, 1.1 / 0.8];
    assert_row(&bench.row(0, 2 * MS), &expected);
    change(&mut bench, 3 * MS, books[1], books[2]);
    let mean = (16.0 + 19.0) / 8.0;
    let weighted = (0.75 * 3.0 + 0.25) / (19.0 / 4.0);
    let expected = [3.0, 1.0, 0.0, weighted, (0.5 * 7.0 - 0.5 * 8.0) / mean, 0.4 / 0.95];
    assert_row(&bench.row(0, 3 * MS), &expected);
}

#[test]
fn nothing_is_summed_across_a_reset_a_snapshot_or_an_empty_side() {
    let mut bench = Bench::new(&columns("ofi", &[r#""window":2"#]));
    let (a, b) = (TOUCHES[0], TOUCHES[1]);
    let warm = |bench: &mut Bench, time: i64| {
        change(bench, time, a, b);
        change(bench, time, b, a);
        assert_row(&bench.row(0, time), &[0.0]);
        change(bench, time, a, b);
        assert_row(&bench.row(0, time), &[0.0]);
    };
    bench.book(0, MS, a);
    warm(&mut bench, MS);
    bench.book(0, 2 * MS, a);
    assert!(bench.row(0, 2 * MS)[0].is_nan());
    warm(&mut bench, 2 * MS);
    bench.depth(0, 3 * MS, "100.00x0 |");
    bench.depth(0, 3 * MS, "100.00x5 |");
    change(&mut bench, 3 * MS, b, a);
    assert!(bench.row(0, 3 * MS)[0].is_nan());
    warm(&mut bench, 3 * MS);
    bench.reset(0, 4 * MS);
    assert!(bench.row(0, 4 * MS)[0].is_nan());
    bench.depth(0, 4 * MS, a);
    bench.depth(0, 4 * MS, b);
    assert!(bench.row(0, 4 * MS)[0].is_nan());
}

#[test]
fn rates_of_queues_are_the_parts_of_order_flow() {
    let names = ["bid_adds", "bid_removes", "ask_adds", "ask_removes"];
    let set = [
        columns_of("queue_rates", "\"window\":\"4ms\",", &names),
        columns("ofi", &[r#""window":"4ms""#]),
    ];
    let mut bench = Bench::new(&set.join(","));
    let mut random = Random(7);
    let mut book = Sides::random(&mut random);
    bench.book(0, MS, &book.text());
    let mut seen = 0;
    for time in 2..200 {
        let (next, change) = book.changed(&mut random);
        bench.depth(0, time * MS, &change);
        book = next;
        let row = bench.row(0, time * MS);
        if row[0].is_nan() {
            continue;
        }
        seen += 1;
        let sum = (row[0] - row[1] - row[2] + row[3]) * 0.004;
        assert!((sum - row[4]).abs() < 1e-9, "{row:?}");
        assert!(row[..4].iter().all(|rate| *rate >= 0.0));
    }
    assert!(seen > 100);
}

#[test]
fn age_counts_from_the_last_change_of_the_touch() {
    let mut bench = Bench::new(&columns("quote_age", &[""]));
    assert!(bench.row(0, 0)[0].is_nan());
    bench.book(0, MS, "100.00x5 99.99x1 | 100.02x3");
    assert_row(&bench.row(0, 3 * MS), &[0.002]);
    bench.depth(0, 4 * MS, "99.99x2 |");
    assert_row(&bench.row(0, 5 * MS), &[0.004]);
    bench.depth(0, 6 * MS, "100.00x4 |");
    let mut bench = bench.restored();
    assert_row(&bench.row(0, 7 * MS), &[0.001]);
    bench.trade(0, 8 * MS, "+1@100.02");
    assert_row(&bench.row(0, 8 * MS), &[0.002]);
    // A new snapshot with the same touch says nothing of how long it has stood.
    bench.book(0, 9 * MS, "100.00x4 | 100.02x3");
    assert_row(&bench.row(0, 9 * MS), &[0.0]);
    bench.depth(0, 10 * MS, "100.00x0 |");
    assert!(bench.row(0, 10 * MS)[0].is_nan());
    bench.reset(0, 11 * MS);
    assert!(bench.row(0, 11 * MS)[0].is_nan());
}

#[test]
fn venues_are_summed_before_the_division() {
    let size = |name: &str, instrument: &str, output: &str| {
        format!(
            r#"{{"name":"{name}","feature":"queue_size","instrument":"venue:{instrument}","output":"{output}"}}"#
        )
    };
    let set = [
        size("ab", "A", "bid"),
        size("aa", "A", "ask"),
        size("bb", "B", "bid"),
        size("ba", "B", "ask"),
        r#"{"name":"v","feature":"venue_imbalance","of":["ab","aa","bb","ba"]}"#.to_owned(),
    ]
    .join(",");
    let mut bench = Bench::new(&set);
    bench.book(0, MS, "100.00x5 | 100.02x3");
    assert!(bench.row(0, MS)[4].is_nan());
    bench.book(1, MS, "50.00x1 | 50.02x7");
    assert_close(bench.row(0, MS)[4], -0.25);
    let odd = size("ab", "A", "bid")
        + r#",{"name":"v","feature":"venue_imbalance","of":["ab","ab","ab"]}"#;
    assert!(Bench::refusal(&odd).contains("pairs"));
}

#[test]
fn parameters_that_are_wrong_are_refused() {
    for (column, part) in [
        (columns("depth", &[r#""bps":5,"levels":5"#]), "bps"),
        (columns("depth", &[r#""levels":51"#]), "levels"),
        (columns("weighted_obi", &[r#""weight":"distance""#]), "delta"),
        (columns("weighted_obi", &[r#""weight":"linear""#]), "weight"),
        (columns("weighted_obi", &[r#""delta":1"#]), "delta"),
        (columns("ofi", &[""]), "window"),
        (columns("ofi", &[r#""window":0"#]), "window"),
        (columns("integrated_ofi", &[r#""window":1,"weights":[0,0]"#]), "weights"),
        (columns("integrated_ofi", &[r#""window":1,"weights":[1,"x"]"#]), "weights"),
        (columns("queue_rates", &[r#""window":5"#]), "window"),
    ] {
        let seen = Bench::refusal(&column);
        assert!(seen.contains("E_FEATURE_SET") && seen.contains(part), "{column}: {seen}");
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

/// Quantities of twelve levels a side around 100.00, some of them 0.
#[derive(Clone)]
struct Sides([[i64; 12]; 2]);

impl Sides {
    fn random(random: &mut Random) -> Self {
        let mut sides = [[0; 12]; 2];
        for quantity in sides.iter_mut().flatten() {
            *quantity = (random.below(60) - 20).max(0);
        }
        sides.iter_mut().for_each(|side| side[11] = 1);
        Self(sides)
    }

    fn price(side: usize, place: usize) -> i64 {
        if side == 0 { 9_999 - place as i64 } else { 10_001 + place as i64 }
    }

    fn write(side: usize, place: usize, quantity: i64) -> String {
        let price = Self::price(side, place);
        format!("{}.{:02}x{}.{} ", price / 100, price % 100, quantity / 10, quantity % 10)
    }

    fn text(&self) -> String {
        let side = |side: usize| -> String {
            let levels = self.0[side].iter().enumerate().filter(|(_, quantity)| **quantity > 0);
            levels.map(|(place, quantity)| Self::write(side, place, *quantity)).collect()
        };
        format!("{}|{}", side(0), side(1))
    }

    /// Some levels changed, and the event that says so.
    fn changed(&self, random: &mut Random) -> (Self, String) {
        let mut next = self.clone();
        let mut texts = [String::new(), String::new()];
        for _ in 0..=random.below(3) {
            let (side, place) = (random.below(2) as usize, random.below(11) as usize);
            let quantity = (random.below(60) - 20).max(0);
            next.0[side][place] = quantity;
            texts[side].push_str(&Self::write(side, place, quantity));
        }
        (next, format!("{}|{}", texts[0], texts[1]))
    }

    /// The levels of a side, best first, in units.
    fn levels(&self, side: Side) -> Vec<(i64, i64)> {
        let levels = self.0[side as usize].iter().enumerate().filter(|(_, q)| **q > 0);
        levels.map(|(place, q)| (Self::price(side as usize, place), *q)).collect()
    }

    fn exchanged(&self) -> Self {
        Self([self.0[1], self.0[0]])
    }
}

/// The definition of order flow at a rank, by its four indicators.
fn slow_flow(before: &Sides, after: &Sides, rank: usize) -> i64 {
    let at = |book: &Sides, side: Side, none: i64| {
        book.levels(side).get(rank).copied().unwrap_or((none, 0))
    };
    let (pb0, qb0) = at(before, Side::Bid, i64::MIN);
    let (pb, qb) = at(after, Side::Bid, i64::MIN);
    let (pa0, qa0) = at(before, Side::Ask, i64::MAX);
    let (pa, qa) = at(after, Side::Ask, i64::MAX);
    let when = |is: bool, quantity: i64| if is { quantity } else { 0 };
    when(pb >= pb0, qb) - when(pb <= pb0, qb0) - when(pa <= pa0, qa) + when(pa >= pa0, qa0)
}

#[test]
fn flows_are_exact_over_random_books_and_saves() {
    let names = ["ofi1", "ofi2", "ofi3", "ofi4", "ofi5", "ofi6", "ofi7", "ofi8", "ofi9", "ofi10"];
    let set = [
        columns("ofi", &[r#""window":7"#]),
        columns_of("mlofi", "\"window\":7,", &names),
        columns("integrated_ofi", &[r#""window":"9ms","weights":[4,3,2,1]"#]),
        columns_of("queue_rates", "\"window\":\"9ms\",", &["bid_adds", "ask_removes"]),
        columns("quote_age", &[""]),
    ]
    .join(",");
    let mut random = Random(42);
    let mut bench = Bench::new(&set);
    let mut twin = Bench::new(&set);
    let mut books = vec![Sides::random(&mut random)];
    bench.book(0, MS, &books[0].text());
    twin.book(0, MS, &books[0].text());
    let mut time = 1;
    for place in 1..400 {
        time += random.below(3);
        let (next, change) = books[place - 1].changed(&mut random);
        books.push(next);
        bench.depth(0, time * MS, &change);
        twin.depth(0, time * MS, &change);
        if random.below(5) == 0 {
            let state = bench.state();
            bench = bench.restored();
            assert_eq!(bench.state(), state);
        }
        let row = bench.row(0, time * MS);
        let bits = |row: &[f64]| -> Vec<u64> { row.iter().map(|v| v.to_bits()).collect() };
        assert_eq!(bits(&row), bits(&twin.row(0, time * MS)));
        for rank in 0..10 {
            let pairs = books.windows(2).rev().take(7);
            let sum: i64 = pairs.map(|pair| slow_flow(&pair[0], &pair[1], rank)).sum();
            let expected = if place < 7 { f64::NAN } else { sum as f64 / 10.0 };
            assert_row(&[row[1 + rank]], &[expected]);
        }
        assert_row(&[row[0]], &[row[1]]);
    }
}

#[test]
fn exchanging_the_sides_turns_signs_and_bounds_hold() {
    let weights =
        [r#""depth":5"#, r#""weight":"exponential""#, r#""weight":"distance","delta":0.03"#];
    let set = columns("weighted_obi", &weights) + "," + &columns("weighted_mid", &[""]);
    let mut random = Random(3);
    for _ in 0..200 {
        let book = Sides::random(&mut random);
        let (row, other) = (row_of(&set, &book.text()), row_of(&set, &book.exchanged().text()));
        for (a, b) in row.iter().zip(&other).take(3) {
            assert_close(*a, -b);
            assert!((-1.0..=1.0).contains(a));
        }
        let touch = |side| book.levels(side)[0].0 as f64 / 100.0;
        assert!(row[3] > touch(Side::Bid) && row[3] < touch(Side::Ask));
    }
}

#[test]
fn sums_are_those_of_a_slow_walk() {
    let names = ["bid", "ask", "bid_notional", "ask_notional"];
    let set = columns_of("depth", "\"bps\":7,", &names);
    let mut random = Random(11);
    for _ in 0..200 {
        let book = Sides::random(&mut random);
        let row = row_of(&set, &book.text());
        let (bids, asks) = (book.levels(Side::Bid), book.levels(Side::Ask));
        let middle = bids[0].0 + asks[0].0;
        let near = |levels: &[(i64, i64)]| -> Vec<(i64, i64)> {
            let is_near = |l: &&(i64, i64)| (2 * l.0 - middle).abs() * 10_000 <= middle * 7;
            levels.iter().filter(is_near).copied().collect()
        };
        for (place, levels) in [near(&bids), near(&asks)].iter().enumerate() {
            let quantity: i64 = levels.iter().map(|l| l.1).sum();
            let notional: i64 = levels.iter().map(|l| l.0 * l.1).sum();
            assert_row(&[row[place]], &[quantity as f64 / 10.0]);
            assert_row(&[row[place + 2]], &[notional as f64 / 1000.0]);
        }
    }
}

#[test]
fn damaged_states_are_refused() {
    let set = columns("ofi", &[r#""window":2"#]) + "," + &columns("quote_age", &[""]);
    let mut bench = Bench::new(&set);
    bench.book(0, MS, TOUCHES[0]);
    let state = bench.state();
    for length in 0..state.len() {
        assert!(bench.restores(&state[..length]).is_err(), "{length} bytes");
    }
    assert!(bench.restores(&state).is_ok());
}
