//! One venue: bytes in, events out.

use super::decode::{Parsed, decode};
use super::family::Family;
use super::fields::Key;
use super::general::{Class, Payload, Reader, check, classify, for_each};
use super::slot::Slot;
use super::slots::Slots;
use super::taker::{Taker, find};
use super::template;
use super::view::View;
use crate::error::{CoreError, FrameError};
use crate::event::{EventBuf, EventHeader, kind};
use crate::instrument::Directory;
use crate::schema::proof_reason;
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::drift::{Drift, DriftLog};
use crate::venue::wire::symbols::Symbols;
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
        // A refusal for drift names its byte, which templates do not keep.
        if self.templates && !self.slots.strict {
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
        // C2: COIN-M names the symbol.
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
            slot.book.lose(&book, proof_reason::DISCONNECTED, out);
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

    /// Whether updates of an instrument are kept until its snapshot comes.
    #[must_use]
    pub fn holds(&self, instrument: u32) -> bool {
        self.slots.place(instrument).is_some_and(|place| self.slots.list[place].book.holds())
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
