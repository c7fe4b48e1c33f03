//! How a journal is made.

use tickwright_engine::CoreError;
use tickwright_engine::journal::{MAX_SEGMENT, MIN_SEGMENT, SEGMENT_HEADER};

/// What survives what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// All that was appended survives the death of the process.
    #[default]
    Process,
    /// All that a data sync has confirmed survives a power failure as well.
    Power,
}

/// How a journal is made.
#[derive(Clone, Debug)]
pub struct JournalOptions {
    /// Size of each segment; a multiple of 4,096.
    pub segment_bytes: usize,
    pub durability: Durability,
    /// Start of the session, nanoseconds since 1970.
    pub epoch: i64,
    /// `seq` of the first input.
    pub first_seq: u64,
    /// Text of `manifest.json`. It is hashed into the first segment and must not change afterwards.
    pub manifest: String,
    /// For tests: preallocations that succeed before the disk is said to be full.
    #[doc(hidden)]
    pub allocations: u32,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            durability: Durability::Process,
            epoch: 0,
            first_seq: 1,
            manifest: "{}\n".to_owned(),
            allocations: u32::MAX,
        }
    }
}

impl JournalOptions {
    pub(super) fn check(&self) -> Result<(), CoreError> {
        let size = self.segment_bytes;
        if (MIN_SEGMENT..=MAX_SEGMENT).contains(&size) && size.is_multiple_of(SEGMENT_HEADER) {
            return Ok(());
        }
        let rule = format!("{MIN_SEGMENT} to {MAX_SEGMENT}, a multiple of {SEGMENT_HEADER}");
        let error = CoreError::new("E_JOURNAL_SIZE", format!("segments of {size} bytes; {rule}"));
        Err(error.at("segment_bytes").hint("Choose another segment size."))
    }
}
