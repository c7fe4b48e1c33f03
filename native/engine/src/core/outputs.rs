//! What was decided, as it goes into the journal or is compared with it.

use super::memory::Memory;
use crate::error::CoreError;

/// One output entry, in the order in which it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    pub entry_type: u8,
    pub leg: u32,
    pub cause_seq: u64,
    pub stamp: i64,
    pub payload: Vec<u8>,
}

/// Where outputs go.
#[derive(Default)]
pub enum Outputs {
    /// Nobody asked.
    #[default]
    Dropped,
    /// Into the session's journal.
    Journal,
    /// Kept for a comparison or a run's file.
    Kept(Vec<Output>),
}

impl Outputs {
    /// # Errors
    /// `E_JOURNAL_FULL` where the segment has no room left.
    pub fn push(
        &mut self,
        mem: &mut Memory<'_>,
        entry_type: u8,
        leg: u32,
        cause_seq: u64,
        stamp: i64,
        payload: &[u8],
    ) -> Result<(), CoreError> {
        match self {
            Self::Dropped => Ok(()),
            Self::Journal => match &mut mem.writer {
                Some(writer) => {
                    writer.append_output(mem.journal, entry_type, leg, cause_seq, stamp, payload)
                }
                None => Err(CoreError::new("E_JOURNAL_FULL", "the journal was taken away")),
            },
            Self::Kept(list) => {
                let payload = payload.to_vec();
                list.push(Output { entry_type, leg, cause_seq, stamp, payload });
                Ok(())
            }
        }
    }

    /// Gives back what was taken and not used; nothing was made meanwhile.
    pub fn put_back(&mut self, rest: Vec<Output>) {
        if let Self::Kept(list) = self {
            *list = rest;
        }
    }

    /// Takes what was kept.
    pub fn take(&mut self) -> Vec<Output> {
        match self {
            Self::Kept(list) => std::mem::take(list),
            _ => Vec::new(),
        }
    }
}

/// Bytes of a NOTE: strategy index, count, values (NaN canonical), label.
pub fn note_payload(strategy: u32, values: &[f64], label: &[u8], out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&strategy.to_le_bytes());
    out.extend_from_slice(&(values.len() as u32).to_le_bytes());
    for &v in values {
        let v = if v.is_nan() { f64::NAN } else { v };
        out.extend_from_slice(&v.to_bits().to_le_bytes());
    }
    out.extend_from_slice(label);
}
