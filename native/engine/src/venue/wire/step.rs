//! Scales and steps from what was printed.

use super::number;

/// What was printed of one symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scales {
    /// Most decimals printed.
    pub price_scale: u8,
    pub quantity_scale: u8,
    /// Greatest common divisor of all mantissas at these scales; 1 where nothing but 0 was printed.
    pub tick: i64,
    pub lot: i64,
}

impl Scales {
    #[must_use]
    pub fn new(price: Step, quantity: Step) -> Self {
        let step = |step: Step| i64::try_from(step.divisor.max(1)).unwrap_or(1);
        Self {
            price_scale: price.decimals,
            quantity_scale: quantity.decimals,
            tick: step(price),
            lot: step(quantity),
        }
    }
}

/// Most decimals that a scale may have; more are refused when a feed takes the frame.
const MAX_SCALE: i32 = 18;

/// Decimals and divisor of prices, or of quantities.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step {
    pub decimals: u8,
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

    /// Goes to more decimals, if they are.
    pub fn at_least(&mut self, decimals: u8) {
        let more = usize::from(decimals.saturating_sub(self.decimals));
        if let Some(power) = number::POW10.get(more) {
            self.divisor = self.divisor.saturating_mul(*power);
            self.decimals += more as u8;
        }
    }

    /// A number as printed; whatever is no decimal of sound size is left to the second pass.
    pub fn add_printed(&mut self, text: &[u8]) {
        let Ok(value) = number::decimal(text, 0) else { return };
        let decimals = value.decimals.max(0);
        if decimals > MAX_SCALE {
            return;
        }
        self.at_least(decimals as u8);
        let shift = i32::from(self.decimals) - value.decimals;
        let power = 10_u128.checked_pow(shift.unsigned_abs());
        let mantissa = power.and_then(|p| value.mantissa.checked_mul(p));
        if let Some(mantissa) = mantissa.and_then(|m| u64::try_from(m).ok()) {
            self.add(mantissa);
        }
    }
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
