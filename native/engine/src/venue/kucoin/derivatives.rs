//! Marks and rates of contracts.

use crate::error::FrameError;
use crate::event::{Entry, kind};
use crate::venue::Outcome;
use crate::venue::binance::VALUE_SCALE;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Json};

/// K9: mark and index price; there is no settle price.
pub(super) fn mark(slot: usize, data: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = ["markPrice", "indexPrice", "granularity", "timestamp", "symbol"];
    let [mark, index, _, time, _] = on.members(data, "mark.index.price", &names)?;
    let ts_event = Some(milliseconds(time.need()?)?);
    let mark = on.value(slot, mark.need()?, VALUE_SCALE)?;
    let index = on.value(slot, index.need()?, VALUE_SCALE)?;
    let header = on.header(slot, Channel::Mark, kind::MARK, ts_event);
    let entry = |price| Entry { price, quantity: 1 };
    Ok(on.values(header, &[entry(mark), entry(index), Entry::default()]))
}

/// K10: a funding rate; which one the granularity tells.
pub(super) fn funding(
    slot: usize,
    data: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = ["granularity", "fundingRate", "timestamp", "symbol"];
    let [_, rate, time, _] = on.members(data, "funding.rate", &names)?;
    let ts_event = Some(milliseconds(time.need()?)?);
    let price = on.value(slot, rate.need()?, VALUE_SCALE)?;
    let header = on.header(slot, Channel::Funding, kind::FUNDING, ts_event);
    Ok(on.values(header, &[Entry { price, quantity: 1 }]))
}
