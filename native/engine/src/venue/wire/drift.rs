//! Schema drift: what messages show that was not known of them.

use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// How a message differs from what is known of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum DriftChange {
    /// A field that the first message, or the venue's document, does not have.
    Appeared,
    /// The first message had it.
    Vanished,
    /// Number for text, null for number, and so on.
    Type,
    /// `field` is an event type that we do not know.
    UnknownEvent,
}

/// One difference, with how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// Kind of message: `depth`, `trade`, …
    pub message: String,
    pub field: String,
    pub change: DriftChange,
    pub count: u64,
    /// Stamp of the frame that showed it first.
    pub first_ts_recv: i64,
}

/// Different entries that are kept; more than these are counted in the last one.
const MAX_ENTRIES: usize = 256;
/// Longest name that is kept whole, bytes: a hostile one must not fill the memory.
const MAX_NAME: usize = 64;

/// All differences of a feed, in the order of their first appearance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DriftLog {
    pub entries: Vec<Drift>,
}

impl DriftLog {
    pub fn add(&mut self, message: &str, field: &str, change: DriftChange, ts_recv: i64) {
        let end = (0..=field.len().min(MAX_NAME)).rev().find(|i| field.is_char_boundary(*i));
        let field = &field[..end.unwrap_or(0)];
        let same = |d: &&mut Drift| d.message == message && d.change == change && d.field == field;
        if let Some(known) = self.entries.iter_mut().find(same) {
            known.count += 1;
        } else if self.entries.len() < MAX_ENTRIES {
            let (message, field) = (message.to_owned(), field.to_owned());
            self.entries.push(Drift { message, field, change, count: 1, first_ts_recv: ts_recv });
        } else if let Some(last) = self.entries.last_mut() {
            last.count += 1;
        }
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.entries.len() as u32);
        for d in &self.entries {
            w.text(&d.message);
            w.text(&d.field);
            w.u8(d.change as u8);
            w.u64(d.count);
            w.i64(d.first_ts_recv);
        }
    }

    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        const CHANGES: [DriftChange; 4] = [
            DriftChange::Appeared,
            DriftChange::Vanished,
            DriftChange::Type,
            DriftChange::UnknownEvent,
        ];
        let bad = || CoreError::new("E_STATE", "drift of an unknown kind");
        let mut entries = Vec::new();
        for _ in 0..r.u32()? {
            entries.push(Drift {
                message: r.text()?,
                field: r.text()?,
                change: *CHANGES.get(r.u8()? as usize).ok_or_else(bad)?,
                count: r.u64()?,
                first_ts_recv: r.i64()?,
            });
        }
        Ok(Self { entries })
    }
}
