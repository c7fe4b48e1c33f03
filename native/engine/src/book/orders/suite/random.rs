//! Seeded sequences: both books go through the same steps and are compared after each; the levels that
//! they say they changed must add up to L2.

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

/// Orders about a middle that moves, with ids that are used again, never seen or absurd.
struct Flow {
    random: Random,
    tick: i64,
    middle: i64,
    ids: u64,
}

/// One step, the same for every book.
#[derive(Clone, Copy, Debug)]
enum Step {
    Event { kind: u8, side: Side, id: u64, level: Entry },
    Clear,
    Tick(i64),
}

impl Flow {
    const TICKS: [i64; 5] = [1, 5, 64, 100, 1_000_000];

    fn new(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let tick = random.pick(&Self::TICKS);
        let middle = random.pick(&[0, 100, 617_000, 1 << 41]);
        // Few ids: most events name an order that is there; many: most do not.
        let ids = random.pick(&[20, 60, 200]);
        Self { random, tick, middle, ids }
    }

    fn step(&mut self) -> Step {
        match self.random.below(400) {
            0 => Step::Clear,
            1 => {
                self.tick = self.random.pick(&Self::TICKS);
                Step::Tick(self.tick)
            }
            2 => {
                self.middle = self.random.pick(&[0, 9_000, 1 << 23, 1 << 36]);
                self.event()
            }
            _ => self.event(),
        }
    }

    fn event(&mut self) -> Step {
        let kinds = [
            kind::ORDER_ADD,
            kind::ORDER_ADD,
            kind::ORDER_ADD,
            kind::ORDER_MODIFY,
            kind::ORDER_CANCEL,
            kind::ORDER_EXECUTE,
        ];
        let kind = self.random.pick(&kinds);
        let side = self.random.pick(&Side::BOTH);
        let id = match self.random.below(50) {
            0 => u64::MAX - self.random.below(3),
            _ => self.random.below(self.ids) << self.random.pick(&[0, 0, 0, 40]),
        };
        Step::Event { kind, side, id, level: entry(self.price(), self.quantity()) }
    }

    fn price(&mut self) -> i64 {
        let width = self.random.pick(&[3, 3, 3, 40, 20_000]);
        let step = self.middle - width as i64 / 2 + self.random.below(width) as i64;
        let price = step.wrapping_mul(self.tick);
        match self.random.below(60) {
            0 => price.wrapping_add(1),
            1 => price.wrapping_neg(),
            2 => self.random.pick(&[i64::MAX, i64::MIN]),
            _ => price,
        }
    }

    fn quantity(&mut self) -> i64 {
        match self.random.below(30) {
            0 => 0,
            1 => -1,
            2 => i64::MAX,
            _ => 1 + self.random.below(9) as i64,
        }
    }
}

fn take<B: Subject>(book: &mut B, step: Step) -> LevelChanges {
    match step {
        Step::Clear => book.clear(),
        Step::Tick(tick) => book.change_tick(tick),
        Step::Event { kind, side, id, level } => {
            let header = EventHeader { kind, aux: id, ..EventHeader::default() };
            let one = [level];
            let (bids, asks) =
                if side == Side::Bid { (&one[..], &[][..]) } else { (&[][..], &one[..]) };
            return book.apply(EventRef { header: &header, bids, asks });
        }
    }
    UNCHANGED
}

fn run(seed: u64, steps: usize) {
    let mut flow = Flow::new(seed);
    let mut book = OrderBook::with_tick(flow.tick);
    let mut oracle = OracleOrders::with_tick(flow.tick);
    let mut levels = LadderBook::new(flow.tick);
    let mut most = 0;
    for at in 0..steps {
        let step = flow.step();
        let changes = take(&mut book, step);
        let expected = take(&mut oracle, step);
        assert_eq!(changes, expected, "{step:?}");
        match step {
            Step::Clear => Book::clear(&mut levels),
            Step::Tick(tick) => levels.set_tick(tick),
            Step::Event { .. } => follow(&mut levels, changes),
        }
        check_equal(&book, &oracle);
        let id = flow.random.below(flow.ids);
        assert_eq!(book.order(id), oracle.order(id));
        assert_eq!(book.ahead(id), oracle.ahead(id));
        most = most.max(book.len());
        if at % 25 == 0 {
            check_levels(&book, &levels);
            check_one(&book);
            check_one(&oracle);
            check_round_trip(&book, OracleOrders::new());
            check_round_trip(&oracle, OrderBook::new(flow.random.pick(&Flow::TICKS)));
        }
    }
    // One more than ever rested: an order that replaces another lies beside it for no moment.
    assert!(book.allocated().0 <= most + 1, "{:?} for {most}", book.allocated());
}

#[test]
fn the_fast_book_equals_the_oracle_over_seeded_sequences() {
    for seed in 1..=80 {
        let result = std::panic::catch_unwind(|| run(seed, 600));
        assert!(result.is_ok(), "seed {seed}");
    }
}
