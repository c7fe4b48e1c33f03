//! Names of states after a refit: a new fit has them in another order, so each takes the name of the former
//! state that it resembles.

use super::states::UNKNOWN;

/// Greatest squared distance: sums of it stay exact enough to tell near pairs apart.
const MOST: f64 = 1e12;

/// Former states: a name and the means of the columns.
#[derive(Clone, Copy, Debug)]
pub struct Former<'a> {
    pub names: &'a [&'a str],
    pub means: &'a [Vec<f64>],
}

/// A name for each new state, no former state's twice. Means are compared column by column in the unit of
/// `scales` (a standard deviation, say), and the sum of squared distances over all pairs is the least there is,
/// where a pair at `farthest` (up to a million) or beyond counts as one at `farthest` and is none: that state is
/// `unknown`.
/// Among equal assignments the order of the states decides.
#[must_use]
pub fn match_states<'a>(
    former: Former<'a>,
    means: &[Vec<f64>],
    scales: &[f64],
    farthest: f64,
) -> Vec<&'a str> {
    let size = means.len().max(former.means.len());
    let limit = (farthest * farthest).min(MOST);
    let cost = |row: usize, column: usize| match (means.get(row), former.means.get(column)) {
        (Some(new), Some(old)) => {
            let far = distance(new, old, scales);
            // What is no number is beyond all limits.
            if far < limit { far } else { limit }
        }
        _ => limit,
    };
    let costs: Vec<Vec<f64>> =
        (0..size).map(|row| (0..size).map(|column| cost(row, column)).collect()).collect();
    let columns = assign(&costs);
    let named = means.iter().enumerate().map(|(row, _)| match former.names.get(columns[row]) {
        Some(name) if costs[row][columns[row]] < limit => *name,
        _ => UNKNOWN,
    });
    named.collect()
}

fn distance(a: &[f64], b: &[f64], scales: &[f64]) -> f64 {
    let each = a.iter().zip(b).zip(scales);
    each.fold(0.0, |sum, ((a, b), scale)| {
        let apart = (a - b) / scale;
        sum + apart * apart
    })
}

/// The column of each row so that the costs add up to the least: shortest augmenting paths (Kuhn 1955,
/// Munkres 1957; in the form of Jonker and Volgenant 1987). Costs are finite, the table is square.
fn assign(costs: &[Vec<f64>]) -> Vec<usize> {
    let size = costs.len();
    let mut table = Table {
        costs,
        of_row: vec![0.0; size],
        of_column: vec![0.0; size + 1],
        row_of: vec![None; size + 1],
    };
    (0..size).for_each(|row| table.add(row));
    let mut columns = vec![0; size];
    for (column, row) in table.row_of[..size].iter().enumerate() {
        if let Some(row) = row {
            columns[*row] = column;
        }
    }
    columns
}

struct Table<'a> {
    costs: &'a [Vec<f64>],
    /// Dual prices; no cost is below the sum of both.
    of_row: Vec<f64>,
    of_column: Vec<f64>,
    /// Rows by column; the place behind the last one is where a path starts.
    row_of: Vec<Option<usize>>,
}

impl Table<'_> {
    /// Finds a column for a row, for which others may have to move on.
    fn add(&mut self, row: usize) {
        let size = self.costs.len();
        let mut least = vec![f64::INFINITY; size];
        let mut from = vec![size; size];
        let mut is_done = vec![false; size + 1];
        self.row_of[size] = Some(row);
        let mut at = size;
        while let Some(of) = self.row_of[at] {
            is_done[at] = true;
            let mut next = (f64::INFINITY, at);
            for column in (0..size).filter(|column| !is_done[*column]) {
                let left = self.costs[of][column] - self.of_row[of] - self.of_column[column];
                if left < least[column] {
                    (least[column], from[column]) = (left, at);
                }
                if least[column] < next.0 {
                    next = (least[column], column);
                }
            }
            self.shift(next.0, &is_done, &mut least);
            at = next.1;
        }
        while at != size {
            self.row_of[at] = self.row_of[from[at]];
            at = from[at];
        }
    }

    fn shift(&mut self, by: f64, is_done: &[bool], least: &mut [f64]) {
        for (column, done) in is_done.iter().enumerate() {
            if *done {
                self.of_column[column] -= by;
                if let Some(row) = self.row_of[column] {
                    self.of_row[row] += by;
                }
            } else {
                least[column] -= by;
            }
        }
    }
}
