//! State of all instruments of a feed, and what a message does to it.

use super::decode::Parsed;
use super::family::Family;
use super::slot::Slot;
use super::view::View;
use crate::error::FrameError;
use crate::event::{Entry, EventBuf, EventHeader, kind};
use crate::venue::Outcome;
use crate::venue::wire::drift::DriftLog;

/// What a message changes.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    pub list: Vec<Slot>,
    pub drift: DriftLog,
    pub strict: bool,
    /// Frames refused before their instrument was known.
    pub refused: u64,
}

impl Slots {
    /// Slots stand by rising directory index.
    pub(super) fn place(&self, instrument: u32) -> Option<usize> {
        self.list.binary_search_by_key(&instrument, |slot| slot.instrument).ok()
    }

    #[cold]
    pub(super) fn refuse(&mut self, place: Option<usize>, length: usize, out: &mut EventBuf) {
        out.truncate(length);
        match place {
            Some(place) => self.list[place].counters.refused += 1,
            None => self.refused += 1,
        }
    }

    /// Hands a message to the state of its instrument. `view`: its members, where not a template's.
    #[inline]
    pub(super) fn take(
        &mut self,
        parsed: &Parsed,
        view: Option<View<'_>>,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        let first = &self.list[parsed.slot].first[parsed.family as usize];
        if view.is_some_and(|v| !v.fields.unknown.is_empty()) || !first.is(parsed.shape) {
            self.compare(parsed, view)?;
        }
        let slot = &mut self.list[parsed.slot];
        let header = parsed.header;
        let passes = match parsed.family {
            Family::Depth => return Ok(slot.book.depth(header, &mut slot.counters, out)),
            Family::Snapshot => return Ok(slot.book.snapshot(header, &mut slot.counters, out)),
            Family::Trade => slot.trades.take(header.w0, header.w1, &mut slot.counters),
            Family::AggTrade => slot.aggregates.take(header.w0, header.w1, &mut slot.counters),
            _ => Outcome::Events,
        };
        if passes != Outcome::Events {
            out.rollback();
            return Ok(passes);
        }
        out.commit(header);
        if let Some(rate) = parsed.funding {
            let rate = Entry { price: rate, quantity: 1 };
            out.push(EventHeader { kind: kind::FUNDING, ..header }, &[rate], &[]);
        }
        Ok(Outcome::Events)
    }

    /// S17: a message against the first of its stream.
    #[cold]
    pub(super) fn compare(
        &mut self,
        parsed: &Parsed,
        view: Option<View<'_>>,
    ) -> Result<(), FrameError> {
        let family = parsed.family;
        let first = &mut self.list[parsed.slot].first[family as usize];
        let unknown = view.map(|v| (v.frame, v.fields));
        let drift = &mut self.drift;
        let differs = first.compare(parsed.shape, unknown, |field, change| {
            drift.add(family.name(), field, change, parsed.header.ts_recv);
        });
        if differs && self.strict {
            let at = view.map_or(0, |v| v.fields.at);
            return Err(FrameError::new("E_FRAME_DRIFT", at, "the fields of the first message"));
        }
        Ok(())
    }
}
