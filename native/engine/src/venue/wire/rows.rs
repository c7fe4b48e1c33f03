//! Lists of short lists, `[["1.5","2","0"],…]`, element by element in one pass.

use super::json::{Field, Json};
use super::lexer::{Lexer, Type};
use crate::error::FrameError;

/// Inner lists, each as its first `N` elements.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    list: Json<'a>,
    lexer: Lexer<'a>,
    what: &'static str,
    done: bool,
    first: bool,
}

impl<'a> Json<'a> {
    /// The rows of a list; `what` names a row.
    ///
    /// # Errors
    /// `E_FRAME_SCHEMA` naming `what` where this is no list, `E_FRAME_PARSE`.
    pub fn rows(&self, what: &'static str) -> Result<Rows<'a>, FrameError> {
        let mut lexer = self.enter(Type::Array, what)?;
        let done = lexer.eat(b']');
        if done {
            self.leave(&lexer)?;
        }
        Ok(Rows { list: *self, lexer, what, done, first: true })
    }
}

impl<'a> Rows<'a> {
    /// The next row, `None` behind the last; elements that it lacks are missing fields.
    ///
    /// # Errors
    /// `E_FRAME_SCHEMA` for a row that is no list, `E_FRAME_PARSE`, `E_FRAME_DEPTH`.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator of results would be asked twice"
    )]
    pub fn next<const N: usize>(&mut self) -> Result<Option<[Field<'a>; N]>, FrameError> {
        if self.done {
            return Ok(None);
        }
        if !self.first {
            if self.lexer.eat(b']') {
                self.done = true;
                self.list.leave(&self.lexer)?;
                return Ok(None);
            }
            self.lexer.expect(b',', "a comma or the end of a list")?;
        }
        self.first = false;
        if !self.lexer.eat(b'[') {
            return Err(FrameError::new("E_FRAME_SCHEMA", self.lexer.at, self.what));
        }
        self.row().map(Some)
    }

    /// Elements of a row whose bracket was taken.
    fn row<const N: usize>(&mut self) -> Result<[Field<'a>; N], FrameError> {
        let mut row = [Field::missing(self.what, self.lexer.at); N];
        if self.lexer.eat(b']') {
            return Ok(row);
        }
        let mut place = 0;
        loop {
            let value = self.list.within(self.lexer.value(2)?);
            if let Some(field) = row.get_mut(place) {
                *field = field.with(value);
            }
            place += 1;
            if self.lexer.eat(b']') {
                return Ok(row);
            }
            self.lexer.expect(b',', "a comma or the end of a list")?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pair = (Option<u64>, Option<u64>);

    fn all(text: &str) -> Result<Vec<Pair>, &'static str> {
        let read = || {
            let mut rows = Json::open(text.as_bytes())?.rows("a pair")?;
            let mut seen = Vec::new();
            while let Some([a, b]) = rows.next()? {
                let number = |f: Field<'_>| f.get().map(|v| v.unsigned("n")).transpose();
                seen.push((number(a)?, number(b)?));
            }
            Ok::<_, FrameError>(seen)
        };
        read().map_err(|e| e.code)
    }

    #[test]
    fn rows_are_read_whatever_their_length() {
        let expected = vec![(Some(1), Some(2)), (Some(3), Some(4)), (Some(5), None), (None, None)];
        assert_eq!(all(r#"[["1","2"], [3,4,{"x":[5]}] ,[5],[]]"#), Ok(expected));
        assert_eq!(all("[]"), Ok(vec![]));
        for (text, code) in [
            ("{}", "E_FRAME_SCHEMA"),
            ("[1]", "E_FRAME_SCHEMA"),
            ("[[1,2],]", "E_FRAME_SCHEMA"),
            ("[[1,2]", "E_FRAME_PARSE"),
            ("[[1 2]]", "E_FRAME_PARSE"),
            ("[[1,2]]x", "E_FRAME_PARSE"),
            ("[[1,", "E_FRAME_PARSE"),
        ] {
            assert_eq!(all(text), Err(code), "{text}");
        }
    }
}
