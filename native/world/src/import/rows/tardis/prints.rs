//! `trades` and `liquidations`: T5, T6.

use super::columns::Columns;
use crate::import::rows::csv::Field;
use crate::import::rows::ids::Ids;
use crate::import::rows::{RowReader, Sink, Taken, refused};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{Entry, FrameError};

pub const COLUMNS: [&str; 4] = ["id", "side", "price", "amount"];
const ID: usize = 0;
const SIDE: usize = 1;
const PRICE: usize = 2;
const AMOUNT: usize = 3;

#[derive(Clone, Debug)]
pub struct Prints {
    columns: Columns,
    kind: u8,
    ids: Ids,
}

impl Prints {
    #[must_use]
    pub fn trades(columns: Columns) -> Self {
        Self { columns, kind: kind::TRADE, ids: Ids::default() }
    }

    #[must_use]
    pub fn liquidations(columns: Columns) -> Self {
        Self { columns, kind: kind::LIQUIDATION, ids: Ids::default() }
    }
}

impl RowReader for Prints {
    fn fresh(&self) -> Box<dyn RowReader> {
        Box::new(Self { columns: self.columns.fresh(), kind: self.kind, ids: Ids::default() })
    }

    fn time(&self, row: &[u8]) -> Option<i64> {
        Columns::time(row)
    }

    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        if !self.columns.split(row)? {
            return Ok(Taken::Header);
        }
        let mut header = self.columns.header(row, to.units)?;
        let side = side(self.columns.field(row, SIDE))?;
        let price = to.units.price(header.instrument, self.columns.field(row, PRICE), 0)?;
        let quantity = to.units.quantity(header.instrument, self.columns.field(row, AMOUNT))?;
        header.kind = self.kind;
        header.aux = self.ids.number(self.columns.field(row, ID));
        (header.w0, header.w1) = (header.aux, header.aux);
        header.flags |= if side.is_none() { event_flag::NO_SIDE } else { 0 };
        let entry = [Entry { price, quantity }];
        match side {
            Some(false) => to.out.push(header, &[], &entry),
            _ => to.out.push(header, &entry, &[]),
        }
        Ok(Taken::Data)
    }

    fn time_unit(&self) -> &'static str {
        "us"
    }
}

/// Whether the taker bought; none where the venue does not tell.
fn side(field: Field<'_>) -> Result<Option<bool>, FrameError> {
    match field.text {
        b"buy" => Ok(Some(true)),
        b"sell" => Ok(Some(false)),
        b"unknown" | b"" => Ok(None),
        _ => Err(refused(field.at, "buy, sell or unknown")),
    }
}
