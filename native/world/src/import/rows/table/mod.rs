//! Tables of any columns, by a map or a header that names them: docs/formats/csv.md.

mod columns;
mod interval;
mod layout;
mod reader;
mod role;

use super::RowReader;
use super::sample::Sample;
use layout::Layout;
use reader::TableReader;
use tickwright_engine::CoreError;

/// G1: a header that names what a row needs.
#[must_use]
pub fn fits(sample: &Sample<'_>) -> bool {
    columns::has_known_header(sample)
}

/// A reader for a table.
///
/// # Errors
/// `E_IMPORT_FORMAT` where columns or times are not understood, `E_ARGUMENT` where what the user told
/// is not.
pub fn open(sample: &Sample<'_>) -> Result<Box<dyn RowReader>, CoreError> {
    Ok(Box::new(TableReader::new(Layout::find(sample)?)))
}
