//! Market lists: `GET /api/v2/trading-pairs-info/`, and `/api/v2/markets/`, which took its place.

use crate::error::CoreError;
use crate::instrument::{Instrument, InstrumentVersion};
use crate::venue::Venue;
use serde::Deserialize;
use std::borrow::Cow;

#[derive(Deserialize)]
struct Market<'a> {
    #[serde(borrow, alias = "market_symbol")]
    url_symbol: Cow<'a, str>,
    base_decimals: u8,
    counter_decimals: u8,
}

/// B6: decimals of amounts and prices; a step is the last of them.
///
/// # Errors
/// `E_INSTRUMENTS` with line and column, or the market whose decimals cannot be.
pub(super) fn instrument_list(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    let markets: Vec<Market<'_>> = serde_json::from_slice(body).map_err(|e| {
        CoreError::new("E_INSTRUMENTS", format!("no list of markets: {e}"))
            .at(format!("line {}, column {}", e.line(), e.column()))
            .hint("give the body of the venue's trading-pairs-info")
    })?;
    let instrument = |market: &Market<'_>| {
        if market.base_decimals > 18 || market.counter_decimals > 18 {
            let seen = "more than 18 decimals";
            return Err(CoreError::new("E_INSTRUMENTS", seen).at(market.url_symbol.to_string()));
        }
        Ok(Instrument {
            venue: venue.name().to_owned(),
            symbol: market.url_symbol.to_string(),
            price_scale: market.counter_decimals,
            quantity_scale: market.base_decimals,
            versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: false }],
        })
    };
    markets.iter().map(instrument).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_tell_decimals() {
        let body = r#"[{"url_symbol":"btcusd","base_decimals":8,"counter_decimals":2,"name":"BTC/USD"},
            {"market_symbol":"xrpeur","base_decimals":6,"counter_decimals":5}]"#;
        let list = instrument_list(Venue::Bitstamp, body.as_bytes()).unwrap();
        let scales = |i: &Instrument| (i.name(), i.price_scale, i.quantity_scale);
        let expected = [("bitstamp:btcusd".into(), 2, 8), ("bitstamp:xrpeur".into(), 5, 6)];
        assert_eq!(list.iter().map(scales).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_place() {
        let error = instrument_list(Venue::Bitstamp, b"[\n7]").unwrap_err();
        assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "line 2, column 1"));
        let bad = br#"[{"url_symbol":"x","base_decimals":19,"counter_decimals":2}]"#;
        let error = instrument_list(Venue::Bitstamp, bad).unwrap_err();
        assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "x"));
    }
}
