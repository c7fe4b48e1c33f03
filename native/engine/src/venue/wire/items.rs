//! Elements of a list, one by one.

use super::desk::Desk;
use super::drift::DriftChange;
use super::json::{Field, Json};
use super::lexer::{Lexer, Type};
use crate::error::FrameError;

/// Elements of a list.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    list: Json<'a>,
    lexer: Lexer<'a>,
    done: bool,
    first: bool,
}

impl<'a> Items<'a> {
    pub(super) fn open(list: Json<'a>, what: &'static str) -> Result<Self, FrameError> {
        let mut lexer = list.enter(Type::Array, what)?;
        let done = lexer.eat(b']');
        if done {
            list.leave(&lexer)?;
        }
        Ok(Self { list, lexer, done, first: true })
    }

    /// The next element, `None` behind the last.
    ///
    /// # Errors
    /// `E_FRAME_PARSE`, `E_FRAME_DEPTH`.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator of results would be asked twice"
    )]
    pub fn next(&mut self) -> Result<Option<Json<'a>>, FrameError> {
        if !self.advance()? {
            return Ok(None);
        }
        Ok(Some(self.list.within(self.lexer.value(1)?)))
    }

    /// Goes to the next element; whether there is one.
    fn advance(&mut self) -> Result<bool, FrameError> {
        if self.done {
            return Ok(false);
        }
        if !self.first {
            if self.lexer.eat(b']') {
                self.done = true;
                self.list.leave(&self.lexer)?;
                return Ok(false);
            }
            self.lexer.expect(b',', "a comma or the end of a list")?;
        }
        self.first = false;
        Ok(true)
    }
}

impl Desk<'_> {
    /// Members of the next element of a list of objects, as [`Desk::members`] gives them, read once where
    /// [`Items::next`] and they would read it twice.
    ///
    /// # Errors
    /// As [`Items::next`] and [`Desk::members`].
    pub fn row<'j, const N: usize>(
        &mut self,
        items: &mut Items<'j>,
        message: &'static str,
        names: &[&'static str; N],
    ) -> Result<Option<[Field<'j>; N]>, FrameError> {
        if !items.advance()? {
            return Ok(None);
        }
        if items.lexer.peek() != b'{' {
            return Err(FrameError::new("E_FRAME_SCHEMA", items.lexer.at, "an object"));
        }
        let at = items.lexer.at;
        items.lexer.at += 1;
        let row = items.list.members_from(&mut items.lexer, at, names, |name, at| {
            self.unknown_field(message, name, at)
        });
        row.map(Some)
    }

    /// A field that the venue's document does not name: counted as drift, refused where strict.
    pub(super) fn unknown_field(
        &mut self,
        message: &'static str,
        name: &[u8],
        at: usize,
    ) -> Result<(), FrameError> {
        let name = String::from_utf8_lossy(name);
        self.slots.drift.add(message, &name, DriftChange::Appeared, self.ts_recv);
        if self.slots.strict {
            return Err(FrameError::new("E_FRAME_DRIFT", at, "the fields of the venue's document"));
        }
        Ok(())
    }
}
