//! Frames that wait for a snapshot, as they came.

use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// Most frames that wait: a minute of the busiest order channel seen.
pub const MAX_HELD: usize = 16_384;
/// Most bytes in them; an order's message has 300.
pub const MAX_HELD_BYTES: usize = 16 << 20;

/// Frames behind each other, each with the venue's number of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeldFrames {
    bytes: Vec<u8>,
    /// Number and end of each.
    frames: Vec<(u64, u32)>,
}

impl HeldFrames {
    /// Keeps a frame; `false` where there is no room.
    pub fn push(&mut self, number: u64, frame: &[u8]) -> bool {
        if self.frames.len() == MAX_HELD || self.bytes.len() + frame.len() > MAX_HELD_BYTES {
            return false;
        }
        self.bytes.extend_from_slice(frame);
        self.frames.push((number, self.bytes.len() as u32));
        true
    }

    #[must_use]
    pub fn first(&self) -> Option<u64> {
        self.frames.first().map(|frame| frame.0)
    }

    #[must_use]
    pub fn last(&self) -> Option<u64> {
        self.frames.last().map(|frame| frame.0)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
        self.frames.clear();
    }

    /// Numbers and frames, first first.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let starts = std::iter::once(0).chain(self.frames.iter().map(|frame| frame.1 as usize));
        let frame = |((number, end), start): (&(u64, u32), usize)| {
            (*number, &self.bytes[start..*end as usize])
        };
        self.frames.iter().zip(starts).map(frame)
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.frames.len() as u32);
        for (number, frame) in self.iter() {
            w.u64(number);
            w.bytes(frame);
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are too short, or hold more than was ever kept.
    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for _ in 0..r.u32()? {
            let number = r.u64()?;
            if !out.push(number, r.bytes()?) {
                return Err(CoreError::new("E_STATE", "more frames held than there is room for"));
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_as_they_went_in() {
        let mut held = HeldFrames::default();
        assert!(held.push(7, b"one") && held.push(8, b"") && held.push(9, b"three"));
        let all: Vec<(u64, &[u8])> = held.iter().collect();
        assert_eq!(all, [(7, b"one".as_slice()), (8, b""), (9, b"three")]);
        assert_eq!((held.first(), held.last()), (Some(7), Some(9)));
        let mut w = StateWriter::new();
        held.save(&mut w);
        assert_eq!(HeldFrames::restore(&mut StateReader::new(w.as_bytes())).unwrap(), held);
        while held.push(1, b"x") {}
        assert_eq!(held.iter().count(), MAX_HELD);
        held.clear();
        assert!(held.is_empty() && held.push(1, &vec![0; MAX_HELD_BYTES]) && !held.push(2, b"x"));
    }
}
