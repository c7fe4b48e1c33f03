//! Reads a journal from its first entry to its last, one segment in memory at a time.

use super::names::{self, in_file};
use crate::io::failed;
use crate::window::Window;
use std::path::{Path, PathBuf};
use tickwright_engine::CoreError;
use tickwright_engine::journal::{
    Chain, ENTRY_HEADER, JournalRef, JournalReport, SegmentHeader, SegmentScan,
};

/// A journal on disk, for reading.
#[derive(Clone, Debug)]
pub struct JournalFiles {
    path: PathBuf,
    manifest: Vec<u8>,
    segments: Vec<PathBuf>,
}

impl JournalFiles {
    /// Lists the segments of a journal.
    ///
    /// # Errors
    /// `E_JOURNAL_CHAIN` where one is missing, `E_JOURNAL_EMPTY`, `E_IO`.
    pub fn open(path: &Path) -> Result<Self, CoreError> {
        let segments = names::list(path)?;
        if segments.is_empty() {
            let error = CoreError::new("E_JOURNAL_EMPTY", "the directory holds no segment");
            let hint = "A journal is a directory with 000000.twj and manifest.json.";
            return Err(error.at(path.display().to_string()).hint(hint));
        }
        let manifest = names::manifest(path);
        let manifest =
            std::fs::read(&manifest).map_err(|e| failed("cannot read", &manifest, &e))?;
        Ok(Self { path: path.to_owned(), manifest, segments })
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of `manifest.json`; the first segment's header vouches for them.
    #[must_use]
    pub fn manifest(&self) -> &[u8] {
        &self.manifest
    }

    /// The segments, in order.
    #[must_use]
    pub fn segments(&self) -> &[PathBuf] {
        &self.segments
    }

    /// Reads from the first entry.
    #[must_use]
    pub fn cursor(&self) -> JournalCursor {
        JournalCursor {
            chain: Some(Chain::new(&self.manifest)),
            segments: self.segments.clone(),
            next_segment: 0,
            current: None,
            report: None,
        }
    }

    /// Reads all and checks all.
    ///
    /// # Errors
    /// Of the first damage, with file and byte.
    pub fn verify(&self) -> Result<JournalReport, CoreError> {
        let mut cursor = self.cursor();
        while cursor.next()?.is_some() {}
        Ok(cursor.report.unwrap_or_default())
    }
}

/// Reads a journal's entries, in order.
pub struct JournalCursor {
    /// Gone behind the end.
    chain: Option<Chain>,
    segments: Vec<PathBuf>,
    next_segment: usize,
    current: Option<(Window, SegmentScan)>,
    report: Option<JournalReport>,
}

impl JournalCursor {
    /// The next entry; `None` behind the last one, where [`report`](Self::report) says how it
    /// ended. Entries in front of damage are given before its error is.
    ///
    /// # Errors
    /// All that reading can find, with file and byte.
    #[allow(clippy::should_implement_trait)] // The entry borrows the cursor's window.
    pub fn next(&mut self) -> Result<Option<JournalRef<'_>>, CoreError> {
        let Some((header, offset)) = self.step()? else { return Ok(None) };
        let end = offset + header.length as usize;
        let payload = self.current.as_ref().map(|(window, _)| &window[offset + ENTRY_HEADER..end]);
        Ok(payload.map(|payload| JournalRef { header, payload, offset }))
    }

    /// Header of the segment in hand.
    #[must_use]
    pub fn segment(&self) -> Option<&SegmentHeader> {
        self.current.as_ref().map(|(_, scan)| scan.header())
    }

    /// What was read; there once the end was reached.
    #[must_use]
    pub fn report(&self) -> Option<&JournalReport> {
        self.report.as_ref()
    }

    fn step(
        &mut self,
    ) -> Result<Option<(tickwright_engine::journal::JournalEntry, usize)>, CoreError> {
        loop {
            if let Some((window, scan)) = &mut self.current {
                let file = &self.segments[self.next_segment - 1];
                if let Some(entry) = scan.next(window).map_err(in_file(file))? {
                    return Ok(Some((entry.header, entry.offset)));
                }
            }
            if !self.advance()? {
                return Ok(None);
            }
        }
    }

    /// Leaves a segment that was read, and opens the next one; false behind the last.
    fn advance(&mut self) -> Result<bool, CoreError> {
        let Some(chain) = &mut self.chain else { return Ok(false) };
        if let Some((window, scan)) = self.current.take() {
            chain.end(&scan.into_end(&window)?);
        }
        let Some(file) = self.segments.get(self.next_segment) else {
            self.report = match self.chain.take() {
                Some(chain) => Some(chain.finish()?),
                None => None,
            };
            return Ok(false);
        };
        let window = Window::open(file)?;
        window.advise_sequential();
        let scan = SegmentScan::new(&window).map_err(in_file(file))?;
        chain.begin(scan.header()).map_err(in_file(file))?;
        self.current = Some((window, scan));
        self.next_segment += 1;
        Ok(true)
    }
}
