//! One side of the generated book: levels by tick in a fixed band, and a few far beyond it.

use tickwright_engine::Entry;
use tickwright_engine::book::Side;

use super::bitmap::Bitmap;

/// Ticks of the band; the start price is its middle. The market keeps the touch inside it.
pub const BAND: usize = 65_536;

/// Quantities are in the instrument's `size_step`, places are ticks from the band's low end.
#[derive(Clone, Debug)]
pub struct Ladder {
    side: Side,
    quantity: Vec<i64>,
    present: Bitmap,
    /// Changed since the last depth frame.
    changed: Bitmap,
    changes: usize,
    levels: usize,
    best: usize,
    far: Vec<FarLevel>,
}

/// A resting order of long standing, like the bids at 1,000 and 5,000 that real frames repeat.
#[derive(Clone, Copy, Debug)]
struct FarLevel {
    /// Price units.
    price: i64,
    quantity: i64,
    changed: bool,
}

/// Turns places and steps into price and quantity units.
#[derive(Clone, Copy, Debug)]
pub struct Units {
    /// Price of place 0.
    pub low: i64,
    pub tick: i64,
    pub size_step: i64,
}

impl Units {
    #[must_use]
    pub const fn entry(&self, place: usize, steps: i64) -> Entry {
        let price = self.low + place as i64 * self.tick;
        Entry { price, quantity: steps * self.size_step }
    }
}

impl Ladder {
    /// `far` are prices beyond the band, rising.
    #[must_use]
    pub fn new(side: Side, far: &[i64]) -> Self {
        let far = far.iter().map(|&price| FarLevel { price, quantity: 1, changed: false });
        Self {
            side,
            quantity: vec![0; BAND],
            present: Bitmap::new(BAND),
            changed: Bitmap::new(BAND),
            changes: 0,
            levels: 0,
            best: 0,
            far: far.collect(),
        }
    }

    /// Place of the best level. The market never empties a side.
    #[inline]
    #[must_use]
    pub const fn best(&self) -> usize {
        self.best
    }

    #[inline]
    #[must_use]
    pub fn quantity(&self, place: usize) -> i64 {
        self.quantity[place]
    }

    /// Levels in the band.
    #[must_use]
    pub const fn levels(&self) -> usize {
        self.levels
    }

    /// Distinct levels changed since the last frame.
    #[must_use]
    pub const fn changes(&self) -> usize {
        self.changes
    }

    /// Place `ticks` behind the best level, where that is in the band.
    #[inline]
    #[must_use]
    pub fn behind(&self, ticks: usize) -> Option<usize> {
        match self.side {
            Side::Bid => self.best.checked_sub(ticks),
            Side::Ask => Some(self.best + ticks).filter(|&place| place < BAND),
        }
    }

    #[inline]
    #[must_use]
    pub const fn improves(&self, place: usize, on: usize) -> bool {
        match self.side {
            Side::Bid => place > on,
            Side::Ask => place < on,
        }
    }

    /// The next existing level behind `place`, `place` excluded.
    #[must_use]
    pub fn next_behind(&self, place: usize) -> Option<usize> {
        match self.side {
            Side::Bid => self.present.at_or_before(place.checked_sub(1)?),
            Side::Ask => self.present.at_or_after(place + 1),
        }
    }

    /// An existing level near `place`, the best one excluded: behind it, else before it.
    #[must_use]
    pub fn near(&self, place: usize) -> Option<usize> {
        let (behind, before) = match self.side {
            Side::Bid => (self.present.at_or_before(place), self.present.at_or_after(place)),
            Side::Ask => (self.present.at_or_after(place), self.present.at_or_before(place)),
        };
        behind.filter(|&p| p != self.best).or(before.filter(|&p| p != self.best))
    }

    /// The worst level in the band.
    #[must_use]
    pub fn farthest(&self) -> usize {
        let found = match self.side {
            Side::Bid => self.present.at_or_after(0),
            Side::Ask => self.present.at_or_before(BAND - 1),
        };
        found.unwrap_or(self.best)
    }

    /// Sets a level in the band; 0 removes it. The best place follows.
    pub fn set(&mut self, place: usize, steps: i64) {
        if self.changed.insert(place) {
            self.changes += 1;
        }
        let before = std::mem::replace(&mut self.quantity[place], steps);
        match (before == 0, steps == 0) {
            (true, false) => {
                self.present.insert(place);
                self.levels += 1;
                if self.levels == 1 || self.improves(place, self.best) {
                    self.best = place;
                }
            }
            (false, true) => {
                self.present.remove(place);
                self.levels -= 1;
                if place == self.best {
                    self.best = self.next_behind(place).unwrap_or(place);
                }
            }
            _ => {}
        }
    }

    /// Sets one of the far levels, chosen by `choice`.
    pub fn set_far(&mut self, choice: usize, steps: i64) {
        let count = self.far.len().max(1);
        if let Some(level) = self.far.get_mut(choice % count) {
            level.quantity = steps;
            self.changes += usize::from(!std::mem::replace(&mut level.changed, true));
        }
    }

    /// Moves the changed levels to `out` by rising price, or falling where `descending`.
    pub fn take_changes(&mut self, units: &Units, descending: bool, out: &mut Vec<Entry>) {
        let start = out.len();
        if self.side == Side::Bid {
            self.take_far(units, out);
        }
        let mut from = 0;
        while let Some(place) = self.changed.at_or_after(from) {
            out.push(units.entry(place, self.quantity[place]));
            self.changed.remove(place);
            from = place + 1;
        }
        if self.side == Side::Ask {
            self.take_far(units, out);
        }
        self.changes = 0;
        if descending {
            out[start..].reverse();
        }
    }

    fn take_far(&mut self, units: &Units, out: &mut Vec<Entry>) {
        for level in self.far.iter_mut().filter(|level| level.changed) {
            level.changed = false;
            out.push(Entry { price: level.price, quantity: level.quantity * units.size_step });
        }
    }

    /// Appends the best `limit` levels, best first.
    pub fn best_levels(&self, units: &Units, limit: usize, out: &mut Vec<Entry>) {
        let end = out.len() + limit;
        let mut next = Some(self.best);
        while let Some(place) = next.filter(|_| out.len() < end) {
            out.push(units.entry(place, self.quantity[place]));
            next = self.next_behind(place);
        }
        let far: &mut dyn Iterator<Item = &FarLevel> = match self.side {
            Side::Bid => &mut self.far.iter().rev(),
            Side::Ask => &mut self.far.iter(),
        };
        for level in far.take(end - out.len()) {
            out.push(Entry { price: level.price, quantity: level.quantity * units.size_step });
        }
    }
}
