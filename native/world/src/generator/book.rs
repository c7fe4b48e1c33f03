//! The generated market's book: two ladders, what happens behind the touch, and its views.

use tickwright_engine::Entry;
use tickwright_engine::book::Side;

use super::config::{InstrumentSpec, SNAPSHOT_LEVELS};
use super::ladder::{BAND, Ladder, Units};
use super::profile::Profile;
use super::quantile::Inverse;
use super::rng::Rng;

const FAR_LEVELS: i64 = 12;
/// A snapshot holds the whole book, so that nobody's book can lack a level that comes into play.
const LEVELS_MAX: usize = SNAPSHOT_LEVELS - FAR_LEVELS as usize;
/// Levels a side around which additions and removals balance.
const LEVELS_USUAL: usize = LEVELS_MAX - 100;

#[derive(Clone, Debug)]
pub struct MarketBook {
    pub bid: Ladder,
    pub ask: Ladder,
    pub units: Units,
    distance: Inverse,
    quantity: Inverse,
    removed_share: f64,
    thin_ticks: f64,
}

impl MarketBook {
    /// A book around the start price with its usual number of levels.
    #[must_use]
    pub fn new(spec: &InstrumentSpec, profile: &Profile, rng: &mut Rng) -> Self {
        let middle = spec.start_price / spec.tick;
        let low = middle - (BAND / 2) as i64;
        let high = middle + (BAND / 2) as i64;
        let below = (1..=FAR_LEVELS).map(|k| low * k / (FAR_LEVELS + 1) * spec.tick);
        let above = (1..=FAR_LEVELS).map(|k| (high + middle * k / 8) * spec.tick);
        let (below, above): (Vec<i64>, Vec<i64>) = (below.collect(), above.collect());
        let mut book = Self {
            bid: Ladder::new(Side::Bid, &below),
            ask: Ladder::new(Side::Ask, &above),
            units: Units { low: low * spec.tick, tick: spec.tick, size_step: spec.size_step },
            distance: Inverse::new(&profile.level_distance),
            quantity: Inverse::new(&profile.level_quantity),
            removed_share: profile.removed_share,
            thin_ticks: profile.thin_ticks,
        };
        let touch = profile.touch_quantity as i64;
        book.bid.set(BAND / 2 - 1, touch.max(1));
        book.ask.set(BAND / 2, touch.max(1));
        for choice in 0..FAR_LEVELS as usize {
            for side in [Side::Bid, Side::Ask] {
                let steps = book.draw_quantity(rng);
                book.ladder(side).set_far(choice, steps);
            }
        }
        while book.bid.levels().min(book.ask.levels()) < LEVELS_USUAL {
            book.change_behind(rng);
        }
        let mut forgotten = Vec::new();
        book.take_changes(false, &mut forgotten);
        book
    }

    #[inline]
    pub const fn ladder(&mut self, side: Side) -> &mut Ladder {
        match side {
            Side::Bid => &mut self.bid,
            Side::Ask => &mut self.ask,
        }
    }

    /// Ticks between the best levels; never below 1.
    #[must_use]
    pub const fn spread(&self) -> usize {
        self.ask.best() - self.bid.best()
    }

    /// Distinct levels changed since the last frame.
    #[must_use]
    pub const fn changes(&self) -> usize {
        self.bid.changes() + self.ask.changes()
    }

    fn draw_quantity(&self, rng: &mut Rng) -> i64 {
        (self.quantity.value(rng.unit()) as i64).max(1)
    }

    /// Adds, changes or removes one level behind the touch.
    pub fn change_behind(&mut self, rng: &mut Rng) {
        let side = if rng.chance(0.5) { Side::Bid } else { Side::Ask };
        let ticks = (self.distance.value(rng.unit()) as usize).max(1);
        let (steps, kind) = (self.draw_quantity(rng), rng.unit());
        let (removed, thin) = (self.removed_share, self.thin_ticks);
        let ladder = self.ladder(side);
        let Some(place) = ladder.behind(ticks) else {
            return ladder.set_far(rng.below(FAR_LEVELS as u64) as usize, steps);
        };
        if kind >= 2.0 * removed || rng.chance(thin / (thin + ticks as f64)) {
            let place = ladder.near(place).unwrap_or(place);
            return ladder.set(place, steps);
        }
        // More levels than usual make a removal likelier than an addition, and the reverse.
        let excess = ladder.levels() as f64 - LEVELS_USUAL as f64;
        if kind < removed * (1.0 - excess / 100.0) {
            ladder.set(place, steps);
        } else {
            // Few dare to stay near the touch: half of the cancelled levels are there, if any is.
            let best = ladder.best();
            let reach = 1 + rng.below(2 * thin as u64 + 1) as usize;
            let close = ladder.next_behind(best).filter(|_| rng.chance(0.5));
            let close = close.filter(|place| place.abs_diff(best) <= reach);
            if let Some(place) = close.or_else(|| ladder.near(place)) {
                ladder.set(place, 0);
            }
        }
    }

    /// A new best level; makes room for it at the far end where the side is full.
    pub fn improve(&mut self, side: Side, place: usize, steps: i64) {
        let ladder = self.ladder(side);
        if ladder.levels() >= LEVELS_MAX {
            let end = ladder.farthest();
            ladder.set(end, 0);
        }
        ladder.set(place, steps);
    }

    /// Moves the changed levels to `out`, bids then asks, by rising price (spot: best first).
    /// Returns how many of each.
    pub fn take_changes(&mut self, best_first: bool, out: &mut Vec<Entry>) -> [u32; 2] {
        self.bid.take_changes(&self.units, best_first, out);
        let bids = out.len();
        self.ask.take_changes(&self.units, false, out);
        [bids as u32, (out.len() - bids) as u32]
    }

    /// Appends the whole book, bids then asks, best first. Returns how many of each.
    pub fn snapshot(&self, out: &mut Vec<Entry>) -> [u32; 2] {
        self.bid.best_levels(&self.units, SNAPSHOT_LEVELS, out);
        let bids = out.len();
        self.ask.best_levels(&self.units, SNAPSHOT_LEVELS, out);
        [bids as u32, (out.len() - bids) as u32]
    }

    /// The two best levels, bid first.
    #[must_use]
    pub fn touch(&self) -> [Entry; 2] {
        let (bid, ask) = (self.bid.best(), self.ask.best());
        [
            self.units.entry(bid, self.bid.quantity(bid)),
            self.units.entry(ask, self.ask.quantity(ask)),
        ]
    }
}
