//! One suite over both order books: named cases with their answers, and seeded sequences in which the
//! fast one is compared with the oracle after every step.

use super::*;
use crate::book::{Book, LadderBook};
use crate::event::EventHeader;

mod cases;
mod random;

/// What the suite needs beyond [`Orders`]: a book on a grid.
trait Subject: Orders {
    fn with_tick(tick: i64) -> Self;
    fn change_tick(&mut self, tick: i64);
}

impl Subject for OracleOrders {
    fn with_tick(_: i64) -> Self {
        Self::new()
    }

    fn change_tick(&mut self, _: i64) {}
}

impl Subject for OrderBook {
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

/// Ids and quantities of a queue.
fn queue(book: &impl Orders, side: Side, price: i64) -> Vec<(u64, i64)> {
    let mut out = vec![];
    book.for_each_at(side, price, &mut |order| out.push((order.id, order.quantity)));
    out
}

fn listed(book: &impl Orders, side: Side) -> Vec<OrderLevel> {
    let mut out = vec![];
    book.for_each_level(side, &mut |level| out.push(level));
    out
}

fn saved(book: &impl Orders) -> Vec<u8> {
    let mut w = StateWriter::new();
    book.save(&mut w);
    w.into_bytes()
}

/// Everything that a book tells about itself follows from its queues.
fn check_one(book: &impl Orders) {
    let mut orders = 0;
    for side in Side::BOTH {
        let levels = listed(book, side);
        assert_eq!(book.levels(side), levels.len());
        assert!(levels.windows(2).all(|w| side.is_better(w[0].price, w[1].price)));
        for level in levels {
            assert_eq!(book.level(side, level.price), Some(level));
            let queue = queue(book, side, level.price);
            assert_eq!(level.orders, queue.len());
            orders += queue.len();
            let mut ahead = Ahead::default();
            for (id, quantity) in queue {
                assert!(quantity > 0);
                assert_eq!(book.ahead(id), Some(ahead));
                let price = level.price;
                assert_eq!(book.order(id), Some(OrderPlace { side, price, quantity }));
                ahead.orders += 1;
                ahead.quantity += i128::from(quantity);
            }
            assert_eq!(level.quantity, ahead.quantity);
        }
    }
    assert_eq!((book.len(), book.is_empty()), (orders, orders == 0));
}

/// Two books are equal by all that can be asked.
fn check_equal(left: &impl Orders, right: &impl Orders) {
    for side in Side::BOTH {
        assert_eq!(listed(left, side), listed(right, side));
    }
    assert_eq!((left.len(), left.counts()), (right.len(), right.counts()));
    assert_eq!(saved(left), saved(right));
}

/// A saved book comes back whole, from a book that held something else, and saves to the same bytes.
fn check_round_trip(book: &impl Orders, mut other: impl Orders) {
    let bytes = saved(book);
    other.add(Side::Bid, 1, entry(-5, 9));
    other.add(Side::Ask, 2, entry(7, 7));
    let mut r = StateReader::new(&bytes);
    other.restore(&mut r).unwrap();
    assert!(r.is_at_end());
    check_equal(book, &other);
    check_one(&other);
}

/// Levels as L2 would have them, from what events say that they changed.
fn follow(levels: &mut LadderBook, changes: LevelChanges) {
    for change in changes.into_iter().flatten() {
        levels.set(change.side, change.level.price, change.level.quantity);
    }
}

fn check_levels(book: &impl Orders, levels: &LadderBook) {
    for side in Side::BOTH {
        let mut seen = vec![];
        levels.for_each(side, &mut |level| seen.push(level));
        let clamped = |l: OrderLevel| LevelChange::new(side, l.price, l.quantity).level;
        assert_eq!(seen, listed(book, side).into_iter().map(clamped).collect::<Vec<_>>());
    }
}
