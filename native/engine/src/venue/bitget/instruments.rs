//! Lists of instruments of the three versions (B12).

use super::protocol::FUTURES;
use crate::error::CoreError;
use crate::instrument::{Instrument, InstrumentVersion};
use crate::venue::Venue;
use crate::venue::wire::number;
use serde::Deserialize;
use std::borrow::Cow;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    data: Vec<Item<'a>>,
}

/// A whole number as text, as the venue prints it, or as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Whole<'a> {
    Text(#[serde(borrow)] Cow<'a, str>),
    Number(u32),
}

impl Whole<'_> {
    fn value(&self) -> Option<u32> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::Number(number) => Some(*number),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    #[serde(borrow)]
    symbol: Cow<'a, str>,
    /// Spot of v1: the id that its stream has.
    #[serde(borrow)]
    symbol_name: Option<Cow<'a, str>>,
    /// v3: the type of instrument.
    #[serde(borrow)]
    category: Option<Cow<'a, str>>,
    #[serde(borrow, alias = "priceScale", alias = "pricePlace")]
    price_precision: Option<Whole<'a>>,
    #[serde(borrow, alias = "quantityScale", alias = "volumePlace")]
    quantity_precision: Option<Whole<'a>>,
    /// Futures of v1 and v2: the tick, in units of the last decimal.
    #[serde(borrow)]
    price_end_step: Option<Whole<'a>>,
    /// Futures of v2, and all of v3: the lot, and the tick.
    #[serde(borrow, alias = "quantityMultiplier")]
    size_multiplier: Option<Cow<'a, str>>,
    #[serde(borrow)]
    price_multiplier: Option<Cow<'a, str>>,
}

/// Instruments in the list's order.
///
/// # Errors
/// `E_INSTRUMENTS` with line and column, or the instrument whose decimals or steps make no sense.
pub(super) fn list(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    let body: Body<'_> = serde_json::from_slice(body).map_err(|e| {
        CoreError::new("E_INSTRUMENTS", format!("no list of instruments: {e}"))
            .at(format!("line {}, column {}", e.line(), e.column()))
            .hint("give the body of a list of products, symbols, contracts or instruments")
    })?;
    let bad = |item: &Item<'_>| {
        let what = "decimals or steps that make no sense";
        CoreError::new("E_INSTRUMENTS", what).at(item.symbol.to_string())
    };
    body.data.iter().map(|item| instrument(venue, item).ok_or_else(|| bad(item))).collect()
}

fn instrument(venue: Venue, item: &Item<'_>) -> Option<Instrument> {
    let scale = |digits: Option<&Whole<'_>>| {
        let digits = u8::try_from(digits?.value()?).ok()?;
        (digits <= 18).then_some(digits)
    };
    let price_scale = scale(item.price_precision.as_ref())?;
    let quantity_scale = scale(item.quantity_precision.as_ref())?;
    let step = |text: Option<&Cow<'_, str>>, scale| match text {
        Some(text) => number::mantissa(text.as_bytes(), scale, 0).ok().filter(|step| *step > 0),
        None => Some(1),
    };
    let end_step = item.price_end_step.as_ref();
    let tick = match end_step {
        Some(end) => end.value().filter(|end| *end > 0).map(i64::from)?,
        None => step(item.price_multiplier.as_ref(), price_scale)?,
    };
    let lot = step(item.size_multiplier.as_ref(), quantity_scale)?;
    let version = InstrumentVersion { from_event: 0, tick, lot, inferred: false };
    Some(Instrument {
        venue: venue.name().to_owned(),
        symbol: symbol(item, end_step.is_some()),
        price_scale,
        quantity_scale,
        versions: vec![version],
    })
}

/// B2: as the stream's id, with a mark behind it where it is one of futures.
fn symbol(item: &Item<'_>, has_end_step: bool) -> String {
    let listed = item.symbol_name.as_ref().unwrap_or(&item.symbol);
    // v1 puts the product behind the id: `BTCUSDT_UMCBL`.
    let id = match listed.split_once('_') {
        Some((id, product)) if !product.contains('_') => id,
        _ => listed,
    };
    let futures = String::from_utf8_lossy(FUTURES);
    let is_futures = match &item.category {
        Some(category) => category.to_uppercase().ends_with(&*futures),
        None => has_end_step,
    };
    if is_futures { format!("{id}{futures}") } else { id.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Vec<(String, u8, u8, i64, i64)> {
        let list = list(Venue::Bitget, body.as_bytes()).unwrap();
        let item = |i: &Instrument| {
            let version = i.current();
            (i.symbol.clone(), i.price_scale, i.quantity_scale, version.tick, version.lot)
        };
        list.iter().map(item).collect()
    }

    #[test]
    fn lists_of_every_version_name_what_the_stream_names() {
        let spot = r#"{"data":[{"symbol":"BTCUSDT_SPBL","symbolName":"BTCUSDT","priceScale":"2","quantityScale":"4"}]}"#;
        assert_eq!(of(spot), [("BTCUSDT".into(), 2, 4, 1, 1)]);
        let mix = r#"{"data":[{"symbol":"BTCUSDT_UMCBL","pricePlace":"1","priceEndStep":"5","volumePlace":"3"}]}"#;
        assert_eq!(of(mix), [("BTCUSDT-FUTURES".into(), 1, 3, 5, 1)]);
        let v2 = r#"{"data":[{"symbol":"BTCUSDT","pricePrecision":"2","quantityPrecision":"6"}]}"#;
        assert_eq!(of(v2), [("BTCUSDT".into(), 2, 6, 1, 1)]);
        let v2 = r#"{"data":[{"symbol":"BTCUSDT","pricePlace":"1","priceEndStep":"1","volumePlace":"4","sizeMultiplier":"0.0001"}]}"#;
        assert_eq!(of(v2), [("BTCUSDT-FUTURES".into(), 1, 4, 1, 1)]);
        let v3 = r#"{"data":[{"category":"USDT-FUTURES","symbol":"BTCUSDT","pricePrecision":"1","quantityPrecision":"4","priceMultiplier":"0.1","quantityMultiplier":"0.0001"},
            {"category":"SPOT","symbol":"BTCUSDT","pricePrecision":2,"quantityPrecision":6}]}"#;
        assert_eq!(
            of(v3),
            [("BTCUSDT-FUTURES".into(), 1, 4, 1, 1), ("BTCUSDT".into(), 2, 6, 1, 1)]
        );
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_place() {
        let error = list(Venue::Bitget, b"{\n\"data\":7}").unwrap_err();
        assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "line 2, column 8"));
        let body = br#"{"data":[{"symbol":"X","priceScale":"a","quantityScale":"1"}]}"#;
        assert_eq!(list(Venue::Bitget, body).unwrap_err().at, "X");
    }
}
