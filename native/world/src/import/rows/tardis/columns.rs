//! What all Tardis files have in common: their first four columns.

use crate::import::rows::csv::{Field, Row};
use crate::import::rows::lookup::{Lookup, Of};
use crate::import::rows::refused;
use crate::import::rows::sample::without_mark;
use crate::import::rows::units::Units;
use tickwright_engine::{EventHeader, FrameError};

/// T1: the first columns of every file.
pub const HEAD: [&str; 4] = ["exchange", "symbol", "timestamp", "local_timestamp"];
const EXCHANGE: usize = 0;
const SYMBOL: usize = 1;
const TIMESTAMP: usize = 2;
const LOCAL: usize = 3;
const MICROSECOND: i64 = 1_000;

/// Fields of the row in hand, and its instrument.
#[derive(Clone, Debug)]
pub struct Columns {
    row: Row,
    count: usize,
    channel: &'static str,
    lookup: Lookup,
}

impl Columns {
    #[must_use]
    pub fn new(channel: &'static str, count: usize) -> Self {
        Self { row: Row::default(), count, channel, lookup: Lookup::new(channel) }
    }

    #[must_use]
    pub fn fresh(&self) -> Self {
        Self::new(self.channel, self.count)
    }

    /// Receive time of any row.
    #[must_use]
    pub fn time(row: &[u8]) -> Option<i64> {
        nanos(Row::nth(row, b',', LOCAL)?).ok()
    }

    /// Splits a row; `false` for the header, wherever it stands (files are put together with theirs).
    ///
    /// # Errors
    /// `E_ROW` for another number of columns.
    #[inline]
    pub fn split(&mut self, row: &[u8]) -> Result<bool, FrameError> {
        self.row.split(row, b',')?;
        self.row.expect(row, self.count, "the header's number of columns")?;
        Ok(without_mark(self.row.field(row, EXCHANGE).text) != HEAD[0].as_bytes())
    }

    /// The field of a column behind the first four.
    #[inline]
    pub fn field<'a>(&self, row: &'a [u8], column: usize) -> Field<'a> {
        self.row.field(row, HEAD.len() + column)
    }

    /// Times, instrument and source of the row in hand.
    ///
    /// # Errors
    /// `E_ROW`, `E_SYMBOL`.
    #[inline]
    pub fn header(&mut self, row: &[u8], units: &mut Units) -> Result<EventHeader, FrameError> {
        let ts_recv = nanos(self.row.field(row, LOCAL))?;
        let ts_event = nanos(self.row.field(row, TIMESTAMP))?;
        let (exchange, symbol) = (self.row.field(row, EXCHANGE), self.row.field(row, SYMBOL));
        let Of { instrument, source } = self.lookup.find(exchange, symbol, venue, units)?;
        Ok(EventHeader { ts_recv, ts_event, instrument, source, ..EventHeader::default() })
    }
}

/// T3: microseconds since 1970.
#[inline]
fn nanos(field: Field<'_>) -> Result<i64, FrameError> {
    time(field)?.ok_or(refused(field.at, "microseconds since 1970"))
}

/// T3, where a time may be left out.
#[inline]
pub fn time(field: Field<'_>) -> Result<Option<i64>, FrameError> {
    if field.is_empty() {
        return Ok(None);
    }
    let micros = field.unsigned().ok().and_then(|n| i64::try_from(n).ok());
    let nanos = micros.and_then(|n| n.checked_mul(MICROSECOND));
    nanos.map(Some).ok_or(refused(field.at, "microseconds since 1970"))
}

/// T4: venues that have a name here.
fn venue(exchange: &str) -> &str {
    match exchange {
        "binance-futures" => "binance-usdm",
        "binance-delivery" => "binance-coinm",
        other => other,
    }
}
