//! Instruments from the steps that a venue's list prints.

use super::json::{Field, Json};
use super::number::Decimal;
use crate::error::{CoreError, FrameError};
use crate::instrument::{Instrument, InstrumentVersion};
use crate::venue::Venue;

/// Most decimals that a scale may have.
const MAX_SCALE: u8 = 18;

/// An instrument of a list, whose scales are those that its steps need. A step that is missing or 0 is
/// inferred as one unit.
///
/// # Errors
/// `E_FRAME_SCHEMA` where the symbol is no text, `E_NUMBER` where a step is no decimal of sound size.
pub fn instrument(
    venue: Venue,
    symbol: Json<'_>,
    tick: Option<Json<'_>>,
    lot: Option<Json<'_>>,
) -> Result<Instrument, FrameError> {
    let name = String::from_utf8_lossy(symbol.text("a symbol")?).into_owned();
    let ((price_scale, tick), (quantity_scale, lot)) = (step(tick)?, step(lot)?);
    let version = InstrumentVersion {
        from_event: 0,
        tick: tick.unwrap_or(1),
        lot: lot.unwrap_or(1),
        inferred: tick.is_none() || lot.is_none(),
    };
    Ok(Instrument {
        venue: venue.name().to_owned(),
        symbol: name,
        price_scale,
        quantity_scale,
        versions: vec![version],
    })
}

/// The fewest decimals that a step needs, and the step at them.
fn step(json: Option<Json<'_>>) -> Result<(u8, Option<i64>), FrameError> {
    let Some(json) = json else { return Ok((0, None)) };
    let of: Decimal = json.decimal("a step")?;
    let fits = |scale: u8| of.at_scale(scale, json.at()).ok().map(|step| (scale, step));
    match (0..=MAX_SCALE).find_map(fits) {
        Some((scale, step)) if step > 0 => Ok((scale, Some(step))),
        Some((_, 0)) => Ok((0, None)),
        _ => Err(FrameError::new("E_NUMBER", json.at(), "a step above 0 of at most 18 decimals")),
    }
}

/// Reads the elements of a list's body by `read`.
///
/// # Errors
/// `E_INSTRUMENTS` with the byte that could not be read.
pub fn instrument_list<'a>(
    venue: Venue,
    body: &'a [u8],
    find: impl FnOnce(Json<'a>) -> Result<Json<'a>, FrameError>,
    read: impl Fn(Json<'a>) -> Result<Instrument, FrameError>,
) -> Result<Vec<Instrument>, CoreError> {
    let all = || -> Result<Vec<Instrument>, FrameError> {
        let mut items = find(Json::open(body)?)?.items("a list of instruments")?;
        let mut out = Vec::new();
        while let Some(item) = items.next()? {
            out.push(read(item)?);
        }
        Ok(out)
    };
    all().map_err(|e| refused(venue, &e))
}

/// What is wrong with a body that should tell instruments.
#[must_use]
pub fn refused(venue: Venue, e: &FrameError) -> CoreError {
    let seen = format!("no instruments of {}: {} was expected ({})", venue.name(), e.what, e.code);
    CoreError::new("E_INSTRUMENTS", seen)
        .at(format!("byte {}", e.offset))
        .hint("give the body of the venue's own list of instruments")
}

/// The members of an object of a list, whatever else it has.
///
/// # Errors
/// As [`Json::members`].
pub fn columns<'a, const N: usize>(
    json: Json<'a>,
    names: &[&'static str; N],
) -> Result<[Field<'a>; N], FrameError> {
    json.members(names, |_, _| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tick: &str, lot: &str) -> Result<(u8, u8, i64, i64, bool), &'static str> {
        let open = |text: &str| Json::open(text.as_bytes()).map(|j| j.at());
        assert!(open(tick).is_ok() && open(lot).is_ok());
        let (tick, lot) =
            (Json::open(tick.as_bytes()).unwrap(), Json::open(lot.as_bytes()).unwrap());
        let symbol = Json::open(b"\"A-B\"").unwrap();
        let found = instrument(Venue::Bitmex, symbol, Some(tick), Some(lot)).map_err(|e| e.code)?;
        let v = found.current();
        Ok((found.price_scale, found.quantity_scale, v.tick, v.lot, v.inferred))
    }

    #[test]
    fn scales_are_those_that_the_steps_need() {
        assert_eq!(of("1e-8", "100"), Ok((8, 0, 1, 100, false)));
        assert_eq!(of("\"0.50\"", "\"0.001\""), Ok((1, 3, 5, 1, false)));
        assert_eq!(of("2.5", "0"), Ok((1, 0, 25, 1, true)));
        assert_eq!(of("-1", "1"), Err("E_NUMBER"));
        assert_eq!(of("1e-19", "1"), Err("E_NUMBER"));
        assert_eq!(of("\"x\"", "1"), Err("E_NUMBER"));
        assert_eq!(of("[]", "1"), Err("E_FRAME_SCHEMA"));
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_place() {
        let read = |body: &'static str| {
            instrument_list(Venue::Bitmex, body.as_bytes(), Ok, |item| {
                instrument(Venue::Bitmex, item, None, None)
            })
            .unwrap_err()
        };
        assert_eq!((read("{}").code, read("{}").at.as_str()), ("E_INSTRUMENTS", "byte 0"));
        assert_eq!(read("[1]").at, "byte 1");
        assert_eq!(read("[").at, "byte 1");
    }
}
