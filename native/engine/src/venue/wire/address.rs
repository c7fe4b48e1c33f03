//! Addresses of connections and requests.

/// The host of an address, without scheme, user and port.
#[must_use]
pub fn host(address: &str) -> &str {
    let authority = split(address).0;
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.split(':').next().unwrap_or(host)
}

/// The path of an address, from its slash on, without the query.
#[must_use]
pub fn path(address: &str) -> &str {
    let rest = split(address).1;
    rest.split(['?', '#']).next().unwrap_or(rest)
}

/// The value of a parameter of the query, empty where it is missing.
#[must_use]
pub fn parameter<'a>(address: &'a str, name: &str) -> &'a str {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

/// Whether an address is of a pattern: `host` or `host/path`, for the host and those below it and for
/// paths that begin so.
#[must_use]
pub fn matches(address: &str, pattern: &str) -> bool {
    let (name, prefix) = pattern.split_at(pattern.find('/').unwrap_or(pattern.len()));
    let of_host =
        host(address).strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    of_host && path(address).starts_with(prefix)
}

fn split(address: &str) -> (&str, &str) {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
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
    fn patterns_tell_hosts_and_paths_apart() {
        let linear = "wss://stream.bybit.com/v5/public/linear";
        assert!(matches(linear, "stream.bybit.com/v5/public/linear"));
        assert!(matches(linear, "bybit.com"));
        assert!(!matches(linear, "stream.bybit.com/v5/public/spot"));
        assert!(!matches("wss://notbybit.com/v5", "bybit.com"));
        assert!(!matches("https://example.org/bybit.com", "bybit.com"));
        assert_eq!(parameter("https://x/y?category=spot&symbol=A", "symbol"), "A");
        assert_eq!(parameter("https://x/y", "symbol"), "");
        assert_eq!(path("https://x:80/y/z?a=/b"), "/y/z");
    }
}
