//! V7, V8: `trades` and `aggTrades`.

use super::shape::{Instrument, flag, time};
use crate::import::rows::csv::Row;
use crate::import::rows::{RowReader, Sink, Taken};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{Entry, EventHeader, FrameError};

const ID: usize = 0;
const PRICE: usize = 1;
const QUANTITY: usize = 2;

#[derive(Clone, Debug)]
pub struct Prints {
    of: Instrument,
    /// Column of the first id of an aggregate, which its last one follows.
    ids: Option<usize>,
    time: usize,
}

impl Prints {
    #[must_use]
    pub fn trades(of: Instrument) -> Self {
        Self { of, ids: None, time: 4 }
    }

    #[must_use]
    pub fn aggregates(of: Instrument) -> Self {
        Self { of, ids: Some(3), time: 5 }
    }
}

impl RowReader for Prints {
    fn fresh(&self) -> Box<dyn RowReader> {
        Box::new(Self { of: self.of.fresh(), ..*self })
    }

    fn time(&self, row: &[u8]) -> Option<i64> {
        time(Row::nth(row, b',', self.time)?).ok()
    }

    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        if !self.of.split(row)? {
            return Ok(Taken::Header);
        }
        let of = self.of.of(to.units)?;
        let field = |column| self.of.field(row, column);
        let ts = time(field(self.time))?;
        let price = to.units.price(of.instrument, field(PRICE), 0)?;
        let quantity = to.units.quantity(of.instrument, field(QUANTITY))?;
        let buyer_is_maker = flag(field(self.time + 1))?;
        let id = field(ID).unsigned()?;
        let (first, last, flags) = match self.ids {
            Some(at) => (field(at).unsigned()?, field(at + 1).unsigned()?, event_flag::AGGREGATE),
            None => (id, id, 0),
        };
        let header = EventHeader {
            ts_recv: ts,
            ts_event: ts,
            w0: first,
            w1: last,
            aux: id,
            instrument: of.instrument,
            source: of.source,
            kind: kind::TRADE,
            flags,
            ..EventHeader::default()
        };
        let entry = [Entry { price, quantity }];
        if buyer_is_maker {
            to.out.push(header, &[], &entry);
        } else {
            to.out.push(header, &entry, &[]);
        }
        Ok(Taken::Data)
    }

    fn time_unit(&self) -> &'static str {
        self.of.unit()
    }

    fn venue_assumed(&self) -> bool {
        self.of.assumed
    }
}
