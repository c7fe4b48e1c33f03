//! One message at a time from the general reader to the state of its instrument.

use super::decode::decode;
use super::family::Family;
use super::fields::{Fields, Key};
use super::general::{Class, classify, order};
use super::slots::Slots;
use super::stream::StreamName;
use super::view::View;
use crate::error::FrameError;
use crate::event::EventBuf;
use crate::venue::Outcome;
use crate::venue::wire::drift::DriftChange;
use crate::venue::wire::lexer::{Type, UNESCAPED, Value, unescape};
use crate::venue::wire::symbols::Symbols;

/// `!bookTicker`, `!markPrice@arr`: instruments that we do not follow are no error there.
fn is_market_wide(stream: &[u8]) -> bool {
    stream.first() == Some(&b'!')
}

pub(super) fn find(symbols: &Symbols, view: View<'_>, key: Key) -> Option<usize> {
    let mut buffer = [0; UNESCAPED];
    let value = view.fields.get(key).filter(|v| v.of == Type::Text)?;
    symbols.find(unescape(view.frame, value, &mut buffer)?)
}

/// One message at a time, with what its frame says of it.
pub(super) struct Taker<'a, 's> {
    pub symbols: &'a Symbols,
    pub slots: &'a mut Slots,
    pub inner: &'a mut Fields,
    pub stream: Option<&'s [u8]>,
    /// One of several messages in its frame.
    pub listed: bool,
    pub ts_recv: i64,
    /// The instrument of the message in hand, for the count of refusals.
    pub place: &'a mut Option<usize>,
}

impl Taker<'_, '_> {
    pub(super) fn take(
        &mut self,
        view: View<'_>,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        *self.place = None;
        let family = match classify(view, self.stream.map(StreamName::new)) {
            Class::Take(family) => family,
            Class::Ignored(name) => return Ok(Outcome::Ignored(name)),
            Class::Control(name) => return Ok(Outcome::Control(name)),
            Class::Unknown(event) => return self.unknown(view, event),
        };
        if family != Family::Liquidation {
            return self.message(view, family, out);
        }
        let mut inner = std::mem::take(self.inner);
        let read = order(view.frame, view.fields, &mut inner);
        let taken = read
            .and_then(|()| self.message(View { frame: view.frame, fields: &inner }, family, out));
        *self.inner = inner;
        taken
    }

    fn message(
        &mut self,
        view: View<'_>,
        family: Family,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        *self.place = self.instrument(view, family);
        let Some(place) = *self.place else {
            if self.listed || self.stream.is_some_and(is_market_wide) {
                return Ok(Outcome::Ignored("another instrument"));
            }
            let symbol = view.fields.get(Key::Symbol).or(view.fields.get(Key::FullSymbol));
            let at = symbol.map_or(view.fields.at, |v| v.at());
            return Err(FrameError::new("E_SYMBOL", at, "an instrument that is followed"));
        };
        let slot = &self.slots.list[place];
        let of_futures = matches!(family, Family::Mark | Family::Liquidation);
        if of_futures && !slot.futures {
            return Ok(Outcome::Ignored("a stream of futures"));
        }
        if self.listed && !of_futures && family != Family::Quote {
            // A refused frame must change nothing, and only these leave no trace in the state.
            return Err(FrameError::new("E_FRAME_SCHEMA", view.fields.at, "a message of its own"));
        }
        let mut parsed = decode(view, family, (place, slot), out.entries_mut())?;
        parsed.header.ts_recv = self.ts_recv;
        self.slots.take(&parsed, Some(view), out)
    }

    /// By the message's own symbol, else by the stream's (S12, S14).
    fn instrument(&self, view: View<'_>, family: Family) -> Option<usize> {
        let key = if family == Family::Snapshot { Key::FullSymbol } else { Key::Symbol };
        if view.fields.shape.has(key) {
            return find(self.symbols, view, key);
        }
        let name = StreamName::new(self.stream?).symbol;
        let mut buffer = [0; UNESCAPED];
        let upper = buffer.get_mut(..name.len())?;
        upper.copy_from_slice(name);
        upper.make_ascii_uppercase();
        self.symbols.find(upper)
    }

    /// S16: an event type that no document names is counted, and refused where strict.
    fn unknown(&mut self, view: View<'_>, event: Value) -> Result<Outcome, FrameError> {
        let name = String::from_utf8_lossy(event.bytes(view.frame));
        self.slots.drift.add(Family::Other.name(), &name, DriftChange::UnknownEvent, self.ts_recv);
        if self.slots.strict {
            return Err(FrameError::new("E_FRAME_DRIFT", event.at(), "a known event type"));
        }
        Ok(Outcome::Ignored("unknown event"))
    }
}
