//! What the addresses in a capture tell: the venue by host, the instrument by query.

/// Hosts of each venue; a host belongs to the first whose suffix it has.
const HOSTS: &[(&str, &str)] = &[
    ("fapi.binance.com", "binance-usdm"),
    ("fstream.binance.com", "binance-usdm"),
    ("fstream3.binance.com", "binance-usdm"),
    ("dapi.binance.com", "binance-coinm"),
    ("dstream.binance.com", "binance-coinm"),
    ("binance.us", "binance-us"),
    ("binance.me", "binance-tr"),
    ("trbinance.com", "binance-tr"),
    ("api.binance.com", "binance"),
    ("stream.binance.com", "binance"),
    ("data-api.binance.vision", "binance"),
    ("data-stream.binance.vision", "binance"),
];

/// What a REST response holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// The venue's instrument list.
    Instruments,
    /// A depth snapshot of a symbol; empty where the request does not name it.
    Depth(&'a str),
    Other,
}

/// The host of an address, without scheme, user and port.
#[must_use]
pub fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.split(':').next().unwrap_or(host)
}

/// The venue whose host this address names.
#[must_use]
pub fn venue_of_address(address: &str) -> Option<&'static str> {
    let host = host(address);
    let belongs = |suffix: &str| {
        host.strip_suffix(suffix).is_some_and(|head| head.is_empty() || head.ends_with('.'))
            || (suffix == "api.binance.com" && numbered_api(host))
    };
    HOSTS.iter().find(|(suffix, _)| belongs(suffix)).map(|&(_, venue)| venue)
}

/// `api1.binance.com` to `api4.binance.com`, `api-gcp.binance.com`: the same venue.
fn numbered_api(host: &str) -> bool {
    let label = host.strip_suffix(".binance.com").unwrap_or("");
    matches!(label, "api1" | "api2" | "api3" | "api4" | "api-gcp")
}

/// What a request's URL asks for.
#[must_use]
pub fn classify(url: &str) -> Request<'_> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    match path.rsplit('/').next() {
        Some("exchangeInfo") => Request::Instruments,
        Some("depth") => Request::Depth(parameter(query, "symbol")),
        _ => Request::Other,
    }
}

fn parameter<'a>(query: &'a str, name: &str) -> &'a str {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_tell_the_venue() {
        for (address, venue) in [
            ("wss://stream.binance.com:9443/stream?streams=a@depth/b@trade", Some("binance")),
            ("https://api.binance.com/api/v3/exchangeInfo", Some("binance")),
            ("https://api3.binance.com/api/v3/depth?symbol=X", Some("binance")),
            ("wss://fstream.binance.com/public/stream", Some("binance-usdm")),
            ("https://dapi.binance.com/dapi/v1/depth", Some("binance-coinm")),
            ("wss://stream.binance.us:9443/stream", Some("binance-us")),
            ("https://api.binance.me/api/v3/depth", Some("binance-tr")),
            ("wss://stream-cloud.trbinance.com/stream", Some("binance-tr")),
            ("wss://ws.kraken.com", None),
            ("https://notbinance.us/", None),
            ("", None),
        ] {
            assert_eq!(venue_of_address(address), venue, "{address}");
        }
    }

    #[test]
    fn urls_tell_what_was_asked() {
        let url = "https://fapi.binance.com/fapi/v1/depth?symbol=SUSHIUSDT&limit=1000";
        assert_eq!(classify(url), Request::Depth("SUSHIUSDT"));
        assert_eq!(classify("https://x/api/v3/depth?limit=5"), Request::Depth(""));
        assert_eq!(classify("https://api.binance.us/api/v3/exchangeInfo"), Request::Instruments);
        assert_eq!(classify("https://x/api/v3/time?a=depth"), Request::Other);
    }
}
