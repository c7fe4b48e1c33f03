//! What the world gives the engine: tapes, merged by time, imports, conversions, and a market generator.
#![forbid(unsafe_code)]

pub mod causality;
pub mod convert;
pub mod generator;
pub mod host;
pub mod import;
pub mod rows;
pub mod session;
pub mod tape;
pub mod tools;
