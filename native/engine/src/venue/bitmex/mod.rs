//! BitMEX, the realtime API: `docs/venues/bitmex.md`.

mod book;
mod instruments;
mod levels;
mod protocol;
mod tables;
mod trades;

use super::Sequence;
use super::wire::address;
use super::wire::feed::WireFeed;
use super::wire::json::{Field, Json};
use super::wire::profile::{Profile, Request};
use crate::error::FrameError;
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "bitmex",
    proof_level: proof_level::UNPROVABLE,
    sequence: Sequence::Unnumbered,
    checksum: None,
    addresses: &["bitmex.com"],
    request,
    instruments: instruments::instruments,
    recognises,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

/// M13: all instruments, or those that trade.
fn request(url: &str) -> Request<'_> {
    match address::path(url) {
        "/api/v1/instrument" | "/api/v1/instrument/active" => Request::Instruments,
        _ => Request::Other,
    }
}

/// Rows of a table that only this venue has.
fn recognises(frame: &[u8]) -> bool {
    let shape = || -> Result<bool, FrameError> {
        let names = ["table", "action", "data"];
        let [table, action, data] = Json::open(frame)?.members(&names, |_, _| Ok(()))?;
        let own = ["orderBookL2", "orderBookL2_25", "orderBook10", "trade", "quote", "instrument"];
        let acts = ["partial", "insert", "update", "delete"];
        let is_one = |of: &[&str], field: Field<'_>| of.iter().any(|s| field.is_text(s));
        Ok(is_one(&own, table) && is_one(&acts, action) && data.items().is_ok())
    };
    shape().unwrap_or(false)
}
