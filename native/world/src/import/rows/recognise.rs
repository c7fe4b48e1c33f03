//! Which table format a file is of. Doubt is an error.

use super::sample::Sample;
use super::{RowFormat, Table};
use tickwright_engine::CoreError;

/// The reader for a file that begins so; `None` where it is of no table format.
///
/// # Errors
/// `E_IMPORT_FORMAT` naming the formats that it could be of, or saying why it is not of the one that
/// the user named; `E_IMPORT_INSTRUMENT` where nothing tells its instrument.
pub fn recognise(sample: &Sample<'_>) -> Result<Option<Table>, CoreError> {
    let open =
        |format: RowFormat| Ok(Some(Table { format, reader: format.open(sample)?, leader: None }));
    if let Some(format) = sample.options.format {
        return open(format);
    }
    if sample.options.tell_columns() {
        return open(RowFormat::Csv);
    }
    let mut fitting: Vec<RowFormat> =
        RowFormat::ALL.into_iter().filter(|f| f.fits(sample)).collect();
    // A table whose header is understood may still be of a format that knows more of it.
    if fitting.len() > 1 {
        fitting.retain(|f| *f != RowFormat::Csv);
    }
    match fitting.as_slice() {
        [] => Ok(None),
        &[format] => open(format),
        several => {
            let names: Vec<&str> = several.iter().map(|f| f.name()).collect();
            let message = format!("it could be {}", names.join(" or "));
            Err(CoreError::new("E_IMPORT_FORMAT", message)
                .at(sample.name)
                .hint("say which with --format"))
        }
    }
}
