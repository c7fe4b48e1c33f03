//! Which barrier the mid meets first.

use super::blocks::Blocks;
use super::series::{Label, Point, Series, bps, check_horizon};
use crate::error::CoreError;

/// Two barriers at a distance from the point's mid, and a limit of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Barriers {
    /// Basis points above and below, both above 0.
    pub up_bps: f64,
    pub down_bps: f64,
    /// ns.
    pub horizon: i64,
}

/// For each point 1 where the mid is at or above the upper barrier before it is at or below the lower one, −1 the
/// other way round, 0 where neither happens behind the point up to t + h. `end` is when it happened, or t + h. The
/// path decides, so a null on the way makes a null label. (López de Prado, Advances in Financial Machine Learning, 2018, 3.4.)
///
/// # Errors
/// `E_ARGUMENT` for barriers or a horizon that are not above 0.
pub fn triple_barrier(series: Series<'_>, barriers: Barriers) -> Result<Vec<Label>, CoreError> {
    check_horizon(barriers.horizon)?;
    for (name, value) in [("up", barriers.up_bps), ("down", barriers.down_bps)] {
        if !(value > 0.0 && value.is_finite()) {
            let seen = format!("{name}: must be above 0 basis points, was {value}");
            return Err(CoreError::new("E_ARGUMENT", seen));
        }
    }
    let blocks = Blocks::new(series.points());
    let label = |(place, point)| first_touch(series, &blocks, barriers, place, point);
    Ok(series.points().iter().enumerate().map(label).collect())
}

fn first_touch(
    series: Series<'_>,
    blocks: &Blocks<'_>,
    Barriers { up_bps, down_bps, horizon }: Barriers,
    place: usize,
    point: &Point,
) -> Label {
    let limit = point.time.saturating_add(horizon);
    let label = |end, value| Label { time: point.time, end, value };
    if bps(point.mid, point.mid).is_nan() {
        return label(limit, f64::NAN);
    }
    let is_between = |mid: f64| {
        let moved = bps(point.mid, mid);
        moved < up_bps && moved > -down_bps
    };
    let points = series.points();
    let to = points.partition_point(|of| of.time <= limit);
    match blocks.first_outside(place + 1, to, is_between).map(|at| points[at]) {
        Some(touch) if touch.mid.is_nan() => label(limit, f64::NAN),
        Some(touch) => label(touch.time, if touch.mid > point.mid { 1.0 } else { -1.0 }),
        None if series.reaches(limit) => label(limit, 0.0),
        None => label(limit, f64::NAN),
    }
}
