//! The segment header: what is fixed at creation, what a data sync and what closing add.

use super::entry::ALIGNMENT;
use super::{MAX_SEGMENT, MIN_SEGMENT, SEGMENT_HEADER};
use crate::error::CoreError;
use std::mem::offset_of;
use std::sync::atomic::{Ordering, fence};
use tickwright_schema::{SegmentHeader, closing};

const MAGIC: u64 = u64::from_le_bytes(*b"TWJRNL\r\n");
const VERSION: u32 = 1;

/// Bytes that the creation checksum covers, and the checksum itself.
pub(super) const FIXED: usize = offset_of!(SegmentHeader, crc) + 4;
const SYNCED: usize = offset_of!(SegmentHeader, synced);
const CLOSING: usize = offset_of!(SegmentHeader, hash_low);
const CLOSED_LENGTH: usize = offset_of!(SegmentHeader, closed_length);
const CLOSING_CRC: usize = offset_of!(SegmentHeader, closing_crc);

/// Where a segment stands in its journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SegmentStart {
    /// 0 for the first segment.
    pub index: u32,
    /// Start of the session, nanoseconds since 1970; stamps count from here.
    pub epoch: i64,
    /// `seq` of the first input that the segment will hold.
    pub first_seq: u64,
    /// Hash of the segment before; of the manifest for the first one.
    pub previous_hash: u128,
}

/// What closing wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Where the entries end.
    pub length: usize,
    /// Over the fixed part of the header and all entries.
    pub hash: u128,
    /// True when the journal ends here, false when a successor exists.
    pub last: bool,
}

/// A checked header.
pub(super) struct Checked {
    pub header: SegmentHeader,
    pub closed: Option<Closed>,
    /// Length that a data sync has confirmed; 0 when there was none.
    pub synced: usize,
    /// Bytes of a closing that was begun and not finished.
    pub torn_closing: usize,
}

/// An error at a byte of a segment.
pub(super) fn refuse(
    code: &'static str,
    message: impl Into<String>,
    segment: u32,
    byte: usize,
) -> CoreError {
    let hint = match code {
        "E_JOURNAL_MAGIC" | "E_JOURNAL_VERSION" => "Written by another program or version.",
        "E_JOURNAL_CHAIN" => "Segments are missing, mixed or doubled; restore the directory.",
        "E_JOURNAL_FULL" => "Rotate to the next segment first.",
        _ => "The file was changed after it was written; all before this byte is intact.",
    };
    CoreError::new(code, message).at(format!("segment {segment}, byte {byte}")).hint(hint)
}

/// Writes the header of a fresh segment.
pub(super) fn write(segment: &mut [u8], start: &SegmentStart) -> Result<SegmentHeader, CoreError> {
    let capacity = segment.len();
    if !valid_capacity(capacity as u64) {
        let rule = format!("{MIN_SEGMENT} to {MAX_SEGMENT}, a multiple of {SEGMENT_HEADER}");
        let message = format!("a segment of {capacity} bytes; {rule}");
        return Err(CoreError::new("E_JOURNAL_SIZE", message).hint("Choose another segment size."));
    }
    let mut header = SegmentHeader {
        magic: MAGIC,
        version: VERSION,
        index: start.index,
        epoch: start.epoch,
        first_seq: start.first_seq,
        capacity: capacity as u64,
        previous_hash_low: start.previous_hash as u64,
        previous_hash_high: (start.previous_hash >> 64) as u64,
        synced: synced_word(0),
        ..SegmentHeader::default()
    };
    header.crc = crc32fast::hash(&bytemuck::bytes_of(&header)[..FIXED - 4]);
    segment[..SEGMENT_HEADER + ALIGNMENT].fill(0);
    segment[..SegmentHeader::SIZE].copy_from_slice(bytemuck::bytes_of(&header));
    Ok(header)
}

fn valid_capacity(capacity: u64) -> bool {
    (MIN_SEGMENT as u64..=MAX_SEGMENT as u64).contains(&capacity)
        && capacity.is_multiple_of(SEGMENT_HEADER as u64)
}

/// Checks all that a header says of itself.
///
/// # Errors
/// `E_JOURNAL_TRUNCATED`, `E_JOURNAL_MAGIC`, `E_JOURNAL_VERSION`, `E_JOURNAL_CRC`.
pub(super) fn check(segment: &[u8]) -> Result<Checked, CoreError> {
    if segment.len() < SEGMENT_HEADER {
        let message = format!("{} bytes, less than a header", segment.len());
        return Err(refuse("E_JOURNAL_TRUNCATED", message, 0, segment.len()));
    }
    let bytes = &segment[..SEGMENT_HEADER];
    let header: SegmentHeader = bytemuck::pod_read_unaligned(&bytes[..SegmentHeader::SIZE]);
    check_fixed(&header)?;
    let index = header.index;
    let rest = &bytes[SegmentHeader::SIZE..];
    if let Some(at) = rest.iter().position(|&b| b != 0) {
        let at = SegmentHeader::SIZE + at;
        return Err(refuse("E_JOURNAL_CRC", "unused header bytes are not zero", index, at));
    }
    let synced = check_synced(&header)?;
    let closed = read_closed(&header)?;
    let torn = closed.is_none() && bytes[CLOSING..SegmentHeader::SIZE].iter().any(|&b| b != 0);
    let torn_closing = if torn { SegmentHeader::SIZE - CLOSING } else { 0 };
    Ok(Checked { header, closed, synced, torn_closing })
}

fn check_fixed(header: &SegmentHeader) -> Result<(), CoreError> {
    if header.magic != MAGIC {
        let seen = format!("starts with {:016x}: not a journal segment", header.magic.swap_bytes());
        return Err(refuse("E_JOURNAL_MAGIC", seen, 0, 0));
    }
    if header.version != VERSION {
        let seen = format!("version {}, this program reads {VERSION}", header.version);
        return Err(refuse("E_JOURNAL_VERSION", seen, 0, offset_of!(SegmentHeader, version)));
    }
    let crc = crc32fast::hash(&bytemuck::bytes_of(header)[..FIXED - 4]);
    if header.crc != crc || !valid_capacity(header.capacity) {
        let seen = format!("header checksum {:08x}, computed {crc:08x}", header.crc);
        return Err(refuse("E_JOURNAL_CRC", seen, header.index, offset_of!(SegmentHeader, crc)));
    }
    Ok(())
}

fn check_synced(header: &SegmentHeader) -> Result<usize, CoreError> {
    let length = header.synced as u32;
    if header.synced != synced_word(length) {
        let seen = format!("sync mark {:016x} does not match its checksum", header.synced);
        return Err(refuse("E_JOURNAL_CRC", seen, header.index, SYNCED));
    }
    Ok(length as usize)
}

/// Never 0, so that a wiped mark is seen.
fn synced_word(length: u32) -> u64 {
    u64::from(length) | u64::from(crc32fast::hash(&length.to_le_bytes())) << 32
}

/// Notes through which length a data sync went, as one 8-byte store.
pub(super) fn write_synced(segment: &mut [u8], length: usize) {
    let word = synced_word(length as u32);
    segment[SYNCED..SYNCED + 8].copy_from_slice(&word.to_le_bytes());
}

/// Reads how a segment was closed; `None` while it is open.
///
/// # Errors
/// `E_JOURNAL_CRC` where the closing does not match its checksum.
pub fn read_closed(header: &SegmentHeader) -> Result<Option<Closed>, CoreError> {
    if header.closed_length == 0 {
        return Ok(None);
    }
    let crc = crc32fast::hash(&bytemuck::bytes_of(header)[CLOSING..CLOSING_CRC]);
    let length = header.closed_length;
    let fits = (SEGMENT_HEADER as u64..=header.capacity).contains(&length);
    let last = header.closing == u32::from(closing::LAST);
    let known = last || header.closing == u32::from(closing::ROTATED);
    if crc != header.closing_crc || !fits || !length.is_multiple_of(ALIGNMENT as u64) || !known {
        let seen = format!("closing checksum {:08x}, computed {crc:08x}", header.closing_crc);
        return Err(refuse("E_JOURNAL_CRC", seen, header.index, CLOSING_CRC));
    }
    let hash = u128::from(header.hash_low) | u128::from(header.hash_high) << 64;
    Ok(Some(Closed { length: length as usize, hash, last }))
}

/// Writes how a segment was closed; its length comes last, so that half a closing is none.
pub(super) fn write_closed(segment: &mut [u8], closed: &Closed) {
    let kind = if closed.last { closing::LAST } else { closing::ROTATED };
    let mut header = SegmentHeader {
        hash_low: closed.hash as u64,
        hash_high: (closed.hash >> 64) as u64,
        closed_length: closed.length as u64,
        closing: u32::from(kind),
        ..SegmentHeader::default()
    };
    header.closing_crc = crc32fast::hash(&bytemuck::bytes_of(&header)[CLOSING..CLOSING_CRC]);
    let bytes = bytemuck::bytes_of(&header);
    segment[CLOSING..CLOSED_LENGTH].copy_from_slice(&bytes[CLOSING..CLOSED_LENGTH]);
    segment[CLOSED_LENGTH + 8..SegmentHeader::SIZE].copy_from_slice(&bytes[CLOSED_LENGTH + 8..]);
    fence(Ordering::Release);
    segment[CLOSED_LENGTH..CLOSED_LENGTH + 8].copy_from_slice(&header.closed_length.to_le_bytes());
}

/// Wipes a closing that was begun and not finished.
pub(super) fn wipe_closing(segment: &mut [u8]) {
    segment[CLOSING..SegmentHeader::SIZE].fill(0);
}
