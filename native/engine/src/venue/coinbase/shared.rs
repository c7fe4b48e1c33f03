//! What both interfaces print alike: sides and times.

use crate::book::Side;
use crate::error::FrameError;
use crate::venue::wire::time::iso;
use crate::venue::wire::{Field, Json};

/// `buy`, `sell`, and the words of Advanced Trade.
pub(super) fn side(value: Json<'_>) -> Result<Side, FrameError> {
    match value.text("a side")? {
        b"buy" | b"BUY" | b"bid" => Ok(Side::Bid),
        b"sell" | b"SELL" | b"offer" | b"ask" => Ok(Side::Ask),
        _ => Err(FrameError::new("E_FRAME_SCHEMA", value.at(), "buy or sell")),
    }
}

pub(super) const fn other(side: Side) -> Side {
    match side {
        Side::Bid => Side::Ask,
        Side::Ask => Side::Bid,
    }
}

/// C3: a time; years 1 and 1970, and nothing, stand for none.
pub(super) fn moment(field: Field<'_>) -> Result<Option<i64>, FrameError> {
    let Some(value) = field.get() else { return Ok(None) };
    let text = value.text(field.name())?;
    let is_none =
        text.is_empty() || text.starts_with(b"0001-01-01T") || text.starts_with(b"1970-01-01T");
    if is_none { Ok(None) } else { iso(value).map(Some) }
}
