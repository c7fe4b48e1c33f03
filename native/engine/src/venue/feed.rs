//! One venue: bytes in, events out.

use super::binance;
use super::wire::any::AnyFeed;
use super::wire::step::Scales;
use super::{Drift, Outcome, SyncCounters, Venue};
use crate::error::{CoreError, FrameError};
use crate::event::EventBuf;
use crate::instrument::Directory;
use crate::state::{StateReader, StateWriter};
use std::fmt;

/// Parser and sync state of all instruments of one venue.
pub struct Feed {
    venue: Venue,
    of: Kind,
}

enum Kind {
    Binance(Box<binance::feed::Feed>),
    Wire(Box<dyn AnyFeed>),
}

impl Feed {
    /// Takes every instrument of `venue` in the directory and registers its sources.
    pub fn new(venue: Venue, directory: &mut Directory) -> Self {
        let of = match venue.profile() {
            None => Kind::Binance(Box::new(binance::feed::Feed::new(venue, directory))),
            Some(profile) => Kind::Wire((profile.feed)(venue, directory)),
        };
        Self { venue, of }
    }

    /// A feed for a survey: it learns symbols and decimals and makes no events. Binance's recordings are
    /// surveyed by [`binance::scale::ScaleScan`].
    #[must_use]
    pub fn learner(venue: Venue) -> Option<Self> {
        let profile = venue.profile()?;
        Some(Self { venue, of: Kind::Wire((profile.learner)(venue)) })
    }

    #[must_use]
    pub fn venue(&self) -> Venue {
        self.venue
    }

    /// One websocket frame as received over the only connection; appends events to `out`.
    ///
    /// # Errors
    /// The frame is refused with code and offset, and nothing of it was appended; a `RESET` is where it
    /// leaves a hole that nothing else would show.
    #[inline]
    pub fn frame(
        &mut self,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        self.frame_of(0, bytes, ts_recv, out)
    }

    /// The same for one of several connections: venues number channels for each connection.
    ///
    /// # Errors
    /// As [`Feed::frame`].
    #[inline]
    pub fn frame_of(
        &mut self,
        connection: u16,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        match &mut self.of {
            Kind::Binance(feed) => feed.frame(bytes, ts_recv, out),
            Kind::Wire(feed) => feed.frame(connection, bytes, ts_recv, out),
        }
    }

    /// A REST book of an instrument (its directory index).
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
        match &mut self.of {
            Kind::Binance(feed) => feed.snapshot(instrument, bytes, ts_recv, out),
            Kind::Wire(feed) => feed.snapshot(Some(instrument), "", bytes, ts_recv, out),
        }
    }

    /// A survey's REST book of a symbol.
    ///
    /// # Errors
    /// As [`Feed::frame`].
    pub fn learn_snapshot(&mut self, symbol: &str, bytes: &[u8]) -> Result<Outcome, FrameError> {
        match &mut self.of {
            Kind::Binance(_) => Ok(Outcome::Ignored("not a survey")),
            Kind::Wire(feed) => feed.snapshot(None, symbol, bytes, 0, &mut EventBuf::new()),
        }
    }

    /// Symbols and scales that a survey has found, in the order of their first appearance.
    #[must_use]
    pub fn learned(&self) -> Vec<(String, Scales)> {
        match &self.of {
            Kind::Binance(_) => Vec::new(),
            Kind::Wire(feed) => feed.learned(),
        }
    }

    /// The connection was lost: every joined book is reset and waits for a snapshot.
    pub fn disconnected(&mut self, ts_recv: i64, out: &mut EventBuf) {
        match &mut self.of {
            Kind::Binance(feed) => feed.disconnected(ts_recv, out),
            Kind::Wire(feed) => feed.disconnected(ts_recv, out),
        }
    }

    /// Counts of one instrument; zeros for one that is not of this venue.
    #[must_use]
    pub fn counters(&self, instrument: u32) -> SyncCounters {
        match &self.of {
            Kind::Binance(feed) => feed.counters(instrument),
            Kind::Wire(feed) => feed.counters(instrument),
        }
    }

    /// Frames refused before their instrument was known.
    #[must_use]
    pub fn refused_unnamed(&self) -> u64 {
        match &self.of {
            Kind::Binance(feed) => feed.refused_unnamed(),
            Kind::Wire(feed) => feed.refused_unnamed(),
        }
    }

    /// How messages differ from what is known of them.
    #[must_use]
    pub fn drift(&self) -> &[Drift] {
        match &self.of {
            Kind::Binance(feed) => feed.drift(),
            Kind::Wire(feed) => feed.drift(),
        }
    }

    /// Makes drift a refusal (`E_FRAME_DRIFT`).
    pub fn set_strict(&mut self, strict: bool) {
        match &mut self.of {
            Kind::Binance(feed) => feed.set_strict(strict),
            Kind::Wire(feed) => feed.set_strict(strict),
        }
    }

    /// Reads every frame of Binance the general way: the oracle of differential tests.
    pub fn set_templates(&mut self, templates: bool) {
        if let Kind::Binance(feed) = &mut self.of {
            feed.set_templates(templates);
        }
    }

    /// Whether an instrument's book waits for a snapshot.
    #[must_use]
    pub fn wants_snapshot(&self, instrument: u32) -> bool {
        match &self.of {
            Kind::Binance(feed) => feed.wants_snapshot(instrument),
            Kind::Wire(feed) => feed.wants_snapshot(instrument),
        }
    }

    /// Whether updates of an instrument are kept until its snapshot comes.
    #[must_use]
    pub fn holds(&self, instrument: u32) -> bool {
        match &self.of {
            Kind::Binance(feed) => feed.holds(instrument),
            Kind::Wire(feed) => feed.holds(instrument),
        }
    }

    /// All that decides later output.
    pub fn save(&self, w: &mut StateWriter) {
        match &self.of {
            Kind::Binance(feed) => feed.save(w),
            Kind::Wire(feed) => feed.save(w),
        }
    }

    /// Takes the state of a feed of the same venue and directory.
    ///
    /// # Errors
    /// `E_STATE` where it is of another one.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        match &mut self.of {
            Kind::Binance(feed) => feed.restore(r),
            Kind::Wire(feed) => feed.restore(r),
        }
    }
}

impl Clone for Feed {
    fn clone(&self) -> Self {
        let of = match &self.of {
            Kind::Binance(feed) => Kind::Binance(feed.clone()),
            Kind::Wire(feed) => Kind::Wire(feed.boxed()),
        };
        Self { venue: self.venue, of }
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("venue", &self.venue).finish_non_exhaustive()
    }
}
