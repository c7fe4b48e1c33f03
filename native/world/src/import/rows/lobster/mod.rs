//! LOBSTER files, NASDAQ messages and the book after each: docs/formats/lobster.md.

mod beyond;
mod counts;
mod message;
mod name;
mod reader;
mod rebuild;
mod window;

pub use counts::BookRows;

use super::csv::Row;
use super::new_york::Date;
use super::sample::Sample;
use super::{RowFormat, RowReader};
use reader::{BookReader, Messages};
use tickwright_engine::CoreError;
use window::LEVEL;

/// L1: messages are told by their six columns, an order book by its name and its columns.
#[must_use]
pub fn fits(format: RowFormat, sample: &Sample<'_>) -> bool {
    let mut fields = Row::default();
    let is_book = name::read(sample.stem()).is_book;
    if format == RowFormat::LobsterBook {
        return is_book && depth(sample).is_some();
    }
    // A row or two may be damaged; a table that happens to begin so is not all like that.
    let read = sample.lines.iter().filter(|line| message::read(&mut fields, line).is_ok());
    !is_book && 2 * read.count() > sample.lines.len()
}

/// Levels of an order book file, by its first row of numbers.
fn depth(sample: &Sample<'_>) -> Option<usize> {
    let mut fields = Row::default();
    sample.lines.iter().find_map(|line| {
        fields.split(line, b',').ok()?;
        let numbers = fields.fields(line).all(|f| message::number(f, 0).is_ok());
        (numbers && fields.len().is_multiple_of(LEVEL)).then_some(fields.len() / LEVEL)
    })
}

/// A reader for a file of the format.
///
/// # Errors
/// `E_IMPORT_INSTRUMENT` where neither the name nor the user tells symbol and day; `E_IMPORT_FORMAT`
/// where an order book has no row of levels.
pub fn open(format: RowFormat, sample: &Sample<'_>) -> Result<Box<dyn RowReader>, CoreError> {
    let name = name::read(sample.stem());
    if name.is_book || format == RowFormat::LobsterBook {
        let depth = depth(sample)
            .ok_or_else(|| sample.refused(format.name(), "no row has four columns a level"))?;
        return Ok(Box::new(BookReader::new(name.pair, depth)));
    }
    let missing = |what: &str| {
        CoreError::new("E_IMPORT_INSTRUMENT", format!("nothing tells the {what} of the messages"))
            .at(sample.name)
            .hint("name the file as SYMBOL_YYYY-MM-DD_START_END_message_LEVELS.csv, or give --symbol and --date")
    };
    let told_date = match sample.options.date.as_deref() {
        None => None,
        Some(text) => Some(Date::parse(text).ok_or_else(|| {
            CoreError::new("E_IMPORT_INSTRUMENT", format!("\"{text}\" is no day"))
                .hint("--date takes YYYY-MM-DD")
        })?),
    };
    let symbol =
        sample.options.symbol.as_deref().or(name.symbol).ok_or_else(|| missing("symbol"))?;
    let date = told_date.or(name.date).ok_or_else(|| missing("day"))?;
    let venue = sample.options.venue.as_deref().unwrap_or(VENUE);
    Ok(Box::new(Messages::new(name.pair, venue, symbol, date)))
}

/// L2: LOBSTER is made of one exchange's messages.
const VENUE: &str = "nasdaq";
