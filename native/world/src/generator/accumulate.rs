//! Running sums and counts behind the market figures.

use std::collections::BTreeMap;

/// Grid on which returns are taken: fine enough that five minutes give thousands of them, for the
/// autocorrelation over 343 one-second returns is mostly sampling error.
const RETURN_NS: i64 = 100_000_000;
const GRIDS: usize = 10;

pub fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

/// Exact counts of integer values.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    counts: BTreeMap<i64, u64>,
    total: u64,
    sum: i64,
}

impl Histogram {
    pub fn add(&mut self, value: i64) {
        *self.counts.entry(value).or_insert(0) += 1;
        self.total += 1;
        self.sum += value;
    }

    pub fn mean(&self) -> f64 {
        ratio(self.sum as f64, self.total as f64)
    }

    /// Nearest rank: the least value with at least `percent` of all at or below it.
    pub fn percentile(&self, percent: u64) -> i64 {
        let rank = (self.total * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (&value, &count) in &self.counts {
            seen += count;
            if seen >= rank {
                return value;
            }
        }
        0
    }
}

/// Frames in each whole second. Seconds count from the first frame, so only the last one is open.
#[derive(Clone, Debug, Default)]
pub struct PerSecond {
    done: Histogram,
    second: i64,
    count: i64,
}

impl PerSecond {
    pub fn add(&mut self, second: i64) {
        while self.second < second {
            self.done.add(self.count);
            self.count = 0;
            self.second += 1;
        }
        self.count += 1;
    }

    pub fn whole_seconds(&self) -> &Histogram {
        &self.done
    }
}

/// Autocorrelation at lag 1 of a stream, from running sums.
#[derive(Clone, Debug, Default)]
pub struct Autocorrelation {
    n: f64,
    sum: f64,
    squares: f64,
    products: f64,
    first: f64,
    last: f64,
}

impl Autocorrelation {
    pub fn push(&mut self, x: f64) {
        if self.n == 0.0 {
            self.first = x;
        } else {
            self.products += x * self.last;
        }
        self.n += 1.0;
        self.sum += x;
        self.squares += x * x;
        self.last = x;
    }

    /// Σ (xᵢ − m)(xᵢ₊₁ − m) / Σ (xᵢ − m)²; 0 where nothing varies.
    pub fn lag1(&self) -> f64 {
        let mean = ratio(self.sum, self.n);
        let ends = self.first + self.last;
        let covariance =
            self.products - mean * (2.0 * self.sum - ends) + (self.n - 1.0) * mean * mean;
        ratio(covariance, self.squares - self.n * mean * mean)
    }
}

/// Mid returns on fixed grids: at each grid point the last mid before it. Ten grids, each a tenth of
/// the step later, for one alone depends on where the few large moves fall in it.
#[derive(Clone, Debug)]
pub struct Returns {
    due: Option<i64>,
    mid: f64,
    grid: usize,
    at_grid: [Option<f64>; GRIDS],
    sizes: [Autocorrelation; GRIDS],
    squares: f64,
    moves: u64,
}

impl Returns {
    pub fn new() -> Self {
        let sizes = std::array::from_fn(|_| Autocorrelation::default());
        let at_grid = [None; GRIDS];
        Self { due: None, mid: 0.0, grid: 0, at_grid, sizes, squares: 0.0, moves: 0 }
    }

    /// `twice_mid` is bid + ask, price units.
    pub fn push(&mut self, ts: i64, twice_mid: f64) {
        let step = RETURN_NS / GRIDS as i64;
        let mut due = *self.due.get_or_insert(ts + step);
        while due <= ts {
            self.grid_point();
            due += step;
        }
        self.due = Some(due);
        self.mid = twice_mid;
    }

    fn grid_point(&mut self) {
        if let Some(before) = self.at_grid[self.grid].replace(self.mid) {
            let change = self.mid - before;
            self.sizes[self.grid].push((change / before).abs());
            self.squares += change * change / 4.0;
            self.moves += 1;
        }
        self.grid = (self.grid + 1) % GRIDS;
    }

    /// Mean over the grids.
    pub fn lag1(&self) -> f64 {
        self.sizes.iter().fold(0.0, |sum, grid| sum + grid.lag1()) / GRIDS as f64
    }

    pub fn root_mean_square(&self) -> f64 {
        ratio(self.squares, self.moves as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn autocorrelation_from_sums_is_the_textbook_one() {
        let values = [3.0, 5.0, 4.0, 8.0, 1.0, 0.0, 2.0];
        let mut sums = Autocorrelation::default();
        values.iter().for_each(|&x| sums.push(x));
        let mean = values.iter().sum::<f64>() / 7.0;
        let top: f64 = values.windows(2).map(|w| (w[0] - mean) * (w[1] - mean)).sum();
        let bottom: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
        assert!((sums.lag1() - top / bottom).abs() < 1e-12);
        assert_eq!(Autocorrelation::default().lag1(), 0.0);
    }

    #[test]
    fn percentiles_take_the_nearest_rank() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.percentile(50), 0);
        (1..=100).for_each(|value| histogram.add(value));
        assert_eq!([50, 99, 100].map(|p| histogram.percentile(p)), [50, 99, 100]);
    }
}
