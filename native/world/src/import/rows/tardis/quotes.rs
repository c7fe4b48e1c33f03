//! `quotes` and `book_ticker`: T7.

use super::columns::Columns;
use crate::import::rows::csv::Field;
use crate::import::rows::units::Units;
use crate::import::rows::{RowReader, Sink, Taken};
use tickwright_engine::schema::kind;
use tickwright_engine::{Entry, FrameError};

pub const COLUMNS: [&str; 4] = ["ask_amount", "ask_price", "bid_price", "bid_amount"];
const ASK_AMOUNT: usize = 0;
const ASK_PRICE: usize = 1;
const BID_PRICE: usize = 2;
const BID_AMOUNT: usize = 3;

#[derive(Clone, Debug)]
pub struct Quotes {
    columns: Columns,
}

impl Quotes {
    #[must_use]
    pub fn new(columns: Columns) -> Self {
        Self { columns }
    }
}

impl RowReader for Quotes {
    fn fresh(&self) -> Box<dyn RowReader> {
        Box::new(Self { columns: self.columns.fresh() })
    }

    fn time(&self, row: &[u8]) -> Option<i64> {
        Columns::time(row)
    }

    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        if !self.columns.split(row)? {
            return Ok(Taken::Header);
        }
        let mut header = self.columns.header(row, to.units)?;
        header.kind = kind::QUOTE;
        let field = |column| self.columns.field(row, column);
        let bid = level(header.instrument, field(BID_PRICE), field(BID_AMOUNT), to.units)?;
        let ask = level(header.instrument, field(ASK_PRICE), field(ASK_AMOUNT), to.units)?;
        to.out.push(header, &[bid.unwrap_or_default()], &[ask.unwrap_or_default()]);
        Ok(Taken::Data)
    }

    fn time_unit(&self) -> &'static str {
        "us"
    }
}

/// A level; none where both of its fields are empty.
///
/// # Errors
/// `E_NUMBER`, `E_SCALE`.
#[inline]
pub fn level(
    instrument: u32,
    price: Field<'_>,
    amount: Field<'_>,
    units: &mut Units,
) -> Result<Option<Entry>, FrameError> {
    if price.is_empty() && amount.is_empty() {
        return Ok(None);
    }
    let price = units.price(instrument, price, 0)?;
    Ok(Some(Entry { price, quantity: units.quantity(instrument, amount)? }))
}
