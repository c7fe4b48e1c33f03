//! Depth updates that wait for the snapshot.

use crate::error::CoreError;
use crate::event::{Entry, EventBuf, EventHeader};
use crate::state::{StateReader, StateWriter};

/// Most updates that wait: 7 minutes of a 100 ms stream, 80 s of the busiest `@0ms` one seen.
pub const MAX_BUFFERED: usize = 4_096;
/// Most levels in them (16 MB): far beyond what fits the frames above on a real day.
pub const MAX_BUFFERED_LEVELS: usize = 1 << 20;

/// Updates in their order, each linked to the one before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DiffBuffer {
    headers: Vec<EventHeader>,
    entries: Vec<Entry>,
}

impl DiffBuffer {
    pub fn clear(&mut self) {
        self.headers.clear();
        self.entries.clear();
    }

    pub fn last(&self) -> Option<&EventHeader> {
        self.headers.last()
    }

    pub fn headers(&self) -> &[EventHeader] {
        &self.headers
    }

    pub fn has_room(&self, levels: usize) -> bool {
        self.headers.len() < MAX_BUFFERED && self.entries.len() + levels <= MAX_BUFFERED_LEVELS
    }

    /// Moves the open entries of `out` here, as the levels of `header`.
    pub fn take(&mut self, header: EventHeader, out: &mut EventBuf) {
        let open = out.open_entries();
        let entries = out.entries_mut();
        self.entries.extend_from_slice(&entries[entries.len() - open..]);
        self.headers.push(header);
        out.rollback();
    }

    /// Appends all updates from the `skip`th on to `out`, changed by `change`; forgets all of them.
    pub fn drain(&mut self, skip: usize, out: &mut EventBuf, change: impl Fn(&mut EventHeader)) {
        let mut start = 0;
        for (index, header) in self.headers.iter().enumerate() {
            let middle = start + header.bids as usize;
            let end = middle + header.asks as usize;
            if index >= skip {
                let mut header = *header;
                change(&mut header);
                out.push(header, &self.entries[start..middle], &self.entries[middle..end]);
            }
            start = end;
        }
        self.clear();
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.bytes(bytemuck::cast_slice(&self.headers));
        w.bytes(bytemuck::cast_slice(&self.entries));
    }

    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let (headers, entries) = (r.bytes()?, r.bytes()?);
        let bad = |_| CoreError::new("E_STATE", "buffered updates are cut");
        let mut out = Self {
            headers: vec![EventHeader::default(); headers.len() / size_of::<EventHeader>()],
            entries: vec![Entry::default(); entries.len() / size_of::<Entry>()],
        };
        // `try_cast` of the bytes would depend on where they lie; copying into place does not.
        for (target, bytes) in [
            (bytemuck::cast_slice_mut::<_, u8>(&mut out.headers), headers),
            (bytemuck::cast_slice_mut::<_, u8>(&mut out.entries), entries),
        ] {
            if target.len() != bytes.len() {
                return Err(bad(()));
            }
            target.copy_from_slice(bytes);
        }
        let levels: u64 = out.headers.iter().map(|h| u64::from(h.bids) + u64::from(h.asks)).sum();
        if levels == out.entries.len() as u64 { Ok(out) } else { Err(bad(())) }
    }
}
