//! Another future: the events from a point of a tape on, cut off, changed or delayed.

use crate::generator::Rng;
use tickwright_engine::Directory;
use tickwright_engine::core::Batch;
use tickwright_engine::event::{Entry, EventBuf, EventHeader, EventRef, kind};

/// What becomes of the events behind a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Future {
    /// They never come.
    Cut,
    /// All prices lie some ticks elsewhere, and quantities are multiplied.
    Changed,
    /// They are received later.
    Delayed,
}

impl Future {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Changed => "changed",
            Self::Delayed => "delayed",
        }
    }
}

/// A point of a tape and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The first event that is not as it was.
    pub event: u64,
    pub future: Future,
    pub seed: u64,
}

/// Points spread at random over a tape, in its order; the three futures in turn.
#[must_use]
pub fn draw_cuts(count: u32, seed: u64, events: u64) -> Vec<Cut> {
    let mut rng = Rng::new(seed);
    let futures = [Future::Cut, Future::Changed, Future::Delayed].into_iter().cycle();
    let draw = |future| {
        // Something has come before each point, and something comes behind it.
        let event = 1 + rng.below(events.saturating_sub(1));
        Cut { event, future, seed: rng.next_u64() }
    };
    let mut cuts: Vec<_> = futures.take(count as usize).map(draw).collect();
    cuts.sort_by_key(|cut| cut.event);
    cuts
}

/// Most ticks by which prices are moved, and the largest factor of a quantity.
const MOST_TICKS: u64 = 100;
const MOST_FACTOR: u64 = 4;
/// Delays are powers of two of this many ns, up to 8.6 s.
const DELAY_NS: i64 = 1_024;
const DELAYS: u64 = 24;

/// Turns the events of a tape into those of another future.
pub(super) struct Rewriter {
    cut: Cut,
    rng: Rng,
    /// By instrument: what is added to prices.
    shifts: Vec<i64>,
    delay: i64,
    /// Receive time of the first event that is not as it was.
    parted: Option<i64>,
    events: EventBuf,
}

impl Rewriter {
    pub(super) fn new(cut: Cut, directory: &Directory) -> Self {
        let mut rng = Rng::new(cut.seed);
        let mut shift = |tick: i64| {
            let ticks = 1 + rng.below(MOST_TICKS) as i64;
            tick.saturating_mul(if rng.chance(0.5) { ticks } else { -ticks })
        };
        let shifts = directory.instruments.iter().map(|i| shift(i.current().tick)).collect();
        let delay = if cut.future == Future::Delayed { DELAY_NS << rng.below(DELAYS) } else { 0 };
        Self { cut, rng, shifts, delay, parted: None, events: EventBuf::new() }
    }

    /// The events of a batch that begins with the `first` event of the tape.
    pub(super) fn batch<'a>(&'a mut self, first: u64, batch: Batch<'a>) -> Batch<'a> {
        let count = batch.headers.len();
        let kept = usize::try_from(self.cut.event.saturating_sub(first)).unwrap_or(count);
        if kept >= count {
            return batch;
        }
        self.parted = self.parted.or(Some(batch.headers[kept].ts_recv));
        self.events.clear();
        let mut entries = batch.entries;
        for (at, header) in batch.headers.iter().enumerate() {
            let (bids, rest) = entries.split_at(header.bids as usize);
            let (asks, rest) = rest.split_at(header.asks as usize);
            entries = rest;
            if at < kept {
                self.events.push(*header, bids, asks);
            } else if self.cut.future != Future::Cut {
                self.rewritten(EventRef { header, bids, asks });
            }
        }
        Batch { headers: self.events.headers(), entries: self.events.entries() }
    }

    /// When the tape ends in this future: one that was cut ends right before its next event came.
    pub(super) fn end(&self, end: i64) -> i64 {
        match (self.cut.future, self.parted) {
            (Future::Cut, Some(parted)) => parted.saturating_sub(1),
            _ => end.saturating_add(self.delay),
        }
    }

    fn rewritten(&mut self, event: EventRef<'_>) {
        let ts_recv = event.header.ts_recv.saturating_add(self.delay);
        let header = EventHeader { ts_recv, ..*event.header };
        if self.cut.future == Future::Delayed {
            return self.events.push(header, event.bids, event.asks);
        }
        for entry in event.bids.iter().chain(event.asks) {
            let other = self.entry(&header, *entry);
            self.events.entries_mut().push(other);
        }
        self.events.commit(header);
    }

    /// An entry at another price and with another quantity, as far as its event leaves them free.
    fn entry(&mut self, header: &EventHeader, entry: Entry) -> Entry {
        let shift = self.shifts[header.instrument as usize];
        let factor = 1 + self.rng.below(MOST_FACTOR) as i64;
        // A removal stays one, and what was empty stays empty.
        let quantity = entry.quantity.checked_mul(factor).unwrap_or(entry.quantity);
        let moved = entry.price.saturating_add(shift);
        let price = if moved > 0 { moved } else { entry.price };
        match header.kind {
            kind::DEPTH | kind::SNAPSHOT | kind::QUOTE | kind::TRADE | kind::LIQUIDATION => {
                Entry { price, quantity }
            }
            kind::ORDER_ADD | kind::ORDER_MODIFY => Entry { price, quantity },
            // Those of an order name the price that it rests at.
            kind::ORDER_CANCEL | kind::ORDER_EXECUTE => entry,
            kind::OPEN_INTEREST => Entry { quantity, ..entry },
            // Their quantities say what the entry is.
            kind::MARK | kind::BAR if entry.quantity == 1 => Entry { price, ..entry },
            kind::FUNDING => Entry { price: moved, ..entry },
            _ => entry,
        }
    }
}
