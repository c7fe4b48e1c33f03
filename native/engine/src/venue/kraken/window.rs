//! The levels that the venue still speaks of: as many a side as were subscribed to (K5).

use crate::book::Side;
use crate::error::CoreError;
use crate::event::Entry;
use crate::state::{StateReader, StateWriter};

/// Depths that the venue offers.
const DEPTHS: [u32; 5] = [10, 25, 100, 500, 1000];

/// Prices of one book, of each side worst first: what changes most stands last.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Window {
    /// Levels a side; 0 where no snapshot was seen.
    depth: u32,
    /// Ranks: prices whose sign is turned for asks, so that the better is the greater.
    ranks: [Vec<i64>; 2],
}

impl Window {
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// Starts anew with the levels of a snapshot.
    pub fn load(&mut self, depth: u32, sides: [&[Entry]; 2]) {
        self.depth = depth;
        for side in Side::BOTH {
            let ranks = &mut self.ranks[side as usize];
            ranks.clear();
            let there = sides[side as usize].iter().filter(|level| level.quantity > 0);
            ranks.extend(there.map(|level| rank(side, level.price)));
            ranks.sort_unstable();
            ranks.dedup();
        }
    }

    /// Follows the levels of one message, and appends removals of those that fall out of the window.
    pub fn apply(&mut self, side: Side, levels: &mut Vec<Entry>) {
        let ranks = &mut self.ranks[side as usize];
        for level in levels.iter() {
            let rank = rank(side, level.price);
            match (ranks.binary_search(&rank), level.quantity) {
                (Ok(place), 0) => drop(ranks.remove(place)),
                (Err(place), 1..) => ranks.insert(place, rank),
                _ => {}
            }
        }
        let beyond = ranks.len().saturating_sub(self.depth as usize);
        for rank in ranks.drain(..beyond) {
            let price = if side == Side::Bid { rank } else { rank.wrapping_neg() };
            levels.push(Entry { price, quantity: 0 });
        }
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.depth);
        for ranks in &self.ranks {
            w.u32(ranks.len() as u32);
            ranks.iter().for_each(|rank| w.i64(*rank));
        }
    }

    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self { depth: r.u32()?, ranks: Default::default() };
        for ranks in &mut out.ranks {
            for _ in 0..r.u32()? {
                ranks.push(r.i64()?);
            }
            if !ranks.is_sorted() {
                return Err(CoreError::new("E_STATE", "levels of a window that are not in order"));
            }
        }
        Ok(out)
    }
}

const fn rank(side: Side, price: i64) -> i64 {
    match side {
        Side::Bid => price,
        Side::Ask => price.wrapping_neg(),
    }
}

/// The depth that a snapshot of so many levels belongs to, where nothing else tells (K6).
pub(super) fn depth_of(levels: usize) -> u32 {
    let offered = DEPTHS.into_iter().find(|depth| levels <= *depth as usize);
    offered.unwrap_or(levels as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(levels: &[(i64, i64)]) -> Vec<Entry> {
        levels.iter().map(|&(price, quantity)| Entry { price, quantity }).collect()
    }

    #[test]
    fn levels_that_fall_out_are_removed() {
        let mut window = Window::default();
        window.load(2, [&entries(&[(10, 1), (9, 1)]), &entries(&[(11, 1)])]);
        let mut bids = entries(&[(12, 5)]);
        window.apply(Side::Bid, &mut bids);
        assert_eq!(bids, entries(&[(12, 5), (9, 0)]));
        // One leaves, another one comes back into sight.
        let mut bids = entries(&[(12, 0), (8, 3)]);
        window.apply(Side::Bid, &mut bids);
        assert_eq!(bids, entries(&[(12, 0), (8, 3)]));
        let mut asks = entries(&[(13, 1), (12, 2), (11, 4), (14, 0)]);
        window.apply(Side::Ask, &mut asks);
        assert_eq!(asks, entries(&[(13, 1), (12, 2), (11, 4), (14, 0), (13, 0)]));
    }

    #[test]
    fn a_saved_window_goes_on() {
        let mut window = Window::default();
        window.load(10, [&entries(&[(10, 1), (9, 1), (8, 0)]), &entries(&[(11, 1)])]);
        let mut w = StateWriter::new();
        window.save(&mut w);
        let bytes = w.as_bytes();
        assert_eq!(Window::restore(&mut StateReader::new(bytes)).unwrap(), window);
        for end in 0..bytes.len() {
            assert!(Window::restore(&mut StateReader::new(&bytes[..end])).is_err());
        }
    }

    #[test]
    fn depths_are_those_on_offer() {
        assert_eq!([0, 10, 11, 100, 841, 1200].map(depth_of), [10, 10, 25, 100, 1000, 1200]);
    }
}
