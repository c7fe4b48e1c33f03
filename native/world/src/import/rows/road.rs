//! The import's road for tables: lines to events.

use super::units::Units;
use super::{BookRows, Sink, Table, Taken};
use crate::import::intake::Intake;
use crate::import::place::Place;
use tickwright_engine::{CoreError, Directory};

/// Reads receive times ahead of the road.
#[derive(Debug)]
pub struct RowTimes {
    tables: Vec<Option<Table>>,
}

impl RowTimes {
    #[must_use]
    pub fn new(tables: &[Option<Table>]) -> Self {
        Self { tables: tables.to_vec() }
    }

    /// Receive time of a line of a file.
    #[must_use]
    pub fn time(&self, file: u32, line: &[u8]) -> Option<i64> {
        self.tables.get(file as usize)?.as_ref()?.reader.time(line)
    }
}

/// Readers of all files, and what they share.
#[derive(Debug)]
pub struct RowRoad {
    tables: Vec<Option<Table>>,
    units: Units,
    /// File and place of the last line: its reader may hold a message that is not complete.
    last: Option<Place>,
}

impl RowRoad {
    #[must_use]
    pub fn new(tables: &[Option<Table>], directory: &Directory) -> Self {
        Self { tables: tables.to_vec(), units: Units::planned(directory), last: None }
    }

    /// Receive time of a line of a file.
    #[must_use]
    pub fn time(&self, file: u32, line: &[u8]) -> Option<i64> {
        self.table(file)?.reader.time(line)
    }

    #[must_use]
    pub fn time_unit(&self, file: u32) -> &'static str {
        self.table(file).map_or("", |t| t.reader.time_unit())
    }

    #[must_use]
    pub fn format(&self, file: u32) -> &'static str {
        self.table(file).map_or("", |t| t.format.name())
    }

    #[must_use]
    pub fn unused_columns(&self, file: u32) -> Vec<String> {
        self.table(file).map_or(Vec::new(), |t| t.reader.unused_columns().to_vec())
    }

    fn table(&self, file: u32) -> Option<&Table> {
        self.tables.get(file as usize)?.as_ref()
    }

    /// The file whose reader takes a file's rows: its own, or the one that it follows.
    fn reading(&self, file: u32) -> u32 {
        self.table(file).and_then(|t| t.leader).unwrap_or(file)
    }

    /// What order book rows came to, of all files together.
    #[must_use]
    pub fn book_rows(&self) -> Option<BookRows> {
        let each = self.tables.iter().flatten().filter_map(|t| t.reader.book_rows());
        each.reduce(|mut sum, one| {
            sum.add(&one);
            sum
        })
    }

    /// Takes a line. A message ends where a line of another file comes next.
    ///
    /// # Errors
    /// See [`Intake::row`]; `E_IMPORT_PLAN` for a file that was empty when it was surveyed.
    #[inline]
    pub fn line(
        &mut self,
        line: &[u8],
        place: Place,
        intake: &mut Intake,
    ) -> Result<(), CoreError> {
        let reading = self.reading(place.file);
        if self.last.is_some_and(|last| self.reading(last.file) != reading) {
            self.complete(intake)?;
        }
        self.last = Some(place);
        let Some(Some(table)) = self.tables.get_mut(reading as usize) else {
            return Err(CoreError::new("E_IMPORT_PLAN", "lines in a file that had none")
                .at(intake.files.describe(place))
                .hint("the file changed while it was read; import it anew"));
        };
        let units = &mut self.units;
        intake.row(place, |out| {
            let mut to = Sink { units, out };
            if reading == place.file {
                table.reader.row(line, &mut to)
            } else {
                table.reader.beside(line, place.line, &mut to)
            }
        })
    }

    /// Ends the message in hand.
    ///
    /// # Errors
    /// Those of the tape.
    pub fn complete(&mut self, intake: &mut Intake) -> Result<(), CoreError> {
        let Some(place) = self.last.take() else { return Ok(()) };
        let reading = self.reading(place.file);
        let Some(Some(table)) = self.tables.get_mut(reading as usize) else { return Ok(()) };
        let units = &mut self.units;
        intake.row(place, |out| {
            table.reader.complete(&mut Sink { units, out });
            Ok(Taken::Nothing)
        })
    }
}
