//! The micro-price's equations.

use super::fit::FitError;
use super::grid::Grid;

/// Terms of the series at most.
const MOST_TERMS: usize = 100_000;

/// What is known of the states, row by row.
pub struct Chain {
    pub grid: Grid,
    /// Q: share of steps to each state that leave the mid where it is.
    pub still: Vec<Vec<f64>>,
    /// T: share of steps to each state that move it.
    pub moving: Vec<Vec<f64>>,
    /// R·K: mean move of a step, those that leave it included.
    pub moves: Vec<f64>,
}

impl Chain {
    /// G* = ΣBⁱG₁ with G₁ = (1 − Q)⁻¹RK and B = (1 − Q)⁻¹T.
    ///
    /// # Errors
    /// `Trapped` where a state has no way to a move of the mid, `Diverges` where the series has no limit.
    pub fn solve(&self) -> Result<Vec<f64>, FitError> {
        let count = self.grid.states();
        let solved = self.first_moves()?;
        let mut term: Vec<f64> = solved.iter().map(|row| row[count]).collect();
        self.antisymmetric(&mut term);
        let mut total = term.clone();
        for _ in 0..MOST_TERMS {
            let dot =
                |row: &Vec<f64>| row[..count].iter().zip(&term).fold(0.0, |s, (b, g)| s + b * g);
            let mut next: Vec<f64> = solved.iter().map(dot).collect();
            self.antisymmetric(&mut next);
            for (sum, g) in total.iter_mut().zip(&next) {
                *sum += g;
            }
            let largest = |v: &[f64]| v.iter().fold(0.0_f64, |most, g| most.max(g.abs()));
            if largest(&next) <= largest(&total) * 1e-17 {
                return Ok(total);
            }
            term = next;
        }
        Err(FitError::Diverges)
    }

    /// Rows of B, and behind each its G₁: elimination with the largest pivot of each column.
    fn first_moves(&self) -> Result<Vec<Vec<f64>>, FitError> {
        let count = self.grid.states();
        let mut rows: Vec<Vec<f64>> = (0..count)
            .map(|i| {
                let left = (0..count).map(|j| f64::from(u8::from(i == j)) - self.still[i][j]);
                left.chain(self.moving[i].iter().copied()).chain([self.moves[i]]).collect()
            })
            .collect();
        for column in 0..count {
            let size = |row: &usize| rows[*row][column].abs();
            let best = (column..count).max_by(|a, b| size(a).total_cmp(&size(b)).then(b.cmp(a)));
            let best = best.filter(|row| size(row) > 1e-12).ok_or(FitError::Trapped)?;
            rows.swap(column, best);
            let pivot = rows[column].clone();
            for (place, row) in rows.iter_mut().enumerate() {
                let factor = row[column] / pivot[column];
                if place == column || factor == 0.0 {
                    continue;
                }
                for (to, from) in row.iter_mut().zip(&pivot).skip(column) {
                    *to -= factor * from;
                }
            }
        }
        let divided =
            |(i, row): (usize, &Vec<f64>)| row[count..].iter().map(|x| x / row[i]).collect();
        Ok(rows.iter().enumerate().map(divided).collect())
    }

    /// Exchanging the sides turns a move round. Rounding must not put in anything else: B keeps what is equal
    /// on both sides for ever, and the series would not end.
    fn antisymmetric(&self, values: &mut [f64]) {
        for state in 0..values.len() {
            let mirrored = self.grid.mirrored(state);
            if state <= mirrored {
                let half = (values[state] - values[mirrored]) / 2.0;
                (values[state], values[mirrored]) = (half, -half);
            }
        }
    }
}
