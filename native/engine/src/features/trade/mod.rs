//! Features of trades: who aggressed, how much, how fast.

use super::catalogue::Entry;

pub static ENTRIES: &[Entry] = &[];
