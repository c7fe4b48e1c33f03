//! Which venue's a connection of a recording is.

use std::collections::{BTreeMap, BTreeSet};
use tickwright_engine::venue::Venue;

/// Frames by which a connection without address is told at most; later ones are not asked any more.
const PATIENCE: u32 = 1_000;

/// Connections by name, with their venue and their number among all.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    told: Option<Venue>,
    /// Venues of frames that more than one takes for its own.
    doubtful: BTreeSet<Venue>,
    connections: BTreeMap<Vec<u8>, Route>,
}

#[derive(Clone, Copy, Debug)]
struct Route {
    number: u16,
    venue: Option<Venue>,
    /// Frames that did not tell.
    asked: u32,
}

impl Routes {
    /// `told`: the venue of connections whose address does not say another.
    #[must_use]
    pub fn new(told: Option<Venue>) -> Self {
        Self { told, ..Self::default() }
    }

    /// A connection to an address. Of venues that share it the one told, else the first: another one
    /// is said with `--venue`.
    pub fn connect(&mut self, connection: &[u8], address: &str) {
        let told = self.told;
        let venue = Venue::of_address(address)
            .find(|v| told == Some(*v))
            .or_else(|| Venue::of_address(address).next());
        let route = self.route(connection);
        route.venue = route.venue.or(venue).or(told);
    }

    /// Venue and number of a frame's connection; none where nothing tells it from Binance's.
    pub fn of_frame(&mut self, connection: &[u8], frame: &[u8]) -> Option<(Venue, u16)> {
        let told = self.told;
        let route = self.route(connection);
        route.venue = route.venue.or(told);
        if route.venue.is_some() || route.asked == PATIENCE {
            return route.venue.map(|venue| (venue, route.number));
        }
        route.asked += 1;
        let number = route.number;
        match *recognised(frame).collect::<Vec<_>>() {
            [] => None,
            [venue] => {
                route.venue = Some(venue);
                Some((venue, number))
            }
            ref several => {
                self.doubtful.extend(several);
                None
            }
        }
    }

    /// Venues of frames that more than one takes for its own.
    #[must_use]
    pub fn doubtful(&self) -> &BTreeSet<Venue> {
        &self.doubtful
    }

    /// Venue and number of a connection that a survey has met.
    #[must_use]
    pub fn known(&self, connection: &[u8]) -> Option<(Option<Venue>, u16)> {
        self.connections.get(connection).map(|route| (route.venue, route.number))
    }

    fn route(&mut self, connection: &[u8]) -> &mut Route {
        let number = self.connections.len().min(usize::from(u16::MAX)) as u16;
        let new = Route { number, venue: None, asked: 0 };
        self.connections.entry(connection.to_vec()).or_insert(new)
    }
}

/// The venues that a frame's shape tells.
fn recognised(frame: &[u8]) -> impl Iterator<Item = Venue> {
    Venue::ALL.into_iter().filter(|venue| venue.profile().is_some_and(|p| (p.recognises)(frame)))
}
