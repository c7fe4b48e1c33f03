//! One suite over all books: named cases with their answers, and seeded sequences in which each
//! implementation is compared with the oracle after every step.

use super::ladder::{HALF_SPAN_PAGES, PAGES_LIMIT, SPAN_PAGES};
use super::{Book, LadderBook, OracleBook, Side};
use crate::event::Entry;
use crate::state::{StateReader, StateWriter};

mod cases;
mod random;

/// What the suite needs beyond [`Book`]: a book on a grid.
trait Subject: Book {
    fn with_tick(tick: i64) -> Self;
    fn change_tick(&mut self, tick: i64);
}

impl Subject for OracleBook {
    fn with_tick(_: i64) -> Self {
        Self::new()
    }

    fn change_tick(&mut self, _: i64) {}
}

impl Subject for LadderBook {
    fn with_tick(tick: i64) -> Self {
        Self::new(tick)
    }

    fn change_tick(&mut self, tick: i64) {
        self.set_tick(tick);
    }
}

fn entry(price: i64, quantity: i64) -> Entry {
    Entry { price, quantity }
}

fn entries(levels: &[(i64, i64)]) -> Vec<Entry> {
    levels.iter().map(|&(price, quantity)| entry(price, quantity)).collect()
}

fn listed(book: &impl Book, side: Side) -> Vec<Entry> {
    let mut out = vec![];
    book.for_each(side, &mut |level| out.push(level));
    out
}

fn saved(book: &impl Book) -> Vec<u8> {
    let mut w = StateWriter::new();
    book.save(&mut w);
    w.into_bytes()
}

/// Everything that a book tells about itself follows from its list of levels.
fn check_one(book: &impl Book) {
    for side in Side::BOTH {
        let levels = listed(book, side);
        assert!(levels.iter().all(|l| l.quantity > 0));
        assert!(levels.windows(2).all(|w| side.is_better(w[0].price, w[1].price)));
        assert_eq!(book.best(side), levels.first().copied());
        assert_eq!(book.levels(side), levels.len());
        assert_eq!(book.total(side), levels.iter().map(|l| i128::from(l.quantity)).sum::<i128>());
        for wanted in [0, 1, 5, 20] {
            let mut top = vec![entry(-7, -7); wanted];
            let written = book.top(side, &mut top);
            assert_eq!(written, wanted.min(levels.len()));
            assert_eq!(top[..written], levels[..written]);
            assert!(top[written..].iter().all(|&l| l == entry(-7, -7)), "untouched beyond");
        }
        for level in levels {
            assert_eq!(book.quantity_at(side, level.price), level.quantity);
        }
    }
}

/// Two books are equal by all that can be asked.
fn check_equal(left: &impl Book, right: &impl Book) {
    for side in Side::BOTH {
        assert_eq!(left.best(side), right.best(side));
        assert_eq!(left.levels(side), right.levels(side));
        assert_eq!(left.total(side), right.total(side));
        assert_eq!(listed(left, side), listed(right, side));
    }
    assert_eq!(left.is_crossed(), right.is_crossed());
    assert_eq!(left.is_locked(), right.is_locked());
    assert_eq!(saved(left), saved(right));
}

/// A saved book comes back whole, from a book that held something else, and saves to the same bytes.
fn check_round_trip(book: &impl Book, mut other: impl Book) {
    let bytes = saved(book);
    other.apply(&entries(&[(1, 1), (-5, 9)]), &entries(&[(7, 7)]));
    let mut r = StateReader::new(&bytes);
    other.restore(&mut r).unwrap();
    assert!(r.is_at_end());
    check_equal(book, &other);
    check_one(&other);
}
