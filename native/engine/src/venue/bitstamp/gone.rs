//! Orders that ended a moment ago: B15.

use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// How many are kept: of 2015-05-01 the latest creation came 8 messages behind its deletion.
const KEPT: usize = 64;

/// The ids of the last orders that were deleted.
#[derive(Clone, Debug)]
pub(super) struct Gone {
    ids: [u64; KEPT],
    next: usize,
}

impl Default for Gone {
    fn default() -> Self {
        Self { ids: [0; KEPT], next: 0 }
    }
}

impl Gone {
    pub fn add(&mut self, id: u64) {
        self.ids[self.next] = id;
        self.next = (self.next + 1) % KEPT;
    }

    pub fn has(&self, id: u64) -> bool {
        self.ids.contains(&id)
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Oldest first: equal contents have equal bytes.
    pub fn save(&self, w: &mut StateWriter) {
        for place in 0..KEPT {
            w.u64(self.ids[(self.next + place) % KEPT]);
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are too short.
    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for id in &mut out.ids {
            *id = r.u64()?;
        }
        Ok(out)
    }
}
