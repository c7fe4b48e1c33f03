//! The list of pairs, `AssetPairs` (K13).

use crate::error::CoreError;
use crate::instrument::{Instrument, InstrumentVersion};
use crate::venue::Venue;
use crate::venue::wire::number;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    result: BTreeMap<Cow<'a, str>, Pair<'a>>,
}

#[derive(Deserialize)]
struct Pair<'a> {
    #[serde(borrow)]
    wsname: Option<Cow<'a, str>>,
    pair_decimals: u8,
    lot_decimals: u8,
    #[serde(borrow)]
    tick_size: Option<Cow<'a, str>>,
}

/// Assets whose names differ: v1 has the first, v2 the second.
const RENAMED: [(&str, &str); 2] = [("XBT", "BTC"), ("XDG", "DOGE")];

/// Pairs that have a stream, by the spelling of v1 and, where it is another one, of v2.
///
/// # Errors
/// `E_INSTRUMENTS` with line and column, or the pair whose decimals make no sense.
pub(super) fn list(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    let body: Body<'_> = serde_json::from_slice(body).map_err(|e| {
        CoreError::new("E_INSTRUMENTS", format!("no list of pairs: {e}"))
            .at(format!("line {}, column {}", e.line(), e.column()))
            .hint("give the body of the venue's AssetPairs")
    })?;
    let mut out = Vec::new();
    for pair in body.result.values() {
        let Some(name) = pair.wsname.as_deref() else { continue };
        out.push(instrument(venue, name.to_owned(), pair)?);
        let renamed = second_spelling(name);
        if renamed != name {
            out.push(instrument(venue, renamed, pair)?);
        }
    }
    Ok(out)
}

fn second_spelling(name: &str) -> String {
    let asset = |asset| RENAMED.iter().find(|(v1, _)| *v1 == asset).map_or(asset, |(_, v2)| *v2);
    name.split('/').map(asset).collect::<Vec<_>>().join("/")
}

fn instrument(venue: Venue, symbol: String, pair: &Pair<'_>) -> Result<Instrument, CoreError> {
    let bad =
        || CoreError::new("E_INSTRUMENTS", "decimals or a tick that make no sense").at(&symbol);
    if pair.pair_decimals > 18 || pair.lot_decimals > 18 {
        return Err(bad());
    }
    let tick = match pair.tick_size.as_deref() {
        Some(text) => {
            let tick = number::mantissa(text.as_bytes(), pair.pair_decimals, 0);
            tick.ok().filter(|tick| *tick > 0).ok_or_else(bad)?
        }
        None => 1,
    };
    let version =
        InstrumentVersion { from_event: 0, tick, lot: 1, inferred: pair.tick_size.is_none() };
    Ok(Instrument {
        venue: venue.name().to_owned(),
        price_scale: pair.pair_decimals,
        quantity_scale: pair.lot_decimals,
        versions: vec![version],
        symbol,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_have_both_spellings() {
        let body = br#"{"error":[],"result":{
            "XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT\/USD","pair_decimals":1,"lot_decimals":8,"tick_size":"0.1"},
            "ADAEUR":{"wsname":"ADA/EUR","pair_decimals":6,"lot_decimals":8},
            "DARK":{"pair_decimals":1,"lot_decimals":8}}}"#;
        let list = list(Venue::Kraken, body).unwrap();
        let of = |i: &Instrument| {
            (
                i.symbol.clone(),
                i.price_scale,
                i.quantity_scale,
                i.current().tick,
                i.current().inferred,
            )
        };
        let seen: Vec<_> = list.iter().map(of).collect();
        let expected =
            [("ADA/EUR", 6, 8, 1, true), ("XBT/USD", 1, 8, 1, false), ("BTC/USD", 1, 8, 1, false)];
        assert_eq!(seen, expected.map(|(s, p, q, t, i)| (s.to_owned(), p, q, t, i)));
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_place() {
        let error = list(Venue::Kraken, b"{\n\"result\":7}").unwrap_err();
        assert_eq!((error.code, error.at.as_str()), ("E_INSTRUMENTS", "line 2, column 10"));
        let body = br#"{"result":{"X":{"wsname":"X/Y","pair_decimals":1,"lot_decimals":8,"tick_size":"0.01"}}}"#;
        assert_eq!(list(Venue::Kraken, body).unwrap_err().at, "X/Y");
    }
}
