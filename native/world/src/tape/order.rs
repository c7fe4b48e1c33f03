//! Venue order: the stable sort of all events by venue time, made with a bounded window.
//!
//! *Venue time* is `ts_event`; where an event has none, its source's previous one; where its source
//! never had one, the latest seen of any source (it keeps the place of its arrival; the receive
//! time is of another clock, any distance away). An event that comes later than the window allows
//! is clamped to the window's edge and counted. The rule goes event by event, so the order does not
//! depend on blocks.

use super::varint::{self, Sink, unzigzag, zigzag};
use std::collections::VecDeque;
use tickwright_engine::EventHeader;
use tickwright_schema::event_flag;

/// How far venue time may step back, ns.
pub const SPAN_NS: i64 = 1_000_000_000;
/// How far an event's place may lie from its ordinal.
pub const SPAN_EVENTS: u64 = 65_536;

/// Sorts ordinals by venue time as events come; gives them out when no later event can come before.
#[derive(Clone, Debug, Default)]
pub struct VenueSorter {
    /// Last `ts_event` of each source.
    by_source: Vec<Option<i64>>,
    /// Latest venue time, `None` before the first.
    latest: Option<i64>,
    /// No event may be placed before this time any more.
    floor: i64,
    /// (venue time, ordinal), ascending, from `head` on. Venue time hardly steps back, so that
    /// insertion at the end is the rule, where a heap would sift at each removal.
    waiting: Vec<(i64, u64)>,
    head: usize,
    /// Whether the ordinals from `oldest` on have their place.
    placed: VecDeque<bool>,
    oldest: u64,
    next: u64,
}

impl VenueSorter {
    #[must_use]
    pub fn new() -> Self {
        Self { floor: i64::MIN, ..Self::default() }
    }

    /// Takes the next event and appends ordinals whose place is final; true where it was clamped.
    pub fn push(&mut self, header: &EventHeader, out: &mut VecDeque<u64>) -> bool {
        let time = self.venue_time(header);
        let latest = self.latest.map_or(time, |l| l.max(time));
        self.latest = Some(latest);
        self.floor = self.floor.max(latest.saturating_sub(SPAN_NS));
        let key = time.max(self.floor);
        self.insert((key, self.next));
        self.next += 1;
        let end = latest.saturating_sub(SPAN_NS);
        while self.waiting.get(self.head).is_some_and(|w| w.0 <= end) {
            self.place_first(out);
        }
        while self.next - self.oldest >= SPAN_EVENTS {
            self.floor = self.floor.max(self.place_first(out));
        }
        key != time
    }

    /// All that still waits.
    pub fn finish(&mut self, out: &mut VecDeque<u64>) {
        while self.head < self.waiting.len() {
            self.place_first(out);
        }
    }

    fn venue_time(&mut self, header: &EventHeader) -> i64 {
        let source = usize::from(header.source);
        if self.by_source.len() <= source {
            self.by_source.resize(source + 1, None);
        }
        if header.flags & event_flag::NO_EVENT_TIME == 0 {
            self.by_source[source] = Some(header.ts_event);
            return header.ts_event;
        }
        self.by_source[source].or(self.latest).unwrap_or(i64::MIN)
    }

    fn insert(&mut self, item: (i64, u64)) {
        self.placed.push_back(false);
        if self.waiting.last().is_none_or(|last| last.0 <= item.0) {
            self.waiting.push(item);
            return;
        }
        let at = self.waiting[self.head..].partition_point(|w| w.0 <= item.0);
        self.waiting.insert(self.head + at, item);
    }

    /// Gives the first its place; returns its time. There must be one.
    fn place_first(&mut self, out: &mut VecDeque<u64>) -> i64 {
        let (time, ordinal) = self.waiting[self.head];
        self.head += 1;
        if self.head * 2 > self.waiting.len() {
            self.waiting.drain(..self.head);
            self.head = 0;
        }
        out.push_back(ordinal);
        self.placed[(ordinal - self.oldest) as usize] = true;
        while self.placed.front() == Some(&true) {
            self.placed.pop_front();
            self.oldest += 1;
        }
        time
    }
}

/// Packs a block's share: how many ordinals follow each other, then a jump, and so on.
pub fn pack(first_place: u64, ordinals: impl Iterator<Item = u64>, out: &mut Sink) {
    let mut expected = first_place;
    let mut run = 0;
    for ordinal in ordinals {
        if ordinal == expected {
            run += 1;
        } else {
            out.varint(run);
            out.varint(zigzag(ordinal.wrapping_sub(expected) as i64));
            run = 1;
        }
        expected = ordinal.wrapping_add(1);
    }
    out.varint(run);
}

/// The ordinals of a block's places in venue order. They may lie outside the block, by fewer than
/// [`SPAN_EVENTS`]; on a torn tape the last ones may name events that were cut.
#[derive(Clone, Debug)]
pub struct VenueOrder<'a> {
    packed: &'a [u8],
    at: usize,
    run: u64,
    left: u32,
    next: u64,
}

impl<'a> VenueOrder<'a> {
    pub(super) fn new(packed: &'a [u8], first_place: u64, events: u32) -> Self {
        let mut at = 0;
        let run = varint::read(packed, &mut at);
        Self { packed, at, run, left: events, next: first_place }
    }

    /// Whether the bytes are a whole share in bounds; walks the jumps, not the events.
    pub(super) fn is_sound(&self) -> bool {
        let mut at = self.clone();
        let mut left = u64::from(self.left);
        while at.run <= left {
            left -= at.run;
            at.next = at.next.wrapping_add(at.run);
            if left == 0 {
                return at.at == self.packed.len();
            }
            let place = self.next + (u64::from(self.left) - left);
            at.jump();
            if at.run == 0 || at.next.abs_diff(place) > SPAN_EVENTS {
                return false;
            }
        }
        false
    }

    fn jump(&mut self) {
        let jump = unzigzag(varint::read(self.packed, &mut self.at));
        self.next = self.next.wrapping_add(jump as u64);
        self.run = varint::read(self.packed, &mut self.at);
    }
}

impl Iterator for VenueOrder<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        if self.run == 0 {
            self.jump();
        }
        self.run = self.run.wrapping_sub(1);
        let ordinal = self.next;
        self.next = ordinal.wrapping_add(1);
        Some(ordinal)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for VenueOrder<'_> {}
