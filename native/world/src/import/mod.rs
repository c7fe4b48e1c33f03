//! Import: recordings and journals become tapes. No I/O: bytes in, tape bytes and a report out.

pub mod crossing;
pub mod decode;
pub mod format;
pub mod latency;
pub mod lines;
pub mod order;
pub mod place;
pub mod record;
pub mod report;
pub mod request;
pub mod stamp;
pub mod steps;
pub mod tally;
pub mod told;
