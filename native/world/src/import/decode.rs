//! A line becomes an input: what both passes have in common.

use crate::import::format::{Format, is_frame};
use crate::import::record::{RawText, Record, RecordKind, parse_record, unescape};
use crate::import::stamp::{Stamp, TimeUnit, split_stamp, split_token};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use tickwright_engine::FrameError;

/// How far into a body its first keys are looked for.
const HEAD: usize = 512;

/// What a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// A websocket frame as received.
    Frame { stamp: Stamp, connection: &'a [u8], bytes: &'a [u8] },
    /// A REST response. `url` is empty in recordings that do not keep it: then it is a snapshot.
    Body { stamp: Stamp, url: &'a str, bytes: &'a [u8] },
    /// A connection was opened to this address.
    Connect { stamp: Stamp, connection: &'a [u8], address: &'a str },
    /// Head of a capture, with the recorder's name of the exchange.
    Header { exchange: &'a str },
    /// Nothing to apply: its kind, for the count of what was ignored.
    Skipped { stamp: Option<Stamp>, kind: &'static str },
}

impl Decoded<'_> {
    /// The receive time, where the line has one.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        match self {
            Self::Frame { stamp, .. } | Self::Body { stamp, .. } | Self::Connect { stamp, .. } => {
                Some(*stamp)
            }
            Self::Skipped { stamp, .. } => *stamp,
            Self::Header { .. } => None,
        }
    }
}

/// Decodes lines of one file; holds the unpacked payload of the one in hand.
#[derive(Clone, Debug)]
pub struct Decoder {
    format: Format,
    /// Set by the first line: a file has one unit throughout.
    unit: Option<TimeUnit>,
    payload: Vec<u8>,
}

impl Decoder {
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self { format, unit: None, payload: Vec::new() }
    }

    /// The next file may count in another unit.
    pub fn next_file(&mut self) {
        self.unit = None;
    }

    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    #[must_use]
    pub fn unit(&self) -> Option<TimeUnit> {
        self.unit
    }

    /// # Errors
    /// `E_LINE`, `E_RECORD`, `E_RECEIVE_TIME`: the line is refused, with the byte within it.
    #[inline]
    pub fn decode<'a>(&'a mut self, line: &'a [u8]) -> Result<Decoded<'a>, FrameError> {
        match self.format {
            Format::Lines => self.line(line),
            Format::Capture => self.record(line),
            Format::Journal => Err(FrameError::new("E_LINE", 0, "an entry of a journal")),
            Format::Dbn => Err(FrameError::new("E_LINE", 0, "a record of Databento")),
            Format::Rows(_) => Err(FrameError::new("E_LINE", 0, "a row of a table")),
        }
    }

    #[inline]
    fn line<'a>(&mut self, line: &'a [u8]) -> Result<Decoded<'a>, FrameError> {
        let (stamp, bytes) = split_stamp(line).ok_or_else(|| not_stamped(line))?;
        if *self.unit.get_or_insert(stamp.unit) != stamp.unit {
            return Err(FrameError::new("E_RECEIVE_TIME", 0, "the time unit of the lines before"));
        }
        if !is_frame(bytes) {
            return Err(FrameError::new("E_LINE", line.len() - bytes.len(), "a JSON object"));
        }
        if is_snapshot(bytes) {
            return Ok(Decoded::Body { stamp, url: "", bytes });
        }
        Ok(Decoded::Frame { stamp, connection: b"", bytes })
    }

    fn record<'a>(&'a mut self, line: &'a [u8]) -> Result<Decoded<'a>, FrameError> {
        let record = parse_record(line)?;
        if let Some(stamp) = record.stamp {
            self.unit = Some(stamp.unit);
        }
        let skipped = |kind| Ok(Decoded::Skipped { stamp: record.stamp, kind });
        match record.kind {
            RecordKind::Header => Ok(Decoded::Header { exchange: text_of(record.exchange)? }),
            RecordKind::Send => skipped("send"),
            RecordKind::Other => skipped("other record"),
            RecordKind::Connect => Ok(Decoded::Connect {
                stamp: stamp_of(&record)?,
                connection: record.connection.bytes,
                address: text_of(record.address)?,
            }),
            RecordKind::Http => {
                let (stamp, url) = (stamp_of(&record)?, text_of(record.url)?);
                Ok(Decoded::Body { stamp, url, bytes: self.unpack(&record)? })
            }
            RecordKind::Recv => {
                let (stamp, connection) = (stamp_of(&record)?, record.connection.bytes);
                Ok(Decoded::Frame { stamp, connection, bytes: self.unpack(&record)? })
            }
        }
    }

    fn unpack<'a>(&'a mut self, record: &Record<'a>) -> Result<&'a [u8], FrameError> {
        match (record.data, record.base64) {
            (Some(text), _) if !text.escaped => Ok(text.bytes),
            (Some(text), _) => {
                unescape(text, &mut self.payload)?;
                Ok(&self.payload)
            }
            (None, Some(text)) => {
                self.payload.clear();
                STANDARD
                    .decode_vec(text.bytes, &mut self.payload)
                    .map_err(|_| FrameError::new("E_RECORD", text.offset, "base64"))?;
                Ok(&self.payload)
            }
            (None, None) => Err(FrameError::new("E_RECORD", 0, "data or b64")),
        }
    }
}

#[cold]
fn not_stamped(line: &[u8]) -> FrameError {
    match split_token(line) {
        Some(_) => FrameError::new("E_RECEIVE_TIME", 0, "a time in s, ms, us or ns"),
        None => FrameError::new("E_LINE", 0, "a receive time, one blank and JSON"),
    }
}

/// The receive time of a capture's line, for the order of its runs.
#[must_use]
pub fn record_time(line: &[u8]) -> Option<i64> {
    parse_record(line).ok()?.stamp.map(|s| s.nanos)
}

/// A REST snapshot among frames: it has `lastUpdateId` and no `stream` around it.
#[inline]
fn is_snapshot(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"{\"stream\"") || bytes.starts_with(b"{\"e\"") {
        return false;
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    memmem::find(head, b"\"lastUpdateId\"").is_some() && memmem::find(head, b"\"stream\"").is_none()
}

fn stamp_of(record: &Record<'_>) -> Result<Stamp, FrameError> {
    record.stamp.ok_or(FrameError::new("E_RECEIVE_TIME", 0, "ts"))
}

/// Names and addresses are plain text: an escape in one is not undone.
fn text_of(text: RawText<'_>) -> Result<&str, FrameError> {
    std::str::from_utf8(text.bytes)
        .map_err(|e| FrameError::new("E_RECORD", text.offset + e.valid_up_to(), "UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(format: Format, line: &str) -> String {
        let mut decoder = Decoder::new(format);
        match decoder.decode(line.as_bytes()) {
            Ok(Decoded::Frame { bytes, connection, .. }) => {
                let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
                format!("frame {} {}", text(connection), text(bytes))
            }
            Ok(Decoded::Body { url, bytes, .. }) => {
                format!("body {url} {}", String::from_utf8_lossy(bytes))
            }
            Ok(other) => format!("{other:?}"),
            Err(error) => format!("{error}"),
        }
    }

    #[test]
    fn lines_are_frames_or_snapshots() {
        let is = |rest: &str| decoded(Format::Lines, &format!("1721749182850494 {rest}"));
        assert_eq!(
            is(r#"{"stream":"a@depth","data":{}}"#),
            r#"frame  {"stream":"a@depth","data":{}}"#
        );
        assert!(is(r#"{"lastUpdateId": 13, "bids": []}"#).starts_with("body  {"));
        assert!(is(r#"{"data":{"lastUpdateId":1},"stream":"x@depth5"}"#).starts_with("frame"));
        assert!(is(r#"{"u":1,"s":"X","b":"1"}"#).starts_with("frame"));
        assert_eq!(is(r#"order_created {"id":1}"#), r#"frame  order_created {"id":1}"#);
    }

    #[test]
    fn bad_lines_are_refused_with_a_code() {
        let is = |line: &str| decoded(Format::Lines, line);
        assert_eq!(is("# note"), "E_RECEIVE_TIME: a time in s, ms, us or ns at byte 0");
        assert_eq!(is("junk"), "E_LINE: a receive time, one blank and JSON at byte 0");
        assert_eq!(is("1721749182850494 [1]"), "E_LINE: a JSON object at byte 17");
    }

    #[test]
    fn a_file_keeps_its_time_unit() {
        let mut decoder = Decoder::new(Format::Lines);
        assert!(decoder.decode(b"1721749182850494 {}").is_ok());
        let error = decoder.decode(b"1721749182850 {}").unwrap_err();
        assert_eq!(error.code, "E_RECEIVE_TIME");
        decoder.next_file();
        assert!(decoder.decode(b"1721749182850 {}").is_ok());
    }

    #[test]
    fn records_of_every_kind() {
        let is = |line: &str| decoded(Format::Capture, line);
        assert_eq!(
            is(r#"{"t":"recv","conn":"c","ts":1633998512.5,"data":"{\"u\":1}"}"#),
            r#"frame c {"u":1}"#
        );
        assert_eq!(is(r#"{"t":"recv","conn":"c","ts":1633998512.5,"b64":"aGk="}"#), "frame c hi");
        assert_eq!(
            is(r#"{"t":"http","ts":1633998512.5,"url":"https://x/depth","data":"plain"}"#),
            "body https://x/depth plain"
        );
        assert!(is(r#"{"t":"connect","ts":1633998512.5,"addr":"wss://x"}"#).starts_with("Connect"));
        assert!(is(r#"{"t":"header","exchange":"X"}"#).contains("Header { exchange: \"X\" }"));
        assert!(is(r#"{"t":"send","ts":1633998512.5}"#).contains("\"send\""));
        assert!(is(r#"{"t":"recv","ts":1633998512.5}"#).starts_with("E_RECORD: data or b64"));
        assert!(is(r#"{"t":"recv","data":"x"}"#).starts_with("E_RECEIVE_TIME"));
        assert!(is(r#"{"t":"recv","ts":1633998512.5,"b64":"*"}"#).starts_with("E_RECORD: base64"));
    }
}
