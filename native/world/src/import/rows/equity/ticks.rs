//! Rows of quotes and trades: E3 to E9.

use super::name::Kind;
use crate::import::oddities::SUSPICIOUS_BIT as SUSPICIOUS;
use crate::import::rows::csv::{Field, Row};
use crate::import::rows::lookup::Of;
use crate::import::rows::units::Units;
use crate::import::rows::{RowReader, Sink, Taken, refused};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{Entry, EventHeader, FrameError};

/// E4: prices count ten-thousandths of a dollar.
const PRICE_SHIFT: u8 = 4;
const LETTERS: usize = 26;
const NANOS_PER_MILLI: i64 = 1_000_000;
const MILLIS_PER_DAY: u64 = 86_400_000;
/// E7: prints that were reported to FINRA and crossed no exchange's book.
const FINRA: u8 = b'D';

/// Reads one file.
#[derive(Clone, Debug)]
pub struct Ticks {
    kind: Kind,
    venue: String,
    symbol: String,
    /// When the day begins, ns since 1970.
    midnight: i64,
    row: Row,
    /// By letter: instrument and source.
    exchanges: [Option<Of>; LETTERS],
    /// E6: by letter, the best bid and ask as they were last told.
    quotes: [[Entry; 2]; LETTERS],
}

impl Ticks {
    #[must_use]
    pub fn new(kind: Kind, venue: &str, symbol: &str, midnight: i64) -> Self {
        Self {
            kind,
            venue: venue.to_owned(),
            symbol: symbol.to_owned(),
            midnight,
            row: Row::default(),
            exchanges: [None; LETTERS],
            quotes: [[Entry::default(); 2]; LETTERS],
        }
    }

    /// E3: milliseconds since midnight of the day.
    #[inline]
    fn moment(&self, field: Field<'_>) -> Result<i64, FrameError> {
        let millis = field.unsigned().ok().filter(|&ms| ms < MILLIS_PER_DAY);
        let millis = millis.ok_or(refused(field.at, "milliseconds since midnight"))?;
        Ok(self.midnight + millis as i64 * NANOS_PER_MILLI)
    }

    /// E5: an instrument for each exchange's letter.
    #[inline]
    fn of(&mut self, field: Field<'_>, units: &mut Units) -> Result<(usize, Of), FrameError> {
        let &[letter @ b'A'..=b'Z'] = field.text else {
            return Err(refused(field.at, "the letter of an exchange"));
        };
        let index = usize::from(letter - b'A');
        if let Some(of) = self.exchanges[index] {
            return Ok((index, of));
        }
        let name = format!("{}.{}", self.symbol, char::from(letter));
        let symbol = Field { text: name.as_bytes(), at: field.at };
        let instrument = units.instrument(&self.venue, symbol)?;
        let channel = if self.kind == Kind::Quote { "quote" } else { "trade" };
        let source = units.source(instrument, channel, field.at)?;
        let of = Of { instrument, source };
        self.exchanges[index] = Some(of);
        Ok((index, of))
    }

    /// Header of a row whose exchange, condition and flag stand from `at` on.
    #[inline]
    fn header(
        &mut self,
        row: &[u8],
        at: usize,
        units: &mut Units,
    ) -> Result<(usize, EventHeader), FrameError> {
        let field = |column| self.row.field(row, column);
        let [exchange, condition, suspicious] = [at, at + 1, at + 2].map(field);
        let ts = self.moment(field(0))?;
        let mut w2 = hexadecimal(condition)?;
        match suspicious.text {
            b"0" => {}
            b"1" => w2 |= SUSPICIOUS,
            _ => return Err(refused(suspicious.at, "0 or 1")),
        }
        let (index, of) = self.of(exchange, units)?;
        let Of { instrument, source } = of;
        let header =
            EventHeader { ts_recv: ts, ts_event: ts, w2, instrument, source, ..Default::default() };
        Ok((index, header))
    }

    fn trade(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        self.row.expect(row, super::TRADE_COLUMNS, "6 columns")?;
        let (index, mut header) = self.header(row, 3, to.units)?;
        let price = to.units.price(header.instrument, self.row.field(row, 1), PRICE_SHIFT)?;
        let quantity = to.units.quantity(header.instrument, self.row.field(row, 2))?;
        header.kind = kind::TRADE;
        header.flags = event_flag::NO_SIDE;
        if index == usize::from(FINRA - b'A') {
            header.flags |= event_flag::OFF_BOOK;
        }
        to.out.push(header, &[Entry { price, quantity }], &[]);
        Ok(Taken::Data)
    }

    /// E6: a row replaces one side, or both; a side whose size is 0 is empty from then on.
    fn quote(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        self.row.expect(row, super::QUOTE_COLUMNS, "8 columns")?;
        let (index, mut header) = self.header(row, 5, to.units)?;
        let mut told = [None; 2];
        for (side, level) in told.iter_mut().enumerate() {
            let field = |column| self.row.field(row, column);
            let (price, size) = (field(1 + 2 * side), field(2 + 2 * side));
            let entry = Entry {
                price: to.units.price(header.instrument, price, PRICE_SHIFT)?,
                quantity: to.units.quantity(header.instrument, size)?,
            };
            *level = (entry.price != 0).then_some(entry);
        }
        if told == [None; 2] {
            return Ok(Taken::Ignored("quote without a side"));
        }
        for (kept, level) in self.quotes[index].iter_mut().zip(told) {
            *kept = level.unwrap_or(*kept);
        }
        header.kind = kind::QUOTE;
        let [bid, ask] = self.quotes[index];
        to.out.push(header, &[bid], &[ask]);
        Ok(Taken::Data)
    }
}

impl RowReader for Ticks {
    fn fresh(&self) -> Box<dyn RowReader> {
        Box::new(Self::new(self.kind, &self.venue, &self.symbol, self.midnight))
    }

    fn time(&self, row: &[u8]) -> Option<i64> {
        self.moment(Row::nth(row, b',', 0)?).ok()
    }

    #[inline]
    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError> {
        self.row.split(row, b',')?;
        match self.kind {
            Kind::Quote => self.quote(row, to),
            Kind::Trade => self.trade(row, to),
        }
    }

    fn time_unit(&self) -> &'static str {
        "ms"
    }

    fn finds_instruments(&self) -> bool {
        true
    }
}

/// E8: flags of the condition, 32 bits.
#[inline]
fn hexadecimal(field: Field<'_>) -> Result<u64, FrameError> {
    let digits = field.text.iter().try_fold(0_u64, |sum, &b| {
        let digit = char::from(b).to_digit(16)?;
        Some((sum << 4) | u64::from(digit)).filter(|sum| *sum < SUSPICIOUS)
    });
    let found = digits.filter(|_| !field.is_empty());
    found.ok_or(refused(field.at, "a condition in hexadecimal digits"))
}
