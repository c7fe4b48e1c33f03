//! What of a tape is written.

use crate::convert::rows::table_of;
use crate::convert::table::Table;
use tickwright_engine::event::EventRef;

/// Everything by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// None of them: all.
    pub tables: Vec<Table>,
    /// None of them: all.
    pub instruments: Vec<u32>,
    /// First event and the one behind the last.
    pub events: (u64, u64),
    /// Receive times, the second exclusive.
    pub times: (i64, i64),
}

impl Default for Selection {
    fn default() -> Self {
        let (tables, instruments) = (Vec::new(), Vec::new());
        Self { tables, instruments, events: (0, u64::MAX), times: (i64::MIN, i64::MAX) }
    }
}

impl Selection {
    #[must_use]
    pub fn instrument(&self, index: u32) -> bool {
        self.instruments.is_empty() || self.instruments.contains(&index)
    }

    #[must_use]
    pub fn wants(&self, ordinal: u64, event: EventRef<'_>) -> bool {
        let recv = event.header.ts_recv;
        (self.events.0..self.events.1).contains(&ordinal)
            && (self.times.0..self.times.1).contains(&recv)
            && self.instrument(event.header.instrument)
            && (self.tables.is_empty() || self.tables.contains(&table_of(event)))
    }
}
