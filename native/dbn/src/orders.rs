//! Order by order (MBO): actions become events of the order book. Rules: docs/formats/dbn.md.

use crate::records::{Out, Taken, push, refused, rule};
use dbn::MboMsg;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use tickwright_engine::FrameError;
use tickwright_engine::event::{Entry, EventHeader, event_flag, kind};
use tickwright_engine::schema::proof_reason;

/// A resting order.
#[derive(Clone, Copy, Debug)]
struct Held {
    price: i64,
    quantity: i64,
    buy: bool,
}

/// A fill whose effect on the book is told by a record that follows.
#[derive(Clone, Copy, Debug)]
struct Fill {
    order: u64,
    price: i64,
    quantity: i64,
}

/// Orders of one instrument.
#[derive(Debug, Default)]
pub struct Book {
    orders: HashMap<u64, Held, BuildHasherDefault<IdHasher>>,
    /// Of the event in hand.
    fills: Vec<Fill>,
    taker: u64,
    /// Sequence of the snapshot that is being sent.
    snapshot: Option<u64>,
    /// A gap was told, and nothing has cleared the book since.
    broken: bool,
}

/// A record with what was found out about it.
pub struct Record<'a> {
    pub message: &'a MboMsg,
    /// At the instrument's scale; none where the record has none.
    pub price: Option<i64>,
    /// Times, instrument and source.
    pub base: EventHeader,
}

impl Record<'_> {
    fn quantity(&self) -> i64 {
        i64::from(self.message.size)
    }

    fn sequence(&self) -> u64 {
        u64::from(self.message.sequence)
    }

    /// True for a bid; none where no side is told.
    fn buy(&self) -> Option<bool> {
        match self.message.side as u8 {
            b'B' => Some(true),
            b'A' => Some(false),
            _ => None,
        }
    }
}

impl Book {
    /// # Errors
    /// `E_RECORD` for an action that there is not.
    #[inline]
    pub fn record(&mut self, record: &Record<'_>, out: &mut Out<'_>) -> Result<Taken, FrameError> {
        let flags = record.message.flags;
        if flags.is_maybe_bad_book() && !self.broken {
            self.broken = true;
            let header =
                EventHeader { kind: kind::RESET, w0: proof_reason::GAP.into(), ..record.base };
            push(out, header, None, true);
        }
        if !flags.is_snapshot() {
            self.snapshot = None;
        }
        let taken = match record.message.action as u8 {
            b'A' => self.add(record, out),
            b'C' => self.cancel(record, out),
            b'M' => self.modify(record, out),
            b'F' => self.fill(record),
            b'T' => self.trade(record, out),
            b'R' => {
                self.clear(record, out);
                Taken::Data
            }
            b'N' => Taken::Ignored("no action"),
            _ => return Err(refused("an action of A, C, M, F, T, R, N")),
        };
        if flags.is_last() {
            self.end_event(out);
        }
        Ok(taken)
    }

    /// The records of one event are complete. A fill that nothing followed changes no book.
    fn end_event(&mut self, out: &mut Out<'_>) {
        for _ in self.fills.iter().filter(|f| f.quantity > 0) {
            rule(out, "fill without a change of its order: not on the tape");
        }
        self.fills.clear();
        self.taker = 0;
    }

    fn clear(&mut self, record: &Record<'_>, out: &mut Out<'_>) {
        self.orders.clear();
        self.fills.clear();
        self.broken = false;
        let sequence = record.sequence();
        self.snapshot = record.message.flags.is_snapshot().then_some(sequence);
        let header = EventHeader { kind: kind::SNAPSHOT, w1: sequence, ..record.base };
        push(out, header, None, true);
    }

    fn add(&mut self, record: &Record<'_>, out: &mut Out<'_>) -> Taken {
        let message = record.message;
        if message.flags.is_tob() || message.flags.is_mbp() {
            return Taken::Ignored("level among orders");
        }
        let (Some(buy), Some(price)) = (record.buy(), record.price) else {
            return Taken::Ignored("order without side or price");
        };
        if message.order_id == 0 || message.size == 0 {
            return Taken::Ignored("order without id or quantity");
        }
        if message.flags.is_snapshot() && self.snapshot.is_none() {
            self.clear(record, out);
            rule(out, "snapshot without a clear record: the book is emptied where it begins");
        }
        if let Some(old) = self.orders.remove(&message.order_id) {
            rule(out, "order added twice: the first one is cancelled");
            self.gone(record, old, out);
        }
        let held = Held { price, quantity: record.quantity(), buy };
        self.orders.insert(message.order_id, held);
        let w0 = self.snapshot.unwrap_or(record.sequence());
        order(out, record, kind::ORDER_ADD, w0, held);
        Taken::Data
    }

    fn modify(&mut self, record: &Record<'_>, out: &mut Out<'_>) -> Taken {
        let id = record.message.order_id;
        let Some(held) = self.orders.get_mut(&id) else {
            rule(out, "change of an unknown order: taken as an order that comes");
            return self.add(record, out);
        };
        let Some(price) = record.price else {
            return Taken::Ignored("order without side or price");
        };
        let now = Held { price, quantity: record.quantity(), buy: held.buy };
        if now.quantity == 0 {
            let old = *held;
            self.orders.remove(&id);
            self.gone(record, old, out);
            return Taken::Data;
        }
        let filled = self.fills.iter().filter(|f| f.order == id).map(|f| f.quantity).sum::<i64>();
        let before = *held;
        *held = now;
        if filled > 0 && now.price == before.price && before.quantity - now.quantity == filled {
            self.execute(record, before.buy, filled, out);
        } else {
            order(out, record, kind::ORDER_MODIFY, record.sequence(), now);
        }
        Taken::Data
    }

    /// Takes a quantity from an order: what was filled as an execution, the rest as cancelled.
    fn cancel(&mut self, record: &Record<'_>, out: &mut Out<'_>) -> Taken {
        let id = record.message.order_id;
        let Some(held) = self.orders.get_mut(&id) else {
            return Taken::Ignored("cancel of an unknown order");
        };
        if record.message.size == 0 {
            return Taken::Ignored("cancel of nothing");
        }
        let taken = record.quantity().min(held.quantity);
        if taken < record.quantity() {
            rule(out, "cancel of more than is left: the order is taken out");
        }
        let old = *held;
        held.quantity -= taken;
        let now = *held;
        if now.quantity == 0 {
            self.orders.remove(&id);
        }
        let executed = self.execute(record, old.buy, taken, out);
        if executed < taken && now.quantity == 0 {
            self.gone(record, old, out);
        } else if executed < taken {
            order(out, record, kind::ORDER_MODIFY, record.sequence(), now);
        }
        Taken::Data
    }

    /// Executions for the fills that were told of this order, up to a quantity; returns how much.
    fn execute(&mut self, record: &Record<'_>, buy: bool, most: i64, out: &mut Out<'_>) -> i64 {
        let mut left = most;
        for fill in self.fills.iter_mut().filter(|f| f.order == record.message.order_id) {
            let quantity = fill.quantity.min(left);
            if quantity == 0 {
                continue;
            }
            fill.quantity -= quantity;
            left -= quantity;
            let header = EventHeader {
                kind: kind::ORDER_EXECUTE,
                w0: record.sequence(),
                w1: self.taker,
                aux: fill.order,
                ..record.base
            };
            push(out, header, Some(Entry { price: fill.price, quantity }), buy);
        }
        most - left
    }

    fn fill(&mut self, record: &Record<'_>) -> Taken {
        let Some(held) = self.orders.get(&record.message.order_id) else {
            return Taken::Ignored("fill of an unknown order");
        };
        let (order, quantity) = (record.message.order_id, record.quantity());
        self.fills.push(Fill { order, price: record.price.unwrap_or(held.price), quantity });
        Taken::Data
    }

    fn trade(&mut self, record: &Record<'_>, out: &mut Out<'_>) -> Taken {
        self.taker = record.message.order_id;
        trade(out, record.base, record.message.side as u8, record.price, record.quantity())
    }

    fn gone(&self, record: &Record<'_>, old: Held, out: &mut Out<'_>) {
        let none = Held { quantity: 0, ..old };
        order(out, record, kind::ORDER_CANCEL, record.sequence(), none);
    }
}

fn order(out: &mut Out<'_>, record: &Record<'_>, kind: u8, w0: u64, now: Held) {
    let header = EventHeader { kind, w0, aux: record.message.order_id, ..record.base };
    push(out, header, Some(Entry { price: now.price, quantity: now.quantity }), now.buy);
}

/// A print, on the side of who aggressed.
pub fn trade(
    out: &mut Out<'_>,
    base: EventHeader,
    side: u8,
    price: Option<i64>,
    quantity: i64,
) -> Taken {
    let Some(price) = price.filter(|_| quantity > 0) else {
        return Taken::Ignored("trade without price or quantity");
    };
    let flags = match side {
        b'A' | b'B' => base.flags,
        _ => base.flags | event_flag::NO_SIDE,
    };
    let header = EventHeader { kind: kind::TRADE, flags, source: out.trades, ..base };
    push(out, header, Some(Entry { price, quantity }), side != b'A');
    Taken::Data
}

/// Spreads ids, which venues give out in rows. Nothing depends on the order of a map.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&b| self.write_u64(u64::from(b)));
    }

    #[inline]
    fn write_u64(&mut self, value: u64) {
        // Multiplied by an odd number near 2^64 divided by the golden ratio: high bits depend on all below, and
        // the map looks at both ends.
        let mixed = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}
