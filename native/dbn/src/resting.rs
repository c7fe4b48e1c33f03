//! Resting orders by id: one look into memory for each record.

/// A resting order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub price: i64,
    pub quantity: u32,
    pub buy: bool,
}

/// Id 0 is no order's: an empty slot.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    id: u64,
    held: Held,
}

/// A table with open addressing. An order lies at the place that its id gives or behind it, with no empty
/// slot between; removing closes the gap, so nothing piles up however many orders come and go.
#[derive(Debug, Default)]
pub struct Resting {
    /// A power of two of them, or none.
    slots: Vec<Slot>,
    count: usize,
}

const LEAST: usize = 64;
const GROUP_BITS: u32 = 3;

impl Resting {
    /// Where an order lies, for [`Resting::at`] and [`Resting::remove`] until the next change.
    #[inline]
    pub fn find(&self, id: u64) -> Option<usize> {
        if self.slots.is_empty() || id == 0 {
            return None;
        }
        let mut at = self.home(id);
        loop {
            match self.slots[at].id {
                0 => return None,
                found if found == id => return Some(at),
                _ => at = self.behind(at),
            }
        }
    }

    #[inline]
    pub fn at(&mut self, at: usize) -> &mut Held {
        &mut self.slots[at].held
    }

    /// Adds an order, or puts another in the place of one with its id. The id is not 0.
    #[inline]
    pub fn insert(&mut self, id: u64, held: Held) {
        if (self.count + 1) * 3 > self.slots.len() * 2 {
            self.grow();
        }
        let mut at = self.home(id);
        while self.slots[at].id != 0 && self.slots[at].id != id {
            at = self.behind(at);
        }
        self.count += usize::from(self.slots[at].id == 0);
        self.slots[at] = Slot { id, held };
    }

    /// Takes an order out, and moves those behind it up that would not be found across the gap.
    #[inline]
    pub fn remove(&mut self, mut gap: usize) {
        let mask = self.slots.len() - 1;
        let mut at = self.behind(gap);
        while self.slots[at].id != 0 {
            let from_home = at.wrapping_sub(self.home(self.slots[at].id)) & mask;
            if from_home >= at.wrapping_sub(gap) & mask {
                self.slots[gap] = self.slots[at];
                gap = at;
            }
            at = self.behind(at);
        }
        self.slots[gap].id = 0;
        self.count -= 1;
    }

    pub fn clear(&mut self) {
        self.slots.fill(Slot::default());
        self.count = 0;
    }

    /// Spreads ids in groups of eight: venues give them out in rows, and orders that come together go
    /// together, so they share lines of the cache. A group's place is the high bits of a product with an odd
    /// number near 2^64 divided by the golden ratio.
    #[inline]
    fn home(&self, id: u64) -> usize {
        let bits = self.slots.len().trailing_zeros() - GROUP_BITS;
        let group = (id >> GROUP_BITS).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits);
        ((group << GROUP_BITS) | (id & ((1 << GROUP_BITS) - 1))) as usize
    }

    #[inline]
    fn behind(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    #[cold]
    fn grow(&mut self) {
        let length = (self.slots.len() * 2).max(LEAST);
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); length]);
        self.count = 0;
        for slot in old.into_iter().filter(|slot| slot.id != 0) {
            self.insert(slot.id, slot.held);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn orders_are_found_until_they_are_taken_out() {
        let mut state = 7_u64;
        let mut next = |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let (mut resting, mut truth) = (Resting::default(), BTreeMap::new());
        for step in 0..60_000_u32 {
            // Few ids, so that slots collide; some far apart.
            let id = 1 + next(400) * if next(2) == 0 { 1 } else { 1 << 40 };
            let held = Held { price: i64::from(step), quantity: step, buy: step % 2 == 0 };
            match next(3) {
                0 => {
                    resting.insert(id, held);
                    truth.insert(id, held);
                }
                1 => {
                    let found = resting.find(id);
                    assert_eq!(found.is_some(), truth.remove(&id).is_some());
                    found.into_iter().for_each(|at| resting.remove(at));
                }
                _ => {
                    let found = resting.find(id).map(|at| *resting.at(at));
                    assert_eq!(found, truth.get(&id).copied());
                }
            }
            assert_eq!(resting.count, truth.len());
            if step % 20_000 == 19_999 {
                resting.clear();
                truth.clear();
            }
        }
        assert_eq!(Resting::default().find(5), None);
    }
}
