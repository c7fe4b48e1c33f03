//! JSON values in place: no tree, no copies; a value is read where it stands.

pub use super::items::Items;
use super::lexer::{Lexer, Type, UNESCAPED, Value, unescape};
use super::number::{self, Decimal};
use super::{MAX_DEPTH, MAX_FRAME};
use crate::error::FrameError;

/// A value in a frame. The top one is checked as it is read, those within it before they are handed out.
#[derive(Clone, Copy, Debug)]
pub struct Json<'a> {
    frame: &'a [u8],
    value: Value,
}

/// A member that an object may have.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    value: Option<Json<'a>>,
    name: &'static str,
    /// Where its object stands.
    at: usize,
}

const fn schema(at: usize, what: &'static str) -> FrameError {
    FrameError::new("E_FRAME_SCHEMA", at, what)
}

impl<'a> Json<'a> {
    /// The value that a whole frame is.
    ///
    /// # Errors
    /// `E_FRAME_TOO_LARGE`, `E_FRAME_UTF8`; `E_FRAME_PARSE` where it is no object, list or scalar.
    pub fn open(frame: &'a [u8]) -> Result<Self, FrameError> {
        if frame.len() > MAX_FRAME {
            return Err(FrameError::new("E_FRAME_TOO_LARGE", MAX_FRAME, "at most 16 MiB"));
        }
        std::str::from_utf8(frame)
            .map_err(|e| FrameError::new("E_FRAME_UTF8", e.valid_up_to(), "valid UTF-8"))?;
        let mut lexer = Lexer::new(frame, 0);
        let of = match lexer.peek() {
            b'{' => Type::Object,
            b'[' => Type::Array,
            _ => {
                let value = lexer.value(0)?;
                lexer.end()?;
                return Ok(Self { frame, value });
            }
        };
        let start = lexer.at as u32;
        let end = frame.trim_ascii_end().len() as u32;
        Ok(Self { frame, value: Value { start, end, of, escaped: false } })
    }

    #[must_use]
    pub fn of(&self) -> Type {
        self.value.of
    }

    /// Byte of the frame at which the value starts.
    #[must_use]
    pub fn at(&self) -> usize {
        self.value.at()
    }

    /// As printed; text without its quotes, escapes as they are.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.value.bytes(self.frame)
    }

    #[must_use]
    pub fn is_text(&self, text: &str) -> bool {
        self.of() == Type::Text && self.raw() == text.as_bytes()
    }

    /// Text without escapes to resolve: names, sides, numbers.
    ///
    /// # Errors
    /// `E_FRAME_SCHEMA` naming `what` for anything but text.
    pub fn text(&self, what: &'static str) -> Result<&'a [u8], FrameError> {
        if self.of() == Type::Text { Ok(self.raw()) } else { Err(schema(self.at(), what)) }
    }

    /// Text with its escapes resolved; `None` where it is no text, or longer than any name.
    pub fn unescaped<'b>(&self, buffer: &'b mut [u8; UNESCAPED]) -> Option<&'b [u8]>
    where
        'a: 'b,
    {
        (self.of() == Type::Text).then(|| unescape(self.frame, self.value, buffer)).flatten()
    }

    /// # Errors
    /// `E_FRAME_SCHEMA` naming `what` for anything but `true` and `false`.
    pub fn boolean(&self, what: &'static str) -> Result<bool, FrameError> {
        if self.of() == Type::Bool {
            Ok(self.raw() == b"true")
        } else {
            Err(schema(self.at(), what))
        }
    }

    /// An unsigned integer, printed as a number or as text.
    ///
    /// # Errors
    /// `E_NUMBER`; `E_FRAME_SCHEMA` naming `what` for other types.
    pub fn unsigned(&self, what: &'static str) -> Result<u64, FrameError> {
        number::unsigned(self.printed(what)?, self.at())
    }

    /// A decimal, printed as a number or as text.
    ///
    /// # Errors
    /// As [`Json::unsigned`].
    pub fn decimal(&self, what: &'static str) -> Result<Decimal, FrameError> {
        number::decimal(self.printed(what)?, self.at())
    }

    /// Characters of text or number.
    ///
    /// # Errors
    /// `E_FRAME_SCHEMA` naming `what` for other types.
    pub fn printed(&self, what: &'static str) -> Result<&'a [u8], FrameError> {
        match self.of() {
            Type::Text | Type::Number => Ok(self.raw()),
            _ => Err(schema(self.at(), what)),
        }
    }

    /// Members by name. `unknown` gets every name that is not among `names`, with its place; it may
    /// refuse.
    ///
    /// # Errors
    /// `E_FRAME_SCHEMA` where this is no object, `E_FRAME_PARSE`, `E_FRAME_DEPTH`, `E_FRAME_DUPKEY`.
    pub fn members<const N: usize>(
        &self,
        names: &[&'static str; N],
        unknown: impl FnMut(&'a [u8], usize) -> Result<(), FrameError>,
    ) -> Result<[Field<'a>; N], FrameError> {
        let mut lexer = self.enter(Type::Object, "an object")?;
        let fields = self.members_from(&mut lexer, self.at(), names, unknown)?;
        self.leave(&lexer).map(|()| fields)
    }

    /// The same of an object whose brace at byte `at` was taken, up to behind the one that closes it.
    pub(super) fn members_from<const N: usize>(
        &self,
        lexer: &mut Lexer<'a>,
        at: usize,
        names: &[&'static str; N],
        mut unknown: impl FnMut(&'a [u8], usize) -> Result<(), FrameError>,
    ) -> Result<[Field<'a>; N], FrameError> {
        let mut fields = [Field { value: None, name: "", at }; N];
        fields.iter_mut().zip(names).for_each(|(field, name)| field.name = name);
        let mut expected = 0;
        if lexer.eat(b'}') {
            return Ok(fields);
        }
        loop {
            let key = lexer.key()?;
            let value = Self { frame: self.frame, value: lexer.value(1)? };
            let name = key.bytes(self.frame);
            // Venues print members in one order: the next one is tried first.
            let place = match names.get(expected) {
                Some(next) if next.as_bytes() == name => Some(expected),
                _ => names.iter().position(|n| n.as_bytes() == name),
            };
            match place {
                Some(place) if fields[place].value.is_some() => {
                    return Err(FrameError::new("E_FRAME_DUPKEY", key.at(), names[place]));
                }
                Some(place) => {
                    fields[place].value = Some(value);
                    expected = place + 1;
                }
                None => unknown(name, key.at())?,
            }
            if lexer.eat(b'}') {
                return Ok(fields);
            }
            lexer.expect(b',', "a comma or the end of an object")?;
        }
    }

    /// The elements of a list, one by one.
    ///
    /// # Errors
    /// `E_FRAME_SCHEMA` naming `what` where this is no list.
    pub fn items(&self, what: &'static str) -> Result<Items<'a>, FrameError> {
        Items::open(*self, what)
    }

    /// The first elements of a list; those that it lacks are missing fields named `what`.
    ///
    /// # Errors
    /// As [`Json::items`], and those of its elements.
    pub fn tuple<const N: usize>(&self, what: &'static str) -> Result<[Field<'a>; N], FrameError> {
        let at = self.at();
        let mut fields = [Field { value: None, name: what, at }; N];
        let mut items = self.items(what)?;
        let mut place = 0;
        while let Some(item) = items.next()? {
            if let Some(field) = fields.get_mut(place) {
                field.value = Some(item);
            }
            place += 1;
        }
        Ok(fields)
    }

    /// Behind the bracket that opens a container.
    pub(super) fn enter(&self, of: Type, what: &'static str) -> Result<Lexer<'a>, FrameError> {
        if self.of() == of {
            Ok(Lexer::new(self.frame, self.at() + 1))
        } else {
            Err(schema(self.at(), what))
        }
    }

    /// The container must end where the value does: what follows a frame's is refused here.
    pub(super) fn leave(&self, lexer: &Lexer<'a>) -> Result<(), FrameError> {
        if lexer.at == self.value.end as usize {
            Ok(())
        } else {
            Err(FrameError::new("E_FRAME_PARSE", lexer.at, "the end of the frame"))
        }
    }

    pub(super) fn within(&self, value: Value) -> Self {
        Self { frame: self.frame, value }
    }
}

impl<'a> Field<'a> {
    pub(super) const fn missing(name: &'static str, at: usize) -> Self {
        Self { value: None, name, at }
    }

    pub(super) const fn with(self, value: Json<'a>) -> Self {
        Self { value: Some(value), ..self }
    }

    /// The value; `null` stands for none.
    #[must_use]
    pub fn get(&self) -> Option<Json<'a>> {
        self.value.filter(|v| v.of() != Type::Null)
    }

    /// # Errors
    /// `E_FRAME_SCHEMA` naming the member where it is missing or null.
    pub fn need(&self) -> Result<Json<'a>, FrameError> {
        self.get().ok_or(schema(self.at, self.name))
    }

    /// # Errors
    /// As [`Field::need`] and [`Json::text`].
    pub fn text(&self) -> Result<&'a [u8], FrameError> {
        self.need()?.text(self.name)
    }

    /// # Errors
    /// As [`Field::need`] and [`Json::unsigned`].
    pub fn unsigned(&self) -> Result<u64, FrameError> {
        self.need()?.unsigned(self.name)
    }

    /// # Errors
    /// As [`Field::need`] and [`Json::decimal`].
    pub fn decimal(&self) -> Result<Decimal, FrameError> {
        self.need()?.decimal(self.name)
    }

    /// # Errors
    /// As [`Field::need`] and [`Json::boolean`].
    pub fn boolean(&self) -> Result<bool, FrameError> {
        self.need()?.boolean(self.name)
    }

    /// # Errors
    /// As [`Field::need`] and [`Json::items`].
    pub fn items(&self) -> Result<Items<'a>, FrameError> {
        self.need()?.items(self.name)
    }

    #[must_use]
    pub fn is_text(&self, text: &str) -> bool {
        self.get().is_some_and(|v| v.is_text(text))
    }

    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }
}

const _: () = assert!(MAX_DEPTH > 1);

#[cfg(test)]
mod tests {
    use super::*;

    fn members<'a, const N: usize>(
        text: &'a str,
        names: &[&'static str; N],
    ) -> Result<[Field<'a>; N], FrameError> {
        Json::open(text.as_bytes())?.members(names, |_, _| Ok(()))
    }

    #[test]
    fn members_are_found_in_any_order_and_between_unknown_ones() {
        let text = r#" { "b" : [1, 2] , "x":{"deep":[{}]}, "a":"text", "n":null } "#;
        let mut unknown = Vec::new();
        let json = Json::open(text.as_bytes()).unwrap();
        let [a, b, n, none] = json
            .members(&["a", "b", "n", "none"], |name, at| {
                unknown.push((String::from_utf8_lossy(name).into_owned(), at));
                Ok(())
            })
            .unwrap();
        assert_eq!(a.text().unwrap(), b"text");
        assert_eq!(unknown, [("x".to_owned(), 19)]);
        let [one, two, three] = b.need().unwrap().tuple("b").unwrap();
        assert_eq!((one.unsigned(), two.unsigned()), (Ok(1), Ok(2)));
        assert_eq!(three.need().unwrap_err().code, "E_FRAME_SCHEMA");
        assert!(n.get().is_none() && none.get().is_none());
        assert_eq!(none.need().unwrap_err().what, "none");
    }

    #[test]
    fn broken_frames_are_refused_with_their_byte() {
        for (text, code, offset) in [
            (r#"{"a":1"#, "E_FRAME_PARSE", 6),
            (r#"{"a":1}}"#, "E_FRAME_PARSE", 7),
            (r#"{"a":1} x"#, "E_FRAME_PARSE", 7),
            (r#"{"a":1,"a":2}"#, "E_FRAME_DUPKEY", 8),
            ("", "E_FRAME_PARSE", 0),
            ("[1]", "E_FRAME_SCHEMA", 0),
            (r#"{"a":tru}"#, "E_FRAME_PARSE", 5),
        ] {
            let error = members(text, &["a"]).unwrap_err();
            assert_eq!((error.code, error.offset), (code, offset), "{text}");
        }
        assert_eq!(Json::open(b"\xff").unwrap_err().code, "E_FRAME_UTF8");
        let deep = "[".repeat(100_000);
        let list = Json::open(deep.as_bytes()).unwrap();
        assert_eq!(list.items("x").unwrap().next().unwrap_err().code, "E_FRAME_DEPTH");
    }

    #[test]
    fn lists_end_where_their_frame_does() {
        let all = |text: &str| {
            let mut items = Json::open(text.as_bytes())?.items("a list")?;
            let mut seen = Vec::new();
            while let Some(item) = items.next()? {
                seen.push(String::from_utf8_lossy(item.raw()).into_owned());
            }
            Ok::<_, FrameError>(seen)
        };
        assert_eq!(all("[]").unwrap(), Vec::<String>::new());
        assert_eq!(all(r#"[1,"b",[2,3]]"#).unwrap(), ["1", "b", "[2,3]"]);
        for bad in ["[1,]", "[1 2]", "[1", "[] 1", "[1]]"] {
            assert_eq!(all(bad).unwrap_err().code, "E_FRAME_PARSE", "{bad}");
        }
    }
}
