//! Reads any frame: members in any order, spacing, escapes, unknown members. Slower than the
//! templates, and the one that decides where they do not match.

use super::family::Family;
use super::fields::{Fields, Key};
use super::stream::{StreamKind, StreamName};
use super::view::{View, wrong_type};
use crate::error::FrameError;
use crate::venue::wire::MAX_FRAME;
use crate::venue::wire::lexer::{Lexer, Type, UNESCAPED, Value, unescape};

/// Where the message of a frame stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payload {
    /// The frame itself: [`Reader::top`].
    Top,
    /// Its member `data`: [`Reader::payload`].
    Data,
    /// Several messages, in a list.
    List(Value),
}

/// Room for the members of a frame, reused from frame to frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    pub top: Fields,
    pub payload: Fields,
    /// The object in a message that holds its values (`forceOrder`).
    pub inner: Fields,
}

/// What a message is, before its values are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Take(Family),
    Ignored(&'static str),
    Control(&'static str),
    /// An event type that no venue document names.
    Unknown(Value),
}

/// Events that a venue sends and that we do not take.
const IGNORED: [&str; 16] = [
    "kline",
    "continuous_kline",
    "indexPrice_kline",
    "markPrice_kline",
    "24hrTicker",
    "24hrMiniTicker",
    "1hTicker",
    "4hTicker",
    "1dTicker",
    "avgPrice",
    "indexPriceUpdate",
    "assetIndexUpdate",
    "compositeIndex",
    "contractInfo",
    "tradingSession",
    "openInterest",
];

/// Checks what can be checked without reading: size and encoding.
///
/// # Errors
/// `E_FRAME_TOO_LARGE`, `E_FRAME_UTF8`.
pub(super) fn check(frame: &[u8]) -> Result<(), FrameError> {
    if frame.len() > MAX_FRAME {
        return Err(FrameError::new("E_FRAME_TOO_LARGE", MAX_FRAME, "at most 16 MiB"));
    }
    let utf8 = std::str::from_utf8(frame);
    utf8.map(|_| ()).map_err(|e| FrameError::new("E_FRAME_UTF8", e.valid_up_to(), "valid UTF-8"))
}

impl Reader {
    /// Finds the message or messages of a frame that [`check`] let pass.
    pub(super) fn frame(&mut self, frame: &[u8]) -> Result<Payload, FrameError> {
        let mut lexer = Lexer::new(frame, 0);
        let payload = match lexer.peek() {
            b'{' => {
                self.object(&mut lexer)?;
                match self.top.get(Key::Data) {
                    Some(data) if data.of == Type::Object => Payload::Data,
                    Some(data) if data.of == Type::Array => Payload::List(data),
                    _ => Payload::Top,
                }
            }
            b'[' => {
                self.top.clear(lexer.at);
                Payload::List(lexer.value(0)?)
            }
            _ => {
                let value = lexer.value(0)?;
                lexer.end()?;
                return Err(FrameError::new("E_FRAME_SCHEMA", value.at(), "an object or a list"));
            }
        };
        lexer.end()?;
        Ok(payload)
    }

    /// The frame's object, with `data` read on the way.
    fn object(&mut self, lexer: &mut Lexer<'_>) -> Result<(), FrameError> {
        lexer.expect(b'{', "an object")?;
        self.top.clear(lexer.at - 1);
        if lexer.eat(b'}') {
            return Ok(());
        }
        loop {
            let key = lexer.key()?;
            let value = if key.bytes(lexer.bytes) == b"data" && lexer.peek() == b'{' {
                let start = lexer.at as u32;
                self.payload.read(lexer, 1)?;
                Value { start, end: lexer.at as u32, of: Type::Object, escaped: false }
            } else {
                lexer.value(1)?
            };
            self.top.add(lexer.bytes, key, value)?;
            if lexer.eat(b'}') {
                return Ok(());
            }
            lexer.expect(b',', "a comma or the end of an object")?;
        }
    }

    /// Members of the message found last.
    pub(super) fn fields(&self, payload: Payload, family: Family) -> &Fields {
        match payload {
            _ if family == Family::Liquidation => &self.inner,
            Payload::Data => &self.payload,
            _ => &self.top,
        }
    }

    /// The stream's name where the frame has one without escapes.
    pub(super) fn stream<'a>(&self, frame: &'a [u8]) -> Option<&'a [u8]> {
        let value = self.top.get(Key::Stream)?;
        (value.of == Type::Text && !value.escaped).then(|| value.bytes(frame))
    }
}

/// What a message is, from its event type, its stream and its members.
pub(super) fn classify(view: View<'_>, stream: Option<StreamName<'_>>) -> Class {
    if let Some(event) = view.fields.get(Key::Event) {
        let mut buffer = [0; UNESCAPED];
        let name = (event.of == Type::Text)
            .then(|| unescape(view.frame, event, &mut buffer))
            .flatten()
            .unwrap_or_default();
        return named(name, event, stream);
    }
    let has = |keys: &[Key]| keys.iter().all(|k| view.fields.shape.has(*k));
    // S9: the best quote of spot names no event.
    if has(&[Key::Last, Key::Bid, Key::BidQuantity, Key::Ask, Key::AskQuantity]) {
        Class::Take(Family::Quote)
    } else if has(&[Key::LastUpdateId, Key::Bids, Key::Asks]) {
        // S12: partial depth of spot has the members of a snapshot; only the stream tells.
        match stream.map(|s| s.kind) {
            Some(StreamKind::Partial) => Class::Take(Family::Partial),
            _ => Class::Take(Family::Snapshot),
        }
    } else if has(&[Key::Error]) || has(&[Key::Code, Key::Message]) {
        Class::Control("error")
    } else if has(&[Key::Id]) || has(&[Key::Result]) {
        Class::Control("reply")
    } else {
        Class::Ignored("unknown")
    }
}

fn named(name: &[u8], event: Value, stream: Option<StreamName<'_>>) -> Class {
    Class::Take(match name {
        // S12, U12: without a stream's name it is a difference.
        b"depthUpdate" => match stream.map(|s| s.kind) {
            None | Some(StreamKind::Diff) => Family::Depth,
            Some(StreamKind::Partial) => Family::Partial,
            Some(_) => return Class::Ignored("other depth stream"),
        },
        b"bookTicker" => Family::Quote,
        b"trade" => Family::Trade,
        b"aggTrade" => Family::AggTrade,
        b"markPriceUpdate" => Family::Mark,
        b"forceOrder" => Family::Liquidation,
        b"serverShutdown" => return Class::Control("serverShutdown"),
        _ => {
            let known = IGNORED.iter().find(|known| known.as_bytes() == name);
            return known.map_or(Class::Unknown(event), |known| Class::Ignored(known));
        }
    })
}

/// Visits the messages of a list, each read into `fields`.
pub(super) fn for_each(
    frame: &[u8],
    list: Value,
    fields: &mut Fields,
    mut visit: impl FnMut(&Fields) -> Result<(), FrameError>,
) -> Result<(), FrameError> {
    let mut lexer = Lexer::new(frame, list.at() + 1);
    while !lexer.eat(b']') {
        if lexer.peek() != b'{' {
            return Err(FrameError::new("E_FRAME_SCHEMA", lexer.at, "a list of objects"));
        }
        fields.read(&mut lexer, 2)?;
        visit(fields)?;
        lexer.eat(b',');
    }
    Ok(())
}

/// The object under `o`, read into `inner`.
pub(super) fn order(frame: &[u8], fields: &Fields, inner: &mut Fields) -> Result<(), FrameError> {
    let value = fields.need(Key::Order)?;
    if value.of != Type::Object {
        return Err(wrong_type(value, Key::Order));
    }
    inner.read(&mut Lexer::new(frame, value.at()), 2)
}
