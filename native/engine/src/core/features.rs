//! Features that a row holds. The skeleton has one; feature sets come on the same seam.

use super::market::Market;

/// Names, in the order of the row.
pub const FEATURES: &[&str] = &["touchImbalance"];

/// Values of a row, and whether each is valid.
pub type Row = ([f64; FEATURES.len()], [u8; FEATURES.len()]);

#[must_use]
pub fn feature_index(name: &str) -> Option<usize> {
    FEATURES.iter().position(|&f| f == name)
}

/// The row of an instrument now. `touchImbalance` = (bid quantity − ask quantity) / (their sum) at the
/// best prices, in −1 to 1; invalid (NaN) while the book is not joined or a side is empty.
#[must_use]
pub fn row(market: &Market) -> Row {
    match touch_imbalance(market) {
        Some(value) => ([value], [1]),
        None => ([f64::NAN], [0]),
    }
}

#[must_use]
pub fn touch_imbalance(market: &Market) -> Option<f64> {
    let (Some(bid), Some(ask)) = (market.bid, market.ask) else { return None };
    if !market.joined {
        return None;
    }
    // Quantities are positive, so the sum is too.
    let (b, a) = (bid.quantity as f64, ask.quantity as f64);
    Some((b - a) / (b + a))
}
