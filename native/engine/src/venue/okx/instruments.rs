//! Lists of instruments, `GET /api/v5/public/instruments` (O14).

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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    #[serde(borrow)]
    inst_id: Cow<'a, str>,
    #[serde(borrow)]
    tick_sz: Cow<'a, str>,
    #[serde(borrow)]
    lot_sz: Cow<'a, str>,
}

/// Instruments in the list's order; those whose steps are not told yet have inferred ones.
///
/// # Errors
/// `E_INSTRUMENTS` with line and column, or the instrument whose steps are no decimals.
pub(super) fn list(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    let body: Body<'_> = serde_json::from_slice(body).map_err(|e| {
        CoreError::new("E_INSTRUMENTS", format!("no list of instruments: {e}"))
            .at(format!("line {}, column {}", e.line(), e.column()))
            .hint("give the body of the venue's public/instruments")
    })?;
    body.data.iter().map(|item| instrument(venue, item)).collect()
}

fn instrument(venue: Venue, item: &Item<'_>) -> Result<Instrument, CoreError> {
    let step = |text: &str| {
        let bad =
            || CoreError::new("E_INSTRUMENTS", format!("a step of {text:?}")).at(&*item.inst_id);
        if text.is_empty() { Ok(None) } else { step(text).map(Some).ok_or_else(bad) }
    };
    let (price, quantity) = (step(&item.tick_sz)?, step(&item.lot_sz)?);
    let (price_scale, tick) = price.unwrap_or((0, 1));
    let (quantity_scale, lot) = quantity.unwrap_or((0, 1));
    let inferred = price.is_none() || quantity.is_none();
    Ok(Instrument {
        venue: venue.name().to_owned(),
        symbol: item.inst_id.to_string(),
        price_scale,
        quantity_scale,
        versions: vec![InstrumentVersion { from_event: 0, tick, lot, inferred }],
    })
}

/// The decimals of a step as printed, and the step at them.
fn step(text: &str) -> Option<(u8, i64)> {
    let value = number::decimal(text.as_bytes(), 0).ok()?;
    let scale = u8::try_from(value.decimals.max(0)).ok().filter(|scale| *scale <= 18)?;
    let step = value.at_scale(scale, 0).ok()?;
    (step > 0).then_some((scale, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_as_printed() {
        let body = br#"{"code":"0","data":[
            {"instId":"BTC-USDT","instType":"SPOT","tickSz":"0.1","lotSz":"0.00000001"},
            {"instId":"BTC-USD-SWAP","tickSz":"0.5","lotSz":"1"},
            {"instId":"NEW-USDT","tickSz":"","lotSz":""}]}"#;
        let list = list(Venue::Okx, body).unwrap();
        let of = |i: &Instrument| {
            let version = i.current();
            (i.name(), i.price_scale, i.quantity_scale, version.tick, version.lot, version.inferred)
        };
        let seen: Vec<_> = list.iter().map(of).collect();
        let expected = [
            ("okx:BTC-USDT", 1, 8, 1, 1, false),
            ("okx:BTC-USD-SWAP", 1, 0, 5, 1, false),
            ("okx:NEW-USDT", 0, 0, 1, 1, true),
        ];
        assert_eq!(seen, expected.map(|(n, p, q, t, l, i)| (n.to_owned(), p, q, t, l, i)));
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_place() {
        let error = list(Venue::Okx, b"{\n\"data\":7}").unwrap_err();
        assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "line 2, column 8"));
        let body = br#"{"data":[{"instId":"X","tickSz":"0","lotSz":"1"}]}"#;
        assert_eq!(list(Venue::Okx, body).unwrap_err().at, "X");
    }
}
