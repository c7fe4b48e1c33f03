//! Features of derivatives: funding, basis, open interest, liquidations; and of external series.

use super::catalogue::Entry;

pub static ENTRIES: &[Entry] = &[];
