//! Values that venues and sources tell, as kernels see them.

use crate::error::CoreError;
use crate::event::{Entry, EventRef};
use crate::state::{StateReader, StateWriter};

/// Marks and rates are told at 10⁻⁸, whatever the instrument's scale.
pub const UNIT: f64 = 1e8;

pub const SECOND: f64 = 1e9;

/// The value at a place of an event, where it was told.
#[must_use]
pub fn told(event: EventRef<'_>, place: usize) -> Option<i64> {
    event.bids.get(place).filter(|entry| entry.quantity > 0).map(|entry| entry.price)
}

/// The one entry of an event.
#[must_use]
pub fn only<'a>(event: EventRef<'a>) -> Option<&'a Entry> {
    match (event.bids, event.asks) {
        ([entry], []) => Some(entry),
        _ => None,
    }
}

pub fn save(w: &mut StateWriter, value: Option<i64>) {
    w.u8(u8::from(value.is_some()));
    w.i64(value.unwrap_or(0));
}

/// # Errors
/// `E_STATE`.
pub fn restore(r: &mut StateReader<'_>) -> Result<Option<i64>, CoreError> {
    let at = r.position();
    match (r.u8()?, r.i64()?) {
        (0, 0) => Ok(None),
        (1, value) => Ok(Some(value)),
        _ => Err(CoreError::new("E_STATE", "neither a value nor none").at(format!("byte {at}"))),
    }
}
