//! Names of streams: `<symbol>@<kind>`, `!<kind>@arr`.

/// What a stream's name says of its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamKind {
    /// `depth`, `depth@100ms`: differences.
    Diff,
    /// `depth5`, `depth10@100ms`, `depth20`: the best levels.
    Partial,
    /// `depthSnapshot`: a REST snapshot that a recorder put into the stream (Tardis).
    Snapshot,
    Other,
}

/// A stream's name in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StreamName<'a> {
    /// The symbol in lower case; empty for streams of a whole market.
    pub symbol: &'a [u8],
    pub kind: StreamKind,
}

impl<'a> StreamName<'a> {
    pub(super) fn new(name: &'a [u8]) -> Self {
        let at = name.iter().position(|b| *b == b'@').unwrap_or(name.len());
        let (symbol, rest) = name.split_at(at);
        let channel = rest.get(1..).unwrap_or_default();
        let end = channel.iter().position(|b| *b == b'@').unwrap_or(channel.len());
        let kind = match &channel[..end] {
            b"depth" => StreamKind::Diff,
            b"depthSnapshot" => StreamKind::Snapshot,
            [b'd', b'e', b'p', b't', b'h', levels @ ..]
                if levels.iter().all(u8::is_ascii_digit) =>
            {
                StreamKind::Partial
            }
            _ => StreamKind::Other,
        };
        let symbol = if symbol.first() == Some(&b'!') { &symbol[..0] } else { symbol };
        Self { symbol, kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_they_carry() {
        let kind = |name: &str| StreamName::new(name.as_bytes()).kind;
        for name in ["btcusdt@depth", "btcusdt@depth@100ms", "btcusdt@depth@0ms"] {
            assert_eq!(kind(name), StreamKind::Diff);
        }
        for name in ["btcusdt@depth5", "btcusdt@depth10@100ms", "btcusdt@depth20"] {
            assert_eq!(kind(name), StreamKind::Partial);
        }
        for name in ["btcusdt@rpiDepth@500ms", "btcusdt@trade", "depth", "", "@", "a@depthx"] {
            assert_eq!(kind(name), StreamKind::Other);
        }
        assert_eq!(kind("btcusdc@depthSnapshot"), StreamKind::Snapshot);
        assert_eq!(StreamName::new(b"btcusd_perp@trade").symbol, b"btcusd_perp");
        assert_eq!(StreamName::new(b"!markPrice@arr").symbol, b"");
    }
}
