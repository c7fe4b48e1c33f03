//! Bars (time, ticks, volume, notional, recorded), and features of them.

mod bar;
mod builder;
mod size;

use super::catalogue::Entry;

pub use bar::Bar;
pub use builder::BarBuilder;
pub use size::BarSize;

pub static ENTRIES: &[Entry] = &[];
