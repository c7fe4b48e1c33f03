//! Ticks of US equities, one file a day, symbol and kind: docs/formats/lean-equity-tick.md.

mod name;
mod ticks;

use super::RowReader;
use super::csv::Row;
use super::sample::Sample;
use super::time::{Zone, midnight};
use name::{Kind, Named};
use ticks::Ticks;
use tickwright_engine::CoreError;

const QUOTE_COLUMNS: usize = 8;
const TRADE_COLUMNS: usize = 6;
const FORMAT: &str = "lean-equity-tick";

/// E1: name and columns both.
#[must_use]
pub fn fits(sample: &Sample<'_>) -> bool {
    let named = Named::of(sample.stem());
    named.kind.is_some_and(|kind| named.date.is_some() && has_columns(sample, kind))
}

/// E2: so many columns, an exchange's letter among them.
fn has_columns(sample: &Sample<'_>, kind: Kind) -> bool {
    let (count, exchange) = match kind {
        Kind::Quote => (QUOTE_COLUMNS, QUOTE_COLUMNS - 3),
        Kind::Trade => (TRADE_COLUMNS, TRADE_COLUMNS - 3),
    };
    let (mut row, first) = (Row::default(), sample.first());
    row.split(first, b',').is_ok()
        && row.len() == count
        && matches!(row.field(first, exchange).text, [letter] if letter.is_ascii_uppercase())
}

/// A reader for a file of ticks.
///
/// # Errors
/// `E_IMPORT_FORMAT` where name and columns are others, `E_IMPORT_INSTRUMENT` where neither name nor
/// user tells the symbol, `E_ARGUMENT` for a date that is none.
pub fn open(sample: &Sample<'_>) -> Result<Box<dyn RowReader>, CoreError> {
    let (named, options) = (Named::of(sample.stem()), sample.options);
    let by_columns = [Kind::Quote, Kind::Trade].into_iter().find(|k| has_columns(sample, *k));
    let kind = named.kind.or(by_columns).filter(|kind| has_columns(sample, *kind));
    let Some(kind) = kind else {
        return Err(sample.refused(
            FORMAT,
            "a row has 8 columns (quotes) or 6 (trades), the third from the end a letter",
        ));
    };
    let Some(symbol) = options.symbol.as_deref().or(named.symbol) else {
        return Err(CoreError::new(
            "E_IMPORT_INSTRUMENT",
            "the file's name does not tell a symbol",
        )
        .at(sample.name)
        .hint("give it with --symbol"));
    };
    let Some(date) = options.date.as_deref().or(named.date) else {
        return Err(sample.refused(FORMAT, "its name does not tell the day; give it with --date"));
    };
    let zone = options.zone.as_deref().map_or(Ok(Zone::NEW_YORK), Zone::parse)?;
    let Some(midnight) = midnight(date.as_bytes(), zone) else {
        return Err(CoreError::new("E_ARGUMENT", format!("{date:?} is not a date"))
            .at(sample.name)
            .hint("dates are written YYYY-MM-DD"));
    };
    let venue = options.venue.as_deref().unwrap_or("us-equity");
    Ok(Box::new(Ticks::new(kind, venue, &symbol.to_ascii_uppercase(), midnight)))
}
