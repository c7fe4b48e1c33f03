//! What both versions share: whose message it is, books and their windows, prints that wait for the
//! frame's end.

use super::window::{Window, depth_of};
use super::{v1, v2};
use crate::book::Side;
use crate::error::{CoreError, FrameError};
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::lexer::Type;
use crate::venue::wire::{BookKind, Channel, Desk, Json, Print, feed};
use crate::venue::{Outcome, Sequence, Venue};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub(super) struct Protocol {
    /// By slot.
    windows: Vec<Window>,
    /// Depths that replies to subscriptions told, by symbol (K6).
    pub(super) depths: BTreeMap<Vec<u8>, u32>,
    /// Decimals of the venue's instrument channel, by symbol: a survey's.
    pub(super) decimals: BTreeMap<Vec<u8>, (u8, u8)>,
    /// Levels of the message in hand, bids and asks.
    pub(super) levels: [Vec<Entry>; 2],
    pub(super) prints: Vec<(usize, Print)>,
}

/// A book message without its levels.
#[derive(Clone, Copy, Debug)]
pub(super) struct BookMessage {
    pub slot: usize,
    pub is_snapshot: bool,
    /// Levels a side that were subscribed to; none where the message does not tell.
    pub depth: Option<u32>,
    pub ts_event: Option<i64>,
    pub checksum: Option<u32>,
}

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Stream(Sequence::Unnumbered);
    const CHANNELS: &'static [Channel] = &[Channel::Depth, Channel::Trade, Channel::Quote];

    fn new(_: Venue) -> Self {
        Self::default()
    }

    /// K1: lists are data of v1, objects are v2 and replies of both.
    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let top = Json::open(frame)?;
        if top.of() == Type::Array { v1::data(self, top, on) } else { v2::message(self, top, on) }
    }

    fn disconnected(&mut self) {
        self.windows.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        w.u32(self.windows.len() as u32);
        self.windows.iter().for_each(|window| window.save(w));
        w.u32(self.depths.len() as u32);
        for (symbol, depth) in &self.depths {
            w.bytes(symbol);
            w.u32(*depth);
        }
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.windows.clear();
        for _ in 0..r.u32()? {
            self.windows.push(Window::restore(r)?);
        }
        self.depths.clear();
        for _ in 0..r.u32()? {
            let symbol = r.bytes()?.to_vec();
            self.depths.insert(symbol, r.u32()?);
        }
        Ok(())
    }
}

impl Protocol {
    /// Forgets what a frame before left.
    pub(super) fn clear(&mut self) {
        self.levels.iter_mut().for_each(Vec::clear);
        self.prints.clear();
    }

    pub(super) fn level(
        &mut self,
        (side, slot): (Side, usize),
        (price, quantity): (Json<'_>, Json<'_>),
        on: &mut Desk<'_>,
    ) -> Result<(), FrameError> {
        let (price, quantity) = (on.price(slot, price)?, on.quantity(slot, quantity)?);
        self.levels[side as usize].push(Entry { price, quantity });
        Ok(())
    }

    /// Tells the desk of the book message whose levels were read.
    pub(super) fn book(&mut self, message: BookMessage, on: &mut Desk<'_>) -> Outcome {
        let slot = message.slot;
        if on.is_learning() {
            return Outcome::Events;
        }
        if message.is_snapshot {
            let [bids, asks] = &self.levels;
            let depth = message.depth.unwrap_or_else(|| depth_of(bids.len().max(asks.len())));
            if self.windows.len() <= slot {
                self.windows.resize(slot + 1, Window::default());
            }
            self.windows[slot].load(depth, [bids, asks]);
        } else if !on.wants_snapshot(slot)
            && let Some(window) = self.windows.get_mut(slot)
        {
            // K7: the book of the last snapshot is the one that is kept.
            if message.depth.is_some_and(|depth| depth != window.depth()) {
                return Outcome::Ignored("book of another depth");
            }
            for side in Side::BOTH {
                window.apply(side, &mut self.levels[side as usize]);
            }
        }
        let header = self.header(message, on);
        self.levels.iter().flatten().for_each(|level| on.entry(*level));
        if message.is_snapshot { on.snapshot(slot, header) } else { on.update(slot, header) }
    }

    fn header(&self, message: BookMessage, on: &Desk<'_>) -> EventHeader {
        let header = on.header(message.slot, Channel::Depth, kind::DEPTH, message.ts_event);
        let checksum = if message.checksum.is_some() { event_flag::CHECKSUM } else { 0 };
        EventHeader {
            bids: self.levels[0].len() as u32,
            asks: self.levels[1].len() as u32,
            aux: message.checksum.map_or(0, u64::from),
            flags: header.flags | checksum,
            ..header
        }
    }

    /// K10: both sides empty is a book that has not opened yet.
    pub(super) fn quote(
        &self,
        slot: usize,
        ts_event: Option<i64>,
        [bid, ask]: [Entry; 2],
        on: &mut Desk<'_>,
    ) -> Outcome {
        if bid.quantity == 0 && ask.quantity == 0 && !on.is_learning() {
            return Outcome::Ignored("quote of an empty book");
        }
        let header = on.header(slot, Channel::Quote, kind::QUOTE, ts_event);
        on.quote(header, bid, ask)
    }
}

/// The checksum is an unsigned 32-bit number, text in v1.
pub(super) fn checksum(value: Json<'_>) -> Result<u32, FrameError> {
    let number = value.unsigned("checksum")?;
    u32::try_from(number).map_err(|_| FrameError::new("E_NUMBER", value.at(), "a CRC-32"))
}
