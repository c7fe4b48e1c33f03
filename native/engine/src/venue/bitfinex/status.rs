//! State of derivatives, and liquidations.

use super::book::is_bid;
use super::frame::Message;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, kind};
use crate::venue::Outcome;
use crate::venue::binance::VALUE_SCALE;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field, Json};

/// Places in a derivative's state.
const TIME: usize = 0;
const INDEX: usize = 3;
const NEXT_FUNDING: usize = 7;
const FUNDING: usize = 11;
const MARK: usize = 14;
const OPEN_INTEREST: usize = 17;
const STATE: usize = 18;

/// F11: mark and index price, the rate in force, open interest; each may be `null`.
pub(super) fn derivative(
    slot: usize,
    message: &Message<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let Some(body) = message.body else { return Ok(Outcome::Control("hb")) };
    let fields: [Field<'_>; STATE] = body.tuple("a derivative's state")?;
    let ts_event = match message.time {
        Some(time) => time,
        None => milliseconds(fields[TIME].need()?)?,
    };
    let value = |field: Field<'_>, on: &mut Desk<'_>| match field.get() {
        Some(json) => on.value(slot, json, VALUE_SCALE).map(Some),
        None => Ok(None),
    };
    let mark = value(fields[MARK], on)?;
    let index = value(fields[INDEX], on)?;
    let rate = value(fields[FUNDING], on)?;
    let next = fields[NEXT_FUNDING].get().map(milliseconds).transpose()?.unwrap_or(0) as u64;
    let interest = match fields[OPEN_INTEREST].get() {
        Some(json) => Some(on.cut_quantity(slot, json)?),
        None => None,
    };
    let of = |channel, kind, on: &Desk<'_>| on.header(slot, channel, kind, Some(ts_event));
    if mark.is_some() || index.is_some() {
        let values = [mark, index, None].map(|price: Option<i64>| Entry {
            price: price.unwrap_or(0),
            quantity: i64::from(price.is_some()),
        });
        let header = of(Channel::Mark, kind::MARK, on);
        on.values(EventHeader { aux: next, ..header }, &values);
    }
    if let Some(price) = rate {
        let header = of(Channel::Funding, kind::FUNDING, on);
        on.values(EventHeader { aux: next, ..header }, &[Entry { price, quantity: 1 }]);
    }
    if let Some(quantity) = interest {
        let header = of(Channel::OpenInterest, kind::OPEN_INTEREST, on);
        on.values(header, &[Entry { price: 0, quantity }]);
    }
    Ok(Outcome::Ignored("state without values"))
}

/// Places in a liquidation.
const SYMBOL: usize = 4;
const AMOUNT: usize = 5;
const BASE_PRICE: usize = 6;
const IS_MATCH: usize = 8;
const LIQUIDATION: usize = 9;

/// F12: positions of any instrument that are taken over; what their orders then match is told again.
pub(super) fn liquidations(
    message: &Message<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let Some(body) = message.body else { return Ok(Outcome::Control("hb")) };
    let mut outcome = Outcome::Ignored("no liquidations");
    let mut items = body.items("a list of liquidations")?;
    while let Some(item) = items.next()? {
        outcome = liquidation(item, on)?;
    }
    Ok(outcome)
}

fn liquidation(item: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let fields: [Field<'_>; LIQUIDATION] = item.tuple("a liquidation")?;
    if fields[IS_MATCH].get().is_some_and(|v| v.raw() == b"1") {
        return Ok(Outcome::Ignored("liquidation match"));
    }
    let symbol = fields[SYMBOL].text()?;
    let Some(name) = symbol.strip_prefix(b"t").filter(|name| on.is_followed(name)) else {
        return Ok(Outcome::Ignored("instrument not followed"));
    };
    let slot = on.instrument_named(name, fields[SYMBOL].need()?.at())?;
    let ts_event = milliseconds(fields[2].need()?)?;
    let amount = fields[AMOUNT].need()?;
    // A long position is sold.
    let is_long = is_bid(amount)?;
    let price = on.cut_price(slot, fields[BASE_PRICE].need()?)?;
    let quantity = on.signed_quantity(slot, amount)?.abs();
    on.entry(Entry { price, quantity });
    let header = on.header(slot, Channel::Liquidation, kind::LIQUIDATION, Some(ts_event));
    Ok(on.event(EventHeader {
        bids: u32::from(!is_long),
        asks: u32::from(is_long),
        aux: fields[1].get().map_or(Ok(0), |id| id.unsigned("a position"))?,
        ..header
    }))
}
