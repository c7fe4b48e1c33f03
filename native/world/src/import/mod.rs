//! Import: recordings and journals become tapes. No I/O: bytes in, tape bytes and a report out.

mod conclude;
pub mod config;
pub mod crossing;
pub mod decode;
mod evidence;
pub mod format;
pub mod importer;
pub mod intake;
pub mod latency;
pub mod lines;
pub mod order;
pub mod place;
pub mod plan;
pub mod record;
pub mod report;
pub mod request;
pub mod stamp;
pub mod steps;
pub mod survey;
pub mod tally;
pub mod told;
