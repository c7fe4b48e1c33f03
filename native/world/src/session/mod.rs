//! A session: the core and what drives it. Live, the driver feeds it; in a replay the world runs inside
//! `advance` and `resume`, until a block is missing or something has to be handed over.

mod host;
mod journal_drive;
mod open;
mod regions;
mod tape_drive;

pub use host::{SessionHost, fault};
pub use journal_drive::{
    Divergence, JournalDrive, Verdict, describe_output, output_of, output_stage,
};
pub use open::{OpenReply, SessionRequest, describe_instruments};
pub use regions::{Region, Regions, Windows};
pub use tape_drive::TapeDrive;

use tickwright_engine::CoreError;
use tickwright_engine::core::{Core, Memory};
use tickwright_engine::schema::code;

/// What feeds the core.
pub enum Drive {
    /// The driver does, one input at a time.
    Live,
    Tape(Box<TapeDrive>),
    Journal(Box<JournalDrive>),
}

pub struct Session {
    pub core: Core,
    pub drive: Drive,
}

impl Session {
    /// Live: one input out of the journal window.
    pub fn feed(&mut self, mem: &mut Memory<'_>) -> u8 {
        match self.drive {
            Drive::Live => self.core.feed(mem),
            _ => self.core.poison(CoreError::new("E_MODE", "feed() is for live sessions")),
        }
    }

    /// Live: fires what is due. Replay: lets the world run.
    pub fn advance(&mut self, mem: &mut Memory<'_>) -> u8 {
        match &mut self.drive {
            Drive::Live => self.core.advance(mem),
            Drive::Tape(drive) => drive.run(&mut self.core, mem),
            Drive::Journal(drive) => drive.run(&mut self.core, mem),
        }
    }

    /// Takes the step's commands and goes on.
    pub fn resume(&mut self, mem: &mut Memory<'_>) -> u8 {
        match &mut self.drive {
            Drive::Live => self.core.resume(mem),
            Drive::Tape(drive) => match self.core.resume_commands(mem) {
                code::IDLE => drive.run(&mut self.core, mem),
                fault => fault,
            },
            Drive::Journal(drive) => match self.core.resume(mem) {
                code::IDLE => drive.run(&mut self.core, mem),
                other => other,
            },
        }
    }

    /// After `onStop`: the closing digest; a recorded replay compares what is left.
    ///
    /// # Errors
    /// `E_JOURNAL_FULL`, and the fault that ended the session.
    pub fn finish(&mut self, mem: &mut Memory<'_>) -> Result<(), CoreError> {
        if let Some(fault) = self.core.fault() {
            return Err(fault.clone());
        }
        self.core.write_digest(mem)?;
        if let Drive::Journal(drive) = &mut self.drive {
            drive.finish(&mut self.core);
        }
        Ok(())
    }

    /// A checkpoint; a live session's journal gets the DIGEST at this point first.
    ///
    /// # Errors
    /// `E_NOT_QUIESCENT`, `E_JOURNAL_FULL`.
    pub fn checkpoint(
        &mut self,
        mem: &mut Memory<'_>,
        engine_state: &[u8],
    ) -> Result<Vec<u8>, CoreError> {
        if matches!(self.drive, Drive::Live) && self.core.is_quiescent() {
            self.core.write_digest(mem)?;
        }
        self.save(engine_state)
    }

    /// # Errors
    /// `E_NOT_QUIESCENT`.
    pub fn save(&self, engine_state: &[u8]) -> Result<Vec<u8>, CoreError> {
        let mut document = self.core.save(engine_state)?;
        let position = match &self.drive {
            Drive::Tape(drive) => drive.position(),
            _ => 0,
        };
        document.extend_from_slice(&position.to_le_bytes());
        Ok(document)
    }

    /// # Errors
    /// `E_STATE`.
    pub fn restore<'a>(&mut self, document: &'a [u8]) -> Result<&'a [u8], CoreError> {
        let Some((document, position)) = document.split_last_chunk::<8>() else {
            return Err(CoreError::new("E_STATE", "not a checkpoint: too short"));
        };
        let state = match self.core.restore(document) {
            Ok(state) => state,
            Err(error) => {
                // Half of another state must never go on.
                self.core.poison(error.clone());
                return Err(error);
            }
        };
        match &mut self.drive {
            Drive::Tape(drive) => drive.seek(u64::from_le_bytes(*position))?,
            Drive::Journal(drive) => drive.restored(&self.core),
            Drive::Live => {}
        }
        Ok(state)
    }
}
