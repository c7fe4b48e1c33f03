//! Bitstamp: differences of the book, and order by order: `docs/venues/bitstamp.md`.

mod book;
mod envelope;
mod gone;
mod instruments;
mod levels;
mod orders;
mod trades;

use super::Sequence;
use super::wire::address::{parameter, path};
use super::wire::feed::WireFeed;
use super::wire::profile::{Profile, Request};
use crate::schema::proof_level;
use levels::Protocol;
use orders::Protocol as OrderProtocol;

pub static PROFILE: Profile = Profile {
    name: "bitstamp",
    proof_level: proof_level::UNPROVABLE,
    sequence: Sequence::Rising,
    checksum: None,
    addresses: &["bitstamp.net"],
    request,
    instruments: instruments::instrument_list,
    recognises: envelope::is_of_levels,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

/// Of the same addresses: a session says which of both it wants.
pub static L3_PROFILE: Profile = Profile {
    name: "bitstamp-l3",
    proof_level: proof_level::UNPROVABLE,
    sequence: Sequence::Unnumbered,
    checksum: None,
    addresses: &["bitstamp.net"],
    request: order_request,
    instruments: instruments::instrument_list,
    recognises: envelope::is_of_orders,
    feed: WireFeed::<OrderProtocol>::boxed_new,
    learner: WireFeed::<OrderProtocol>::boxed_learner,
};

/// B9: `group` 1, which is meant where it is missing, sums up the orders of a price.
fn request(url: &str) -> Request<'_> {
    match parts(url) {
        (_, "trading-pairs-info" | "markets") => Request::Instruments,
        ("order_book", market) if matches!(parameter(url, "group"), "" | "1") => {
            Request::Depth(market)
        }
        _ => Request::Other,
    }
}

/// B14: `group` 2 names each order.
fn order_request(url: &str) -> Request<'_> {
    match parts(url) {
        ("order_book", market) if parameter(url, "group") == "2" => Request::Depth(market),
        ("order_book", _) => Request::Other,
        _ => request(url),
    }
}

/// The last two parts of a path.
fn parts(url: &str) -> (&str, &str) {
    let mut parts = path(url).rsplit('/').filter(|part| !part.is_empty());
    let last = parts.next().unwrap_or("");
    (parts.next().unwrap_or(""), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_what_was_asked() {
        let book = "https://www.bitstamp.net/api/v2/order_book/ethusd";
        assert_eq!(request(book), Request::Depth("ethusd"));
        assert_eq!(request(&format!("{book}/?group=1")), Request::Depth("ethusd"));
        assert_eq!(request(&format!("{book}/?group=2")), Request::Other);
        assert_eq!(order_request(&format!("{book}/?group=2")), Request::Depth("ethusd"));
        assert_eq!(order_request(book), Request::Other);
        let list = "https://www.bitstamp.net/api/v2/trading-pairs-info/";
        assert_eq!(
            (request(list), order_request(list)),
            (Request::Instruments, Request::Instruments)
        );
        assert_eq!(request("https://www.bitstamp.net/api/v2/ticker/btcusd"), Request::Other);
    }
}
