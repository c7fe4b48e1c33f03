//! Unsigned integers in 1 to 9 bytes: as many low zero bits in the first byte as further bytes
//! follow. One load, no loop and no branch on the length (LEB128 has one a byte).

/// Longest coded value.
pub const MAX_BYTES: usize = 9;

/// Small for small magnitudes of either sign.
#[inline]
pub const fn zigzag(v: i64) -> u64 {
    ((v << 1) ^ (v >> 63)) as u64
}

/// Inverse of [`zigzag`].
#[inline]
pub const fn unzigzag(v: u64) -> i64 {
    (v >> 1) as i64 ^ -((v & 1) as i64)
}

/// Coded length of a value.
#[inline]
pub const fn len(v: u64) -> usize {
    let bits = 64 - (v | 1).leading_zeros() as usize;
    // Bits divided by 7, rounded up, for 1 to 63 bits.
    let bytes = (bits * 9 + 64) / 64;
    if bytes > MAX_BYTES { MAX_BYTES } else { bytes }
}

/// Eight bytes from `at`, zeros behind the end: readers check where they ended, not each step.
#[inline(always)]
pub fn load(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        Some(raw) => u64::from_le_bytes(*raw),
        None => load_tail(bytes, at),
    }
}

#[cold]
fn load_tail(bytes: &[u8], at: usize) -> u64 {
    let tail = bytes.get(at..).unwrap_or_default();
    let mut raw = [0; 8];
    raw[..tail.len().min(8)].copy_from_slice(&tail[..tail.len().min(8)]);
    u64::from_le_bytes(raw)
}

/// Reads a value; `at` may end behind the bytes, which the caller checks once at the end.
#[inline(always)]
pub fn read(bytes: &[u8], at: &mut usize) -> u64 {
    let raw = load(bytes, *at);
    let more = (raw as u8).trailing_zeros();
    if more < 8 {
        let n = more + 1;
        *at += n as usize;
        raw << (64 - 8 * n) >> (64 - 7 * n)
    } else {
        let value = load(bytes, *at + 1);
        *at += MAX_BYTES;
        value
    }
}

/// Writes eight bytes at `at`; nothing where they do not fit.
#[inline(always)]
pub fn store(bytes: &mut [u8], at: usize, word: u64) {
    if let Some(to) = bytes.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<8>) {
        *to = word.to_le_bytes();
    }
}

/// Bytes being written to a buffer that was made large enough before: whole words are stored and
/// the excess is overwritten.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    bytes: Vec<u8>,
    len: usize,
}

impl Sink {
    /// Empties it and makes room for `most` bytes.
    pub fn reset(&mut self, most: usize) {
        self.len = 0;
        if self.bytes.len() < most + 16 {
            self.bytes.resize(most + 16, 0);
        }
    }

    #[inline(always)]
    pub fn word(&mut self, word: u64, len: usize) {
        store(self.room(), 0, word);
        self.len += len;
    }

    /// The buffer behind what was written: for a loop that counts by itself and then calls
    /// [`Sink::advance`].
    #[inline(always)]
    pub fn room(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.len..).unwrap_or_default()
    }

    #[inline(always)]
    pub const fn advance(&mut self, bytes: usize) {
        self.len += bytes;
    }

    #[inline(always)]
    pub fn varint(&mut self, v: u64) {
        let n = len(v);
        if n < MAX_BYTES {
            self.word(v << n | 1 << (n - 1), n);
        } else {
            self.word(0, 1);
            self.word(v, 8);
        }
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_and_both_sides_of_each_bound_come_back() {
        let mut values = vec![0, 1, u64::MAX, i64::MAX as u64, 1 << 63];
        for bit in 0..64 {
            values.extend([1_u64 << bit, (1 << bit) - 1, (1 << bit) + 1]);
        }
        let mut sink = Sink::default();
        sink.reset(values.len() * MAX_BYTES);
        for &v in &values {
            let before = sink.as_slice().len();
            sink.varint(v);
            assert_eq!(sink.as_slice().len() - before, len(v), "{v}");
        }
        let mut at = 0;
        for &v in &values {
            assert_eq!(read(sink.as_slice(), &mut at), v);
        }
        assert_eq!(at, sink.as_slice().len());
    }

    #[test]
    fn zigzag_is_a_bijection_at_the_edges() {
        for v in [0, 1, -1, i64::MAX, i64::MIN, 63, -64] {
            assert_eq!(unzigzag(zigzag(v)), v);
        }
        assert_eq!([zigzag(0), zigzag(-1), zigzag(1)], [0, 1, 2]);
    }

    #[test]
    fn reading_behind_the_end_gives_zeros_and_a_position_behind_the_end() {
        let mut at = 3;
        assert_eq!(read(&[1, 2], &mut at), 0);
        assert!(at > 2);
    }
}
