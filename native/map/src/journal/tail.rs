//! Follows a segment while another thread or process writes it.

use super::names::in_file;
use crate::window::Window;
use std::mem::offset_of;
use std::path::{Path, PathBuf};
use tickwright_engine::CoreError;
use tickwright_engine::journal::{ENTRY_HEADER, JournalRef, SegmentHeader, SegmentScan, entry_end};

/// Reads entries as they are committed, over a mapping of its own. It looks at no byte in front of
/// which it has not seen a length.
pub struct SegmentTail {
    window: Window,
    scan: SegmentScan,
    path: PathBuf,
}

impl SegmentTail {
    /// # Errors
    /// As [`SegmentScan::new`], `E_IO`.
    pub fn open(path: &Path) -> Result<Self, CoreError> {
        let window = Window::open(path)?;
        let scan = SegmentScan::new(&window).map_err(in_file(path))?;
        Ok(Self { window, scan, path: path.to_owned() })
    }

    /// The next entry; `None` where it is not there yet.
    ///
    /// # Errors
    /// `E_JOURNAL_CRC`, `E_JOURNAL_SEQ`.
    pub fn poll(&mut self) -> Result<Option<JournalRef<'_>>, CoreError> {
        let position = self.scan.position();
        let Some(length) = self.window.load_u32(position).filter(|&length| length != 0) else {
            return Ok(None);
        };
        let end = entry_end(position, length).min(self.window.len());
        self.scan.poll(&self.window[..end]).map_err(in_file(&self.path))
    }

    /// True when the segment was closed and all of it was read.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        let closed = self.window.load_u32(offset_of!(SegmentHeader, closed_length)).unwrap_or(0);
        closed != 0 && self.scan.position() >= closed as usize
    }

    /// True when the last entry read ends where no further one fits.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.scan.position() + ENTRY_HEADER > self.window.len()
    }
}
