//! Bybit v5, public streams: `docs/venues/bybit.md`.

mod book;
mod instruments;
mod protocol;
mod ticker;
mod trades;

use super::Sequence;
use super::wire::address;
use super::wire::feed::WireFeed;
use super::wire::json::Json;
use super::wire::profile::{Profile, Request};
use crate::error::FrameError;
use crate::schema::proof_level;
use protocol::Protocol;

pub static SPOT: Profile = Profile {
    name: "bybit-spot",
    addresses: &["bybit.com/v5/public/spot", "bybit.com/v5/market", "bytick.com/v5/market"],
    request: |url| request(url, "spot"),
    ..SHARED
};

pub static LINEAR: Profile = Profile {
    name: "bybit-linear",
    addresses: &["bybit.com/v5/public/linear", "bybit.com/v5/market", "bytick.com/v5/market"],
    request: |url| request(url, "linear"),
    ..SHARED
};

pub static INVERSE: Profile = Profile {
    name: "bybit-inverse",
    addresses: &["bybit.com/v5/public/inverse", "bybit.com/v5/market", "bytick.com/v5/market"],
    request: |url| request(url, "inverse"),
    ..SHARED
};

/// Y1: three venues that speak alike; their symbols are their own.
const SHARED: Profile = Profile {
    name: "",
    proof_level: proof_level::SEQUENCE,
    sequence: Sequence::Counted,
    checksum: None,
    addresses: &[],
    request: |_| Request::Other,
    instruments: instruments::instruments,
    recognises,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

/// Y15: one path for all lists, told apart by their category.
fn request<'a>(url: &'a str, category: &str) -> Request<'a> {
    let asked = address::parameter(url, "category") == category;
    if asked && address::path(url) == "/v5/market/instruments-info" {
        Request::Instruments
    } else {
        Request::Other
    }
}

/// Books, trades and tickers of all three; nothing in a frame tells which.
fn recognises(frame: &[u8]) -> bool {
    let shape = || -> Result<bool, FrameError> {
        let names = ["topic", "type", "ts", "data"];
        let [topic, kind, ts, data] = Json::open(frame)?.members(&names, |_, _| Ok(()))?;
        let topic = topic.text()?;
        let known = ["orderbook.", "publicTrade.", "tickers."];
        let named = known.iter().any(|name| topic.starts_with(name.as_bytes()));
        Ok(named && kind.text().is_ok() && ts.unsigned().is_ok() && data.get().is_some())
    };
    shape().unwrap_or(false)
}
