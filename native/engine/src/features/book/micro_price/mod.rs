//! Stoikov's micro-price: the mid, and what it is expected to move by, given imbalance and spread.

pub mod fit;
mod grid;
mod solve;
#[cfg(test)]
mod tests;

use super::mid::unit;
use super::touch::{double_mid, touch};
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature};
use crate::features::params::Params;
pub use fit::{FitError, Observation, fit};
pub use grid::Grid;

pub const MICRO_PRICE: Entry = Entry {
    name: "micro_price",
    group: "book",
    what: "the mid and its expected move until it has settled, looked up in a fitted table by imbalance and spread",
    formula: "M + G*(I, S), I = Qb / (Qb + Qa), S the spread in ticks; an I on the middle edge takes the mean of both \
              buckets beside it",
    parameters: &[
        Parameter {
            name: "tick",
            kind: "decimal",
            values: "above 0, such as \"0.01\"",
            default: "",
            what: "step of the price that the table was fitted with",
        },
        Parameter {
            name: "table",
            kind: "lists of reals",
            values: "1 to 16 rows of 1 to 64 numbers, all rows equally long",
            default: "",
            what: "G*, in the price's own unit: a row for a spread of 1, 2, … ticks (the last for all wider ones), in it a \
                   number for each of equally wide buckets of I from 0 to 1",
        },
    ],
    outputs: &["micro_price", "adjustment"],
    warmup: "a joined book with both sides, not crossed or locked",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Stoikov, The micro-price: a high-frequency estimator of future prices, Quantitative Finance 18, 2018",
    new: |params, setup| {
        let scale = setup.instrument.price_scale;
        let tick = params.decimal("tick", scale)?;
        let rows = table(params)?;
        let grid = Grid { imbalances: rows[0].len(), spreads: rows.len() };
        let kernel = MicroPrice { tick, grid, table: rows.concat(), unit: 2.0 * unit(scale) };
        Ok(Built::shallow(kernel))
    },
};

fn table(params: &mut Params) -> Result<Vec<Vec<f64>>, CoreError> {
    let Some(written) = params.raw("table") else { return params.bad("table", "is missing") };
    let rows: Vec<Vec<f64>> = serde_json::from_value(written).unwrap_or_default();
    let width = rows.first().map_or(0, Vec::len);
    let is_table = (1..=Grid::MOST_SPREADS).contains(&rows.len())
        && (1..=Grid::MOST_IMBALANCES).contains(&width)
        && rows.iter().all(|row| row.len() == width && row.iter().all(|g| g.is_finite()));
    if is_table {
        return Ok(rows);
    }
    params.bad("table", "must be 1 to 16 lists of 1 to 64 numbers, all equally long")
}

struct MicroPrice {
    /// Price units.
    tick: i64,
    grid: Grid,
    /// By state of the grid.
    table: Vec<f64>,
    /// Twice a price unit's inverse.
    unit: f64,
}

impl Feature for MicroPrice {
    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        let Some((bid, ask)) = touch(now.market) else { return f64::NAN };
        let spread = i128::from(ask.price) - i128::from(bid.price);
        let tick = i128::from(self.tick);
        let row = self.grid.spread((spread + tick - 1) / tick);
        let (low, high) = self.grid.imbalance(bid.quantity, ask.quantity);
        let at = |bucket: usize| self.table[self.grid.state(row, bucket)];
        let adjustment = if low == high { at(low) } else { (at(low) + at(high)) / 2.0 };
        match output {
            0 => double_mid(bid, ask) as f64 / self.unit + adjustment,
            _ => adjustment,
        }
    }
}
