//! Numbers for keys in order of first use. A table of its own, for its hash is fixed (the standard
//! one draws a seed) and clearing it keeps its memory.

/// Keys and their numbers.
#[derive(Clone, Debug)]
pub struct Interner {
    keys: Vec<u64>,
    /// Number plus 1 of the key whose hash leads here, 0 for free; a power of two long.
    slots: Vec<u32>,
}

impl Default for Interner {
    fn default() -> Self {
        Self { keys: Vec::new(), slots: vec![0; 256] }
    }
}

impl Interner {
    pub fn clear(&mut self) {
        self.keys.clear();
        self.slots.fill(0);
    }

    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The key's number, and whether it is new.
    #[inline]
    pub fn intern(&mut self, key: u64) -> (usize, bool) {
        let mask = self.slots.len() - 1;
        let mut slot = hash(key) & mask;
        loop {
            match self.slots[slot] {
                0 => return (self.add(key, slot), true),
                taken if self.keys[taken as usize - 1] == key => {
                    return (taken as usize - 1, false);
                }
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    #[cold]
    fn add(&mut self, key: u64, slot: usize) -> usize {
        self.keys.push(key);
        self.slots[slot] = self.keys.len() as u32;
        if self.keys.len() * 2 > self.slots.len() {
            self.grow();
        }
        self.keys.len() - 1
    }

    fn grow(&mut self) {
        let len = self.slots.len() * 2;
        self.slots.clear();
        self.slots.resize(len, 0);
        for (number, &key) in self.keys.iter().enumerate() {
            let mut slot = hash(key) & (len - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (len - 1);
            }
            self.slots[slot] = number as u32 + 1;
        }
    }
}

#[inline]
const fn hash(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_first_use_and_survive_growth() {
        let mut interner = Interner::default();
        let key = |i: usize| (i as u64) << 24 | 7;
        for round in 0..2 {
            for i in 0..5_000 {
                assert_eq!(interner.intern(key(i)), (i, round == 0));
            }
        }
        interner.clear();
        assert_eq!(interner.intern(key(9)), (0, true));
        assert_eq!(interner.keys(), [key(9)]);
    }
}
