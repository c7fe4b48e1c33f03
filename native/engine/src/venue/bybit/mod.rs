//! Bybit v5.

mod protocol;

use super::Sequence;
use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, no_instruments, no_request};
use crate::schema::proof_level;
use protocol::Protocol;

pub static SPOT: Profile = Profile {
    name: "bybit-spot",
    proof_level: proof_level::SEQUENCE,
    sequence: Sequence::Counted,
    checksum: None,
    addresses: &["stream.bybit.com/v5/public/spot"],
    request: no_request,
    instruments: no_instruments,
    recognises: |_| false,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

pub static LINEAR: Profile = Profile {
    name: "bybit-linear",
    proof_level: proof_level::SEQUENCE,
    sequence: Sequence::Counted,
    checksum: None,
    addresses: &["stream.bybit.com/v5/public/linear"],
    request: no_request,
    instruments: no_instruments,
    recognises: |_| false,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

pub static INVERSE: Profile = Profile {
    name: "bybit-inverse",
    proof_level: proof_level::SEQUENCE,
    sequence: Sequence::Counted,
    checksum: None,
    addresses: &["stream.bybit.com/v5/public/inverse"],
    request: no_request,
    instruments: no_instruments,
    recognises: |_| false,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};
