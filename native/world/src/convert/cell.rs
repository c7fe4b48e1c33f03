//! One value of a row, and who takes rows.

use crate::convert::table::Table;
use tickwright_engine::CoreError;

/// A value as a tape has it: exact, with its scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// The event has no such value.
    Empty,
    /// An ordinal, an id, a checksum.
    Count(u64),
    /// Nanoseconds since 1970.
    Time(i64),
    /// A mantissa of which nobody says the scale.
    Whole(i64),
    Decimal {
        mantissa: i64,
        scale: u8,
    },
    Word(&'a str),
}

/// Takes rows of tables: text or columns.
pub trait Sink {
    /// `cells` are those of the table's columns, in order.
    ///
    /// # Errors
    /// `E_CONVERT_RANGE` where the format cannot hold a value.
    fn row(&mut self, table: Table, cells: &[Cell<'_>]) -> Result<(), CoreError>;
}
