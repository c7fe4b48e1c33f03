//! The tokens of a template: exact bytes, short plain texts, numbers.

use super::number::{POW10, nanoseconds};
use crate::event::Entry;
use std::num::NonZero;

/// A place in a frame. Each token moves it past itself, or answers `None`.
pub(super) struct Cursor<'a> {
    pub frame: &'a [u8],
    /// What of the frame is still to be read: its end.
    pub rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// Bytes that were read.
    #[inline]
    pub(super) fn at(&self) -> usize {
        self.frame.len() - self.rest.len()
    }

    /// Passes over bytes that were looked at.
    #[inline(always)]
    pub(super) fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    #[inline]
    pub(super) fn boolean(&mut self) -> Option<bool> {
        if self.literal(b"true").is_some() {
            return Some(true);
        }
        self.literal(b"false").map(|()| false)
    }

    #[inline(always)]
    pub(super) fn literal<const N: usize>(&mut self, text: &[u8; N]) -> Option<()> {
        let (found, rest) = self.rest.split_first_chunk::<N>()?;
        if found == text {
            self.rest = rest;
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
        let rest = self.rest;
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
        let name = self.rest.get(..self.find(b'"')?)?;
        self.skip(name.len() + 1);
        let plain = |b: &u8| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_');
        name.iter().all(plain).then_some(name)
    }

    #[inline]
    pub(super) fn time(&mut self) -> Option<i64> {
        nanoseconds(self.id()?)
    }

    /// An unsigned integer of at most 18 digits.
    #[inline]
    pub(super) fn id(&mut self) -> Option<u64> {
        let text = match self.rest.first_chunk::<16>() {
            Some(text) => u128::from_le_bytes(*text),
            // The frame's last 16 bytes, less those in front of the number.
            None => {
                let text = u128::from_le_bytes(*self.frame.last_chunk::<16>()?);
                text.checked_shr(8 * (16 - self.rest.len() as u32))?
            }
        };
        let (value, digits) = match integer(text) {
            Some(read) => read,
            None => long_integer(self.rest)?,
        };
        let padded = digits > 1 && self.rest.first() == Some(&b'0');
        self.skip(digits);
        (!padded).then_some(value)
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
        let (value, decimals, length) = match self.rest.first_chunk::<LONGEST>() {
            Some(text) => {
                if let Some((value, length)) = short(text, u32::from(scale)) {
                    self.skip(length);
                    return Some(value as i64);
                }
                digits(text, scale)?
            }
            None => digits(&padded(self.rest), scale)?,
        };
        self.skip(length);
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

/// A decimal of at most eight digits with as many decimals as the scale, and its length with the closing
/// quote: what most levels are. `None` says nothing: [`digits`] decides.
#[inline(always)]
fn short(text: &[u8; LONGEST], scale: u32) -> Option<(u64, usize)> {
    const POINT: u8 = b'.' ^ b'0';
    let [all, behind] = [0, 1].map(|at| text[at..].first_chunk::<8>());
    let all = u64::from_le_bytes(*all?) ^ ZEROS;
    let behind = u64::from_le_bytes(*behind?) ^ ZEROS;
    // In bits: so many lie in front of the point, and so many are digits.
    let point = NonZero::new(stops(all))?.trailing_zeros() & 0x78;
    let bits = point + 8 * scale;
    let length = bits as usize / 8 + 2;
    let fits = point > 0 && scale > 0 && bits <= 64 && (all >> point) as u8 == POINT;
    if !fits || text.get(length - 1) != Some(&b'"') {
        return None;
    }
    // Out with the point, and the digits to the end of the word: zeros in front of them count nothing.
    let before = (1 << point) - 1;
    let digits = (((all ^ behind) & before) ^ behind).wrapping_shl(bits.wrapping_neg());
    (stops(digits) == 0).then(|| (number(digits), length))
}

/// Mantissa, number of decimals, and length with the closing quote. Apart, so that the loop over levels
/// keeps its registers for what it nearly always does.
#[inline(never)]
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

/// An integer of 1 to 15 digits and its length, without a branch on the length: that varies.
#[inline(always)]
fn integer(text: u128) -> Option<(u64, usize)> {
    let (low, high) = (text as u64 ^ ZEROS, (text >> 64) as u64 ^ ZEROS);
    if let Some(stop) = NonZero::new(stops(low)) {
        let bits = stop.trailing_zeros() & 0x78;
        let digits = low.wrapping_shl(bits.wrapping_neg());
        return (bits > 0).then(|| (number(digits), bits as usize / 8));
    }
    let bits = NonZero::new(stops(high))?.trailing_zeros() & 0x78;
    let last = if bits == 0 { 0 } else { number(high.wrapping_shl(bits.wrapping_neg())) };
    let count = bits as usize / 8;
    Some((number(low) * POW10[count] + last, 8 + count))
}

/// An integer of 16 to 18 digits.
#[cold]
fn long_integer(text: &[u8]) -> Option<(u64, usize)> {
    let count = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let value = text.iter().take(count.min(18));
    let value = value.fold(0, |sum, b| sum * 10 + u64::from(b - b'0'));
    (1..=18).contains(&count).then_some((value, count))
}

/// Eight ASCII digits as a number (SWAR), `None` where one is no digit.
#[inline]
fn eight_digits(chunk: [u8; 8]) -> Option<u64> {
    let digits = u64::from_le_bytes(chunk) ^ ZEROS;
    (stops(digits) == 0).then(|| number(digits))
}

const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);

/// The high bit of each byte that is no digit, of bytes from which `ZEROS` was taken. Exact through
/// the lowest one, for a carry goes upwards.
#[inline(always)]
const fn stops(digits: u64) -> u64 {
    const REACH: u64 = u64::from_le_bytes([0x76; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    (digits.wrapping_add(REACH) | digits) & HIGHS
}

/// Eight digits 0 to 9, the first in the lowest byte, as a number.
#[inline(always)]
const fn number(digits: u64) -> u64 {
    const PAIRS: u64 = 0x0000_00ff_0000_00ff;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let outer = (pairs & PAIRS).wrapping_mul(100 + (1_000_000 << 32));
    let inner = ((pairs >> 16) & PAIRS).wrapping_mul(1 + (10_000 << 32));
    outer.wrapping_add(inner) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str, scale: u8) -> Option<(i64, usize)> {
        let frame = format!("{text}\"{}", "x".repeat(LONGEST));
        let mut cursor = Cursor { frame: frame.as_bytes(), rest: frame.as_bytes() };
        let value = cursor.decimal::<false>(scale)?;
        Some((value, cursor.at()))
    }

    #[test]
    fn decimals_of_all_lengths_are_exact() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..20_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let (whole, part) = (1 + state as usize % 9, (state >> 8) as usize % 9);
            let value = (state >> 16) % 10_u64.pow((whole + part).min(14) as u32);
            let digits = format!("{value:0width$}", width = whole + part);
            let (front, back) = digits.split_at(whole);
            let text = if part == 0 { front.to_owned() } else { format!("{front}.{back}") };
            let expected = Some((value as i64, text.len() + 1));
            assert_eq!(decimal(&text, part as u8), expected, "{text}");
            let mut padded = [b'x'; LONGEST];
            padded[..text.len()].copy_from_slice(text.as_bytes());
            padded[text.len()] = b'"';
            let is_short = part > 0 && whole + part <= 8;
            let expected = is_short.then_some((value, text.len() + 1));
            assert_eq!(short(&padded, part as u32), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_decimal_is_left_alone() {
        for text in ["", ".5", "5.", "1..2", "1.2.3", "1,5", "-1.5", "1.a", "a.1", "1e5", "1 .5"] {
            assert_eq!(decimal(text, 1), None, "{text}");
        }
        for byte in (0_u8..=255).filter(|b| !b.is_ascii_digit() && *b != b'.' && *b != b'"') {
            for place in 0..=6 {
                let mut text = *b"123.45\"xxxxxxxxxxxxxxxxx";
                text[place] = byte;
                assert_eq!(short(&text, 2), None, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn integers_of_all_lengths_anywhere_in_a_frame() {
        for digits in 1..=18 {
            for tail in ["}", "}}", ",\"E\":1723161256313}}", "}                       "] {
                let text = &"918273645546372819"[..digits];
                let frame = format!("{{\"e\":\"bookTicker\",{text}{tail}");
                let start = frame.len() - tail.len() - digits;
                let rest = &frame.as_bytes()[start..];
                let mut cursor = Cursor { frame: frame.as_bytes(), rest };
                assert_eq!(cursor.id(), text.parse().ok(), "{text} in {frame}");
                assert_eq!(cursor.at(), start + digits);
            }
        }
        for text in ["", "x", "01", "00", "9182736455463728190", "/", ":"] {
            let frame = format!("{{\"e\":\"bookTicker\",{text}}}");
            let rest = &frame.as_bytes()[18..];
            assert_eq!(Cursor { frame: frame.as_bytes(), rest }.id(), None, "{text}");
        }
        let frame = b"{\"u\":0,\"s\":\"BTCUSDT\"}";
        let mut zero = Cursor { frame, rest: &frame[5..] };
        assert_eq!((zero.id(), zero.rest.first()), (Some(0), Some(&b',')));
    }

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
