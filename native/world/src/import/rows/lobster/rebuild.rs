//! Messages to order events, held against and completed by the order book rows: L7 to L12.

use super::beyond::Beyond;
use super::counts::BookRows;
use super::message::What;
use super::window::Window;
use tickwright_engine::book::{OrderBook, Orders, Side};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{Entry, EventBuf, EventHeader, EventRef};

/// Ids of orders that nobody named begin here.
const ANONYMOUS: u64 = 1 << 63;

/// A message with its price in units.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    pub header: EventHeader,
    pub what: What,
    pub id: u64,
    pub side: Side,
    pub price: i64,
    pub size: i64,
}

/// The book as the tape has it, and what the rows came to.
#[derive(Clone, Debug)]
pub struct Rebuild {
    book: OrderBook,
    beyond: Beyond,
    /// Anonymous orders so far.
    given: u64,
    pub counts: BookRows,
}

/// What an event is made of, beside kind and order.
struct Emit<'a> {
    header: EventHeader,
    out: &'a mut EventBuf,
}

impl Rebuild {
    #[must_use]
    pub fn new() -> Self {
        Self {
            book: OrderBook::new(100),
            beyond: Beyond::default(),
            given: 0,
            counts: BookRows::default(),
        }
    }

    /// L7: a message alone. `false` where it cannot be told as an event: part of an order was cancelled
    /// of which nobody knows how much is left.
    pub fn message(&mut self, told: &Told, out: &mut EventBuf) -> bool {
        let mut emit = Emit { header: told.header, out };
        let rests = self.rests(told);
        match told.what {
            What::Submitted => self.add(&mut emit, told.side, told.id, told.price, told.size),
            What::Hidden | What::Cross | What::Halt(_) => {}
            _ if rests => self.take(&mut emit, told, told.id, told.size),
            What::Executed => {
                let level = Entry { price: told.price, quantity: told.size };
                self.apply(&mut emit, kind::ORDER_EXECUTE, told.side, told.id, level);
            }
            What::Deleted => {
                let level = Entry { price: told.price, quantity: 0 };
                self.apply(&mut emit, kind::ORDER_CANCEL, told.side, told.id, level);
            }
            What::Reduced => {
                self.counts.unknown_orders += 1;
                return false;
            }
        }
        let changes = matches!(told.what, What::Deleted | What::Executed);
        self.counts.unknown_orders += u64::from(changes && !rests);
        self.print(told, &mut emit);
        true
    }

    /// A message and the row behind it; `before` is the row in front of it, where it is known.
    pub fn message_and_row(
        &mut self,
        told: &Told,
        before: Option<&Window>,
        row: &Window,
        line: u64,
        out: &mut EventBuf,
    ) {
        let mut emit = Emit { header: told.header, out };
        let change = match told.what {
            What::Submitted => told.size,
            What::Reduced | What::Deleted | What::Executed => -told.size,
            What::Hidden | What::Cross | What::Halt(_) => 0,
        };
        let after = row.size(told.side, told.price).filter(|_| change != 0);
        if change != 0 {
            self.compare(before.and_then(|b| b.size(told.side, told.price)), change, after, line);
        }
        // What comes into the window lies behind the touch: it is there before the message acts, and
        // what leaves goes after it, so that no touch is seen that was none.
        let touched =
            after.map(|after| (told.side, told.price, after.saturating_sub(change).max(0)));
        self.enter(&mut emit, row, touched);
        match told.what {
            What::Submitted => self.add(&mut emit, told.side, told.id, told.price, told.size),
            _ if change != 0 => self.take_known_or_not(&mut emit, told),
            _ => {}
        }
        self.print(told, &mut emit);
        self.leave(&mut emit, row);
    }

    /// L9: the size of the message's level changed by the message's size.
    fn compare(&mut self, before: Option<i64>, change: i64, after: Option<i64>, line: u64) {
        let (Some(before), Some(after)) = (before, after) else {
            self.counts.not_comparable += 1;
            return;
        };
        self.counts.compared += 1;
        if before.checked_add(change) != Some(after) {
            self.counts.mismatched += 1;
            self.counts.first_mismatch.get_or_insert(line);
        }
    }

    fn rests(&self, told: &Told) -> bool {
        let at = self.book.order(told.id);
        at.is_some_and(|at| (at.side, at.price) == (told.side, told.price))
    }

    /// L8: a level's orders that were not seen submitted are anonymous, and what is said of one of
    /// them is said of the anonymous order.
    fn take_known_or_not(&mut self, emit: &mut Emit<'_>, told: &Told) {
        let mut left = told.size;
        if self.rests(told) {
            let all = self.book.order(told.id).map_or(0, |at| at.quantity);
            self.take(emit, told, told.id, left);
            left = left.saturating_sub(all);
        } else {
            self.counts.unknown_orders += 1;
        }
        for (id, quantity) in self.candidates(told.side, told.price, told.what) {
            if left < 1 {
                break;
            }
            self.take(emit, told, id, left.min(quantity));
            left -= left.min(quantity);
        }
    }

    /// Orders at a price in the order in which they stand for one that is not known: anonymous ones
    /// first; the first in line is executed, the last in line cancelled.
    fn candidates(&self, side: Side, price: i64, what: What) -> Vec<(u64, i64)> {
        let mut orders = Vec::new();
        self.book.for_each_at(side, price, &mut |order| orders.push((order.id, order.quantity)));
        if what != What::Executed {
            orders.reverse();
        }
        orders.sort_by_key(|order| order.0 < ANONYMOUS);
        orders
    }

    /// Takes `size` of an order that rests, as the message says.
    fn take(&mut self, emit: &mut Emit<'_>, told: &Told, id: u64, size: i64) {
        let Some(at) = self.book.order(id) else { return };
        let price = at.price;
        let left = at.quantity.saturating_sub(size);
        let (kind, quantity) = match told.what {
            What::Executed => (kind::ORDER_EXECUTE, size.min(at.quantity)),
            What::Deleted if id == told.id => (kind::ORDER_CANCEL, 0),
            _ if left < 1 => (kind::ORDER_CANCEL, 0),
            _ => (kind::ORDER_MODIFY, left),
        };
        self.apply(emit, kind, at.side, id, Entry { price, quantity });
    }

    /// L10: every level of the row has its size, the message's level the one in front of the message.
    fn enter(&mut self, emit: &mut Emit<'_>, row: &Window, touched: Option<(Side, i64, i64)>) {
        for side in Side::BOTH {
            for level in row.side(side) {
                let is_touched = touched.is_some_and(|t| (t.0, t.1) == (side, level.price));
                if !is_touched {
                    self.settle(emit, side, level.price, level.quantity);
                }
            }
        }
        if let Some((side, price, size)) = touched {
            self.settle(emit, side, price, size);
        }
    }

    /// L11: what the row does not show is not in the book; what it shows has its size.
    fn leave(&mut self, emit: &mut Emit<'_>, row: &Window) {
        for side in Side::BOTH {
            self.beyond.seen(side, row.edge(side));
            let mut ours = Vec::new();
            self.book.for_each_level(side, &mut |level| ours.push(level.price));
            for price in ours {
                let level = row.side(side).iter().find(|level| level.price == price);
                if level.is_none() {
                    let mut queue = Vec::new();
                    self.book.for_each_at(side, price, &mut |order| queue.push(order));
                    self.beyond.leaves(side, price, queue);
                }
                self.settle(emit, side, price, level.map_or(0, |level| level.quantity));
            }
        }
    }

    /// Brings a level to a size with anonymous orders; what is too much goes from the back.
    fn settle(&mut self, emit: &mut Emit<'_>, side: Side, price: i64, size: i64) {
        let level = self.book.level(side, price);
        let mut missing = i128::from(size) - level.map_or(0, |level| level.quantity);
        if level.is_none() && missing > 0 {
            for order in self.beyond.returns(side, price, size) {
                self.counts.edge_returns += 1;
                missing -= i128::from(order.quantity);
                self.add(emit, side, order.id, price, order.quantity);
            }
        }
        if missing > 0 {
            self.given += 1;
            self.counts.edge_orders += 1;
            let quantity = i64::try_from(missing).unwrap_or(i64::MAX);
            self.add(emit, side, ANONYMOUS + self.given, price, quantity);
            return;
        }
        let mut excess = -missing;
        if excess == 0 {
            return;
        }
        for (id, quantity) in self.candidates(side, price, What::Deleted) {
            if excess < 1 {
                break;
            }
            let left = i128::from(quantity) - excess;
            excess -= i128::from(quantity);
            self.counts.edge_removals += 1;
            let left = i64::try_from(left.max(0)).unwrap_or(quantity);
            let kind = if left == 0 { kind::ORDER_CANCEL } else { kind::ORDER_MODIFY };
            self.apply(emit, kind, side, id, Entry { price, quantity: left });
        }
    }

    fn add(&mut self, emit: &mut Emit<'_>, side: Side, id: u64, price: i64, quantity: i64) {
        self.apply(emit, kind::ORDER_ADD, side, id, Entry { price, quantity });
    }

    /// An order event: on the tape, and in the book.
    fn apply(&mut self, emit: &mut Emit<'_>, kind: u8, side: Side, aux: u64, level: Entry) {
        let header = EventHeader { kind, aux, ..emit.header };
        self.book.apply(emit.push(header, side, level));
    }

    /// L12: executions are prints, of a hidden order too; a cross prints what many executions were; a
    /// halt is a status.
    fn print(&mut self, told: &Told, emit: &mut Emit<'_>) {
        let level = Entry { price: told.price, quantity: told.size };
        let aggressor = if told.side == Side::Bid { Side::Ask } else { Side::Bid };
        let trade = EventHeader { kind: kind::TRADE, ..emit.header };
        match told.what {
            What::Executed => _ = emit.push(trade, aggressor, level),
            What::Hidden => {
                self.counts.hidden_executions += 1;
                emit.push(trade, aggressor, level);
            }
            What::Cross => {
                self.counts.crosses += 1;
                let flags = trade.flags | event_flag::AGGREGATE | event_flag::NO_SIDE;
                emit.push(EventHeader { flags, ..trade }, Side::Bid, level);
            }
            What::Halt(reason) => {
                self.counts.halts += 1;
                let header = EventHeader { kind: kind::STATUS, w0: reason, ..emit.header };
                emit.out.push(header, &[], &[]);
            }
            What::Submitted | What::Reduced | What::Deleted => {}
        }
    }
}

impl Emit<'_> {
    fn push(&mut self, header: EventHeader, side: Side, level: Entry) -> EventRef<'_> {
        let one = [level];
        let (bids, asks) =
            if side == Side::Bid { (&one[..], &[][..]) } else { (&[][..], &one[..]) };
        self.out.push(header, bids, asks);
        self.out.get(self.out.len() - 1)
    }
}
