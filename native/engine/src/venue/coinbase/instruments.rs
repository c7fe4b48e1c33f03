//! Product lists: `GET /products` of the Exchange, `GET /api/v3/brokerage/market/products`.

use crate::error::CoreError;
use crate::instrument::{Instrument, InstrumentVersion};
use crate::venue::Venue;
use crate::venue::wire::number;
use serde::Deserialize;
use std::borrow::Cow;

#[derive(Deserialize)]
struct Products<'a> {
    #[serde(borrow)]
    products: Vec<Product<'a>>,
}

#[derive(Deserialize)]
struct Product<'a> {
    #[serde(borrow, alias = "id")]
    product_id: Cow<'a, str>,
    #[serde(borrow)]
    base_increment: Cow<'a, str>,
    #[serde(borrow)]
    quote_increment: Cow<'a, str>,
    /// Advanced Trade: the step of prices, where that of amounts in quote currency is another.
    #[serde(borrow)]
    price_increment: Option<Cow<'a, str>>,
}

/// C2: instruments of a list, in its order. Scales are those that the steps need.
///
/// # Errors
/// `E_INSTRUMENTS` with line and column, or the product whose steps are no decimals above 0.
pub(super) fn instrument_list(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    let is_bare = body.trim_ascii_start().first() == Some(&b'[');
    let products: Result<Vec<Product<'_>>, _> = if is_bare {
        serde_json::from_slice(body)
    } else {
        serde_json::from_slice(body).map(|list: Products<'_>| list.products)
    };
    let products = products.map_err(|e| {
        CoreError::new("E_INSTRUMENTS", format!("no list of products: {e}"))
            .at(format!("line {}, column {}", e.line(), e.column()))
            .hint("give the body of the venue's list of products")
    })?;
    products.iter().map(|product| instrument(venue, product)).collect()
}

fn instrument(venue: Venue, of: &Product<'_>) -> Result<Instrument, CoreError> {
    let step = |text: &str| {
        step(text).ok_or_else(|| {
            let seen = format!("a step that is no decimal above 0: {text}");
            CoreError::new("E_INSTRUMENTS", seen).at(of.product_id.to_string())
        })
    };
    let (price_scale, tick) = step(of.price_increment.as_ref().unwrap_or(&of.quote_increment))?;
    let (quantity_scale, lot) = step(&of.base_increment)?;
    Ok(Instrument {
        venue: venue.name().to_owned(),
        symbol: of.product_id.to_string(),
        price_scale,
        quantity_scale,
        versions: vec![InstrumentVersion { from_event: 0, tick, lot, inferred: false }],
    })
}

/// The fewest decimals that a step needs, and the step at them.
fn step(text: &str) -> Option<(u8, i64)> {
    let step = number::decimal(text.as_bytes(), 0).ok()?;
    let (scale, value) = (0..=18).find_map(|n| Some((n, step.at_scale(n, 0).ok()?)))?;
    (value > 0).then_some((scale, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Vec<(String, u8, u8, i64, i64)> {
        let list = instrument_list(Venue::Coinbase, body.as_bytes()).unwrap();
        let row = |i: &Instrument| {
            let v = i.current();
            (i.symbol.clone(), i.price_scale, i.quantity_scale, v.tick, v.lot)
        };
        list.iter().map(row).collect()
    }

    #[test]
    fn both_lists_tell_steps() {
        let advanced = r#"{"products":[{"product_id":"BTC-USD","base_increment":"0.00000001",
            "quote_increment":"0.01","price_increment":"0.5","status":"online"}],"num_products":1}"#;
        assert_eq!(of(advanced), [("BTC-USD".into(), 1, 8, 5, 1)]);
        let exchange = r#"[{"id":"BTC-USD","base_increment":"0.00000001","quote_increment":"0.01000000"},
            {"id":"SHIB-USD","base_increment":"1","quote_increment":"0.00000001"}]"#;
        let shib = ("SHIB-USD".into(), 8, 0, 1, 1);
        assert_eq!(of(exchange), [("BTC-USD".into(), 2, 8, 1, 1), shib]);
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_place() {
        let error = instrument_list(Venue::Coinbase, b"{\n\"products\":7}").unwrap_err();
        assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "line 2, column 12"));
        let bad = r#"[{"id":"X","base_increment":"0","quote_increment":"1"}]"#;
        let error = instrument_list(Venue::Coinbase, bad.as_bytes()).unwrap_err();
        assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "X"));
    }
}
