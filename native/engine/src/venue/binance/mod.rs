//! Binance spot, USDⓈ-M, COIN-M and the venues that speak the spot protocol.
//!
//! A frame is read by a template of the exact bytes that the venue prints (`template`); where a byte
//! differs, by a reader that takes any order, spacing and unknown fields (`general`). Both give the
//! same events: `native/engine/tests/binance_differential.rs`.

pub mod candidates;
mod cursor;
mod decode;
pub mod drift;
pub mod family;

pub mod feed;
mod fields;
mod general;
pub mod instruments;
mod request;
pub mod scale;
pub mod scan;
mod slot;
mod slots;
mod stream;
mod taker;
mod template;
mod view;

pub use decode::VALUE_SCALE;
pub use request::request;
