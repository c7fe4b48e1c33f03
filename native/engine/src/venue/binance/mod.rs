//! Binance spot, USDⓈ-M, COIN-M and the venues that speak the spot protocol.
//!
//! A frame is read by a template of the exact bytes that the venue prints (`template`); where a byte
//! differs, by a reader that takes any order, spacing and unknown fields (`general`). Both give the
//! same events: `native/engine/tests/binance_differential.rs`.

mod buffer;
pub mod candidates;
pub mod counters;
mod cursor;
mod decode;
pub mod drift;
pub mod family;

pub mod feed;
mod fields;
mod general;
pub mod instruments;
mod lexer;
mod number;
pub mod scale;
pub mod scan;
mod slot;
mod slots;
mod stream;
mod symbols;
mod sync;
mod taker;
mod template;
mod trades;
mod view;

/// Largest frame that is looked at, bytes. The largest real one, a snapshot of 5,000 levels a side,
/// has 0.4 MB.
pub const MAX_FRAME: usize = 16 << 20;

/// Deepest nesting of arrays and objects; real frames have 5.
pub const MAX_DEPTH: u32 = 64;

pub use buffer::{MAX_BUFFERED, MAX_BUFFERED_LEVELS};
pub use decode::VALUE_SCALE;
pub use sync::{BACKWARD_RUN, COVERED_RUN};
