//! From events to rows, in the order in which a session goes about it: what is due before an event, the
//! event on its market, the event for the kernels, then its row.

use super::buffer::{RowBuffer, RowHead};
use tickwright_engine::core::{Batch, Cursor, Market};
use tickwright_engine::event::EventRef;
use tickwright_engine::features::clock::EventClock;
use tickwright_engine::features::{FeatureEngine, FeatureSet};
use tickwright_engine::{CoreError, Directory};

/// When rows are taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace {
    On(EventClock),
    /// At multiples of so many ns since 1970, after all events of that moment.
    Every(i64),
}

/// A tape's markets and a set's kernels on their way through its events.
pub struct RowWalker {
    engine: FeatureEngine,
    markets: Vec<Market>,
    pace: Pace,
    /// By instrument.
    wanted: Vec<bool>,
    /// Of rows: the first, and the one behind the last.
    times: (i64, i64),
    next_due: i64,
    time: i64,
    events: u64,
    mask: Vec<u8>,
    ended: bool,
}

impl RowWalker {
    pub(super) fn new(
        set: FeatureSet,
        directory: &Directory,
        epoch: i64,
        pace: Pace,
        wanted: Vec<bool>,
        times: (i64, i64),
    ) -> Result<Self, CoreError> {
        let engine = FeatureEngine::new(set, directory, epoch)?;
        let markets: Result<Vec<_>, _> = directory.instruments.iter().map(Market::new).collect();
        let next_due = match pace {
            Pace::On(_) => i64::MAX,
            Pace::Every(period) => {
                epoch.div_euclid(period).saturating_add(1).saturating_mul(period)
            }
        };
        let mask = vec![0; engine.names().len()];
        let (markets, time) = (markets?, epoch);
        Ok(Self {
            engine,
            markets,
            pace,
            wanted,
            times,
            next_due,
            time,
            events: 0,
            mask,
            ended: false,
        })
    }

    /// Names of a row's values.
    #[must_use]
    pub fn names(&self) -> &[String] {
        self.engine.names()
    }

    /// Identity of the set.
    #[must_use]
    pub fn set_hash(&self) -> String {
        self.engine.set().hash()
    }

    /// Nulls in the rows so far, by column.
    #[must_use]
    pub fn nulls(&self) -> &[u64] {
        self.engine.nulls()
    }

    /// No later event makes a row: the last wanted moment has passed.
    #[must_use]
    pub const fn ended(&self) -> bool {
        self.ended
    }

    /// Goes on from `cursor`; false where `rows` are full before the batch is done.
    pub fn run(&mut self, batch: Batch<'_>, cursor: &mut Cursor, rows: &mut RowBuffer) -> bool {
        while let Some(header) = batch.headers.get(cursor.event) {
            if rows.is_full() {
                return false;
            }
            if self.fire_next(header.ts_recv.saturating_sub(1), rows) {
                continue;
            }
            self.ended = self.ended || header.ts_recv >= self.times.1;
            if self.ended {
                return true;
            }
            let middle = cursor.entry + header.bids as usize;
            let last = middle + header.asks as usize;
            let (bids, asks) = (&batch.entries[cursor.entry..middle], &batch.entries[middle..last]);
            *cursor = Cursor { event: cursor.event + 1, entry: last };
            self.apply(EventRef { header, bids, asks }, rows);
        }
        true
    }

    /// What is due up to the tape's end; false where `rows` are full before that.
    pub fn finish(&mut self, end: i64, rows: &mut RowBuffer) -> bool {
        loop {
            if rows.is_full() {
                return false;
            }
            if !self.fire_next(end, rows) {
                return true;
            }
        }
    }

    fn apply(&mut self, event: EventRef<'_>, rows: &mut RowBuffer) {
        let header = event.header;
        let market = header.instrument as usize;
        self.time = self.time.max(header.ts_recv);
        self.events += 1;
        self.engine.before(header.ts_recv, &self.markets);
        self.markets[market].apply(event);
        self.engine.event(event, self.time, &self.markets);
        if let Pace::On(on) = self.pace
            && on.ticks(header.kind, self.markets[market].touch_changed)
        {
            self.row(header.instrument, rows);
        }
    }

    /// Rows of the next due time at or before `until`; false where there is none.
    fn fire_next(&mut self, until: i64, rows: &mut RowBuffer) -> bool {
        let Pace::Every(period) = self.pace else { return false };
        let due = self.next_due;
        if due > until.min(self.times.1.saturating_sub(1)) {
            return false;
        }
        self.next_due = due.saturating_add(period);
        self.time = self.time.max(due);
        self.engine.advance(due, &self.markets);
        for instrument in 0..self.wanted.len() as u32 {
            self.row(instrument, rows);
        }
        true
    }

    fn row(&mut self, instrument: u32, rows: &mut RowBuffer) {
        let (time, events) = (self.time, self.events);
        if !self.wanted[instrument as usize] || time < self.times.0 {
            return;
        }
        let values = rows.push(RowHead { time, instrument, events });
        self.engine.row(instrument, time, &self.markets, values, &mut self.mask);
    }
}
