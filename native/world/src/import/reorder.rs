//! `--repair sort`: lines that stand a little out of order are taken in the order of their times.

use crate::import::place::Place;
use std::collections::BTreeMap;

/// How much is held back: no line moves further than this.
const LINES: usize = 65_536;
const BYTES: usize = 64 << 20;

/// Holds lines back and gives them out by time, equal ones as they stand.
#[derive(Clone, Debug, Default)]
pub struct Reorder {
    /// By time and number of the line.
    held: BTreeMap<(i64, u64), (Place, Vec<u8>)>,
    bytes: usize,
    count: u64,
    /// Of the last line that has a time: those without stand with it.
    last: i64,
    highest: Option<i64>,
}

impl Reorder {
    /// Takes a line. `true` where one before it is later.
    pub fn push(&mut self, time: Option<i64>, place: Place, line: &[u8]) -> bool {
        let is_late = matches!((time, self.highest), (Some(now), Some(highest)) if now < highest);
        self.last = time.unwrap_or(self.last);
        self.highest = self.highest.max(time);
        let key = if self.highest.is_none() { i64::MIN } else { self.last };
        self.bytes += line.len();
        self.held.insert((key, self.count), (place, line.to_vec()));
        self.count += 1;
        is_late
    }

    /// The next line in order, once enough are held; all of them at the end.
    pub fn pop(&mut self, end: bool) -> Option<(Place, Vec<u8>)> {
        if !end && self.held.len() <= LINES && self.bytes <= BYTES {
            return None;
        }
        let (_, (place, line)) = self.held.pop_first()?;
        self.bytes -= line.len();
        Some((place, line))
    }
}
