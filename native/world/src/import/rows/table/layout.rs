//! Everything that a table's reader has to know, found from how the file begins.

use super::columns::{Columns, TableKind};
use super::interval;
use super::role::Role;
use crate::import::rows::csv::Row;
use crate::import::rows::sample::Sample;
use crate::import::rows::time::{self, TimeFormat, Zone};
use crate::import::told::SCALE_LIMIT;
use tickwright_engine::CoreError;

/// How a table is read.
#[derive(Clone, Debug)]
pub struct Layout {
    pub columns: Columns,
    pub time: TimeFormat,
    /// Of the receive time, where it has a column.
    pub received: Option<TimeFormat>,
    pub venue: String,
    /// Where no column tells it.
    pub symbol: String,
    /// Prices count in `10^-shift`.
    pub price_shift: u8,
    /// Nanoseconds of a bar.
    pub interval: i64,
    /// A bar's time is its end, not its start.
    pub ends: bool,
}

impl Layout {
    /// # Errors
    /// `E_IMPORT_FORMAT` and `E_ARGUMENT`, as [`super::open`].
    pub fn find(sample: &Sample<'_>) -> Result<Self, CoreError> {
        let options = sample.options;
        let mut columns = Columns::find(sample)?;
        let zone = options.zone.as_deref().map_or(Ok(Zone::UTC), Zone::parse)?;
        let midnight = options.date.as_deref().map(|date| {
            time::midnight(date.as_bytes(), zone).ok_or_else(|| {
                CoreError::new("E_ARGUMENT", format!("{date:?} is not a date"))
                    .hint("dates are written YYYY-MM-DD")
            })
        });
        let midnight = midnight.transpose()?;
        let values = Values::new(sample, &columns);
        if !values.are_clocks(columns.at(Role::Time))
            || columns.at(Role::Date) == columns.at(Role::Time)
        {
            columns.drop(Role::Date);
        }
        let (time_column, date) = (columns.at(Role::Time), columns.at(Role::Date));
        let placed = |e: CoreError| if e.at.is_empty() { e.at(sample.name) } else { e };
        let unit = options.time_unit.as_deref().filter(|unit| *unit != "auto");
        let format = |column: Option<usize>, date: Option<usize>| match unit {
            Some(unit) => TimeFormat::told(unit, zone, midnight),
            None => time::recognise(&values.of(column, date), zone, midnight).map_err(placed),
        };
        let found = format(time_column, date)?;
        let received = columns.at(Role::Received).map(|c| format(Some(c), None)).transpose()?;
        let interval = match (&options.interval, columns.kind) {
            (Some(told), _) => interval::parse(told)?,
            (None, TableKind::Bar) => {
                let times: Vec<i64> =
                    values.of(time_column, date).iter().filter_map(|v| found.moment(v)).collect();
                interval::of(&times).ok_or_else(|| {
                    sample
                        .refused("csv", "no two rows tell how long a bar lasts")
                        .hint("say it with --interval, such as 1h")
                })?
            }
            (None, _) => 0,
        };
        let header: Vec<u8> = columns.header.clone().unwrap_or_default();
        let mut row = Row::default();
        let split = row.split(&header, columns.delimiter).is_ok() && !header.is_empty();
        let names: Vec<&str> = if split {
            row.fields(&header).map(|f| f.name().unwrap_or_default()).collect()
        } else {
            Vec::new()
        };
        Ok(Self {
            columns: columns.with_unused(&names),
            time: found,
            received,
            venue: options.venue.clone().unwrap_or_else(|| "generic".to_owned()),
            symbol: options.symbol.clone().unwrap_or_else(|| sample.stem().to_owned()),
            price_shift: price_shift(options.price_scale)?,
            interval,
            ends: ends(options.bar_time.as_deref())?,
        })
    }
}

fn price_shift(told: Option<u8>) -> Result<u8, CoreError> {
    match told.unwrap_or(0) {
        shift if shift <= SCALE_LIMIT => Ok(shift),
        shift => Err(CoreError::new("E_ARGUMENT", format!("a price scale of {shift}"))
            .hint("prices have at most 18 decimals")),
    }
}

/// Whether a bar's time is its end.
fn ends(told: Option<&str>) -> Result<bool, CoreError> {
    match told {
        None | Some("start") => Ok(false),
        Some("end") => Ok(true),
        Some(other) => Err(CoreError::new("E_ARGUMENT", format!("{other:?} is no time of a bar"))
            .hint("start or end")),
    }
}

/// Values of the first rows.
struct Values<'a> {
    rows: Vec<(Row, &'a [u8])>,
}

impl<'a> Values<'a> {
    /// Rows with as many columns as the first line; damaged ones tell nothing.
    fn new(sample: &Sample<'a>, columns: &Columns) -> Self {
        let lines = sample.lines.iter().copied().filter(|line| !columns.is_header(line));
        let split = lines.filter_map(|line| {
            let mut row = Row::default();
            row.split(line, columns.delimiter).ok()?;
            (row.len() == columns.count).then_some((row, line))
        });
        Self { rows: split.collect() }
    }

    /// Values of a column, behind those of the date where there is one.
    fn of(&self, column: Option<usize>, date: Option<usize>) -> Vec<Vec<u8>> {
        let Some(column) = column else { return Vec::new() };
        let value = |(row, line): &(Row, &[u8])| {
            let mut out = Vec::new();
            moment_text(row, line, column, date, &mut out).to_vec()
        };
        self.rows.iter().map(value).collect()
    }

    /// Times of day with a colon, such as 09:30.
    fn are_clocks(&self, column: Option<usize>) -> bool {
        let values = self.of(column, None);
        let is_clock = |v: &Vec<u8>| matches!(v.as_slice(), [_, b':', ..] | [_, _, b':', ..]);
        !values.is_empty() && values.iter().all(is_clock)
    }
}

/// What tells the moment of a row: a column, or date and time with a blank between.
pub fn moment_text<'a>(
    row: &Row,
    line: &'a [u8],
    column: usize,
    date: Option<usize>,
    joined: &'a mut Vec<u8>,
) -> &'a [u8] {
    let text = row.field(line, column).text;
    let Some(date) = date else { return text };
    joined.clear();
    joined.extend_from_slice(row.field(line, date).text);
    joined.push(b' ');
    joined.extend_from_slice(text);
    joined
}
