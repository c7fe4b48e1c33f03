//! Best levels (MBP-1, MBP-10): a view of the book after each event, and trades.

use crate::orders::trade;
use crate::records::{Out, Scale, Taken};
use dbn::{BidAskPair, FlagSet};
use tickwright_engine::FrameError;
use tickwright_engine::event::{Entry, EventHeader, event_flag, kind};

/// The view of one instrument as it was written last.
#[derive(Debug, Default)]
pub struct View {
    written: bool,
    bids: Vec<Entry>,
    asks: Vec<Entry>,
    /// For the one that comes, kept for their memory.
    new_bids: Vec<Entry>,
    new_asks: Vec<Entry>,
}

/// What records of both depths say.
pub struct Record<'a> {
    pub action: u8,
    pub side: u8,
    pub price: Option<i64>,
    pub size: u32,
    pub flags: FlagSet,
    pub sequence: u32,
    pub levels: &'a [BidAskPair],
    pub base: EventHeader,
}

impl View {
    /// # Errors
    /// `E_SCALE` for a price that the first pass did not see.
    pub fn record(
        &mut self,
        record: &Record<'_>,
        scale: Scale,
        out: &mut Out<'_>,
    ) -> Result<Taken, FrameError> {
        let mut taken = Taken::Ignored("record that changes no level");
        if record.action == b'T' {
            taken = trade(out, record.base, record.side, record.price, record.size);
        }
        // Within an event the levels are on their way: what counts is how it ends.
        if !record.flags.is_last() {
            return Ok(if record.action == b'T' { taken } else { Taken::Data });
        }
        self.read(record.levels, scale)?;
        if self.written && self.new_bids == self.bids && self.new_asks == self.asks {
            return Ok(taken);
        }
        self.written = true;
        std::mem::swap(&mut self.bids, &mut self.new_bids);
        std::mem::swap(&mut self.asks, &mut self.new_asks);
        let header = EventHeader {
            kind: kind::SNAPSHOT,
            flags: record.base.flags | event_flag::PARTIAL,
            w1: record.sequence.into(),
            ..record.base
        };
        out.events.push(header, &self.bids, &self.asks);
        Ok(Taken::Data)
    }

    /// Levels that are there: one without a price or a quantity is not.
    fn read(&mut self, levels: &[BidAskPair], scale: Scale) -> Result<(), FrameError> {
        self.new_bids.clear();
        self.new_asks.clear();
        for level in levels {
            let sides = [
                (&mut self.new_bids, level.bid_px, level.bid_sz),
                (&mut self.new_asks, level.ask_px, level.ask_sz),
            ];
            for (entries, price, size) in sides {
                if let Some(price) = scale.price(price)?.filter(|_| size > 0) {
                    entries.push(Entry { price, quantity: size.into() });
                }
            }
        }
        Ok(())
    }
}
