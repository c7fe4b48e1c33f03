//! A seeded market that knows no venue: a book, its changes and trades, and the truth to compare with.
//! Encoders print it in a venue's own format.

use std::collections::BTreeMap;
use tickwright_engine::Entry;
use tickwright_engine::book::{Book, Side};

/// Scales and steps of the market; prices and quantities are mantissas at them.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub price_scale: u8,
    pub quantity_scale: u8,
    pub tick: i64,
    pub lot: i64,
    /// Price units around which the book starts.
    pub centre: i64,
    /// Levels a side at the start.
    pub levels: i64,
}

impl Default for Shape {
    fn default() -> Self {
        Self { price_scale: 2, quantity_scale: 4, tick: 5, lot: 10, centre: 1_000_000, levels: 40 }
    }
}

/// Levels of both sides, best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    pub bids: Vec<Entry>,
    pub asks: Vec<Entry>,
}

/// What happens in the market. `id` counts each kind by itself, from 1.
#[derive(Clone, Debug)]
pub enum Happening {
    /// Absolute quantities, 0 where a level has gone; each price once, best first.
    Update { id: u64, changes: Levels },
    /// The update that takes the quantity away follows.
    Trade { id: u64, aggressor: Side, price: i64, quantity: i64 },
}

/// The market. Equal seeds and shapes make equal markets.
#[derive(Clone, Debug)]
pub struct SeededMarket {
    pub shape: Shape,
    state: u64,
    sides: [BTreeMap<i64, i64>; 2],
    updates: u64,
    trades: u64,
    /// Venue time, ms since 1970.
    pub time_ms: i64,
    /// An update that a trade has caused and that is not told yet.
    owed: Option<Levels>,
}

/// Fewest levels that a side keeps.
const LEAST: usize = 3;

impl SeededMarket {
    pub fn new(seed: u64, shape: Shape) -> Self {
        let mut market = Self {
            shape,
            state: seed,
            sides: Default::default(),
            updates: 0,
            trades: 0,
            time_ms: 1_700_000_000_000,
            owed: None,
        };
        for step in 1..=shape.levels {
            for side in Side::BOTH {
                let quantity = market.quantity();
                let price = shape.centre + outward(side) * step * shape.tick;
                market.sides[side as usize].insert(price, quantity);
            }
        }
        market
    }

    /// The next number below `bound`, the same on every machine.
    pub fn draw(&mut self, bound: u64) -> u64 {
        const MULTIPLIER: u64 = 6_364_136_223_846_793_005;
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % bound
    }

    fn quantity(&mut self) -> i64 {
        // Quantities of very different widths: checksums and decimals differ by them.
        let digits = self.draw(5) as u32;
        (1 + self.draw(9 * 10_u64.pow(digits)) as i64) * self.shape.lot
    }

    /// The true book, at most `depth` levels a side.
    pub fn book(&self, depth: usize) -> Levels {
        let entry = |(&price, &quantity): (&i64, &i64)| Entry { price, quantity };
        Levels {
            bids: self.sides[Side::Bid as usize].iter().rev().take(depth).map(entry).collect(),
            asks: self.sides[Side::Ask as usize].iter().take(depth).map(entry).collect(),
        }
    }

    /// The book has changed by a trade whose update is not told yet.
    pub fn owes(&self) -> bool {
        self.owed.is_some()
    }

    fn best(&self, side: Side) -> Entry {
        let levels = self.book(1);
        if side == Side::Bid { levels.bids[0] } else { levels.asks[0] }
    }

    /// Goes on by one happening.
    pub fn step(&mut self) -> Happening {
        self.time_ms += 1 + self.draw(150) as i64;
        if let Some(changes) = self.owed.take() {
            return self.update(changes);
        }
        if self.draw(4) == 0 { self.trade() } else { self.orders() }
    }

    fn update(&mut self, changes: Levels) -> Happening {
        self.updates += 1;
        Happening::Update { id: self.updates, changes }
    }

    fn trade(&mut self) -> Happening {
        let aggressor = Side::BOTH[self.draw(2) as usize];
        let resting = Side::BOTH[1 - aggressor as usize];
        let best = self.best(resting);
        let whole = self.draw(3) == 0 && self.sides[resting as usize].len() > LEAST;
        let lots = best.quantity / self.shape.lot;
        let taken = if whole || lots == 1 { lots } else { 1 + self.draw(lots as u64 - 1) as i64 };
        let quantity = taken * self.shape.lot;
        // A last level that is emptied is filled again at once.
        let mut left = best.quantity - quantity;
        if left == 0 && self.sides[resting as usize].len() <= LEAST {
            left = self.shape.lot;
        }
        self.owed = Some(self.set([(resting, best.price, left)]));
        self.trades += 1;
        Happening::Trade { id: self.trades, aggressor, price: best.price, quantity }
    }

    fn orders(&mut self) -> Happening {
        let count = 1 + self.draw(6);
        let mut changes = Vec::new();
        for _ in 0..count {
            let side = Side::BOTH[self.draw(2) as usize];
            let gap = (self.best(Side::Ask).price - self.best(Side::Bid).price) / self.shape.tick;
            // Within the spread, at the touch, or further out.
            let inside = (gap / 2 - 1).max(0);
            let step = self.draw(30 + inside as u64) as i64 - inside;
            let price = self.best(side).price + outward(side) * step * self.shape.tick;
            let levels = &self.sides[side as usize];
            let removes = levels.contains_key(&price) && levels.len() > LEAST && self.draw(2) == 0;
            let quantity = if removes { 0 } else { self.quantity() };
            self.put(side, price, quantity);
            changes.push((side, price, quantity));
        }
        let changes = self.set(changes);
        self.update(changes)
    }

    fn put(&mut self, side: Side, price: i64, quantity: i64) {
        let levels = &mut self.sides[side as usize];
        if quantity == 0 {
            levels.remove(&price)
        } else {
            levels.insert(price, quantity)
        };
    }

    /// Changes of one update: the last of a price counts.
    fn set(&mut self, changes: impl IntoIterator<Item = (Side, i64, i64)>) -> Levels {
        let mut sides: [BTreeMap<i64, i64>; 2] = Default::default();
        for (side, price, quantity) in changes {
            self.put(side, price, quantity);
            sides[side as usize].insert(price, quantity);
        }
        let [bids, asks] = sides;
        let entry = |(price, quantity): (i64, i64)| Entry { price, quantity };
        Levels {
            bids: bids.into_iter().rev().map(entry).collect(),
            asks: asks.into_iter().map(entry).collect(),
        }
    }

    /// A price as a venue prints it, with all decimals of the scale.
    pub fn price(&self, price: i64) -> String {
        printed(price, self.shape.price_scale)
    }

    /// A quantity likewise.
    pub fn amount(&self, quantity: i64) -> String {
        printed(quantity, self.shape.quantity_scale)
    }
}

/// Where a side's prices go as they get worse.
const fn outward(side: Side) -> i64 {
    match side {
        Side::Bid => -1,
        Side::Ask => 1,
    }
}

/// A mantissa with all decimals of its scale.
pub fn printed(mantissa: i64, scale: u8) -> String {
    let scale = usize::from(scale);
    let digits = format!("{:0width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let sign = if mantissa < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// The levels of any book, best first.
pub fn levels_of(book: &impl Book) -> Levels {
    let side = |side| {
        let mut levels = Vec::new();
        book.for_each(side, &mut |entry| levels.push(entry));
        levels
    };
    Levels { bids: side(Side::Bid), asks: side(Side::Ask) }
}

#[test]
fn the_market_is_never_crossed_or_empty_and_its_updates_tell_all() {
    for seed in 0..20 {
        let mut market = SeededMarket::new(seed, Shape::default());
        let mut told = tickwright_engine::book::OracleBook::default();
        let start = market.book(usize::MAX);
        told.load(&start.bids, &start.asks);
        let (mut trades, mut updates) = (0, 0);
        for _ in 0..500 {
            match market.step() {
                Happening::Update { id, changes } => {
                    updates += 1;
                    assert_eq!(id, updates);
                    told.apply(&changes.bids, &changes.asks);
                    assert_eq!(levels_of(&told), market.book(usize::MAX));
                    assert!(market.best(Side::Bid).price < market.best(Side::Ask).price);
                }
                Happening::Trade { id, quantity, .. } => {
                    trades += 1;
                    assert_eq!(id, trades);
                    assert!(quantity > 0);
                }
            }
        }
        assert!(trades > 50 && updates > 200, "{trades} trades, {updates} updates");
    }
    assert_eq!(printed(-5, 2), "-0.05");
    assert_eq!(printed(1_000_005, 2), "10000.05");
    assert_eq!(printed(12, 0), "12");
}
