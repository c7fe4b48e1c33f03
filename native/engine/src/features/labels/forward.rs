//! The return of the mid over a time to come.

use super::series::{Label, Series, bps, check_horizon};
use crate::error::CoreError;

/// For each point `10⁴ (m(t + h) − m(t)) / m(t)`, where m(t + h) is the mid of the last point at or before t + h:
/// null where that is. What is null in between does not matter. `end` is t + h.
///
/// # Errors
/// `E_ARGUMENT` for a horizon h that is not above 0.
pub fn forward_returns(series: Series<'_>, horizon: i64) -> Result<Vec<Label>, CoreError> {
    check_horizon(horizon)?;
    let points = series.points();
    let mut last = 0;
    let label = |(place, point): (usize, &super::Point)| {
        let end = point.time.saturating_add(horizon);
        last = last.max(place);
        while points.get(last + 1).is_some_and(|next| next.time <= end) {
            last += 1;
        }
        let known = series.reaches(end);
        let value = if known { bps(point.mid, points[last].mid) } else { f64::NAN };
        Label { time: point.time, end, value }
    };
    Ok(points.iter().enumerate().map(label).collect())
}
