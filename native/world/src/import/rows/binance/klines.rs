//! V10: `klines`.

use super::shape::{Instrument, time};
use crate::import::rows::bar::{Amount, Bar};
use crate::import::rows::csv::{Field, Row};
use crate::import::rows::{RowReader, Sink, Taken, refused};
use tickwright_engine::FrameError;

const OPEN_TIME: usize = 0;
const PRICES: [usize; 4] = [1, 2, 3, 4];
const CLOSE_TIME: usize = 6;
const AMOUNTS: [(Amount, usize); 5] = [
    (Amount::Volume, 5),
    (Amount::QuoteVolume, 7),
    (Amount::Count, 8),
    (Amount::TakerVolume, 9),
    (Amount::TakerQuoteVolume, 10),
];

#[derive(Clone, Debug)]
pub struct Klines {
    of: Instrument,
}

impl Klines {
    #[must_use]
    pub fn new(of: Instrument) -> Self {
        Self { of }
    }
}

/// V10: the close time is the last moment of the bar, one unit before the next one opens.
fn end(close: Field<'_>) -> Result<i64, FrameError> {
    let unit = if close.text.len() == 16 { 1_000 } else { 1_000_000 };
    Ok(time(close)? + unit)
}

impl RowReader for Klines {
    fn fresh(&self) -> Box<dyn RowReader> {
        Box::new(Self { of: self.of.fresh() })
    }

    fn time(&self, row: &[u8]) -> Option<i64> {
        end(Row::nth(row, b',', CLOSE_TIME)?).ok()
    }

    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        if !self.of.split(row)? {
            return Ok(Taken::Header);
        }
        let of = self.of.of(to.units)?;
        let field = |column| self.of.field(row, column);
        let (start, end) = (time(field(OPEN_TIME))?, end(field(CLOSE_TIME))?);
        if end <= start {
            return Err(refused(field(CLOSE_TIME).at, "a close time behind the open time"));
        }
        let mut bar = Bar::new(of, start, end);
        for (price, column) in bar.prices.iter_mut().zip(PRICES) {
            *price = to.units.price(of.instrument, field(column), 0)?;
        }
        for (amount, column) in AMOUNTS {
            bar.amount(amount, field(column))?;
        }
        bar.push(to.out);
        Ok(Taken::Data)
    }

    fn time_unit(&self) -> &'static str {
        self.of.unit()
    }

    fn venue_assumed(&self) -> bool {
        self.of.assumed
    }
}
