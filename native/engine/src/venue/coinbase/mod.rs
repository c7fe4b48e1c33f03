//! Coinbase: Advanced Trade, and Exchange order by order.

mod protocol;

use super::Sequence;
use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, no_instruments, no_request};
use crate::schema::proof_level;
use protocol::Protocol;

pub static ADVANCED: Profile = Profile {
    name: "coinbase",
    proof_level: proof_level::SEQUENCE,
    sequence: Sequence::Rising,
    checksum: None,
    addresses: &["advanced-trade-ws.coinbase.com"],
    request: no_request,
    instruments: no_instruments,
    recognises: |_| false,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

pub static EXCHANGE: Profile = Profile {
    name: "coinbase-exchange",
    proof_level: proof_level::SEQUENCE,
    sequence: Sequence::Rising,
    checksum: None,
    addresses: &["ws-feed.exchange.coinbase.com"],
    request: no_request,
    instruments: no_instruments,
    recognises: |_| false,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};
