//! The tokens of a template: exact bytes, short plain texts, numbers.

use crate::event::Entry;
use crate::venue::wire::number::{POW10, nanoseconds};

/// A place in a frame. Each token moves it past itself, or answers `None`.
pub(super) struct Cursor<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Cursor<'a> {
    #[inline]
    pub(super) fn boolean(&mut self) -> Option<bool> {
        if self.literal(b"true").is_some() {
            return Some(true);
        }
        self.literal(b"false").map(|()| false)
    }

    #[inline]
    pub(super) fn literal<const N: usize>(&mut self, text: &[u8; N]) -> Option<()> {
        let found = self.bytes.get(self.at..)?.first_chunk::<N>()?;
        if found == text {
            self.at += N;
            Some(())
        } else {
            None
        }
    }

    /// Distance to `byte` (a quote or `@`) within the next 64, over plain text alone: no quote, no
    /// `@`, no backslash, no control character, nothing beyond ASCII.
    #[inline]
    pub(super) fn find(&self, byte: u8) -> Option<usize> {
        const ONES: u64 = u64::from_le_bytes([1; 8]);
        const HIGHS: u64 = ONES << 7;
        // The lowest mark of each is exact, and so is the lowest of all.
        let below = |word: u64, n: u8| word.wrapping_sub(ONES * u64::from(n)) & !word & HIGHS;
        let equal = |word: u64, b: u8| below(word ^ (ONES * u64::from(b)), 1);
        let rest = self.bytes.get(self.at..)?;
        for (i, word) in rest.as_chunks::<8>().0.iter().take(8).enumerate() {
            let word = u64::from_le_bytes(*word);
            let stops = equal(word, b'"') | equal(word, b'@') | equal(word, b'\\');
            let stops = stops | below(word, 0x20) | word & HIGHS;
            if stops != 0 {
                let at = i * 8 + stops.trailing_zeros() as usize / 8;
                return (rest[at] == byte).then_some(at);
            }
        }
        None
    }

    /// A short name without escapes, and the quote behind it.
    #[inline]
    pub(super) fn name(&mut self) -> Option<&'a [u8]> {
        let name = self.bytes.get(self.at..self.at + self.find(b'"')?)?;
        self.at += name.len() + 1;
        let plain = |b: &u8| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_');
        name.iter().all(plain).then_some(name)
    }

    #[inline]
    pub(super) fn time(&mut self) -> Option<i64> {
        nanoseconds(self.id()?)
    }

    /// An unsigned integer of at most 19 digits.
    #[inline]
    pub(super) fn id(&mut self) -> Option<u64> {
        let start = self.at;
        let rest = self.bytes.get(start..)?;
        let mut value = 0;
        let mut digits = 0;
        if let Some(eight) = rest.first_chunk::<8>().and_then(|c| eight_digits(*c)) {
            value = eight;
            digits = 8;
        }
        while let Some(digit) = rest.get(digits).map(|b| b.wrapping_sub(b'0')).filter(|d| *d < 10) {
            value = value * 10 + u64::from(digit);
            digits += 1;
            if digits > 18 {
                return None;
            }
        }
        self.at = start + digits;
        let padded = digits > 1 && rest[0] == b'0';
        (digits > 0 && !padded).then_some(value)
    }

    /// `["price","quantity"]` with a price above 0; scales in this order.
    #[inline(always)]
    pub(super) fn level<const EXACT: bool>(&mut self, scales: (u8, u8)) -> Option<Entry> {
        self.literal(b"[\"")?;
        let price = self.decimal::<EXACT>(scales.0)?;
        self.literal(b",\"")?;
        let quantity = self.decimal::<EXACT>(scales.1)?;
        self.literal(b"]")?;
        (price > 0).then_some(Entry { price, quantity })
    }

    /// A decimal of at most 18 digits at a scale, and the quote behind it.
    #[inline(always)]
    pub(super) fn decimal<const EXACT: bool>(&mut self, scale: u8) -> Option<i64> {
        let rest = self.bytes.get(self.at..)?;
        let (value, decimals, length) = match rest.first_chunk::<LONGEST>() {
            Some(text) => digits(text, scale)?,
            None => digits(&padded(rest), scale)?,
        };
        self.at += length;
        if decimals == scale as usize {
            return Some(value as i64);
        }
        if EXACT { None } else { scaled(value, decimals, scale as usize) }
    }
}

/// Bytes that hold 18 digits, a point and a quote, and four more.
const LONGEST: usize = 24;

/// The end of a frame, longer.
#[cold]
fn padded(rest: &[u8]) -> [u8; LONGEST] {
    let mut text = [0; LONGEST];
    text[..rest.len()].copy_from_slice(rest);
    text
}

/// Mantissa, number of decimals, and length with the closing quote.
#[inline(always)]
fn digits(text: &[u8; LONGEST], scale: u8) -> Option<(u64, usize, usize)> {
    let mut value = 0_u64;
    let mut i = 0;
    while i < 19 {
        let digit = text[i].wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        i += 1;
    }
    if i == 0 || i == 19 {
        return None;
    }
    if text[i] == b'"' {
        return Some((value, 0, i + 1));
    }
    if text[i] != b'.' {
        return None;
    }
    let point = i;
    i += 1;
    // Spot prints eight decimals of everything.
    if scale == 8 && point < 11 {
        let eight = text[i..].first_chunk::<8>().and_then(|c| eight_digits(*c));
        if let Some(eight) = eight.filter(|_| text[i + 8] == b'"') {
            return Some((value * 100_000_000 + eight, 8, i + 9));
        }
    }
    while i < 20 {
        let digit = text[i].wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        i += 1;
    }
    // At most 18 digits, so nothing wrapped.
    let decimals = i - point - 1;
    (decimals > 0 && i < 20 && text[i] == b'"').then_some((value, decimals, i + 1))
}

/// A mantissa moved to another number of decimals; `None` where digits would be lost.
#[cold]
fn scaled(value: u64, decimals: usize, scale: usize) -> Option<i64> {
    if decimals < scale {
        let moved = value.checked_mul(*POW10.get(scale - decimals)?)?;
        return i64::try_from(moved).ok();
    }
    let power = *POW10.get(decimals - scale)?;
    value.is_multiple_of(power).then_some((value / power) as i64)
}

/// Eight ASCII digits as a number (SWAR), `None` where one is no digit.
#[inline]
fn eight_digits(chunk: [u8; 8]) -> Option<u64> {
    const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
    const HIGH: u64 = u64::from_le_bytes([0xf0; 8]);
    const SIX: u64 = u64::from_le_bytes([6; 8]);
    let word = u64::from_le_bytes(chunk);
    let digits = word ^ ZEROS;
    if (digits | digits.wrapping_add(SIX)) & HIGH != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_at_once() {
        for value in [0_u64, 1, 12_345_678, 99_999_999, 10_203_040] {
            let text = format!("{value:08}");
            let chunk = text.as_bytes().try_into().unwrap();
            assert_eq!(eight_digits(chunk), Some(value));
        }
        for place in 0..8 {
            for byte in (0_u8..=255).filter(|b| !b.is_ascii_digit()) {
                let mut chunk = *b"12345678";
                chunk[place] = byte;
                assert_eq!(eight_digits(chunk), None, "{byte} at {place}");
            }
        }
    }
}
