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
    /// A price in the instrument's own unit.
    #[must_use]
    #[inline]
    pub fn price(&self, units: i64) -> f64 {
        units as f64 / self.price_unit
    }
}
