//! Order events in a market: both books, joining, sequence, trades, state.

use super::*;
use crate::book::OracleBook;
use crate::book::orders::OracleOrders;
use crate::event::EventHeader;
use crate::instrument::InstrumentVersion;

/// "binance" numbers its updates; a venue that no parser knows proves nothing.
const NUMBERED: &str = "binance";
const UNPROVABLE: &str = "nasdaq";

fn market(venue: &str) -> Market {
    let version = InstrumentVersion { from_event: 0, tick: 10, lot: 1, inferred: false };
    let (venue, symbol) = (venue.to_owned(), "X".to_owned());
    let versions = vec![version];
    Market::new(&Instrument { venue, symbol, price_scale: 2, quantity_scale: 0, versions }).unwrap()
}

fn apply(market: &mut Market, header: EventHeader, bids: &[Entry], asks: &[Entry]) -> bool {
    market.apply(EventRef { header: &header, bids, asks })
}

/// An order event on the bids.
fn order(market: &mut Market, kind: u8, sequence: u64, aux: u64, (price, quantity): (i64, i64)) {
    let header = EventHeader { kind, w0: sequence, aux, ..EventHeader::default() };
    apply(market, header, &[Entry { price, quantity }], &[]);
}

fn snapshot(market: &mut Market, sequence: u64) {
    let header = EventHeader { kind: kind::SNAPSHOT, w1: sequence, ..EventHeader::default() };
    apply(market, header, &[], &[]);
}

fn listed(book: &impl Book, side: Side) -> Vec<Entry> {
    let mut out = vec![];
    book.for_each(side, &mut |level| out.push(level));
    out
}

/// Order events of a market about 1,000, one a call.
struct Flow(u64);

impl Flow {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % bound
    }

    fn next(&mut self) -> (EventHeader, Side, Entry) {
        let kinds = [kind::ORDER_ADD, kind::ORDER_MODIFY, kind::ORDER_CANCEL, kind::ORDER_EXECUTE];
        let kind = kinds[(self.below(7) % 4) as usize];
        let aux = 1 + self.below(90);
        // An id stays on its side; now and then prices of both sides meet.
        let side = if aux.is_multiple_of(2) { Side::Bid } else { Side::Ask };
        let away = 10 * (self.below(60) as i64 - 2);
        let price = if side == Side::Bid { 1_000 - away } else { 1_000 + away };
        let header = EventHeader { kind, aux, ..EventHeader::default() };
        (header, side, Entry { price, quantity: 1 + self.below(30) as i64 })
    }
}

#[test]
fn l3_and_l2_of_one_recording_agree_level_by_level() {
    for seed in 1..=20 {
        let mut flow = Flow(seed * 0x9e37_79b9 + 1);
        let (mut l3, mut l2) = (market(UNPROVABLE), market(UNPROVABLE));
        let (mut orders, mut levels) = (OracleOrders::new(), OracleBook::new());
        apply(&mut l2, EventHeader { kind: kind::SNAPSHOT, ..EventHeader::default() }, &[], &[]);
        for id in 1..=1_500 {
            let (header, side, entry) = flow.next();
            let one = [entry];
            let (bids, asks) =
                if side == Side::Bid { (&one[..], &[][..]) } else { (&[][..], &one[..]) };
            apply(&mut l3, header, bids, asks);
            // What a venue would send of it as levels: a depth update a changed level.
            let changes = orders.apply(EventRef { header: &header, bids, asks });
            let of = |side| {
                let of_side = changes.iter().flatten().filter(|change| change.side == side);
                of_side.map(|change| change.level).collect::<Vec<_>>()
            };
            let (bids, asks) = (of(Side::Bid), of(Side::Ask));
            let depth = EventHeader { kind: kind::DEPTH, w0: id, w1: id, ..header };
            apply(&mut l2, depth, &bids, &asks);
            levels.apply(&bids, &asks);
            for side in Side::BOTH {
                assert_eq!(listed(&l3.book, side), listed(&levels, side));
                assert_eq!(listed(&l3.book, side), listed(&l2.book, side));
                let resting = l3.orders.get().unwrap();
                let mut sums = vec![];
                resting.for_each_level(side, &mut |l| sums.push((l.price, l.quantity)));
                let told = listed(&l3.book, side).into_iter();
                assert_eq!(sums, told.map(|l| (l.price, l.quantity.into())).collect::<Vec<_>>());
            }
            assert_eq!((l3.bid, l3.ask, l3.touch_changed), (l2.bid, l2.ask, l2.touch_changed));
        }
        assert_eq!((l3.counts.crossed, l3.counts.updates), (l2.counts.crossed, 1_500));
        assert!(l3.counts.crossed > 0 && orders.counts().executed > 0);
        assert_eq!(l3.orders.get().unwrap().counts(), orders.counts());
    }
}

#[test]
fn a_venue_without_proof_is_joined_by_its_first_order() {
    let mut market = market(UNPROVABLE);
    order(&mut market, kind::ORDER_CANCEL, 0, 9, (100, 0));
    assert!(market.joined);
    assert_eq!(market.proof_level(), proof_level::UNPROVABLE);
    order(&mut market, kind::ORDER_ADD, 0, 1, (100, 5));
    assert_eq!(market.bid, Some(Entry { price: 100, quantity: 5 }));
    assert!(market.touch_changed);
    assert_eq!(market.orders.get().unwrap().counts().unknown, 1);
}

#[test]
fn a_numbered_venue_waits_for_its_snapshot_and_goes_on_from_it() {
    let mut market = market(NUMBERED);
    order(&mut market, kind::ORDER_ADD, 6, 1, (100, 5));
    assert_eq!((market.joined, market.counts.unjoined), (false, 1));
    assert!(market.orders.get().is_none());
    snapshot(&mut market, 10);
    assert_eq!((market.joined, market.proof_level()), (true, proof_level::SEQUENCE));
    for id in 1..=3 {
        order(&mut market, kind::ORDER_ADD, 10, id, (90 + 10 * id as i64, 5));
        assert!(!market.touch_changed, "a snapshot is no news order by order");
    }
    order(&mut market, kind::ORDER_CANCEL, 12, 3, (120, 0));
    assert!(market.touch_changed);
    order(&mut market, kind::ORDER_EXECUTE, 12, 2, (110, 1));
    assert_eq!((market.sequence, market.counts.updates), (12, 5));
    assert_eq!(market.bid, Some(Entry { price: 110, quantity: 4 }));
    snapshot(&mut market, 20);
    assert_eq!((market.bid, market.orders.get().unwrap().len()), (None, 0));
}

#[test]
fn a_sequence_that_steps_back_and_a_reset_drop_both_books() {
    let mut market = market(NUMBERED);
    snapshot(&mut market, 10);
    order(&mut market, kind::ORDER_ADD, 11, 1, (100, 5));
    order(&mut market, kind::ORDER_ADD, 10, 2, (100, 5));
    assert_eq!((market.joined, market.proof_reason()), (false, proof_reason::OUT_OF_ORDER));
    assert_eq!((market.bid, market.orders.get().unwrap().len()), (None, 0));
    snapshot(&mut market, 20);
    order(&mut market, kind::ORDER_ADD, 0, 3, (100, 5));
    assert_eq!((market.sequence, market.bid.map(|b| b.price)), (20, Some(100)));
    let reset = EventHeader { kind: kind::RESET, w0: 2, ..EventHeader::default() };
    assert!(apply(&mut market, reset, &[], &[]));
    assert_eq!((market.bid, market.orders.get().unwrap().len()), (None, 0));
    assert_eq!(market.book.levels(Side::Bid), 0);
}

#[test]
fn an_execution_is_no_trade_until_the_print_says_so() {
    let mut market = market(UNPROVABLE);
    order(&mut market, kind::ORDER_ADD, 0, 1, (100, 5));
    order(&mut market, kind::ORDER_EXECUTE, 0, 1, (100, 2));
    assert_eq!((market.last_side, market.counts.trades), (0, 0));
    let print = EventHeader { kind: kind::TRADE, ..EventHeader::default() };
    apply(&mut market, print, &[], &[Entry { price: 100, quantity: 2 }]);
    assert_eq!((market.last_side, market.last_trade.quantity), (-1, 2));
    assert_eq!(market.bid, Some(Entry { price: 100, quantity: 3 }));
}

#[test]
fn state_holds_the_queues_and_costs_nothing_without_orders() {
    let saved = |market: &Market| {
        let mut w = StateWriter::new();
        market.save(&mut w);
        w.into_bytes()
    };
    let mut full = market(UNPROVABLE);
    let without = saved(&full).len();
    order(&mut full, kind::ORDER_ADD, 0, 1, (100, 5));
    order(&mut full, kind::ORDER_ADD, 0, 2, (100, 6));
    let bytes = saved(&full);
    // Bids and asks as levels: one level of 16 bytes. Orders: one level, two orders, ten counts.
    assert_eq!(bytes.len(), without + 16 + (8 + 12 + 2 * 16 + 80));
    let mut other = market(UNPROVABLE);
    order(&mut other, kind::ORDER_ADD, 0, 9, (50, 5));
    other.restore(&mut StateReader::new(&bytes)).unwrap();
    assert_eq!(saved(&other), bytes);
    assert_eq!(other.orders.get().unwrap().ahead(2).unwrap().quantity, 5);
    let mut empty = market(UNPROVABLE);
    empty.restore(&mut StateReader::new(&saved(&market(UNPROVABLE)))).unwrap();
    other.restore(&mut StateReader::new(&saved(&empty))).unwrap();
    assert!(other.orders.get().is_none());
}
