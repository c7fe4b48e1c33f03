//! Tickers, marks, rates, open interest, liquidations.

use super::book::order_side;
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, kind};
use crate::venue::Outcome;
use crate::venue::binance::VALUE_SCALE;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field};

/// O9: the best quote of a ticker; an empty side is printed as empty text.
pub(super) fn ticker(data: Field<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = [
        "instId",
        "bidPx",
        "bidSz",
        "askPx",
        "askSz",
        "ts",
        "instType",
        "last",
        "lastSz",
        "open24h",
        "high24h",
        "low24h",
        "volCcy24h",
        "vol24h",
        "sodUtc0",
        "sodUtc8",
    ];
    let mut outcome = Outcome::Ignored("no tickers");
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let [id, bid, bid_quantity, ask, ask_quantity, time, ..] =
            on.members(item, "ticker", &names)?;
        let slot = on.instrument(id.need()?)?;
        let bid = side(slot, (bid, bid_quantity), on)?;
        let ask = side(slot, (ask, ask_quantity), on)?;
        let time = Some(milliseconds(time.need()?)?);
        let header = on.header(slot, Channel::Quote, kind::QUOTE, time);
        outcome = on.quote(header, bid, ask);
    }
    Ok(outcome)
}

fn side(
    slot: usize,
    (price, quantity): (Field<'_>, Field<'_>),
    on: &mut Desk<'_>,
) -> Result<Entry, FrameError> {
    let (price, quantity) = (price.need()?, quantity.need()?);
    if price.is_text("") {
        return Ok(Entry::default());
    }
    Ok(Entry { price: on.price(slot, price)?, quantity: on.quantity(slot, quantity)? })
}

/// O10: index and settle price come in channels of their own.
pub(super) fn mark(data: Field<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let mut outcome = Outcome::Ignored("no marks");
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let [id, price, time, _] =
            on.members(item, "mark", &["instId", "markPx", "ts", "instType"])?;
        let slot = on.instrument(id.need()?)?;
        let price = on.value(slot, price.need()?, VALUE_SCALE)?;
        let time = Some(milliseconds(time.need()?)?);
        let header = on.header(slot, Channel::Mark, kind::MARK, time);
        let none = Entry::default();
        outcome = on.values(header, &[Entry { price, quantity: 1 }, none, none]);
    }
    Ok(outcome)
}

/// O11: `fundingTime` is when the rate is paid.
pub(super) fn funding(data: Field<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = [
        "instId",
        "fundingRate",
        "fundingTime",
        "ts",
        "instType",
        "nextFundingRate",
        "nextFundingTime",
        "prevFundingTime",
        "method",
        "formulaType",
        "impactValue",
        "interestRate",
        "maxFundingRate",
        "minFundingRate",
        "premium",
        "settFundingRate",
        "settState",
    ];
    let mut outcome = Outcome::Ignored("no rates");
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let [id, rate, due, time, ..] = on.members(item, "funding", &names)?;
        let slot = on.instrument(id.need()?)?;
        let Some(rate) = rate.get().filter(|rate| !rate.is_text("")) else {
            outcome = Outcome::Ignored("funding without a rate");
            continue;
        };
        let price = on.value(slot, rate, VALUE_SCALE)?;
        let due = milliseconds(due.need()?)?;
        let time = time.get().map(milliseconds).transpose()?;
        let header = on.header(slot, Channel::Funding, kind::FUNDING, time);
        let header = EventHeader { aux: due as u64, ..header };
        outcome = on.values(header, &[Entry { price, quantity: 1 }]);
    }
    Ok(outcome)
}

/// O12: contracts, on spot and margin coins.
pub(super) fn open_interest(data: Field<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = ["instId", "oi", "ts", "instType", "oiCcy", "oiUsd"];
    let mut outcome = Outcome::Ignored("no open interest");
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let [id, amount, time, ..] = on.members(item, "open interest", &names)?;
        let slot = on.instrument(id.need()?)?;
        let quantity = on.cut_quantity(slot, amount.need()?)?;
        let time = Some(milliseconds(time.need()?)?);
        let header = on.header(slot, Channel::OpenInterest, kind::OPEN_INTEREST, time);
        outcome = on.values(header, &[Entry { price: 0, quantity }]);
    }
    Ok(outcome)
}

/// O13: of all instruments of a kind, at the bankruptcy price; those that are not followed are no error,
/// and a survey follows none for this.
pub(super) fn liquidations(data: Field<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = ["instId", "details", "instType", "instFamily", "uly"];
    let mut outcome = Outcome::Ignored("liquidations of others");
    if on.is_learning() {
        return Ok(outcome);
    }
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let [id, details, ..] = on.members(item, "liquidations", &names)?;
        if !on.is_followed(id.text()?) {
            continue;
        }
        let slot = on.instrument(id.need()?)?;
        let mut details = details.items()?;
        while let Some(one) = details.next()? {
            let names = ["side", "bkPx", "sz", "ts", "posSide", "bkLoss", "ccy"];
            let [side, price, quantity, time, ..] = on.members(one, "liquidation", &names)?;
            let side = order_side(side)?;
            let entry = Entry {
                price: on.cut_price(slot, price.need()?)?,
                quantity: on.cut_quantity(slot, quantity.need()?)?,
            };
            let time = Some(milliseconds(time.need()?)?);
            outcome = liquidation((slot, side), entry, time, on);
        }
    }
    Ok(outcome)
}

/// One entry on the side of the forced order.
fn liquidation(
    (slot, side): (usize, Side),
    entry: Entry,
    time: Option<i64>,
    on: &mut Desk<'_>,
) -> Outcome {
    let header = on.header(slot, Channel::Liquidation, kind::LIQUIDATION, time);
    on.entry(entry);
    let bids = u32::from(side == Side::Bid);
    on.event(EventHeader { bids, asks: 1 - bids, ..header })
}
