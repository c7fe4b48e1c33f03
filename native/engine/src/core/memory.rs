//! The memory that both languages share, as the core sees it during one call.

use crate::journal::JournalWriter;
use tickwright_schema::Ctl;

/// Borrowed for the length of one call; the binding owns the memory. Each region has one writer.
pub struct Memory<'a> {
    /// Arguments and results. The driver writes its first five fields, the core the rest.
    pub ctl: &'a mut Ctl,
    /// Live: the journal's current segment, where the driver lays payloads. Empty in a replay.
    pub journal: &'a mut [u8],
    /// Appends to that segment; none where a live session keeps no journal.
    pub writer: Option<&'a mut JournalWriter>,
    /// Where the payload of the input in hand lies in a replay: a journal segment. Empty when live.
    pub segment: &'a [u8],
    /// The event in hand: header, then entries as far as they fit.
    pub ev: &'a mut [u8],
    /// Blocks of `view_stride` numbers, one for each instrument.
    pub view: &'a mut [f64],
    /// The feature row that goes with a trigger.
    pub row: &'a mut [f64],
    /// 1 where the row's value is valid.
    pub mask: &'a mut [u8],
    /// Commands that the engine wrote.
    pub cmd: &'a [u8],
    /// Bytes to the driver or the engine (an act's text).
    pub out: &'a mut [u8],
}
