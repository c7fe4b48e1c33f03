//! What a protocol notes beside events: which book a frame is about, what is missing, what is passed over.

use super::desk::Desk;
use crate::venue::Outcome;

impl Desk<'_> {
    /// The frame speaks of this instrument, by a number or a name that an earlier one gave: its refusal
    /// is counted there.
    pub fn about(&mut self, slot: usize) {
        self.place = Some(slot);
    }

    /// The frame is about this book: lost where the frame is refused.
    pub fn touch(&mut self, slot: usize) {
        if self.slots.changed.last() != Some(&slot) {
            self.slots.changed.push(slot);
        }
    }

    /// A message that came before, by a number of the connection: dropped and counted.
    pub fn repeated(&mut self, slot: usize) -> Outcome {
        self.slots.list[slot].counters.duplicates += 1;
        Outcome::Duplicate
    }

    /// Trades of before the stream, which venues send with its first message: not taken, counted.
    pub fn pass_over(&mut self, slot: usize, trades: u64) {
        self.slots.list[slot].counters.stale += trades;
    }
}
