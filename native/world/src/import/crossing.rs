//! Crossed, locked, one-sided and empty books, seen at the end of an event.

use crate::import::place::Place;
use tickwright_engine::EventRef;
use tickwright_engine::book::orders::RestingOrders;
use tickwright_engine::book::{Book, LadderBook, Side};
use tickwright_engine::event::is_order;
use tickwright_engine::schema::{event_flag, kind};

/// Events at whose end a book was not what a strategy counts on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BookCounts {
    /// The best bid lay above the best ask.
    pub crossed: u64,
    /// It lay at it.
    pub locked: u64,
    pub one_sided: u64,
    pub empty: u64,
}

/// Rebuilds each instrument's book and counts the events that leave it in an odd state.
#[derive(Clone, Debug, Default)]
pub struct Crossing {
    books: Vec<(LadderBook, RestingOrders)>,
    counts: BookCounts,
    first: Option<(u64, Place)>,
}

impl Crossing {
    /// One book an instrument, on these ticks. A tick decides on speed, never on a result.
    #[must_use]
    pub fn new(ticks: impl Iterator<Item = i64>) -> Self {
        let book = |tick| (LadderBook::new(tick), RestingOrders::default());
        Self { books: ticks.map(book).collect(), ..Self::default() }
    }

    /// Applies an event. A view of the best levels only is no book and is left out.
    #[inline]
    pub fn event(&mut self, ordinal: u64, place: Place, event: EventRef<'_>) {
        let header = event.header;
        let Some((book, orders)) = self.books.get_mut(header.instrument as usize) else { return };
        if header.flags & event_flag::PARTIAL != 0 {
            return;
        }
        match header.kind {
            kind::DEPTH => book.apply(event.bids, event.asks),
            of if is_order(of) => orders.apply(event, book),
            kind::SNAPSHOT => {
                orders.clear();
                book.load(event.bids, event.asks);
            }
            kind::RESET => {
                orders.clear();
                return book.clear();
            }
            _ => return,
        }
        let (bid, ask) = match (book.best(Side::Bid), book.best(Side::Ask)) {
            (Some(bid), Some(ask)) => (bid, ask),
            (None, None) => {
                self.counts.empty += 1;
                return;
            }
            _ => {
                self.counts.one_sided += 1;
                return;
            }
        };
        if bid.price >= ask.price {
            self.counts.crossed += u64::from(bid.price > ask.price);
            self.counts.locked += u64::from(bid.price == ask.price);
            self.first.get_or_insert((ordinal, place));
        }
    }

    #[must_use]
    pub fn counts(&self) -> BookCounts {
        self.counts
    }

    /// Ordinal and place of the first event that left a book crossed or locked.
    #[must_use]
    pub fn first(&self) -> Option<(u64, Place)> {
        self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tickwright_engine::{Entry, EventHeader};

    #[test]
    fn counts_at_the_end_of_an_event_only() {
        let mut crossing = Crossing::new([1].into_iter());
        let entry = |price, quantity| Entry { price, quantity };
        let mut events = 0;
        let mut apply = |kind, flags, bids: &[Entry], asks: &[Entry]| {
            let header = EventHeader { kind, flags, ..Default::default() };
            let place = Place { file: 0, line: events + 1, byte: 0 };
            crossing.event(events, place, EventRef { header: &header, bids, asks });
            events += 1;
            (crossing.counts().crossed, crossing.counts().locked)
        };
        assert_eq!(apply(kind::SNAPSHOT, 0, &[entry(99, 1)], &[entry(101, 1)]), (0, 0));
        assert_eq!(
            apply(kind::DEPTH, 0, &[entry(101, 1)], &[entry(101, 0), entry(102, 1)]),
            (0, 0)
        );
        assert_eq!(
            apply(kind::SNAPSHOT, event_flag::PARTIAL, &[entry(9, 1)], &[entry(8, 1)]),
            (0, 0)
        );
        assert_eq!(apply(kind::DEPTH, 0, &[entry(102, 1)], &[]), (0, 1));
        assert_eq!(apply(kind::DEPTH, 0, &[entry(103, 1)], &[]), (1, 1));
        assert_eq!(apply(kind::TRADE, 0, &[entry(103, 1)], &[]), (1, 1));
        assert_eq!(apply(kind::RESET, 0, &[], &[]), (1, 1));
        assert_eq!(apply(kind::DEPTH, 0, &[entry(103, 1)], &[]), (1, 1));
        assert_eq!(crossing.counts().one_sided, 1);
        assert_eq!(crossing.first().unwrap(), (3, Place { file: 0, line: 4, byte: 0 }));
    }

    #[test]
    fn counts_books_told_order_by_order() {
        let mut crossing = Crossing::new([1].into_iter());
        let mut events = 0;
        let mut apply = |kind, aux, bid: Option<i64>, ask: Option<i64>| {
            let header = EventHeader { kind, aux, ..Default::default() };
            let entry = |price: i64| Entry { price, quantity: 1 };
            let (bids, asks) = (bid.map(entry), ask.map(entry));
            let place = Place { file: 0, line: events + 1, byte: 0 };
            let event = EventRef { header: &header, bids: bids.as_slice(), asks: asks.as_slice() };
            crossing.event(events, place, event);
            events += 1;
            (crossing.counts().crossed, crossing.counts().locked)
        };
        assert_eq!(apply(kind::ORDER_ADD, 1, Some(100), None), (0, 0));
        assert_eq!(apply(kind::ORDER_ADD, 2, None, Some(100)), (0, 1));
        assert_eq!(apply(kind::ORDER_MODIFY, 2, None, Some(99)), (1, 1));
        assert_eq!(apply(kind::ORDER_EXECUTE, 1, Some(100), None), (1, 1));
        assert_eq!(apply(kind::SNAPSHOT, 0, None, None), (1, 1));
        assert_eq!(apply(kind::ORDER_CANCEL, 2, None, Some(99)), (1, 1));
        assert_eq!(apply(kind::ORDER_ADD, 3, Some(100), None), (1, 1));
    }
}
