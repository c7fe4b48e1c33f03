//! Bitget, spot and futures, websocket v1, v2 and v3: `docs/venues/bitget.md`.

mod book;
mod instruments;
mod protocol;
mod ticker;

use super::wire::address::path;
use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, Request};
use super::{Checksum, Sequence};
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "bitget",
    proof_level: proof_level::CHECKSUM,
    sequence: Sequence::Linked,
    checksum: Some(Checksum::InTurnPadded),
    addresses: &["ws.bitget.com", "wspap.bitget.com", "api.bitget.com"],
    request,
    instruments: instruments::list,
    recognises,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

/// Lists of the three versions, spot and futures.
fn request(url: &str) -> Request<'_> {
    let path = path(url);
    let ends = ["/public/products", "/public/symbols", "/market/contracts", "/market/instruments"];
    if ends.iter().any(|end| path.ends_with(end)) { Request::Instruments } else { Request::Other }
}

/// Data begins with an action, then the type of instrument.
fn recognises(frame: &[u8]) -> bool {
    let frame = frame.trim_ascii();
    let rest = [b"{\"action\":\"snapshot\",".as_slice(), b"{\"action\":\"update\","]
        .iter()
        .find_map(|start| frame.strip_prefix(*start));
    rest.is_some_and(|rest| rest.starts_with(b"\"arg\":{\"instType\":\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_recognised_and_nothing_else() {
        let of = |text: &str| recognises(text.as_bytes());
        assert!(of(r#"{"action":"update","arg":{"instType":"sp","channel":"trade"},"data":[]}"#));
        assert!(of(r#"{"action":"snapshot","arg":{"instType":"spot","topic":"books"},"data":[]}"#));
        assert!(!of(r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[]}"#));
        assert!(!of(r#"{"event":"subscribe","arg":{"instType":"sp"}}"#));
        assert!(!of("pong"));
    }

    #[test]
    fn lists_are_asked_for_at_four_addresses() {
        for url in [
            "https://api.bitget.com/api/spot/v1/public/products",
            "https://api.bitget.com/api/mix/v1/market/contracts?productType=umcbl",
            "https://api.bitget.com/api/v2/spot/public/symbols",
            "https://api.bitget.com/api/v3/market/instruments?category=SPOT",
        ] {
            assert_eq!(request(url), Request::Instruments, "{url}");
        }
        assert_eq!(request("https://api.bitget.com/api/v2/spot/market/orderbook"), Request::Other);
    }
}
