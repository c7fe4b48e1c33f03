//! Named cases. Each runs over both books; those at the end are about the ladder's bounds.

use super::*;

/// Makes a test of a function over any book, for the oracle and for the ladder on several grids.
macro_rules! over_all_books {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                check::$name(OracleBook::new());
                for tick in [1, 10, 7, 64, 1_000_000, i64::MAX] {
                    check::$name(LadderBook::new(tick));
                }
            }
        )*
    };
}

over_all_books! {
    starts_empty
    sets_replaces_and_removes
    removing_an_unknown_level_is_normal
    a_quantity_below_zero_removes
    orders_prices_across_pages
    takes_any_price
    keeps_sides_apart_where_they_cross
    tells_locked_from_crossed
    a_snapshot_replaces
    a_level_twice_in_one_event_keeps_the_last
    totals_beyond_64_bits
    best_falls_back_when_removed
    reload_after_clear_far_away
    refuses_bytes_that_are_no_book
}

mod check {
    use super::*;

    pub fn starts_empty(book: impl Book) {
        check_one(&book);
        assert_eq!(book.best(Side::Bid), None);
        assert_eq!(book.quantity_at(Side::Ask, 0), 0);
        assert!(!book.is_crossed() && !book.is_locked());
        assert_eq!(saved(&book), [0; 8]);
    }

    pub fn sets_replaces_and_removes(mut book: impl Book) {
        book.set(Side::Bid, 100, 5);
        book.set(Side::Bid, 100, 8);
        book.set(Side::Ask, 110, 2);
        assert_eq!(book.quantity_at(Side::Bid, 100), 8);
        assert_eq!(book.quantity_at(Side::Ask, 100), 0);
        assert_eq!((book.levels(Side::Bid), book.total(Side::Bid)), (1, 8));
        book.set(Side::Bid, 100, 0);
        assert_eq!(book.best(Side::Bid), None);
        assert_eq!(book.best(Side::Ask), Some(entry(110, 2)));
        check_one(&book);
    }

    pub fn removing_an_unknown_level_is_normal(mut book: impl Book) {
        book.set(Side::Bid, 100, 0);
        book.set(Side::Bid, -3, 0);
        book.set(Side::Bid, 200, 1);
        book.set(Side::Bid, 201, 0);
        book.set(Side::Bid, 100, 0);
        assert_eq!(listed(&book, Side::Bid), [entry(200, 1)]);
        check_one(&book);
    }

    pub fn a_quantity_below_zero_removes(mut book: impl Book) {
        for quantity in [-1, i64::MIN] {
            for price in [50, -50] {
                book.set(Side::Ask, price, 3);
                book.set(Side::Ask, price, quantity);
                assert_eq!(book.quantity_at(Side::Ask, price), 0);
            }
        }
        assert_eq!(book.levels(Side::Ask), 0);
        check_one(&book);
    }

    pub fn orders_prices_across_pages(mut book: impl Book) {
        let prices = [630, 0, 640, 10, 1_280, 40_960, 650, 2_621_440, 1_270, 20];
        for price in prices {
            book.set(Side::Bid, price, price + 1);
            book.set(Side::Ask, price, price + 1);
        }
        let mut sorted = prices.map(|price| entry(price, price + 1));
        sorted.sort_by_key(|level| level.price);
        assert_eq!(listed(&book, Side::Ask), sorted);
        sorted.reverse();
        assert_eq!(listed(&book, Side::Bid), sorted);
        check_one(&book);
    }

    pub fn takes_any_price(mut book: impl Book) {
        let prices =
            [i64::MIN, i64::MIN + 1, -1_000_000, -1, 0, 1, 7, 64, 999_999, i64::MAX - 1, i64::MAX];
        for price in prices {
            book.set(Side::Ask, price, i64::MAX);
            book.set(Side::Bid, price, 1);
            check_one(&book);
        }
        assert_eq!(listed(&book, Side::Ask), prices.map(|price| entry(price, i64::MAX)));
        for (removed, price) in prices.into_iter().enumerate() {
            book.set(Side::Ask, price, 0);
            assert_eq!(book.best(Side::Ask).map(|l| l.price), prices.get(removed + 1).copied());
        }
        check_one(&book);
    }

    pub fn keeps_sides_apart_where_they_cross(mut book: impl Book) {
        book.apply(&entries(&[(90, 1), (100, 2), (110, 3)]), &entries(&[(100, 7), (90, 8)]));
        assert!(book.is_crossed());
        assert_eq!(book.quantity_at(Side::Bid, 100), 2);
        assert_eq!(book.quantity_at(Side::Ask, 100), 7);
        book.apply(&entries(&[(110, 0), (100, 0)]), &entries(&[(90, 0)]));
        assert!(!book.is_crossed());
        assert_eq!(book.best(Side::Bid), Some(entry(90, 1)));
        assert_eq!(book.best(Side::Ask), Some(entry(100, 7)));
        check_one(&book);
    }

    pub fn tells_locked_from_crossed(mut book: impl Book) {
        book.set(Side::Bid, 100, 1);
        assert!(!book.is_crossed() && !book.is_locked(), "one side alone");
        book.set(Side::Ask, 101, 1);
        assert!(!book.is_crossed() && !book.is_locked());
        book.set(Side::Ask, 100, 1);
        assert!(!book.is_crossed() && book.is_locked());
        book.set(Side::Ask, 99, 1);
        assert!(book.is_crossed() && !book.is_locked());
    }

    pub fn a_snapshot_replaces(mut book: impl Book) {
        book.load(&entries(&[(100, 1), (90, 1)]), &entries(&[(110, 1)]));
        book.load(&entries(&[(95, 2), (85, 0)]), &[]);
        assert_eq!(listed(&book, Side::Bid), [entry(95, 2)]);
        assert_eq!(book.levels(Side::Ask), 0);
        check_one(&book);
        book.clear();
        check_one(&book);
        assert_eq!(book.levels(Side::Bid), 0);
    }

    pub fn a_level_twice_in_one_event_keeps_the_last(mut book: impl Book) {
        book.apply(&entries(&[(70, 1), (70, 0), (70, 9), (80, 5), (80, 0)]), &[]);
        assert_eq!(listed(&book, Side::Bid), [entry(70, 9)]);
        check_one(&book);
    }

    pub fn totals_beyond_64_bits(mut book: impl Book) {
        for price in 0..100 {
            book.set(Side::Bid, price, i64::MAX);
        }
        assert_eq!(book.total(Side::Bid), 100 * i128::from(i64::MAX));
    }

    pub fn best_falls_back_when_removed(mut book: impl Book) {
        let prices = [10, 20, 630, 640, 5_000, 100_000, 9_000_000];
        for price in prices {
            book.set(Side::Bid, price, 1);
        }
        for kept in (0..prices.len()).rev() {
            assert_eq!(book.best(Side::Bid), Some(entry(prices[kept], 1)));
            book.set(Side::Bid, prices[kept], 0);
        }
        assert_eq!(book.best(Side::Bid), None);
    }

    pub fn reload_after_clear_far_away(mut book: impl Book) {
        let shifts = [0, 1_000_000, 1 << 40, 1 << 60, -(1 << 50), 30];
        for shift in shifts {
            let bids = entries(&[(shift + 20, 1), (shift + 10, 2)]);
            let asks = entries(&[(shift + 30, 3), (shift + 40, 4)]);
            book.load(&bids, &asks);
            assert_eq!(listed(&book, Side::Bid), bids);
            assert_eq!(listed(&book, Side::Ask), asks);
            check_one(&book);
        }
    }

    pub fn refuses_bytes_that_are_no_book(mut book: impl Book) {
        let level = |w: &mut StateWriter, price, quantity| {
            w.i64(price);
            w.i64(quantity);
        };
        let bids = |levels: &[(i64, i64)]| {
            let mut w = StateWriter::new();
            w.u32(levels.len() as u32);
            levels.iter().for_each(|&(price, quantity)| level(&mut w, price, quantity));
            w.u32(0);
            w.into_bytes()
        };
        let mut short = bids(&[(10, 1), (9, 1)]);
        short.truncate(short.len() - 5);
        let mut endless = bids(&[]);
        endless[0..4].fill(0xff);
        for bytes in [
            bids(&[(9, 1), (10, 1)]),
            bids(&[(10, 1), (10, 1)]),
            bids(&[(10, 1), (9, 0)]),
            bids(&[(10, -1)]),
            short,
            endless,
            vec![],
        ] {
            book.set(Side::Ask, 5, 5);
            let error = book.restore(&mut StateReader::new(&bytes)).unwrap_err();
            assert_eq!(error.code, "E_STATE");
            assert!(error.at.starts_with("byte "), "{error}");
            assert_eq!(saved(&book), [0; 8], "empty after an error");
        }
        book.restore(&mut StateReader::new(&bids(&[(10, 1), (9, 1)]))).unwrap();
        assert_eq!(listed(&book, Side::Bid), entries(&[(10, 1), (9, 1)]));
    }
}

#[test]
fn off_grid_and_negative_prices_are_cold_and_in_order() {
    let mut book = LadderBook::new(10);
    let bids = entries(&[(105, 1), (100, 2), (99, 3), (90, 4), (0, 5), (-1, 6), (-10, 7)]);
    book.load(&bids, &[]);
    assert_eq!(book.cold_levels(Side::Bid), 4);
    assert_eq!(listed(&book, Side::Bid), bids);
    assert_eq!(book.best(Side::Bid), Some(entry(105, 1)), "the best is cold");
    book.set(Side::Bid, 105, 0);
    assert_eq!(book.best(Side::Bid), Some(entry(100, 2)), "the best is hot");
    check_one(&book);
}

#[test]
fn a_new_tick_moves_levels_between_grid_and_map() {
    let mut book = LadderBook::new(10);
    let mut oracle = OracleBook::new();
    for price in (0..3_000).step_by(5) {
        for side in Side::BOTH {
            book.set(side, price, price + 1);
            oracle.set(side, price, price + 1);
        }
    }
    assert_eq!(book.cold_levels(Side::Bid), 300);
    for (tick, cold) in [(5, 0), (100, 570), (1, 0), (7, 600 - 86), (0, 0), (10, 300)] {
        book.set_tick(tick);
        assert_eq!(book.tick(), tick.max(1));
        assert_eq!(book.cold_levels(Side::Ask), cold, "tick {tick}");
        check_equal(&book, &oracle);
    }
}

/// Ticks that a side spans, and where its window lies around its first price.
const SPAN: i64 = SPAN_PAGES as i64 * 64;
const HALF: i64 = HALF_SPAN_PAGES as i64 * 64;

#[test]
fn the_window_has_a_stated_edge_above() {
    let mut book = LadderBook::new(10);
    book.set(Side::Ask, 50, 1);
    book.set(Side::Ask, (SPAN - 1) * 10, 2);
    assert_eq!(book.cold_levels(Side::Ask), 0, "the last tick of the window");
    book.set(Side::Ask, SPAN * 10, 3);
    assert_eq!(book.cold_levels(Side::Ask), 1, "the first beyond");
    assert_eq!(listed(&book, Side::Ask).last(), Some(&entry(SPAN * 10, 3)));
    check_one(&book);
}

#[test]
fn the_window_has_a_stated_edge_below() {
    let first = 10 * HALF;
    let mut book = LadderBook::new(1);
    book.set(Side::Bid, first, 1);
    book.set(Side::Bid, first - HALF, 2);
    assert_eq!(book.cold_levels(Side::Bid), 0);
    book.set(Side::Bid, first - HALF - 1, 3);
    book.set(Side::Bid, first + HALF - 1, 4);
    assert_eq!(book.cold_levels(Side::Bid), 1);
    book.set(Side::Bid, first + HALF, 5);
    assert_eq!(book.cold_levels(Side::Bid), 2);
    assert_eq!(book.best(Side::Bid), Some(entry(first + HALF, 5)));
    check_one(&book);
}

#[test]
fn the_window_ends_where_prices_do() {
    for tick in [1, 3, 1_000_000, i64::MAX / 100] {
        let mut book = LadderBook::new(tick);
        let last = tick * (i64::MAX / tick);
        for price in [last, last - tick, last - 63 * tick, i64::MAX, i64::MIN, -tick] {
            book.set(Side::Ask, price, 1);
            check_one(&book);
        }
    }
}

#[test]
fn an_absurd_first_price_does_not_move_the_window() {
    let far = 1 << 50;
    let mut asks = entries(&[(far, 1)]);
    asks.extend((1_000..1_200).map(|price| entry(price, 2)));
    let mut book = LadderBook::new(1);
    book.load(&[], &asks);
    assert_eq!(book.cold_levels(Side::Ask), 1, "anchored by the middle of the list");
    check_one(&book);
}

#[test]
fn pages_are_bounded_and_further_levels_kept() {
    let mut book = LadderBook::new(1);
    let mut oracle = OracleBook::new();
    let limit = PAGES_LIMIT as i64;
    let mut set = |book: &mut LadderBook, price, quantity| {
        book.set(Side::Bid, price, quantity);
        oracle.set(Side::Bid, price, quantity);
        assert_eq!(book.best(Side::Bid), oracle.best(Side::Bid));
    };
    for page in 0..limit {
        set(&mut book, page * 64, 1);
    }
    assert_eq!((book.pages(Side::Bid), book.cold_levels(Side::Bid)), (PAGES_LIMIT, 0));
    for price in [limit * 64, limit * 64 + 1, limit * 64 + 2] {
        set(&mut book, price, 2);
    }
    assert_eq!((book.pages(Side::Bid), book.cold_levels(Side::Bid)), (PAGES_LIMIT, 3));
    // A page falls free; the next level of the cold one takes it, and its neighbours come along.
    set(&mut book, 0, 0);
    assert_eq!(book.cold_levels(Side::Bid), 3);
    set(&mut book, limit * 64 + 1, 3);
    assert_eq!((book.pages(Side::Bid), book.cold_levels(Side::Bid)), (PAGES_LIMIT, 0));
    check_equal(&book, &oracle);
    book.clear();
    book.set(Side::Bid, 1 << 40, 1);
    assert_eq!((book.pages(Side::Bid), book.cold_levels(Side::Bid)), (PAGES_LIMIT, 0));
    check_one(&book);
}

#[test]
fn pages_are_used_again() {
    let mut book = LadderBook::new(1);
    for round in 0..50 {
        let first = round * 100_000;
        let levels: Vec<Entry> = (0..640).map(|i| entry(first + i, 1)).collect();
        if round % 2 == 0 {
            book.load(&levels, &levels);
        } else {
            let gone: Vec<Entry> =
                listed(&book, Side::Bid).iter().map(|l| entry(l.price, 0)).collect();
            book.apply(&gone, &gone);
            book.apply(&levels, &levels);
        }
        check_one(&book);
    }
    assert!(book.pages(Side::Bid) <= 11 && book.pages(Side::Ask) <= 11);
}

#[test]
fn a_directory_longer_than_the_window_finds_nothing_beyond() {
    let mut book = LadderBook::new(1);
    book.load(&[], &entries(&[(0, 1), (SPAN - 1, 1)]));
    // At the end of all prices the window is half as long, and the next index is a negative price's.
    for price in [i64::MAX - 63, i64::MAX, i64::MIN, i64::MIN + HALF, -1, 0] {
        book.load(&[], &entries(&[(i64::MAX - 64, 1)]));
        book.set(Side::Ask, price, 2);
        assert_eq!(book.quantity_at(Side::Ask, price), 2);
        assert_eq!(book.best(Side::Ask).map(|l| l.price), Some(price.min(i64::MAX - 64)));
        check_one(&book);
    }
}

#[test]
fn a_page_takes_over_its_first_and_last_price_and_no_neighbour() {
    for tick in [1, 10] {
        let mut book = LadderBook::with_pages_limit(tick, 1);
        let mut oracle = OracleBook::new();
        let mut set = |book: &mut LadderBook, step: i64, quantity| {
            book.set(Side::Ask, step * tick, quantity);
            oracle.set(Side::Ask, step * tick, quantity);
            check_equal(book, &oracle);
            check_one(book);
        };
        set(&mut book, 0, 1);
        for step in [63 + 64, 64 + 64, 127 + 64, 128 + 64] {
            set(&mut book, step, 2);
        }
        assert_eq!(book.cold_levels(Side::Ask), 4);
        set(&mut book, 0, 0);
        set(&mut book, 150, 3);
        assert_eq!(book.cold_levels(Side::Ask), 2, "the pages before and behind stay cold");
        for step in [127, 128, 191, 192, 150] {
            set(&mut book, step, 0);
        }
        assert_eq!((book.levels(Side::Ask), book.pages(Side::Ask)), (0, 1));
    }
}
