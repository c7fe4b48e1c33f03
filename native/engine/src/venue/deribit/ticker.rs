//! Tickers: mark, index, delivery price, open interest, funding, best quote.

use crate::error::FrameError;
use crate::event::{Entry, kind};
use crate::venue::Outcome;
use crate::venue::wire::lexer::Type;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field, Ticker, Tickers};

/// Members that are read, then those that are not.
const NAMES: [&str; 34] = [
    "instrument_name",
    "timestamp",
    "type",
    "best_bid_price",
    "best_bid_amount",
    "best_ask_price",
    "best_ask_amount",
    "mark_price",
    "index_price",
    "estimated_delivery_price",
    "open_interest",
    "current_funding",
    "underlying_price",
    "underlying_index",
    "stats",
    "state",
    "settlement_price",
    "min_price",
    "max_price",
    "mark_iv",
    "last_price",
    "interest_rate",
    "interest_value",
    "greeks",
    "funding_8h",
    "delivery_price",
    "combo_state",
    "implied_bid",
    "implied_ask",
    "bid_iv",
    "ask_iv",
    "volume",
    "volume_usd",
    "volume_notional",
];

/// D10: each message is whole.
pub(super) fn ticker(
    tickers: &mut Tickers,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    take(tickers, data, true, on)
}

/// D10: a snapshot, then what changed.
pub(super) fn incremental(
    tickers: &mut Tickers,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    take(tickers, data, false, on)
}

fn take(
    tickers: &mut Tickers,
    data: Field<'_>,
    whole: bool,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let fields = on.members(data.need()?, "ticker", &NAMES)?;
    let slot = on.instrument(fields[0].need()?)?;
    let whole = whole || fields[2].is_text("snapshot");
    if whole {
        tickers.forget(slot);
    }
    match read(slot, whole, &fields, on) {
        Ok((told, ts)) => Ok(tickers.say(slot, told, (Some(ts), 0), on)),
        Err(error) => {
            tickers.forget(slot);
            Err(error)
        }
    }
}

fn read(
    slot: usize,
    whole: bool,
    fields: &[Field<'_>; NAMES.len()],
    on: &mut Desk<'_>,
) -> Result<(Ticker, i64), FrameError> {
    let [_, time, _, bid, bid_size, ask, ask_size, mark, index, delivery, interest, rate, ..] =
        *fields;
    let prices = [
        on.told(slot, mark)?,
        on.told(slot, index)?,
        match delivery.get() {
            // An expired instrument has the word in place of the price.
            Some(json) if json.of() == Type::Text => None,
            _ => on.told(slot, delivery)?,
        },
    ];
    let told = Ticker {
        prices,
        // D11: funding goes on all the time, so there is no next one.
        rate: on.told(slot, rate)?,
        next_funding: None,
        open_interest: on.told_total(slot, interest)?,
        bid: on.told_level(slot, [bid, bid_size], whole)?,
        ask: on.told_level(slot, [ask, ask_size], whole)?,
    };
    Ok((told, milliseconds(time.need()?)?))
}

/// D10: the best quote alone.
pub(super) fn quote(data: Field<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = [
        "timestamp",
        "instrument_name",
        "best_bid_price",
        "best_bid_amount",
        "best_ask_price",
        "best_ask_amount",
    ];
    let [time, name, bid, bid_size, ask, ask_size] = on.members(data.need()?, "quote", &names)?;
    let slot = on.instrument(name.need()?)?;
    let ts = milliseconds(time.need()?)?;
    let [bid, ask] = [[bid, bid_size], [ask, ask_size]]
        .map(|side| on.told_level(slot, side, true).map(|side| side.map(|n| n.unwrap_or(0))));
    let entry = |[price, quantity]: [i64; 2]| Entry { price, quantity };
    let header = on.header(slot, Channel::Quote, kind::QUOTE, Some(ts));
    Ok(on.quote(header, entry(bid?), entry(ask?)))
}
