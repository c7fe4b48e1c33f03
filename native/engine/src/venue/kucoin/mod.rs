//! KuCoin, spot and futures: `docs/venues/kucoin.md`.

mod book;
mod derivatives;
mod prints;
mod protocol;

use super::wire::address::{parameter, path};
use super::wire::feed::WireFeed;
use super::wire::json::Json;
use super::wire::listing::{columns, instrument, instrument_list};
use super::wire::profile::{Profile, Request};
use super::{Sequence, Venue};
use crate::error::CoreError;
use crate::instrument::Instrument;
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "kucoin",
    proof_level: proof_level::SEQUENCE,
    sequence: Sequence::Spot,
    checksum: None,
    addresses: &["kucoin.com"],
    request,
    instruments,
    recognises,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

/// K4: whole books alone; those of 20 or 100 levels do not join. K12: lists of instruments.
fn request(url: &str) -> Request<'_> {
    let path = path(url);
    if path.ends_with("/market/orderbook/level2") || path.ends_with("/api/v1/level2/snapshot") {
        Request::Depth(parameter(url, "symbol"))
    } else if path.ends_with("/symbols") || path.ends_with("/contracts/active") {
        Request::Instruments
    } else {
        Request::Other
    }
}

/// K12: spot prints increments, futures their tick and lot (contracts).
fn instruments(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    let names = ["symbol", "priceIncrement", "baseIncrement", "tickSize", "lotSize"];
    instrument_list(
        venue,
        body,
        |top| columns(top, &["data"])?[0].need(),
        |item| {
            let [symbol, tick, lot, contract_tick, contract_lot] = columns(item, &names)?;
            let of = |spot: Option<_>, contract: Option<_>| spot.or(contract);
            let tick = of(tick.get(), contract_tick.get());
            instrument(venue, symbol.need()?, tick, of(lot.get(), contract_lot.get()))
        },
    )
}

/// A message with its kind of topics.
fn recognises(frame: &[u8]) -> bool {
    let names = ["type", "topic", "subject"];
    let members = Json::open(frame).and_then(|top| top.members(&names, |_, _| Ok(())));
    members.is_ok_and(|[kind, topic, subject]| {
        let topic = topic.text().unwrap_or_default();
        let roots = ["/market/", "/spotMarket/", "/contractMarket/", "/contract/"];
        let is_root = roots.iter().any(|root| topic.starts_with(root.as_bytes()));
        kind.is_text("message") && is_root && subject.text().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_for_whole_books_and_lists() {
        let of = |url| request(url);
        let v3 = "https://api.kucoin.com/api/v3/market/orderbook/level2?symbol=SNX-BTC";
        assert_eq!(of(v3), Request::Depth("SNX-BTC"));
        let v1 = "https://api.kucoin.com/api/v1/market/orderbook/level2_20?symbol=SNX-BTC";
        assert_eq!(of(v1), Request::Other);
        let futures = "https://api-futures.kucoin.com/api/v1/level2/snapshot?symbol=XBTUSDTM";
        assert_eq!(of(futures), Request::Depth("XBTUSDTM"));
        assert_eq!(of("https://api.kucoin.com/api/v1/symbols"), Request::Instruments);
        assert_eq!(
            of("https://api-futures.kucoin.com/api/v1/contracts/active"),
            Request::Instruments
        );
    }

    #[test]
    fn lists_of_spot_and_futures() {
        let spot = br#"{"code":"200000","data":[{"symbol":"A-B","baseIncrement":"0.01","priceIncrement":"0.0000000001"}]}"#;
        let list = instruments(Venue::Kucoin, spot).unwrap();
        assert_eq!((list[0].price_scale, list[0].quantity_scale), (10, 2));
        let futures =
            br#"{"data":[{"symbol":"XBTUSDTM","lotSize":1,"tickSize":0.5,"multiplier":0.001}]}"#;
        let list = instruments(Venue::Kucoin, futures).unwrap();
        let of = &list[0];
        assert_eq!((of.price_scale, of.quantity_scale), (1, 0));
        assert_eq!((of.current().tick, of.current().lot), (5, 1));
        assert_eq!(instruments(Venue::Kucoin, b"{}").unwrap_err().code, "E_INSTRUMENTS");
    }

    #[test]
    fn messages_are_recognised() {
        assert!(recognises(br#"{"type":"message","topic":"/market/ticker:A-B","subject":"x"}"#));
        assert!(!recognises(br#"{"type":"message","topic":"/other:A-B","subject":"x"}"#));
        assert!(!recognises(b"[1]"));
    }
}
