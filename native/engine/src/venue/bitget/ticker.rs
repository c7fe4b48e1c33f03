//! Tickers, which carry what derivatives have besides their book; liquidations.

use super::book::order_side;
use super::protocol::{About, FUTURES, Version, futures_name, instrument};
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, kind};
use crate::venue::Outcome;
use crate::venue::binance::VALUE_SCALE;
use crate::venue::wire::lexer::UNESCAPED;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field, Json};

/// Members of a ticker, whatever they are called; none where they are missing or empty.
struct Ticker<'j> {
    bid: [Option<Json<'j>>; 2],
    ask: [Option<Json<'j>>; 2],
    mark: Option<Json<'j>>,
    index: Option<Json<'j>>,
    rate: Option<Json<'j>>,
    due: Option<Json<'j>>,
    interest: Option<Json<'j>>,
    time: Option<Json<'j>>,
}

impl<'j> Ticker<'j> {
    fn new(fields: [Field<'j>; 10]) -> Self {
        let [bid, bids, ask, asks, mark, index, rate, due, interest, time] =
            fields.map(|field| field.get().filter(|value| !value.is_text("")));
        Self { bid: [bid, bids], ask: [ask, asks], mark, index, rate, due, interest, time }
    }

    fn read(about: &About<'j>, item: Json<'j>, on: &mut Desk<'_>) -> Result<Self, FrameError> {
        match about.version {
            Version::V1 => Self::of_v1(item, on),
            Version::V2 => Self::of_v2(item, on),
            Version::V3 => Self::of_v3(item, about.time, on),
        }
    }

    fn of_v1(item: Json<'j>, on: &mut Desk<'_>) -> Result<Self, FrameError> {
        let names = [
            "bestBid",
            "bidSz",
            "bestAsk",
            "askSz",
            "markPrice",
            "indexPrice",
            "capitalRate",
            "nextSettleTime",
            "holding",
            "systemTime",
            "ts",
            "instId",
            "last",
            "open24h",
            "high24h",
            "low24h",
            "priceChangePercent",
            "baseVolume",
            "quoteVolume",
            "labeId",
            "openUtc",
            "chgUTC",
            "symbolType",
            "symbolId",
            "deliveryPrice",
            "symbol",
        ];
        let [a, b, c, d, e, f, g, h, i, time, spot_time, ..] =
            on.members(item, "ticker", &names)?;
        let time = if time.get().is_some() { time } else { spot_time };
        Ok(Self::new([a, b, c, d, e, f, g, h, i, time]))
    }

    fn of_v2(item: Json<'j>, on: &mut Desk<'_>) -> Result<Self, FrameError> {
        let names = [
            "bidPr",
            "bidSz",
            "askPr",
            "askSz",
            "markPrice",
            "indexPrice",
            "fundingRate",
            "nextFundingTime",
            "holdingAmount",
            "ts",
            "instId",
            "lastPr",
            "open24h",
            "high24h",
            "low24h",
            "change24h",
            "baseVolume",
            "quoteVolume",
            "openUtc",
            "changeUtc24h",
            "symbolType",
            "symbol",
            "deliveryPrice",
        ];
        let [a, b, c, d, e, f, g, h, i, time, ..] = on.members(item, "ticker", &names)?;
        Ok(Self::new([a, b, c, d, e, f, g, h, i, time]))
    }

    fn of_v3(item: Json<'j>, time: Field<'j>, on: &mut Desk<'_>) -> Result<Self, FrameError> {
        let names = [
            "bid1Price",
            "bid1Size",
            "ask1Price",
            "ask1Size",
            "markPrice",
            "indexPrice",
            "fundingRate",
            "nextFundingTime",
            "openInterest",
            "symbol",
            "highPrice24h",
            "lowPrice24h",
            "openPrice24h",
            "lastPrice",
            "turnover24h",
            "volume24h",
            "price24hPcnt",
            "deliveryTime",
            "deliveryStartTime",
            "deliveryStatus",
            "fundingRateInterval",
            "maxFundingRate",
            "minFundingRate",
            "usdcOpenPrice",
            "category",
        ];
        let [a, b, c, d, e, f, g, h, i, ..] = on.members(item, "ticker", &names)?;
        Ok(Self::new([a, b, c, d, e, f, g, h, i, time]))
    }
}

/// B9: one message, up to four events.
pub(super) fn tickers(about: About<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let slot = instrument(about.is_futures, about.id.need()?, on)?;
    let mut outcome = Outcome::Ignored("ticker without quantities");
    let mut items = about.data.items()?;
    while let Some(item) = items.next()? {
        let ticker = Ticker::read(&about, item, on)?;
        let time = ticker.time.map(milliseconds).transpose()?;
        for told in [
            quote(slot, &ticker, time, on)?,
            mark(slot, &ticker, time, on)?,
            funding(slot, &ticker, time, on)?,
            open_interest(slot, &ticker, time, on)?,
        ] {
            outcome = told.unwrap_or(outcome);
        }
    }
    Ok(outcome)
}

/// Spot sent no quantities in v1; without them there is no quote.
fn quote(
    slot: usize,
    ticker: &Ticker<'_>,
    time: Option<i64>,
    on: &mut Desk<'_>,
) -> Result<Option<Outcome>, FrameError> {
    let ([Some(bid), Some(bids)], [Some(ask), Some(asks)]) = (ticker.bid, ticker.ask) else {
        return Ok(None);
    };
    let mut side = |price, quantity| {
        let price = on.trimmed_price(slot, price)?;
        let quantity = on.trimmed_quantity(slot, quantity)?;
        Ok::<_, FrameError>(Entry { price, quantity })
    };
    let (bid, ask) = (side(bid, bids)?, side(ask, asks)?);
    let header = on.header(slot, Channel::Quote, kind::QUOTE, time);
    Ok(Some(on.quote(header, bid, ask)))
}

fn mark(
    slot: usize,
    ticker: &Ticker<'_>,
    time: Option<i64>,
    on: &mut Desk<'_>,
) -> Result<Option<Outcome>, FrameError> {
    let Some(mark) = ticker.mark else { return Ok(None) };
    let mut value = |json| -> Result<Entry, FrameError> {
        Ok(Entry { price: on.value(slot, json, VALUE_SCALE)?, quantity: 1 })
    };
    let mark = value(mark)?;
    let index = ticker.index.map_or(Ok(Entry::default()), value)?;
    let header = on.header(slot, Channel::Mark, kind::MARK, time);
    Ok(Some(on.values(header, &[mark, index, Entry::default()])))
}

/// B10: delivery contracts have a rate of 0 that is never paid.
fn funding(
    slot: usize,
    ticker: &Ticker<'_>,
    time: Option<i64>,
    on: &mut Desk<'_>,
) -> Result<Option<Outcome>, FrameError> {
    let due = ticker.due.filter(|due| due.raw() != b"0");
    let (Some(rate), Some(due)) = (ticker.rate, due) else { return Ok(None) };
    let price = on.value(slot, rate, VALUE_SCALE)?;
    let due = milliseconds(due)?;
    let header = on.header(slot, Channel::Funding, kind::FUNDING, time);
    let header = EventHeader { aux: due as u64, ..header };
    Ok(Some(on.values(header, &[Entry { price, quantity: 1 }])))
}

fn open_interest(
    slot: usize,
    ticker: &Ticker<'_>,
    time: Option<i64>,
    on: &mut Desk<'_>,
) -> Result<Option<Outcome>, FrameError> {
    let Some(interest) = ticker.interest else { return Ok(None) };
    let quantity = on.cut_quantity(slot, interest)?;
    let header = on.header(slot, Channel::OpenInterest, kind::OPEN_INTEREST, time);
    Ok(Some(on.values(header, &[Entry { price: 0, quantity }])))
}

/// B11: of all futures of a kind, the side that of the position; those that are not followed are no
/// error, and a survey follows none for this.
pub(super) fn liquidations(about: About<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let mut outcome = Outcome::Ignored("liquidations of others");
    if on.is_learning() {
        return Ok(outcome);
    }
    let mut items = about.data.items()?;
    while let Some(item) = items.next()? {
        let names = ["symbol", "side", "price", "amount", "ts"];
        let [symbol, side, price, quantity, time] = on.members(item, "liquidation", &names)?;
        let mut buffer = [0; UNESCAPED + FUTURES.len()];
        let length = futures_name(symbol.need()?, &mut buffer)?;
        if !on.is_followed(&buffer[..length]) {
            continue;
        }
        let slot = instrument(true, symbol.need()?, on)?;
        let position = order_side(side)?;
        let entry = Entry {
            price: on.cut_price(slot, price.need()?)?,
            quantity: on.cut_quantity(slot, quantity.need()?)?,
        };
        let time = Some(milliseconds(time.need()?)?);
        let header = on.header(slot, Channel::Liquidation, kind::LIQUIDATION, time);
        on.entry(entry);
        let bids = u32::from(position == Side::Ask);
        outcome = on.event(EventHeader { bids, asks: 1 - bids, ..header });
    }
    Ok(outcome)
}
