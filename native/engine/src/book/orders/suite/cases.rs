//! Named cases. Each runs over both books; those at the end are about memory.

use super::*;

/// Makes a test of a function over any book, for the oracle and for the fast one on several grids.
macro_rules! over_both {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                check::$name(OracleOrders::new());
                for tick in [1, 10, 64, i64::MAX] {
                    check::$name(OrderBook::new(tick));
                }
            }
        )*
    };
}

over_both! {
    starts_empty
    queues_are_first_come_first_served
    less_keeps_the_place_and_more_loses_it
    another_price_goes_to_its_back
    an_execution_takes_in_place_and_ends_with_the_order
    what_is_not_here_is_counted
    an_id_twice_counts_for_the_later
    more_than_there_is_ends_the_order
    the_wrong_side_is_counted_and_not_followed
    quantities_below_one_add_nothing
    any_id_and_any_price
    totals_beyond_64_bits
    events_are_read_by_kind_and_side
    refuses_bytes_that_are_no_book
}

const NOTHING: LevelChanges = [None; 2];

fn change(side: Side, price: i64, quantity: i64) -> Option<LevelChange> {
    Some(LevelChange { side, level: entry(price, quantity) })
}

mod check {
    use super::*;
    use Side::{Ask, Bid};

    pub fn starts_empty(book: impl Orders) {
        check_one(&book);
        assert_eq!((book.order(0), book.ahead(7), book.level(Bid, 5)), (None, None, None));
        assert_eq!(saved(&book), [0; 88]);
    }

    pub fn queues_are_first_come_first_served(mut book: impl Orders) {
        for (id, quantity) in [(7, 10), (3, 20), (9, 30)] {
            book.add(Bid, id, entry(100, quantity));
        }
        assert_eq!(queue(&book, Bid, 100), [(7, 10), (3, 20), (9, 30)]);
        assert_eq!(book.ahead(7), Some(Ahead::default()));
        assert_eq!(book.ahead(9), Some(Ahead { orders: 2, quantity: 30 }));
        assert_eq!(book.cancel(Bid, 3), [change(Bid, 100, 40), None]);
        assert_eq!(book.ahead(9), Some(Ahead { orders: 1, quantity: 10 }));
        assert_eq!(book.cancel(Bid, 7), [change(Bid, 100, 30), None]);
        assert_eq!(book.cancel(Bid, 9), [change(Bid, 100, 0), None]);
        assert_eq!(book.level(Bid, 100), None);
        check_one(&book);
    }

    pub fn less_keeps_the_place_and_more_loses_it(mut book: impl Orders) {
        for id in 1..=3 {
            book.add(Ask, id, entry(50, 10));
        }
        assert_eq!(book.modify(Ask, 1, entry(50, 4)), [change(Ask, 50, 24), None]);
        assert_eq!(book.modify(Ask, 2, entry(50, 10)), [change(Ask, 50, 24), None]);
        assert_eq!(queue(&book, Ask, 50), [(1, 4), (2, 10), (3, 10)]);
        assert_eq!(book.modify(Ask, 1, entry(50, 5))[1], change(Ask, 50, 25));
        assert_eq!(queue(&book, Ask, 50), [(2, 10), (3, 10), (1, 5)]);
        assert_eq!(book.modify(Ask, 3, entry(50, 0)), [change(Ask, 50, 15), None]);
        assert_eq!(queue(&book, Ask, 50), [(2, 10), (1, 5)]);
        check_one(&book);
    }

    pub fn another_price_goes_to_its_back(mut book: impl Orders) {
        book.add(Bid, 1, entry(100, 5));
        book.add(Bid, 2, entry(90, 5));
        let changes = book.modify(Bid, 1, entry(90, 3));
        assert_eq!(changes, [change(Bid, 100, 0), change(Bid, 90, 8)]);
        assert_eq!(queue(&book, Bid, 90), [(2, 5), (1, 3)]);
        assert_eq!((book.levels(Bid), book.counts().modified), (1, 1));
        check_one(&book);
    }

    pub fn an_execution_takes_in_place_and_ends_with_the_order(mut book: impl Orders) {
        book.add(Ask, 1, entry(10, 5));
        book.add(Ask, 2, entry(10, 5));
        assert_eq!(book.execute(Ask, 1, 2), [change(Ask, 10, 8), None]);
        assert_eq!(queue(&book, Ask, 10), [(1, 3), (2, 5)]);
        assert_eq!(book.execute(Ask, 1, 3), [change(Ask, 10, 5), None]);
        assert_eq!((book.order(1), book.counts().executed), (None, 2));
        assert_eq!(book.counts().overfilled, 0);
        check_one(&book);
    }

    pub fn what_is_not_here_is_counted(mut book: impl Orders) {
        book.add(Bid, 1, entry(10, 5));
        let before = listed(&book, Bid);
        assert_eq!(book.modify(Bid, 2, entry(10, 1)), NOTHING);
        assert_eq!(book.cancel(Ask, 2), NOTHING);
        assert_eq!(book.execute(Bid, 2, 1), NOTHING);
        assert_eq!(listed(&book, Bid), before);
        let counts = OrderCounts { added: 1, unknown: 3, ..OrderCounts::default() };
        assert_eq!(book.counts(), counts);
    }

    pub fn an_id_twice_counts_for_the_later(mut book: impl Orders) {
        book.add(Bid, 1, entry(10, 5));
        book.add(Bid, 2, entry(10, 6));
        assert_eq!(book.add(Bid, 1, entry(10, 7)), [change(Bid, 10, 6), change(Bid, 10, 13)]);
        assert_eq!(queue(&book, Bid, 10), [(2, 6), (1, 7)]);
        assert_eq!(book.add(Ask, 2, entry(20, 1)), [change(Bid, 10, 7), change(Ask, 20, 1)]);
        assert_eq!((book.len(), book.counts().duplicate, book.counts().added), (2, 2, 4));
        check_one(&book);
    }

    pub fn more_than_there_is_ends_the_order(mut book: impl Orders) {
        book.add(Bid, 1, entry(10, 5));
        assert_eq!(book.execute(Bid, 1, i64::MAX), [change(Bid, 10, 0), None]);
        assert_eq!((book.counts().overfilled, book.counts().executed, book.len()), (1, 1, 0));
        check_one(&book);
    }

    pub fn the_wrong_side_is_counted_and_not_followed(mut book: impl Orders) {
        book.add(Bid, 1, entry(10, 5));
        assert_eq!(book.modify(Ask, 1, entry(11, 5))[1], change(Bid, 11, 5));
        assert_eq!(book.execute(Ask, 1, 2), [change(Bid, 11, 3), None]);
        assert_eq!(book.cancel(Ask, 1), [change(Bid, 11, 0), None]);
        assert_eq!((book.counts().wrong_side, book.levels(Ask)), (3, 0));
    }

    pub fn quantities_below_one_add_nothing(mut book: impl Orders) {
        book.add(Bid, 1, entry(10, 5));
        for quantity in [0, -1, i64::MIN] {
            assert_eq!(book.add(Bid, 2, entry(10, quantity)), NOTHING);
            assert_eq!(book.execute(Bid, 1, quantity), NOTHING);
        }
        assert_eq!(book.counts(), OrderCounts { added: 1, empty: 6, ..OrderCounts::default() });
        assert_eq!(book.modify(Bid, 1, entry(10, i64::MIN)), [change(Bid, 10, 0), None]);
        assert!(book.is_empty());
    }

    pub fn any_id_and_any_price(mut book: impl Orders) {
        let ids = [0, 1, u64::MAX, 1 << 63, u64::from(u32::MAX)];
        let prices = [i64::MIN, -7, 0, 65, i64::MAX];
        for (id, price) in ids.into_iter().zip(prices) {
            book.add(Ask, id, entry(price, 1));
            assert_eq!(book.order(id).map(|o| o.price), Some(price));
        }
        assert_eq!(listed(&book, Ask).iter().map(|l| l.price).collect::<Vec<_>>(), prices);
        check_one(&book);
        check_round_trip(&book, OrderBook::new(3));
    }

    pub fn totals_beyond_64_bits(mut book: impl Orders) {
        book.add(Bid, 1, entry(10, i64::MAX));
        assert_eq!(book.add(Bid, 2, entry(10, i64::MAX))[1], change(Bid, 10, i64::MAX));
        let quantity = 2 * i128::from(i64::MAX);
        assert_eq!(book.level(Bid, 10), Some(OrderLevel { price: 10, orders: 2, quantity }));
        assert_eq!(book.execute(Bid, 1, i64::MAX - 1), [change(Bid, 10, i64::MAX), None]);
        assert_eq!(book.cancel(Bid, 2), [change(Bid, 10, 1), None]);
        check_one(&book);
    }

    pub fn events_are_read_by_kind_and_side(mut book: impl Orders) {
        let mut apply = |kind, aux, bids: &[Entry], asks: &[Entry]| {
            let header = EventHeader { kind, aux, ..EventHeader::default() };
            book.apply(EventRef { header: &header, bids, asks })
        };
        let one = [entry(10, 4)];
        assert_eq!(apply(kind::ORDER_ADD, 1, &[], &one), [None, change(Ask, 10, 4)]);
        assert_eq!(apply(kind::ORDER_EXECUTE, 1, &[], &[entry(10, 1)])[0], change(Ask, 10, 3));
        assert_eq!(apply(kind::ORDER_MODIFY, 1, &[], &[entry(10, 2)])[0], change(Ask, 10, 2));
        assert_eq!(apply(kind::TRADE, 1, &one, &[]), NOTHING);
        assert_eq!(apply(kind::ORDER_CANCEL, 1, &one, &one), NOTHING);
        assert_eq!(apply(kind::ORDER_CANCEL, 1, &[], &[]), NOTHING);
        assert_eq!(apply(kind::ORDER_CANCEL, 1, &[], &[entry(10, 0)])[0], change(Ask, 10, 0));
        assert_eq!((book.counts().malformed, book.counts().executed), (2, 1));
    }

    pub fn refuses_bytes_that_are_no_book(mut book: impl Orders) {
        type Bids<'a> = &'a [(i64, &'a [(u64, i64)])];
        let bytes = |bids: Bids<'_>| {
            let mut w = StateWriter::new();
            w.u32(bids.len() as u32);
            for (price, orders) in bids {
                w.i64(*price);
                w.u32(orders.len() as u32);
                for (id, quantity) in *orders {
                    w.u64(*id);
                    w.i64(*quantity);
                }
            }
            w.raw(&[0; 84]);
            w.into_bytes()
        };
        let mut short = bytes(&[(10, &[(1, 1)])]);
        short.truncate(short.len() - 1);
        let mut endless = bytes(&[]);
        endless[..4].fill(0xff);
        for bad in [
            bytes(&[(9, &[(1, 1)]), (10, &[(2, 1)])]),
            bytes(&[(9, &[(1, 1)]), (9, &[(2, 1)])]),
            bytes(&[(9, &[])]),
            bytes(&[(9, &[(1, 1), (1, 1)])]),
            bytes(&[(9, &[(1, 1)]), (8, &[(1, 1)])]),
            bytes(&[(9, &[(1, 0)])]),
            short,
            endless,
            vec![],
        ] {
            book.add(Ask, 5, entry(5, 5));
            let error = book.restore(&mut StateReader::new(&bad)).unwrap_err();
            assert_eq!(error.code, "E_STATE");
            assert!(error.at.starts_with("byte "), "{error}");
            assert_eq!(saved(&book), [0; 88], "empty after an error");
        }
        let good = bytes(&[(10, &[(4, 1), (2, 3)]), (9, &[(1, 1)])]);
        book.restore(&mut StateReader::new(&good)).unwrap();
        assert_eq!(queue(&book, Bid, 10), [(4, 1), (2, 3)]);
        assert_eq!(saved(&book), good);
    }
}

#[test]
fn memory_is_used_again() {
    let mut book = OrderBook::new(1);
    for id in 0..100_000_u64 {
        let price = 1_000 + (id % 50) as i64;
        book.add(Side::Bid, id, entry(price, 3));
        if let Some(old) = id.checked_sub(200) {
            match old % 3 {
                0 => book.cancel(Side::Bid, old),
                1 => book.execute(Side::Bid, old, 3),
                _ => book.modify(Side::Bid, old, entry(price, 0)),
            };
        }
    }
    let (orders, levels, ids) = book.allocated();
    assert_eq!(book.len(), 200);
    assert!(orders <= 201 && levels <= 50 && ids <= 1_024, "{orders} {levels} {ids}");
}

#[test]
fn a_new_tick_changes_nothing_but_the_index() {
    let (mut book, mut oracle) = (OrderBook::new(10), OracleOrders::new());
    for id in 0..2_000 {
        let price = (id as i64 * 7_919) % 3_000;
        book.add(Side::Ask, id, entry(price, 1));
        oracle.add(Side::Ask, id, entry(price, 1));
    }
    for tick in [5, 1, 100, 0, 7] {
        book.set_tick(tick);
        check_equal(&book, &oracle);
        check_one(&book);
    }
}
