//! Order by order (MBO): actions become events of the order book. Rules: docs/formats/dbn.md.

use crate::records::{Out, Taken, push, refused, rule};
use crate::resting::{Held, Resting};
use dbn::MboMsg;
use tickwright_engine::FrameError;
use tickwright_engine::event::{Entry, EventHeader, event_flag, kind};
use tickwright_engine::schema::proof_reason;

/// A fill whose effect on the book is told by a record that follows.
#[derive(Clone, Copy, Debug)]
struct Fill {
    order: u64,
    price: i64,
    quantity: u32,
}

/// Orders of one instrument.
#[derive(Debug, Default)]
pub struct Book {
    orders: Resting,
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
        if let Some(at) = self.orders.find(message.order_id) {
            rule(out, "order added twice: the first one is cancelled");
            gone(record, *self.orders.at(at), out);
        }
        let held = Held { price, quantity: message.size, buy };
        self.orders.insert(message.order_id, held);
        let w0 = self.snapshot.unwrap_or(record.sequence());
        order(out, record, kind::ORDER_ADD, w0, held);
        Taken::Data
    }

    fn modify(&mut self, record: &Record<'_>, out: &mut Out<'_>) -> Taken {
        let (id, size) = (record.message.order_id, record.message.size);
        let Some(at) = self.orders.find(id) else {
            rule(out, "change of an unknown order: taken as an order that comes");
            return self.add(record, out);
        };
        let Some(price) = record.price else {
            return Taken::Ignored("order without side or price");
        };
        let old = *self.orders.at(at);
        let now = Held { price, quantity: size, ..old };
        if size == 0 {
            self.orders.remove(at);
            gone(record, old, out);
            return Taken::Data;
        }
        *self.orders.at(at) = now;
        let of_it = self.fills.iter().filter(|f| f.order == id);
        let filled: u64 = of_it.map(|f| u64::from(f.quantity)).sum();
        let less = u64::from(old.quantity.saturating_sub(size));
        if filled > 0 && now.price == old.price && less == filled {
            self.execute(record, old.buy, old.quantity - size, out);
        } else {
            order(out, record, kind::ORDER_MODIFY, record.sequence(), now);
        }
        Taken::Data
    }

    /// Takes a quantity from an order: what was filled as an execution, the rest as cancelled.
    fn cancel(&mut self, record: &Record<'_>, out: &mut Out<'_>) -> Taken {
        let (id, size) = (record.message.order_id, record.message.size);
        let Some(at) = self.orders.find(id) else {
            return Taken::Ignored("cancel of an unknown order");
        };
        if size == 0 {
            return Taken::Ignored("cancel of nothing");
        }
        let held = self.orders.at(at);
        let old = *held;
        if size > old.quantity {
            rule(out, "cancel of more than is left: the order is taken out");
        }
        held.quantity = old.quantity.saturating_sub(size);
        let (now, taken) = (*held, size.min(old.quantity));
        if now.quantity == 0 {
            self.orders.remove(at);
        }
        let executed = self.execute(record, old.buy, taken, out);
        if executed < taken && now.quantity == 0 {
            gone(record, old, out);
        } else if executed < taken {
            order(out, record, kind::ORDER_MODIFY, record.sequence(), now);
        }
        Taken::Data
    }

    /// Executions for the fills that were told of this order, up to a quantity; returns how much.
    fn execute(&mut self, record: &Record<'_>, buy: bool, most: u32, out: &mut Out<'_>) -> u32 {
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
            push(out, header, Some(Entry { price: fill.price, quantity: quantity.into() }), buy);
        }
        most - left
    }

    fn fill(&mut self, record: &Record<'_>) -> Taken {
        let (order, quantity) = (record.message.order_id, record.message.size);
        let Some(at) = self.orders.find(order) else {
            return Taken::Ignored("fill of an unknown order");
        };
        let price = record.price.unwrap_or(self.orders.at(at).price);
        self.fills.push(Fill { order, price, quantity });
        Taken::Data
    }

    fn trade(&mut self, record: &Record<'_>, out: &mut Out<'_>) -> Taken {
        self.taker = record.message.order_id;
        trade(out, record.base, record.message.side as u8, record.price, record.message.size)
    }
}

/// An order that is no more.
fn gone(record: &Record<'_>, old: Held, out: &mut Out<'_>) {
    let none = Held { quantity: 0, ..old };
    order(out, record, kind::ORDER_CANCEL, record.sequence(), none);
}

fn order(out: &mut Out<'_>, record: &Record<'_>, kind: u8, w0: u64, now: Held) {
    let header = EventHeader { kind, w0, aux: record.message.order_id, ..record.base };
    push(out, header, Some(Entry { price: now.price, quantity: now.quantity.into() }), now.buy);
}

/// A print, on the side of who aggressed.
pub fn trade(
    out: &mut Out<'_>,
    base: EventHeader,
    side: u8,
    price: Option<i64>,
    quantity: u32,
) -> Taken {
    let Some(price) = price.filter(|_| quantity > 0) else {
        return Taken::Ignored("trade without price or quantity");
    };
    let flags = match side {
        b'A' | b'B' => base.flags,
        _ => base.flags | event_flag::NO_SIDE,
    };
    let header = EventHeader { kind: kind::TRADE, flags, source: out.trades, ..base };
    push(out, header, Some(Entry { price, quantity: quantity.into() }), side != b'A');
    Taken::Data
}
