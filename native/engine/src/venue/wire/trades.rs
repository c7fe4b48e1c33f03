//! Trade ids: free gap detectors, for a venue numbers the trades of a symbol without holes (S10, U10).

use super::counters::SyncCounters;
use super::sync::BACKWARD_RUN;
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};
use crate::venue::Outcome;

/// Last id of one trade stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TradeIds {
    last: Option<u64>,
    /// Length of the present run of older ids.
    backward: u32,
}

impl TradeIds {
    /// Decides on a trade of ids `first..=last`: `Events` means that it passes.
    #[inline]
    pub fn take(&mut self, first: u64, last: u64, counters: &mut SyncCounters) -> Outcome {
        if let Some(known) = self.last {
            if last <= known {
                return self.behind(last, known, counters);
            }
            if first > known + 1 {
                counters.trade_gaps += 1;
                counters.trades_missing += first - known - 1;
            }
        }
        self.last = Some(last);
        self.backward = 0;
        Outcome::Events
    }

    #[cold]
    fn behind(&mut self, last: u64, known: u64, counters: &mut SyncCounters) -> Outcome {
        self.backward += 1;
        if last == known {
            counters.duplicates += 1;
            return Outcome::Duplicate;
        }
        counters.out_of_order += 1;
        if self.backward < BACKWARD_RUN {
            return Outcome::Stale;
        }
        // S8, U8: the venue counts anew.
        *self = Self { last: Some(last), backward: 0 };
        Outcome::Events
    }

    pub fn save(self, w: &mut StateWriter) {
        w.u8(u8::from(self.last.is_some()));
        w.u64(self.last.unwrap_or(0));
        w.u32(self.backward);
    }

    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let has = r.u8()? != 0;
        let last = r.u64()?;
        Ok(Self { last: has.then_some(last), backward: r.u32()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_repeats_and_late_trades_are_counted() {
        let mut counters = SyncCounters::default();
        let mut ids = TradeIds::default();
        let mut take = |first, last| ids.take(first, last, &mut counters);
        assert_eq!(take(5, 5), Outcome::Events);
        assert_eq!(take(6, 8), Outcome::Events);
        assert_eq!(take(6, 8), Outcome::Duplicate);
        assert_eq!(take(7, 7), Outcome::Stale);
        assert_eq!(take(12, 12), Outcome::Events);
        assert_eq!((counters.trade_gaps, counters.trades_missing), (1, 3));
        assert_eq!((counters.duplicates, counters.out_of_order), (1, 1));
    }

    #[test]
    fn a_new_numbering_is_accepted_after_a_long_run() {
        let mut counters = SyncCounters::default();
        let mut ids = TradeIds::default();
        ids.take(1_000_000, 1_000_000, &mut counters);
        let passed = (1..=u64::from(BACKWARD_RUN))
            .filter(|id| ids.take(*id, *id, &mut counters) == Outcome::Events);
        assert_eq!(passed.collect::<Vec<_>>(), [u64::from(BACKWARD_RUN)]);
        assert_eq!(ids.take(300, 300, &mut counters), Outcome::Events);
    }
}
