//! Rows of a table become events: G5 to G9.

use super::columns::TableKind;
use super::layout::{Layout, moment_text};
use super::role::Role;
use crate::import::rows::bar::{Amount, Bar};
use crate::import::rows::csv::{Field, Row};
use crate::import::rows::ids::Ids;
use crate::import::rows::lookup::{Lookup, Of};
use crate::import::rows::message::Message;
use crate::import::rows::units::Units;
use crate::import::rows::{RowReader, Sink, Taken, refused};
use std::collections::BTreeSet;
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{Entry, EventHeader, FrameError};

#[derive(Clone, Debug)]
pub struct TableReader {
    layout: Layout,
    row: Row,
    joined: Vec<u8>,
    lookup: Lookup,
    ids: Ids,
    message: Message,
    /// Instruments whose book has begun.
    begun: BTreeSet<u32>,
}

impl TableReader {
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self {
            lookup: Lookup::new(layout.columns.kind.name()),
            layout,
            row: Row::default(),
            joined: Vec::new(),
            ids: Ids::default(),
            message: Message::default(),
            begun: BTreeSet::new(),
        }
    }

    /// The field of a part, empty where the table has no such column.
    #[inline]
    fn field<'a>(&self, row: &'a [u8], role: Role) -> Field<'a> {
        match self.layout.columns.at(role) {
            Some(column) => self.row.field(row, column),
            None => Field { text: b"", at: row.len() },
        }
    }

    #[inline]
    fn split(&mut self, row: &[u8]) -> Result<(), FrameError> {
        self.row.split(row, self.layout.columns.delimiter)?;
        self.row.expect(row, self.layout.columns.count, "the first row's number of columns")
    }

    /// Time of the row in hand.
    #[inline]
    fn moment(&mut self, row: &[u8]) -> Result<i64, FrameError> {
        let columns = &self.layout.columns;
        let column = columns.at(Role::Time).unwrap_or(0);
        let text = moment_text(&self.row, row, column, columns.at(Role::Date), &mut self.joined);
        let at = self.row.field(row, column).at;
        self.layout.time.moment(text).ok_or(refused(at, "a time as in the first rows"))
    }

    /// Receive time, where it has a column of its own.
    fn received(&self, row: &[u8]) -> Result<Option<i64>, FrameError> {
        let Some(format) = &self.layout.received else { return Ok(None) };
        let field = self.field(row, Role::Received);
        let moment = format.moment(field.text);
        moment.map(Some).ok_or(refused(field.at, "a receive time as in the first rows"))
    }

    #[inline]
    fn of(&mut self, row: &[u8], units: &mut Units) -> Result<Of, FrameError> {
        let symbol = match self.layout.columns.at(Role::Symbol) {
            Some(column) => self.row.field(row, column),
            None => Field { text: self.layout.symbol.as_bytes(), at: 0 },
        };
        let venue = Field { text: self.layout.venue.as_bytes(), at: 0 };
        self.lookup.find(venue, symbol, |venue| venue, units)
    }

    fn trade(
        &mut self,
        row: &[u8],
        header: EventHeader,
        to: &mut Sink<'_>,
    ) -> Result<(), FrameError> {
        let entry = self.level(row, (Role::Price, Role::Size), header.instrument, to.units)?;
        let side = self.side(row)?;
        let id = self.ids.number(self.field(row, Role::Id));
        let flags = if side.is_none() { event_flag::NO_SIDE } else { 0 };
        let header = EventHeader { kind: kind::TRADE, flags, aux: id, w0: id, w1: id, ..header };
        match side {
            Some(false) => to.out.push(header, &[], &[entry]),
            _ => to.out.push(header, &[entry], &[]),
        }
        Ok(())
    }

    fn level(
        &self,
        row: &[u8],
        (price, size): (Role, Role),
        instrument: u32,
        units: &mut Units,
    ) -> Result<Entry, FrameError> {
        let price = units.price(instrument, self.field(row, price), self.layout.price_shift)?;
        Ok(Entry { price, quantity: units.quantity(instrument, self.field(row, size))? })
    }

    /// G7: a side that is empty has neither price nor size; without sizes each is 1.
    fn quote(
        &mut self,
        row: &[u8],
        header: EventHeader,
        to: &mut Sink<'_>,
    ) -> Result<(), FrameError> {
        let mut side = |price: Role, size: Role| -> Result<Entry, FrameError> {
            if self.field(row, price).is_empty() {
                return Ok(Entry::default());
            }
            if self.layout.columns.at(size).is_some() {
                return self.level(row, (price, size), header.instrument, to.units);
            }
            let field = self.field(row, price);
            let price = to.units.price(header.instrument, field, self.layout.price_shift)?;
            Ok(Entry { price, quantity: 1 })
        };
        let bid = side(Role::Bid, Role::BidSize)?;
        let ask = side(Role::Ask, Role::AskSize)?;
        to.out.push(EventHeader { kind: kind::QUOTE, ..header }, &[bid], &[ask]);
        Ok(())
    }

    fn bar(&mut self, row: &[u8], time: i64, of: Of, to: &mut Sink<'_>) -> Result<(), FrameError> {
        let (start, end) = self.span(time).ok_or(refused(0, "a bar that ends before 2262"))?;
        let mut bar = Bar::new(of, start, end);
        let roles = [Role::Open, Role::High, Role::Low, Role::Close];
        for (price, role) in bar.prices.iter_mut().zip(roles) {
            let field = self.field(row, role);
            *price = to.units.price(of.instrument, field, self.layout.price_shift)?;
        }
        bar.amount(Amount::Volume, self.field(row, Role::Volume))?;
        bar.amount(Amount::QuoteVolume, self.field(row, Role::QuoteVolume))?;
        bar.amount(Amount::Count, self.field(row, Role::Count))?;
        bar.push(to.out);
        Ok(())
    }

    /// G8: start and end of a bar.
    fn span(&self, time: i64) -> Option<(i64, i64)> {
        let length = self.layout.interval;
        if self.layout.ends {
            return Some((time.checked_sub(length)?, time));
        }
        Some((time, time.checked_add(length)?))
    }

    /// G9: rows of one time are one message; without a column that tells snapshots the book begins empty.
    fn depth(
        &mut self,
        row: &[u8],
        header: EventHeader,
        to: &mut Sink<'_>,
    ) -> Result<(), FrameError> {
        let entry = self.level(row, (Role::Price, Role::Size), header.instrument, to.units)?;
        let side = self.field(row, Role::Side);
        let Some(is_bid) = self.side(row)? else {
            return Err(refused(side.at, "a side of the book"));
        };
        let snapshot = self.field(row, Role::Snapshot);
        let kind = match snapshot.text.to_ascii_lowercase().as_slice() {
            b"true" | b"1" => kind::SNAPSHOT,
            b"false" | b"0" | b"" => kind::DEPTH,
            _ => return Err(refused(snapshot.at, "true or false")),
        };
        let untold = self.layout.columns.at(Role::Snapshot).is_none();
        if untold && self.begun.insert(header.instrument) {
            self.message.complete(to.out);
            to.out.push(EventHeader { kind: kind::SNAPSHOT, ..header }, &[], &[]);
        }
        self.message.add(EventHeader { kind, ..header }, is_bid, entry, to.out);
        Ok(())
    }

    /// Whether a buyer took, or a level is a bid; none where it is not told.
    fn side(&self, row: &[u8]) -> Result<Option<bool>, FrameError> {
        let maker = self.field(row, Role::BuyerMaker);
        match maker.text.to_ascii_lowercase().as_slice() {
            b"true" | b"1" => return Ok(Some(false)),
            b"false" | b"0" => return Ok(Some(true)),
            b"" => {}
            _ => return Err(refused(maker.at, "true or false")),
        }
        let side = self.field(row, Role::Side);
        match side.text.to_ascii_lowercase().as_slice() {
            b"buy" | b"b" | b"bid" | b"buyer" => Ok(Some(true)),
            b"sell" | b"s" | b"ask" | b"a" | b"seller" => Ok(Some(false)),
            b"" | b"unknown" | b"none" | b"n" => Ok(None),
            _ => Err(refused(side.at, "buy or sell, bid or ask")),
        }
    }
}

impl RowReader for TableReader {
    fn fresh(&self) -> Box<dyn RowReader> {
        Box::new(Self::new(self.layout.clone()))
    }

    fn time(&self, row: &[u8]) -> Option<i64> {
        let columns = &self.layout.columns;
        let field = |role| Row::nth(row, columns.delimiter, columns.at(role)?);
        if let Some(format) = &self.layout.received {
            return format.moment(field(Role::Received)?.text);
        }
        let text = field(Role::Time)?.text;
        let time = match field(Role::Date) {
            Some(date) => self.layout.time.moment(&[date.text, b" ", text].concat())?,
            None => self.layout.time.moment(text)?,
        };
        if columns.kind == TableKind::Bar {
            self.span(time).map(|(_, end)| end)
        } else {
            Some(time)
        }
    }

    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        if self.layout.columns.is_header(row) {
            return Ok(Taken::Header);
        }
        self.split(row)?;
        let time = self.moment(row)?;
        let received = self.received(row)?.unwrap_or(time);
        let of = self.of(row, to.units)?;
        let header = EventHeader {
            ts_recv: received,
            ts_event: time,
            instrument: of.instrument,
            source: of.source,
            ..EventHeader::default()
        };
        match self.layout.columns.kind {
            TableKind::Trade => self.trade(row, header, to)?,
            TableKind::Quote => self.quote(row, header, to)?,
            TableKind::Bar => self.bar(row, time, of, to)?,
            TableKind::Depth => self.depth(row, header, to)?,
        }
        Ok(Taken::Data)
    }

    fn complete(&mut self, to: &mut Sink<'_>) {
        self.message.complete(to.out);
    }

    fn time_unit(&self) -> &'static str {
        self.layout.time.name()
    }

    fn unused_columns(&self) -> &[String] {
        &self.layout.columns.unused
    }
}
