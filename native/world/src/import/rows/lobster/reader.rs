//! The readers of a pair of files. Messages lead; the order book's rows come to them one by one.

use super::counts::BookRows;
use super::message::{self, Message, What};
use super::rebuild::{Rebuild, Told};
use super::window::{PRICE_SHIFT, Window};
use crate::import::rows::csv::{Field, Row};
use crate::import::rows::new_york::Date;
use crate::import::rows::pairs::{Pair, Part};
use crate::import::rows::units::Units;
use crate::import::rows::{RowReader, Sink, Taken};
use tickwright_engine::{EventHeader, FrameError};

const CHANNEL: &str = "orders";
/// L2: a cent in the format's units, and below a dollar their one.
const CENT: i64 = 100;

/// Reads messages, each with the order book row beside it where there is one.
#[derive(Debug)]
pub struct Messages {
    pair: String,
    venue: String,
    symbol: String,
    date: Date,
    fields: Row,
    /// Levels of the order book beside it.
    depth: Option<usize>,
    rebuild: Rebuild,
    pending: Pending,
    row: Window,
    /// The row before the message; not known behind one that was refused or missing.
    before: Option<Window>,
    /// The cent is not the step of every order.
    fine: bool,
}

/// What waits for its order book row.
#[derive(Clone, Copy, Debug, Default)]
enum Pending {
    #[default]
    Nothing,
    Message(Told),
    /// The message was refused; its row still stands beside it.
    Refused,
}

impl Messages {
    #[must_use]
    pub fn new(pair: String, venue: &str, symbol: &str, date: Date) -> Self {
        Self {
            pair,
            venue: venue.to_owned(),
            symbol: symbol.to_owned(),
            date,
            fields: Row::default(),
            depth: None,
            rebuild: Rebuild::new(),
            pending: Pending::Nothing,
            row: Window::default(),
            before: None,
            fine: false,
        }
    }

    fn instrument(&self, units: &mut Units) -> Result<(u32, u16), FrameError> {
        let symbol = Field { text: self.symbol.as_bytes(), at: 0 };
        let instrument = units.instrument(&self.venue, symbol)?;
        Ok((instrument, units.source(instrument, CHANNEL, 0)?))
    }

    fn told(&mut self, message: &Message<'_>, units: &mut Units) -> Result<Told, FrameError> {
        let (instrument, source) = self.instrument(units)?;
        let at = self.date.at(message.since_midnight);
        let header =
            EventHeader { ts_recv: at, ts_event: at, instrument, source, ..EventHeader::default() };
        let halt = matches!(message.what, What::Halt(_));
        let price = if halt { 0 } else { units.price(instrument, message.price, PRICE_SHIFT)? };
        let size = units.quantity(instrument, message.size)?;
        let printed = message::number(message.price, 0).unwrap_or(CENT);
        self.fine |= message.what == What::Submitted && printed % CENT != 0;
        units.set_steps(instrument, if self.fine { 1 } else { CENT }, 1);
        Ok(Told { header, what: message.what, id: message.id, side: message.side, price, size })
    }

    /// A message whose row did not come.
    fn flush(&mut self, to: &mut Sink<'_>) -> bool {
        let pending = std::mem::take(&mut self.pending);
        let Pending::Message(told) = pending else { return true };
        if self.depth.is_some() {
            self.rebuild.counts.messages_without_row += 1;
            self.before = None;
        }
        self.rebuild.message(&told, to.out)
    }
}

impl RowReader for Messages {
    fn fresh(&self) -> Box<dyn RowReader> {
        let mut fresh = Self::new(self.pair.clone(), &self.venue, &self.symbol, self.date);
        fresh.depth = self.depth;
        Box::new(fresh)
    }

    fn time(&self, row: &[u8]) -> Option<i64> {
        message::time(row).map(|since| self.date.at(since))
    }

    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        self.flush(to);
        let mut fields = std::mem::take(&mut self.fields);
        let read = message::read(&mut fields, row);
        let told = read.and_then(|message| self.told(&message, to.units));
        self.fields = fields;
        let paired = self.depth.is_some();
        match told {
            Ok(told) => self.pending = Pending::Message(told),
            Err(error) => {
                self.pending = if paired { Pending::Refused } else { Pending::Nothing };
                return Err(error);
            }
        }
        if paired || self.flush(to) {
            return Ok(Taken::Data);
        }
        Ok(Taken::Ignored("part of an order that was not seen was cancelled"))
    }

    fn complete(&mut self, to: &mut Sink<'_>) {
        self.flush(to);
    }

    fn time_unit(&self) -> &'static str {
        "s"
    }

    fn pair(&self) -> Option<Pair<'_>> {
        Some(Pair { name: &self.pair, part: Part::Leads })
    }

    fn paired(&mut self, levels: usize) {
        self.depth = Some(levels);
    }

    fn beside(&mut self, row: &[u8], line: u64, to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        let pending = std::mem::take(&mut self.pending);
        let mut fields = std::mem::take(&mut self.fields);
        let read = self.instrument(to.units).and_then(|(instrument, _)| {
            let depth = self.depth.unwrap_or_default();
            self.row.read(&mut fields, row, depth, instrument, to.units)
        });
        self.fields = fields;
        if let Err(error) = read {
            self.pending = pending;
            self.flush(to);
            return Err(error);
        }
        self.rebuild.counts.rows += 1;
        match pending {
            Pending::Message(told) => {
                let Self { rebuild, before, row, .. } = self;
                rebuild.message_and_row(&told, before.as_ref(), row, line, to.out);
            }
            Pending::Refused => self.rebuild.counts.rows_without_message += 1,
            Pending::Nothing => {
                self.rebuild.counts.rows_without_message += 1;
                return Ok(Taken::Ignored("an order book row without a message"));
            }
        }
        let before = self.before.get_or_insert_with(Window::default);
        std::mem::swap(before, &mut self.row);
        Ok(Taken::Data)
    }

    fn book_rows(&self) -> Option<BookRows> {
        Some(self.rebuild.counts)
    }
}

/// Stands for an order book file, whose rows its messages read.
#[derive(Clone, Debug)]
pub struct BookReader {
    pair: String,
    depth: usize,
}

impl BookReader {
    #[must_use]
    pub fn new(pair: String, depth: usize) -> Self {
        Self { pair, depth }
    }
}

impl RowReader for BookReader {
    fn fresh(&self) -> Box<dyn RowReader> {
        Box::new(self.clone())
    }

    fn time(&self, _row: &[u8]) -> Option<i64> {
        None
    }

    fn row(&mut self, _row: &[u8], _to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        Ok(Taken::Data)
    }

    fn time_unit(&self) -> &'static str {
        ""
    }

    fn pair(&self) -> Option<Pair<'_>> {
        Some(Pair { name: &self.pair, part: Part::Follows { levels: self.depth } })
    }
}
