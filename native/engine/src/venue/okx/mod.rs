//! OKX v5, and OKCoin, which speaks the same: `docs/venues/okx.md`.

mod book;
mod instruments;
mod prices;
mod protocol;

use super::wire::address::path;
use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, Request};
use super::{Checksum, Sequence};
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = profile("okx", &["okx.com", "okex.com"], recognises);
/// A frame without an address is taken for one of OKX.
pub static OKCOIN: Profile = profile("okcoin", &["okcoin.com"], |_| false);

const fn profile(
    name: &'static str,
    addresses: &'static [&'static str],
    recognises: fn(&[u8]) -> bool,
) -> Profile {
    Profile {
        name,
        proof_level: proof_level::CHECKSUM,
        sequence: Sequence::Linked,
        checksum: Some(Checksum::InTurn),
        addresses,
        request,
        instruments: instruments::list,
        recognises,
        feed: WireFeed::<Protocol>::boxed_new,
        learner: WireFeed::<Protocol>::boxed_learner,
    }
}

fn request(url: &str) -> Request<'_> {
    if path(url).ends_with("/public/instruments") { Request::Instruments } else { Request::Other }
}

/// Data begins with the channel, its first member the name; Bitget's begins with an action.
fn recognises(frame: &[u8]) -> bool {
    let frame = frame.trim_ascii();
    frame.starts_with(b"{\"arg\":{\"channel\":\"")
        && frame.windows(7).take(160).any(|w| w == b"\"data\":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_recognised_and_nothing_else() {
        let of = |text: &str| recognises(text.as_bytes());
        assert!(of(r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[]}"#));
        assert!(of(r#"{"arg":{"channel":"books","instId":"A"},"action":"update","data":[]}"#));
        assert!(!of(r#"{"event":"subscribe","arg":{"channel":"trades","instId":"A"}}"#));
        assert!(!of(r#"{"action":"update","arg":{"instType":"sp","channel":"trade"},"data":[]}"#));
        assert!(!of("pong"));
    }

    #[test]
    fn lists_are_asked_for_at_one_address() {
        let url = "https://www.okx.com/api/v5/public/instruments?instType=SPOT";
        assert_eq!(request(url), Request::Instruments);
        assert_eq!(request("https://www.okx.com/api/v5/market/books?instId=A"), Request::Other);
    }
}
