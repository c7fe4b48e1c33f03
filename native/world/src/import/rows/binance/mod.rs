//! Binance's published CSV files: docs/formats/binance-csv.md.

mod klines;
mod prints;
mod quotes;
mod shape;

use super::sample::Sample;
use super::{RowFormat, RowReader};
use klines::Klines;
use prints::Prints;
use quotes::Quotes;
use shape::Shape;
use tickwright_engine::CoreError;

/// V2: whether the columns are those of the format.
#[must_use]
pub fn fits(format: RowFormat, sample: &Sample<'_>) -> bool {
    Shape::of(sample).is_some_and(|shape| shape.format == format)
}

/// A reader for a file of one of the formats.
///
/// # Errors
/// `E_IMPORT_FORMAT` where its columns are others, `E_IMPORT_INSTRUMENT` where nothing tells the symbol.
pub fn open(format: RowFormat, sample: &Sample<'_>) -> Result<Box<dyn RowReader>, CoreError> {
    let Some(shape) = Shape::of(sample).filter(|shape| shape.format == format) else {
        return Err(sample.refused(format.name(), "its columns are others"));
    };
    let of = shape.instrument(sample)?;
    Ok(match format {
        RowFormat::BinanceBookTicker => Box::new(Quotes::new(of)),
        RowFormat::BinanceKlines => Box::new(Klines::new(of)),
        RowFormat::BinanceAggTrades => Box::new(Prints::aggregates(of)),
        _ => Box::new(Prints::trades(of)),
    })
}
