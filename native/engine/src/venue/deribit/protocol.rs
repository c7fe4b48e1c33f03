//! Messages of the venue.

use crate::error::FrameError;
use crate::venue::wire::{BookKind, Channel, Desk, feed};
use crate::venue::{Outcome, Sequence, Venue};

/// Keeps nothing.
#[derive(Clone, Debug)]
pub(super) struct Protocol;

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Stream(Sequence::Unnumbered);
    const CHANNELS: &'static [Channel] = &[Channel::Depth, Channel::Trade];

    fn new(_: Venue) -> Self {
        Self
    }

    fn frame(&mut self, _: &[u8], _: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        Ok(Outcome::Ignored("not read"))
    }
}
