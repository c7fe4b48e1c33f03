//! From a symbol's bytes to the place of its instrument: a small open table, no allocation.

/// A symbol table. At most half full, so that a probe ends soon.
#[derive(Clone, Debug, Default)]
pub(super) struct Symbols {
    /// Index + 1 into `names`; 0 is a free place.
    table: Vec<u32>,
    names: Vec<Box<[u8]>>,
}

#[inline]
fn hash(name: &[u8]) -> u64 {
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sum = name.len() as u64;
    let (words, rest) = name.as_chunks::<8>();
    for word in words {
        sum = (sum ^ u64::from_le_bytes(*word)).wrapping_mul(MULTIPLIER).rotate_left(29);
    }
    let tail = rest.iter().fold(0, |sum, b| sum << 8 | u64::from(*b));
    let sum = (sum ^ tail).wrapping_mul(MULTIPLIER);
    sum ^ sum >> 32
}

impl Symbols {
    /// Numbers the names in their order.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<Box<[u8]>> = names.map(|n| n.as_bytes().into()).collect();
        let mut table = vec![0; (names.len() * 2).next_power_of_two().max(2)];
        let mask = table.len() - 1;
        for (index, name) in names.iter().enumerate() {
            let mut place = hash(name) as usize & mask;
            while table[place] != 0 {
                place = (place + 1) & mask;
            }
            table[place] = index as u32 + 1;
        }
        Self { table, names }
    }

    #[inline]
    pub(super) fn find(&self, name: &[u8]) -> Option<usize> {
        let mask = self.table.len().checked_sub(1)?;
        let mut place = hash(name) as usize & mask;
        loop {
            let index = (self.table[place] as usize).checked_sub(1)?;
            if *self.names[index] == *name {
                return Some(index);
            }
            place = (place + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_names_are_found_and_no_others() {
        let names: Vec<String> = (0..700).map(|i| format!("S{}USDT", i * 7)).collect();
        let symbols = Symbols::new(names.iter().map(String::as_str));
        for (index, name) in names.iter().enumerate() {
            assert_eq!(symbols.find(name.as_bytes()), Some(index));
        }
        assert_eq!(symbols.find(b"S1USDT"), None);
        assert_eq!(symbols.find(b""), None);
        assert_eq!(Symbols::new(std::iter::empty()).find(b"A"), None);
        assert_eq!(Symbols::default().find(b"A"), None);
    }
}
