//! Inputs: what each type means to the core.

use super::config::ConnectionKind;
use super::handover::{Handover, NO_INSTRUMENT};
use super::run::Core;
use crate::error::CoreError;
use crate::event::EventBuf;
use crate::schema::{code, entry_type};
use crate::venue::Outcome;

/// One input as received, already sequenced and stamped.
#[derive(Clone, Copy, Debug)]
pub struct InputRef<'a> {
    pub entry_type: u8,
    /// Which connection.
    pub source: u16,
    pub seq: u64,
    /// Absolute nanoseconds.
    pub stamp: i64,
    pub payload: &'a [u8],
}

impl Core {
    /// Turns an input into events in `buf` (frames, bodies) or hand-overs (acts).
    ///
    /// # Errors
    /// `E_INPUT` for a type or connection that this session does not have: our own fault. A bad frame
    /// is not an error here: it is refused, counted, and the session goes on.
    pub(super) fn open_input(
        &mut self,
        input: &InputRef<'_>,
        buf: &mut EventBuf,
    ) -> Result<(), CoreError> {
        match input.entry_type {
            entry_type::FRAME | entry_type::BODY => self.market_input(input, buf),
            entry_type::ACT => {
                for strategy in 0..self.strategies.len() as u32 {
                    self.queue.push(Handover {
                        code: code::ACT,
                        strategy,
                        trigger: 0,
                        instrument: NO_INSTRUMENT,
                        value: 0.0,
                    });
                }
                Ok(())
            }
            // Time passes, nothing else happens: the stamp itself has fired what was due.
            entry_type::CLOCK
            | entry_type::ADVANCE
            | entry_type::SYNC_ACK
            | entry_type::CONFIG
            | entry_type::CHECKPOINT_REF => Ok(()),
            other => Err(CoreError::new(
                "E_INPUT",
                format!("input type {} is not served by this core", entry_type::name(other)),
            )),
        }
    }

    fn market_input(&mut self, input: &InputRef<'_>, buf: &mut EventBuf) -> Result<(), CoreError> {
        let Some(&link) = self.links.get(input.source as usize) else {
            let seen = format!("connection {} of {}", input.source, self.links.len());
            return Err(CoreError::new("E_INPUT", seen).at(format!("seq {}", input.seq)));
        };
        self.frames += 1;
        let feed = &mut self.feeds[link.feed as usize];
        let outcome = match link.kind {
            ConnectionKind::Stream => feed.frame(input.payload, input.stamp, buf),
            ConnectionKind::Snapshot => {
                feed.snapshot(link.instrument, input.payload, input.stamp, buf)
            }
        };
        match outcome {
            Ok(Outcome::Ignored(_) | Outcome::Control(_)) => self.ignored_frames += 1,
            Ok(_) => {}
            // What is left of it are resets of books that it may have changed.
            Err(error) => {
                self.refused_frames += 1;
                self.last_refusal = Some((input.seq, error));
            }
        }
        Ok(())
    }
}
