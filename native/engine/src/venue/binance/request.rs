//! What a request to Binance asks for, by its address.

use crate::venue::Request;
use crate::venue::wire::address::{parameter, path};

/// `exchangeInfo` and `depth`, of spot and futures.
#[must_use]
pub fn request(url: &str) -> Request<'_> {
    match path(url).rsplit('/').next() {
        Some("exchangeInfo") => Request::Instruments,
        Some("depth") => Request::Depth(parameter(url, "symbol")),
        _ => Request::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_tell_what_was_asked() {
        let url = "https://fapi.binance.com/fapi/v1/depth?symbol=SUSHIUSDT&limit=1000";
        assert_eq!(request(url), Request::Depth("SUSHIUSDT"));
        assert_eq!(request("https://x/api/v3/depth?limit=5"), Request::Depth(""));
        assert_eq!(request("https://api.binance.us/api/v3/exchangeInfo"), Request::Instruments);
        assert_eq!(request("https://x/api/v3/time?a=depth"), Request::Other);
    }
}
