//! What labels are made of, and what they are.

use crate::error::CoreError;

/// The mid from one moment until the next point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// ns.
    pub time: i64,
    /// NaN is null: one side empty, crossed, the book lost.
    pub mid: f64,
}

/// Points in the order of their times; of equal times the last one counts.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    points: &'a [Point],
}

impl<'a> Series<'a> {
    /// # Errors
    /// `E_ARGUMENT` where time goes back.
    pub fn new(points: &'a [Point]) -> Result<Self, CoreError> {
        match points.windows(2).position(|pair| pair[1].time < pair[0].time) {
            None => Ok(Self { points }),
            Some(place) => {
                let (before, after) = (points[place].time, points[place + 1].time);
                let seen = format!("time goes back from {before} to {after}");
                Err(CoreError::new("E_ARGUMENT", seen)
                    .at(format!("point {}", place + 1))
                    .hint("labels need the rows in the order of their times"))
            }
        }
    }

    #[must_use]
    pub fn points(self) -> &'a [Point] {
        self.points
    }

    /// Whether the series tells of all that happened up to a moment.
    #[must_use]
    pub fn reaches(self, time: i64) -> bool {
        self.points.last().is_some_and(|last| last.time >= time)
    }
}

/// A label of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// Of the point, ns.
    pub time: i64,
    /// The last moment that it depends on, ns.
    pub end: i64,
    /// NaN is null.
    pub value: f64,
}

impl Label {
    /// Whether what it depends on, `[time, end]`, meets `[from, until]`: such a label is not for training where
    /// that is the time of a test's labels.
    #[must_use]
    pub fn meets(&self, from: i64, until: i64) -> bool {
        self.time <= until && self.end >= from
    }
}

/// The change from p to x in basis points; null where p is not above 0, or one of them is null. It never falls
/// as x rises, rounding included.
#[must_use]
pub fn bps(p: f64, x: f64) -> f64 {
    if p > 0.0 { (x - p) / p * 1e4 } else { f64::NAN }
}

/// A horizon in front of which labels lie.
///
/// # Errors
/// `E_ARGUMENT` where it is not above 0.
pub fn check_horizon(horizon: i64) -> Result<(), CoreError> {
    if horizon > 0 {
        return Ok(());
    }
    let seen = format!("horizon: must be above 0 ns, was {horizon}");
    Err(CoreError::new("E_ARGUMENT", seen))
}
