//! Records of a capture: one JSON object a line, the frame inside as a JSON string.
//!
//! Only the top level is read: `t`, `conn`, `ts`, `url`, `addr`, `exchange`, `data`, `b64`. The
//! values are slices of the line; `data` is unescaped by [`unescape`] when it is wanted.

use crate::import::stamp::{Stamp, parse_stamp};
use memchr::{memchr, memchr2};
use tickwright_engine::FrameError;

/// Deepest nesting of a value that is skipped.
const DEPTH_LIMIT: usize = 64;

/// What a record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    Header,
    /// A REST response.
    Http,
    Connect,
    Send,
    /// A frame as received.
    Recv,
    Other,
}

/// A JSON string as it stands on the line, between its quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RawText<'a> {
    pub bytes: &'a [u8],
    pub escaped: bool,
    /// Byte of the line at which it starts.
    pub offset: usize,
}

/// One record. Texts that the line does not have are empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    pub kind: RecordKind,
    /// Receive time; headers have none.
    pub stamp: Option<Stamp>,
    pub connection: RawText<'a>,
    pub url: RawText<'a>,
    pub address: RawText<'a>,
    pub exchange: RawText<'a>,
    pub data: Option<RawText<'a>>,
    pub base64: Option<RawText<'a>>,
}

enum Value<'a> {
    Text(RawText<'a>),
    Number(&'a [u8]),
    Other,
}

const fn refused(offset: usize, what: &'static str) -> FrameError {
    FrameError::new("E_RECORD", offset, what)
}

/// Reads one record.
///
/// # Errors
/// `E_RECORD` with the byte of the line; `E_RECEIVE_TIME` where `ts` is not a time.
pub fn parse_record(line: &[u8]) -> Result<Record<'_>, FrameError> {
    let mut scan = Scan { line, at: 0 };
    let mut record = Record {
        kind: RecordKind::Other,
        stamp: None,
        connection: RawText::default(),
        url: RawText::default(),
        address: RawText::default(),
        exchange: RawText::default(),
        data: None,
        base64: None,
    };
    scan.expect(b'{', "an object")?;
    if scan.peek() == Some(b'}') {
        return Err(refused(scan.at, "t"));
    }
    loop {
        let key = scan.text()?;
        scan.expect(b':', "a colon")?;
        let at = scan.skip_space();
        let value = scan.value()?;
        store(&mut record, key.bytes, value, at)?;
        match scan.peek() {
            Some(b',') => scan.at += 1,
            Some(b'}') => break,
            _ => return Err(refused(scan.at, "a comma or the object's end")),
        }
    }
    scan.at += 1;
    if scan.peek().is_some() {
        return Err(refused(scan.at, "the end of the line"));
    }
    Ok(record)
}

fn store<'a>(
    record: &mut Record<'a>,
    key: &[u8],
    value: Value<'a>,
    at: usize,
) -> Result<(), FrameError> {
    match (key, value) {
        (b"t", Value::Text(text)) => record.kind = kind_of(text.bytes),
        (b"ts", Value::Number(token)) => {
            let stamp = parse_stamp(token);
            record.stamp =
                Some(stamp.ok_or(FrameError::new("E_RECEIVE_TIME", at, "seconds since 1970"))?);
        }
        (b"conn", Value::Text(text)) => record.connection = text,
        (b"url", Value::Text(text)) => record.url = text,
        (b"addr", Value::Text(text)) => record.address = text,
        (b"exchange", Value::Text(text)) => record.exchange = text,
        (b"data", Value::Text(text)) => record.data = Some(text),
        (b"b64", Value::Text(text)) => record.base64 = Some(text),
        (b"t", _) => return Err(refused(at, "t as text")),
        (b"ts", _) => return Err(refused(at, "ts as a number")),
        _ => {}
    }
    Ok(())
}

fn kind_of(text: &[u8]) -> RecordKind {
    match text {
        b"header" => RecordKind::Header,
        b"http" => RecordKind::Http,
        b"connect" => RecordKind::Connect,
        b"send" => RecordKind::Send,
        b"recv" => RecordKind::Recv,
        _ => RecordKind::Other,
    }
}

struct Scan<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn skip_space(&mut self) -> usize {
        while self.line.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.at
    }

    fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.line.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), FrameError> {
        if self.peek() != Some(byte) {
            return Err(refused(self.at, what));
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self) -> Result<Value<'a>, FrameError> {
        match self.peek() {
            Some(b'"') => Ok(Value::Text(self.text()?)),
            Some(b'{' | b'[') => self.skip_nested(),
            Some(_) => Ok(self.plain()),
            None => Err(refused(self.at, "a value")),
        }
    }

    /// A number, `true`, `false` or `null`: taken as it stands.
    fn plain(&mut self) -> Value<'a> {
        let start = self.at;
        while self.line.get(self.at).is_some_and(|b| !matches!(b, b',' | b'}' | b']' | b' ')) {
            self.at += 1;
        }
        let token = &self.line[start..self.at];
        match token.first() {
            Some(b'0'..=b'9' | b'-') => Value::Number(token),
            _ => Value::Other,
        }
    }

    fn text(&mut self) -> Result<RawText<'a>, FrameError> {
        self.expect(b'"', "a string")?;
        let start = self.at;
        let mut escaped = false;
        loop {
            let rest = &self.line[self.at..];
            let Some(found) = memchr2(b'"', b'\\', rest) else {
                return Err(refused(self.line.len(), "the string's end"));
            };
            self.at += found;
            if self.line[self.at] == b'"' {
                break;
            }
            escaped = true;
            self.at = (self.at + 2).min(self.line.len());
        }
        let text = RawText { bytes: &self.line[start..self.at], escaped, offset: start };
        self.at += 1;
        Ok(text)
    }

    fn skip_nested(&mut self) -> Result<Value<'a>, FrameError> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.text()?;
                }
                Some(byte) => {
                    match byte {
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth -= 1,
                        _ => {}
                    }
                    self.at += 1;
                }
                None => return Err(refused(self.at, "the value's end")),
            }
            if depth == 0 {
                return Ok(Value::Other);
            }
            if depth > DEPTH_LIMIT {
                return Err(refused(self.at, "less nesting"));
            }
        }
    }
}

/// Writes the text that a JSON string stands for.
///
/// # Errors
/// `E_RECORD` at a broken escape; the offset is the line's.
pub fn unescape(text: RawText<'_>, out: &mut Vec<u8>) -> Result<(), FrameError> {
    out.clear();
    let mut rest = text.bytes;
    while let Some(at) = memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let offset = text.offset + (text.bytes.len() - rest.len()) + at;
        let escape = rest.get(at + 1).copied();
        let plain = match escape {
            Some(b @ (b'"' | b'\\' | b'/')) => b,
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'u') => {
                let (c, used) = unicode(&rest[at..]).ok_or(refused(offset, "a character code"))?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[at + used..];
                continue;
            }
            _ => return Err(refused(offset, "a known escape")),
        };
        out.push(plain);
        rest = &rest[at + 2..];
    }
    out.extend_from_slice(rest);
    Ok(())
}

/// `\uXXXX`, or a surrogate pair; the character and how many bytes it took.
fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let first = code_unit(text)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first).map(|c| (c, 6));
    }
    let second = code_unit(&text[6..])?;
    let low = second.checked_sub(0xdc00).filter(|&v| v < 0x400)?;
    char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low).map(|c| (c, 12))
}

fn code_unit(text: &[u8]) -> Option<u32> {
    let hex = text.strip_prefix(b"\\u")?.get(..4)?;
    let mut value = 0;
    for &b in hex {
        value = value * 16 + char::from(b).to_digit(16)?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: RawText<'_>) -> String {
        let mut out = Vec::new();
        unescape(text, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_received_frame() {
        let line =
            br#"{"t":"recv","conn":"X.ws.1","ts":1633998512.0633569,"data":"{\"a\":\"b\"}"}"#;
        let record = parse_record(line).unwrap();
        assert_eq!(record.kind, RecordKind::Recv);
        assert_eq!(record.connection.bytes, b"X.ws.1");
        assert_eq!(record.stamp.unwrap().nanos, 1_633_998_512_063_356_900);
        assert_eq!(plain(record.data.unwrap()), r#"{"a":"b"}"#);
    }

    #[test]
    fn spaces_other_keys_and_nested_values_do_not_matter() {
        let line = br#" { "config" : {"a":["}\"",{}]}, "more": null, "exchange" : "BINANCE" , "t": "header" } "#;
        let record = parse_record(line).unwrap();
        assert_eq!(record.kind, RecordKind::Header);
        assert_eq!(record.exchange.bytes, b"BINANCE");
        assert_eq!(record.stamp, None);
    }

    #[test]
    fn every_escape_is_undone() {
        let line = br#"{"t":"recv","data":"\" \\ \/ \n\t\r\b\f \u00e9 \ud83d\ude00 end"}"#;
        let data = parse_record(line).unwrap().data.unwrap();
        assert_eq!(plain(data), "\" \\ / \n\t\r\u{8}\u{c} é 😀 end");
    }

    #[test]
    fn broken_escapes_are_refused_where_they_stand() {
        for (text, at) in [
            (r#"{"data":"ab\x"}"#, 11),
            (r#"{"data":"\u12g4"}"#, 9),
            (r#"{"data":"..\ud83d x"}"#, 11),
            (r#"{"data":"\ud83d\u0041"}"#, 9),
            (r#"{"data":"\udc00"}"#, 9),
        ] {
            let data = parse_record(text.as_bytes()).unwrap().data.unwrap();
            let error = unescape(data, &mut Vec::new()).unwrap_err();
            assert_eq!((error.code, error.offset), ("E_RECORD", at), "{text}");
        }
    }

    #[test]
    fn broken_records_are_refused_where_they_break() {
        for (text, at) in [
            ("", 0),
            ("[]", 0),
            ("{}", 1),
            (r#"{"t":"recv""#, 11),
            (r#"{"t":"recv"} x"#, 13),
            (r#"{"t":"re"#, 8),
            (r#"{"t" "recv"}"#, 5),
            (r#"{"t":1}"#, 5),
            (r#"{"config":{"a":1}"#, 17),
            (r#"{"config":[[1]"#, 14),
            (r#"{"data":"abc\"#, 13),
        ] {
            let error = parse_record(text.as_bytes()).unwrap_err();
            assert_eq!((error.code, error.offset), ("E_RECORD", at), "{text}");
        }
        let error = parse_record(br#"{"t":"recv","ts":1e9}"#).unwrap_err();
        assert_eq!((error.code, error.offset), ("E_RECEIVE_TIME", 17));
        let deep = format!("{{\"config\":{}", "[".repeat(100));
        assert_eq!(parse_record(deep.as_bytes()).unwrap_err().what, "less nesting");
    }
}
