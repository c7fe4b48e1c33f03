//! What the numbers of channels stand for: each connection counts for itself (F1).

use super::orders::RestingOrders;
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// What a channel carries, and of which instrument (its place in the feed).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Carries {
    Book(usize),
    Orders(usize, RestingOrders),
    Trades(usize),
    Ticker(usize),
    Derivative(usize),
    Liquidations,
    /// Of an instrument that is not followed.
    Unfollowed,
    /// Not taken: its name.
    Ignored(&'static str),
}

/// Names of channels that are not taken.
const IGNORED: [&str; 6] =
    ["aggregated book", "second book", "funding", "candles", "other status", "other channel"];

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Channel {
    pub id: u64,
    pub carries: Carries,
    /// Number of the last message of the channel that a book was told of (F4).
    pub last: u64,
    /// The first list is still to come: the whole book.
    pub is_fresh: bool,
}

/// One connection's channels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Connection {
    pub number: u16,
    /// Number of the last message, where they are numbered.
    pub sequence: Option<u64>,
    /// Updates of books come several in a list (F6).
    pub bulk: bool,
    channels: Vec<Channel>,
}

impl Connection {
    pub fn new(number: u16) -> Self {
        Self { number, ..Self::default() }
    }

    /// By rising id.
    pub fn find(&mut self, id: u64) -> Option<&mut Channel> {
        let place = self.channels.binary_search_by_key(&id, |c| c.id).ok()?;
        Some(&mut self.channels[place])
    }

    pub fn put(&mut self, id: u64, carries: Carries) {
        let channel = Channel { id, carries, last: 0, is_fresh: true };
        match self.channels.binary_search_by_key(&id, |c| c.id) {
            Ok(place) => self.channels[place] = channel,
            Err(place) => self.channels.insert(place, channel),
        }
    }

    pub fn remove(&mut self, id: u64) -> Option<Channel> {
        let place = self.channels.binary_search_by_key(&id, |c| c.id).ok()?;
        Some(self.channels.remove(place))
    }

    /// Instruments whose book this connection carries.
    pub fn books(&self) -> impl Iterator<Item = usize> {
        self.channels.iter().filter_map(|c| c.carries.book())
    }
}

impl Carries {
    pub fn book(&self) -> Option<usize> {
        match self {
            Self::Book(slot) | Self::Orders(slot, _) => Some(*slot),
            _ => None,
        }
    }

    /// The instrument.
    pub fn slot(&self) -> Option<usize> {
        match self {
            Self::Trades(slot) | Self::Ticker(slot) | Self::Derivative(slot) => Some(*slot),
            _ => self.book(),
        }
    }

    fn save(&self, w: &mut StateWriter) {
        let (kind, slot) = match self {
            Self::Book(slot) => (0, *slot),
            Self::Orders(slot, _) => (1, *slot),
            Self::Trades(slot) => (2, *slot),
            Self::Ticker(slot) => (3, *slot),
            Self::Derivative(slot) => (4, *slot),
            Self::Liquidations => (5, 0),
            Self::Unfollowed => (6, 0),
            Self::Ignored(name) => (7, IGNORED.iter().position(|n| n == name).unwrap_or(0)),
        };
        w.u8(kind);
        w.u32(slot as u32);
        if let Self::Orders(_, orders) = self {
            orders.save(w);
        }
    }

    fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let (kind, slot) = (r.u8()?, r.u32()? as usize);
        Ok(match kind {
            0 => Self::Book(slot),
            1 => Self::Orders(slot, RestingOrders::restore(r)?),
            2 => Self::Trades(slot),
            3 => Self::Ticker(slot),
            4 => Self::Derivative(slot),
            5 => Self::Liquidations,
            6 => Self::Unfollowed,
            7 if slot < IGNORED.len() => Self::Ignored(IGNORED[slot]),
            _ => return Err(CoreError::new("E_STATE", format!("no channel of kind {kind}"))),
        })
    }
}

impl Connection {
    pub fn save(&self, w: &mut StateWriter) {
        w.u32(u32::from(self.number));
        w.u8(u8::from(self.sequence.is_some()));
        w.u64(self.sequence.unwrap_or(0));
        w.u8(u8::from(self.bulk));
        w.u32(self.channels.len() as u32);
        for channel in &self.channels {
            w.u64(channel.id);
            w.u64(channel.last);
            w.u8(u8::from(channel.is_fresh));
            channel.carries.save(w);
        }
    }

    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let wrong = |_| CoreError::new("E_STATE", "a connection's number is too large");
        let number = u16::try_from(r.u32()?).map_err(wrong)?;
        let has_sequence = r.u8()? != 0;
        let sequence = r.u64()?;
        let bulk = r.u8()? != 0;
        let mut channels = Vec::new();
        for _ in 0..r.u32()? {
            let (id, last) = (r.u64()?, r.u64()?);
            let is_fresh = r.u8()? != 0;
            channels.push(Channel { id, carries: Carries::restore(r)?, last, is_fresh });
        }
        Ok(Self { number, sequence: has_sequence.then_some(sequence), bulk, channels })
    }
}
