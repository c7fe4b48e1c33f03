//! V1 to V4: what the columns and the file's name tell.

use crate::import::rows::RowFormat;
use crate::import::rows::csv::{Field, Row};
use crate::import::rows::lookup::{Lookup, Of};
use crate::import::rows::refused;
use crate::import::rows::sample::{Sample, without_mark};
use crate::import::rows::units::Units;
use crate::import::stamp::parse_stamp;
use tickwright_engine::{CoreError, FrameError};

/// What a value of a column looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Milliseconds or microseconds since 1970.
    Time,
    Number,
    Flag,
    Other,
}

/// What the first row of data shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub format: RowFormat,
    columns: usize,
    /// The last column says whether the trade was the best match: spot alone has it.
    best_match: bool,
    /// A header stands over the rows: only futures have one.
    header: bool,
    /// Since 2025 spot counts microseconds.
    micros: bool,
}

impl Shape {
    /// V2: formats by the look of their columns; `None` where it is none of them.
    #[must_use]
    pub fn of(sample: &Sample<'_>) -> Option<Self> {
        use Look::{Flag, Number, Time};
        let header = starts_with_name(sample.first());
        let row = sample.lines.get(usize::from(header)).copied().map(without_mark)?;
        let mut fields = Row::default();
        fields.split(row, b',').ok()?;
        let looks: Vec<Look> = fields.fields(row).map(look).collect();
        let is_number = |l: &Look| matches!(l, Number | Time);
        let (format, best_match) = match looks.as_slice() {
            [a @ .., Time, Flag, Flag] if a.len() == 4 && a.iter().all(is_number) => {
                (RowFormat::BinanceTrades, true)
            }
            [a @ .., Time, Flag] if a.len() == 4 && a.iter().all(is_number) => {
                (RowFormat::BinanceTrades, false)
            }
            [a @ .., Time, Flag, Flag] if a.len() == 5 && a.iter().all(is_number) => {
                (RowFormat::BinanceAggTrades, true)
            }
            [a @ .., Time, Flag] if a.len() == 5 && a.iter().all(is_number) => {
                (RowFormat::BinanceAggTrades, false)
            }
            [a @ .., Time, Time] if a.len() == 5 && a.iter().all(is_number) => {
                (RowFormat::BinanceBookTicker, false)
            }
            [Time, open @ .., Time, _, _, _, _, _]
                if open.len() == 5 && looks.iter().all(is_number) =>
            {
                (RowFormat::BinanceKlines, false)
            }
            _ => return None,
        };
        let micros = fields.fields(row).any(|f| look(f) == Time && f.text.len() == 16);
        Some(Self { format, columns: looks.len(), best_match, header, micros })
    }

    /// V3, V4: symbol and venue.
    ///
    /// # Errors
    /// `E_IMPORT_INSTRUMENT` where neither name nor user tells the symbol.
    pub fn instrument(self, sample: &Sample<'_>) -> Result<Instrument, CoreError> {
        let told = sample.options.symbol.as_deref();
        let Some(symbol) = told.or_else(|| symbol_of(sample.stem())) else {
            let message = format!("the name {:?} does not tell a symbol", sample.stem());
            return Err(CoreError::new("E_IMPORT_INSTRUMENT", message)
                .at(sample.name)
                .hint("give it with --symbol, or the name under which it was published"));
        };
        // Coin-margined contracts are of a pair with USD: BTCUSD_PERP, BTCUSD_210625.
        let coin = symbol.split_once('_').is_some_and(|(pair, _)| pair.ends_with("USD"));
        let (venue, assumed) = match &sample.options.venue {
            Some(venue) => (venue.as_str(), false),
            None if coin => ("binance-coinm", false),
            None if self.best_match || self.micros => ("binance", false),
            None if self.header || symbol.contains('_') => ("binance-usdm", false),
            None if self.format != RowFormat::BinanceKlines => ("binance-usdm", false),
            None => ("binance", true),
        };
        let channel = match self.format {
            RowFormat::BinanceTrades => "trade",
            RowFormat::BinanceAggTrades => "aggTrade",
            RowFormat::BinanceBookTicker => "quote",
            _ => "bar",
        };
        Ok(Instrument {
            venue: venue.to_owned(),
            symbol: symbol.to_owned(),
            assumed,
            columns: self.columns,
            row: Row::default(),
            lookup: Lookup::new(channel),
            channel,
            micros: self.micros,
        })
    }
}

/// A header's first field is a word.
fn starts_with_name(line: &[u8]) -> bool {
    line.first().is_some_and(u8::is_ascii_alphabetic)
}

fn look(field: Field<'_>) -> Look {
    let text = field.text;
    if matches!(text, b"true" | b"false" | b"True" | b"False" | b"TRUE" | b"FALSE") {
        return Look::Flag;
    }
    if matches!(text.len(), 13 | 16) && time(field).is_ok() {
        return Look::Time;
    }
    let plain = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'e' | b'E' | b'+');
    if !text.is_empty() && text.iter().all(plain) { Look::Number } else { Look::Other }
}

/// V3: `BTCUSDT-trades-2024-08-08`, `BTCUSDT-1m-2024-08`.
fn symbol_of(stem: &str) -> Option<&str> {
    let (symbol, rest) = stem.split_once('-')?;
    let kind = rest.split('-').next()?;
    let known = matches!(kind, "trades" | "aggTrades" | "bookTicker");
    (known || is_interval(kind)).then_some(symbol).filter(|s| !s.is_empty())
}

fn is_interval(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && matches!(&text[digits..], "s" | "m" | "h" | "d" | "w" | "mo" | "M")
}

/// V5: milliseconds or microseconds since 1970, by the number of digits.
///
/// # Errors
/// `E_ROW` for anything else.
#[inline]
pub fn time(field: Field<'_>) -> Result<i64, FrameError> {
    let stamp = parse_stamp(field.text).filter(|_| matches!(field.text.len(), 13 | 16));
    stamp.map(|s| s.nanos).ok_or(refused(field.at, "milliseconds or microseconds since 1970"))
}

/// V6: `true`, or `True` in older files.
///
/// # Errors
/// `E_ROW`.
#[inline]
pub fn flag(field: Field<'_>) -> Result<bool, FrameError> {
    match field.text {
        b"true" | b"True" | b"TRUE" => Ok(true),
        b"false" | b"False" | b"FALSE" => Ok(false),
        _ => Err(refused(field.at, "true or false")),
    }
}

/// The instrument of a file, and the row in hand.
#[derive(Clone, Debug)]
pub struct Instrument {
    venue: String,
    symbol: String,
    pub assumed: bool,
    columns: usize,
    row: Row,
    lookup: Lookup,
    channel: &'static str,
    micros: bool,
}

impl Instrument {
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { lookup: Lookup::new(self.channel), row: Row::default(), ..self.clone() }
    }

    /// Splits a row; `false` for a header.
    ///
    /// # Errors
    /// `E_ROW` for another number of columns.
    #[inline]
    pub fn split(&mut self, row: &[u8]) -> Result<bool, FrameError> {
        self.row.split(row, b',')?;
        self.row.expect(row, self.columns, "the number of columns of the first row")?;
        Ok(!starts_with_name(without_mark(row)))
    }

    #[inline]
    pub fn field<'a>(&self, row: &'a [u8], column: usize) -> Field<'a> {
        self.row.field(row, column)
    }

    /// # Errors
    /// `E_SYMBOL`.
    #[inline]
    pub fn of(&mut self, units: &mut Units) -> Result<Of, FrameError> {
        let (venue, symbol) = (self.venue.as_bytes(), self.symbol.as_bytes());
        let [venue, symbol] = [venue, symbol].map(|text| Field { text, at: 0 });
        self.lookup.find(venue, symbol, |venue| venue, units)
    }

    #[must_use]
    pub fn unit(&self) -> &'static str {
        if self.micros { "us" } else { "ms" }
    }
}
