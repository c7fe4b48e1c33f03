//! BitMEX.

mod protocol;

use super::Sequence;
use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, no_instruments, no_request};
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "bitmex",
    proof_level: proof_level::UNPROVABLE,
    sequence: Sequence::Unnumbered,
    checksum: None,
    addresses: &["bitmex.com"],
    request: no_request,
    instruments: no_instruments,
    recognises: |_| false,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};
