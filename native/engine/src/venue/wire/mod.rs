//! What the venues' parsers share: JSON in place, exact numbers and times, instruments, sync of books,
//! events.
//!
//! A venue is a [`Protocol`]: it reads a message and says on its [`Desk`] what it means. Survey and
//! import run the same protocol; the survey's desk only learns symbols and decimals.

pub mod address;
pub mod any;
mod breaks;
pub mod buffer;
pub mod counters;
pub mod desk;
pub mod drift;
pub mod feed;
mod find;
pub mod followed;
pub mod held;
pub mod ids;
pub mod items;
pub mod json;
pub mod lexer;
pub mod listing;
pub mod notes;
pub mod number;
pub mod order_ids;
pub mod order_sync;
pub mod orders;
pub mod profile;
mod rounded;
pub mod rows;
pub mod slot;
pub mod step;
pub mod stream_book;
pub mod symbols;
pub mod sync;
pub mod ticker;
pub mod time;
pub mod trades;
pub mod values;

pub use desk::{Desk, Print};
pub use feed::{Protocol, WireFeed};
pub use followed::Followed;
pub use json::{Field, Json};
pub use order_sync::{OrderRule, Turn};
pub use orders::OrderEvent;
pub use profile::{Profile, Request};
pub use slot::{BookKind, Channel};
pub use ticker::{Ticker, Tickers};

/// Largest frame that is looked at, bytes. The largest real one, a snapshot of 5,000 levels a side,
/// has 0.4 MB.
pub const MAX_FRAME: usize = 16 << 20;

/// Deepest nesting of arrays and objects; real frames have 5.
pub const MAX_DEPTH: u32 = 64;
