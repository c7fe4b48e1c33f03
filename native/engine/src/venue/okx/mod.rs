//! OKX v5, and OKCoin, which speaks the same: `docs/venues/okx.md`.

mod protocol;

use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, no_instruments, no_request};
use super::{Checksum, Sequence};
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = profile("okx", &["okx.com"]);
pub static OKCOIN: Profile = profile("okcoin", &["okcoin.com"]);

const fn profile(name: &'static str, addresses: &'static [&'static str]) -> Profile {
    Profile {
        name,
        proof_level: proof_level::CHECKSUM,
        sequence: Sequence::Linked,
        checksum: Some(Checksum::InTurn),
        addresses,
        request: no_request,
        instruments: no_instruments,
        recognises: |_| false,
        feed: WireFeed::<Protocol>::boxed_new,
        learner: WireFeed::<Protocol>::boxed_learner,
    }
}
