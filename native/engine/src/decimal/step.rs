//! Decimals and greatest common divisor of numbers as they are printed.

use super::plain::plain;
use super::{Number, push_digit};

/// Most decimals that a scale may have; more are refused when the number is taken.
const MAX_SCALE: u8 = 18;

/// Decimals and divisor of prices, or of quantities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Most decimals printed.
    pub decimals: u8,
    /// Of all mantissas at these decimals; 0 where nothing but 0 was printed.
    pub divisor: u64,
}

impl Step {
    /// A mantissa at the step's own decimals.
    #[inline]
    pub fn add(&mut self, mantissa: u64) {
        // Once the divisor is 1 it stays; small numbers divide faster.
        let divides = match (u32::try_from(mantissa), u32::try_from(self.divisor)) {
            _ if self.divisor == 1 => true,
            (Ok(m), Ok(d)) if d > 0 => m % d == 0,
            _ => self.divisor > 0 && mantissa.is_multiple_of(self.divisor),
        };
        if !divides {
            self.divisor = greatest_common_divisor(self.divisor, mantissa);
        }
    }

    /// A number as printed; whatever is no decimal of sound size is left to the second pass.
    #[inline]
    pub fn add_printed(&mut self, text: &[u8]) {
        self.add_shifted(text, 0);
    }

    /// A number as printed that counts in `10^-shift`.
    #[inline]
    pub fn add_shifted(&mut self, text: &[u8], shift: u8) {
        let plain = plain(text).map(|p| (p.mantissa.unsigned_abs(), p.decimals));
        let Some((mantissa, decimals)) = plain.or_else(|| any(text)) else { return };
        if let Some(decimals) = decimals.checked_add(shift).filter(|&d| d <= MAX_SCALE) {
            self.add_at(mantissa, decimals);
        }
    }

    /// Goes to more decimals, if they are.
    #[inline]
    pub fn at_least(&mut self, decimals: u8) {
        if decimals > self.decimals {
            let power = 10_u64.saturating_pow(u32::from(decimals - self.decimals));
            self.divisor = self.divisor.saturating_mul(power);
            self.decimals = decimals;
        }
    }

    #[inline]
    fn add_at(&mut self, mantissa: u64, decimals: u8) {
        self.at_least(decimals);
        let power = 10_u64.checked_pow(u32::from(self.decimals - decimals));
        if let Some(mantissa) = power.and_then(|p| mantissa.checked_mul(p)) {
            self.add(mantissa);
        }
    }

    /// The divisor as a step: 1 where nothing but 0 was printed.
    #[must_use]
    pub fn step(&self) -> i64 {
        i64::try_from(self.divisor.max(1)).unwrap_or(1)
    }
}

/// Mantissa and decimals of any decimal that fits.
fn any(text: &[u8]) -> Option<(u64, u8)> {
    let number = Number::scan(text).ok()?;
    let shift = (number.fraction.len() as i64).saturating_sub(number.exponent);
    let decimals = u8::try_from(shift.max(0)).ok().filter(|&d| d <= MAX_SCALE)?;
    let mut mantissa = 0;
    for (_, digit) in number.digits() {
        mantissa = push_digit(mantissa, digit - b'0')?;
    }
    for _ in shift..0 {
        if mantissa > 0 {
            mantissa = push_digit(mantissa, 0)?;
        } else {
            break;
        }
    }
    Some((mantissa, decimals))
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> (u8, i64) {
        let mut step = Step::default();
        texts.iter().for_each(|t| step.add_printed(t.as_bytes()));
        (step.decimals, step.step())
    }

    #[test]
    fn most_decimals_and_greatest_divisor() {
        assert_eq!(of(&["58710.20", "58710.70"]), (2, 10));
        assert_eq!(of(&["100", "100.5", "99.50"]), (2, 50));
        assert_eq!(of(&["1e-3", "2"]), (3, 1));
        assert_eq!(of(&["1.5e3", "-20"]), (0, 20));
        assert_eq!(of(&["0", "0.0"]), (1, 1));
    }

    #[test]
    fn what_is_no_decimal_tells_nothing() {
        assert_eq!(of(&["x", "", "1e-30", "99999999999999999999"]), (0, 1));
        assert_eq!(of(&["0e999999999"]), (0, 1));
    }
}
