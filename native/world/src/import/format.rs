//! Which recording format this is.

use crate::import::record::{RecordKind, parse_record};
use crate::import::rows::RowFormat;
use crate::import::stamp::split_stamp;
use tickwright_engine::CoreError;

/// Formats there are. The first two are read line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `<receive time> <JSON as received>`, in the order received; an event's name may stand in front of
    /// the JSON.
    Lines,
    /// One JSON record a line: `header`, `http`, `connect`, `send`, `recv`.
    Capture,
    /// Entries of a journal, handed over one by one.
    Journal,
    /// Databento's records, decoded by a program of their own.
    Dbn,
    /// Tables; where files are of several formats, that of the first.
    Rows(RowFormat),
}

/// Formats whose lines hold frames, for messages.
const WIRE: [&str; 3] = ["lines", "capture", "journal"];
/// First bytes of what is not a recording, or not one that is read yet.
const FOREIGN: &[(&[u8], &str)] = &[
    (&[0x1f, 0x8b], "gzip inside gzip"),
    (&[0x28, 0xb5, 0x2f, 0xfd], "a Zstandard file"),
    (b"BZh", "a bzip2 file"),
    (b"PK\x03\x04", "a zip file"),
    (b"PAR1", "a Parquet file"),
    (b"DBN", "a Databento DBN file"),
    (b"[", "one JSON array"),
];

impl Format {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Capture => "capture",
            Self::Journal => "journal",
            Self::Dbn => "dbn",
            Self::Rows(format) => format.name(),
        }
    }

    /// From `--format`.
    ///
    /// # Errors
    /// `E_IMPORT_FORMAT` naming the formats there are.
    pub fn from_name(name: &str) -> Result<Self, CoreError> {
        match name {
            "lines" => Ok(Self::Lines),
            "capture" => Ok(Self::Capture),
            "journal" => Ok(Self::Journal),
            _ => RowFormat::from_name(name).map(Self::Rows).ok_or_else(|| {
                let message = format!("\"{name}\" is not a format; there are: {}", names());
                CoreError::new("E_IMPORT_FORMAT", message)
                    .hint("leave --format away to have it recognised")
            }),
        }
    }

    /// The format that a line belongs to.
    #[must_use]
    pub fn of_line(line: &[u8]) -> Option<Self> {
        if line.first() == Some(&b'{') {
            let record = parse_record(line).ok()?;
            return (record.kind != RecordKind::Other).then_some(Self::Capture);
        }
        let (_, rest) = split_stamp(line)?;
        is_frame(rest).then_some(Self::Lines)
    }
}

/// What may stand behind a receive time: an object, or its event's name and the object, as a recorder of
/// Bitstamp printed it (`order_created {…}`).
#[must_use]
pub fn is_frame(bytes: &[u8]) -> bool {
    const LONGEST: usize = 24;
    let name = bytes.iter().take_while(|b| b.is_ascii_lowercase() || **b == b'_').count();
    match name {
        0 => bytes.first() == Some(&b'{'),
        1..=LONGEST => bytes[name..].starts_with(b" {"),
        _ => false,
    }
}

/// `E_IMPORT_FORMAT` for a file none of whose first lines belongs to a format.
#[must_use]
pub fn unknown_format(first_line: &[u8], at: String) -> CoreError {
    let foreign = FOREIGN.iter().find(|(magic, _)| first_line.starts_with(magic));
    let seen = match foreign {
        Some((_, name)) => (*name).to_owned(),
        None => describe_bytes(first_line),
    };
    CoreError::new("E_IMPORT_FORMAT", format!("{seen} is none of the formats {}", names()))
        .at(at)
        .hint("other tables are read by a map, see --columns; lines are `<receive time> <JSON>`")
}

/// Every format, for messages.
fn names() -> String {
    let names: Vec<&str> = WIRE.into_iter().chain(RowFormat::ALL.map(RowFormat::name)).collect();
    names.join(", ")
}

fn describe_bytes(line: &[u8]) -> String {
    const SHOWN: usize = 60;
    let head = &line[..line.len().min(SHOWN)];
    let more = if line.len() > SHOWN { "…" } else { "" };
    match std::str::from_utf8(head) {
        Ok(text) if !text.chars().any(char::is_control) => format!("\"{text}{more}\""),
        _ => {
            let hex: Vec<String> = head.iter().take(16).map(|b| format!("{b:02x}")).collect();
            format!("binary data ({}…)", hex.join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_tell_the_format() {
        let line = br#"1723161255030314667 {"stream":"btcusdt@depth@0ms","data":{}}"#;
        assert_eq!(Format::of_line(line), Some(Format::Lines));
        assert_eq!(Format::of_line(br#"{"t": "header", "exchange": "X"}"#), Some(Format::Capture));
        for line in ["1430438400123 order_created {}", "2016-03-12 00:08:37,352 {}"] {
            assert_eq!(Format::of_line(line.as_bytes()), Some(Format::Lines));
        }
        for other in [
            "",
            "# comment",
            r#"{"stream":"x"}"#,
            "1430438400123 Order_created {}",
            "1430438400123 order_created",
            "1430438400123 order_created [1]",
            "a,b,c",
            "12 {}",
            "{",
        ] {
            assert_eq!(Format::of_line(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn unknown_formats_say_what_was_seen() {
        let message = |bytes: &[u8]| unknown_format(bytes, String::new()).message;
        assert!(message(b"\x1f\x8b\x08").starts_with("gzip inside gzip is none of"));
        assert!(message(b"PAR1..").contains("Parquet"));
        assert!(message(b"\x00\x01\x02").starts_with("binary data (00 01 02"));
        assert!(message(b"time;price").starts_with("\"time;price\" is none of the formats lines"));
        assert_eq!(Format::from_name("dbn").unwrap_err().code, "E_IMPORT_FORMAT");
        assert_eq!(Format::from_name("lines").unwrap(), Format::Lines);
    }
}
