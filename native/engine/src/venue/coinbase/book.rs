//! Levels and best quotes of the Exchange: channels `level2`, `level2_batch`, `ticker`.

use super::levels::SidedLevels;
use super::shared::{moment, side};
use crate::error::FrameError;
use crate::event::{Entry, kind};
use crate::venue::Outcome;
use crate::venue::wire::{Channel, Desk, Field, Json};

/// X9: levels beside orders say nothing new, and would be counted twice.
const BESIDE: Outcome = Outcome::Ignored("level2 beside the full channel");

/// X8: a whole book.
pub(super) fn snapshot(top: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = ["type", "product_id", "asks", "bids", "time"];
    let [_, product, asks, bids, time] = on.members(top, "snapshot", &names)?;
    let slot = on.instrument(product.need()?)?;
    let mut header = on.header(slot, Channel::Depth, kind::SNAPSHOT, moment(time)?);
    header.bids = on.levels(slot, bids.need()?)?;
    header.asks = on.levels(slot, asks.need()?)?;
    if on.orders_at(slot).is_some() {
        return Ok(BESIDE);
    }
    Ok(on.snapshot(slot, header))
}

/// X8: absolute quantities.
pub(super) fn update(
    top: Json<'_>,
    levels: &mut SidedLevels,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let names = ["type", "product_id", "changes", "time"];
    let [_, product, changes, time] = on.members(top, "l2update", &names)?;
    let slot = on.instrument(product.need()?)?;
    let mut header = on.header(slot, Channel::Depth, kind::DEPTH, moment(time)?);
    levels.start();
    let mut items = changes.items()?;
    while let Some(change) = items.next()? {
        let [of, price, size] = change.tuple("a change of side, price and size")?;
        levels.add(slot, side(of.need()?)?, (price.need()?, size.need()?), on)?;
    }
    levels.finish(&mut header, on);
    if on.orders_at(slot).is_some() {
        return Ok(BESIDE);
    }
    Ok(on.update(slot, header))
}

/// X10: best quotes with sizes are sent since 2022.
pub(super) fn ticker(top: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    const NAMES: [&str; 17] = [
        "type",
        "sequence",
        "product_id",
        "price",
        "open_24h",
        "volume_24h",
        "low_24h",
        "high_24h",
        "volume_30d",
        "best_bid",
        "best_bid_size",
        "best_ask",
        "best_ask_size",
        "side",
        "time",
        "trade_id",
        "last_size",
    ];
    let [_, sequence, product, _, _, _, _, _, _, bid, bid_size, ask, ask_size, _, time, ..] =
        on.members(top, "ticker", &NAMES)?;
    let slot = on.instrument(product.need()?)?;
    if bid_size.get().is_none() && ask_size.get().is_none() {
        return Ok(Outcome::Ignored("ticker without sizes"));
    }
    let best = |price: Field<'_>, quantity: Field<'_>, on: &mut Desk<'_>| {
        let (price, quantity) = (price.need()?, quantity.need()?);
        Ok(Entry { price: on.price(slot, price)?, quantity: on.quantity(slot, quantity)? })
    };
    let (bid, ask) = (best(bid, bid_size, on)?, best(ask, ask_size, on)?);
    let mut header = on.header(slot, Channel::Quote, kind::QUOTE, moment(time)?);
    header.w1 = sequence.get().map_or(Ok(0), |v| v.unsigned("sequence"))?;
    Ok(on.quote(header, bid, ask))
}
