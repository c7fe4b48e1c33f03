//! Rows as columns of 64-bit numbers, for columnar files.

use crate::convert::cell::{Cell, Sink};
use crate::convert::names::Names;
use crate::convert::rows::VALUE_SCALE;
use crate::convert::table::{Column, ColumnKind, Table};
use std::collections::BTreeMap;
use tickwright_engine::{CoreError, decimal};

/// Largest magnitude of a decimal of 18 digits, which is what fits into 64 bits whole.
const LARGEST: u64 = 999_999_999_999_999_999;

/// Scales of the decimal columns: one for all instruments that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scales {
    pub price: u8,
    pub quantity: u8,
}

impl Scales {
    /// The finest of the instruments' scales.
    #[must_use]
    pub fn of(names: &Names, wanted: impl Fn(u32) -> bool) -> Self {
        let all = (0_u32..).zip(&names.instruments).filter(|(index, _)| wanted(*index));
        let finest = |sum: Self, i: &crate::convert::names::Instrument| Self {
            price: sum.price.max(i.price_scale),
            quantity: sum.quantity.max(i.quantity_scale),
        };
        all.fold(Self { price: 0, quantity: 0 }, |sum, (_, i)| finest(sum, i))
    }

    /// The scale of a column; `None` of one that holds no decimals.
    #[must_use]
    pub const fn scale(&self, kind: ColumnKind) -> Option<u8> {
        match kind {
            ColumnKind::Price => Some(self.price),
            ColumnKind::Quantity => Some(self.quantity),
            ColumnKind::Value => Some(VALUE_SCALE),
            _ => None,
        }
    }
}

/// Columns of a table as far as they were filled.
#[derive(Debug)]
struct Columns {
    schema: Vec<Column>,
    values: Vec<Vec<i64>>,
    /// 1 where the cell holds a value; for columns that may be empty alone.
    valid: Vec<Vec<u8>>,
    rows: usize,
}

/// Rows of one table: its columns one after another, each as 64-bit
/// numbers (amounts as the bits of doubles), then (where it may be empty) one
/// byte a row, padded to 8.
#[derive(Debug, PartialEq, Eq)]
pub struct ColumnBatch {
    pub table: Table,
    pub rows: usize,
    pub bytes: Vec<u8>,
}

/// More than a table has.
const MOST_COLUMNS: usize = 32;

#[derive(Debug)]
pub struct ColumnSink {
    scales: Scales,
    tables: BTreeMap<Table, Columns>,
    /// Words by number, in the order in which they came.
    words: Vec<String>,
    numbers: BTreeMap<String, i64>,
    told: usize,
}

impl ColumnSink {
    #[must_use]
    pub fn new(scales: Scales) -> Self {
        let (words, tables, numbers) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { scales, tables, words, numbers, told: 0 }
    }

    /// What has come together since the last call.
    pub fn take(&mut self) -> Vec<ColumnBatch> {
        let filled = self.tables.iter_mut().filter(|(_, columns)| columns.rows > 0);
        filled
            .map(|(&table, columns)| {
                let (rows, mut bytes) = (columns.rows, Vec::new());
                columns.drain(&mut bytes);
                ColumnBatch { table, rows, bytes }
            })
            .collect()
    }

    /// Words that were not told before; a cell names its word by its place among all.
    pub fn new_words(&mut self) -> &[String] {
        let from = std::mem::replace(&mut self.told, self.words.len());
        &self.words[from..]
    }

    fn word(&mut self, word: &str) -> i64 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.words.len() as i64;
        self.words.push(word.to_owned());
        self.numbers.insert(word.to_owned(), number);
        number
    }
}

impl Columns {
    fn new(table: Table) -> Self {
        let schema: Vec<_> = table.columns().collect();
        let width = schema.len();
        Self { schema, values: vec![Vec::new(); width], valid: vec![Vec::new(); width], rows: 0 }
    }

    fn drain(&mut self, out: &mut Vec<u8>) {
        for (at, column) in self.schema.iter().enumerate() {
            out.extend(self.values[at].drain(..).flat_map(i64::to_le_bytes));
            if column.nullable {
                out.append(&mut self.valid[at]);
                out.resize(out.len().next_multiple_of(8), 0);
            }
        }
        self.rows = 0;
    }
}

impl Sink for ColumnSink {
    fn row(&mut self, table: Table, cells: &[Cell<'_>]) -> Result<(), CoreError> {
        let mut numbers = [0_i64; MOST_COLUMNS];
        for (number, cell) in numbers.iter_mut().zip(cells) {
            if let Cell::Word(word) = cell {
                *number = self.word(word);
            }
        }
        let columns = self.tables.entry(table).or_insert_with(|| Columns::new(table));
        for (at, cell) in cells.iter().enumerate() {
            let column = columns.schema[at];
            let value = match *cell {
                Cell::Empty => 0,
                Cell::Count(value) => value as i64,
                Cell::Time(value) | Cell::Whole(value) => value,
                Cell::Word(_) => numbers[at],
                Cell::Decimal { mantissa, scale } if column.kind == ColumnKind::Amount => {
                    double(mantissa, scale).to_bits() as i64
                }
                Cell::Decimal { mantissa, scale } => {
                    rescaled(mantissa, scale, self.scales.scale(column.kind), column)?
                }
            };
            columns.values[at].push(value);
            if column.nullable {
                columns.valid[at].push(u8::from(*cell != Cell::Empty));
            }
        }
        columns.rows += 1;
        Ok(())
    }
}

/// The nearest double, where mantissa and power of ten are doubles themselves.
fn double(mantissa: i64, scale: u8) -> f64 {
    mantissa as f64 / 10_i64.pow(scale.into()) as f64
}

/// A mantissa at the column's scale.
fn rescaled(mantissa: i64, scale: u8, to: Option<u8>, column: Column) -> Result<i64, CoreError> {
    let factor = to.and_then(|to| 10_i64.checked_pow(u32::from(to.saturating_sub(scale))));
    let value = factor.and_then(|factor| mantissa.checked_mul(factor));
    value.filter(|v| v.unsigned_abs() <= LARGEST).ok_or_else(|| {
        let text = decimal::format(mantissa, scale);
        let seen = format!("{} {text} has more than 18 digits at the column's scale", column.name);
        CoreError::new("E_CONVERT_RANGE", seen)
            .hint("write fewer instruments into one file (--instrument), or take --to csv")
    })
}
