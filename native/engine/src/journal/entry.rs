//! One entry: its checksum and the rules for reading it.

use super::ENTRY_HEADER;
use std::mem::offset_of;
use tickwright_schema::{JournalEntry, entry_type};

/// Entries start at multiples of this: CRC-32 goes by blocks of 16 and takes a rest byte by byte,
/// which would cost as much as the blocks.
pub(super) const ALIGNMENT: usize = 16;

/// Where the bytes begin over which the checksum runs; what is in front is mixed into its start.
const COVERED: usize = offset_of!(JournalEntry, seq);

/// An entry as read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JournalRef<'a> {
    pub header: JournalEntry,
    pub payload: &'a [u8],
    /// Byte of the segment at which the entry starts.
    pub offset: usize,
}

impl JournalRef<'_> {
    /// Byte behind the entry and its padding.
    #[must_use]
    pub fn end(&self) -> usize {
        entry_end(self.offset, self.header.length)
    }
}

/// Why there is no entry to read at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// The length word is 0, or the segment ends: nothing was committed here.
    Absent,
    Length(u32),
    Checksum {
        stored: u32,
        computed: u32,
    },
    Type(u8),
}

impl Damage {
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Absent => "no entry, yet entries follow".to_owned(),
            Self::Length(n) => format!("an entry of {n} bytes does not fit"),
            Self::Checksum { stored, computed } => {
                format!("entry checksum {stored:08x}, computed {computed:08x}")
            }
            Self::Type(t) => format!("entry type {t} is not known"),
        }
    }
}

/// Inputs carry a `seq` of their own.
#[must_use]
pub const fn is_input(kind: u8) -> bool {
    kind >= entry_type::FRAME && kind <= entry_type::CHECKPOINT_REF
}

/// Outputs name the input that caused them.
#[must_use]
pub const fn is_output(kind: u8) -> bool {
    kind >= entry_type::INTENT && kind <= entry_type::DIGEST
}

/// Byte behind an entry of `length` at `offset`, and behind its padding.
#[must_use]
pub const fn entry_end(offset: usize, length: u32) -> usize {
    offset + aligned(length as usize)
}

pub(super) const fn aligned(length: usize) -> usize {
    length.next_multiple_of(ALIGNMENT)
}

/// The entry's checksum; `entry` are its bytes with the padding. It starts from segment, place,
/// length and the header's words in front of `seq`: an entry that was moved, doubled, resized or
/// taken from another segment does not match. The factors are odd, so that a change of one word
/// always changes the start.
#[inline]
pub(super) fn checksum(seed: u32, offset: usize, header: &JournalEntry, entry: &[u8]) -> u32 {
    let [kind, flags] = [header.entry_type, header.flags].map(u32::from);
    let kind = kind | flags << 8 | u32::from(header.source) << 16;
    let start = (offset as u32).wrapping_mul(0x9E37_79B1)
        ^ header.length.wrapping_mul(0x85EB_CA77)
        ^ kind.wrapping_mul(0xC2B2_AE3D)
        ^ header.leg.wrapping_mul(0x27D4_EB2F);
    let mut hasher = crc32fast::Hasher::new_with_initial(seed ^ start);
    hasher.update(&entry[COVERED..]);
    hasher.finalize()
}

/// The length word at `offset`; 0 where the bytes end.
pub(super) fn length_at(bytes: &[u8], offset: usize) -> u32 {
    match bytes.get(offset..offset + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// Reads the entry at `offset`; `bytes` ends where entries must.
pub(super) fn read(bytes: &[u8], seed: u32, offset: usize) -> Result<JournalRef<'_>, Damage> {
    let length = length_at(bytes, offset);
    if length == 0 {
        return Err(Damage::Absent);
    }
    // Compared before anything is added: on WebAssembly a sum with a wild length would overflow.
    let left = bytes.len() - offset;
    if !(ENTRY_HEADER..=left).contains(&(length as usize)) || aligned(length as usize) > left {
        return Err(Damage::Length(length));
    }
    let (end, next) = (offset + length as usize, entry_end(offset, length));
    let header: JournalEntry = bytemuck::pod_read_unaligned(&bytes[offset..offset + ENTRY_HEADER]);
    let computed = checksum(seed, offset, &header, &bytes[offset..next]);
    if computed != header.crc {
        return Err(Damage::Checksum { stored: header.crc, computed });
    }
    if !is_input(header.entry_type) && !is_output(header.entry_type) {
        return Err(Damage::Type(header.entry_type));
    }
    Ok(JournalRef { header, payload: &bytes[offset + ENTRY_HEADER..end], offset })
}
