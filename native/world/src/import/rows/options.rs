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
    /// Day of a file that tells times of day, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Zone of times without one.
    pub zone: Option<String>,
    /// `time=1,price=2,size=3`: which column of a table has which part.
    pub columns: Option<String>,
    /// `trade`, `quote`, `bar` or `depth`.
    pub kind: Option<String>,
    /// `s`, `ms`, `us`, `ns`, `auto`, or a form such as `%Y-%m-%d`.
    pub time_unit: Option<String>,
    /// Prices count in `10^-price_scale`.
    pub price_scale: Option<u8>,
    /// One character, or `tab`.
    pub delimiter: Option<String>,
    /// How long a bar lasts, such as `1h`.
    pub interval: Option<String>,
    /// Whether a bar's time is its `start` or its `end`.
    pub bar_time: Option<String>,
}

impl RowOptions {
    /// What only a table of any columns has to be told was told.
    #[must_use]
    pub fn tell_columns(&self) -> bool {
        self.columns.is_some() || self.kind.is_some() || self.delimiter.is_some()
    }
}
