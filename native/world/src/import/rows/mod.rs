//! Formats whose rows are events: tables in text files, each row a trade, a level, a quote or a bar.
//!
//! One parser serves both passes. In the survey [`Units`] learns instruments and scales from what the
//! rows print; in the import it scales exactly and refuses what does not fit. Each file has a reader
//! of its own ([`RowReader`]), chosen by what the file holds ([`recognise()`]), and files of several
//! formats and instruments are one recording, merged by receive time.

mod bar;
mod binance;
mod csv;
mod equity;
mod format;
mod found;
mod ids;
mod lobster;
mod lookup;
mod message;
mod new_york;
mod options;
mod pairs;
mod recognise;
mod road;
mod sample;
mod survey;
mod table;
mod tardis;
mod time;
mod units;

pub use format::RowFormat;
pub(super) use found::found;
pub use lobster::BookRows;
pub use options::RowOptions;
pub(super) use pairs::pair;
pub(super) use road::{RowRoad, RowTimes};
pub(super) use survey::{Foreign, RowSurvey};

use pairs::Pair;
use std::fmt::Debug;
use tickwright_engine::{EventBuf, FrameError};
use units::Units;

/// What became of a row that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is an event, or part of one.
    Data,
    /// It names the columns.
    Header,
    /// There was no row: a message is complete.
    Nothing,
    /// It is left out, and counted under this name.
    Ignored(&'static str),
}

/// Where a reader puts what it read.
pub struct Sink<'a> {
    pub units: &'a mut Units,
    pub out: &'a mut EventBuf,
}

/// Reads the rows of one file, in their order.
///
/// `ts_recv` of an event is the receive time of its row; the road raises what goes back. A row that is
/// refused adds nothing; the message that it stood in goes on without it.
pub trait RowReader: Debug {
    /// A reader of the same file that has read nothing yet.
    fn fresh(&self) -> Box<dyn RowReader>;

    /// Receive time of a row, ns since 1970: what files are merged by. None where it has none.
    fn time(&self, row: &[u8]) -> Option<i64>;

    /// Takes a row.
    ///
    /// # Errors
    /// `E_ROW`, `E_NUMBER`, `E_SCALE`, `E_SYMBOL`, with the byte of the row.
    fn row(&mut self, row: &[u8], to: &mut Sink<'_>) -> Result<Taken, FrameError>;

    /// No further row belongs to the message in hand.
    fn complete(&mut self, _to: &mut Sink<'_>) {}

    /// `s`, `ms`, `us`, `ns` or `text`: how the file counts time.
    fn time_unit(&self) -> &'static str;

    /// The pair of files that this one belongs to.
    fn pair(&self) -> Option<Pair<'_>> {
        None
    }

    /// Rows of a file that follows this one, of so many levels, will come through `beside`.
    fn paired(&mut self, _levels: usize) {}

    /// Takes the row of the follower that stands beside the row taken last; `line` is the follower's.
    ///
    /// # Errors
    /// As [`RowReader::row`].
    fn beside(&mut self, _row: &[u8], _line: u64, _: &mut Sink<'_>) -> Result<Taken, FrameError> {
        Err(refused(0, "no second file"))
    }

    /// What the rows of a follower came to.
    fn book_rows(&self) -> Option<BookRows> {
        None
    }

    /// Columns that nothing was taken from, where the file names them.
    fn unused_columns(&self) -> &[String] {
        &[]
    }

    /// Rows go on to name instruments that the beginning of the file does not have.
    fn finds_instruments(&self) -> bool {
        false
    }

    /// Nothing in the file tells the venue from others of its kind.
    fn venue_assumed(&self) -> bool {
        false
    }
}

/// A file and how it is read.
#[derive(Debug)]
pub struct Table {
    pub format: RowFormat,
    pub reader: Box<dyn RowReader>,
    /// The file whose rows these stand beside.
    pub leader: Option<u32>,
}

impl Clone for Table {
    fn clone(&self) -> Self {
        Self { format: self.format, reader: self.reader.fresh(), leader: self.leader }
    }
}

/// A row that is not one of the format's.
const fn refused(at: usize, what: &'static str) -> FrameError {
    FrameError::new("E_ROW", at, what)
}
