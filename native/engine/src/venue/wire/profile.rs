//! What is known of a venue before its first frame.

use super::any::AnyFeed;
use crate::error::CoreError;
use crate::instrument::{Directory, Instrument};
use crate::venue::{Checksum, Sequence, Venue};

/// What a REST response holds, by its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// The venue's instrument list.
    Instruments,
    /// A book of a symbol; empty where the request does not name it.
    Depth(&'a str),
    Other,
}

/// A venue's constants and entry points.
pub struct Profile {
    /// The name that instruments and sources carry: stable.
    pub name: &'static str,
    /// How far its books can be proven, [`crate::schema::proof_level`], and why: `docs/venues`.
    pub proof_level: u8,
    /// How the ids of its book updates follow each other on a tape.
    pub sequence: Sequence,
    pub checksum: Option<Checksum>,
    /// `host` or `host/path` of its streams and its REST.
    pub addresses: &'static [&'static str],
    /// What a request to one of them asks for.
    pub request: fn(&str) -> Request<'_>,
    /// Reads an instrument list.
    pub instruments: fn(Venue, &[u8]) -> Result<Vec<Instrument>, CoreError>,
    /// Whether a frame is of no other venue than this one and its like: for recordings without
    /// addresses.
    pub recognises: fn(&[u8]) -> bool,
    /// Parser and sync of the venue's instruments in the directory.
    pub(crate) feed: fn(Venue, &mut Directory) -> Box<dyn AnyFeed>,
    /// The same for a survey, which learns the instruments.
    pub(crate) learner: fn(Venue) -> Box<dyn AnyFeed>,
}

/// Of a venue whose instruments no REST body describes, or none that is read.
///
/// # Errors
/// Always `E_INSTRUMENTS`.
pub fn no_instruments(venue: Venue, _: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    let seen = format!("instrument lists of {} are not read", venue.name());
    Err(CoreError::new("E_INSTRUMENTS", seen))
}

/// Of a venue of whose REST nothing is read.
#[must_use]
pub fn no_request(_: &str) -> Request<'_> {
    Request::Other
}
