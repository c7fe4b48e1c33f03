//! What the addresses in a capture tell: what was asked, and of which instrument.

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
    fn hosts_are_bare() {
        for (address, bare) in [
            ("wss://stream.binance.com:9443/stream?streams=a@depth/b@trade", "stream.binance.com"),
            ("https://user@api.binance.us?x", "api.binance.us"),
            ("host", "host"),
            ("", ""),
        ] {
            assert_eq!(host(address), bare);
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
