//! Draws from a distribution that is given by its quantiles.

/// Probabilities at which every [`Quantiles`] of a profile is given.
pub const GRID: [f64; 16] =
    [0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0];

/// Values at [`GRID`], rising.
pub type Quantiles = [f64; 16];

const STEPS: usize = 1024;

/// The inverse distribution function, linear between the quantiles, in a table of even steps.
#[derive(Clone, Debug)]
pub struct Inverse {
    values: Vec<f64>,
}

impl Inverse {
    #[must_use]
    pub fn new(quantiles: &Quantiles) -> Self {
        let values = (0..=STEPS).map(|i| at(quantiles, i as f64 / STEPS as f64)).collect();
        Self { values }
    }

    /// Value at probability `u` in [0, 1).
    #[inline]
    #[must_use]
    pub fn value(&self, u: f64) -> f64 {
        let x = u * STEPS as f64;
        let i = (x as usize).min(STEPS - 1);
        let (low, high) = (self.values[i], self.values[i + 1]);
        low + (high - low) * (x - i as f64)
    }
}

fn at(quantiles: &Quantiles, u: f64) -> f64 {
    let right = GRID.iter().position(|&p| p >= u).unwrap_or(GRID.len() - 1).max(1);
    let (p0, p1) = (GRID[right - 1], GRID[right]);
    let (v0, v1) = (quantiles[right - 1], quantiles[right]);
    v0 + (v1 - v0) * ((u - p0) / (p1 - p0))
}

/// Linear between points by rising `x`, constant beyond them.
#[must_use]
pub fn interpolate(points: &[(f64, f64)], x: f64) -> f64 {
    let right = points.partition_point(|&(px, _)| px < x);
    match (right.checked_sub(1).map(|left| points[left]), points.get(right)) {
        (None, None) => 0.0,
        (None, Some(&(_, y))) | (Some((_, y)), None) => y,
        (Some((x0, y0)), Some(&(x1, y1))) => y0 + (y1 - y0) * ((x - x0) / (x1 - x0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_passes_through_the_quantiles() {
        let quantiles: Quantiles = std::array::from_fn(|i| (i * i) as f64);
        let inverse = Inverse::new(&quantiles);
        for (i, &p) in GRID.iter().enumerate() {
            let expected = (i * i) as f64;
            assert!((inverse.value(p) - expected).abs() < 0.1 * expected.max(1.0), "at {p}");
        }
    }

    #[test]
    fn points_are_joined_by_lines_and_held_beyond() {
        let points = [(1.0, 10.0), (3.0, 30.0)];
        assert_eq!(interpolate(&points, 0.0), 10.0);
        assert_eq!(interpolate(&points, 2.0), 20.0);
        assert_eq!(interpolate(&points, 9.0), 30.0);
        assert_eq!(interpolate(&[], 9.0), 0.0);
    }
}
