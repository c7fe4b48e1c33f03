//! The first difference of two tapes or two journals, with a block or segment of each in memory.

mod journal;
mod tape;
mod text;

use crate::host::{Tool, arguments};
use serde::Deserialize;
use tickwright_engine::CoreError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenArguments {
    of: String,
}

/// # Errors
/// `E_ARGUMENT`.
pub fn open(args: &str) -> Result<Box<dyn Tool>, CoreError> {
    let OpenArguments { of } = arguments("difference", args)?;
    match of.as_str() {
        "tapes" => Ok(Box::<tape::TapeDifference>::default()),
        "journals" => Ok(Box::<journal::JournalDifference>::default()),
        _ => Err(CoreError::new("E_ARGUMENT", format!("no difference of {of:?}"))),
    }
}

/// Which of the two a call speaks of: 0 left, 1 right.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SideArguments {
    side: usize,
}

impl SideArguments {
    fn parse(op: &str, args: &str) -> Result<usize, CoreError> {
        let Self { side } = arguments(op, args)?;
        if side < 2 {
            return Ok(side);
        }
        Err(CoreError::new("E_ARGUMENT", format!("side {side} of two")))
    }
}
