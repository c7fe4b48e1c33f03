//! Order ids of 128 bits to numbers that fit an event: in order of arrival, forgotten with the order.

use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// An order that is known by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interned {
    /// From 1; never given twice within a session.
    pub number: u64,
    /// It is in the book, not only named by a match.
    pub rests: bool,
}

/// A place of the table, free where the number is 0.
#[derive(Clone, Copy, Debug)]
struct Place {
    id: u128,
    of: Interned,
}

const FREE: Place = Place { id: 0, of: Interned { number: 0, rests: false } };
const FIRST_PLACES: usize = 256;

/// Open addressing with a fixed hash; what is removed leaves no mark, so the memory follows the orders that
/// are there. Nothing walks over the table but [`OrderIds::save`], which sorts.
#[derive(Clone, Debug, Default)]
pub struct OrderIds {
    /// None yet, or a power of two, half of them free at least.
    places: Vec<Place>,
    used: usize,
    /// Numbers given so far.
    given: u64,
}

impl OrderIds {
    /// The number of an id, a new one where it has none.
    pub fn intern(&mut self, id: u128) -> u64 {
        self.enter(id, false)
    }

    /// The same for an order that is in the book from now on.
    pub fn rest(&mut self, id: u128) -> u64 {
        self.enter(id, true)
    }

    fn enter(&mut self, id: u128, rests: bool) -> u64 {
        if self.used * 2 >= self.places.len() {
            self.grow();
        }
        let at = self.find(id);
        let place = &mut self.places[at];
        if place.of.number == 0 {
            self.given += 1;
            self.used += 1;
            *place = Place { id, of: Interned { number: self.given, rests } };
        }
        place.of.rests |= rests;
        place.of.number
    }

    #[must_use]
    pub fn get(&self, id: u128) -> Option<Interned> {
        if self.places.is_empty() {
            return None;
        }
        Some(self.places[self.find(id)].of).filter(|of| of.number != 0)
    }

    /// Takes an id out. What follows in the table moves up.
    pub fn forget(&mut self, id: u128) -> Option<Interned> {
        let known = self.get(id)?;
        let mask = self.places.len() - 1;
        let mut hole = self.find(id);
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let place = self.places[at];
            if place.of.number == 0 {
                break;
            }
            let home = hash(place.id) & mask;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                self.places[hole] = place;
                hole = at;
            }
        }
        self.places[hole] = FREE;
        self.used -= 1;
        Some(known)
    }

    /// Forgets all; numbers go on from where they were.
    pub fn clear(&mut self) {
        self.places.fill(FREE);
        self.used = 0;
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.used
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Where the id lies, or else would be put.
    fn find(&self, id: u128) -> usize {
        let mask = self.places.len() - 1;
        let mut at = hash(id) & mask;
        while self.places[at].of.number != 0 && self.places[at].id != id {
            at = (at + 1) & mask;
        }
        at
    }

    #[cold]
    fn grow(&mut self) {
        let larger = vec![FREE; (self.places.len() * 2).max(FIRST_PLACES)];
        for place in std::mem::replace(&mut self.places, larger) {
            if place.of.number != 0 {
                let at = self.find(place.id);
                self.places[at] = place;
            }
        }
    }

    /// By rising number: equal contents have equal bytes.
    pub fn save(&self, w: &mut StateWriter) {
        let mut known: Vec<&Place> = self.places.iter().filter(|p| p.of.number != 0).collect();
        known.sort_unstable_by_key(|place| place.of.number);
        w.u64(self.given);
        w.u32(known.len() as u32);
        for place in known {
            w.u64(place.of.number);
            w.u8(u8::from(place.of.rests));
            w.raw(&place.id.to_le_bytes());
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are too short, or numbers do not rise.
    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let given = r.u64()?;
        let mut out = Self::default();
        for _ in 0..r.u32()? {
            let (number, rests) = (r.u64()?, r.u8()? != 0);
            let mut id = [0; 16];
            id.copy_from_slice(r.raw(16)?);
            if number <= out.given || number > given {
                return Err(CoreError::new("E_STATE", format!("order number {number}")));
            }
            out.given = number - 1;
            out.enter(u128::from_le_bytes(id), rests);
        }
        out.given = given;
        Ok(out)
    }
}

/// Version 4 UUIDs are random but for 6 bits; others count: both halves are folded and spread.
const fn hash(id: u128) -> usize {
    let folded = (id as u64) ^ ((id >> 64) as u64).rotate_left(32);
    let spread = folded.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (spread ^ (spread >> 32)) as usize
}

/// The 128 bits of `db32e2a2-aa29-43e6-bcc2-418882e4d90d`; hyphens may be missing.
#[must_use]
pub fn uuid(text: &[u8]) -> Option<u128> {
    let mut id = 0_u128;
    let mut digits = 0;
    for (i, byte) in text.iter().enumerate() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            b'-' if matches!(i, 8 | 13 | 18 | 23) => continue,
            _ => return None,
        };
        id = id << 4 | u128::from(digit);
        digits += 1;
    }
    (digits == 32 && matches!(text.len(), 32 | 36)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn numbers_are_those_of_a_plain_map_and_memory_follows_the_orders() {
        let mut ids = OrderIds::default();
        let mut plain: BTreeMap<u128, Interned> = BTreeMap::new();
        let mut state = 1_u64;
        let mut given = 0;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let id = u128::from(state >> 40 & 0x3ff) << 64 | u128::from(state >> 33 & 1);
            match state >> 60 & 3 {
                0 | 1 => {
                    let rests = state >> 59 & 1 == 1;
                    let number = if rests { ids.rest(id) } else { ids.intern(id) };
                    let known = plain.entry(id).or_insert_with(|| {
                        given += 1;
                        Interned { number: given, rests: false }
                    });
                    known.rests |= rests;
                    assert_eq!(number, known.number);
                }
                2 => assert_eq!(ids.forget(id), plain.remove(&id)),
                _ => assert_eq!(ids.get(id), plain.get(&id).copied()),
            }
            assert_eq!(ids.len(), plain.len());
        }
        assert!(ids.places.len() <= 4_096);
        let mut w = StateWriter::new();
        ids.save(&mut w);
        let mut other = OrderIds::restore(&mut StateReader::new(w.as_bytes())).unwrap();
        let mut again = StateWriter::new();
        other.save(&mut again);
        assert_eq!(w.as_bytes(), again.as_bytes());
        assert_eq!(other.intern(u128::MAX), ids.intern(u128::MAX));
        ids.clear();
        assert!(ids.is_empty() && ids.get(u128::MAX).is_none());
    }

    #[test]
    fn ids_are_read_as_printed() {
        let id = uuid(b"db32e2a2-aa29-43e6-bcc2-418882e4d90d");
        assert_eq!(id, Some(0xdb32_e2a2_aa29_43e6_bcc2_4188_82e4_d90d));
        assert_eq!(uuid(b"DB32E2A2AA2943E6BCC2418882E4D90D"), id);
        for bad in ["", "db32e2a2", "db32e2a2-aa29-43e6-bcc2-418882e4d90g", "db32e2a2aa-2943e6"] {
            assert_eq!(uuid(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(uuid(b"db32e2a2-aa29-43e6-bcc2-418882e4d90d0"), None);
    }
}
