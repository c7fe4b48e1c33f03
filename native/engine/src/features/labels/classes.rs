//! Whether a move pays for its costs.

use super::forward::forward_returns;
use super::series::{Label, Series};
use crate::error::CoreError;

/// For each point 1 where the forward return is above what a round trip costs, −1 where it is below the negative
/// of it, else 0. `cost_bps` of a point's place: the same for all, or the point's own spread and fees; a null or
/// negative cost makes a null label.
///
/// # Errors
/// As [`forward_returns`].
pub fn cost_classes(
    series: Series<'_>,
    horizon: i64,
    cost_bps: impl Fn(usize) -> f64,
) -> Result<Vec<Label>, CoreError> {
    let mut labels = forward_returns(series, horizon)?;
    for (place, label) in labels.iter_mut().enumerate() {
        let (cost, moved) = (cost_bps(place), label.value);
        label.value = if cost >= 0.0 && !moved.is_nan() {
            f64::from(u8::from(moved > cost)) - f64::from(u8::from(moved < -cost))
        } else {
            f64::NAN
        };
    }
    Ok(labels)
}
