//! Instrument lists: `exchangeInfo` of spot and of futures (S15, U16).

use crate::error::CoreError;
use crate::instrument::{Instrument, InstrumentVersion};
use crate::venue::Venue;
use crate::venue::wire::number;
use serde::Deserialize;
use std::borrow::Cow;

/// Integers up to here are exact as `f64`, which is how prices and quantities cross to strategies.
const EXACT: u128 = 1 << 53;

#[derive(Deserialize)]
struct Info<'a> {
    #[serde(borrow)]
    symbols: Vec<Symbol<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Symbol<'a> {
    #[serde(borrow)]
    symbol: Cow<'a, str>,
    /// Futures.
    price_precision: Option<u8>,
    quantity_precision: Option<u8>,
    /// Spot; futures have them too, about amounts of assets.
    quote_precision: Option<u8>,
    base_asset_precision: Option<u8>,
    #[serde(default, borrow)]
    filters: Vec<Filter<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter<'a> {
    #[serde(borrow)]
    filter_type: Cow<'a, str>,
    #[serde(borrow)]
    tick_size: Option<Cow<'a, str>>,
    #[serde(borrow)]
    max_price: Option<Cow<'a, str>>,
    #[serde(borrow)]
    step_size: Option<Cow<'a, str>>,
    #[serde(borrow)]
    max_qty: Option<Cow<'a, str>>,
}

/// Instruments of a list, in its order. The scale is the most decimals that the venue prints, as far
/// as the largest price or quantity of an order stays exact at it; never less than the step needs.
///
/// # Errors
/// `E_INSTRUMENTS` with line and column, or the symbol whose steps are no decimals.
pub fn instrument_list(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    let info: Info<'_> = serde_json::from_slice(body).map_err(|e| {
        CoreError::new("E_INSTRUMENTS", format!("no list of instruments: {e}"))
            .at(format!("line {}, column {}", e.line(), e.column()))
            .hint("give the body of the venue's exchangeInfo")
    })?;
    info.symbols.iter().map(|symbol| instrument(venue, symbol)).collect()
}

fn instrument(venue: Venue, of: &Symbol<'_>) -> Result<Instrument, CoreError> {
    let filter = |name: &str| of.filters.iter().find(|f| f.filter_type == name);
    let price = filter("PRICE_FILTER");
    let lot = filter("LOT_SIZE");
    let step = |step: Option<&Cow<'_, str>>, most: Option<&Cow<'_, str>>, precision| {
        steps(step.map(|s| &**s), most.map(|s| &**s), precision).ok_or_else(|| {
            CoreError::new("E_INSTRUMENTS", "a step that is no decimal").at(of.symbol.to_string())
        })
    };
    let (price_scale, tick) = step(
        price.and_then(|f| f.tick_size.as_ref()),
        price.and_then(|f| f.max_price.as_ref()),
        of.price_precision.or(of.quote_precision),
    )?;
    let (quantity_scale, lot) = step(
        lot.and_then(|f| f.step_size.as_ref()),
        lot.and_then(|f| f.max_qty.as_ref()),
        of.quantity_precision.or(of.base_asset_precision),
    )?;
    let inferred = tick.is_none() || lot.is_none();
    let version = InstrumentVersion {
        from_event: 0,
        tick: tick.unwrap_or(1),
        lot: lot.unwrap_or(1),
        inferred,
    };
    Ok(Instrument {
        venue: venue.name().to_owned(),
        symbol: of.symbol.to_string(),
        price_scale,
        quantity_scale,
        versions: vec![version],
    })
}

/// Scale, and the step at it; a step of 0 means that the venue has none.
fn steps(
    step: Option<&str>,
    most: Option<&str>,
    precision: Option<u8>,
) -> Option<(u8, Option<i64>)> {
    let step = match step {
        Some(text) => Some(number::decimal(text.as_bytes(), 0).ok()?),
        None => None,
    };
    let printed = step.map_or(0, |s| s.decimals.clamp(0, 18) as u8);
    let needed = step.map_or(0, |s| (0..=18).find(|n| s.at_scale(*n, 0).is_ok()).unwrap_or(18));
    let most = most.and_then(|text| number::decimal(text.as_bytes(), 0).ok());
    let exact = |scale: &u8| {
        most.is_none_or(|m| m.at_scale(*scale, 0).is_ok_and(|v| v.unsigned_abs() as u128 <= EXACT))
    };
    let widest = printed.max(precision.unwrap_or(0)).min(18).max(needed);
    let scale = (needed..=widest).rev().find(exact).unwrap_or(needed);
    let value = match step {
        Some(step) => Some(step.at_scale(scale, 0).ok()?),
        None => None,
    };
    Some((scale, value.filter(|v| *v > 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPOT: &str = r#"{"symbols":[
      {"symbol":"ETHBTC","quotePrecision":8,"baseAssetPrecision":8,"filters":[
        {"filterType":"PRICE_FILTER","tickSize":"0.00000100","maxPrice":"922327.00000000"},
        {"filterType":"LOT_SIZE","stepSize":"0.00010000","maxQty":"100000.00000000"}]},
      {"symbol":"BTTUSDT","quotePrecision":8,"baseAssetPrecision":8,"filters":[
        {"filterType":"PRICE_FILTER","tickSize":"0.00000001","maxPrice":"1000.00000000"},
        {"filterType":"LOT_SIZE","stepSize":"1.00000000","maxQty":"46116860414.00000000"}]},
      {"symbol":"NEW"}]}"#;
    const USDM: &str = r#"{"symbols":[{"symbol":"BTCUSDT","pricePrecision":2,"quantityPrecision":3,
      "quotePrecision":8,"baseAssetPrecision":8,"filters":[
        {"filterType":"PRICE_FILTER","tickSize":"0.10","maxPrice":"4529764","minPrice":"556.80"},
        {"filterType":"LOT_SIZE","stepSize":"0.001","maxQty":"1000"}]}]}"#;

    fn of(venue: Venue, body: &str) -> Vec<(String, u8, u8, i64, i64, bool)> {
        let list = instrument_list(venue, body.as_bytes()).unwrap();
        let version = |i: &Instrument| i.current();
        list.iter()
            .map(|i| {
                let v = version(i);
                (i.symbol.clone(), i.price_scale, i.quantity_scale, v.tick, v.lot, v.inferred)
            })
            .collect()
    }

    #[test]
    fn spot_prints_eight_decimals_where_they_stay_exact() {
        let list = of(Venue::Binance, SPOT);
        assert_eq!(list[0], ("ETHBTC".into(), 8, 8, 100, 10_000, false));
        // 4.6e10 at 8 decimals would not be exact; at 5 it is.
        assert_eq!(list[1], ("BTTUSDT".into(), 8, 5, 1, 100_000, false));
        assert_eq!(list[2], ("NEW".into(), 0, 0, 1, 1, true));
    }

    #[test]
    fn futures_print_their_own_precision() {
        let list = of(Venue::BinanceUsdm, USDM);
        assert_eq!(list[0], ("BTCUSDT".into(), 2, 3, 10, 1, false));
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_place() {
        let error = instrument_list(Venue::Binance, b"{\n\"symbols\":7}").unwrap_err();
        assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "line 2, column 11"));
        let bad = r#"{"symbols":[{"symbol":"X","filters":[
            {"filterType":"PRICE_FILTER","tickSize":"a"}]}]}"#;
        let error = instrument_list(Venue::Binance, bad.as_bytes()).unwrap_err();
        assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "X"));
    }
}
