//! The memory that a session shares with TypeScript, allocated once when it opens.

use tickwright_engine::core::Memory;
use tickwright_engine::features::MAX_ROW;
use tickwright_engine::journal::JournalWriter;
use tickwright_engine::schema::Ctl;

/// Bytes of EV: a header and some 4,000 entries.
const EV_BYTES: usize = 1 << 16;
/// Values in ROW.
const ROW_VALUES: usize = MAX_ROW;
/// Bytes of CMD, and of OUT.
const CMD_BYTES: usize = 1 << 16;

/// Memory that is not the session's own.
#[derive(Default)]
pub struct Windows<'a> {
    /// Live: the journal's segment, or plain memory where there is no journal.
    pub journal: &'a mut [u8],
    /// Appends to that segment.
    pub writer: Option<&'a mut JournalWriter>,
    /// Replay: the block or segment that was supplied.
    pub segment: &'a [u8],
}

/// Owns the regions; their addresses never change, for vectors are never resized.
pub struct Regions {
    ctl: Vec<Ctl>,
    ev: Vec<u8>,
    view: Vec<f64>,
    row: Vec<f64>,
    mask: Vec<u8>,
    cmd: Vec<u64>,
    out: Vec<u8>,
}

/// One region by name, with its address and length in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    pub name: &'static str,
    pub address: *const u8,
    pub bytes: usize,
}

impl Regions {
    /// Regions for a VIEW of so many numbers.
    #[must_use]
    pub fn new(view: usize) -> Self {
        Self {
            ctl: vec![Ctl::default()],
            ev: vec![0; EV_BYTES],
            view: vec![0.0; view],
            row: vec![0.0; ROW_VALUES],
            mask: vec![0; ROW_VALUES],
            cmd: vec![0; CMD_BYTES / 8],
            out: vec![0; CMD_BYTES],
        }
    }

    /// The regions as one call sees them, with the windows that belong to others.
    pub fn memory<'a>(&'a mut self, windows: Windows<'a>) -> Memory<'a> {
        Memory {
            ctl: &mut self.ctl[0],
            journal: windows.journal,
            writer: windows.writer,
            segment: windows.segment,
            ev: &mut self.ev,
            view: &mut self.view,
            row: &mut self.row,
            mask: &mut self.mask,
            cmd: bytemuck::cast_slice(&self.cmd),
            out: &mut self.out,
        }
    }

    /// Where each region lies. The binding shows them to JavaScript, which writes to them between calls.
    #[must_use]
    pub fn all(&self) -> [Region; 7] {
        fn region<T>(name: &'static str, of: &[T]) -> Region {
            Region { name, address: of.as_ptr().cast(), bytes: size_of_val(of) }
        }
        [
            region("ctl", &self.ctl),
            region("ev", &self.ev),
            region("view", &self.view),
            region("row", &self.row),
            region("mask", &self.mask),
            region("cmd", &self.cmd),
            region("out", &self.out),
        ]
    }
}
