//! The deterministic core: what live and replay share. Reads no clock, no file, no socket; draws no
//! randomness; the same inputs give the same bytes on every machine and in both builds.
#![forbid(unsafe_code)]

pub mod book;
pub mod checksum;
pub mod core;
pub mod decimal;
pub mod digest;
pub mod error;
pub mod event;
pub mod features;
pub mod instrument;
pub mod journal;
pub mod proof;
pub mod state;
pub mod venue;

pub use error::{CoreError, FrameError};
pub use event::{Entry, EventBuf, EventHeader, EventRef};
pub use instrument::{Directory, Instrument, InstrumentVersion, Source};
pub use tickwright_schema as schema;
