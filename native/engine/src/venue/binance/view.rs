//! Values of the members of a message.

use super::fields::{Fields, Key, NAMES};
use crate::error::FrameError;
use crate::venue::wire::lexer::{Type, UNESCAPED, Value, unescape};
use crate::venue::wire::number;

/// The error of a member with a type that it cannot have.
pub(super) const fn wrong_type(value: Value, key: Key) -> FrameError {
    FrameError::new("E_FRAME_SCHEMA", value.start as usize, NAMES[key as usize])
}

/// Text of a value that is text or a number, escapes resolved.
pub(super) fn printed<'a>(
    frame: &'a [u8],
    value: Value,
    buffer: &'a mut [u8; UNESCAPED],
) -> Option<&'a [u8]> {
    match value.of {
        Type::Text => unescape(frame, value, buffer),
        Type::Number => Some(value.bytes(frame)),
        _ => None,
    }
}

/// Mantissa of a decimal value at a scale.
///
/// # Errors
/// `E_NUMBER`, `E_SCALE`; `E_FRAME_SCHEMA` where it is no text and no number.
pub(super) fn decimal(
    frame: &[u8],
    value: Value,
    scale: u8,
    what: &'static str,
) -> Result<i64, FrameError> {
    let mut buffer = [0; UNESCAPED];
    if !matches!(value.of, Type::Text | Type::Number) {
        return Err(FrameError::new("E_FRAME_SCHEMA", value.at(), what));
    }
    let text = printed(frame, value, &mut buffer);
    let text = text.ok_or(FrameError::new("E_NUMBER", value.at(), what))?;
    number::decimal(text, value.at())?.at_scale(scale, value.at())
}

/// A message in its frame: members by name and type.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub frame: &'a [u8],
    pub fields: &'a Fields,
}

impl View<'_> {
    /// An id: an unsigned integer, printed as a number or as text.
    pub(super) fn id(&self, key: Key) -> Result<u64, FrameError> {
        let value = self.fields.need(key)?;
        let mut buffer = [0; UNESCAPED];
        let text = printed(self.frame, value, &mut buffer).ok_or(wrong_type(value, key))?;
        number::unsigned(text, value.at())
    }

    /// A venue time in nanoseconds, `None` where the member is missing.
    pub(super) fn time(&self, key: Key) -> Result<Option<i64>, FrameError> {
        let Some(value) = self.fields.get(key) else { return Ok(None) };
        let time = number::nanoseconds(self.id(key)?);
        time.map(Some).ok_or(FrameError::new("E_NUMBER", value.at(), "a time in ms or µs"))
    }

    pub(super) fn need_time(&self, key: Key) -> Result<i64, FrameError> {
        let value = self.fields.need(key)?;
        self.time(key)?.ok_or(wrong_type(value, key))
    }

    pub(super) fn decimal(&self, key: Key, scale: u8) -> Result<i64, FrameError> {
        decimal(self.frame, self.fields.need(key)?, scale, NAMES[key as usize])
    }

    /// A price or quantity that may be 0 but not less.
    pub(super) fn amount(&self, key: Key, scale: u8) -> Result<i64, FrameError> {
        let value = self.decimal(key, scale)?;
        let at = self.fields.need(key)?.at();
        if value < 0 {
            Err(FrameError::new("E_NUMBER", at, "no negative value"))
        } else {
            Ok(value)
        }
    }

    pub(super) fn flag(&self, key: Key) -> Result<bool, FrameError> {
        let value = self.fields.need(key)?;
        if value.of == Type::Bool {
            Ok(value.bytes(self.frame) == b"true")
        } else {
            Err(wrong_type(value, key))
        }
    }

    /// Whether a member is there and is this text.
    pub(super) fn is(&self, key: Key, text: &[u8]) -> bool {
        let mut buffer = [0; UNESCAPED];
        let value = self.fields.get(key).filter(|v| v.of == Type::Text);
        value.and_then(|v| unescape(self.frame, v, &mut buffer)) == Some(text)
    }
}
