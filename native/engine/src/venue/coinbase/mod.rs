//! Coinbase Exchange, order by order, and Advanced Trade: `docs/venues/coinbase.md`.

mod advanced;
mod book;
mod exchange;
mod instruments;
mod levels;
mod orders;
mod recognise;
mod shared;

use super::Sequence;
use super::wire::address::{parameter, path};
use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, Request};
use crate::schema::proof_level;

pub static ADVANCED: Profile = Profile {
    name: "coinbase",
    proof_level: proof_level::SEQUENCE,
    sequence: Sequence::Linked,
    checksum: None,
    addresses: &["advanced-trade-ws.coinbase.com", "api.coinbase.com/api/v3/brokerage"],
    request: advanced_request,
    instruments: instruments::instrument_list,
    recognises: recognise::advanced,
    feed: WireFeed::<advanced::Protocol>::boxed_new,
    learner: WireFeed::<advanced::Protocol>::boxed_learner,
};

pub static EXCHANGE: Profile = Profile {
    name: "coinbase-exchange",
    proof_level: proof_level::SEQUENCE,
    // X8: updates of levels have no numbers, and link by 0.
    sequence: Sequence::Linked,
    checksum: None,
    addresses: &[
        "ws-feed.exchange.coinbase.com",
        "ws-direct.exchange.coinbase.com",
        "ws-feed.pro.coinbase.com",
        "ws-feed.gdax.com",
        "api.exchange.coinbase.com",
        "api.pro.coinbase.com",
        "api.gdax.com",
    ],
    request: exchange_request,
    instruments: instruments::instrument_list,
    recognises: recognise::exchange,
    feed: WireFeed::<exchange::Protocol>::boxed_new,
    learner: WireFeed::<exchange::Protocol>::boxed_learner,
};

fn advanced_request(url: &str) -> Request<'_> {
    if path(url).ends_with("/products") { Request::Instruments } else { Request::Other }
}

/// `/products` and `/products/BTC-USD/book?level=3`; books of other levels are aggregated (X7).
fn exchange_request(url: &str) -> Request<'_> {
    let mut parts = path(url).rsplit('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next()) {
        (Some("products"), _) => Request::Instruments,
        (Some("book"), Some(product)) if parameter(url, "level") == "3" => Request::Depth(product),
        _ => Request::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_what_was_asked() {
        let book = "https://api.exchange.coinbase.com/products/BTC-USD/book?level=3";
        assert_eq!(exchange_request(book), Request::Depth("BTC-USD"));
        assert_eq!(exchange_request(&book.replace("level=3", "level=2")), Request::Other);
        let products = "https://api.exchange.coinbase.com/products";
        assert_eq!(exchange_request(products), Request::Instruments);
        let products = "https://api.coinbase.com/api/v3/brokerage/market/products?limit=5";
        assert_eq!(advanced_request(products), Request::Instruments);
        assert_eq!(advanced_request("https://api.coinbase.com/api/v3/time"), Request::Other);
    }
}
