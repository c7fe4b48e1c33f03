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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::rng::Rng;
    use super::*;

    const UNITS: Units = Units { low: 1_000, tick: 10, size_step: 5 };

    /// The same side in an ordered map, with what changed since the last frame.
    #[derive(Default)]
    struct Model {
        levels: BTreeMap<usize, i64>,
        changed: BTreeMap<usize, i64>,
    }

    fn best(side: Side, levels: &BTreeMap<usize, i64>) -> Option<usize> {
        match side {
            Side::Bid => levels.keys().next_back().copied(),
            Side::Ask => levels.keys().next().copied(),
        }
    }

    #[test]
    fn it_agrees_with_an_ordered_map() {
        for side in [Side::Bid, Side::Ask] {
            let (mut ladder, mut model, mut rng) =
                (Ladder::new(side, &[]), Model::default(), Rng::new(3));
            for _ in 0..20_000 {
                let place = 30_000 + rng.below(300) as usize;
                let steps = if rng.chance(0.5) { 0 } else { 1 + rng.below(9) as i64 };
                ladder.set(place, steps);
                model.changed.insert(place, steps);
                if steps == 0 {
                    model.levels.remove(&place);
                } else {
                    model.levels.insert(place, steps);
                }
                assert_eq!(ladder.levels(), model.levels.len());
                assert_eq!(ladder.changes(), model.changed.len());
                if let Some(best) = best(side, &model.levels) {
                    assert_eq!(ladder.best(), best);
                }
                if rng.chance(0.02) {
                    check_views(&mut ladder, &mut model, side);
                }
            }
        }
    }

    fn check_views(ladder: &mut Ladder, model: &mut Model, side: Side) {
        let entries = |levels: &BTreeMap<usize, i64>| -> Vec<Entry> {
            levels.iter().map(|(&place, &steps)| UNITS.entry(place, steps)).collect()
        };
        let (mut changes, mut all) = (Vec::new(), Vec::new());
        ladder.take_changes(&UNITS, false, &mut changes);
        assert_eq!(changes, entries(&model.changed));
        model.changed.clear();
        if model.levels.is_empty() {
            return;
        }
        ladder.best_levels(&UNITS, 20, &mut all);
        let mut expected = entries(&model.levels);
        if side == Side::Bid {
            expected.reverse();
        }
        expected.truncate(20);
        assert_eq!(all, expected);
    }

    #[test]
    fn far_levels_stand_beyond_the_band_in_frames_and_snapshots() {
        let mut bid = Ladder::new(Side::Bid, &[100, 200]);
        bid.set(7, 3);
        bid.set_far(3, 9);
        let mut out = Vec::new();
        bid.take_changes(&UNITS, true, &mut out);
        let prices = |out: &[Entry]| out.iter().map(|e| e.price).collect::<Vec<_>>();
        assert_eq!(prices(&out), [1_070, 200]);
        out.clear();
        bid.best_levels(&UNITS, 10, &mut out);
        assert_eq!(prices(&out), [1_070, 200, 100]);
    }
}
