//! Reads a segment, entry by entry, and tells a torn end from damage.

use super::entry::{self, ALIGNMENT, Damage, JournalRef, is_input, is_output, length_at};
use super::header::{self, Closed, refuse};
use super::{ENTRY_HEADER, SEGMENT_HEADER, kept_length};
use crate::digest::Digest;
use crate::error::CoreError;
use std::mem::offset_of;
use tickwright_schema::{JournalEntry, SegmentHeader, entry_type};

/// Checksums taken while looking for an entry behind damage; beyond it the answer is "damage".
const SEARCH_BUDGET: usize = 256 << 20;

/// Where reading stands in a segment. Plain state: the bytes are passed to each call.
#[derive(Clone)]
pub struct SegmentScan {
    header: SegmentHeader,
    closed: Option<Closed>,
    synced: usize,
    torn_closing: usize,
    position: usize,
    next_seq: u64,
    entries: u64,
    last_seq: Option<u64>,
    last_step_end_seq: Option<u64>,
    digest: Digest,
    /// Torn and missing bytes, once the end was reached.
    end: Option<(usize, usize)>,
}

/// What was found behind the last entry.
#[derive(Clone)]
pub struct SegmentEnd {
    pub index: u32,
    /// Byte behind the last entry.
    pub position: usize,
    pub entries: u64,
    pub next_seq: u64,
    pub last_seq: Option<u64>,
    pub last_step_end_seq: Option<u64>,
    /// Bytes that were written behind the last entry and never committed.
    pub torn_bytes: usize,
    /// Bytes by which an open segment is shorter than it was made.
    pub missing_bytes: usize,
    /// Over the header's fixed part and all entries.
    pub hash: u128,
    /// `None` while the segment is open.
    pub closed: Option<Closed>,
    pub(super) seed: u32,
    pub(super) digest: Digest,
}

impl SegmentScan {
    /// Checks the header.
    ///
    /// # Errors
    /// `E_JOURNAL_TRUNCATED`, `E_JOURNAL_MAGIC`, `E_JOURNAL_VERSION`, `E_JOURNAL_CRC`;
    /// `E_JOURNAL_SIZE` where there are more bytes than the segment was made with.
    pub fn new(segment: &[u8]) -> Result<Self, CoreError> {
        let checked = header::check(segment)?;
        let header = checked.header;
        if segment.len() as u64 > header.capacity {
            let seen = format!("{} bytes, made with {}", segment.len(), header.capacity);
            return Err(refuse("E_JOURNAL_SIZE", seen, header.index, header.capacity as usize));
        }
        let mut digest = Digest::new();
        digest.update(&segment[..header::FIXED]);
        Ok(Self {
            header,
            closed: checked.closed,
            synced: checked.synced,
            torn_closing: checked.torn_closing,
            position: SEGMENT_HEADER,
            next_seq: header.first_seq,
            entries: 0,
            last_seq: None,
            last_step_end_seq: None,
            digest,
            end: None,
        })
    }

    #[must_use]
    pub fn header(&self) -> &SegmentHeader {
        &self.header
    }

    /// How the segment was closed when its header was read.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        self.closed
    }

    /// Byte behind the last entry read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The next entry; `None` behind the last. In an open segment the end may be torn, which
    /// [`into_end`](Self::into_end) counts; damage with entries behind it is an error, and stays
    /// one.
    ///
    /// # Errors
    /// `E_JOURNAL_CRC`, `E_JOURNAL_SEQ`, `E_JOURNAL_TRUNCATED`, `E_JOURNAL_SIZE`, each with its
    /// byte.
    pub fn next<'a>(&mut self, segment: &'a [u8]) -> Result<Option<JournalRef<'a>>, CoreError> {
        if self.end.is_some() {
            return Ok(None);
        }
        match entry::read(self.entry_bytes(segment), self.header.crc, self.position) {
            Ok(found) => self.accept(found).map(Some),
            Err(damage) => {
                self.end = Some(self.stop(segment, &damage)?);
                Ok(None)
            }
        }
    }

    /// Like [`next`](Self::next) for a segment that is being written: `None` says "not yet", and
    /// the bytes given may end behind the last entry that the reader has seen the length of.
    ///
    /// # Errors
    /// `E_JOURNAL_CRC`, `E_JOURNAL_SEQ`.
    pub fn poll<'a>(&mut self, committed: &'a [u8]) -> Result<Option<JournalRef<'a>>, CoreError> {
        match entry::read(committed, self.header.crc, self.position) {
            Ok(found) => self.accept(found).map(Some),
            Err(Damage::Absent) => Ok(None),
            Err(damage) => Err(self.damaged(damage.describe())),
        }
    }

    /// Reads what is left and says what the segment holds.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub fn into_end(mut self, segment: &[u8]) -> Result<SegmentEnd, CoreError> {
        while self.next(segment)?.is_some() {}
        let (torn_bytes, missing_bytes) = self.end.unwrap_or_default();
        Ok(SegmentEnd {
            index: self.header.index,
            position: self.position,
            entries: self.entries,
            next_seq: self.next_seq,
            last_seq: self.last_seq,
            last_step_end_seq: self.last_step_end_seq,
            torn_bytes,
            missing_bytes,
            hash: self.digest.value(),
            closed: self.closed,
            seed: self.header.crc,
            digest: self.digest,
        })
    }

    /// The bytes in which entries may lie.
    fn entry_bytes<'a>(&self, segment: &'a [u8]) -> &'a [u8] {
        let limit = self.closed.map_or(segment.len(), |closed| closed.length);
        &segment[..limit.min(segment.len())]
    }

    fn accept<'a>(&mut self, found: JournalRef<'a>) -> Result<JournalRef<'a>, CoreError> {
        let JournalEntry { entry_type: kind, seq, .. } = found.header;
        if is_input(kind) {
            if seq != self.next_seq {
                let seen = format!("seq {seq} where {} follows", self.next_seq);
                return Err(refuse("E_JOURNAL_SEQ", seen, self.header.index, self.position));
            }
            self.next_seq = self.next_seq.wrapping_add(1);
            self.last_seq = Some(seq);
        } else if seq >= self.next_seq {
            let seen = format!("cause {seq} of an output, next input is {}", self.next_seq);
            return Err(refuse("E_JOURNAL_SEQ", seen, self.header.index, self.position));
        }
        if kind == entry_type::STEP_END {
            self.last_step_end_seq = Some(seq);
        }
        self.entries += 1;
        self.position = found.end();
        self.digest.update(bytemuck::bytes_of(&found.header));
        Ok(found)
    }

    /// Decides what it means that no entry can be read here: the end (torn and missing bytes), or
    /// damage.
    fn stop(&self, segment: &[u8], damage: &Damage) -> Result<(usize, usize), CoreError> {
        match self.closed {
            Some(closed) => self.stop_closed(segment, &closed, damage),
            None => self.stop_open(segment, damage),
        }
    }

    fn stop_closed(
        &self,
        segment: &[u8],
        closed: &Closed,
        damage: &Damage,
    ) -> Result<(usize, usize), CoreError> {
        let capacity = self.header.capacity as usize;
        let kept = kept_length(closed.length, capacity);
        if segment.len() < kept {
            return Err(self.truncated(segment.len(), kept));
        }
        if segment.len() != kept && segment.len() != capacity {
            let seen = format!("{} bytes; {kept} or {capacity} expected", segment.len());
            return Err(refuse("E_JOURNAL_SIZE", seen, self.header.index, kept));
        }
        if self.position != closed.length {
            return Err(self.damaged(damage.describe()));
        }
        if self.digest.value() != closed.hash {
            let at = offset_of!(SegmentHeader, hash_low);
            let seen = "the entries do not match the hash taken at closing";
            return Err(refuse("E_JOURNAL_CRC", seen, self.header.index, at));
        }
        if let Some(at) = segment[closed.length..kept].iter().position(|&b| b != 0) {
            let at = closed.length + at;
            let seen = "bytes behind the closed end are not zero";
            return Err(refuse("E_JOURNAL_CRC", seen, self.header.index, at));
        }
        Ok((used_length(&segment[kept..]), 0))
    }

    fn stop_open(&self, segment: &[u8], damage: &Damage) -> Result<(usize, usize), CoreError> {
        if segment.len() < self.synced {
            return Err(self.truncated(segment.len(), self.synced));
        }
        let rest = &segment[self.position..];
        let torn = used_length(rest);
        // What no sync has confirmed, a power failure may keep in any order of pages; where none
        // was ever asked for, only the death of the process is survived, which keeps the order.
        let unordered = self.synced > 0;
        let confirmed = self.position < self.synced;
        let used = self.position + torn;
        if confirmed || (!unordered && self.entry_behind(segment, used)) {
            return Err(self.damaged(damage.describe()));
        }
        Ok((torn + self.torn_closing, self.header.capacity as usize - segment.len()))
    }

    /// True when an intact entry lies behind the place that cannot be read; all is zero from `used`
    /// on.
    fn entry_behind(&self, segment: &[u8], used: usize) -> bool {
        let mut budget = SEARCH_BUDGET;
        let last = used.min(segment.len().saturating_sub(ENTRY_HEADER - 1));
        for at in (self.position + ALIGNMENT..last).step_by(ALIGNMENT) {
            let length = length_at(segment, at) as usize;
            let kind = segment[at + offset_of!(JournalEntry, entry_type)];
            let plausible = length >= ENTRY_HEADER && length <= segment.len() - at;
            if !plausible || !(is_input(kind) || is_output(kind)) {
                continue;
            }
            if budget < length || entry::read(segment, self.header.crc, at).is_ok() {
                return true;
            }
            budget -= length;
        }
        false
    }

    fn damaged(&self, seen: String) -> CoreError {
        refuse("E_JOURNAL_CRC", seen, self.header.index, self.position)
    }

    fn truncated(&self, seen: usize, expected: usize) -> CoreError {
        let message = format!("{seen} bytes, at least {expected} were written");
        refuse("E_JOURNAL_TRUNCATED", message, self.header.index, seen)
    }
}

/// Length up to the last byte that is not zero.
fn used_length(bytes: &[u8]) -> usize {
    let mut end = bytes.len();
    for chunk in bytes.rchunks(4_096) {
        if let Some(last) = chunk.iter().rposition(|&b| b != 0) {
            return end - chunk.len() + last + 1;
        }
        end -= chunk.len();
    }
    0
}

/// Iterates a segment that is wholly in memory. Ends after the first error.
#[derive(Clone)]
pub struct SegmentReader<'a> {
    segment: &'a [u8],
    scan: SegmentScan,
    failed: bool,
}

impl<'a> SegmentReader<'a> {
    /// # Errors
    /// As [`SegmentScan::new`].
    pub fn new(segment: &'a [u8]) -> Result<Self, CoreError> {
        Ok(Self { segment, scan: SegmentScan::new(segment)?, failed: false })
    }

    #[must_use]
    pub fn header(&self) -> &SegmentHeader {
        self.scan.header()
    }

    /// Reads what is left and says what the segment holds.
    ///
    /// # Errors
    /// As [`SegmentScan::next`].
    pub fn end(self) -> Result<SegmentEnd, CoreError> {
        self.scan.into_end(self.segment)
    }
}

impl<'a> Iterator for SegmentReader<'a> {
    type Item = Result<JournalRef<'a>, CoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.scan.next(self.segment).transpose();
        self.failed = matches!(next, Some(Err(_)));
        next
    }
}
