//! `book_snapshot_5` and `book_snapshot_25`: T9.

use super::columns::Columns;
use super::quotes::level;
use crate::import::rows::{RowReader, Sink, Taken};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{Entry, FrameError};

/// Columns of one level: ask price, ask amount, bid price, bid amount.
const PER_LEVEL: usize = 4;

/// How many levels the columns behind the first four have.
#[must_use]
pub fn levels(names: &[&str]) -> Option<usize> {
    let fits = |(at, name): (usize, &&str)| {
        let (level, part) = (at / PER_LEVEL, at % PER_LEVEL);
        let side = if part < 2 { "asks" } else { "bids" };
        let value = if part % 2 == 0 { "price" } else { "amount" };
        **name == format!("{side}[{level}].{value}")
    };
    let whole = !names.is_empty() && names.len().is_multiple_of(PER_LEVEL);
    (whole && names.iter().enumerate().all(fits)).then_some(names.len() / PER_LEVEL)
}

#[derive(Clone, Debug)]
pub struct Snapshots {
    columns: Columns,
    levels: usize,
    bids: Vec<Entry>,
    asks: Vec<Entry>,
}

impl Snapshots {
    #[must_use]
    pub fn new(columns: Columns, levels: usize) -> Self {
        Self { columns, levels, bids: Vec::new(), asks: Vec::new() }
    }
}

impl RowReader for Snapshots {
    fn fresh(&self) -> Box<dyn RowReader> {
        Box::new(Self::new(self.columns.fresh(), self.levels))
    }

    fn time(&self, row: &[u8]) -> Option<i64> {
        Columns::time(row)
    }

    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        if !self.columns.split(row)? {
            return Ok(Taken::Header);
        }
        let mut header = self.columns.header(row, to.units)?;
        (header.kind, header.flags) = (kind::SNAPSHOT, event_flag::PARTIAL);
        self.bids.clear();
        self.asks.clear();
        for at in (0..self.levels).map(|level| level * PER_LEVEL) {
            let field = |part| self.columns.field(row, at + part);
            self.asks.extend(level(header.instrument, field(0), field(1), to.units)?);
            self.bids.extend(level(header.instrument, field(2), field(3), to.units)?);
        }
        to.out.push(header, &self.bids, &self.asks);
        Ok(Taken::Data)
    }

    fn time_unit(&self) -> &'static str {
        "us"
    }
}
