//! `derivative_ticker`: T10.

use super::columns::{Columns, time};
use crate::import::rows::csv::Field;
use crate::import::rows::units::Units;
use crate::import::rows::{RowReader, Sink, Taken};
use tickwright_engine::schema::kind;
use tickwright_engine::{Entry, EventHeader, FrameError};

pub const COLUMNS: [&str; 7] = [
    "funding_timestamp",
    "funding_rate",
    "predicted_funding_rate",
    "open_interest",
    "last_price",
    "index_price",
    "mark_price",
];
const FUNDING_TIME: usize = 0;
const FUNDING_RATE: usize = 1;
const PREDICTED_RATE: usize = 2;
const OPEN_INTEREST: usize = 3;
const INDEX_PRICE: usize = 5;
const MARK_PRICE: usize = 6;

#[derive(Clone, Debug)]
pub struct Ticker {
    columns: Columns,
}

impl Ticker {
    #[must_use]
    pub fn new(columns: Columns) -> Self {
        Self { columns }
    }
}

impl RowReader for Ticker {
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
        let field = |column| self.columns.field(row, column);
        let next = time(field(FUNDING_TIME))?.unwrap_or(0).unsigned_abs();
        let mut told = |column| told(to.units, field(column));
        let (mark, index) = (told(MARK_PRICE)?, told(INDEX_PRICE)?);
        let (rate, predicted) = (told(FUNDING_RATE)?, told(PREDICTED_RATE)?);
        let interest = match field(OPEN_INTEREST) {
            none if none.is_empty() => None,
            told => {
                let quantity = to.units.quantity(header.instrument, told)?;
                Some(Entry { price: 0, quantity })
            }
        };
        header.aux = next;
        let mut push = |kind, values: &[Option<Entry>]| {
            if values.iter().any(Option::is_some) {
                let mut entries = [Entry::default(); 3];
                entries.iter_mut().zip(values).for_each(|(to, v)| *to = v.unwrap_or_default());
                to.out.push(EventHeader { kind, ..header }, &entries[..values.len()], &[]);
                return 1;
            }
            0
        };
        let rates = [rate, predicted];
        let events = push(kind::MARK, &[mark, index, None])
            + push(kind::FUNDING, if predicted.is_some() { &rates } else { &rates[..1] })
            + push(kind::OPEN_INTEREST, &[interest]);
        Ok(if events > 0 { Taken::Data } else { Taken::Ignored("ticker with a last price alone") })
    }

    fn time_unit(&self) -> &'static str {
        "us"
    }
}

/// A value at 10⁻⁸, as the venues' rules have it: quantity 1 says that it was told.
fn told(units: &mut Units, field: Field<'_>) -> Result<Option<Entry>, FrameError> {
    if field.is_empty() {
        return Ok(None);
    }
    Ok(Some(Entry { price: units.value(field)?, quantity: 1 }))
}
