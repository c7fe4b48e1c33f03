//! From a symbol's bytes to the place of its instrument: a small open table, no allocation.

/// A name as numbers: its length, its first and its last eight bytes (which overlap or are padded).
/// Equal keys are equal names up to 16 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct NameKey {
    length: u64,
    first: u64,
    last: u64,
}

impl NameKey {
    #[inline]
    fn new(name: &[u8]) -> Self {
        let length = name.len() as u64;
        match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
            (Some(first), Some(last)) => {
                Self { length, first: u64::from_le_bytes(*first), last: u64::from_le_bytes(*last) }
            }
            _ => {
                let first = name.iter().fold(0, |sum, b| sum << 8 | u64::from(*b));
                Self { length, first, last: 0 }
            }
        }
    }

    #[inline]
    fn hash(self) -> u64 {
        const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
        let sum = (self.first ^ self.length).wrapping_mul(MULTIPLIER).rotate_left(29) ^ self.last;
        let sum = sum.wrapping_mul(MULTIPLIER);
        sum ^ sum >> 32
    }
}

/// A place of the table: an index + 1 into the names, 0 where it is free.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    key: NameKey,
    index: u32,
}

/// A symbol table. At most half full, so that a probe ends soon.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    table: Vec<Place>,
    names: Vec<Box<[u8]>>,
}

impl Symbols {
    /// Numbers the names in their order.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<Box<[u8]>> = names.map(|n| n.as_bytes().into()).collect();
        let mut table = vec![Place::default(); (names.len() * 2).next_power_of_two().max(2)];
        let mask = table.len() - 1;
        for (index, name) in names.iter().enumerate() {
            let key = NameKey::new(name);
            let mut place = key.hash() as usize & mask;
            while table[place].index != 0 {
                place = (place + 1) & mask;
            }
            table[place] = Place { key, index: index as u32 + 1 };
        }
        Self { table, names }
    }

    #[inline]
    pub fn find(&self, name: &[u8]) -> Option<usize> {
        let mask = self.table.len().checked_sub(1)?;
        let key = NameKey::new(name);
        let mut place = key.hash() as usize & mask;
        loop {
            let found = self.table[place];
            let index = (found.index as usize).checked_sub(1)?;
            if found.key == key && (name.len() <= 16 || *self.names[index] == *name) {
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
        let long = ["ABCDEFGHxIJKLMNOP", "ABCDEFGHyIJKLMNOP", "A", "AB", "ABCDEFGH"];
        let symbols = Symbols::new(long.into_iter());
        for (index, name) in long.iter().enumerate() {
            assert_eq!(symbols.find(name.as_bytes()), Some(index));
        }
        assert_eq!(symbols.find(b"ABCDEFGHzIJKLMNOP"), None);
        assert_eq!(Symbols::new(std::iter::empty()).find(b"A"), None);
        assert_eq!(Symbols::default().find(b"A"), None);
    }
}
