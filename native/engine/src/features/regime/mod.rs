//! Regimes of the market: a hidden Markov model filtered forward, and rules.

use super::catalogue::Entry;

pub static ENTRIES: &[Entry] = &[];
