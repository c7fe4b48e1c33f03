//! The members of one object, found by name wherever they stand.

use crate::error::FrameError;
use crate::venue::wire::lexer::{Lexer, Type, UNESCAPED, Value, unescape};

/// Names that some message carries and that mean something to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Key {
    Event,
    EventTime,
    Time,
    Symbol,
    PairShort,
    Market,
    First,
    Last,
    Previous,
    Bid,
    Ask,
    BidQuantity,
    AskQuantity,
    Trade,
    Price,
    Quantity,
    Maker,
    Unused,
    Execution,
    FirstTrade,
    LastTrade,
    Index,
    Settle,
    Rate,
    LastUpdateId,
    Bids,
    Asks,
    FullSymbol,
    Pair,
    Side,
    Order,
    Result,
    Id,
    Error,
    Code,
    Message,
    Stream,
    Data,
}

const KEYS: usize = 38;

/// Wire names, in the order of [`Key`].
pub(super) const NAMES: [&str; KEYS] = [
    "e",
    "E",
    "T",
    "s",
    "ps",
    "st",
    "U",
    "u",
    "pu",
    "b",
    "a",
    "B",
    "A",
    "t",
    "p",
    "q",
    "m",
    "M",
    "X",
    "f",
    "l",
    "i",
    "P",
    "r",
    "lastUpdateId",
    "bids",
    "asks",
    "symbol",
    "pair",
    "S",
    "o",
    "result",
    "id",
    "error",
    "code",
    "msg",
    "stream",
    "data",
];

/// Index + 1 of each one-byte name, 0 where none has it.
const SHORT: [u8; 128] = {
    let mut table = [0; 128];
    let mut i = 0;
    while i < KEYS {
        let name = NAMES[i].as_bytes();
        if name.len() == 1 {
            table[name[0] as usize] = i as u8 + 1;
        }
        i += 1;
    }
    table
};

fn find(name: &[u8]) -> Option<usize> {
    if let [byte] = name {
        let found = *SHORT.get(*byte as usize)?;
        return (found as usize).checked_sub(1);
    }
    NAMES.iter().position(|n| n.as_bytes() == name)
}

/// Which of the known members an object has, and of which type each is: three bits a [`Key`], 0 where
/// it is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape(pub u128);

const _: () = assert!(KEYS * 3 <= 128);

impl Shape {
    /// With a member. A type may replace [`Type::Array`] by [`Type::Numbers`], no other.
    pub(super) const fn with(self, key: Key, of: Type) -> Self {
        self.with_index(key as usize, of)
    }

    const fn with_index(self, index: usize, of: Type) -> Self {
        Self(self.0 | (of as u128) << (index * 3))
    }

    pub(super) const fn has(self, key: Key) -> bool {
        self.of(key as usize) != 0
    }

    /// The type's number of a member, 0 where it is missing.
    pub(super) const fn of(self, index: usize) -> u8 {
        (self.0 >> (index * 3)) as u8 & 7
    }
}

/// A member that we do not know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unknown {
    pub name: Value,
    pub of: Type,
}

/// Most unknown members that an object may have; real ones have a handful.
const MAX_UNKNOWN: usize = 64;

/// The members of an object. Reused from frame to frame.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    /// Offset of the object, for messages about what is missing.
    pub at: usize,
    pub shape: Shape,
    values: [Value; KEYS],
    pub unknown: Vec<Unknown>,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            at: 0,
            shape: Shape::default(),
            values: [Value::default(); KEYS],
            unknown: Vec::new(),
        }
    }
}

impl Fields {
    pub(super) fn clear(&mut self, at: usize) {
        self.at = at;
        self.shape = Shape::default();
        self.unknown.clear();
    }

    /// Reads the object at the lexer's place. `depth` counts the containers around it.
    ///
    /// # Errors
    /// What its grammar breaks, and `E_FRAME_DUPKEY`.
    pub(super) fn read(&mut self, lexer: &mut Lexer<'_>, depth: u32) -> Result<(), FrameError> {
        lexer.expect(b'{', "an object")?;
        self.clear(lexer.at - 1);
        if lexer.eat(b'}') {
            return Ok(());
        }
        loop {
            let key = lexer.key()?;
            let value = lexer.value(depth + 1)?;
            self.add(lexer.bytes, key, value)?;
            if lexer.eat(b'}') {
                return Ok(());
            }
            lexer.expect(b',', "a comma or the end of an object")?;
        }
    }

    pub(super) fn add(&mut self, frame: &[u8], key: Value, value: Value) -> Result<(), FrameError> {
        let doubled = FrameError::new("E_FRAME_DUPKEY", key.at(), "each name once");
        let mut buffer = [0; UNESCAPED];
        if let Some(index) = unescape(frame, key, &mut buffer).and_then(find) {
            if self.shape.of(index) != 0 {
                return Err(doubled);
            }
            self.values[index] = value;
            self.shape = self.shape.with_index(index, value.of);
            return Ok(());
        }
        if self.unknown.len() == MAX_UNKNOWN {
            return Err(FrameError::new("E_FRAME_SCHEMA", key.at(), "at most 64 unknown names"));
        }
        if self.unknown.iter().any(|u| u.name.bytes(frame) == key.bytes(frame)) {
            return Err(doubled);
        }
        self.unknown.push(Unknown { name: key, of: value.of });
        Ok(())
    }

    pub(super) fn get(&self, key: Key) -> Option<Value> {
        self.shape.has(key).then(|| self.values[key as usize])
    }

    /// # Errors
    /// `E_FRAME_SCHEMA` at the object where the member is missing.
    pub(super) fn need(&self, key: Key) -> Result<Value, FrameError> {
        self.get(key).ok_or(FrameError::new("E_FRAME_SCHEMA", self.at, NAMES[key as usize]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::View;
    use super::*;

    fn read(text: &str) -> Result<Fields, FrameError> {
        let mut fields = Fields::default();
        let mut lexer = Lexer::new(text.as_bytes(), 0);
        fields.read(&mut lexer, 0)?;
        lexer.end()?;
        Ok(fields)
    }

    #[test]
    fn names_are_found_in_any_order_and_spelling() {
        let text = r#" { "\u0075" : 7 , "s":"A\u0042C", "new":{"u":[1,{}]}, "E" : 1e3 } "#;
        let fields = read(text).unwrap();
        let view = View { frame: text.as_bytes(), fields: &fields };
        assert_eq!(view.id(Key::Last), Ok(7));
        assert!(view.is(Key::Symbol, b"ABC"));
        assert_eq!(view.id(Key::EventTime).unwrap_err().code, "E_NUMBER");
        assert_eq!(fields.unknown.len(), 1);
        assert_eq!(fields.shape.of(Key::Symbol as usize), Type::Text as u8);
        assert_eq!(fields.shape.of(Key::Last as usize), Type::Number as u8);
    }

    #[test]
    fn doubled_names_are_refused() {
        for text in [r#"{"u":1,"u":1}"#, r#"{"u":1,"\u0075":2}"#, r#"{"x1":1,"x1":2}"#] {
            assert_eq!(read(text).unwrap_err().code, "E_FRAME_DUPKEY");
        }
        assert_eq!(read(r#"{"u":1,"u":1}"#).unwrap_err().offset, 8);
    }

    #[test]
    fn broken_grammar_is_refused_where_it_breaks() {
        let cases = [
            ("{", 1),
            ("{}x", 2),
            (r#"{"u"}"#, 4),
            (r#"{"u":}"#, 5),
            (r#"{"u":1,}"#, 7),
            (r#"{"u":01}"#, 5),
            (r#"{"u":1.}"#, 7),
            (r#"{"u":tru}"#, 5),
            (r#"{"u":[1,]}"#, 8),
            (r#"{"u":[1}"#, 7),
            (r#"{"u":"a}"#, 8),
            (r#"{"u":"\x"}"#, 6),
            ("{\"u\":\"\n\"}", 6),
            (r#"{"u":{"a":1,}}"#, 12),
            (r#"{"u":{"a"}}"#, 9),
            ("", 0),
        ];
        for (text, offset) in cases {
            let error = read(text).unwrap_err();
            assert_eq!((error.code, error.offset), ("E_FRAME_PARSE", offset), "{text}");
        }
        assert_eq!(read("{\"u\":\"\0\"}").unwrap_err().code, "E_FRAME_UTF8");
    }

    #[test]
    fn depth_is_bounded_without_recursion() {
        let nested = |n: usize| format!("{{\"x\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert!(read(&nested(63)).is_ok());
        assert_eq!(read(&nested(64)).unwrap_err().code, "E_FRAME_DEPTH");
        assert_eq!(read(&nested(100_000)).unwrap_err().offset, 68);
    }

    #[test]
    fn every_key_has_its_name() {
        for (index, name) in NAMES.iter().enumerate() {
            assert_eq!(find(name.as_bytes()), Some(index), "{name}");
        }
        assert_eq!(NAMES[Key::Data as usize], "data");
        assert_eq!(NAMES[Key::Rate as usize], "r");
        assert_eq!(find(b"x"), None);
        assert_eq!(find("é".as_bytes()), None);
    }
}
