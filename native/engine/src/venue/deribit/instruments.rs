//! Instrument lists: `public/get_instruments` (D14).

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
    let find = |body| columns(body, &["result"])?[0].need();
    instrument_list(venue, body, find, |item| read(venue, item))
}

/// The step of amounts is the contract, or less where a trade may be smaller.
fn read(venue: Venue, item: Json<'_>) -> Result<Instrument, FrameError> {
    let names = ["instrument_name", "tick_size", "contract_size", "min_trade_amount"];
    let [name, tick, contract, least] = columns(item, &names)?;
    let of = |lot: Option<Json<'_>>| instrument(venue, name.need()?, tick.get(), lot);
    let (by_contract, by_trade) = (of(contract.get())?, of(least.get())?);
    let is_finer = |a: &Instrument, b: &Instrument| {
        let step = |i: &Instrument, scale: u8| {
            let power = 10_i128.pow(u32::from(scale - i.quantity_scale));
            i128::from(i.current().lot) * power
        };
        let scale = a.quantity_scale.max(b.quantity_scale);
        !a.current().inferred && step(a, scale) < step(b, scale)
    };
    Ok(if is_finer(&by_trade, &by_contract) { by_trade } else { by_contract })
}
