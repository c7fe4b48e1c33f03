//! What strategies see: VIEW, EV and ROW are written when control is handed over, not before.

use super::features;
use super::handover::{Handover, NO_INSTRUMENT};
use super::memory::Memory;
use super::run::{Core, InHand};
use crate::book::{Book, Side};
use crate::event::Entry;
use crate::schema::{EventHeader, InstrumentView, code};

/// Numbers in the fixed part of an instrument's block.
pub const VIEW_FIELDS: usize = InstrumentView::SIZE / 8;

/// Marks a price that is not there.
const NONE: Entry = Entry { price: -1, quantity: 0 };

impl Core {
    /// Numbers that one instrument takes in VIEW.
    #[must_use]
    pub fn view_stride(&self) -> usize {
        VIEW_FIELDS + 4 * self.view_levels
    }

    /// Writes CTL, VIEW, EV and ROW for one hand-over.
    pub(super) fn hand_over(
        &mut self,
        mem: &mut Memory<'_>,
        handover: &Handover,
        hand: &InHand<'_>,
    ) {
        self.refresh_view(mem);
        let ctl = &mut *mem.ctl;
        ctl.time = self.relative(self.time);
        ctl.event = self.events as f64;
        ctl.seq = self.cause_seq as f64;
        ctl.strategy = f64::from(handover.strategy);
        ctl.trigger = f64::from(handover.trigger);
        ctl.timer = f64::from(handover.trigger);
        ctl.value = handover.value;
        ctl.instrument = if handover.instrument == NO_INSTRUMENT {
            -1.0
        } else {
            f64::from(handover.instrument)
        };
        ctl.row_length = 0.0;
        if handover.code == code::TRIGGER {
            self.write_row(mem, handover.instrument);
            if let Some(event) = hand.event {
                write_event(mem, event.header, event.bids, event.asks);
            }
        }
    }

    fn write_row(&mut self, mem: &mut Memory<'_>, instrument: u32) {
        if instrument as usize >= self.markets.len() {
            return;
        }
        let count = self.features.row(instrument, self.time, &self.markets, mem.row, mem.mask);
        mem.ctl.row_length = count as f64;
        self.stages.row(self.time, instrument, &mem.row[..count], &mem.mask[..count]);
    }

    /// Brings VIEW up to date for the instruments that changed since the last hand-over.
    pub fn refresh_view(&mut self, mem: &mut Memory<'_>) {
        let (stride, levels) = (self.view_stride(), self.view_levels);
        let epoch = self.epoch;
        while let Some(index) = self.dirty.pop() {
            let market = &mut self.markets[index as usize];
            market.dirty = false;
            let block = &mut mem.view[index as usize * stride..][..stride];
            let (bid, ask) = (market.bid.unwrap_or(NONE), market.ask.unwrap_or(NONE));
            let [quote_bid, quote_ask] = market.quote.unwrap_or([NONE; 2]);
            let view = InstrumentView {
                bid_price: bid.price as f64,
                bid_quantity: bid.quantity as f64,
                ask_price: ask.price as f64,
                ask_quantity: ask.quantity as f64,
                bid_levels: market.book.levels(Side::Bid) as f64,
                ask_levels: market.book.levels(Side::Ask) as f64,
                proof_level: f64::from(market.proof_level()),
                proof_reason: f64::from(market.proof_reason()),
                joined: f64::from(u8::from(market.joined)),
                sequence: market.sequence as f64,
                ts_event: market.ts_event.saturating_sub(epoch) as f64,
                ts_recv: market.ts_recv.saturating_sub(epoch) as f64,
                last_price: if market.counts.trades == 0 {
                    -1.0
                } else {
                    market.last_trade.price as f64
                },
                last_quantity: market.last_trade.quantity as f64,
                last_side: match market.last_side {
                    0 => -1.0,
                    side => f64::from(u8::from(side < 0)),
                },
                imbalance: features::touch_imbalance(market).unwrap_or(f64::NAN),
                quote_bid_price: quote_bid.price as f64,
                quote_bid_quantity: quote_bid.quantity as f64,
                quote_ask_price: quote_ask.price as f64,
                quote_ask_quantity: quote_ask.quantity as f64,
            };
            block[..VIEW_FIELDS].copy_from_slice(bytemuck::cast_slice(&[view]));
            let (bids, asks) = block[VIEW_FIELDS..].split_at_mut(2 * levels);
            write_levels(&market.book, Side::Bid, levels, &mut self.top, bids);
            write_levels(&market.book, Side::Ask, levels, &mut self.top, asks);
        }
    }
}

fn write_levels(book: &dyn Book, side: Side, levels: usize, top: &mut Vec<Entry>, out: &mut [f64]) {
    top.resize(levels, NONE);
    let n = book.top(side, top);
    for (i, pair) in out.chunks_exact_mut(2).enumerate() {
        let level = if i < n { top[i] } else { NONE };
        pair[0] = level.price as f64;
        pair[1] = level.quantity as f64;
    }
}

/// The event in hand, entries as far as the region reaches.
fn write_event(mem: &mut Memory<'_>, header: &EventHeader, bids: &[Entry], asks: &[Entry]) {
    let mut at = EventHeader::SIZE;
    mem.ev[..at].copy_from_slice(bytemuck::bytes_of(header));
    let mut written = 0;
    for entry in bids.iter().chain(asks) {
        let Some(to) = mem.ev.get_mut(at..at + Entry::SIZE) else { break };
        to.copy_from_slice(bytemuck::bytes_of(entry));
        at += Entry::SIZE;
        written += 1;
    }
    mem.ctl.entry_count = f64::from(written);
}
