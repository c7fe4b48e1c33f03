//! Which pages hold levels: a bitmap of three ranks, so that the next page is a few words away.

/// Pages that the three ranks can tell apart: 64 × 64 × 64.
pub(super) const CAPACITY: usize = 1 << 18;

/// A set of page numbers below [`CAPACITY`]. A bit of `middle` says that the word of `low` is not 0, a
/// bit of `top` the same of `middle`.
#[derive(Clone, Debug)]
pub(super) struct Occupancy {
    low: Vec<u64>,
    middle: [u64; 64],
    top: u64,
}

impl Default for Occupancy {
    fn default() -> Self {
        Self { low: Vec::new(), middle: [0; 64], top: 0 }
    }
}

const fn bit(index: usize) -> u64 {
    1 << (index & 63)
}

/// The bits of a word above bit `index & 63`.
const fn above(word: u64, index: usize) -> u64 {
    word & !(u64::MAX >> (63 - (index & 63)))
}

/// The bits of a word below bit `index & 63`.
const fn below(word: u64, index: usize) -> u64 {
    word & (bit(index) - 1)
}

/// Index of the lowest bit of word number `word`, counted over all words; the word is not 0.
const fn lowest(word: usize, bits: u64) -> usize {
    (word << 6) | bits.trailing_zeros() as usize
}

/// Index of the highest bit, as [`lowest`].
const fn highest(word: usize, bits: u64) -> usize {
    (word << 6) | (63 - bits.leading_zeros() as usize)
}

impl Occupancy {
    /// Makes room for pages below `pages`.
    pub fn reach(&mut self, pages: usize) {
        self.low.resize(pages.div_ceil(64), 0);
    }

    pub fn insert(&mut self, page: usize) {
        let (word, group) = (page >> 6, page >> 12);
        self.low[word] |= bit(page);
        self.middle[group] |= bit(word);
        self.top |= bit(group);
    }

    pub fn remove(&mut self, page: usize) {
        let (word, group) = (page >> 6, page >> 12);
        self.low[word] &= !bit(page);
        if self.low[word] == 0 {
            self.middle[group] &= !bit(word);
            if self.middle[group] == 0 {
                self.top &= !bit(group);
            }
        }
    }

    /// The lowest page above `page`.
    pub fn after(&self, page: usize) -> Option<usize> {
        let (word, group) = (page >> 6, page >> 12);
        let rest = above(self.low[word], page);
        if rest != 0 {
            return Some(lowest(word, rest));
        }
        let rest = above(self.middle[group], word);
        if rest != 0 {
            let word = lowest(group, rest);
            return Some(lowest(word, self.low[word]));
        }
        self.lowest_from(above(self.top, group))
    }

    /// The highest page below `page`.
    pub fn before(&self, page: usize) -> Option<usize> {
        let (word, group) = (page >> 6, page >> 12);
        let rest = below(self.low[word], page);
        if rest != 0 {
            return Some(highest(word, rest));
        }
        let rest = below(self.middle[group], word);
        if rest != 0 {
            let word = highest(group, rest);
            return Some(highest(word, self.low[word]));
        }
        self.highest_from(below(self.top, group))
    }

    /// The lowest page in the groups that `top` names.
    fn lowest_from(&self, top: u64) -> Option<usize> {
        if top == 0 {
            return None;
        }
        let group = lowest(0, top);
        let word = lowest(group, self.middle[group]);
        Some(lowest(word, self.low[word]))
    }

    fn highest_from(&self, top: u64) -> Option<usize> {
        if top == 0 {
            return None;
        }
        let group = highest(0, top);
        let word = highest(group, self.middle[group]);
        Some(highest(word, self.low[word]))
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, Occupancy};
    use std::collections::BTreeSet;

    fn check(set: &Occupancy, model: &BTreeSet<usize>, page: usize) {
        assert_eq!(set.after(page), model.range(page + 1..).next().copied(), "after {page}");
        assert_eq!(set.before(page), model.range(..page).next_back().copied(), "before {page}");
    }

    #[test]
    fn equals_an_ordered_set() {
        let mut set = Occupancy::default();
        set.reach(CAPACITY);
        let mut model = BTreeSet::new();
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..20_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // Ranges of several widths, so that all three ranks both fill and empty.
            let width = [7, 100, 5_000, CAPACITY][(state >> 60) as usize & 3];
            let page = (state >> 20) as usize % width;
            if state >> 63 == 0 && model.insert(page) {
                set.insert(page);
            } else if model.remove(&page) {
                set.remove(page);
            }
            check(&set, &model, page);
        }
        for page in model.clone() {
            set.remove(page);
            model.remove(&page);
            check(&set, &model, page);
        }
        assert_eq!((set.after(0), set.before(CAPACITY - 1), set.top), (None, None, 0));
    }

    #[test]
    fn knows_its_edges() {
        let mut set = Occupancy::default();
        set.reach(CAPACITY);
        let edges = [0, 63, 64, 4_095, 4_096, CAPACITY - 1];
        for page in edges {
            set.insert(page);
        }
        for pair in edges.windows(2) {
            assert_eq!(set.after(pair[0]), Some(pair[1]));
            assert_eq!(set.before(pair[1]), Some(pair[0]));
        }
        assert_eq!(set.before(0), None);
        assert_eq!(set.after(CAPACITY - 1), None);
    }
}
