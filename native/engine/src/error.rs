//! Errors: a stable code, what was seen, where, and what to do.

use std::fmt;

/// A broken contract or bad stored data. Crosses the border as fields, never as text alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreError {
    /// Stable, `E_…`: listed in `docs/errors.md`.
    pub code: &'static str,
    /// What was seen, and what was expected.
    pub message: String,
    /// File, byte, line, block, sequence number: as exact as is known.
    pub at: String,
    /// What the user can do about it.
    pub hint: &'static str,
}

impl CoreError {
    /// An error without a place or a hint; add them with [`CoreError::at`] and [`CoreError::hint`].
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), at: String::new(), hint: "" }
    }

    #[must_use]
    pub fn at(mut self, at: impl Into<String>) -> Self {
        self.at = at.into();
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }
}

impl fmt::Display for CoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        if self.at.is_empty() { Ok(()) } else { write!(f, " (at {})", self.at) }
    }
}

impl std::error::Error for CoreError {}

/// A frame that was refused: an expected outcome on the hot path, so it allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameError {
    /// `E_FRAME_PARSE`, `E_FRAME_UTF8`, `E_FRAME_TOO_LARGE`, `E_FRAME_DEPTH`, `E_FRAME_SCHEMA`,
    /// `E_FRAME_DUPKEY`, `E_FRAME_DRIFT`, `E_NUMBER`, `E_SCALE`, `E_SYMBOL`.
    pub code: &'static str,
    /// Byte of the frame at which it was seen.
    pub offset: u32,
    /// The field that was missing, doubled or of the wrong type, or what was expected.
    pub what: &'static str,
}

impl FrameError {
    #[must_use]
    pub const fn new(code: &'static str, offset: usize, what: &'static str) -> Self {
        Self { code, offset: offset as u32, what }
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} at byte {}", self.code, self.what, self.offset)
    }
}
