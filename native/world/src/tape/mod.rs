//! Tapes: market events compiled from a journal or a recording; compact, indexed, seekable. No I/O:
//! slices in, bytes out.

mod block;
mod delta;
mod index;
mod meta;
mod opener;
mod order;
mod section;
mod varint;
mod writer;
mod zstd;

#[cfg(test)]
mod corruption_tests;
#[cfg(test)]
mod tests;

pub use block::{Block, BlockDecoder, Events, Expect, Located, MAX_BLOCK_ENTRIES, MAX_EVENT_ENTRIES};
pub use index::{BlockRef, TapeIndex};
pub use meta::{
    ClockCorrection, Codec, DEFAULT_BLOCK_EVENTS, MAX_BLOCK_EVENTS, Origin, TapeMeta,
};
pub use opener::TapeOpener;
pub use order::{SPAN_EVENTS, SPAN_NS, VenueOrder};
pub use section::VERSION;
pub use writer::{TapeEnd, TapeWriter};
