//! Rows as text, or as columns for a columnar file; their hash is the same in both.

use super::buffer::RowBuffer;
use crate::convert::{push_whole, push_word};
use serde::Deserialize;
use std::io::Write;
use tickwright_engine::digest::hex;
use tickwright_engine::{CoreError, Directory};
use xxhash_rust::xxh3::Xxh3;

/// Columns that stand before those of the set.
const HEAD: [&str; 2] = ["time", "instrument"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SheetFormat {
    /// Times in ns, the shortest text of each double, nothing for null.
    Csv,
    /// Each column's numbers of 64 bits; behind a nullable one a byte a row, padded to 8.
    Columns,
}

/// Writes rows, and keeps their count and hash.
pub struct Sheet {
    format: SheetFormat,
    columns: Vec<String>,
    instruments: Vec<String>,
    rows: u64,
    hash: Xxh3,
}

impl Sheet {
    /// # Errors
    /// `E_FEATURE_SET` where a column is named as one of those that stand before it.
    pub fn new(
        format: SheetFormat,
        columns: &[String],
        directory: &Directory,
    ) -> Result<Self, CoreError> {
        if let Some(name) = columns.iter().find(|name| HEAD.contains(&name.as_str())) {
            let seen = format!("a column is named {name:?}, as one that every row has");
            return Err(CoreError::new("E_FEATURE_SET", seen).hint("give it another name"));
        }
        let instruments = directory.instruments.iter().map(|i| i.name()).collect();
        let columns = columns.to_vec();
        Ok(Self { format, columns, instruments, rows: 0, hash: Xxh3::new() })
    }

    /// Names that the numbers of the column `instrument` stand for.
    #[must_use]
    pub fn instruments(&self) -> &[String] {
        &self.instruments
    }

    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Of times, instruments and the bits of all values.
    #[must_use]
    pub fn hash(&self) -> String {
        hex(self.hash.digest128())
    }

    /// What a file begins with.
    pub fn begin(&self, out: &mut Vec<u8>) {
        if self.format == SheetFormat::Columns {
            return;
        }
        out.extend_from_slice(HEAD.join(",").as_bytes());
        for name in &self.columns {
            out.push(b',');
            push_word(out, name);
        }
        out.push(b'\n');
    }

    pub fn write(&mut self, rows: &RowBuffer, out: &mut Vec<u8>) {
        self.rows += rows.len() as u64;
        for (head, values) in rows.iter() {
            self.hash.update(&head.time.to_le_bytes());
            self.hash.update(&head.instrument.to_le_bytes());
            self.hash.update(bytemuck::cast_slice(values));
        }
        match self.format {
            SheetFormat::Csv => self.lines(rows, out),
            SheetFormat::Columns => self.numbers(rows, out),
        }
    }

    fn lines(&self, rows: &RowBuffer, out: &mut Vec<u8>) {
        for (head, values) in rows.iter() {
            push_whole(out, head.time);
            out.push(b',');
            push_word(out, &self.instruments[head.instrument as usize]);
            for value in values {
                out.push(b',');
                push_double(out, *value);
            }
            out.push(b'\n');
        }
    }

    fn numbers(&self, rows: &RowBuffer, out: &mut Vec<u8>) {
        out.extend(rows.iter().flat_map(|(head, _)| head.time.to_le_bytes()));
        out.extend(rows.iter().flat_map(|(head, _)| i64::from(head.instrument).to_le_bytes()));
        for column in 0..self.columns.len() {
            out.extend(rows.iter().flat_map(|(_, values)| values[column].to_le_bytes()));
            out.extend(rows.iter().map(|(_, values)| u8::from(!values[column].is_nan())));
            out.resize(out.len().next_multiple_of(8), 0);
        }
    }
}

/// The shortest text that is read as the same double; nothing for null.
fn push_double(out: &mut Vec<u8>, value: f64) {
    if !value.is_nan() {
        // Writing to memory does not fail.
        let _ = write!(out, "{value:?}");
    }
}
