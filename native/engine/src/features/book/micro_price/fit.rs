//! The micro-price's table out of observations; offline, in one pass and one elimination.

use super::grid::Grid;
use super::solve::Chain;

/// The touch at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Quantities at the touch; one of them above 0.
    pub bid: i64,
    pub ask: i64,
    /// Ticks, 1 or more.
    pub spread: i64,
    /// What the mid moves by until the next observation, in half ticks.
    pub change: i64,
}

/// Why there is no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FitError {
    /// No two observations follow each other, or there are no buckets.
    Empty,
    /// States lead to each other alone, and the mid never moves.
    Trapped,
    /// The expected moves have no limit.
    Diverges,
}

/// G* in the unit of `half_tick`, a row for each bucket of spreads: what the feature takes as its table. Within
/// a stretch observations follow each other without a gap; the change of its last one is left out.
/// Each step counts once more with the sides exchanged, without which the series may have no limit. A state
/// that was never seen has 0.
///
/// # Errors
/// See [`FitError`].
pub fn fit(
    stretches: &[&[Observation]],
    grid: Grid,
    half_tick: f64,
) -> Result<Vec<Vec<f64>>, FitError> {
    let count = grid.states();
    let pairs = stretches.iter().flat_map(|stretch| stretch.windows(2));
    let mut steps = Steps::new(count);
    if count > 0 {
        for pair in pairs {
            let (from, to) = (state(&pair[0], grid), state(&pair[1], grid));
            steps.add(from, to, pair[0].change);
            steps.add(grid.mirrored(from), grid.mirrored(to), -pair[0].change);
        }
    }
    if steps.seen.iter().all(|seen| *seen == 0) {
        return Err(FitError::Empty);
    }
    let found = steps.chain(grid, half_tick).solve()?;
    Ok(found.chunks_exact(grid.imbalances).map(<[f64]>::to_vec).collect())
}

/// At ½ either bucket will do: the step exchanged is in the other one.
fn state(of: &Observation, grid: Grid) -> usize {
    grid.state(grid.spread(i128::from(of.spread)), grid.imbalance(of.bid, of.ask).1)
}

/// Steps counted, from state to state.
struct Steps {
    still: Vec<Vec<u64>>,
    moving: Vec<Vec<u64>>,
    /// Half ticks.
    moves: Vec<i128>,
    seen: Vec<u64>,
}

impl Steps {
    fn new(count: usize) -> Self {
        let table = || vec![vec![0; count]; count];
        Self { still: table(), moving: table(), moves: vec![0; count], seen: vec![0; count] }
    }

    fn add(&mut self, from: usize, to: usize, change: i64) {
        let table = if change == 0 { &mut self.still } else { &mut self.moving };
        table[from][to] += 1;
        self.moves[from] += i128::from(change);
        self.seen[from] += 1;
    }

    fn chain(&self, grid: Grid, half_tick: f64) -> Chain {
        let shares = |table: &[Vec<u64>]| -> Vec<Vec<f64>> {
            let share = |(row, seen): (&Vec<u64>, &u64)| {
                row.iter().map(|n| *n as f64 / (*seen).max(1) as f64).collect()
            };
            table.iter().zip(&self.seen).map(share).collect()
        };
        let mean = |(sum, seen): (&i128, &u64)| *sum as f64 / (*seen).max(1) as f64 * half_tick;
        Chain {
            grid,
            still: shares(&self.still),
            moving: shares(&self.moving),
            moves: self.moves.iter().zip(&self.seen).map(mean).collect(),
        }
    }
}
