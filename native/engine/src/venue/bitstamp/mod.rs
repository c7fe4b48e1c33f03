//! Bitstamp: differences of the book, and order by order.

mod protocol;

use super::Sequence;
use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, no_instruments, no_request};
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "bitstamp",
    proof_level: proof_level::UNPROVABLE,
    sequence: Sequence::Rising,
    checksum: None,
    addresses: &["bitstamp.net"],
    request: no_request,
    instruments: no_instruments,
    recognises: |_| false,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

pub static L3_PROFILE: Profile = Profile {
    name: "bitstamp-l3",
    proof_level: proof_level::UNPROVABLE,
    sequence: Sequence::Rising,
    checksum: None,
    addresses: &[],
    request: no_request,
    instruments: no_instruments,
    recognises: |_| false,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};
