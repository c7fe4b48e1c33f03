//! Segments as one journal: each names its predecessor's hash, the first one the manifest's.

use super::header::{Closed, refuse};
use super::reader::SegmentEnd;
use crate::error::CoreError;
use tickwright_schema::SegmentHeader;
use xxhash_rust::xxh3::xxh3_128;

/// What the first segment names as its predecessor's hash.
#[must_use]
pub fn manifest_hash(manifest: &[u8]) -> u128 {
    xxh3_128(manifest)
}

/// What reading a whole journal has shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalReport {
    pub segments: u32,
    pub entries: u64,
    pub last_seq: Option<u64>,
    /// Through this input the journal can be replayed and compared.
    pub last_step_end_seq: Option<u64>,
    /// Bytes that were written and never committed.
    pub torn_bytes: usize,
    /// Bytes by which the last segment is shorter than it was made.
    pub missing_bytes: usize,
    /// The session closed its journal.
    pub closed: bool,
    /// The last segment but one, where its writer died between two segments.
    pub unclosed_segment: Option<u32>,
}

/// Checks that segments follow one another.
#[derive(Clone, Debug)]
pub struct Chain {
    previous: Link,
    report: JournalReport,
}

#[derive(Clone, Debug)]
struct Link {
    hash: u128,
    epoch: Option<i64>,
    /// Unknown in front of the first segment and behind one that was not read.
    next_seq: Option<u64>,
    closed: Option<Closed>,
}

impl Chain {
    /// Starts in front of the first segment.
    #[must_use]
    pub fn new(manifest: &[u8]) -> Self {
        let hash = manifest_hash(manifest);
        let previous = Link { hash, epoch: None, next_seq: None, closed: None };
        Self { previous, report: JournalReport::default() }
    }

    /// Checks that this segment is the next one.
    ///
    /// # Errors
    /// `E_JOURNAL_CHAIN`.
    pub fn begin(&mut self, header: &SegmentHeader) -> Result<(), CoreError> {
        let index = self.report.segments;
        let fail = |seen: String| Err(refuse("E_JOURNAL_CHAIN", seen, index, 0));
        if header.index != index {
            return fail(format!("holds segment {}, segment {index} expected", header.index));
        }
        let previous = &self.previous;
        let named =
            u128::from(header.previous_hash_low) | u128::from(header.previous_hash_high) << 64;
        if named != previous.hash {
            let of = if index == 0 { "the manifest" } else { "the segment before" };
            return fail(format!("names {named:032x}; {of} has {:032x}", previous.hash));
        }
        if previous.epoch.is_some_and(|epoch| epoch != header.epoch) {
            return fail(format!("another epoch: {}", header.epoch));
        }
        if previous.next_seq.is_some_and(|seq| seq != header.first_seq) {
            return fail(format!("starts with seq {}", header.first_seq));
        }
        if previous.closed.is_some_and(|closed| closed.last) {
            return fail("follows a segment that closed the journal".to_owned());
        }
        if let Some(open) = self.report.unclosed_segment {
            return fail(format!("segment {open} was never closed, yet two follow it"));
        }
        if index > 0 && previous.closed.is_none() {
            self.report.unclosed_segment = Some(index - 1);
        }
        self.previous.epoch = Some(header.epoch);
        self.report.segments += 1;
        Ok(())
    }

    /// Takes over what reading the segment has shown.
    pub fn end(&mut self, end: &SegmentEnd) {
        let report = &mut self.report;
        report.entries += end.entries;
        report.last_seq = end.last_seq.or(report.last_seq);
        report.last_step_end_seq = end.last_step_end_seq.or(report.last_step_end_seq);
        report.torn_bytes += end.torn_bytes;
        report.missing_bytes += end.missing_bytes;
        let (hash, next_seq) = (end.hash, Some(end.next_seq));
        self.previous = Link { hash, next_seq, closed: end.closed, ..self.previous.clone() };
    }

    /// Passes over a closed segment without reading it, trusting the hash in its header.
    pub fn skip(&mut self, closed: &Closed) {
        let (hash, closed) = (closed.hash, Some(*closed));
        self.previous = Link { hash, next_seq: None, closed, ..self.previous.clone() };
    }

    /// Ends the journal.
    ///
    /// # Errors
    /// `E_JOURNAL_EMPTY` without a segment, `E_JOURNAL_CHAIN` where the last segment says that it
    /// has a successor.
    pub fn finish(mut self) -> Result<JournalReport, CoreError> {
        let Some(last) = self.report.segments.checked_sub(1) else {
            let error = CoreError::new("E_JOURNAL_EMPTY", "no segment: nothing was ever written");
            return Err(error.hint("Start a new journal."));
        };
        match self.previous.closed {
            Some(closed) if !closed.last => {
                let seen = format!("segment {} is missing", last + 1);
                Err(refuse("E_JOURNAL_CHAIN", seen, last, closed.length))
            }
            closed => {
                self.report.closed = closed.is_some();
                Ok(self.report)
            }
        }
    }
}
