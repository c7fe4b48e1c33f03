//! A tape in formats that others read: nobody is locked in.
//!
//! Events become rows of [`Table`]s ([`rows`]), and rows become text ([`CsvSink`]) or columns
//! ([`ColumnSink`]); [`TardisSink`] writes the tables that Tardis publishes. An event that has not the shape
//! of its kind goes to the table `other` as it stands, so nothing is lost on the way.

mod cell;
mod columns;
mod csv;
mod names;
mod pieces;
mod rows;
mod select;
mod table;
mod tardis;
mod text;

pub use cell::{Cell, Sink};
pub use columns::{ColumnBatch, ColumnSink, Scales};
pub use csv::CsvSink;
pub use names::Names;
pub use pieces::{Piece, Pieces};
pub use rows::rows;
pub use select::Selection;
pub use table::{Column, ColumnKind, Table};
pub use tardis::{LeftOut, TardisSink};
pub(crate) use text::{push_whole, push_word};

#[cfg(test)]
mod tests;
