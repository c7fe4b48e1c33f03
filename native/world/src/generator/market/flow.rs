//! Order flow at the touch: market orders eat it, limit orders and cancels change it, and after it was
//! eaten new levels close the spread.

use tickwright_engine::book::Side;

use super::{BAND, FILLS_MAX, Market, SINGLE_FILL};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Draw {
    TouchStep,
    Trade,
}

impl Market {
    pub(super) fn flow(&mut self) {
        let (quotes, orders) = (self.quotes_left.max(0.0), self.orders_left());
        if self.rng.unit() * (quotes + orders) < orders {
            self.market_order();
        } else {
            self.touch_change();
        }
    }

    /// A limit order joins the touch or one there is cancelled; the queue keeps to its usual size.
    fn touch_change(&mut self) {
        let side = if self.rng.chance(0.5) { Side::Bid } else { Side::Ask };
        let step = self.draw(Draw::TouchStep);
        let usual = self.config.profile.touch_quantity;
        let ladder = self.book.ladder(side);
        let place = ladder.best();
        let now = ladder.quantity(place);
        let joins = self.rng.chance(usual / (usual + now as f64));
        let then = if joins || now == 1 { now + step } else { (now - step).max(1) };
        ladder.set(place, then);
        self.changed();
        self.quote();
    }

    fn draw(&mut self, what: Draw) -> i64 {
        let table = match what {
            Draw::TouchStep => &self.tables.touch_step,
            Draw::Trade => &self.tables.trade_quantity,
        };
        (table.value(self.rng.unit()) as i64).max(1)
    }

    /// One market order: a trade for each fill, then one best quote.
    fn market_order(&mut self) {
        self.choose_side();
        let fills = self.draw_fills();
        let side = if self.buying { Side::Ask } else { Side::Bid };
        let start = self.book.ladder(side).best();
        for _ in 0..fills {
            let wanted = self.draw(Draw::Trade);
            if !self.fill(side, start, wanted) {
                break;
            }
        }
        self.changed();
        self.quote();
        if self.book.spread() > 1 && self.refill_due == i64::MAX {
            self.refill_side = side;
            self.refill_due = self.clock + self.refill_wait();
        }
    }

    /// Signs persist, except where the price nears the end of its band.
    fn choose_side(&mut self) {
        if !self.rng.chance(self.config.profile.sign_memory) {
            self.buying = self.rng.chance(0.5);
        }
        let bid = self.book.bid.best();
        if bid > BAND / 8 * 7 {
            self.buying = false;
        } else if bid < BAND / 8 {
            self.buying = true;
        }
    }

    fn draw_fills(&mut self) -> u32 {
        let most = self.trades_left.clamp(1.0, FILLS_MAX);
        if self.rng.chance(SINGLE_FILL) {
            return 1;
        }
        let mean = (self.trades_per_order - 1.0) / (1.0 - SINGLE_FILL);
        let scale = match self.rng.unit() {
            u if u < 0.80 => 0.4,
            u if u < 0.97 => 2.0,
            _ => 12.0,
        };
        (1.5 + self.rng.exponential(mean * scale)).min(most) as u32
    }

    /// One fill at the touch. False where the book behind it is too thin to go on.
    fn fill(&mut self, side: Side, start: usize, wanted: i64) -> bool {
        let sweep = self.config.profile.sweep_ticks as usize;
        let hidden = self.rng.chance(self.hidden).then(|| self.draw(Draw::TouchStep));
        let ladder = self.book.ladder(side);
        let place = ladder.best();
        let there = ladder.quantity(place);
        let taken = wanted.min(there);
        let next = ladder.next_behind(place).filter(|next| next.abs_diff(start) <= sweep);
        let then = match (there - taken, hidden, next) {
            (0, Some(hidden), _) => hidden,
            (0, None, None) => 1,
            (rest, ..) => rest,
        };
        ladder.set(place, then);
        let traded = self.book.units.entry(place, taken);
        self.trade(traded);
        taken < there || hidden.is_some() || next.is_some()
    }

    fn refill_wait(&mut self) -> i64 {
        if self.rng.chance(0.45) {
            1_000 + self.rng.below(2_000) as i64
        } else {
            1_000 + self.rng.exponential(4e6) as i64
        }
    }

    /// A new level in the open spread: the other side follows, or the eaten one comes back.
    pub(super) fn refill(&mut self) {
        self.refill_due = i64::MAX;
        let open = self.book.spread() - 1;
        if open == 0 {
            return;
        }
        let follows = self.rng.chance(self.config.profile.follow);
        let at_once = self.rng.chance(self.config.profile.close_at_once);
        let ticks = if at_once { open } else { 1 + self.rng.below(open as u64) as usize };
        let side = match (self.refill_side, follows) {
            (Side::Bid, true) | (Side::Ask, false) => Side::Ask,
            (Side::Bid, false) | (Side::Ask, true) => Side::Bid,
        };
        let place = match side {
            Side::Bid => self.book.bid.best() + ticks,
            Side::Ask => self.book.ask.best() - ticks,
        };
        let steps = self.draw(Draw::TouchStep);
        self.book.improve(side, place, steps);
        self.changed();
        self.quote();
        if ticks < open {
            self.refill_due = self.clock + self.refill_wait();
        }
    }
}
