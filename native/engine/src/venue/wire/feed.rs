//! A venue's protocol over the state of its instruments.

use super::any::AnyFeed;
use super::counters::SyncCounters;
use super::desk::{Desk, Learning, Slots};
use super::drift::Drift;
use super::order_sync::OrderRule;
use super::slot::{BookKind, Channel, Slot};
use super::step::Scales;
use super::symbols::Symbols;
use crate::error::{CoreError, FrameError};
use crate::event::EventBuf;
use crate::instrument::Directory;
use crate::schema::proof_reason;
use crate::state::{StateReader, StateWriter};
use crate::venue::{Outcome, Venue};
use std::fmt::Debug;

/// A venue's messages: bytes in, meaning on the desk. It keeps only what messages refer to (channel
/// numbers, windows of depth); books, ids and counts are the desk's.
pub trait Protocol: Clone + Debug + Send + 'static {
    /// How its books are kept in sync.
    const BOOK: BookKind;
    /// How its messages about single orders follow each other.
    const ORDERS: OrderRule = OrderRule::None;
    /// What it makes events of, in the order in which sources are numbered.
    const CHANNELS: &'static [Channel];

    /// Knows nothing yet.
    fn new(venue: Venue) -> Self;

    /// One frame as received. Everything that can fail should be read before the desk is told.
    ///
    /// # Errors
    /// The frame is refused with code and offset; what the desk was told of it is undone.
    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError>;

    /// The body of a book that was asked for.
    ///
    /// # Errors
    /// As [`Protocol::frame`].
    fn snapshot(
        &mut self,
        _slot: usize,
        _body: &[u8],
        _on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        Err(FrameError::new("E_FRAME_SCHEMA", 0, "books of this venue come in its stream"))
    }

    /// The connections were lost: what their messages referred to is void.
    fn disconnected(&mut self) {}

    /// All of its own that decides later output.
    fn save(&self, _: &mut StateWriter) {}

    /// # Errors
    /// `E_STATE` where the bytes are not such a state.
    fn restore(&mut self, _: &mut StateReader<'_>) -> Result<(), CoreError> {
        Ok(())
    }
}

/// Parser and sync state of all instruments of one venue.
#[derive(Clone, Debug)]
pub struct WireFeed<P> {
    venue: Venue,
    protocol: P,
    slots: Slots,
}

impl<P: Protocol> WireFeed<P> {
    /// Takes every instrument of `venue` in the directory and registers its sources.
    #[must_use]
    pub fn new(venue: Venue, directory: &mut Directory) -> Self {
        let of_venue = |i: &u32| directory.instruments[*i as usize].venue == venue.name();
        let indices: Vec<u32> = (0..directory.instruments.len() as u32).filter(of_venue).collect();
        let names = indices.iter().map(|i| directory.instruments[*i as usize].symbol.as_str());
        let symbols = Symbols::new(names);
        let slot = |i: &u32| Slot::new(*i, P::BOOK, P::CHANNELS, directory).with_orders(P::ORDERS);
        let list = indices.iter().map(slot).collect();
        let slots = Slots { list, symbols, ..Slots::default() };
        Self { venue, protocol: P::new(venue), slots }
    }

    /// A feed that learns symbols and decimals and makes no events.
    #[must_use]
    pub fn learner(venue: Venue) -> Self {
        let learning = Learning { book: P::BOOK, names: Vec::new(), steps: Vec::new() };
        let slots = Slots { learning: Some(learning), ..Slots::default() };
        Self { venue, protocol: P::new(venue), slots }
    }

    pub(crate) fn boxed_new(venue: Venue, directory: &mut Directory) -> Box<dyn AnyFeed> {
        Box::new(Self::new(venue, directory))
    }

    pub(crate) fn boxed_learner(venue: Venue) -> Box<dyn AnyFeed> {
        Box::new(Self::learner(venue))
    }

    /// Hands an input to the protocol: taken whole, or undone.
    fn take(
        &mut self,
        (connection, ts_recv): (u16, i64),
        out: &mut EventBuf,
        read: impl FnOnce(&mut P, &mut Desk<'_>) -> Result<Outcome, FrameError>,
    ) -> Result<Outcome, FrameError> {
        let length = out.len();
        let Self { protocol, slots, .. } = self;
        slots.changed.clear();
        let mut desk = Desk { slots, out, ts_recv, connection, place: None, deferred: false };
        let taken = read(protocol, &mut desk);
        match taken {
            Ok(_) if desk.is_learning() => desk.out.truncate(length),
            Ok(_) => desk.out.rollback(),
            Err(error) => desk.refuse(length, error.code),
        }
        let outcome = taken?;
        Ok(if out.len() > length { Outcome::Events } else { outcome })
    }
}

impl<P: Protocol> AnyFeed for WireFeed<P> {
    fn frame(
        &mut self,
        connection: u16,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        self.take((connection, ts_recv), out, |protocol, desk| protocol.frame(bytes, desk))
    }

    fn snapshot(
        &mut self,
        instrument: Option<u32>,
        symbol: &str,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        let place = instrument.and_then(|i| self.slots.place(i));
        self.take((0, ts_recv), out, |protocol, desk| {
            let slot = match place {
                Some(place) => place,
                None => desk.instrument_named(symbol.as_bytes(), 0)?,
            };
            desk.place = Some(slot);
            protocol.snapshot(slot, bytes, desk)
        })
    }

    fn disconnected(&mut self, ts_recv: i64, out: &mut EventBuf) {
        self.protocol.disconnected();
        for slot in &mut self.slots.list {
            slot.lose(proof_reason::DISCONNECTED, ts_recv, out);
        }
    }

    fn counters(&self, instrument: u32) -> SyncCounters {
        let slot = self.slots.place(instrument).map(|place| &self.slots.list[place]);
        slot.map(|s| s.counters).unwrap_or_default()
    }

    fn refused_unnamed(&self) -> u64 {
        self.slots.refused
    }

    fn drift(&self) -> &[Drift] {
        &self.slots.drift.entries
    }

    fn set_strict(&mut self, strict: bool) {
        self.slots.strict = strict;
    }

    fn wants_snapshot(&self, instrument: u32) -> bool {
        let place = self.slots.place(instrument);
        place.is_some_and(|place| self.slots.list[place].wants_snapshot())
    }

    fn learned(&self) -> Vec<(String, Scales)> {
        let learning = self.slots.learning.iter();
        let found = learning.flat_map(|l| l.names.iter().cloned().zip(&l.steps));
        found.map(|(name, [price, quantity])| (name, Scales::new(*price, *quantity))).collect()
    }

    fn save(&self, w: &mut StateWriter) {
        w.text(self.venue.name());
        w.u8(u8::from(self.slots.strict));
        w.u64(self.slots.refused);
        self.slots.drift.save(w);
        w.u32(self.slots.list.len() as u32);
        for slot in &self.slots.list {
            w.u32(slot.instrument);
            slot.save(w);
        }
        self.protocol.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let other = |what: String| CoreError::new("E_STATE", what);
        let venue = r.text()?;
        if venue != self.venue.name() {
            return Err(other(format!("feed of {venue}, not of {}", self.venue.name())));
        }
        self.slots.strict = r.u8()? != 0;
        self.slots.refused = r.u64()?;
        self.slots.drift = super::drift::DriftLog::restore(r)?;
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
        self.protocol.restore(r)
    }

    fn boxed(&self) -> Box<dyn AnyFeed> {
        Box::new(self.clone())
    }
}
