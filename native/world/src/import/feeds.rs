//! The venues of a recording, and which of them an input is for.

use crate::import::plan::Plan;
use crate::import::routes::Routes;
use std::collections::BTreeSet;
use tickwright_engine::venue::{Feed, Outcome, Request, SyncCounters, Venue};
use tickwright_engine::{Directory, EventBuf, FrameError};

/// One feed a venue; none in a recording of tables.
#[derive(Debug, Default)]
pub struct Feeds {
    list: Vec<Feed>,
    routes: Routes,
    /// Connections that were opened.
    open: BTreeSet<Vec<u8>>,
}

/// What a request asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    Depth { venue: Option<Venue>, symbol: &'a str },
    Instruments,
    Other,
}

impl Feeds {
    /// Registers the venues' sources.
    #[must_use]
    pub fn new(plan: &Plan, directory: &mut Directory, strict: bool) -> Self {
        let feed = |venue: &Venue| {
            let mut feed = Feed::new(*venue, directory);
            feed.set_strict(strict);
            feed
        };
        let list = plan.venues.iter().map(feed).collect();
        Self { list, routes: plan.routes.clone(), open: BTreeSet::new() }
    }

    /// The first venue: the only one of recordings that name no connections.
    #[must_use]
    pub fn first(&self) -> Option<Venue> {
        self.list.first().map(Feed::venue)
    }

    /// # Errors
    /// As [`Feed::frame_of`]; `E_SYMBOL` for a connection of no venue of the plan.
    #[inline]
    pub fn frame(
        &mut self,
        connection: &[u8],
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        if let ([feed], b"") = (self.list.as_mut_slice(), connection) {
            return feed.frame(bytes, ts_recv, out);
        }
        let (venue, number) = self.routes.known(connection).unwrap_or((None, 0));
        match self.of(venue) {
            Some(feed) => feed.frame_of(number, bytes, ts_recv, out),
            None => Err(FrameError::new("E_SYMBOL", 0, "a connection to a venue that is read")),
        }
    }

    /// # Errors
    /// As [`Feed::snapshot`].
    pub fn snapshot(
        &mut self,
        directory: &Directory,
        instrument: u32,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError> {
        let venue = directory.instruments.get(instrument as usize).map(|i| i.venue.as_str());
        let feed = self.list.iter_mut().find(|f| Some(f.venue().name()) == venue);
        let unknown = FrameError::new("E_SYMBOL", 0, "a snapshot whose instrument is known");
        feed.ok_or(unknown)?.snapshot(instrument, bytes, ts_recv, out)
    }

    /// A connection was opened; the second time it had been lost, and with it what it carried.
    pub fn connected(&mut self, connection: &[u8], ts_recv: i64, out: &mut EventBuf) {
        let is_new = self.open.insert(connection.to_vec());
        let venue = self.routes.known(connection).and_then(|(venue, _)| venue);
        if is_new {
            return;
        }
        if let Some(feed) = self.of(venue) {
            feed.disconnected(ts_recv, out);
        }
    }

    /// What a request was for.
    #[must_use]
    pub fn asked<'a>(&self, url: &'a str) -> Asked<'a> {
        let mut venues = self.list.iter().map(Feed::venue).filter(|venue| {
            venue.is_binance() || Venue::of_address(url).any(|of_address| of_address == *venue)
        });
        let asked = venues.find_map(|venue| match venue.request(url) {
            Request::Depth(symbol) => Some(Asked::Depth { venue: Some(venue), symbol }),
            Request::Instruments => Some(Asked::Instruments),
            Request::Other => None,
        });
        asked.unwrap_or(Asked::Other)
    }

    /// The feed of a venue; of none where there is only one.
    fn of(&mut self, venue: Option<Venue>) -> Option<&mut Feed> {
        match (venue, self.list.as_mut_slice()) {
            (None, [only]) => Some(only),
            // All connections of Binance are of the one venue that the survey concluded.
            (None, list) => list.iter_mut().find(|f| f.venue().is_binance()),
            (Some(venue), list) => list.iter_mut().find(|f| f.venue() == venue),
        }
    }

    /// Counts of one instrument.
    #[must_use]
    pub fn counters(&self, instrument: u32) -> SyncCounters {
        let mut sum = SyncCounters::default();
        self.list.iter().for_each(|feed| sum.add(feed.counters(instrument)));
        sum
    }

    /// Whether an instrument's book waits for a snapshot.
    #[must_use]
    pub fn wants_snapshot(&self, instrument: u32) -> bool {
        self.list.iter().any(|feed| feed.wants_snapshot(instrument))
    }

    /// Whether updates of an instrument are kept until its snapshot comes.
    #[must_use]
    pub fn holds(&self, instrument: u32) -> bool {
        self.list.iter().any(|feed| feed.holds(instrument))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Feed> {
        self.list.iter()
    }
}
