//! What the venue says of a perpetual beside its book.

use crate::error::FrameError;
use crate::event::{Entry, kind};
use crate::venue::Outcome;
use crate::venue::binance::VALUE_SCALE;
use crate::venue::wire::{Channel, Desk, Field, Json};

/// H5: mark and oracle price, funding rate, open interest; no time.
pub(super) fn context(data: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let [coin, values] = on.members(data, "activeAssetCtx", &["coin", "ctx"])?;
    let slot = on.instrument(coin.need()?)?;
    let names = [
        "funding",
        "openInterest",
        "prevDayPx",
        "dayNtlVlm",
        "premium",
        "oraclePx",
        "markPx",
        "midPx",
        "impactPxs",
        "dayBaseVlm",
    ];
    let [funding, interest, _, _, _, oracle, mark, ..] =
        on.members(values.need()?, "ctx", &names)?;
    let value = |field: Field<'_>, on: &mut Desk<'_>| match field.get() {
        Some(json) => on.value(slot, json, VALUE_SCALE).map(Some),
        None => Ok(None),
    };
    let prices = [value(mark, on)?, value(oracle, on)?, None];
    let rate = value(funding, on)?;
    let interest = match interest.get() {
        Some(json) => Some(on.cut_quantity(slot, json)?),
        None => None,
    };
    if prices.iter().any(Option::is_some) {
        let entries = prices
            .map(|price| Entry { price: price.unwrap_or(0), quantity: i64::from(price.is_some()) });
        on.values(on.header(slot, Channel::Mark, kind::MARK, None), &entries);
    }
    if let Some(price) = rate {
        let header = on.header(slot, Channel::Funding, kind::FUNDING, None);
        on.values(header, &[Entry { price, quantity: 1 }]);
    }
    if let Some(quantity) = interest {
        let header = on.header(slot, Channel::OpenInterest, kind::OPEN_INTEREST, None);
        on.values(header, &[Entry { price: 0, quantity }]);
    }
    Ok(Outcome::Ignored("state without values"))
}
