//! What the world gives the engine: tapes, merged by time, imports, and a market generator.
#![forbid(unsafe_code)]

pub mod generator;
pub mod import;
pub mod tape;
