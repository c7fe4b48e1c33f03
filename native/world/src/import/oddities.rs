//! What is odd about events and is kept all the same: counted, with the place of the first.

use crate::import::id_ranges::IdRanges;
use crate::import::place::{Files, Place};
use crate::import::tally::{Correction, Corrections};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{EventRef, Instrument};

const OFF_TICK: &str = "price off the tick that was told";
const ZERO_QUANTITY: &str = "trade of quantity 0";
const REPEATED: &str = "trade whose id was seen before";
const ONE_SIDED: &str = "best quote with an empty side";
const CROSSED_QUOTE: &str = "best quote whose bid is above its ask";
const NO_SIDE: &str = "trade whose aggressor is not told";
const OFF_BOOK: &str = "trade off the book";
const BROKEN_BAR: &str = "bar that breaks low ≤ open, close ≤ high";
const SUSPICIOUS: &str = "tick that its source marks as suspicious";
/// Where `w2` of a tick of a table says that it is suspicious.
pub const SUSPICIOUS_BIT: u64 = 1 << 32;

/// Counts oddities of the events that are written.
#[derive(Clone, Debug, Default)]
pub struct Oddities {
    counts: Corrections,
    /// Trade ids by source.
    ids: Vec<IdRanges>,
    /// By instrument, the tick, where somebody told it.
    ticks: Vec<Option<i64>>,
}

impl Oddities {
    #[must_use]
    pub fn new(instruments: &[Instrument], sources: usize) -> Self {
        let told = |i: &Instrument| Some(i.current().tick).filter(|_| !i.current().inferred);
        Self {
            counts: Corrections::default(),
            ids: vec![IdRanges::default(); sources],
            ticks: instruments.iter().map(told).collect(),
        }
    }

    /// Whether an event is a trade whose id its source has had before; remembers it.
    #[inline]
    pub fn is_repeated(&mut self, event: EventRef<'_>) -> bool {
        let header = event.header;
        let ids = self.ids.get_mut(header.source as usize);
        header.kind == kind::TRADE
            && header.aux != 0
            && ids.is_some_and(|of| !of.insert(header.aux))
    }

    /// Counts what is odd about an event.
    #[inline]
    pub fn event(&mut self, event: EventRef<'_>, repeated: bool, place: Place) {
        match event.header.kind {
            kind::TRADE => self.trade(event, repeated, place),
            kind::QUOTE => self.quote(event, place),
            kind::BAR if event.header.aux != 0 => self.counts.add(BROKEN_BAR, place),
            _ => {}
        }
    }

    #[inline]
    fn trade(&mut self, event: EventRef<'_>, repeated: bool, place: Place) {
        let header = event.header;
        let Some(trade) = event.bids.first().or(event.asks.first()) else { return };
        let tick = self.ticks.get(header.instrument as usize).copied().flatten();
        let of_flag = |flag: u8| header.flags & flag != 0;
        let odd = [
            (tick.is_some_and(|tick| trade.price % tick != 0), OFF_TICK),
            (trade.quantity == 0, ZERO_QUANTITY),
            (repeated, REPEATED),
            (of_flag(event_flag::NO_SIDE), NO_SIDE),
            (of_flag(event_flag::OFF_BOOK), OFF_BOOK),
            (header.w2 & SUSPICIOUS_BIT != 0, SUSPICIOUS),
        ];
        odd.iter().filter(|(is, _)| *is).for_each(|(_, rule)| self.counts.add(rule, place));
    }

    #[inline]
    fn quote(&mut self, event: EventRef<'_>, place: Place) {
        let ([bid], [ask]) = (event.bids, event.asks) else { return };
        if bid.quantity == 0 || ask.quantity == 0 {
            self.counts.add(ONE_SIDED, place);
        } else if bid.price > ask.price {
            self.counts.add(CROSSED_QUOTE, place);
        }
        if event.header.w2 & SUSPICIOUS_BIT != 0 {
            self.counts.add(SUSPICIOUS, place);
        }
    }

    #[must_use]
    pub fn report(&self, files: &Files) -> Vec<Correction> {
        self.counts.report(files)
    }
}
