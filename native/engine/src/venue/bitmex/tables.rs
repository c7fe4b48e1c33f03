//! Quotes, and what the tables of instruments and of funding say.

use super::protocol::{Action, Message};
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, kind};
use crate::venue::Outcome;
use crate::venue::wire::listing::columns;
use crate::venue::wire::time::iso;
use crate::venue::wire::{Channel, Desk, Field, Ticker, Tickers};

/// M9: best quotes; a side without orders is null.
pub(super) fn quotes(message: Message<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = ["timestamp", "symbol", "bidSize", "bidPrice", "askPrice", "askSize"];
    let mut outcome = Outcome::Ignored("quotes of others");
    let mut items = message.data.items()?;
    while let Some(fields) = on.row(&mut items, "quote", &names)? {
        let [time, symbol, bid_size, bid, ask, ask_size] = fields;
        if !on.is_followed(symbol.text()?) {
            continue;
        }
        let slot = on.instrument(symbol.need()?)?;
        let bid = side(slot, bid, bid_size, on)?;
        let ask = side(slot, ask, ask_size, on)?;
        let ts = iso(time.need()?)?;
        let header = on.header(slot, Channel::Quote, kind::QUOTE, Some(ts));
        outcome = on.quote(header, bid, ask);
    }
    Ok(outcome)
}

fn side(
    slot: usize,
    price: Field<'_>,
    size: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Entry, FrameError> {
    let [price, quantity] = on.told_level(slot, [price, size], true)?;
    Ok(Entry { price: price.unwrap_or(0), quantity: quantity.unwrap_or(0) })
}

/// M12: the table of instruments, then what changed in it. It has more than a hundred columns, so what is
/// not read is not watched for drift.
pub(super) fn instruments(
    tickers: &mut Tickers,
    message: Message<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let mut outcome = Outcome::Ignored("instruments of others");
    let mut items = message.data.items()?;
    while let Some(item) = items.next()? {
        let [symbol, fields @ ..] = columns(
            item,
            &[
                "symbol",
                "timestamp",
                "markPrice",
                "indicativeSettlePrice",
                "openInterest",
                "fundingRate",
                "fundingTimestamp",
            ],
        )?;
        if !on.is_followed(symbol.text()?) {
            continue;
        }
        let slot = on.instrument(symbol.need()?)?;
        if message.action == Action::Partial {
            tickers.forget(slot);
        }
        match instrument(slot, fields, on) {
            Ok((told, ts)) => outcome = tickers.say(slot, told, (ts, 0), on),
            Err(error) => {
                tickers.forget(slot);
                return Err(error);
            }
        }
    }
    Ok(outcome)
}

fn instrument(
    slot: usize,
    [time, mark, index, interest, rate, next]: [Field<'_>; 6],
    on: &mut Desk<'_>,
) -> Result<(Ticker, Option<i64>), FrameError> {
    let told = Ticker {
        prices: [on.told(slot, mark)?, on.told(slot, index)?, None],
        open_interest: on.told_total(slot, interest)?,
        rate: on.told(slot, rate)?,
        next_funding: next.get().map(iso).transpose()?,
        ..Ticker::default()
    };
    Ok((told, time.get().map(iso).transpose()?))
}

/// M12: rates as they are paid; the table as it was on subscription holds older ones.
pub(super) fn funding(message: Message<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    if message.action != Action::Insert {
        return Ok(Outcome::Ignored("funding before the subscription"));
    }
    let names = ["timestamp", "symbol", "fundingInterval", "fundingRate", "fundingRateDaily"];
    let mut outcome = Outcome::Ignored("funding of others");
    let mut items = message.data.items()?;
    while let Some([time, symbol, _, rate, _]) = on.row(&mut items, "funding", &names)? {
        if !on.is_followed(symbol.text()?) {
            continue;
        }
        let slot = on.instrument(symbol.need()?)?;
        rate.need()?;
        let price = on.told(slot, rate)?.unwrap_or(0);
        let ts = iso(time.need()?)?;
        let header = on.header(slot, Channel::Funding, kind::FUNDING, Some(ts));
        let header = EventHeader { aux: ts as u64, ..header };
        outcome = on.values(header, &[Entry { price, quantity: 1 }]);
    }
    Ok(outcome)
}
