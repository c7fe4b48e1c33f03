//! A completed bar.

/// Prices are integers at the instrument's scale; amounts are sums, as numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bar {
    /// The bar covers `[start, end)`, ns.
    pub start: i64,
    pub end: i64,
    pub open: i64,
    pub high: i64,
    pub low: i64,
    pub close: i64,
    /// Quantity traded, and of it that which buyers aggressed.
    pub volume: f64,
    pub buy_volume: f64,
    /// Sum of price × quantity.
    pub notional: f64,
    pub trades: u64,
    /// 10^price scale.
    pub price_unit: f64,
}

impl Bar {
    /// A price in the instrument's own unit: the number nearest to its decimal text.
    #[must_use]
    #[inline]
    pub fn price(&self, units: i64) -> f64 {
        if units.unsigned_abs() <= EXACT {
            return units as f64 / self.price_unit;
        }
        let (units, unit) = (i128::from(units), self.price_unit as i128);
        // The whole part is exact, and what its fraction loses is far below the last digit of the sum.
        (units / unit) as f64 + (units % unit) as f64 / self.price_unit
    }
}

/// Whole numbers up to here are exact as reals.
const EXACT: u64 = 1 << 53;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_the_numbers_of_their_texts() {
        let bar = Bar { price_unit: 1e11, ..Bar::default() };
        let mut units = 15_475_900_000_000_001_i64;
        for _ in 0..10_000 {
            units += 123_456_789_123;
            let text = format!("{}.{:011}", units / 100_000_000_000, units % 100_000_000_000);
            assert_eq!(bar.price(units), text.parse::<f64>().unwrap(), "{text}");
            assert_eq!(bar.price(-units), -bar.price(units));
        }
        assert_eq!(bar.price(150), 150e-11);
    }
}
