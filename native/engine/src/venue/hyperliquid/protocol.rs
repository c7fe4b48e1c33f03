//! Messages of the public channels.

use super::context;
use crate::book::Side;
use crate::error::{CoreError, FrameError};
use crate::event::{Entry, EventHeader, kind};
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{BookKind, Channel, Desk, Field, Json, Print, feed};
use crate::venue::{Outcome, Sequence, Venue};
use std::collections::BTreeSet;

/// Connections and instruments whose first message of trades was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Protocol {
    trading: BTreeSet<(u16, usize)>,
}

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Stream(Sequence::Unnumbered);
    const CHANNELS: &'static [Channel] = &[
        Channel::Depth,
        Channel::Trade,
        Channel::Quote,
        Channel::Mark,
        Channel::Funding,
        Channel::OpenInterest,
    ];

    fn new(_: Venue) -> Self {
        Self::default()
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let top = Json::open(frame)?;
        let [channel, data] = on.members(top, "frame", &["channel", "data"])?;
        match channel.text()? {
            b"l2Book" => book(data.need()?, on),
            b"bbo" => quote(data.need()?, on),
            b"trades" => self.trades(data, on),
            b"activeAssetCtx" => context::context(data.need()?, on),
            // H1
            b"subscriptionResponse" => Ok(Outcome::Control("reply")),
            b"pong" => Ok(Outcome::Control("pong")),
            b"error" => Ok(Outcome::Control("error")),
            // H8
            b"candle" => Ok(Outcome::Ignored("candles")),
            b"allMids" => Ok(Outcome::Ignored("allMids")),
            b"allDexsAssetCtxs" => Ok(Outcome::Ignored("allDexsAssetCtxs")),
            b"activeSpotAssetCtx" => Ok(Outcome::Ignored("activeSpotAssetCtx")),
            b"user"
            | b"userFills"
            | b"userEvents"
            | b"userFundings"
            | b"orderUpdates"
            | b"userNonFundingLedgerUpdates"
            | b"userTwapSliceFills"
            | b"userTwapHistory"
            | b"webData2"
            | b"webData3"
            | b"clearinghouseState"
            | b"openOrders"
            | b"twapStates"
            | b"activeAssetData"
            | b"notification"
            | b"post" => Ok(Outcome::Ignored("account")),
            _ => on.unknown(channel.need()?),
        }
    }

    fn disconnected(&mut self) {
        self.trading.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        w.u32(self.trading.len() as u32);
        for (connection, slot) in &self.trading {
            w.u32(u32::from(*connection));
            w.u32(*slot as u32);
        }
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.trading.clear();
        for _ in 0..r.u32()? {
            let wrong = |_| CoreError::new("E_STATE", "a connection's number is too large");
            let connection = u16::try_from(r.u32()?).map_err(wrong)?;
            self.trading.insert((connection, r.u32()? as usize));
        }
        Ok(())
    }
}

/// H2: every message is the whole of what is shown: bids, then asks, best first.
fn book(data: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let [coin, time, levels, _] =
        on.members(data, "l2Book", &["coin", "time", "levels", "spread"])?;
    let slot = on.instrument(coin.need()?)?;
    let ts_event = Some(milliseconds(time.need()?)?);
    let mut header = on.header(slot, Channel::Depth, kind::SNAPSHOT, ts_event);
    let [bids, asks] = levels.need()?.tuple("bids and asks")?;
    for (list, count) in [(bids, &mut header.bids), (asks, &mut header.asks)] {
        let mut items = list.items()?;
        while let Some(item) = items.next()? {
            let entry = level(slot, item, on)?;
            on.entry(entry);
            *count += 1;
        }
    }
    header.w1 = time.unsigned()?;
    Ok(on.snapshot(slot, header))
}

fn level(slot: usize, item: Json<'_>, on: &mut Desk<'_>) -> Result<Entry, FrameError> {
    let [price, quantity, _] = on.members(item, "level", &["px", "sz", "n"])?;
    let price = on.price(slot, price.need()?)?;
    Ok(Entry { price, quantity: on.quantity(slot, quantity.need()?)? })
}

/// H4: an empty side is `null`, or not there.
fn quote(data: Json<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let [coin, time, sides] = on.members(data, "bbo", &["coin", "time", "bbo"])?;
    let slot = on.instrument(coin.need()?)?;
    let ts_event = Some(milliseconds(time.need()?)?);
    let [bid, ask] = sides.need()?.tuple("best bid and ask")?;
    let mut side = |field: Field<'_>| match field.get() {
        Some(item) => level(slot, item, on),
        None => Ok(Entry::default()),
    };
    let (bid, ask) = (side(bid)?, side(ask)?);
    let header = on.header(slot, Channel::Quote, kind::QUOTE, ts_event);
    Ok(on.quote(EventHeader { w1: time.unsigned()?, ..header }, bid, ask))
}

impl Protocol {
    /// H3: trades of one coin; the first message of a subscription tells those of before.
    fn trades(&mut self, data: Field<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let names = ["coin", "side", "px", "sz", "time", "hash", "tid", "users", "liquidation"];
        let mut outcome = Outcome::Ignored("no trades");
        let mut is_old = false;
        let mut items = data.items()?;
        while let Some(item) = items.next()? {
            let [coin, side, price, quantity, time, _, id, ..] =
                on.members(item, "trade", &names)?;
            let slot = on.instrument(coin.need()?)?;
            is_old |= self.trading.insert((on.connection(), slot));
            if is_old {
                on.pass_over(slot, 1);
                outcome = Outcome::Ignored("trades before the stream");
                continue;
            }
            let aggressor = match side.text()? {
                b"B" => Side::Bid,
                b"A" => Side::Ask,
                _ => return Err(FrameError::new("E_FRAME_SCHEMA", side.need()?.at(), "A or B")),
            };
            let print = Print {
                aggressor: Some(aggressor),
                price: on.price(slot, price.need()?)?,
                quantity: on.quantity(slot, quantity.need()?)?,
                id: id.unsigned()?,
                sequence: 0,
                ts_event: Some(milliseconds(time.need()?)?),
                flags: 0,
            };
            outcome = on.trade(slot, print);
        }
        Ok(outcome)
    }
}
