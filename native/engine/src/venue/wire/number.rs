//! Exact decimals and integers from text, never through floats.

use crate::error::FrameError;

/// 10^n for every n whose power fits.
pub const POW10: [u64; 20] = {
    let mut table = [1_u64; 20];
    let mut n = 1;
    while n < 20 {
        table[n] = table[n - 1] * 10;
        n += 1;
    }
    table
};

/// Digits that a `u128` always holds.
const MAX_DIGITS: u32 = 38;
/// Exponents beyond this many digits are nonsense in a market.
const MAX_EXPONENT_DIGITS: usize = 4;

/// A decimal before scaling: `mantissa × 10^-decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    pub negative: bool,
    pub mantissa: u128,
    pub decimals: i32,
}

/// S18: reads `-?digits[.digits][e±digits]`; `at` is the offset of `text` in its frame.
///
/// # Errors
/// `E_NUMBER` for anything else: signs with `+`, `NaN`, commas, more digits than are exact.
pub fn decimal(text: &[u8], at: usize) -> Result<Decimal, FrameError> {
    let bad = |i: usize, what| FrameError::new("E_NUMBER", at + i, what);
    let negative = text.first() == Some(&b'-');
    let mut out = Decimal { negative, mantissa: 0, decimals: 0 };
    let mut i = usize::from(negative);
    let mut digits = 0;
    let mut take = |i: &mut usize, out: &mut Decimal| {
        let from = *i;
        while let Some(d) = text.get(*i).map(|b| b.wrapping_sub(b'0')).filter(|d| *d < 10) {
            digits += u32::from(digits > 0 || d > 0);
            if digits > MAX_DIGITS {
                return Err(bad(*i, "a decimal of at most 38 digits"));
            }
            out.mantissa = out.mantissa * 10 + u128::from(d);
            *i += 1;
        }
        if *i == from { Err(bad(from, "a digit")) } else { Ok((*i - from) as i32) }
    };
    take(&mut i, &mut out)?;
    if text.get(i) == Some(&b'.') {
        i += 1;
        out.decimals = take(&mut i, &mut out)?;
    }
    if matches!(text.get(i), Some(b'e' | b'E')) {
        i += 1;
        out.decimals -= exponent(text, &mut i).ok_or_else(|| bad(i, "a small exponent"))?;
    }
    if i == text.len() { Ok(out) } else { Err(bad(i, "the end of a decimal")) }
}

fn exponent(text: &[u8], i: &mut usize) -> Option<i32> {
    let sign = match text.get(*i) {
        Some(b'-') => -1,
        Some(b'+') => 1,
        _ => 0,
    };
    *i += usize::from(sign != 0);
    let rest = text.get(*i..)?;
    let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    if count == 0 || count > MAX_EXPONENT_DIGITS {
        return None;
    }
    *i += count;
    let value = rest[..count].iter().fold(0, |v, b| v * 10 + i32::from(b - b'0'));
    Some(if sign < 0 { -value } else { value })
}

impl Decimal {
    /// Mantissa at `scale` digits after the point.
    ///
    /// # Errors
    /// `E_SCALE` where digits other than zero would be lost, `E_NUMBER` beyond an `i64`.
    pub fn at_scale(self, scale: u8, at: usize) -> Result<i64, FrameError> {
        let shift = i32::from(scale) - self.decimals;
        let power = 10_u128.checked_pow(shift.unsigned_abs());
        let mantissa = match (self.mantissa, power) {
            (0, _) => Some(0),
            (m, Some(power)) if shift >= 0 => m.checked_mul(power),
            (m, Some(power)) if m % power == 0 => Some(m / power),
            (_, _) if shift < 0 => {
                return Err(FrameError::new("E_SCALE", at, "no more decimals than the scale"));
            }
            _ => None,
        };
        let value = mantissa.and_then(|m| i64::try_from(m).ok());
        let value = value.ok_or(FrameError::new("E_NUMBER", at, "a value within 64 bits"))?;
        Ok(if self.negative { -value } else { value })
    }

    /// Mantissa at `scale` without the digits beyond it, and whether there were any but zeros.
    ///
    /// # Errors
    /// `E_NUMBER` beyond an `i64`.
    pub fn cut_to_scale(self, scale: u8, at: usize) -> Result<(i64, bool), FrameError> {
        let beyond = self.decimals - i32::from(scale);
        let power = 10_u128.checked_pow(beyond.unsigned_abs());
        let (kept, is_cut) = match power {
            _ if beyond <= 0 => return Ok((self.at_scale(scale, at)?, false)),
            Some(power) => (self.mantissa / power, !self.mantissa.is_multiple_of(power)),
            None => (0, self.mantissa != 0),
        };
        let kept = Self { mantissa: kept, decimals: i32::from(scale), ..self };
        Ok((kept.at_scale(scale, at)?, is_cut))
    }
}

impl Decimal {
    /// Mantissa at `scale`, rounded to the nearest (halves away from 0), and whether that changed it.
    ///
    /// # Errors
    /// `E_NUMBER` beyond an `i64`.
    pub fn nearest(self, scale: u8, at: usize) -> Result<(i64, bool), FrameError> {
        let beyond = self.decimals - i32::from(scale);
        if beyond <= 0 {
            return Ok((self.at_scale(scale, at)?, false));
        }
        let (kept, is_changed) = match 10_u128.checked_pow(beyond.unsigned_abs()) {
            Some(power) => {
                let rest = self.mantissa % power;
                (self.mantissa / power + u128::from(rest >= power - rest), rest != 0)
            }
            None => (0, self.mantissa != 0),
        };
        let kept = Self { mantissa: kept, decimals: i32::from(scale), ..self };
        Ok((kept.at_scale(scale, at)?, is_changed))
    }
}

/// Mantissa of a decimal at `scale`; `at` is the offset of `text` in its frame.
///
/// # Errors
/// As [`crate::decimal::parse`].
#[inline]
pub fn mantissa(text: &[u8], scale: u8, at: usize) -> Result<i64, FrameError> {
    crate::decimal::parse(text, scale).map_err(|e| FrameError { offset: e.offset + at as u32, ..e })
}

/// Reads an unsigned integer of JSON: digits alone, no leading zero.
///
/// # Errors
/// `E_NUMBER` for signs, fractions and values beyond a `u64`.
pub fn unsigned(text: &[u8], at: usize) -> Result<u64, FrameError> {
    let bad = |i: usize| FrameError::new("E_NUMBER", at + i, "an unsigned integer of 64 bits");
    if text.is_empty() || (text[0] == b'0' && text.len() > 1) {
        return Err(bad(0));
    }
    let mut value = 0_u64;
    for (i, b) in text.iter().enumerate() {
        let digit = b.wrapping_sub(b'0');
        let next = value.checked_mul(10).and_then(|v| v.checked_add(u64::from(digit)));
        value = next.filter(|_| digit < 10).ok_or_else(|| bad(i))?;
    }
    Ok(value)
}

/// S13, U13: nanoseconds of a venue time: milliseconds (up to 13 digits), or microseconds (16 digits, where the
/// connection asked for `timeUnit=MICROSECOND`).
#[inline]
pub fn nanoseconds(value: u64) -> Option<i64> {
    const MILLISECONDS: std::ops::Range<u64> = 0..9_223_372_036_854;
    const MICROSECONDS: std::ops::Range<u64> = 1_000_000_000_000_000..9_223_372_036_854_775;
    if MILLISECONDS.contains(&value) {
        Some(value as i64 * 1_000_000)
    } else if MICROSECONDS.contains(&value) {
        Some(value as i64 * 1_000)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, scale: u8) -> Result<i64, &'static str> {
        let value = decimal(text.as_bytes(), 0).and_then(|d| d.at_scale(scale, 0));
        value.map_err(|e| e.code)
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(read("58710.20", 2), Ok(5_871_020));
        assert_eq!(read("58710.20", 1), Ok(587_102));
        assert_eq!(read("58710.21", 1), Err("E_SCALE"));
        assert_eq!(read("1e-8", 8), Ok(1));
        assert_eq!(read("1e-9", 8), Err("E_SCALE"));
        assert_eq!(read("1.5E+3", 0), Ok(1500));
        assert_eq!(read("-0", 8), Ok(0));
        assert_eq!(read("-0.00015", 8), Ok(-15_000));
        assert_eq!(read("92233720368.54775807", 8), Ok(i64::MAX));
        assert_eq!(read("92233720368.54775808", 8), Err("E_NUMBER"));
        assert_eq!(read("1000000000000000000000000.0", 0), Err("E_NUMBER"));
        assert_eq!(read("0000000000000000000000000000000000000000000007.50", 2), Ok(750));
        assert_eq!(read("0e9999", 2), Ok(0));
        assert_eq!(read("1e9999", 2), Err("E_NUMBER"));
        assert_eq!(read("1e-9999", 2), Err("E_SCALE"));
    }

    #[test]
    fn digits_beyond_a_scale_can_be_cut() {
        let cut = |text: &str, scale| decimal(text.as_bytes(), 0).unwrap().cut_to_scale(scale, 0);
        assert_eq!(cut("-0.00000123456", 8), Ok((-123, true)));
        assert_eq!(cut("0.000001200", 8), Ok((120, false)));
        assert_eq!(cut("5", 8), Ok((500_000_000, false)));
        assert_eq!(cut("1e-40", 8), Ok((0, true)));
        assert_eq!(cut("1e30", 8).unwrap_err().code, "E_NUMBER");
    }

    #[test]
    fn what_a_double_printed_is_rounded_to_the_nearest() {
        let nearest = |text: &str, scale| decimal(text.as_bytes(), 0).unwrap().nearest(scale, 0);
        assert_eq!(nearest("1.7885566900000001", 8), Ok((178_855_669, true)));
        assert_eq!(nearest("0.29999999999999999", 8), Ok((30_000_000, true)));
        assert_eq!(nearest("-0.5", 0), Ok((-1, true)));
        assert_eq!(nearest("0.4999", 0), Ok((0, true)));
        assert_eq!(nearest("236.47", 8), Ok((23_647_000_000, false)));
        assert_eq!(nearest("1e-40", 8), Ok((0, true)));
        assert_eq!(nearest("1e30", 8).unwrap_err().code, "E_NUMBER");
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        let bad =
            ["", "-", "+1", ".5", "5.", "1,5", "NaN", "Infinity", "1e", "1e+", "0x1", " 1", "1 "];
        for text in bad {
            assert_eq!(read(text, 8), Err("E_NUMBER"), "{text}");
        }
        assert_eq!(decimal(b"12a", 100).unwrap_err().offset, 102);
    }

    #[test]
    fn integers_keep_all_bits() {
        assert_eq!(unsigned(b"18446744073709551615", 0), Ok(u64::MAX));
        for text in ["18446744073709551616", "-1", "01", "1.0", "1e3", ""] {
            assert_eq!(unsigned(text.as_bytes(), 0).unwrap_err().code, "E_NUMBER", "{text}");
        }
        assert_eq!(unsigned(b"0", 0), Ok(0));
    }

    #[test]
    fn venue_times_are_milliseconds_or_microseconds() {
        assert_eq!(nanoseconds(1_723_161_255_208), Some(1_723_161_255_208_000_000));
        assert_eq!(nanoseconds(1_723_161_255_208_123), Some(1_723_161_255_208_123_000));
        assert_eq!(nanoseconds(10_000_000_000_000), None);
        assert_eq!(nanoseconds(1_723_161_255_208_123_000), None);
    }
}
