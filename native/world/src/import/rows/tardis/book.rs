//! `incremental_book_L2`: T8.

use super::columns::Columns;
use crate::import::rows::{RowReader, Sink, Taken, refused};
use tickwright_engine::schema::kind;
use tickwright_engine::{Entry, EventHeader, FrameError};

pub const COLUMNS: [&str; 4] = ["is_snapshot", "side", "price", "amount"];
const IS_SNAPSHOT: usize = 0;
const SIDE: usize = 1;
const PRICE: usize = 2;
const AMOUNT: usize = 3;

/// Rows of one message become one event.
#[derive(Clone, Debug)]
pub struct Book {
    columns: Columns,
    /// The message in hand, where it has rows.
    header: EventHeader,
    bids: Vec<Entry>,
    asks: Vec<Entry>,
}

impl Book {
    #[must_use]
    pub fn new(columns: Columns) -> Self {
        Self { columns, header: EventHeader::default(), bids: Vec::new(), asks: Vec::new() }
    }

    /// Whether a row belongs to the message in hand.
    #[inline]
    fn continues(&self, row: &EventHeader) -> bool {
        let of = &self.header;
        (of.ts_recv, of.instrument, of.kind) == (row.ts_recv, row.instrument, row.kind)
    }
}

impl RowReader for Book {
    fn fresh(&self) -> Box<dyn RowReader> {
        Box::new(Self::new(self.columns.fresh()))
    }

    fn time(&self, row: &[u8]) -> Option<i64> {
        Columns::time(row)
    }

    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        if !self.columns.split(row)? {
            return Ok(Taken::Header);
        }
        let mut header = self.columns.header(row, to.units)?;
        let [is_snapshot, side] = [IS_SNAPSHOT, SIDE].map(|c| self.columns.field(row, c));
        header.kind = match is_snapshot.text {
            b"true" => kind::SNAPSHOT,
            b"false" => kind::DEPTH,
            _ => return Err(refused(is_snapshot.at, "true or false")),
        };
        let bid = match side.text {
            b"bid" => true,
            b"ask" => false,
            _ => return Err(refused(side.at, "bid or ask")),
        };
        let price = to.units.price(header.instrument, self.columns.field(row, PRICE), 0)?;
        let quantity = to.units.quantity(header.instrument, self.columns.field(row, AMOUNT))?;
        if !self.continues(&header) {
            self.complete(to);
            self.header = header;
        }
        let levels = if bid { &mut self.bids } else { &mut self.asks };
        // A level of a snapshot with nothing in it is no level.
        if quantity != 0 || header.kind == kind::DEPTH {
            levels.push(Entry { price, quantity });
        }
        Ok(Taken::Data)
    }

    fn complete(&mut self, to: &mut Sink<'_>) {
        if !self.bids.is_empty() || !self.asks.is_empty() {
            to.out.push(self.header, &self.bids, &self.asks);
            self.bids.clear();
            self.asks.clear();
        }
        self.header = EventHeader::default();
    }

    fn time_unit(&self) -> &'static str {
        "us"
    }
}
