//! What reads bytes from outside, each as a function of bytes that panics where something is wrong.
//!
//! `tests/mutation_loop.rs` runs them over seeded mutations of generated inputs and over the cases that are
//! kept in `cases/`; `libfuzzer/` runs the same functions where libFuzzer links.

pub mod corpus;
pub mod mutate;
pub mod seeds;
pub mod targets;

pub use targets::{TARGETS, Target};
