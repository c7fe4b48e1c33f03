//! Messages on their way from the venue: each channel keeps its order, the channels overtake each
//! other as they do in recordings.

use std::collections::VecDeque;

use tickwright_engine::{Entry, EventHeader};

use super::config::Faults;
use super::rng::Rng;

/// Damage done to a depth frame on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Dropped,
    Duplicated,
    Swapped,
    Malformed,
}

/// A best quote or a trade.
#[derive(Clone, Copy, Debug)]
pub struct Small {
    pub arrival: i64,
    pub sent_ms: i64,
    pub header: EventHeader,
    /// The header's bids, then asks.
    pub entries: [Entry; 2],
}

/// A depth frame or a snapshot.
#[derive(Clone, Debug, Default)]
pub struct Large {
    pub arrival: i64,
    pub sent_ms: i64,
    pub header: EventHeader,
    pub entries: Vec<Entry>,
    pub fault: Option<Fault>,
}

/// Which lane holds the next message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Small,
    Depth,
    Snapshot,
}

/// Queues of one instrument. They hold some tens of ms of messages, whatever the market's length.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    pub small: VecDeque<Small>,
    pub depth: VecDeque<Large>,
    pub snapshot: VecDeque<Large>,
    spare: Vec<Large>,
    held: Option<Large>,
    last_small: i64,
    last_depth: i64,
    /// Dropped, duplicated, swapped, malformed.
    pub faults: [u64; 4],
}

impl Lanes {
    /// Arrival and lane of the next message.
    #[must_use]
    pub fn next(&self) -> Option<(i64, Lane)> {
        let small = self.small.front().map(|m| (m.arrival, Lane::Small));
        let depth = self.depth.front().map(|m| (m.arrival, Lane::Depth));
        let snapshot = self.snapshot.front().map(|m| (m.arrival, Lane::Snapshot));
        [small, depth, snapshot].into_iter().flatten().min_by_key(|&(arrival, _)| arrival)
    }

    pub fn push_small(&mut self, mut message: Small) {
        message.arrival = message.arrival.max(self.last_small + 1);
        self.last_small = message.arrival;
        self.small.push_back(message);
    }

    /// An empty message whose buffer was used before.
    pub fn fresh(&mut self) -> Large {
        let mut message = self.spare.pop().unwrap_or_default();
        message.entries.clear();
        message.fault = None;
        message
    }

    pub fn recycle(&mut self, message: Large) {
        self.spare.push(message);
    }

    /// Sends a depth frame, or damages it first.
    pub fn push_depth(&mut self, mut message: Large, faults: &Faults, rng: &mut Rng) {
        message.fault = draw_fault(faults, rng).filter(|_| self.held.is_none());
        if let Some(fault) = message.fault {
            self.faults[fault as usize] += 1;
        }
        match message.fault {
            Some(Fault::Dropped) => self.recycle(message),
            Some(Fault::Swapped) => self.held = Some(message),
            Some(Fault::Duplicated) => {
                let twin = message.clone();
                message.fault = None;
                self.queue_depth(message);
                self.queue_depth(twin);
            }
            Some(Fault::Malformed) | None => self.queue_depth(message),
        }
        let last = self.last_id();
        if let Some(held) = self.held.take_if(|held| held.header.w1 < last) {
            self.queue_depth(held);
        }
    }

    fn last_id(&self) -> u64 {
        self.depth.back().map_or(0, |message| message.header.w1)
    }

    fn queue_depth(&mut self, mut message: Large) {
        message.arrival = message.arrival.max(self.last_depth + 1);
        self.last_depth = message.arrival;
        self.depth.push_back(message);
    }
}

/// At most one fault a frame; draws nothing in a clean market, so that a seed's clean part is kept.
fn draw_fault(faults: &Faults, rng: &mut Rng) -> Option<Fault> {
    let chances = [
        (faults.dropped, Fault::Dropped),
        (faults.duplicated, Fault::Duplicated),
        (faults.swapped, Fault::Swapped),
        (faults.malformed, Fault::Malformed),
    ];
    chances.into_iter().find(|&(p, _)| p > 0.0 && rng.chance(p)).map(|(_, fault)| fault)
}
