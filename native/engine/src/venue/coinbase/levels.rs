//! Levels that name their side, in any order: an event has its bids in front.

use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader};
use crate::venue::wire::{Desk, Json};

/// Asks wait here until the bids are through; empty between messages.
#[derive(Clone, Debug, Default)]
pub(super) struct SidedLevels {
    asks: Vec<Entry>,
    bids: u32,
}

impl SidedLevels {
    /// What is left of a refused message goes.
    pub fn start(&mut self) {
        self.asks.clear();
        self.bids = 0;
    }

    /// A level; bids go on to the event in hand.
    pub fn add(
        &mut self,
        slot: usize,
        side: Side,
        (price, quantity): (Json<'_>, Json<'_>),
        on: &mut Desk<'_>,
    ) -> Result<(), FrameError> {
        let entry = Entry { price: on.price(slot, price)?, quantity: on.quantity(slot, quantity)? };
        match side {
            Side::Bid => {
                on.entry(entry);
                self.bids += 1;
            }
            Side::Ask => self.asks.push(entry),
        }
        Ok(())
    }

    /// All of them into the event in hand, counted in its header.
    pub fn finish(&mut self, header: &mut EventHeader, on: &mut Desk<'_>) {
        header.bids = self.bids;
        header.asks = self.asks.len() as u32;
        self.asks.drain(..).for_each(|entry| on.entry(entry));
        self.bids = 0;
    }
}
