//! A journal as a directory of mapped segments.
//!
//! `manifest.json`, then `000000.twj`, `000001.twj`, …; while a writer is at work also `next.twj`
//! (the next segment, made ahead by another thread) and `reserve.twj` (room to stop safely on a
//! full disk).

mod cursor;
mod dir;
mod names;
mod options;
mod preparer;
mod recover;
mod sync;
mod tail;

#[cfg(test)]
mod tests;

pub use cursor::{JournalCursor, JournalFiles};
pub use dir::JournalDir;
pub use options::{Durability, JournalOptions};
pub use recover::RecoveryReport;
pub use sync::{SyncPoint, Syncer};
pub use tail::SegmentTail;
