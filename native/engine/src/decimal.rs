//! Exact decimals: text to mantissa and back, never through floats.
//!
//! The grammar is JSON's number (RFC 8259, section 6) with leading zeros let through, for venues print
//! decimals as strings: `-? digits (. digits)? ([eE] [+-]? digits)?`. Refused: empty text, `+1`, `.5`,
//! `5.`, `1,5`, `NaN`, `Infinity`, blanks and anything behind the number. `-0` is 0.

mod plain;
pub mod step;

use crate::error::FrameError;
use plain::{Plain, plain};

/// Mantissa at `scale` decimals: `parse(b"58710.20", 1)` is 587,102. Zeros beyond the scale say nothing
/// and are dropped; any other digit there is an error, for nothing is rounded.
///
/// # Errors
/// `E_NUMBER` where the text is not a decimal or its mantissa does not fit in an `i64`; `E_SCALE` where
/// it has more decimals than the scale. The offset counts from the first byte of `bytes`.
#[inline]
pub fn parse(bytes: &[u8], scale: u8) -> Result<i64, FrameError> {
    match plain(bytes).and_then(|p| p.at_scale(scale)) {
        Some(mantissa) => Ok(mantissa),
        None => parse_any(bytes, scale),
    }
}

fn parse_any(bytes: &[u8], scale: u8) -> Result<i64, FrameError> {
    let number = Number::scan(bytes)?;
    // The value is `digits × 10^shift` in units of the scale.
    let shift = number.exponent.saturating_add(i64::from(scale)) - number.fraction.len() as i64;
    let digits = number.digits();
    let surplus = usize::try_from(shift.saturating_neg()).unwrap_or(0);
    let kept = digits.clone().count().saturating_sub(surplus);
    if let Some((offset, _)) = digits.clone().skip(kept).find(|&(_, digit)| digit != b'0') {
        return Err(FrameError::new("E_SCALE", offset, "a digit beyond the scale"));
    }
    let mut magnitude = 0_u64;
    for (offset, digit) in digits.take(kept) {
        magnitude = push_digit(magnitude, digit - b'0').ok_or(FrameError::new(
            "E_NUMBER",
            offset,
            "a number that 64 bits hold",
        ))?;
    }
    let too_large = FrameError::new("E_NUMBER", 0, "a number that 64 bits hold");
    if magnitude != 0 {
        for _ in 0..shift.max(0) {
            magnitude = push_digit(magnitude, 0).ok_or(too_large)?;
        }
    }
    let signed = if number.negative {
        0_i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    };
    signed.ok_or(too_large)
}

/// Digits after the point once the number is written out: 2 for `58710.20`, 8 for `1e-8`, 0 for `1.5e3`.
/// The scale that an instrument needs is the most that is printed.
///
/// # Errors
/// `E_NUMBER` where the text is not a decimal, `E_SCALE` where it has more than 255.
pub fn decimals(bytes: &[u8]) -> Result<u8, FrameError> {
    if let Some(Plain { decimals, .. }) = plain(bytes) {
        return Ok(decimals);
    }
    let number = Number::scan(bytes)?;
    let digits = (number.fraction.len() as i64).saturating_sub(number.exponent).max(0);
    u8::try_from(digits).map_err(|_| FrameError::new("E_SCALE", 0, "at most 255 decimals"))
}

/// Text of a mantissa with all `scale` decimals: `format(587_102, 1)` is `58710.2`, `format(5, 3)` is
/// `0.005`. `parse` gives the mantissa back.
#[must_use]
pub fn format(mantissa: i64, scale: u8) -> String {
    let scale = usize::from(scale);
    let sign = if mantissa < 0 { "-" } else { "" };
    let mut text = format!("{sign}{:0>width$}", mantissa.unsigned_abs(), width = scale + 1);
    if scale > 0 {
        text.insert(text.len() - scale, '.');
    }
    text
}

/// As [`format`], without zeros at the end of the decimals: `format_trimmed(500, 3)` is `0.5`.
#[must_use]
pub fn format_trimmed(mantissa: i64, scale: u8) -> String {
    let mut text = format(mantissa, scale);
    if scale > 0 {
        let kept = text.trim_end_matches('0').trim_end_matches('.').len();
        text.truncate(kept);
    }
    text
}

fn push_digit(magnitude: u64, digit: u8) -> Option<u64> {
    magnitude.checked_mul(10)?.checked_add(u64::from(digit))
}

/// The parts of a decimal, as they stand in the text.
struct Number<'a> {
    negative: bool,
    integer: &'a [u8],
    integer_at: usize,
    fraction: &'a [u8],
    /// Beyond ±10^18 it is held there: so large that only 0 survives it.
    exponent: i64,
}

impl<'a> Number<'a> {
    fn scan(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let negative = bytes.first() == Some(&b'-');
        let integer_at = usize::from(negative);
        let integer = digits_at(bytes, integer_at)?;
        let mut at = integer_at + integer.len();
        let mut fraction: &[u8] = &[];
        if bytes.get(at) == Some(&b'.') {
            fraction = digits_at(bytes, at + 1)?;
            at += 1 + fraction.len();
        }
        let mut exponent = 0;
        if let Some(b'e' | b'E') = bytes.get(at) {
            let sign = bytes.get(at + 1).copied().filter(|b| matches!(b, b'+' | b'-'));
            at += 1 + usize::from(sign.is_some());
            let digits = digits_at(bytes, at)?;
            at += digits.len();
            exponent = exponent_of(digits);
            if sign == Some(b'-') {
                exponent = -exponent;
            }
        }
        if at < bytes.len() {
            return Err(FrameError::new("E_NUMBER", at, "the end of the number"));
        }
        Ok(Self { negative, integer, integer_at, fraction, exponent })
    }

    /// All digits with their offsets, the point left out.
    fn digits(&self) -> impl Iterator<Item = (usize, u8)> + Clone + 'a {
        let (integer_at, fraction_at) = (self.integer_at, self.integer_at + self.integer.len() + 1);
        let integer = self.integer.iter().enumerate().map(move |(i, &d)| (integer_at + i, d));
        let fraction = self.fraction.iter().enumerate().map(move |(i, &d)| (fraction_at + i, d));
        integer.chain(fraction)
    }
}

/// One digit or more from `at` on.
fn digits_at(bytes: &[u8], at: usize) -> Result<&[u8], FrameError> {
    let rest = bytes.get(at..).unwrap_or(&[]);
    let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    if count == 0 {
        return Err(FrameError::new("E_NUMBER", at, "a digit"));
    }
    Ok(&rest[..count])
}

fn exponent_of(digits: &[u8]) -> i64 {
    const LIMIT: i64 = 1_000_000_000_000_000_000;
    digits.iter().fold(0_i64, |sum, &d| {
        sum.saturating_mul(10).saturating_add(i64::from(d - b'0')).min(LIMIT)
    })
}

#[cfg(test)]
mod tests;
