//! Tapes: market events in blocks that can be sought, checked to the last byte, and read in place.
//! No I/O here: slices in, bytes out.
//!
//! Every byte lies in a section (head, block, footer) or the trailer, each under a CRC-32. Blocks
//! are chained: each names the hash of the one before it, block 0 that of the head, and the footer
//! lists all, so that swapped, repeated, missing and foreign blocks are found. The hash is over a
//! section's prefix and header, which hold its CRC: reading checks the chain by comparing stored
//! values.

mod block;
mod delta;
mod index;
mod meta;
mod open;
mod order;
mod recode;
mod section;
mod varint;
mod writer;
mod zstd;

pub use block::{
    Block, BlockDecoder, Events, Expect, Located, MAX_BLOCK_ENTRIES, MAX_EVENT_ENTRIES,
};
pub use index::{BlockRef, TapeIndex};
pub use meta::{ClockCorrection, Codec, DEFAULT_BLOCK_EVENTS, MAX_BLOCK_EVENTS, Origin, TapeMeta};
pub use open::{Need, TapeOpener};
pub use order::{SPAN_EVENTS, SPAN_NS, VenueOrder, VenueSorter};
pub use recode::{ReadBlock, Recode, Recoder, WriteBytes, recode, recode_bytes};
pub use section::{ALIGN, VERSION};
pub use writer::{Footer, TapeWriter};

// Bodies are cast, not converted.
const _: () = assert!(cfg!(target_endian = "little"));

#[cfg(test)]
pub(crate) mod tests;
