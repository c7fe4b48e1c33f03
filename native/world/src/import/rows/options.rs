//! What the user tells about tables.

use super::RowFormat;

/// All of it may be left out; what a format cannot find by itself is then an error that says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowOptions {
    pub format: Option<RowFormat>,
    /// Name of the venue where the file has none.
    pub venue: Option<String>,
    /// Symbol where neither the file nor its name has one.
    pub symbol: Option<String>,
}
