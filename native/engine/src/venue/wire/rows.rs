//! A list of flat objects, each byte of which is read once: levels with names.

use super::desk::Desk;
use super::drift::DriftChange;
use super::json::{Field, Json};
use super::lexer::{Lexer, Type};
use crate::error::FrameError;

/// The objects of a list.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    list: Json<'a>,
    lexer: Lexer<'a>,
    done: bool,
    first: bool,
}

impl<'a> Json<'a> {
    /// Objects of a list, to be read by [`Desk::row`].
    ///
    /// # Errors
    /// `E_FRAME_SCHEMA` naming `what` where this is no list.
    pub fn rows(&self, what: &'static str) -> Result<Rows<'a>, FrameError> {
        let mut lexer = self.enter(Type::Array, what)?;
        let done = lexer.eat(b']');
        if done {
            self.leave(&lexer)?;
        }
        Ok(Rows { list: *self, lexer, done, first: true })
    }
}

impl Desk<'_> {
    /// The members of the next object, `None` behind the last; as [`Desk::members`].
    ///
    /// # Errors
    /// As [`Desk::members`]; `E_FRAME_SCHEMA` for what is no object.
    pub fn row<'j, const N: usize>(
        &mut self,
        rows: &mut Rows<'j>,
        message: &'static str,
        names: &[&'static str; N],
    ) -> Result<Option<[Field<'j>; N]>, FrameError> {
        if rows.done {
            return Ok(None);
        }
        if !rows.first {
            if rows.lexer.eat(b']') {
                rows.done = true;
                rows.list.leave(&rows.lexer)?;
                return Ok(None);
            }
            rows.lexer.expect(b',', "a comma or the end of a list")?;
        }
        rows.first = false;
        let next = rows.lexer.peek();
        let at = rows.lexer.at;
        if next != b'{' {
            return Err(FrameError::new("E_FRAME_SCHEMA", at, "an object"));
        }
        rows.lexer.eat(b'{');
        let list = rows.list;
        let (drift, strict, ts_recv) = (&mut self.slots.drift, self.slots.strict, self.ts_recv);
        let unknown = |name: &[u8], at: usize| {
            drift.add(message, &String::from_utf8_lossy(name), DriftChange::Appeared, ts_recv);
            if strict {
                let expected = "the fields of the venue's document";
                return Err(FrameError::new("E_FRAME_DRIFT", at, expected));
            }
            Ok(())
        };
        list.read_members(&mut rows.lexer, at, names, unknown).map(Some)
    }
}
