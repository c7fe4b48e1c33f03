//! Bitfinex, websocket v2: `docs/venues/bitfinex.md`.

mod book;
mod channels;
mod frame;
mod orders;
mod prints;
mod protocol;
mod status;

use super::wire::feed::WireFeed;
use super::wire::json::Json;
use super::wire::profile::{Profile, no_instruments, no_request};
use super::{Checksum, Sequence};
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "bitfinex",
    proof_level: proof_level::CHECKSUM,
    sequence: Sequence::Linked,
    checksum: Some(Checksum::Signed),
    addresses: &["api-pub.bitfinex.com", "api.bitfinex.com"],
    request: no_request,
    instruments: no_instruments,
    recognises,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

/// Its answers to subscriptions name a channel's number, which no other venue's do.
fn recognises(frame: &[u8]) -> bool {
    let names = ["event", "channel", "chanId"];
    let members = Json::open(frame).and_then(|top| top.members(&names, |_, _| Ok(())));
    members.is_ok_and(|[event, channel, number]| {
        event.is_text("subscribed") && channel.get().is_some() && number.unsigned().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_to_subscriptions_are_recognised() {
        let answer = br#"{"event":"subscribed","channel":"book","chanId":4,"symbol":"tBTCUSD"}"#;
        assert!(recognises(answer));
        for other in [
            r#"[4,"hb"]"#,
            r#"{"event":"subscribed","channel":"book"}"#,
            r#"{"event":"subscriptionStatus","channelID":4,"chanId":4}"#,
            "",
        ] {
            assert!(!recognises(other.as_bytes()), "{other}");
        }
    }
}
