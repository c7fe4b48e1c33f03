//! V9: `bookTicker`.

use super::shape::{Instrument, time};
use crate::import::rows::csv::Row;
use crate::import::rows::{RowReader, Sink, Taken};
use tickwright_engine::schema::kind;
use tickwright_engine::{Entry, EventHeader, FrameError};

const ID: usize = 0;
const BID: usize = 1;
const ASK: usize = 3;
const TRANSACTION: usize = 5;

#[derive(Clone, Debug)]
pub struct Quotes {
    of: Instrument,
}

impl Quotes {
    #[must_use]
    pub fn new(of: Instrument) -> Self {
        Self { of }
    }
}

impl RowReader for Quotes {
    fn fresh(&self) -> Box<dyn RowReader> {
        Box::new(Self { of: self.of.fresh() })
    }

    fn time(&self, row: &[u8]) -> Option<i64> {
        time(Row::nth(row, b',', TRANSACTION)?).ok()
    }

    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        if !self.of.split(row)? {
            return Ok(Taken::Header);
        }
        let of = self.of.of(to.units)?;
        let field = |column| self.of.field(row, column);
        let ts = time(field(TRANSACTION))?;
        let mut level = |at: usize| -> Result<Entry, FrameError> {
            let price = to.units.price(of.instrument, field(at), 0)?;
            Ok(Entry { price, quantity: to.units.quantity(of.instrument, field(at + 1))? })
        };
        let (bid, ask) = (level(BID)?, level(ASK)?);
        let header = EventHeader {
            ts_recv: ts,
            ts_event: ts,
            w1: field(ID).unsigned()?,
            instrument: of.instrument,
            source: of.source,
            kind: kind::QUOTE,
            ..EventHeader::default()
        };
        to.out.push(header, &[bid], &[ask]);
        Ok(Taken::Data)
    }

    fn time_unit(&self) -> &'static str {
        self.of.unit()
    }
}
