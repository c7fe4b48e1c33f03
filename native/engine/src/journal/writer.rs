//! Appends entries to a segment.

use super::entry::{ALIGNMENT, aligned, checksum, is_input, is_output};
use super::header::{self, Closed, SegmentStart, refuse};
use super::reader::{SegmentEnd, SegmentScan};
use super::{ENTRY_HEADER, kept_length, output_reserve};
use crate::digest::Digest;
use crate::error::CoreError;
use std::sync::atomic::{Ordering, fence};
use tickwright_schema::JournalEntry;

/// Where the next entry goes. Plain state: the memory is passed to each call and must be the same
/// block from `create` or `open` to `close`.
#[derive(Clone)]
pub struct JournalWriter {
    index: u32,
    position: usize,
    next_seq: u64,
    seed: u32,
    digest: Digest,
}

/// What was found in a segment that its writer left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// Entries that are there, in this segment.
    pub entries: u64,
    /// The last input's `seq`; `None` where the segment holds none.
    pub last_seq: Option<u64>,
    /// Cause of the last `STEP_END`: through here the session can be replayed and compared.
    pub last_step_end_seq: Option<u64>,
    /// Bytes behind the last entry that were written and never committed.
    pub torn_bytes: usize,
    /// Bytes by which the segment is shorter than it was made.
    pub missing_bytes: usize,
}

impl From<&SegmentEnd> for Recovery {
    fn from(end: &SegmentEnd) -> Self {
        Self {
            entries: end.entries,
            last_seq: end.last_seq,
            last_step_end_seq: end.last_step_end_seq,
            torn_bytes: end.torn_bytes,
            missing_bytes: end.missing_bytes,
        }
    }
}

impl JournalWriter {
    /// Writes the header of a zeroed segment.
    ///
    /// # Errors
    /// `E_JOURNAL_SIZE` where the segment's size is not a valid one.
    pub fn create(segment: &mut [u8], start: &SegmentStart) -> Result<Self, CoreError> {
        let header = header::write(segment, start)?;
        let mut digest = Digest::new();
        digest.update(&segment[..header::FIXED]);
        Ok(Self {
            index: start.index,
            position: super::SEGMENT_HEADER,
            next_seq: start.first_seq,
            seed: header.crc,
            digest,
        })
    }

    /// Finds the end of a segment that was left open. Before more is appended, the segment must
    /// have its full capacity again and be [`cut`](Self::cut).
    ///
    /// # Errors
    /// `E_JOURNAL_CLOSED`, and all that reading a segment can find.
    pub fn open(segment: &[u8]) -> Result<(Self, Recovery), CoreError> {
        let mut scan = SegmentScan::new(segment)?;
        let index = scan.header().index;
        if scan.closed().is_some() {
            let error = CoreError::new("E_JOURNAL_CLOSED", "the segment was closed in good order");
            let error = error.at(format!("segment {index}"));
            return Err(error.hint("Start a new journal."));
        }
        while scan.next(segment)?.is_some() {}
        let end = scan.into_end(segment)?;
        let recovery = Recovery::from(&end);
        let writer = Self {
            index,
            position: end.position,
            next_seq: end.next_seq,
            seed: end.seed,
            digest: end.digest,
        };
        Ok((writer, recovery))
    }

    /// Zeroes all behind the last entry. Pages that are zero already stay untouched.
    pub fn cut(&self, segment: &mut [u8]) {
        header::wipe_closing(segment);
        for chunk in segment[self.position..].chunks_mut(4_096) {
            if chunk.iter().any(|&b| b != 0) {
                chunk.fill(0);
            }
        }
    }

    /// Where the next input's payload must lie.
    #[inline]
    #[must_use]
    pub fn payload_at(&self) -> usize {
        self.position + ENTRY_HEADER
    }

    /// The largest payload of an input that still fits, with room kept for the outputs it causes.
    #[inline]
    #[must_use]
    pub fn free(&self, segment_len: usize) -> usize {
        segment_len.saturating_sub(self.position + ENTRY_HEADER + output_reserve(segment_len))
    }

    /// The `seq` that the next input gets.
    #[inline]
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Byte behind the last entry.
    #[inline]
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Index of the segment in its journal.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Hash over the header's fixed part and all entries so far: what closing stores.
    #[must_use]
    pub fn hash(&self) -> u128 {
        self.digest.value()
    }

    /// Commits an input whose payload lies at [`payload_at`](Self::payload_at); returns its `seq`.
    ///
    /// # Errors
    /// `E_JOURNAL_FULL` where it is longer than [`free`](Self::free) says, `E_JOURNAL_TYPE`.
    #[inline]
    pub fn commit_input(
        &mut self,
        segment: &mut [u8],
        entry_type: u8,
        source: u16,
        stamp: i64,
        length: usize,
    ) -> Result<u64, CoreError> {
        if !is_input(entry_type) {
            return Err(self.wrong_type(entry_type));
        }
        if length > self.free(segment.len()) {
            return Err(self.full(length, self.free(segment.len())));
        }
        let seq = self.next_seq;
        let entry = JournalEntry { entry_type, source, seq, stamp, ..JournalEntry::default() };
        self.publish(segment, entry, length);
        self.next_seq += 1;
        Ok(seq)
    }

    /// Copies a payload into place and commits it as an input.
    ///
    /// # Errors
    /// As [`commit_input`](Self::commit_input).
    pub fn append_input(
        &mut self,
        segment: &mut [u8],
        entry_type: u8,
        source: u16,
        stamp: i64,
        payload: &[u8],
    ) -> Result<u64, CoreError> {
        if payload.len() <= self.free(segment.len()) {
            let at = self.payload_at();
            segment[at..at + payload.len()].copy_from_slice(payload);
        }
        self.commit_input(segment, entry_type, source, stamp, payload.len())
    }

    /// Appends an output; it may use the room that inputs leave free.
    ///
    /// # Errors
    /// `E_JOURNAL_FULL` where it does not fit, `E_JOURNAL_TYPE`, `E_JOURNAL_SEQ` for a cause that
    /// is not in the journal yet.
    #[inline]
    pub fn append_output(
        &mut self,
        segment: &mut [u8],
        entry_type: u8,
        leg: u32,
        cause_seq: u64,
        stamp: i64,
        payload: &[u8],
    ) -> Result<(), CoreError> {
        if !is_output(entry_type) {
            return Err(self.wrong_type(entry_type));
        }
        if cause_seq >= self.next_seq {
            let message = format!("cause {cause_seq}, next input is {}", self.next_seq);
            return Err(refuse("E_JOURNAL_SEQ", message, self.index, self.position));
        }
        let at = self.payload_at();
        let room = segment.len().saturating_sub(at) & !(ALIGNMENT - 1);
        if payload.len() > room {
            return Err(self.full(payload.len(), room));
        }
        segment[at..at + payload.len()].copy_from_slice(payload);
        let entry =
            JournalEntry { entry_type, leg, seq: cause_seq, stamp, ..JournalEntry::default() };
        self.publish(segment, entry, payload.len());
        Ok(())
    }

    /// Completes the header and makes the entry visible. The length word behind it is zeroed first,
    /// for a payload that was laid there and given up must not look like an entry.
    #[inline]
    fn publish(&mut self, segment: &mut [u8], mut entry: JournalEntry, payload: usize) {
        let start = self.position;
        let end = start + ENTRY_HEADER + payload;
        let next = aligned(end);
        entry.length = (end - start) as u32;
        segment[start + 8..start + ENTRY_HEADER].copy_from_slice(&bytemuck::bytes_of(&entry)[8..]);
        zero_behind(segment, end, next);
        entry.crc = checksum(self.seed, start, &entry, &segment[start..next]);
        segment[start + 4..start + 8].copy_from_slice(&entry.crc.to_le_bytes());
        fence(Ordering::Release);
        segment[start..start + 4].copy_from_slice(&entry.length.to_le_bytes());
        self.digest.update(bytemuck::bytes_of(&entry));
        self.position = next;
    }

    /// Notes in the header that a data sync has confirmed all in front of `position`: damage there
    /// is an error from now on, and never a torn end.
    pub fn note_synced(&self, segment: &mut [u8], position: usize) {
        header::write_synced(segment, position.min(self.position));
    }

    /// Closes the segment; returns the hash that its successor must name. `last` says that there
    /// will be none. A successor's header must be written before its predecessor is closed.
    pub fn close(&mut self, segment: &mut [u8], last: bool) -> u128 {
        let kept = kept_length(self.position, segment.len());
        segment[self.position..kept].fill(0);
        let hash = self.hash();
        header::write_closed(segment, &Closed { length: self.position, hash, last });
        hash
    }

    #[cold]
    fn full(&self, payload: usize, free: usize) -> CoreError {
        let message = format!("a payload of {payload} bytes, {free} are free");
        refuse("E_JOURNAL_FULL", message, self.index, self.position)
    }

    #[cold]
    fn wrong_type(&self, entry_type: u8) -> CoreError {
        let message = format!("entry type {entry_type} is not one of this kind of entry");
        refuse("E_JOURNAL_TYPE", message, self.index, self.position)
    }
}

/// Zeroes the padding from `end` to `next` and the length word there. Behind it nothing was committed,
/// so that a store of one fixed size will do.
#[inline]
fn zero_behind(segment: &mut [u8], end: usize, next: usize) {
    const MOST: usize = ALIGNMENT + 8;
    match segment[end..].first_chunk_mut::<MOST>() {
        Some(behind) => *behind = [0; MOST],
        None => {
            let behind = (next + 8).min(segment.len());
            segment[end..behind].fill(0);
        }
    }
}
