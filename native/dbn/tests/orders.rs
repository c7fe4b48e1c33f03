//! Order by order: what the tape's events make of a book is what Databento's rules make of its records.
#![allow(clippy::unwrap_used)]

mod support;

use dbn::{MboMsg, Schema, UNDEF_PRICE};
use std::collections::BTreeMap;
use support::*;
use tickwright_engine::event::{Entry, EventBuf, EventRef, event_flag, kind};

fn book(records: &[MboMsg]) -> Imported {
    let folder = Folder::new(&format!("orders-{}", records.len()));
    tape_of(&folder, &[encode(&metadata(3, Schema::Mbo), records)]).unwrap()
}

#[test]
fn each_action_is_its_event() {
    let imported = book(&[
        mbo(1, b'R', b'N', 0, i64::MAX, 0, LAST),
        mbo(2, b'A', b'B', 11, 400, 5, LAST),
        mbo(3, b'A', b'A', 12, 401, 7, LAST),
        mbo(4, b'M', b'B', 11, 399, 4, LAST),
        // A buyer takes 3 of order 12: trade, fill, and the cancel that books it.
        mbo(5, b'T', b'B', 90, 401, 3, 0),
        mbo(5, b'F', b'A', 12, 401, 3, 0),
        mbo(5, b'C', b'A', 12, 401, 3, LAST),
        mbo(6, b'C', b'A', 12, 401, 1, LAST),
        mbo(7, b'C', b'A', 12, 401, 3, LAST),
        mbo(8, b'T', b'N', 0, 400, 2, LAST),
    ]);
    let expected = [
        (kind::SNAPSHOT, 0, None),
        (kind::ORDER_ADD, 11, Some((true, 10_000, 5))),
        (kind::ORDER_ADD, 12, Some((false, 10_025, 7))),
        (kind::ORDER_MODIFY, 11, Some((true, 9_975, 4))),
        (kind::TRADE, 0, Some((true, 10_025, 3))),
        (kind::ORDER_EXECUTE, 12, Some((false, 10_025, 3))),
        (kind::ORDER_MODIFY, 12, Some((false, 10_025, 3))),
        (kind::ORDER_CANCEL, 12, Some((false, 10_025, 0))),
        (kind::TRADE, 0, Some((true, 10_000, 2))),
    ];
    assert_eq!(short(&imported.events), expected);
    let execute = imported.events.get(5).header;
    assert_eq!((execute.w0, execute.w1), (5, 90), "sequence and taker");
    assert_eq!(imported.events.get(8).header.flags, event_flag::NO_SIDE);
    let i = &imported.directory.instruments[0];
    assert_eq!(
        (i.name(), i.price_scale, i.quantity_scale),
        ("glbx.mdp3.glbx:ESZ3".to_owned(), 2, 0)
    );
    assert_eq!((i.current().tick, i.current().inferred), (25, true));
    assert_eq!(imported.events.get(1).header.ts_event as u64, START + 2);
    assert_eq!(imported.events.get(1).header.ts_recv as u64, START + 502);
    assert!(imported.report.instruments[0].joined);
}

#[test]
fn a_snapshot_is_one_even_without_a_clear_record() {
    let snapshot = SNAPSHOT | dbn::flags::BAD_TS_RECV;
    for with_clear in [true, false] {
        let mut records = vec![mbo(9, b'A', b'A', 99, 500, 1, LAST)];
        if with_clear {
            records.push(mbo(0, b'R', b'N', 0, i64::MAX, 0, snapshot));
        }
        records.push(mbo(7, b'A', b'B', 1, 400, 5, snapshot));
        records.push(mbo(8, b'A', b'B', 2, 400, 6, snapshot | LAST));
        records.push(mbo(9, b'C', b'A', 99, 500, 1, LAST));
        let imported = book(&records);
        let kinds: Vec<_> =
            imported.events.headers().iter().map(|h| (h.kind, h.w0, h.w1)).collect();
        let sequence = if with_clear { 0 } else { 7 };
        assert_eq!(
            kinds,
            [
                (kind::ORDER_ADD, 9, 0),
                (kind::SNAPSHOT, 0, sequence),
                (kind::ORDER_ADD, sequence, 0),
                (kind::ORDER_ADD, sequence, 0),
            ]
        );
        let report = &imported.report.report;
        assert_eq!(report.ignored_frames.by_kind["cancel of an unknown order"], 1);
        let rules: Vec<_> =
            report.corrections.iter().filter(|c| c.rule.contains("clear")).collect();
        assert_eq!(rules.len(), usize::from(!with_clear));
    }
}

#[test]
fn what_is_odd_is_counted() {
    let imported = book(&[
        mbo(1, b'A', b'B', 1, 400, 5, LAST),
        mbo(2, b'A', b'B', 1, 401, 6, LAST),
        mbo(3, b'M', b'A', 2, 410, 6, LAST),
        mbo(4, b'C', b'B', 1, 401, 60, LAST),
        mbo(5, b'F', b'A', 2, 410, 1, LAST),
        mbo(6, b'F', b'A', 77, 410, 1, LAST),
        mbo(7, b'A', b'N', 3, 400, 5, LAST),
        mbo(8, b'A', b'B', 4, i64::MAX, 5, LAST),
        mbo(9, b'A', b'B', 0, 400, 5, LAST),
        mbo(10, b'N', b'N', 0, i64::MAX, 0, LAST),
        mbo(11, b'T', b'B', 0, i64::MAX, 5, LAST),
        mbo(12, b'A', b'B', 5, 400, 5, LAST | dbn::flags::TOB),
        mbo(13, b'X', b'B', 5, 400, 5, LAST),
        mbo(14, b'A', b'B', 6, 400, 5, LAST | dbn::flags::MAYBE_BAD_BOOK),
    ]);
    let report = &imported.report.report;
    let ignored: Vec<_> =
        report.ignored_frames.by_kind.iter().map(|(k, n)| (k.as_str(), *n)).collect();
    assert_eq!(
        ignored,
        [
            ("fill of an unknown order", 1),
            ("level among orders", 1),
            ("no action", 1),
            ("order without id or quantity", 1),
            ("order without side or price", 2),
            ("trade without price or quantity", 1),
        ]
    );
    let rules: Vec<_> = report.corrections.iter().map(|c| (c.rule, c.count)).collect();
    assert_eq!(
        rules,
        [
            ("cancel of more than is left: the order is taken out", 1),
            ("change of an unknown order: taken as an order that comes", 1),
            ("fill without a change of its order: not on the tape", 1),
            ("order added twice: the first one is cancelled", 1),
        ]
    );
    let refused = &report.refused_frames.by_code["E_RECORD"];
    assert_eq!((refused.count, refused.first.line), (1, 13));
    assert_eq!(imported.events.headers().iter().filter(|h| h.kind == kind::RESET).count(), 1);
    assert_eq!(UNDEF_PRICE, i64::MAX);
}

/// Levels of a book, by side and price.
type Levels = BTreeMap<(bool, i64), i64>;

fn levels<'a>(orders: impl Iterator<Item = &'a (bool, i64, i64)>) -> Levels {
    let mut out = Levels::new();
    for &(bid, price, quantity) in orders {
        *out.entry((bid, price)).or_default() += quantity;
    }
    out
}

/// Databento's own rules: trades and fills change nothing, cancels take from an order.
#[derive(Default)]
struct ByRecord(BTreeMap<u64, (bool, i64, i64)>);

impl ByRecord {
    fn record(&mut self, m: &MboMsg) {
        let (price, size) = (m.price / 10_000_000, i64::from(m.size));
        match m.action as u8 {
            b'R' => self.0.clear(),
            b'A' => drop(self.0.insert(m.order_id, (m.side as u8 == b'B', price, size))),
            b'M' => {
                let order = self.0.get_mut(&m.order_id).unwrap();
                (order.1, order.2) = (price, size);
            }
            b'C' => {
                let order = self.0.get_mut(&m.order_id).unwrap();
                order.2 -= size;
                if order.2 == 0 {
                    self.0.remove(&m.order_id);
                }
            }
            _ => {}
        }
    }
}

/// The tape's contract.
#[derive(Default)]
struct ByEvent(BTreeMap<u64, (bool, i64, i64)>);

impl ByEvent {
    fn event(&mut self, event: EventRef<'_>) {
        let id = event.header.aux;
        let only = || {
            let bid = !event.bids.is_empty();
            let Entry { price, quantity } = *event.bids.first().or(event.asks.first()).unwrap();
            (bid, price, quantity)
        };
        match event.header.kind {
            kind::SNAPSHOT => self.0.clear(),
            kind::ORDER_ADD => assert_eq!(self.0.insert(id, only()), None),
            kind::ORDER_MODIFY => assert_eq!(self.0.insert(id, only()).unwrap().0, only().0),
            kind::ORDER_CANCEL => assert_eq!(self.0.remove(&id).unwrap().0, only().0),
            kind::ORDER_EXECUTE => {
                let order = self.0.get_mut(&id).unwrap();
                order.2 -= only().2;
                assert!(order.2 >= 0);
                if order.2 == 0 {
                    self.0.remove(&id);
                }
            }
            _ => {}
        }
    }
}

/// A day of an exchange: orders come, change, go and trade.
fn day(rng: &mut Rng, events: u64) -> Vec<MboMsg> {
    let mut records = vec![mbo(0, b'R', b'N', 0, UNDEF_PRICE, 0, LAST)];
    let mut open: Vec<(u64, u8, i64, u32)> = Vec::new();
    for at in 1..=events {
        let pick = if open.is_empty() { 0 } else { rng.below(open.len() as u64) as usize };
        match rng.below(10) {
            0..4 => {
                let side = if rng.below(2) == 0 { b'A' } else { b'B' };
                let price = 400 + rng.below(9) as i64 + if side == b'A' { 10 } else { 0 };
                let size = 1 + rng.below(20) as u32;
                open.push((at, side, price, size));
                records.push(mbo(at, b'A', side, at, price, size, LAST));
            }
            4..6 if !open.is_empty() => {
                let (id, side, price, size) = &mut open[pick];
                *price += rng.below(3) as i64 - 1;
                *size = 1 + rng.below(20) as u32;
                records.push(mbo(at, b'M', *side, *id, *price, *size, LAST));
            }
            6..8 if !open.is_empty() => {
                let (id, side, price, size) = open[pick];
                let part = 1 + rng.below(u64::from(size)) as u32;
                records.push(mbo(at, b'C', side, id, price, part, LAST));
                open[pick].3 -= part;
            }
            _ if !open.is_empty() => execution(rng, at, &mut open[pick], &mut records),
            _ => {}
        }
        open.retain(|o| o.3 > 0);
    }
    records
}

/// A trade, fills of one resting order, and how the venue books them: by one cancel, several, or a modify.
fn execution(rng: &mut Rng, at: u64, order: &mut (u64, u8, i64, u32), records: &mut Vec<MboMsg>) {
    let (id, side, price, size) = *order;
    let aggressor = if side == b'A' { b'B' } else { b'A' };
    let filled = 1 + rng.below(u64::from(size)) as u32;
    let first = 1 + rng.below(u64::from(filled)) as u32;
    records.push(mbo(at, b'T', aggressor, 1_000_000 + at, price, filled, 0));
    for part in [first, filled - first].into_iter().filter(|&p| p > 0) {
        records.push(mbo(at, b'F', side, id, price, part, 0));
    }
    order.3 -= filled;
    if order.3 > 0 && rng.below(3) == 0 {
        records.push(mbo(at, b'M', side, id, price, order.3, LAST));
    } else if rng.below(2) == 0 || filled == first {
        records.push(mbo(at, b'C', side, id, price, filled, LAST));
    } else {
        records.push(mbo(at, b'C', side, id, price, filled - first, 0));
        records.push(mbo(at, b'C', side, id, price, first, LAST));
    }
}

/// Events by the record that they come from: records have times of their own by `at`.
fn events_until<'a>(
    events: &'a EventBuf,
    from: &mut usize,
    ts: u64,
) -> impl Iterator<Item = EventRef<'a>> {
    let start = *from;
    while *from < events.len() && events.get(*from).header.ts_event as u64 <= ts {
        *from += 1;
    }
    (start..*from).map(|i| events.get(i))
}

#[test]
fn books_agree_after_every_event() {
    for seed in 0..20 {
        let records = day(&mut Rng::new(seed), 600);
        let imported = book(&records);
        let (mut by_record, mut by_event, mut at) = (ByRecord::default(), ByEvent::default(), 0);
        let mut executed = 0;
        for m in &records {
            by_record.record(m);
            if m.flags.is_last() {
                for event in events_until(&imported.events, &mut at, m.hd.ts_event) {
                    executed += u64::from(event.header.kind == kind::ORDER_EXECUTE);
                    by_event.event(event);
                }
                assert_eq!(
                    levels(by_record.0.values()),
                    levels(by_event.0.values()),
                    "seed {seed}"
                );
            }
        }
        assert_eq!(at, imported.events.len());
        assert_eq!(by_record.0, by_event.0);
        let report = &imported.report.report;
        assert_eq!((report.refused_frames.total, report.ignored_frames.total), (0, 0));
        assert!(report.corrections.is_empty() && executed > 20);
    }
}
