//! Books that are not known any more: lost by a hole, or by a frame that was refused.

use super::desk::Desk;
use crate::event::{EventHeader, kind};
use crate::schema::proof_reason;

impl Desk<'_> {
    /// The book is not known any more: a reset now, updates again after the next snapshot.
    pub fn lose(&mut self, slot: usize, reason: u8) {
        if !self.is_learning() {
            self.out.rollback();
            self.slots.list[slot].lose(reason, self.ts_recv, self.out);
        }
    }

    /// The same for a hole that the venue's numbers show: counted.
    pub fn gap(&mut self, slot: usize) {
        if !self.is_learning() {
            self.slots.list[slot].counters.gaps += 1;
            self.lose(slot, proof_reason::GAP);
        }
    }

    /// Undoes a refused frame: nothing of it may stay, and a book that it may have been about is lost
    /// unless the next update's number would show the hole.
    pub(super) fn refuse(&mut self, length: usize, code: &str) {
        let new = &self.out.headers()[length..];
        let resets: Vec<EventHeader> =
            new.iter().filter(|h| h.kind == kind::RESET).copied().collect();
        self.out.truncate(length);
        // A break that was found before the fault is one all the same.
        resets.into_iter().for_each(|reset| self.out.commit(reset));
        match self.place {
            Some(place) => self.slots.list[place].counters.refused += 1,
            None => self.slots.refused += 1,
        }
        if self.is_learning() {
            return;
        }
        // What these books announced was undone with the frame.
        while let Some(slot) = self.slots.changed.pop() {
            self.lose(slot, proof_reason::REFUSED_FRAME);
        }
        let concerned = match self.place {
            Some(place) => place..place + 1,
            // It is about an instrument that is not followed.
            None if code == "E_SYMBOL" => 0..0,
            None => 0..self.slots.list.len(),
        };
        for slot in concerned {
            if !self.slots.list[slot].is_numbered() {
                self.lose(slot, proof_reason::REFUSED_FRAME);
            }
        }
    }
}
