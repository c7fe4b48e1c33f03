//! Sync of a book that a venue tells order by order.

use super::counters::SyncCounters;
use super::held::HeldFrames;
use super::order_ids::OrderIds;
use super::sync::{BACKWARD_RUN, reset};
use crate::error::CoreError;
use crate::event::{EventBuf, EventHeader};
use crate::schema::proof_reason;
use crate::state::{StateReader, StateWriter};
use crate::venue::Outcome;

/// How messages about orders follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderRule {
    /// The venue tells no orders.
    None,
    /// Each number is the one before plus 1. A book starts with a snapshot: until it comes, frames are held.
    Counted,
    /// Times in place of numbers: a hole does not show, and a book can do without a snapshot. Frames pass; until a
    /// snapshot comes they are kept too, for those behind it are told again.
    Timed,
}

/// How far the book is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// No message about an order came.
    Unseen,
    /// No snapshot came.
    Waiting,
    /// All through this number is out.
    Live(u64),
}

/// What to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is the next one.
    Take,
    /// Nothing now: it waits, or was known.
    Pass(Outcome),
}

/// What [`OrderSync::turn`] finds; a break is for the caller to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Turn(Turn),
    /// The book is lost for this reason; the message is the first of a new start.
    Break(u8),
}

/// The state of one book's synchronisation, and the orders' numbers.
#[derive(Clone, Debug)]
pub struct OrderSync {
    rule: OrderRule,
    phase: Phase,
    held: HeldFrames,
    /// Frames were dropped from those held: the first is not the first that came.
    dropped: bool,
    /// Length of the present run of messages behind the book.
    backward: u32,
    had_snapshot: bool,
    pub(super) ids: OrderIds,
}

impl OrderSync {
    #[must_use]
    pub fn new(rule: OrderRule) -> Self {
        Self {
            rule,
            phase: Phase::Unseen,
            held: HeldFrames::default(),
            dropped: false,
            backward: 0,
            had_snapshot: false,
            ids: OrderIds::default(),
        }
    }

    /// Whether the venue tells this book by order.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        self.phase != Phase::Unseen
    }

    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live(_))
    }

    /// Number of the last message that is out.
    #[must_use]
    pub fn at(&self) -> Option<u64> {
        match self.phase {
            Phase::Live(at) => Some(at),
            _ => None,
        }
    }

    /// A timed book that nothing was kept for can do without.
    #[must_use]
    pub fn wants_snapshot(&self) -> bool {
        self.phase == Phase::Waiting && (self.rule == OrderRule::Counted || !self.held.is_empty())
    }

    /// Whether a missing message would show by the next one's number.
    #[must_use]
    pub fn is_numbered(&self) -> bool {
        self.rule != OrderRule::Timed
    }

    /// Decides on a message that was understood; `number` is none where a timed one has no time.
    pub(super) fn turn(
        &mut self,
        number: Option<u64>,
        frame: &[u8],
        counters: &mut SyncCounters,
    ) -> Found {
        if self.rule == OrderRule::Timed {
            return Found::Turn(self.timed(number, frame, counters));
        }
        let number = number.unwrap_or(0);
        match self.phase {
            Phase::Live(last) if number == last.wrapping_add(1) => {
                self.phase = Phase::Live(number);
                self.backward = 0;
                Found::Turn(Turn::Take)
            }
            Phase::Live(last) if number <= last => self.behind(number == last, counters),
            Phase::Live(_) => {
                counters.gaps += 1;
                Found::Break(proof_reason::GAP)
            }
            Phase::Unseen | Phase::Waiting => {
                self.phase = Phase::Waiting;
                Found::Turn(self.hold(number, frame, counters))
            }
        }
    }

    fn timed(&mut self, time: Option<u64>, frame: &[u8], counters: &mut SyncCounters) -> Turn {
        match (self.phase, time) {
            (Phase::Live(at), Some(time)) if time <= at => {
                counters.stale += 1;
                return Turn::Pass(Outcome::Stale);
            }
            (Phase::Live(_), _) => return Turn::Take,
            (_, None) => {}
            (_, Some(time)) => {
                if !self.held.push(time, frame) {
                    counters.buffer_full += 1;
                    self.dropped = true;
                    self.held.clear();
                    self.held.push(time, frame);
                }
            }
        }
        self.phase = Phase::Waiting;
        Turn::Take
    }

    /// A long unbroken run behind the book is a new numbering.
    fn behind(&mut self, is_same: bool, counters: &mut SyncCounters) -> Found {
        self.backward += 1;
        if is_same {
            counters.duplicates += 1;
            return Found::Turn(Turn::Pass(Outcome::Duplicate));
        }
        counters.out_of_order += 1;
        if self.backward < BACKWARD_RUN {
            return Found::Turn(Turn::Pass(Outcome::Stale));
        }
        Found::Break(proof_reason::OUT_OF_ORDER)
    }

    /// Keeps a frame until the snapshot comes.
    fn hold(&mut self, number: u64, frame: &[u8], counters: &mut SyncCounters) -> Turn {
        if let Some(last) = self.held.last() {
            if number <= last && last - number < u64::from(BACKWARD_RUN) {
                let (count, outcome) = if number == last {
                    (&mut counters.duplicates, Outcome::Duplicate)
                } else {
                    (&mut counters.out_of_order, Outcome::Stale)
                };
                *count += 1;
                return Turn::Pass(outcome);
            }
            if number != last + 1 {
                // A hole among those held: what is before it can never be used.
                counters.gaps += 1;
                self.held.clear();
            }
        }
        if !self.held.push(number, frame) {
            counters.buffer_full += 1;
            self.held.clear();
            self.held.push(number, frame);
        }
        Turn::Pass(Outcome::Buffered)
    }

    /// A frame that starts a book anew behind a break.
    pub(super) fn restart(&mut self, number: Option<u64>, frame: &[u8]) {
        self.held.push(number.unwrap_or(0), frame);
    }

    /// Takes a snapshot of `header.w1`; on `Ok` its orders are to follow, then the frames that it gives
    /// back and that are behind it.
    pub(super) fn snapshot(
        &mut self,
        header: EventHeader,
        counters: &mut SyncCounters,
        out: &mut EventBuf,
    ) -> Result<HeldFrames, Outcome> {
        let number = header.w1;
        if let Phase::Live(last) = self.phase
            && number <= last
        {
            counters.stale += 1;
            return Err(Outcome::Stale);
        }
        let first = self.held.first().filter(|_| self.rule == OrderRule::Counted || self.dropped);
        let reach = if self.rule == OrderRule::Counted { number.saturating_add(1) } else { number };
        if first.is_some_and(|first| first > reach) {
            counters.snapshots_too_old += 1;
            out.commit(reset(&header, proof_reason::SNAPSHOT_TOO_OLD));
            return Err(Outcome::Events);
        }
        counters.resyncs += u64::from(self.had_snapshot);
        self.had_snapshot = true;
        self.phase = Phase::Live(number);
        self.backward = 0;
        self.dropped = false;
        self.ids.clear();
        out.commit(header);
        Ok(std::mem::take(&mut self.held))
    }

    /// The book is not known any more: says so once, and waits for the next snapshot.
    pub(super) fn lose(&mut self, of: &EventHeader, reason: u8, out: &mut EventBuf) {
        let is_told = match self.rule {
            OrderRule::Timed => self.is_in_use(),
            _ => self.is_live(),
        };
        if is_told {
            out.commit(reset(of, reason));
        }
        self.phase = match self.rule {
            OrderRule::Counted if self.is_in_use() => Phase::Waiting,
            _ => Phase::Unseen,
        };
        self.held.clear();
        self.dropped = false;
        self.backward = 0;
        self.ids.clear();
    }

    pub fn save(&self, w: &mut StateWriter) {
        let (phase, at) = match self.phase {
            Phase::Unseen => (0, 0),
            Phase::Waiting => (1, 0),
            Phase::Live(at) => (2, at),
        };
        w.u8(phase);
        w.u64(at);
        w.u8(u8::from(self.dropped));
        w.u32(self.backward);
        w.u8(u8::from(self.had_snapshot));
        self.held.save(w);
        self.ids.save(w);
    }

    /// # Errors
    /// `E_STATE` where the bytes are not such a state.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.phase = match (r.u8()?, r.u64()?) {
            (0, _) => Phase::Unseen,
            (1, _) => Phase::Waiting,
            (2, at) => Phase::Live(at),
            (other, _) => {
                return Err(CoreError::new("E_STATE", format!("no phase of orders {other}")));
            }
        };
        self.dropped = r.u8()? != 0;
        self.backward = r.u32()?;
        self.had_snapshot = r.u8()? != 0;
        self.held = HeldFrames::restore(r)?;
        self.ids = OrderIds::restore(r)?;
        Ok(())
    }
}
