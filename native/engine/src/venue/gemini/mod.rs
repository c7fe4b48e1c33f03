//! Gemini, market data v2, and trades and quotes of its later streams: `docs/venues/gemini.md`.

mod book;
mod prints;
mod protocol;

use super::wire::address::path;
use super::wire::feed::WireFeed;
use super::wire::json::Json;
use super::wire::listing::{columns, instrument, refused};
use super::wire::profile::{Profile, Request};
use super::{Sequence, Venue};
use crate::error::{CoreError, FrameError};
use crate::instrument::Instrument;
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "gemini",
    proof_level: proof_level::UNPROVABLE,
    sequence: Sequence::Unnumbered,
    checksum: None,
    addresses: &["gemini.com"],
    request,
    instruments,
    recognises,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

/// G9: each instrument is described by a response of its own.
fn request(url: &str) -> Request<'_> {
    if path(url).starts_with("/v1/symbols/details/") {
        Request::Instruments
    } else {
        Request::Other
    }
}

/// G9: `tick_size` is the step of quantities, `quote_increment` that of prices.
fn instruments(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    let read = || -> Result<Instrument, FrameError> {
        let [symbol, lot, tick] =
            columns(Json::open(body)?, &["symbol", "tick_size", "quote_increment"])?;
        instrument(venue, symbol.need()?, Some(tick.need()?), Some(lot.need()?))
    };
    read().map(|one| vec![one]).map_err(|e| refused(venue, &e))
}

/// Changes of a book as v2 tells them.
fn recognises(frame: &[u8]) -> bool {
    let names = ["type", "symbol", "changes"];
    let members = Json::open(frame).and_then(|top| top.members(&names, |_, _| Ok(())));
    members.is_ok_and(|[kind, symbol, changes]| {
        kind.is_text("l2_updates") && symbol.text().is_ok() && changes.items().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_of_instruments() {
        let body = br#"{"symbol":"BTCUSDCPERP","quote_currency":"USDC","tick_size":0.0001,"quote_increment":0.5,"min_order_size":"0.0001"}"#;
        let list = instruments(Venue::Gemini, body).unwrap();
        let (of, version) = (&list[0], list[0].current());
        assert_eq!((of.price_scale, of.quantity_scale, version.tick, version.lot), (1, 4, 5, 1));
        assert_eq!(instruments(Venue::Gemini, b"[]").unwrap_err().code, "E_INSTRUMENTS");
        let url = "https://api.gemini.com/v1/symbols/details/btcusd";
        assert_eq!(request(url), Request::Instruments);
        assert_eq!(request("https://api.gemini.com/v1/symbols"), Request::Other);
    }

    #[test]
    fn changes_of_books_are_recognised() {
        assert!(recognises(br#"{"changes":[],"symbol":"BTCUSD","type":"l2_updates"}"#));
        assert!(!recognises(br#"{"changes":7,"symbol":"BTCUSD","type":"l2_updates"}"#));
        assert!(!recognises(br#"{"e":"depthUpdate","s":"btcusd"}"#));
    }
}
