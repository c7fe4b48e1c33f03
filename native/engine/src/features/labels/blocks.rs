//! Extremes of stretches of a series, to pass over those in which nothing happens.

use super::series::Point;

/// Points of a stretch.
const LENGTH: usize = 64;

pub struct Blocks<'a> {
    points: &'a [Point],
    /// Least and greatest mid of each stretch; a null makes both NaN.
    extremes: Vec<(f64, f64)>,
}

impl<'a> Blocks<'a> {
    #[must_use]
    pub fn new(points: &'a [Point]) -> Self {
        let of = |stretch: &[Point]| {
            let all = (f64::INFINITY, f64::NEG_INFINITY);
            stretch.iter().fold(all, |(least, most), point| {
                if point.mid.is_nan() || least.is_nan() {
                    return (f64::NAN, f64::NAN);
                }
                (least.min(point.mid), most.max(point.mid))
            })
        };
        Self { points, extremes: points.chunks(LENGTH).map(of).collect() }
    }

    /// The first of the points in `from..to` whose mid is not between two bounds as `is_between` has it; a null
    /// never is. Mids between two that are between must be so too.
    #[must_use]
    pub fn first_outside(
        &self,
        from: usize,
        to: usize,
        is_between: impl Fn(f64) -> bool,
    ) -> Option<usize> {
        let mut place = from;
        while place < to {
            if place.is_multiple_of(LENGTH) {
                let (least, most) = self.extremes[place / LENGTH];
                if is_between(least) && is_between(most) {
                    place += LENGTH;
                    continue;
                }
            }
            if !is_between(self.points[place].mid) {
                return Some(place);
            }
            place += 1;
        }
        None
    }
}
