//! Tardis CSV files: docs/formats/tardis.md.

mod book;
mod columns;
mod prints;
mod quotes;
mod snapshots;
mod ticker;

use super::sample::Sample;
use super::{RowFormat, RowReader};
use book::Book;
use columns::{Columns, HEAD};
use prints::Prints;
use quotes::Quotes;
use snapshots::Snapshots;
use ticker::Ticker;
use tickwright_engine::CoreError;

/// T1, T2: the header tells the format; trades and liquidations, which share it, the file's name.
#[must_use]
pub fn fits(format: RowFormat, sample: &Sample<'_>) -> bool {
    let header = sample.header();
    if header.get(..HEAD.len()).is_none_or(|head| head != HEAD) {
        return false;
    }
    let rest = &header[HEAD.len()..];
    let liquidations = sample.name.contains("liquidation");
    match format {
        RowFormat::TardisTrades => rest == prints::COLUMNS && !liquidations,
        RowFormat::TardisLiquidations => rest == prints::COLUMNS && liquidations,
        RowFormat::TardisBook => rest == book::COLUMNS,
        RowFormat::TardisQuotes => rest == quotes::COLUMNS,
        RowFormat::TardisSnapshots => snapshots::levels(rest).is_some(),
        RowFormat::TardisTicker => rest == ticker::COLUMNS,
        _ => false,
    }
}

/// A reader for a file of a Tardis format.
///
/// # Errors
/// `E_IMPORT_FORMAT` where its header is another.
pub fn open(format: RowFormat, sample: &Sample<'_>) -> Result<Box<dyn RowReader>, CoreError> {
    let header = sample.header();
    let named = header.get(..HEAD.len()).is_some_and(|head| head == HEAD);
    let rest = header.get(HEAD.len()..).unwrap_or_default();
    let wrong = |expected: &str| {
        sample.refused(format.name(), &format!("its header is not {},{expected}", HEAD.join(",")))
    };
    let require = |columns: &[&str]| {
        if named && rest == columns { Ok(()) } else { Err(wrong(&columns.join(","))) }
    };
    let columns = |channel| Columns::new(channel, header.len());
    Ok(match format {
        RowFormat::TardisLiquidations => {
            require(&prints::COLUMNS)?;
            Box::new(Prints::liquidations(columns("liquidation")))
        }
        RowFormat::TardisBook => {
            require(&book::COLUMNS)?;
            Box::new(Book::new(columns("depth")))
        }
        RowFormat::TardisQuotes => {
            require(&quotes::COLUMNS)?;
            Box::new(Quotes::new(columns("quote")))
        }
        RowFormat::TardisTicker => {
            require(&ticker::COLUMNS)?;
            Box::new(Ticker::new(columns("ticker")))
        }
        RowFormat::TardisSnapshots => {
            let levels = snapshots::levels(rest).filter(|_| named);
            let expected = "asks[0].price,asks[0].amount,bids[0].price,bids[0].amount,…";
            Box::new(Snapshots::new(columns("partial"), levels.ok_or_else(|| wrong(expected))?))
        }
        _ => {
            require(&prints::COLUMNS)?;
            Box::new(Prints::trades(columns("trade")))
        }
    })
}
