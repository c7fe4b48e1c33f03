//! Seeded sequences: ladder and oracle go through the same steps and are compared after each.

use super::*;

/// xorshift64*; the seed is not 0.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// A market that moves about `middle`, with the odd price that no ladder likes.
struct Market {
    random: Random,
    tick: i64,
    middle: i64,
}

impl Market {
    const TICKS: [i64; 8] = [1, 2, 5, 10, 64, 100, 1_000_000, 12_345];

    fn new(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let tick = random.pick(&Self::TICKS);
        let middle = random.pick(&[0, 3, 1_000, 617_000, 6_173_763, 40_000_000, 1 << 42]);
        Self { random, tick, middle }
    }

    fn price(&mut self) -> i64 {
        let width = self.random.pick(&[4, 50, 50, 50, 700, 20_000]);
        let step = self.middle - width as i64 / 2 + self.random.below(width) as i64;
        let price = step.wrapping_mul(self.tick);
        match self.random.below(100) {
            0..=2 => price.wrapping_add(1 + self.random.below(3) as i64),
            3 => price.wrapping_neg(),
            4 => self.extreme(),
            5 => price.wrapping_add(self.tick.wrapping_mul(1 << 25)),
            _ => price,
        }
    }

    fn extreme(&mut self) -> i64 {
        let near = self.random.below(200) as i64;
        match self.random.below(4) {
            0 => i64::MAX - near,
            1 => i64::MIN + near,
            2 => near - 100,
            _ => (i64::MAX / self.tick - near).wrapping_mul(self.tick),
        }
    }

    fn quantity(&mut self) -> i64 {
        match self.random.below(20) {
            0..=8 => 0,
            9 => i64::MAX,
            10 => -1,
            _ => 1 + self.random.below(1_000_000) as i64,
        }
    }

    fn levels(&mut self, most: u64) -> Vec<Entry> {
        let count = self.random.below(most + 1);
        (0..count).map(|_| Entry { price: self.price(), quantity: self.quantity() }).collect()
    }

    /// Both books take one step; bids and asks overlap, so most books are crossed now and then.
    fn step(&mut self, ladder: &mut LadderBook, oracle: &mut OracleBook) {
        match self.random.below(100) {
            0 => {
                ladder.clear();
                oracle.clear();
            }
            1 | 2 => {
                let (bids, asks) = (self.levels(120), self.levels(120));
                ladder.load(&bids, &asks);
                oracle.load(&bids, &asks);
            }
            3 | 4 => {
                self.tick = self.random.pick(&Self::TICKS);
                ladder.change_tick(self.tick);
                oracle.change_tick(self.tick);
            }
            5 => self.middle = self.random.pick(&[0, 70, 9_000, 617_300, 1 << 23, 1 << 36]),
            6 => self.empty_a_side(ladder, oracle),
            7..=40 => {
                let side = self.random.pick(&Side::BOTH);
                let (price, quantity) = (self.price(), self.quantity());
                ladder.set(side, price, quantity);
                oracle.set(side, price, quantity);
            }
            _ => {
                let (bids, asks) = (self.levels(12), self.levels(12));
                ladder.apply(&bids, &asks);
                oracle.apply(&bids, &asks);
            }
        }
        self.middle += self.random.below(9) as i64 - 4;
    }

    fn empty_a_side(&mut self, ladder: &mut LadderBook, oracle: &mut OracleBook) {
        let side = self.random.pick(&Side::BOTH);
        for level in listed(oracle, side) {
            ladder.set(side, level.price, 0);
            oracle.set(side, level.price, 0);
            assert_eq!(ladder.best(side), oracle.best(side));
        }
    }
}

fn run(seed: u64, steps: usize) {
    let mut market = Market::new(seed);
    let limit = market.random.pick(&[0, 1, 3, 20, PAGES_LIMIT, PAGES_LIMIT]);
    let mut ladder = LadderBook::with_pages_limit(market.tick, limit);
    let mut oracle = OracleBook::with_tick(market.tick);
    for step in 0..steps {
        market.step(&mut ladder, &mut oracle);
        check_equal(&ladder, &oracle);
        assert!(Side::BOTH.into_iter().all(|side| ladder.pages(side) <= limit));
        for side in Side::BOTH {
            let price = market.price();
            assert_eq!(ladder.quantity_at(side, price), oracle.quantity_at(side, price));
        }
        if step % 50 == 0 {
            check_one(&ladder);
            check_one(&oracle);
            check_round_trip(&ladder, OracleBook::new());
            check_round_trip(&oracle, LadderBook::new(market.random.pick(&Market::TICKS)));
        }
    }
}

#[test]
fn ladder_equals_oracle_over_seeded_sequences() {
    for seed in 1..=60 {
        let result = std::panic::catch_unwind(|| run(seed, 400));
        assert!(result.is_ok(), "seed {seed}");
    }
}
