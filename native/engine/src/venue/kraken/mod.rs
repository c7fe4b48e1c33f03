//! Kraken spot, websocket v1 and v2.

mod protocol;

use super::Sequence;
use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, no_instruments, no_request};
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "kraken",
    proof_level: proof_level::CHECKSUM,
    sequence: Sequence::Unnumbered,
    checksum: None,
    addresses: &["ws.kraken.com", "api.kraken.com", "ws-auth.kraken.com"],
    request: no_request,
    instruments: no_instruments,
    recognises: |_| false,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};
