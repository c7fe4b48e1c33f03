//! Hyperliquid: `docs/venues/hyperliquid.md`.

mod context;
mod protocol;

use super::wire::feed::WireFeed;
use super::wire::json::Json;
use super::wire::listing::{columns, instrument_list};
use super::wire::profile::{Profile, no_request};
use super::{Sequence, Venue};
use crate::error::{CoreError, FrameError};
use crate::instrument::{Instrument, InstrumentVersion};
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "hyperliquid",
    proof_level: proof_level::UNPROVABLE,
    sequence: Sequence::Unnumbered,
    checksum: None,
    addresses: &["hyperliquid.xyz"],
    // H9: all requests go to one address; their bodies tell them apart.
    request: no_request,
    instruments,
    recognises,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

/// H9: decimals of a perpetual's price and quantity together.
const DECIMALS: u8 = 6;

/// H9: perpetuals of `meta`. A price has at most five significant digits, so its step is not fixed.
fn instruments(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    instrument_list(
        venue,
        body,
        |top| columns(top, &["universe"])?[0].need(),
        |item| {
            let [name, decimals] = columns(item, &["name", "szDecimals"])?;
            let at = decimals.need()?.at();
            let quantity_scale = u8::try_from(decimals.unsigned()?).ok().filter(|n| *n <= DECIMALS);
            let quantity_scale =
                quantity_scale.ok_or(FrameError::new("E_NUMBER", at, "szDecimals of 0 to 6"))?;
            Ok(Instrument {
                venue: venue.name().to_owned(),
                symbol: String::from_utf8_lossy(name.text()?).into_owned(),
                price_scale: DECIMALS - quantity_scale,
                quantity_scale,
                versions: vec![InstrumentVersion {
                    from_event: 0,
                    tick: 1,
                    lot: 1,
                    inferred: true,
                }],
            })
        },
    )
}

/// A message of a channel whose data name a coin.
fn recognises(frame: &[u8]) -> bool {
    let names = ["channel", "data"];
    let members = Json::open(frame).and_then(|top| top.members(&names, |_, _| Ok(())));
    members.is_ok_and(|[channel, data]| {
        let is_known = ["l2Book", "bbo", "activeAssetCtx"].iter().any(|c| channel.is_text(c));
        let coin = data.need().and_then(|data| columns(data, &["coin"]));
        is_known && coin.is_ok_and(|[coin]| coin.text().is_ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perpetuals_of_a_list() {
        let body = br#"{"universe":[{"maxLeverage":40,"name":"BTC","szDecimals":5}]}"#;
        let list = instruments(Venue::Hyperliquid, body).unwrap();
        let of = &list[0];
        assert_eq!((of.symbol.as_str(), of.price_scale, of.quantity_scale), ("BTC", 1, 5));
        for bad in [r#"{"universe":[{"name":"BTC","szDecimals":7}]}"#, "{}"] {
            let error = instruments(Venue::Hyperliquid, bad.as_bytes()).unwrap_err();
            assert_eq!(error.code, "E_INSTRUMENTS");
        }
    }

    #[test]
    fn messages_about_coins_are_recognised() {
        assert!(recognises(br#"{"channel":"l2Book","data":{"coin":"BTC","time":1,"levels":[]}}"#));
        assert!(!recognises(br#"{"channel":"trades","data":[{"coin":"BTC"}]}"#));
        assert!(!recognises(br#"{"channel":"l2Book","data":[]}"#));
    }
}
