//! Densities of normal distributions of several columns.

/// 2π.
const TAU: f64 = std::f64::consts::TAU;

/// How the columns of a state vary.
#[derive(Clone, Debug, PartialEq)]
enum Spread {
    /// Each by itself: variances.
    Diagonal(Vec<f64>),
    /// Together: the covariance's lower Cholesky factor, row by row.
    Full(Vec<Vec<f64>>),
}

/// A normal distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaussian {
    mean: Vec<f64>,
    spread: Spread,
    /// ln of the density at the mean.
    peak: f64,
}

impl Gaussian {
    /// Columns that do not vary together. `None` where a variance is not above 0, or beyond all numbers.
    #[must_use]
    pub fn diagonal(mean: Vec<f64>, variances: Vec<f64>) -> Option<Self> {
        let is_sound = variances.len() == mean.len() && variances.iter().all(|v| *v > 0.0);
        let peak = variances.iter().fold(0.0, |sum, v| sum - 0.5 * libm::log(TAU * v));
        let fits = is_sound && peak.is_finite();
        fits.then_some(Self { mean, spread: Spread::Diagonal(variances), peak })
    }

    /// Columns that vary together. `None` where the matrix is not symmetric and positive definite.
    #[must_use]
    pub fn full(mean: Vec<f64>, covariance: &[Vec<f64>]) -> Option<Self> {
        let factor = cholesky(covariance, mean.len())?;
        let half = 0.5 * libm::log(TAU);
        let of = |(i, row): (usize, &Vec<f64>)| half + libm::log(row[i]);
        let peak = factor.iter().enumerate().fold(0.0, |sum, row| sum - of(row));
        peak.is_finite().then_some(Self { mean, spread: Spread::Full(factor), peak })
    }

    /// ln of the density, and at least `floor`.
    #[must_use]
    pub fn log_density(&self, x: &[f64], floor: f64) -> f64 {
        let far = match &self.spread {
            Spread::Diagonal(variances) => {
                let each = x.iter().zip(&self.mean).zip(variances);
                each.fold(0.0, |sum, ((x, mean), variance)| {
                    let from = x - mean;
                    sum + from * from / variance
                })
            }
            Spread::Full(factor) => self.whitened(factor, x),
        };
        // Numbers at the end of their range give no number here, and are as far away as can be.
        (self.peak - 0.5 * far).max(floor)
    }

    /// Squared distance from the mean where all columns vary by 1 and not together.
    fn whitened(&self, factor: &[Vec<f64>], x: &[f64]) -> f64 {
        let mut z = [0.0; super::model::MOST_COLUMNS];
        let mut far = 0.0;
        for (i, row) in factor.iter().enumerate() {
            let known = row.iter().zip(&z[..i]).fold(0.0, |sum, (l, z)| sum + l * z);
            z[i] = (x[i] - self.mean[i] - known) / row[i];
            far += z[i] * z[i];
        }
        far
    }
}

/// The lower triangle L with L Lᵀ the matrix.
fn cholesky(matrix: &[Vec<f64>], size: usize) -> Option<Vec<Vec<f64>>> {
    let is_square = matrix.len() == size && matrix.iter().all(|row| row.len() == size);
    if !is_square || (0..size).any(|i| (0..i).any(|j| matrix[i][j] != matrix[j][i])) {
        return None;
    }
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(size);
    for (i, given) in matrix.iter().enumerate() {
        let mut row: Vec<f64> = Vec::with_capacity(i + 1);
        for j in 0..=i {
            let other = if j == i { &row } else { &factor[j] };
            let known = row.iter().zip(other).take(j).fold(0.0, |sum, (a, b)| sum + a * b);
            let left = given[j] - known;
            if j < i {
                row.push(left / factor[j][j]);
            } else if left > 0.0 && left.is_finite() {
                row.push(left.sqrt());
            } else {
                return None;
            }
        }
        factor.push(row);
    }
    Some(factor)
}
