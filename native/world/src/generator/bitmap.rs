//! A set of small integers that finds the next member fast: bits under a bitmap of non-empty words.

#[derive(Clone, Debug)]
pub struct Bitmap {
    words: Vec<u64>,
    summary: Vec<u64>,
}

impl Bitmap {
    /// Room for 0..bits.
    #[must_use]
    pub fn new(bits: usize) -> Self {
        let words = bits.div_ceil(64);
        Self { words: vec![0; words], summary: vec![0; words.div_ceil(64)] }
    }

    /// True where `i` was not a member before.
    #[inline]
    pub fn insert(&mut self, i: usize) -> bool {
        let (word, bit) = (i / 64, 1 << (i % 64));
        let fresh = self.words[word] & bit == 0;
        self.words[word] |= bit;
        self.summary[word / 64] |= 1 << (word % 64);
        fresh
    }

    #[inline]
    pub fn remove(&mut self, i: usize) {
        let word = i / 64;
        self.words[word] &= !(1 << (i % 64));
        if self.words[word] == 0 {
            self.summary[word / 64] &= !(1 << (word % 64));
        }
    }

    /// The least member ≥ `i`.
    #[must_use]
    pub fn at_or_after(&self, i: usize) -> Option<usize> {
        let word = i / 64;
        let rest = self.words.get(word)? & (u64::MAX << (i % 64));
        if rest != 0 {
            return Some(word * 64 + rest.trailing_zeros() as usize);
        }
        let next = word + 1;
        let mut block = next / 64;
        let mut found = self.summary.get(block)? & (u64::MAX << (next % 64));
        while found == 0 {
            block += 1;
            found = *self.summary.get(block)?;
        }
        let word = block * 64 + found.trailing_zeros() as usize;
        Some(word * 64 + self.words[word].trailing_zeros() as usize)
    }

    /// The greatest member ≤ `i`.
    #[must_use]
    pub fn at_or_before(&self, i: usize) -> Option<usize> {
        let word = i / 64;
        let rest = self.words.get(word)? & (u64::MAX >> (63 - i % 64));
        if rest != 0 {
            return Some(word * 64 + highest(rest));
        }
        let before = word.checked_sub(1)?;
        let mut block = before / 64;
        let mut found = self.summary[block] & (u64::MAX >> (63 - before % 64));
        while found == 0 {
            block = block.checked_sub(1)?;
            found = self.summary[block];
        }
        let word = block * 64 + highest(found);
        Some(word * 64 + highest(self.words[word]))
    }
}

fn highest(word: u64) -> usize {
    63 - word.leading_zeros() as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::rng::Rng;
    use super::*;

    #[test]
    fn it_agrees_with_an_ordered_set() {
        let bits = 64 * 64 * 3;
        let (mut map, mut set, mut rng) = (Bitmap::new(bits), BTreeSet::new(), Rng::new(1));
        for step in 0..20_000_u64 {
            // Phases with few members, so that whole empty blocks are crossed.
            let i = rng.below(bits as u64) as usize;
            if rng.chance(if step % 4_000 < 1_000 { 0.6 } else { 0.1 }) {
                assert_eq!(map.insert(i), set.insert(i));
            } else if let Some(&member) = set.range(i..).next() {
                map.remove(member);
                set.remove(&member);
            }
            let at = rng.below(bits as u64) as usize;
            assert_eq!(map.at_or_after(at), set.range(at..).next().copied());
            assert_eq!(map.at_or_before(at), set.range(..=at).next_back().copied());
        }
    }
}
