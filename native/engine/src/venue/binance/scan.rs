//! A first look at a frame, before venue, instruments and scales are known.

use super::fields::Key;
use super::general::{Class, Payload, Reader, check, classify, order};
use super::stream::{StreamKind, StreamName};
use super::view::View;
use crate::error::FrameError;
use crate::venue::wire::lexer::{Lexer, Type, Value};

pub use super::family::Family;

/// What a frame says of itself. Texts are as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan<'a> {
    /// Name of the stream of a combined frame.
    pub stream: Option<&'a str>,
    pub family: Family,
    /// The message's own symbol, as instruments are spelled; `None` where it names none (bodies of
    /// spot and USDⓈ-M, partial depth of spot, lists).
    pub symbol: Option<&'a str>,
    /// `pu` or `T`: a futures venue.
    pub is_futures: bool,
    /// `ps` or `pair`.
    pub pair: Option<&'a str>,
    /// `st`: 1 USDⓈ-M, 2 COIN-M.
    pub market: Option<u64>,
}

impl<'a> Scan<'a> {
    /// Symbol of the stream, lower case; `None` for lone frames and streams of a whole market.
    #[must_use]
    pub fn stream_symbol(&self) -> Option<&'a str> {
        let (symbol, _) = self.stream?.split_once('@')?;
        Some(symbol).filter(|s| !s.is_empty() && !s.starts_with('!'))
    }
}

/// Reads what a frame is. A frame of a well-known stream is read only as far as its levels: whether
/// the rest is sound shows when a feed takes it.
///
/// # Errors
/// The codes of a refused frame: size, encoding, grammar, depth, doubled names.
pub fn scan(frame: &[u8]) -> Result<Scan<'_>, FrameError> {
    match quick(frame) {
        Some(scan) => Ok(scan),
        None => full(frame, &mut Reader::default()).map(|(scan, _)| scan),
    }
}

/// Whether bytes are the body of a REST depth snapshot, by their first member.
#[must_use]
pub fn is_snapshot(body: &[u8]) -> bool {
    let mut lexer = Lexer::new(body, 0);
    lexer.eat(b'{') && lexer.key().is_ok_and(|key| key.bytes(body) == b"lastUpdateId")
}

fn quick(frame: &[u8]) -> Option<Scan<'_>> {
    const OPEN: &[u8] = b"{\"stream\":\"";
    const DATA: &[u8] = b",\"data\":{";
    let name = frame.strip_prefix(OPEN)?;
    let name = &name[..name.iter().take(64).position(|b| *b == b'"')?];
    let family = by_stream(name)?;
    let mut lexer = Lexer::new(frame, OPEN.len() + name.len() + 1);
    if !frame[lexer.at..].starts_with(DATA) {
        return None;
    }
    lexer.at += DATA.len();
    let stream = Some(std::str::from_utf8(name).ok()?);
    let mut out =
        Scan { stream, family, symbol: None, is_futures: false, pair: None, market: None };
    loop {
        let key = lexer.key().ok()?;
        if matches!(lexer.peek(), b'[' | b'{') {
            return Some(out);
        }
        let value = lexer.value(2).ok()?;
        out.member(frame, key.bytes(frame), value);
        if !lexer.eat(b',') {
            return (lexer.peek() == b'}').then_some(out);
        }
    }
}

impl<'a> Scan<'a> {
    fn member(&mut self, frame: &'a [u8], key: &[u8], value: Value) {
        let text = || std::str::from_utf8(value.bytes(frame)).ok();
        match key {
            b"s" | b"symbol" => self.symbol = text(),
            b"ps" | b"pair" => self.pair = text(),
            b"st" => self.market = text().and_then(|t| t.parse().ok()),
            b"pu" => self.is_futures = true,
            // Trades of spot have a `T` as well.
            b"T" => self.is_futures |= !matches!(self.family, Family::Trade | Family::AggTrade),
            _ => {}
        }
    }
}

/// Family by the name of a stream whose messages are all of one.
fn by_stream(name: &[u8]) -> Option<Family> {
    match StreamName::new(name).kind {
        StreamKind::Diff => return Some(Family::Depth),
        StreamKind::Partial => return Some(Family::Partial),
        StreamKind::Snapshot => return Some(Family::Snapshot),
        StreamKind::Other => {}
    }
    let at = name.iter().position(|b| *b == b'@')?;
    match &name[at + 1..] {
        b"trade" => Some(Family::Trade),
        b"aggTrade" => Some(Family::AggTrade),
        b"bookTicker" => Some(Family::Quote),
        _ => None,
    }
}

/// Reads all of a frame; where its message stands in `reader`.
pub(super) fn full<'a>(
    frame: &'a [u8],
    reader: &mut Reader,
) -> Result<(Scan<'a>, Payload), FrameError> {
    check(frame)?;
    let payload = reader.frame(frame)?;
    let stream = reader.stream(frame);
    let text = |bytes: &'a [u8]| std::str::from_utf8(bytes).ok();
    let mut out = Scan {
        stream: stream.and_then(text),
        family: Family::Other,
        symbol: None,
        is_futures: false,
        pair: None,
        market: None,
    };
    if matches!(payload, Payload::List(_)) {
        return Ok((out, payload));
    }
    out.family = family(frame, payload, stream, reader)?;
    let fields = reader.fields(payload, out.family);
    const KEYS: [(Key, &[u8]); 7] = [
        (Key::Symbol, b"s"),
        (Key::FullSymbol, b"symbol"),
        (Key::PairShort, b"ps"),
        (Key::Pair, b"pair"),
        (Key::Market, b"st"),
        (Key::Previous, b"pu"),
        (Key::Time, b"T"),
    ];
    for (key, name) in KEYS {
        if let Some(value) = fields.get(key).filter(|v| matches!(v.of, Type::Text | Type::Number)) {
            out.member(frame, name, value);
        }
    }
    out.is_futures |= matches!(out.family, Family::Mark | Family::Liquidation);
    Ok((out, payload))
}

/// Class of the one message in a frame; fills `inner` where its values lie deeper.
fn family(
    frame: &[u8],
    payload: Payload,
    stream: Option<&[u8]>,
    reader: &mut Reader,
) -> Result<Family, FrameError> {
    let fields = if payload == Payload::Data { &reader.payload } else { &reader.top };
    let view = View { frame, fields };
    Ok(match classify(view, stream.map(StreamName::new)) {
        Class::Take(Family::Liquidation) => {
            order(frame, fields, &mut reader.inner)?;
            Family::Liquidation
        }
        Class::Take(family) => family,
        Class::Control(_) => Family::Control,
        Class::Ignored(name) if name.contains("kline") => Family::Kline,
        Class::Ignored(_) | Class::Unknown(_) => Family::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEPTH: &str = r#"{"stream":"btcusd_perp@depth@0ms","data":{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSD_PERP","ps":"BTCUSD","U":1,"u":2,"pu":0,"b":[],"a":[]}}"#;

    #[test]
    fn quick_and_full_say_the_same() {
        let trade = r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"s":"BTCUSDT","t":1,"p":"1","q":"1","T":1,"m":true,"M":true}}"#;
        let quote = r#"{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":1,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1","T":1,"E":1,"st":1,"ps":"BTCUSDT"}}"#;
        for frame in [DEPTH, trade, quote] {
            let quick = quick(frame.as_bytes()).unwrap();
            let (full, _) = full(frame.as_bytes(), &mut Reader::default()).unwrap();
            assert_eq!(full, quick);
        }
        let seen = scan(DEPTH.as_bytes()).unwrap();
        assert_eq!(seen.stream_symbol(), Some("btcusd_perp"));
        assert_eq!((seen.symbol, seen.pair), (Some("BTCUSD_PERP"), Some("BTCUSD")));
        assert!(seen.is_futures);
    }

    #[test]
    fn frames_without_a_stream_are_known_by_their_members() {
        let cases = [
            (r#"{"lastUpdateId": 1, "bids": [], "asks": []}"#, Family::Snapshot, None),
            (r#"{"u":1,"s":"A","b":"1","B":"1","a":"1","A":"1"}"#, Family::Quote, Some("A")),
            (r#"{"e":"forceOrder","E":1,"o":{"s":"B","S":"BUY"}}"#, Family::Liquidation, Some("B")),
            (r#"{"e":"kline","s":"C","k":{}}"#, Family::Kline, Some("C")),
            (r#"{"result":null,"id":1}"#, Family::Control, None),
            (r#"{"e":"new","s":"D"}"#, Family::Other, Some("D")),
        ];
        for (frame, family, symbol) in cases {
            let seen = scan(frame.as_bytes()).unwrap();
            assert_eq!((seen.family, seen.symbol), (family, symbol), "{frame}");
        }
        assert!(is_snapshot(b" { \"lastUpdateId\": 1"));
        assert!(!is_snapshot(DEPTH.as_bytes()));
        assert_eq!(scan(b"{").unwrap_err().code, "E_FRAME_PARSE");
    }
}
