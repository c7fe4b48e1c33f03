//! How a file begins: what its format is told by.

use super::RowOptions;
use super::csv::Row;
use tickwright_engine::CoreError;

/// Name and first lines of a file, and what the user told.
#[derive(Debug)]
pub struct Sample<'a> {
    pub name: &'a str,
    /// Not blank; at least one.
    pub lines: Vec<&'a [u8]>,
    pub options: &'a RowOptions,
}

impl<'a> Sample<'a> {
    #[must_use]
    pub fn first(&self) -> &'a [u8] {
        let line = self.lines.first().copied().unwrap_or_default();
        without_mark(line)
    }

    /// The first line's fields as text, split by commas; none where it is not text.
    #[must_use]
    pub fn header(&self) -> Vec<&'a str> {
        let (mut row, first) = (Row::default(), self.first());
        if row.split(first, b',').is_err() {
            return Vec::new();
        }
        let names: Result<Vec<_>, _> = row.fields(first).map(|f| f.name()).collect();
        names.unwrap_or_default()
    }

    /// The file's name without folder and endings.
    #[must_use]
    pub fn stem(&self) -> &'a str {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or(self.name);
        let mut stem = name;
        for ending in [".gz", ".zip", ".zst", ".csv", ".txt"] {
            stem = stem.strip_suffix(ending).unwrap_or(stem);
        }
        stem
    }

    /// `E_IMPORT_FORMAT`: the file is not what it is said to be.
    #[must_use]
    pub fn refused(&self, format: &str, why: &str) -> CoreError {
        CoreError::new("E_IMPORT_FORMAT", format!("not {format}: {why}")).at(self.name)
    }
}

/// A line without the byte order mark that some programs put in front of a file.
#[must_use]
pub fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}
