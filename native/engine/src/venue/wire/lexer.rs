//! JSON, token by token, over bytes that are known to be UTF-8. Skips without recursion.

use super::MAX_DEPTH;
use crate::error::FrameError;

/// Type of a JSON value, in three bits that are not all 0. `Numbers`: a list of levels with an element
/// that is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Type {
    #[default]
    Text = 1,
    Number = 2,
    Bool = 3,
    Null = 4,
    Array = 5,
    Object = 6,
    Numbers = 7,
}

/// Where a value stands. Of text: without its quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Value {
    pub start: u32,
    pub end: u32,
    pub of: Type,
    /// Text that holds a backslash.
    pub escaped: bool,
}

impl Value {
    pub fn bytes<'a>(&self, frame: &'a [u8]) -> &'a [u8] {
        &frame[self.start as usize..self.end as usize]
    }

    pub fn at(&self) -> usize {
        self.start as usize
    }
}

/// Longest text whose escapes are resolved: longer than any name or number.
pub const UNESCAPED: usize = 64;

/// A position in a frame.
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

const fn parse_error(at: usize, what: &'static str) -> FrameError {
    FrameError::new("E_FRAME_PARSE", at, what)
}

impl<'a> Lexer<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Skips white space and shows the next byte; 0 at the end.
    #[inline]
    pub fn peek(&mut self) -> u8 {
        while let Some(&b) = self.bytes.get(self.at) {
            if !matches!(b, b' ' | b'\t' | b'\n' | b'\r') {
                return b;
            }
            self.at += 1;
        }
        0
    }

    #[inline]
    pub fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    #[inline]
    pub fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), FrameError> {
        if self.eat(byte) { Ok(()) } else { Err(parse_error(self.at, what)) }
    }

    /// The end of the frame.
    pub fn end(&mut self) -> Result<(), FrameError> {
        self.peek();
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(parse_error(self.at, "the end of the frame"))
        }
    }

    /// A name and its colon.
    #[inline]
    pub fn key(&mut self) -> Result<Value, FrameError> {
        self.expect(b'"', "a name")?;
        let key = self.text()?;
        self.expect(b':', "a colon")?;
        Ok(key)
    }

    /// Any value; `depth` is that of the container it stands in.
    pub fn value(&mut self, depth: u32) -> Result<Value, FrameError> {
        let first = self.peek();
        let start = self.at;
        let of = match first {
            b'"' => {
                self.at += 1;
                return self.text();
            }
            b'[' | b'{' => {
                if !self.plain_levels(depth) {
                    self.container(depth)?;
                }
                if first == b'[' { Type::Array } else { Type::Object }
            }
            b't' => self.word(b"true", Type::Bool)?,
            b'f' => self.word(b"false", Type::Bool)?,
            b'n' => self.word(b"null", Type::Null)?,
            _ => self.number()?,
        };
        Ok(Value { start: start as u32, end: self.at as u32, of, escaped: false })
    }

    /// Text whose opening quote was taken.
    #[inline]
    fn text(&mut self) -> Result<Value, FrameError> {
        let start = self.at;
        let mut escaped = false;
        loop {
            self.at += plain(&self.bytes[self.at..]);
            match self.bytes.get(self.at).copied() {
                Some(b'"') => {
                    let end = self.at as u32;
                    self.at += 1;
                    return Ok(Value { start: start as u32, end, of: Type::Text, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(0) => {
                    return Err(FrameError::new("E_FRAME_UTF8", self.at, "text without NUL"));
                }
                Some(_) => return Err(parse_error(self.at, "an escaped control character")),
                None => return Err(parse_error(self.at, "a closing quote")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), FrameError> {
        let hex = |b: &u8| b.is_ascii_hexdigit();
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u')
                if self.bytes.get(self.at + 2..self.at + 6).is_some_and(|d| d.iter().all(hex)) =>
            {
                self.at += 6;
            }
            _ => return Err(parse_error(self.at, "an escape sequence")),
        }
        Ok(())
    }

    fn word(&mut self, word: &[u8], of: Type) -> Result<Type, FrameError> {
        if !self.bytes[self.at..].starts_with(word) {
            return Err(parse_error(self.at, "a value"));
        }
        self.at += word.len();
        Ok(of)
    }

    fn number(&mut self) -> Result<Type, FrameError> {
        self.at += usize::from(self.bytes.get(self.at) == Some(&b'-'));
        let zero = self.bytes.get(self.at) == Some(&b'0');
        let whole = self.digits()?;
        if zero && whole > 1 {
            return Err(parse_error(self.at - whole, "a number without leading zero"));
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(Type::Number)
    }

    fn digits(&mut self) -> Result<usize, FrameError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(parse_error(self.at, "a value")) } else { Ok(count) }
    }

    /// Skips `[["1.5","2",…],…]` as venues print it; goes nowhere where it is anything else.
    fn plain_levels(&mut self, depth: u32) -> bool {
        let mut rest = &self.bytes[self.at..];
        if depth + 2 > MAX_DEPTH || !rest.starts_with(b"[[\"") {
            return false;
        }
        let number = |rest: &[u8]| {
            rest.iter().position(|b| !matches!(b, b'0'..=b'9' | b'.')).unwrap_or(rest.len())
        };
        while let Some(mut tail) = rest[1..].strip_prefix(b"[\"") {
            tail = &tail[number(tail)..];
            while let Some(next) = tail.strip_prefix(b"\",\"") {
                tail = &next[number(next)..];
            }
            let Some(tail) = tail.strip_prefix(b"\"]") else { return false };
            match tail.first() {
                Some(b',') => rest = tail,
                Some(b']') => {
                    self.at = self.bytes.len() - tail.len() + 1;
                    return true;
                }
                _ => return false,
            }
        }
        false
    }

    /// Skips an array or object with all that it holds, checking its grammar.
    fn container(&mut self, depth: u32) -> Result<(), FrameError> {
        let mut objects = 0_u64;
        let mut open = 0_u32;
        loop {
            let byte = self.peek();
            if matches!(byte, b'[' | b'{') {
                if depth + open >= MAX_DEPTH {
                    return Err(FrameError::new("E_FRAME_DEPTH", self.at, "at most 64 levels"));
                }
                let object = byte == b'{';
                objects = objects << 1 | u64::from(object);
                open += 1;
                self.at += 1;
                if !self.eat(if object { b'}' } else { b']' }) {
                    if object {
                        self.key()?;
                    }
                    continue;
                }
                objects >>= 1;
                open -= 1;
            } else {
                self.value(depth)?;
            }
            // A value has ended: close what closes, or go on behind a comma.
            loop {
                if open == 0 {
                    return Ok(());
                }
                let object = objects & 1 == 1;
                if self.eat(if object { b'}' } else { b']' }) {
                    objects >>= 1;
                    open -= 1;
                    continue;
                }
                self.expect(b',', "a comma or the end of a list")?;
                if object {
                    self.key()?;
                }
                break;
            }
        }
    }
}

/// Bytes before the first quote, backslash or control character, eight at a time.
#[inline]
fn plain(text: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let mut at = 0;
    while let Some(eight) = text[at..].first_chunk::<8>() {
        let word = u64::from_le_bytes(*eight);
        // The top bit of a byte that is below `n`; bytes above such a one may show it wrongly, the lowest is right.
        let below = |word: u64, n: u64| word.wrapping_sub(ONES * n) & !word;
        let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let found = (equal(b'"') | equal(b'\\') | below(word, 0x20)) & TOPS;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_plain = |b: &&u8| !matches!(b, b'"' | b'\\' | 0..0x20);
    at + text[at..].iter().take_while(is_plain).count()
}

/// Text with its escapes resolved. `None`: longer than [`UNESCAPED`], or half a surrogate pair.
pub fn unescape<'a>(
    frame: &'a [u8],
    value: Value,
    buffer: &'a mut [u8; UNESCAPED],
) -> Option<&'a [u8]> {
    let raw = value.bytes(frame);
    if !value.escaped {
        return Some(raw);
    }
    let text = std::str::from_utf8(raw).ok()?;
    let mut length = 0;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let c = if c == '\\' { escaped(&mut rest)? } else { c };
        let target = buffer.get_mut(length..length + c.len_utf8())?;
        length += c.encode_utf8(target).len();
    }
    Some(&buffer[..length])
}

fn escaped(rest: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match rest.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let high = unit(rest)?;
            if !(0xd800..0xdc00).contains(&high) {
                return char::from_u32(high);
            }
            let low = (rest.next()? == '\\' && rest.next()? == 'u').then(|| unit(rest))??;
            let low = (0xdc00..0xe000).contains(&low).then_some(low)?;
            char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))?
        }
        other => other,
    })
}

fn unit(rest: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |v, _| Some(v * 16 + rest.next()?.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_bytes_end_where_a_byte_by_byte_search_ends() {
        let special =
            [b'"', b'\\', 0, 1, 0x1f, 0x20, b'!', b'#', b'[', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff];
        for length in 0..20 {
            for place in 0..length {
                for (byte, other) in special.iter().flat_map(|b| special.map(|o| (*b, o))) {
                    let mut text = vec![b'a'; length];
                    text[place] = byte;
                    text[length - 1] = other;
                    let ends = |b: &u8| matches!(b, b'"' | b'\\' | 0..0x20);
                    let expected = text.iter().position(ends).unwrap_or(length);
                    assert_eq!(plain(&text), expected, "{text:?}");
                }
            }
        }
    }
}
