//! The seeded market order by order: encoders print it in a venue's own format.

use crate::market::{Happening, Levels, SeededMarket, Shape};
use std::collections::BTreeMap;
use tickwright_engine::Entry;
use tickwright_engine::book::Side;

/// An order in the book; its quantity is what is said of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    pub id: u64,
    pub side: Side,
    pub price: i64,
    pub quantity: i64,
}

/// What happens to an order.
#[derive(Clone, Copy, Debug)]
pub enum OrderStep {
    Add(Order),
    /// What is left of it, without a trade.
    Reduce(Order),
    /// What was left of it.
    Cancel(Order),
    /// What was executed of it, and what is left.
    Execute {
        maker: Order,
        left: i64,
        taker: u64,
        trade: u64,
    },
}

/// Orders whose sums are the seeded market's levels.
pub struct OrderMarket {
    pub market: SeededMarket,
    /// Ids and quantities by price, first in the queue first.
    queues: [BTreeMap<i64, Vec<(u64, i64)>>; 2],
    ids: u64,
    trades: u64,
}

impl OrderMarket {
    pub fn new(seed: u64, shape: Shape) -> Self {
        let market = SeededMarket::new(seed, shape);
        let mut out = Self { market, queues: Default::default(), ids: 0, trades: 0 };
        let start = out.market.book(usize::MAX);
        let mut steps = Vec::new();
        for (side, levels) in [(Side::Bid, start.bids), (Side::Ask, start.asks)] {
            for level in levels {
                // Two orders where the level has a lot for each.
                let half = level.quantity / 2 / shape.lot * shape.lot;
                out.settle(side, Entry { quantity: half, ..level }, &mut steps);
                out.settle(side, level, &mut steps);
            }
        }
        out
    }

    /// All orders, best prices first, first in the queue first.
    pub fn resting(&self) -> Vec<Order> {
        let of = |side: Side| {
            let queue = move |(price, queue): (&i64, &Vec<(u64, i64)>)| {
                let price = *price;
                let order = move |&(id, quantity)| Order { id, side, price, quantity };
                queue.iter().map(order).collect::<Vec<Order>>()
            };
            let levels = self.queues[side as usize].iter();
            let mut all: Vec<Vec<Order>> = levels.map(queue).collect();
            if side == Side::Bid {
                all.reverse();
            }
            all.concat()
        };
        [of(Side::Bid), of(Side::Ask)].concat()
    }

    /// The levels that the orders sum up to.
    pub fn levels(&self) -> Levels {
        self.market.book(usize::MAX)
    }

    /// Goes on by one happening; `true` where orders and levels agree behind it.
    pub fn step(&mut self) -> (Vec<OrderStep>, bool) {
        let mut steps = Vec::new();
        match self.market.step() {
            Happening::Update { changes, .. } => {
                for (side, levels) in [(Side::Bid, changes.bids), (Side::Ask, changes.asks)] {
                    levels.into_iter().for_each(|level| self.settle(side, level, &mut steps));
                }
                (steps, true)
            }
            Happening::Trade { aggressor, price, quantity, .. } => {
                self.execute(aggressor, price, quantity, &mut steps);
                (steps, false)
            }
        }
    }

    fn id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// Orders come to the back of a price, and go from there.
    fn settle(&mut self, side: Side, level: Entry, steps: &mut Vec<OrderStep>) {
        let Entry { price, quantity } = level;
        let next = self.ids + 1;
        let queue = self.queues[side as usize].entry(price).or_default();
        let mut over = queue.iter().map(|order| order.1).sum::<i64>() - quantity;
        if over < 0 {
            queue.push((next, -over));
            steps.push(OrderStep::Add(Order { id: next, side, price, quantity: -over }));
            self.id();
            return;
        }
        while over > 0 {
            let (id, held) = *queue.last().unwrap();
            let order = |quantity| Order { id, side, price, quantity };
            if held <= over {
                queue.pop();
                steps.push(OrderStep::Cancel(order(held)));
            } else {
                queue.last_mut().unwrap().1 = held - over;
                steps.push(OrderStep::Reduce(order(held - over)));
            }
            over -= held.min(over);
        }
        if queue.is_empty() {
            self.queues[side as usize].remove(&price);
        }
    }

    /// From the front of the queue, one match for each order.
    fn execute(&mut self, aggressor: Side, price: i64, mut rest: i64, steps: &mut Vec<OrderStep>) {
        let side = if aggressor == Side::Bid { Side::Ask } else { Side::Bid };
        let taker = self.id();
        while rest > 0 {
            let queue = self.queues[side as usize].get_mut(&price).unwrap();
            let (id, held) = queue[0];
            let quantity = held.min(rest);
            let left = held - quantity;
            if left == 0 {
                queue.remove(0);
            } else {
                queue[0].1 = left;
            }
            if queue.is_empty() {
                self.queues[side as usize].remove(&price);
            }
            rest -= quantity;
            self.trades += 1;
            let maker = Order { id, side, price, quantity };
            steps.push(OrderStep::Execute { maker, left, taker, trade: self.trades });
        }
    }
}
