//! Codec `delta`: exact for any value, small for what markets send, byte-aligned so that it decodes
//! without bit shuffling.
//!
//! A *stream* is (instrument, source, kind): the state that values are predicted from. A *class* is
//! a stream, flags, how each header word follows from the state, and the shape of both lists; a
//! block has a handful, so that one byte an event says all that. A body is, in this order:
//!
//! 1. streams: count, then for each instrument, source, kind, price step, quantity step;
//! 2. classes: count, then for each stream, flags, rules, shapes; then lengths of 4 and 6;
//! 3. class of each event: one byte, or two where there are more than 256 classes;
//! 4. fields: varints of the words that do not follow exactly, counts of long lists;
//! 5. controls: one byte an entry (`entry`);
//! 6. data: bytes of prices and quantities that do not fit into the control.
//!
//! State starts anew with each block, so that any block can be read alone.

mod class;
mod decode;
mod encode;
mod entry;
mod intern;
mod step;

pub use decode::Decoder;
pub use encode::Encoder;

use super::varint::MAX_BYTES;

/// Most bytes of fields an event: two times, four words, two counts.
const MAX_FIELDS: usize = 8 * MAX_BYTES;
/// Most bytes of prologue an event: a stream and a class of its own, and its class's number.
const MAX_PROLOGUE: usize = 12 * MAX_BYTES;

/// Upper bound of a body's length: what a reader may allocate before it has seen one.
#[must_use]
pub const fn max_bytes(events: usize, entries: usize) -> usize {
    4 * MAX_BYTES + events * (MAX_FIELDS + MAX_PROLOGUE) + entries * (1 + entry::MAX_DATA)
}

#[cfg(test)]
mod tests;
