//! Rows as CSV: one file a table, exact decimals, times in nanoseconds.

use crate::convert::cell::{Cell, Sink};
use crate::convert::pieces::Pieces;
use crate::convert::table::Table;
use crate::convert::text::{push_count, push_decimal, push_whole, push_word};
use tickwright_engine::CoreError;

#[derive(Debug, Default)]
pub struct CsvSink {
    pub pieces: Pieces,
}

const fn file_of(table: Table) -> &'static str {
    match table {
        Table::Trades => "trades.csv",
        Table::Depth => "depth.csv",
        Table::Quotes => "quotes.csv",
        Table::Orders => "orders.csv",
        Table::Bars => "bars.csv",
        Table::Marks => "marks.csv",
        Table::Funding => "funding.csv",
        Table::OpenInterest => "open_interest.csv",
        Table::Liquidations => "liquidations.csv",
        Table::Other => "other.csv",
    }
}

/// The line that names the columns.
fn push_header(table: Table, out: &mut Vec<u8>) {
    for (at, column) in table.columns().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(column.name.as_bytes());
    }
    out.push(b'\n');
}

impl Sink for CsvSink {
    fn row(&mut self, table: Table, cells: &[Cell<'_>]) -> Result<(), CoreError> {
        let out = self.pieces.row(file_of(table), |out| push_header(table, out));
        push_row(out, cells);
        Ok(())
    }
}

/// Cells between commas, and the end of the line.
pub fn push_row(out: &mut Vec<u8>, cells: &[Cell<'_>]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match *cell {
            Cell::Empty => {}
            Cell::Count(value) => push_count(out, value),
            Cell::Time(value) | Cell::Whole(value) => push_whole(out, value),
            Cell::Decimal { mantissa, scale } => push_decimal(out, mantissa, scale),
            Cell::Word(word) => push_word(out, word),
        }
    }
    out.push(b'\n');
}
