//! Kraken spot, websocket v1 and v2: `docs/venues/kraken.md`.

mod instruments;
mod protocol;
mod v1;
mod v2;
mod window;

use super::wire::address::path;
use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, Request};
use super::{Checksum, Sequence};
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "kraken",
    proof_level: proof_level::CHECKSUM,
    sequence: Sequence::Unnumbered,
    checksum: Some(Checksum::Kraken),
    addresses: &["ws.kraken.com", "ws-auth.kraken.com", "api.kraken.com", "beta-ws.kraken.com"],
    request,
    instruments: instruments::list,
    recognises,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

fn request(url: &str) -> Request<'_> {
    match path(url).rsplit('/').next() {
        Some("AssetPairs") => Request::Instruments,
        _ => Request::Other,
    }
}

/// v1: a list that ends in a channel's name and a pair; v2: an object that begins with its channel and
/// its type.
fn recognises(frame: &[u8]) -> bool {
    let frame = frame.trim_ascii();
    if frame.first() == Some(&b'[') {
        return v1::recognises(frame);
    }
    let Some(rest) = frame.strip_prefix(b"{\"channel\":\"") else { return false };
    let channels: [&[u8]; 5] = [b"book", b"trade", b"ticker", b"instrument", b"level3"];
    let rest = channels.into_iter().find_map(|name| rest.strip_prefix(name));
    rest.is_some_and(|rest| {
        rest.starts_with(b"\",\"type\":\"snapshot\",\"data\":")
            || rest.starts_with(b"\",\"type\":\"update\",\"data\":")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_both_versions_are_recognised_and_no_others() {
        for frame in [
            r#"[992,{"b":[["354.15","5.0","1618678133.36"]],"c":"2583817756"},"book-1000","XMR/USD"]"#,
            r#"[993,[["354.1","0.8","1618678142.5","s","l",""]],"trade","XMR/USD"]"#,
            r#"{"channel":"book","type":"update","data":[]}"#,
        ] {
            assert!(recognises(frame.as_bytes()), "{frame}");
        }
        for frame in [
            r#"[17,[["tBTCUSD",1,2]]]"#,
            r#"[17,"hb"]"#,
            r#"["trade","XMR/USD"]"#,
            r#"{"channel":"l2_data","client_id":""}"#,
            r#"{"event":"heartbeat"}"#,
            "",
        ] {
            assert!(!recognises(frame.as_bytes()), "{frame}");
        }
    }

    #[test]
    fn the_list_of_pairs_is_asked_for_at_one_address() {
        assert_eq!(request("https://api.kraken.com/0/public/AssetPairs"), Request::Instruments);
        assert_eq!(request("https://api.kraken.com/0/public/Depth?pair=X"), Request::Other);
    }
}
