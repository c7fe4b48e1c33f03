//! Regimes of the market: a hidden Markov model filtered forward, and rules.

mod confirm;
mod forward;
mod gaussian;
mod hmm;
mod matching;
mod model;
mod rules;
mod states;
#[cfg(test)]
mod tests;

use super::catalogue::Entry;

pub use matching::{Former, match_states};
pub use states::{NAMES, UNKNOWN};

pub static ENTRIES: &[Entry] = &[hmm::REGIME_HMM, rules::REGIME_RULES];
