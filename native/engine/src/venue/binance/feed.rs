//! One venue: bytes in, events out.

use super::decode::{Parsed, decode};
use super::drift::{Drift, DriftChange, DriftLog};
use super::family::Family;
use super::fields::{Fields, Key, View};
use super::general::{Class, Payload, Reader, check, classify, for_each, order};
use super::lexer::{Type, UNESCAPED, unescape};
use super::slot::Slot;
use super::stream::StreamName;
use super::symbols::Symbols;
use super::template;
use crate::error::{CoreError, FrameError};
use crate::event::{EventBuf, EventHeader, kind};
use crate::instrument::Directory;
use crate::state::{StateReader, StateWriter};
use crate::venue::{Outcome, SyncCounters, Venue};

/// Parser and sync state of all instruments of one venue.
#[derive(Clone, Debug)]
pub struct Feed {
    venue: Venue,
    symbols: Symbols,
    slots: Slots,
    reader: Reader,
    templates: bool,
    /// The message that a template read last; filled in place, for copies of it would show.
    parsed: Parsed,
}

/// What a message changes.
#[derive(Clone, Debug)]
struct Slots {
    list: Vec<Slot>,
    drift: DriftLog,
    strict: bool,
    /// Frames refused before their instrument was known.
    refused: u64,
}

impl Feed {
    /// Takes every instrument of `venue` in the directory and registers its sources.
    pub fn new(venue: Venue, directory: &mut Directory) -> Self {
        let of_venue = |i: &u32| directory.instruments[*i as usize].venue == venue.name();
        let indices: Vec<u32> = (0..directory.instruments.len() as u32).filter(of_venue).collect();
        let names = indices.iter().map(|i| directory.instruments[*i as usize].symbol.as_str());
        let symbols = Symbols::new(names);
        let slot = |i: &u32| Slot::new(*i, venue.futures(), directory);
        let list = indices.iter().map(slot).collect();
        let slots = Slots { list, drift: DriftLog::default(), strict: false, refused: 0 };
        Self {
            venue,
            symbols,
            slots,
            reader: Reader::default(),
            templates: true,
            parsed: Parsed::default(),
        }
    }

    #[must_use]
    pub fn venue(&self) -> Venue {
        self.venue
    }

    /// One websocket frame as received, alone or as `{"stream":…,"data":…}`; appends events to `out`.
    ///
    /// # Errors
    /// The frame is refused with code and offset, and nothing was appended.
    #[inline]
    pub fn frame(
        &mut self,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        if self.templates {
            let (symbols, slots) = (&self.symbols, self.slots.list.as_slice());
            let (futures, entries) = (self.venue.futures(), out.entries_mut());
            let parsed = &mut self.parsed;
            if template::read::<false>(bytes, futures, symbols, slots, entries, parsed) {
                parsed.header.ts_recv = ts_recv;
                let length = out.len();
                let taken = self.slots.take(parsed, None, out);
                return taken.inspect_err(|_| self.slots.refuse(Some(parsed.slot), length, out));
            }
            out.rollback();
        }
        self.general(bytes, ts_recv, out)
    }

    /// A REST depth snapshot of an instrument (its directory index): bodies of spot name no symbol.
    ///
    /// # Errors
    /// As [`Feed::frame`]; `E_SYMBOL` where the body or the index is of another instrument.
    pub fn snapshot(
        &mut self,
        instrument: u32,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        let length = out.len();
        let place = self.slots.place(instrument);
        let taken = self.body(place, bytes, ts_recv, out);
        taken.inspect_err(|_| self.slots.refuse(place, length, out))
    }

    fn body(
        &mut self,
        place: Option<usize>,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        let unknown = FrameError::new("E_SYMBOL", 0, "an instrument of this venue");
        let place = place.ok_or(unknown)?;
        check(bytes)?;
        let payload = self.reader.frame(bytes)?;
        let fields = match payload {
            Payload::Data => &self.reader.payload,
            _ => &self.reader.top,
        };
        let view = View { frame: bytes, fields };
        if classify(view, None) != Class::Take(Family::Snapshot) {
            return Err(FrameError::new("E_FRAME_SCHEMA", fields.at, "a depth snapshot"));
        }
        if let Some(symbol) = fields.get(Key::FullSymbol)
            && find(&self.symbols, view, Key::FullSymbol) != Some(place)
        {
            return Err(FrameError::new("E_SYMBOL", symbol.at(), "the symbol that was asked for"));
        }
        let slot = &self.slots.list[place];
        let mut parsed = decode(view, Family::Snapshot, (place, slot), out.entries_mut())?;
        parsed.header.ts_recv = ts_recv;
        self.slots.take(&parsed, Some(view), out)
    }

    #[cold]
    fn general(
        &mut self,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        let length = out.len();
        let mut place = None;
        let taken = self.messages(bytes, ts_recv, &mut place, out);
        taken.inspect_err(|_| self.slots.refuse(place, length, out))
    }

    fn messages(
        &mut self,
        bytes: &[u8],
        ts_recv: i64,
        place: &mut Option<usize>,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        check(bytes)?;
        let payload = self.reader.frame(bytes)?;
        let stream = self.reader.stream(bytes);
        let mut taker = Taker {
            symbols: &self.symbols,
            slots: &mut self.slots,
            inner: &mut self.reader.inner,
            stream,
            listed: matches!(payload, Payload::List(_)),
            ts_recv,
            place,
        };
        match payload {
            Payload::Top => taker.take(View { frame: bytes, fields: &self.reader.top }, out),
            Payload::Data => taker.take(View { frame: bytes, fields: &self.reader.payload }, out),
            Payload::List(list) => {
                let mut last = Outcome::Ignored("empty list");
                let before = out.len();
                for_each(bytes, list, &mut self.reader.payload, |fields| {
                    last = taker.take(View { frame: bytes, fields }, out)?;
                    Ok(())
                })?;
                Ok(if out.len() > before { Outcome::Events } else { last })
            }
        }
    }

    /// The connection was lost: every joined book is reset and waits for a snapshot.
    pub fn disconnected(&mut self, ts_recv: i64, out: &mut EventBuf) {
        for slot in &mut self.slots.list {
            let book = EventHeader {
                ts_recv,
                instrument: slot.instrument,
                source: slot.sources.depth,
                kind: kind::RESET,
                ..EventHeader::default()
            };
            slot.book.disconnected(&book, out);
        }
    }

    /// Counts of one instrument; zeros for one that is not of this venue.
    #[must_use]
    pub fn counters(&self, instrument: u32) -> SyncCounters {
        let slot = self.slots.place(instrument).map(|place| &self.slots.list[place]);
        slot.map(|s| s.counters).unwrap_or_default()
    }

    /// Frames refused before their instrument was known.
    #[must_use]
    pub fn refused_unnamed(&self) -> u64 {
        self.slots.refused
    }

    /// How messages differ from the first of their stream: `docs/venues/binance-spot.md`, S17.
    #[must_use]
    pub fn drift(&self) -> &[Drift] {
        &self.slots.drift.entries
    }

    /// Makes drift a refusal (`E_FRAME_DRIFT`).
    pub fn set_strict(&mut self, strict: bool) {
        self.slots.strict = strict;
    }

    /// Reads every frame the general way: the oracle of differential tests.
    pub fn set_templates(&mut self, templates: bool) {
        self.templates = templates;
    }

    /// Whether an instrument's book waits for a snapshot.
    #[must_use]
    pub fn wants_snapshot(&self, instrument: u32) -> bool {
        let place = self.slots.place(instrument);
        place.is_some_and(|place| self.slots.list[place].book.wants_snapshot())
    }

    /// All that decides later output.
    pub fn save(&self, w: &mut StateWriter) {
        w.text(self.venue.name());
        w.u8(u8::from(self.slots.strict));
        w.u64(self.slots.refused);
        self.slots.drift.save(w);
        w.u32(self.slots.list.len() as u32);
        for slot in &self.slots.list {
            w.u32(slot.instrument);
            slot.save(w);
        }
    }

    /// Takes the state of a feed of the same venue and directory.
    ///
    /// # Errors
    /// `E_STATE` where it is of another one.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let other = |what: String| CoreError::new("E_STATE", what);
        let venue = r.text()?;
        if venue != self.venue.name() {
            return Err(other(format!("feed of {venue}, not of {}", self.venue.name())));
        }
        self.slots.strict = r.u8()? != 0;
        self.slots.refused = r.u64()?;
        self.slots.drift = DriftLog::restore(r)?;
        let count = r.u32()? as usize;
        if count != self.slots.list.len() {
            let have = self.slots.list.len();
            return Err(other(format!("feed of {count} instruments, not of {have}")));
        }
        for slot in &mut self.slots.list {
            let instrument = r.u32()?;
            if instrument != slot.instrument {
                return Err(other(format!("feed of instrument {instrument}")));
            }
            slot.restore(r)?;
        }
        Ok(())
    }
}

impl Slots {
    /// Slots stand by rising directory index.
    fn place(&self, instrument: u32) -> Option<usize> {
        self.list.binary_search_by_key(&instrument, |slot| slot.instrument).ok()
    }

    #[cold]
    fn refuse(&mut self, place: Option<usize>, length: usize, out: &mut EventBuf) {
        out.truncate(length);
        match place {
            Some(place) => self.list[place].counters.refused += 1,
            None => self.refused += 1,
        }
    }

    /// Hands a message to the state of its instrument. `view`: its members, where not a template's.
    #[inline]
    fn take(
        &mut self,
        parsed: &Parsed,
        view: Option<View<'_>>,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        let first = &self.list[parsed.slot].first[parsed.family as usize];
        if view.is_some_and(|v| !v.fields.unknown.is_empty()) || !first.is(parsed.shape) {
            self.compare(parsed, view)?;
        }
        let slot = &mut self.list[parsed.slot];
        let header = parsed.header;
        let passes = match parsed.family {
            Family::Depth => return Ok(slot.book.depth(header, &mut slot.counters, out)),
            Family::Snapshot => return Ok(slot.book.snapshot(header, &mut slot.counters, out)),
            Family::Trade => slot.trades.take(header.w0, header.w1, &mut slot.counters),
            Family::AggTrade => slot.aggregates.take(header.w0, header.w1, &mut slot.counters),
            _ => Outcome::Events,
        };
        if passes != Outcome::Events {
            out.rollback();
            return Ok(passes);
        }
        out.commit(header);
        if let Some(rate) = parsed.funding {
            let rate = crate::event::Entry { price: rate, quantity: 1 };
            out.push(EventHeader { kind: kind::FUNDING, ..header }, &[rate], &[]);
        }
        Ok(Outcome::Events)
    }

    /// S17: a message against the first of its stream.
    #[cold]
    fn compare(&mut self, parsed: &Parsed, view: Option<View<'_>>) -> Result<(), FrameError> {
        let family = parsed.family;
        let first = &mut self.list[parsed.slot].first[family as usize];
        let unknown = view.map(|v| (v.frame, v.fields));
        let drift = &mut self.drift;
        let differs = first.compare(parsed.shape, unknown, |field, change| {
            drift.add(family, field, change, parsed.header.ts_recv);
        });
        if differs && self.strict {
            let at = view.map_or(0, |v| v.fields.at);
            return Err(FrameError::new("E_FRAME_DRIFT", at, "the fields of the first message"));
        }
        Ok(())
    }
}

/// `!bookTicker`, `!markPrice@arr`: instruments that we do not follow are no error there.
fn is_market_wide(stream: &[u8]) -> bool {
    stream.first() == Some(&b'!')
}

fn find(symbols: &Symbols, view: View<'_>, key: Key) -> Option<usize> {
    let mut buffer = [0; UNESCAPED];
    let value = view.fields.get(key).filter(|v| v.of == Type::Text)?;
    symbols.find(unescape(view.frame, value, &mut buffer)?)
}

/// One message at a time, with what its frame says of it.
struct Taker<'a, 's> {
    symbols: &'a Symbols,
    slots: &'a mut Slots,
    inner: &'a mut Fields,
    stream: Option<&'s [u8]>,
    /// One of several messages in its frame.
    listed: bool,
    ts_recv: i64,
    /// The instrument of the message in hand, for the count of refusals.
    place: &'a mut Option<usize>,
}

impl Taker<'_, '_> {
    fn take(&mut self, view: View<'_>, out: &mut EventBuf) -> Result<Outcome, FrameError> {
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
    fn unknown(
        &mut self,
        view: View<'_>,
        event: super::lexer::Value,
    ) -> Result<Outcome, FrameError> {
        let name = String::from_utf8_lossy(event.bytes(view.frame));
        self.slots.drift.add(Family::Other, &name, DriftChange::UnknownEvent, self.ts_recv);
        if self.slots.strict {
            return Err(FrameError::new("E_FRAME_DRIFT", event.at(), "a known event type"));
        }
        Ok(Outcome::Ignored("unknown event"))
    }
}
