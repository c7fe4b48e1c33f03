//! How fast order events are applied: `cargo run --release --example order_book_speed`.
//! Least of seven passes over generated tapes, each with the events of a venue's day in another mix.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::time::Instant;
use tickwright_engine::book::orders::RestingOrders;
use tickwright_engine::book::{Book, LadderBook, OrderBook, Orders, Side};
use tickwright_engine::event::kind;
use tickwright_engine::{Entry, EventBuf, EventHeader, EventRef};

const EVENTS: usize = 2_000_000;
const PASSES: usize = 7;
const TICK: i64 = 100;

/// Shares of 1,000 events beyond the adds and cancels that balance each other.
struct Mix {
    name: &'static str,
    modify: u64,
    execute: u64,
    /// Orders that rest about the middle of the tape.
    resting: usize,
}

const MIXES: [Mix; 4] = [
    Mix { name: "add and cancel, 2,000 resting", modify: 0, execute: 0, resting: 2_000 },
    Mix { name: "an equity's day, 2,000 resting", modify: 10, execute: 60, resting: 2_000 },
    Mix { name: "a busy day, 20,000 resting", modify: 100, execute: 100, resting: 20_000 },
    Mix { name: "a deep book, 200,000 resting", modify: 100, execute: 100, resting: 200_000 },
];

fn main() {
    for mix in &MIXES {
        let tape = Tape::new(mix);
        let events = tape.events.len();
        println!("{} ({} events: {})", mix.name, events, tape.shares());
        let mut memory = (0, 0, 0);
        let orders = least(|| {
            let mut book = OrderBook::new(TICK);
            for event in tape.events.iter() {
                std::hint::black_box(book.apply(event));
            }
            memory = book.allocated();
            book.len()
        });
        let both = least(|| {
            let (mut levels, mut orders) = (LadderBook::new(TICK), RestingOrders::default());
            for event in tape.events.iter() {
                orders.apply(event, &mut levels);
            }
            levels.levels(Side::Bid)
        });
        let speed = |seconds: f64| events as f64 / seconds / 1e6;
        let (orders, both) = (speed(orders), speed(both));
        println!("  orders {orders:.1} M events/s, orders and levels {both:.1} M events/s");
        let (slots, levels, ids) = memory;
        println!("  memory for {slots} orders, {levels} levels, {ids} places of ids");
    }
}

/// Least seconds of the passes.
fn least(mut pass: impl FnMut() -> usize) -> f64 {
    let times = (0..PASSES).map(|_| {
        let start = Instant::now();
        std::hint::black_box(pass());
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

/// A market that makes order events, sound ones: orders that rest, with their place.
struct Tape {
    events: EventBuf,
    state: u64,
    resting: Vec<(u64, Side, i64, i64)>,
    middle: i64,
    next_id: u64,
    orders: RestingOrders,
    levels: LadderBook,
}

impl Tape {
    fn new(mix: &Mix) -> Self {
        let mut tape = Self {
            events: EventBuf::new(),
            state: 0x9e37_79b9_7f4a_7c15,
            resting: Vec::new(),
            middle: 57_000,
            next_id: 10_000_000,
            orders: RestingOrders::default(),
            levels: LadderBook::new(TICK),
        };
        while tape.events.len() < EVENTS {
            tape.step(mix);
        }
        tape
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % bound
    }

    /// Ticks from the touch: half of all activity lies within two, the tail reaches some thousand.
    fn away(&mut self) -> i64 {
        let bits = self.below(11);
        self.below(1 << bits) as i64 / 2
    }

    fn step(&mut self, mix: &Mix) {
        if self.below(20) == 0 {
            self.middle += self.below(3) as i64 - 1;
        }
        let drawn = self.below(1_000);
        if self.resting.len() < mix.resting / 2 {
            self.add();
        } else if drawn < mix.execute {
            self.execute();
        } else if drawn < mix.execute + mix.modify {
            self.modify();
        } else if self.below(2 * mix.resting as u64) >= self.resting.len() as u64 {
            self.add();
        } else {
            self.cancel();
        }
    }

    fn add(&mut self) {
        let side = if self.below(2) == 0 { Side::Bid } else { Side::Ask };
        let away = 1 + self.away();
        let step = if side == Side::Bid { self.middle - away } else { self.middle + away };
        let (price, quantity) = (step * TICK, 100 * (1 + self.below(9) as i64));
        self.next_id += 1 + self.below(4);
        self.resting.push((self.next_id, side, price, quantity));
        self.push(kind::ORDER_ADD, self.next_id, side, price, quantity);
    }

    /// Young orders go first, as on a venue: most live for moments.
    fn pick(&mut self) -> usize {
        let last = self.resting.len() - 1;
        let back = if self.below(4) == 0 { self.below(last as u64 + 1) } else { self.below(200) };
        last - (back as usize).min(last)
    }

    fn cancel(&mut self) {
        let at = self.pick();
        let (id, side, price, _) = self.resting.remove(at);
        self.push(kind::ORDER_CANCEL, id, side, price, 0);
    }

    fn modify(&mut self) {
        let at = self.pick();
        let (id, side, mut price, mut quantity) = self.resting[at];
        match self.below(3) {
            0 => quantity = (quantity / 2).max(1),
            1 => quantity += 100,
            _ => price += TICK * (self.below(5) as i64 - 2),
        }
        self.resting[at] = (id, side, price, quantity);
        self.push(kind::ORDER_MODIFY, id, side, price, quantity);
    }

    /// The first in line at the touch.
    fn execute(&mut self) {
        let side = if self.below(2) == 0 { Side::Bid } else { Side::Ask };
        let (Some(Entry { price, .. }), Some(book)) = (self.levels.best(side), self.orders.get())
        else {
            return;
        };
        let mut first = None;
        book.for_each_at(side, price, &mut |order| {
            first.get_or_insert(order);
        });
        let Some(order) = first else { return };
        let whole = self.below(3) > 0;
        let quantity = if whole { order.quantity } else { (order.quantity / 2).max(1) };
        if let Some(at) = self.resting.iter().rposition(|known| known.0 == order.id) {
            self.resting[at].3 -= quantity;
            if self.resting[at].3 == 0 {
                self.resting.remove(at);
            }
        }
        self.push(kind::ORDER_EXECUTE, order.id, side, price, quantity);
    }

    fn push(&mut self, kind: u8, aux: u64, side: Side, price: i64, quantity: i64) {
        let header = EventHeader { kind, aux, ..EventHeader::default() };
        let one = [Entry { price, quantity }];
        let (bids, asks) =
            if side == Side::Bid { (&one[..], &[][..]) } else { (&[][..], &one[..]) };
        self.orders.apply(EventRef { header: &header, bids, asks }, &mut self.levels);
        self.events.push(header, bids, asks);
    }

    fn shares(&self) -> String {
        let kinds = [kind::ORDER_ADD, kind::ORDER_MODIFY, kind::ORDER_CANCEL, kind::ORDER_EXECUTE];
        let share = |of: u8| {
            let count = self.events.headers().iter().filter(|h| h.kind == of).count();
            format!("{} {:.0} %", kind::name(of), 100.0 * count as f64 / EVENTS as f64)
        };
        kinds.map(share).join(", ")
    }
}
