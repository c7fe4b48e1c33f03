//! `incremental_book_L2`: T8.

use super::columns::Columns;
use crate::import::rows::message::Message;
use crate::import::rows::{RowReader, Sink, Taken, refused};
use tickwright_engine::schema::kind;
use tickwright_engine::{Entry, FrameError};

pub const COLUMNS: [&str; 4] = ["is_snapshot", "side", "price", "amount"];
const IS_SNAPSHOT: usize = 0;
const SIDE: usize = 1;
const PRICE: usize = 2;
const AMOUNT: usize = 3;

/// Rows of one message become one event.
#[derive(Clone, Debug)]
pub struct Book {
    columns: Columns,
    message: Message,
}

impl Book {
    #[must_use]
    pub fn new(columns: Columns) -> Self {
        Self { columns, message: Message::default() }
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
        let is_bid = match side.text {
            b"bid" => true,
            b"ask" => false,
            _ => return Err(refused(side.at, "bid or ask")),
        };
        let price = to.units.price(header.instrument, self.columns.field(row, PRICE), 0)?;
        let quantity = to.units.quantity(header.instrument, self.columns.field(row, AMOUNT))?;
        self.message.add(header, is_bid, Entry { price, quantity }, to.out);
        Ok(Taken::Data)
    }

    fn complete(&mut self, to: &mut Sink<'_>) {
        self.message.complete(to.out);
    }

    fn time_unit(&self) -> &'static str {
        "us"
    }
}
