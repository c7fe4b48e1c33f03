//! Tick and lot where nobody tells them: the greatest common divisor of all that was seen.

use tickwright_engine::event::is_order;
use tickwright_engine::schema::kind;
use tickwright_engine::{Entry, EventRef};

/// Greatest common divisor of a stream of numbers. Most values are multiples of what is known, which
/// a multiplication by the inverse tells (as in the ladder's grid); only the others cost a division.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Divisor {
    value: u64,
    inverse: u64,
    twos: u32,
    most: u64,
}

impl Divisor {
    #[inline]
    fn add(&mut self, number: u64) {
        let quotient = number.wrapping_mul(self.inverse).rotate_right(self.twos);
        if self.value == 0 || quotient > self.most {
            self.set(gcd(self.value, number));
        }
    }

    fn set(&mut self, value: u64) {
        if value == 0 {
            return;
        }
        self.value = value;
        self.twos = value.trailing_zeros();
        let odd = value >> self.twos;
        self.inverse = odd;
        for _ in 0..5 {
            self.inverse =
                self.inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(self.inverse)));
        }
        self.most = u64::MAX / value;
    }
}

/// 0 is a multiple of everything.
fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Steps of one instrument, as far as they were seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    price: Divisor,
    quantity: Divisor,
}

impl Steps {
    /// Takes the prices and quantities of a market event; marks, funding and the like lie off the
    /// grid by nature.
    #[inline]
    pub fn event(&mut self, event: EventRef<'_>) {
        let of = event.header.kind;
        let levels = matches!(of, kind::DEPTH | kind::SNAPSHOT | kind::QUOTE | kind::TRADE);
        if levels || is_order(of) {
            self.entries(event.bids);
            self.entries(event.asks);
        }
    }

    #[inline]
    fn entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.price.add(entry.price.unsigned_abs());
            self.quantity.add(entry.quantity.unsigned_abs());
        }
    }

    /// Price step, price units; 1 where no price was seen.
    #[must_use]
    pub fn tick(&self) -> i64 {
        i64::try_from(self.price.value.max(1)).unwrap_or(1)
    }

    /// Quantity step, quantity units; 1 where no quantity was seen.
    #[must_use]
    pub fn lot(&self) -> i64 {
        i64::try_from(self.quantity.value.max(1)).unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tickwright_engine::EventHeader;

    #[test]
    fn equals_plain_euclid() {
        let mut state = 0x1234_5678_9abc_def1_u64;
        for round in 0..200 {
            let mut fast = Divisor::default();
            let mut slow = 0;
            let step = 1 + (round % 7) * (round % 50) * 12;
            for _ in 0..40 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let number = (state >> 40) * step * (state & 7).min(1);
                fast.add(number);
                slow = gcd(slow, number);
                assert_eq!(fast.value, slow);
            }
        }
    }

    #[test]
    fn largest_numbers_are_no_trouble() {
        let mut divisor = Divisor::default();
        divisor.add(u64::MAX - 1);
        divisor.add(1 << 63);
        assert_eq!(divisor.value, 2);
    }

    #[test]
    fn only_market_prices_count() {
        let mut steps = Steps::default();
        assert_eq!((steps.tick(), steps.lot()), (1, 1));
        let entry = |price, quantity| [Entry { price, quantity }];
        let mut header = EventHeader { kind: kind::DEPTH, bids: 1, asks: 1, ..Default::default() };
        let (bids, asks) = (entry(61_500, 12), entry(61_510, 0));
        steps.event(EventRef { header: &header, bids: &bids, asks: &asks });
        assert_eq!((steps.tick(), steps.lot()), (10, 12));
        header.kind = kind::MARK;
        let bids = entry(61_503, 1);
        steps.event(EventRef { header: &header, bids: &bids, asks: &[] });
        assert_eq!((steps.tick(), steps.lot()), (10, 12));
    }
}
