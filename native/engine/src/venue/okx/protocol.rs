//! Messages of the public channels.

use crate::book::Side;
use crate::error::FrameError;
use crate::event::{event_flag, kind};
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{BookKind, Channel, Desk, Field, Json, Print, feed};
use crate::venue::{Outcome, Sequence, Venue};

/// Keeps nothing: every message names its channel and instrument.
#[derive(Clone, Debug)]
pub(super) struct Protocol;

impl feed::Protocol for Protocol {
    const BOOK: BookKind = BookKind::Stream(Sequence::Linked);
    const CHANNELS: &'static [Channel] = &[Channel::Depth, Channel::Trade];

    fn new(_: Venue) -> Self {
        Self
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        // O9: the answer to our own `ping`, the only message that is no JSON.
        if frame == b"pong" {
            return Ok(Outcome::Control("pong"));
        }
        let top = Json::open(frame)?;
        let names = ["arg", "action", "data", "event", "code", "msg", "connId"];
        let [arg, action, data, event, ..] = on.members(top, "frame", &names)?;
        if event.get().is_some() {
            return Ok(Outcome::Control("reply"));
        }
        let [channel, id, ..] =
            on.members(arg.need()?, "arg", &["channel", "instId", "instType", "instFamily"])?;
        match channel.text()? {
            b"books" | b"books-l2-tbt" | b"books50-l2-tbt" => book(id, action, data, on),
            b"trades" | b"trades-all" => trades(data, on),
            _ => on.unknown(channel.need()?),
        }
    }
}

/// O1–O4: a snapshot, or what changed since the book before.
fn book(
    id: Field<'_>,
    action: Field<'_>,
    data: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let slot = on.instrument(id.need()?)?;
    let [only] = data.need()?.tuple("data")?;
    let names = ["asks", "bids", "ts", "checksum", "prevSeqId", "seqId"];
    let [asks, bids, ts, checksum, previous, last] = on.members(only.need()?, "book", &names)?;
    let mut header = on.header(slot, Channel::Depth, kind::DEPTH, Some(milliseconds(ts.need()?)?));
    header.bids = on.levels(slot, bids.need()?)?;
    header.asks = on.levels(slot, asks.need()?)?;
    (header.w1, header.w2) = (sequence(last)?, sequence(previous)?);
    if let Some(checksum) = signed_checksum(checksum)? {
        header.aux = u64::from(checksum);
        header.flags |= event_flag::CHECKSUM;
    }
    match action.text()? {
        b"snapshot" => Ok(on.snapshot(slot, header)),
        b"update" => Ok(on.update(slot, header)),
        _ => on.unknown(action.need()?),
    }
}

/// O2: −1 of a snapshot stands for none; recordings of before 2023 have no ids.
fn sequence(id: Field<'_>) -> Result<u64, FrameError> {
    match id.get() {
        Some(value) if value.raw() != b"-1" => value.unsigned(id.name()),
        _ => Ok(0),
    }
}

/// O3: a CRC-32 printed as a signed number; 0 always since 2026-06-23, which is none.
fn signed_checksum(field: Field<'_>) -> Result<Option<u32>, FrameError> {
    let Some(value) = field.get() else { return Ok(None) };
    let number = field.decimal()?.at_scale(0, value.at())?;
    let bits = i32::try_from(number).map(|n| n as u32).or(u32::try_from(number));
    let bits = bits.map_err(|_| FrameError::new("E_NUMBER", value.at(), "a CRC-32"))?;
    Ok((bits != 0).then_some(bits))
}

/// O5: a list of trades of one instrument.
fn trades(data: Field<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let names = ["instId", "tradeId", "px", "sz", "side", "ts", "count", "seqId", "source"];
    let mut outcome = Outcome::Ignored("no trades");
    let mut items = data.items()?;
    while let Some(item) = items.next()? {
        let [id, trade, price, quantity, side, ts, _, sequence, ..] =
            on.members(item, "trade", &names)?;
        let slot = on.instrument(id.need()?)?;
        let aggressor = match side.text()? {
            b"buy" => Side::Bid,
            b"sell" => Side::Ask,
            _ => return Err(FrameError::new("E_FRAME_SCHEMA", side.need()?.at(), "buy or sell")),
        };
        let print = Print {
            aggressor: Some(aggressor),
            price: on.price(slot, price.need()?)?,
            quantity: on.quantity(slot, quantity.need()?)?,
            id: trade.unsigned()?,
            sequence: sequence.get().map_or(Ok(0), |v| v.unsigned("seqId"))?,
            ts_event: Some(milliseconds(ts.need()?)?),
            flags: 0,
        };
        outcome = on.trade(slot, print);
    }
    Ok(outcome)
}
