//! A row of an order book file: the best levels after a message. L6.

use crate::import::rows::csv::Row;
use crate::import::rows::refused;
use crate::import::rows::units::Units;
use tickwright_engine::book::Side;
use tickwright_engine::{Entry, FrameError};

/// Columns of a level: ask price and size, bid price and size.
pub const LEVEL: usize = 4;
/// Decimals of what prices count.
pub const PRICE_SHIFT: u8 = 4;

/// The best levels of both sides, best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    sides: [Vec<Entry>; 2],
    /// Levels that a side shows at most.
    depth: usize,
}

impl Window {
    #[must_use]
    pub fn side(&self, side: Side) -> &[Entry] {
        &self.sides[side as usize]
    }

    /// Price of the last level that is shown; none where all levels of the side are.
    #[must_use]
    pub fn edge(&self, side: Side) -> Option<i64> {
        let levels = self.side(side);
        levels.last().filter(|_| levels.len() == self.depth).map(|level| level.price)
    }

    /// Size at a price, 0 for none; unknown where the price lies beyond what is shown.
    #[must_use]
    pub fn size(&self, side: Side, price: i64) -> Option<i64> {
        if self.edge(side).is_some_and(|edge| side.is_better(edge, price)) {
            return None;
        }
        let level = self.side(side).iter().find(|level| level.price == price);
        Some(level.map_or(0, |level| level.quantity))
    }

    /// # Errors
    /// `E_ROW`, `E_NUMBER`, `E_SCALE` with the byte of the row; nothing is left of it then.
    pub fn read(
        &mut self,
        fields: &mut Row,
        row: &[u8],
        depth: usize,
        instrument: u32,
        units: &mut Units,
    ) -> Result<(), FrameError> {
        self.depth = depth;
        self.sides.iter_mut().for_each(Vec::clear);
        let done = self.fill(fields, row, instrument, units);
        if done.is_err() {
            self.sides.iter_mut().for_each(Vec::clear);
        }
        done
    }

    fn fill(
        &mut self,
        fields: &mut Row,
        row: &[u8],
        instrument: u32,
        units: &mut Units,
    ) -> Result<(), FrameError> {
        fields.split(row, b',')?;
        fields.expect(row, LEVEL * self.depth, "four columns for each of the levels")?;
        for column in (0..fields.len()).step_by(2) {
            let side = if column % LEVEL == 0 { Side::Ask } else { Side::Bid };
            let (price, size) = (fields.field(row, column), fields.field(row, column + 1));
            let quantity = units.quantity(instrument, size)?;
            let levels = &mut self.sides[side as usize];
            // Filled from the best on: what is behind an empty level is empty.
            let place = column / LEVEL;
            if quantity == 0 {
                continue;
            }
            let price = Entry { price: units.price(instrument, price, PRICE_SHIFT)?, quantity };
            let behind = levels.last().is_none_or(|last| side.is_better(last.price, price.price));
            if quantity < 0 || !behind || levels.len() != place {
                return Err(refused(size.at, "levels by price, sizes above 0"));
            }
            levels.push(price);
        }
        Ok(())
    }
}
