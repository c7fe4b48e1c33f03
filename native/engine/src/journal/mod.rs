//! Journal entries and segments over slices: no file is touched here.
//!
//! A segment is one block of memory: a header of 4,096 bytes, then entries at multiples of 16. An
//! entry becomes visible when its length is stored, last of all, so that whoever dies in between
//! leaves an entry that is not there. Whoever owns the memory (a mapped file, a WebAssembly buffer)
//! passes it to each call; writer and scan are plain state.
//!
//! Nothing in a segment can change without being noticed: each entry's checksum also depends on the
//! segment, the place and the length; seqs have no gap; unused header bytes are zero; a closed
//! segment carries a hash over all its entries, and the next one repeats it. Only bytes behind the
//! last entry of an open segment may be lost, and those are counted.

mod chain;
mod entry;
mod header;
mod reader;
mod writer;

#[cfg(test)]
mod corruption_tests;
#[cfg(test)]
mod tests;

pub use chain::{Chain, JournalReport, manifest_hash};
pub use entry::{JournalRef, entry_end, is_input, is_output};
pub use header::{Closed, SegmentStart, read_closed};
pub use reader::{SegmentEnd, SegmentReader, SegmentScan};
pub use tickwright_schema::{JournalEntry, SegmentHeader};
pub use writer::{JournalWriter, Recovery};

/// Bytes in front of the first entry of a segment.
pub const SEGMENT_HEADER: usize = 4_096;

/// Left free behind an input for the outputs that it causes; see [`output_reserve`].
pub const OUTPUT_RESERVE: usize = 1 << 20;

/// Header of an entry, in front of its payload.
pub const ENTRY_HEADER: usize = JournalEntry::SIZE;

/// The smallest and the largest segment. Lengths are stored in 32 bits.
pub const MIN_SEGMENT: usize = 2 * SEGMENT_HEADER;
/// See [`MIN_SEGMENT`].
pub const MAX_SEGMENT: usize = (u32::MAX as usize) & !(SEGMENT_HEADER - 1);

/// What is left free behind an input in a segment of `capacity` bytes: a small segment keeps a
/// quarter.
#[must_use]
pub const fn output_reserve(capacity: usize) -> usize {
    let quarter = (capacity / 4) & !15;
    if quarter < OUTPUT_RESERVE { quarter } else { OUTPUT_RESERVE }
}

/// What stays of a segment's memory once it is closed: whole pages, and always the zero length word
/// behind its last entry, for a reader that follows looks there.
#[must_use]
pub const fn kept_length(closed_length: usize, capacity: usize) -> usize {
    let pages = (closed_length + 8).next_multiple_of(SEGMENT_HEADER);
    if pages < capacity { pages } else { capacity }
}
