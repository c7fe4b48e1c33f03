//! Which ids were seen, in the memory of their gaps: venues number trades one after another.

use std::collections::BTreeMap;

/// Ranges that are kept, at most; beyond it the lowest ids are forgotten.
const RANGE_LIMIT: usize = 65_536;

/// A set of ids as ranges without a gap.
#[derive(Clone, Debug, Default)]
pub struct IdRanges {
    /// Last id by first.
    ranges: BTreeMap<u64, u64>,
}

impl IdRanges {
    /// Adds an id; `false` where it was there.
    #[inline]
    pub fn insert(&mut self, id: u64) -> bool {
        let below = self.ranges.range_mut(..=id).next_back();
        let joins = match below {
            Some((_, last)) if *last >= id => return false,
            Some((_, last)) if *last + 1 == id => {
                *last = id;
                true
            }
            _ => false,
        };
        let above = id.checked_add(1).and_then(|next| self.ranges.remove(&next));
        let first = match self.ranges.range_mut(..=id).next_back() {
            Some((first, _)) if joins => *first,
            _ => id,
        };
        if !joins || above.is_some() {
            self.ranges.insert(first, above.unwrap_or(id));
        }
        if self.ranges.len() > RANGE_LIMIT {
            self.ranges.pop_first();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn agrees_with_a_plain_set() {
        let (mut ranges, mut set) = (IdRanges::default(), BTreeSet::new());
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..20_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let id = state % 3_000;
            assert_eq!(ranges.insert(id), set.insert(id), "{id}");
        }
        assert!(ranges.insert(u64::MAX) && !ranges.insert(u64::MAX));
        assert!(ranges.ranges.len() < 3_000);
    }

    #[test]
    fn memory_is_that_of_the_gaps() {
        let mut ranges = IdRanges::default();
        (0..10_000).for_each(|id| assert!(ranges.insert(id)));
        assert_eq!(ranges.ranges.len(), 1);
        (0..10_000).for_each(|id| assert!(!ranges.insert(id)));
        (10_000..10_000 + 3 * RANGE_LIMIT as u64)
            .step_by(2)
            .for_each(|id| assert!(ranges.insert(id)));
        assert!(ranges.ranges.len() <= RANGE_LIMIT);
    }
}
