//! Hysteresis: a state is left for another one after that has stood for some samples in a row.

use crate::error::CoreError;
use crate::features::catalogue::Parameter;
use crate::state::{StateReader, StateWriter};

pub const CONFIRM: Parameter = Parameter {
    name: "confirm",
    kind: "whole",
    values: "1 to 1000000",
    default: "1",
    what: "samples in a row that it takes to leave a state for another one",
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
    after: u64,
    held: Option<u8>,
    /// A state that is about to follow, and its samples in a row.
    rising: Option<u8>,
    run: u64,
}

impl Confirmed {
    #[must_use]
    pub fn new(after: u64) -> Self {
        Self { after, held: None, rising: None, run: 0 }
    }

    /// Samples in a row that a change takes.
    #[must_use]
    pub fn after(&self) -> u64 {
        self.after
    }

    /// The state that is held.
    #[must_use]
    pub fn held(&self) -> Option<u8> {
        self.held
    }

    /// What a sample speaks for; `None`: for no state in particular.
    pub fn push(&mut self, state: Option<u8>) {
        if state.is_none() || state == self.held {
            (self.rising, self.run) = (None, 0);
            return;
        }
        self.run = if state == self.rising { self.run + 1 } else { 1 };
        self.rising = state;
        if self.run >= self.after {
            (self.held, self.rising, self.run) = (state, None, 0);
        }
    }

    pub fn clear(&mut self) {
        *self = Self::new(self.after);
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u8(self.held.unwrap_or(u8::MAX));
        w.u8(self.rising.unwrap_or(u8::MAX));
        w.u64(self.run);
    }

    /// # Errors
    /// `E_STATE` for a state beyond `count`, or a run that has ended.
    pub fn restore(&mut self, r: &mut StateReader<'_>, count: u8) -> Result<(), CoreError> {
        let at = r.position();
        let (held, rising, run) = (r.u8()?, r.u8()?, r.u64()?);
        let is_state = |state: u8| state < count || state == u8::MAX;
        let runs = (rising == u8::MAX) == (run == 0) && (run == 0 || run < self.after);
        if !(is_state(held) && is_state(rising) && runs && (held != rising || run == 0)) {
            let seen = format!("state {held}, next {rising} for {run} samples");
            return Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")));
        }
        let known = |state: u8| (state != u8::MAX).then_some(state);
        (self.held, self.rising, self.run) = (known(held), known(rising), run);
        Ok(())
    }
}
