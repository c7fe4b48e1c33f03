//! The journal of a live session: segments in linear memory, which JavaScript writes to files.

use serde::Deserialize;
use tickwright_engine::CoreError;
use tickwright_engine::journal::{JournalWriter, SegmentStart, kept_length, manifest_hash};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateArguments {
    manifest: String,
    /// Nanoseconds since 1970, as text.
    epoch: String,
    segment_bytes: usize,
}

pub struct WasmJournal {
    segment: Vec<u8>,
    writer: JournalWriter,
    epoch: i64,
}

impl WasmJournal {
    /// # Errors
    /// `E_ARGUMENT`, `E_CONFIG`, `E_JOURNAL_SIZE`.
    pub fn create(args: &str, first_seq: u64) -> Result<Self, CoreError> {
        let args: CreateArguments = tickwright_world::host::arguments("createJournal", args)?;
        let epoch = args.epoch.parse().map_err(|_| {
            CoreError::new("E_CONFIG", format!("epoch must be nanoseconds, was {:?}", args.epoch))
        })?;
        let mut segment = vec![0; args.segment_bytes];
        let previous_hash = manifest_hash(args.manifest.as_bytes());
        let start = SegmentStart { index: 0, epoch, first_seq, previous_hash };
        let writer = JournalWriter::create(&mut segment, &start)?;
        Ok(Self { segment, writer, epoch })
    }

    pub fn parts(&mut self) -> (&mut JournalWriter, &mut [u8]) {
        (&mut self.writer, &mut self.segment)
    }

    /// Byte behind the last entry.
    pub fn position(&self) -> usize {
        self.writer.position()
    }

    /// Closes the segment. The caller writes its header and end before it asks for the next.
    pub fn close(&mut self, last: bool) -> usize {
        self.writer.close(&mut self.segment, last);
        kept_length(self.writer.position(), self.segment.len())
    }

    /// Starts the next segment in the same memory.
    ///
    /// # Errors
    /// `E_JOURNAL_SIZE`.
    pub fn next(&mut self) -> Result<(), CoreError> {
        let start = SegmentStart {
            index: self.writer.index() + 1,
            epoch: self.epoch,
            first_seq: self.writer.next_seq(),
            previous_hash: self.writer.hash(),
        };
        let used = kept_length(self.writer.position(), self.segment.len());
        self.segment[..used].fill(0);
        self.writer = JournalWriter::create(&mut self.segment, &start)?;
        Ok(())
    }
}
