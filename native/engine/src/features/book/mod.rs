//! Features of the book as it stands, and of how it changes.

mod mid;
mod obi;

use super::catalogue::Entry;

pub static ENTRIES: &[Entry] = &[mid::MID, obi::OBI];
