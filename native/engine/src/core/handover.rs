//! What the core hands to the engine, queued so that all triggers of one event see its end.

/// One code for one strategy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handover {
    pub code: u8,
    pub strategy: u32,
    /// Place in the strategy's trigger list; for TIMER the timer's id.
    pub trigger: u32,
    /// `u32::MAX` where there is none.
    pub instrument: u32,
    /// For BOOK the reason, for a threshold 1 (above) or −1 (below).
    pub value: f64,
}

/// No instrument goes with the hand-over.
pub const NO_INSTRUMENT: u32 = u32::MAX;

/// First in, first out; keeps its memory.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    items: Vec<Handover>,
    head: usize,
}

impl Queue {
    pub fn push(&mut self, item: Handover) {
        self.items.push(item);
    }

    pub fn pop(&mut self) -> Option<Handover> {
        let item = self.items.get(self.head).copied()?;
        self.head += 1;
        if self.head == self.items.len() {
            self.items.clear();
            self.head = 0;
        }
        Some(item)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}
