//! Tickers: mark, index, open interest, funding, best quote.

use super::protocol::Message;
use crate::error::FrameError;
use crate::venue::Outcome;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Desk, Field, Ticker, Tickers};

/// Members that are read, then those that are not.
const NAMES: [&str; 34] = [
    "symbol",
    "bid1Price",
    "bid1Size",
    "ask1Price",
    "ask1Size",
    "markPrice",
    "indexPrice",
    "predictedDeliveryPrice",
    "openInterest",
    "fundingRate",
    "nextFundingTime",
    "tickDirection",
    "price24hPcnt",
    "lastPrice",
    "prevPrice24h",
    "highPrice24h",
    "lowPrice24h",
    "prevPrice1h",
    "openInterestValue",
    "singleOpenInterest",
    "singleOpenInterestValue",
    "turnover24h",
    "volume24h",
    "fundingIntervalHour",
    "fundingCap",
    "deliveryTime",
    "basisRate",
    "basisRateYear",
    "deliveryFeeRate",
    "basis",
    "preOpenPrice",
    "preQty",
    "curPreListingPhase",
    "usdIndexPrice",
];

/// Y12: a snapshot, then what changed; Y13: of spot there is nothing to take.
pub(super) fn take(
    tickers: &mut Tickers,
    message: Message<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let fields = on.members(message.data.need()?, "tickers", &NAMES)?;
    let slot = on.instrument(fields[0].need()?)?;
    if message.kind.is_text("snapshot") {
        tickers.forget(slot);
    }
    match read(slot, message, &fields, on) {
        Ok((told, stamp)) => Ok(tickers.say(slot, told, stamp, on)),
        Err(error) => {
            tickers.forget(slot);
            Err(error)
        }
    }
}

fn read(
    slot: usize,
    message: Message<'_>,
    fields: &[Field<'_>; NAMES.len()],
    on: &mut Desk<'_>,
) -> Result<(Ticker, (Option<i64>, u64)), FrameError> {
    let [_, bid, bid_size, ask, ask_size, mark, index, settle, interest, rate, next, ..] = *fields;
    let told = Ticker {
        bid: on.told_level(slot, [bid, bid_size], false)?,
        ask: on.told_level(slot, [ask, ask_size], false)?,
        // A delivery price of 0 is none yet.
        prices: [
            on.told(slot, mark)?,
            on.told(slot, index)?,
            on.told(slot, settle)?.filter(|price| *price != 0),
        ],
        open_interest: on.told_total(slot, interest)?,
        rate: on.told(slot, rate)?,
        next_funding: next_funding(next)?,
    };
    let id = message.cs.get().map_or(Ok(0), |json| json.unsigned("cs"))?;
    Ok((told, (Some(milliseconds(message.ts.need()?)?), id)))
}

/// Contracts with a delivery have no funding: empty text, or 0.
fn next_funding(field: Field<'_>) -> Result<Option<i64>, FrameError> {
    match field.get() {
        None => Ok(None),
        Some(json) if json.is_text("") || json.is_text("0") => Ok(Some(0)),
        Some(json) => milliseconds(json).map(Some),
    }
}
