//! Common steps of prices and quantities, and exact division by them without a divide instruction.

/// Division by a step of 1 to `i64::MAX` of values that it divides: one multiplication by the odd
/// part's inverse modulo 2⁶⁴ and one shift.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub step: i64,
    inverse: i64,
    shift: u32,
    /// The largest quotient's magnitude, times 2^shift; and twice the former.
    offset: u64,
    span: u64,
}

impl Step {
    pub fn new(step: i64) -> Self {
        let shift = step.trailing_zeros();
        let odd = step >> shift;
        // Newton: each round doubles the correct low bits, and odd × odd ≡ 1 modulo 8.
        let mut inverse = odd;
        for _ in 0..5 {
            let error = 2_i64.wrapping_sub(odd.wrapping_mul(inverse));
            inverse = inverse.wrapping_mul(error);
        }
        let most = i64::MAX as u64 / step as u64;
        Self { step, inverse, shift, offset: most << shift, span: 2 * most }
    }

    /// The quotient, where the step divides the value.
    #[inline(always)]
    pub const fn divide(self, value: i64) -> i64 {
        value.wrapping_mul(self.inverse) >> self.shift
    }

    /// Whether the step divides the value; may say no for `i64::MIN`. The product is the quotient
    /// times 2^shift, in a small range around 0, for multiples of the step alone (Granlund and
    /// Montgomery).
    #[inline(always)]
    pub const fn divides(self, value: i64) -> bool {
        let product = value.wrapping_mul(self.inverse) as u64;
        product.wrapping_add(self.offset).rotate_right(self.shift) <= self.span
    }
}

/// The greatest common divisor of all values so far.
#[derive(Clone, Copy, Debug)]
pub struct CommonStep {
    gcd: u64,
    step: Step,
}

impl Default for CommonStep {
    fn default() -> Self {
        // Divides nothing but 0, so that the first value goes to `refine`.
        Self { gcd: 0, step: Step { offset: 0, span: 0, ..Step::new(1) } }
    }
}

impl CommonStep {
    #[inline(always)]
    pub const fn divides(&self, value: i64) -> bool {
        self.step.divides(value)
    }

    /// Takes a value that the step does not divide.
    #[cold]
    pub fn refine(&mut self, value: i64) {
        self.gcd = gcd(self.gcd, value.unsigned_abs());
        self.step = Step::new(i64::try_from(self.gcd).unwrap_or(1 << 62));
    }

    /// The step; 1 where all values were 0.
    pub fn step(&self) -> Step {
        if self.gcd == 0 { Step::new(1) } else { self.step }
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(values: &[i64]) -> Step {
        let mut out = CommonStep::default();
        for &v in values {
            if !out.divides(v) {
                out.refine(v);
            }
        }
        out.step()
    }

    #[test]
    fn common_steps_are_found() {
        assert_eq!(common(&[]).step, 1);
        assert_eq!(common(&[0, 0]).step, 1);
        assert_eq!(common(&[0, 60, -84, 36]).step, 12);
        assert_eq!(common(&[6_180_020, 6_180_030]).step, 10);
        assert_eq!(common(&[i64::MIN]).step, 1 << 62);
        assert_eq!(common(&[i64::MIN, 6]).step, 2);
        assert_eq!(common(&[i64::MAX]).step, i64::MAX);
        assert_eq!(common(&[i64::MAX, i64::MIN]).step, 1);
    }

    #[test]
    fn division_is_exact_at_the_edges() {
        for step in [1, 2, 3, 10, 1_000, 1 << 62, i64::MAX, 12_345_678_912] {
            let division = Step::new(step);
            for q in [0, 1, -1, 7, i64::MAX / step, -(i64::MAX / step)] {
                let Some(value) = step.checked_mul(q) else { continue };
                assert_eq!(division.divide(value), q, "{q} × {step}");
                assert!(division.divides(value), "{q} × {step}");
            }
            assert_eq!(division.divides(i64::MAX), i64::MAX % step == 0);
            assert_eq!(division.divides(1), step == 1);
        }
        assert_eq!(Step::new(1 << 62).divide(i64::MIN), -2);
    }
}
