//! Instrument lists: `GET /v5/market/instruments-info` (Y15).

use crate::error::{CoreError, FrameError};
use crate::instrument::Instrument;
use crate::venue::Venue;
use crate::venue::wire::json::Json;
use crate::venue::wire::listing::{columns, instrument, instrument_list};

/// Instruments of a list of the venue's category.
///
/// # Errors
/// `E_INSTRUMENTS` where it is none, or of another category.
pub(super) fn instruments(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    let find = |body| {
        let [result] = columns(body, &["result"])?;
        let [category, list] = columns(result.need()?, &["category", "list"])?;
        let of = venue.name().strip_prefix("bybit-").unwrap_or_default();
        if category.is_text(of) {
            return list.need();
        }
        let at = category.need()?.at();
        Err(FrameError::new("E_FRAME_SCHEMA", at, "the venue's own category"))
    };
    instrument_list(venue, body, find, |item| read(venue, item))
}

/// Spot calls the step of quantities `basePrecision`.
fn read(venue: Venue, item: Json<'_>) -> Result<Instrument, FrameError> {
    let [symbol, prices, lots] = columns(item, &["symbol", "priceFilter", "lotSizeFilter"])?;
    let [tick] = columns(prices.need()?, &["tickSize"])?;
    let [step, base] = columns(lots.need()?, &["qtyStep", "basePrecision"])?;
    instrument(venue, symbol.need()?, tick.get(), step.get().or(base.get()))
}
