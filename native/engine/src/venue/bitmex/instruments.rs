//! Instrument lists: `GET /api/v1/instrument` and `/instrument/active` (M13).

use crate::error::{CoreError, FrameError};
use crate::instrument::Instrument;
use crate::venue::Venue;
use crate::venue::wire::json::Json;
use crate::venue::wire::listing::{columns, instrument, instrument_list};

/// Instruments of a list, in its order.
///
/// # Errors
/// `E_INSTRUMENTS` with the byte that could not be read.
pub(super) fn instruments(venue: Venue, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
    instrument_list(venue, body, Ok, |item| read(venue, item))
}

fn read(venue: Venue, item: Json<'_>) -> Result<Instrument, FrameError> {
    let [symbol, tick, lot] = columns(item, &["symbol", "tickSize", "lotSize"])?;
    instrument(venue, symbol.need()?, tick.get(), lot.get())
}
