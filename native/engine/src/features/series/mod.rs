//! Features of series of values: of columns, sampled by a clock.

mod ewma;

use super::catalogue::Entry;

pub static ENTRIES: &[Entry] = &[ewma::EWMA];
