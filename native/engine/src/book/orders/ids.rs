//! Order ids to numbers: open addressing, so that one probe is one cache line; the hash is fixed and
//! nothing ever walks over the table, so what it holds lies in no result.

/// A place of the table, 16 bytes.
#[derive(Clone, Copy, Debug)]
struct Slot {
    id: u64,
    /// [`FREE`] where there is none.
    number: u32,
}

const FREE: u32 = u32::MAX;
const EMPTY: Slot = Slot { id: 0, number: FREE };
const FIRST_SLOTS: usize = 1_024;

#[derive(Clone, Debug)]
pub(super) struct IdTable {
    /// A power of two of them, half of them free at least.
    slots: Vec<Slot>,
    used: usize,
}

impl IdTable {
    pub fn new() -> Self {
        Self { slots: vec![EMPTY; FIRST_SLOTS], used: 0 }
    }

    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    #[inline]
    pub fn get(&self, id: u64) -> Option<u32> {
        let slot = self.slots[self.find(id)];
        (slot.number != FREE).then_some(slot.number)
    }

    /// The id is not in the table yet.
    #[inline]
    pub fn insert(&mut self, id: u64, number: u32) {
        if self.used * 2 >= self.slots.len() {
            self.grow();
        }
        let at = self.find(id);
        debug_assert_eq!(self.slots[at].number, FREE);
        self.slots[at] = Slot { id, number };
        self.used += 1;
    }

    /// The id is in the table. What follows moves up, so that no mark of what was is left behind.
    #[inline]
    pub fn remove(&mut self, id: u64) {
        let mask = self.slots.len() - 1;
        let mut hole = self.find(id);
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots[at];
            if slot.number == FREE {
                break;
            }
            let home = hash(slot.id) & mask;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                self.slots[hole] = slot;
                hole = at;
            }
        }
        self.slots[hole] = EMPTY;
        self.used -= 1;
    }

    pub fn clear(&mut self) {
        self.slots.fill(EMPTY);
        self.used = 0;
    }

    /// Where the id lies, or else would be put.
    #[inline]
    fn find(&self, id: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash(id) & mask;
        loop {
            let slot = self.slots[at];
            if slot.number == FREE || slot.id == id {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn grow(&mut self) {
        let doubled = vec![EMPTY; self.slots.len() * 2];
        for slot in std::mem::replace(&mut self.slots, doubled) {
            if slot.number != FREE {
                let at = self.find(slot.id);
                self.slots[at] = slot;
            }
        }
    }
}

/// Ids count up, in steps or with a venue's own bits in front: high bits are folded in before the
/// multiplication spreads them, and again behind it, for the mask takes low ones.
#[inline]
const fn hash(id: u64) -> usize {
    let spread = (id ^ (id >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (spread ^ (spread >> 32)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn ids_of_every_pattern_are_spread() {
        let patterns: [fn(u64) -> u64; 5] =
            [|n| n, |n| n << 12, |n| n << 32, |n| n << 52, |n| (n << 40) | (n % 8)];
        for (which, id_of) in patterns.into_iter().enumerate() {
            let mut table = IdTable::new();
            (0..4_000).for_each(|n| table.insert(id_of(n), 1));
            let mask = table.slots() - 1;
            let far = |n| table.find(id_of(n)).wrapping_sub(hash(id_of(n))) & mask;
            let probes: usize = (0..4_000).map(far).sum();
            assert!(probes < 8_000, "pattern {which}: {probes} places beyond the first");
        }
    }

    #[test]
    fn equals_an_ordered_map_under_every_pattern_of_ids() {
        let patterns: [fn(u64) -> u64; 5] =
            [|n| n, |n| n << 32, |n| (n << 52) | 7, |n| u64::MAX - n, |n| n.wrapping_mul(n) % 977];
        for id_of in patterns {
            let (mut table, mut model) = (IdTable::new(), BTreeMap::new());
            let mut state = 0x9e37_79b9_7f4a_7c15_u64;
            for step in 0..30_000_u32 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let id = id_of(state % 3_000);
                if model.remove(&id).is_some() {
                    table.remove(id);
                } else {
                    model.insert(id, step);
                    table.insert(id, step);
                }
                assert_eq!(table.get(id), model.get(&id).copied());
                assert_eq!(table.used, model.len());
            }
            for n in 0..3_000 {
                assert_eq!(table.get(id_of(n)), model.get(&id_of(n)).copied());
            }
        }
    }
}
