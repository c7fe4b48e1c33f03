//! Scales and steps of a symbol from what was printed of it.

pub use crate::decimal::step::Step;

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
        Self {
            price_scale: price.decimals,
            quantity_scale: quantity.decimals,
            tick: price.step(),
            lot: quantity.step(),
        }
    }
}
