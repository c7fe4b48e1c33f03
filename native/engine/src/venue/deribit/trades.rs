//! Trades, and the liquidations among them.

use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::ids::trailing_number;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field, Print};

const NAMES: [&str; 19] = [
    "trade_seq",
    "trade_id",
    "timestamp",
    "tick_direction",
    "price",
    "mark_price",
    "instrument_name",
    "index_price",
    "direction",
    "amount",
    "contracts",
    "iv",
    "liquidation",
    "block_trade_id",
    "block_rfq_id",
    "combo_id",
    "combo_trade_id",
    "block_trade_leg_count",
    "legs",
];

/// D7–D9: a list of trades, of one instrument or of many.
pub(super) fn take(data: Field<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let mut outcome = Outcome::Ignored("no trades");
    let mut items = data.items()?;
    while let Some(fields) = on.row(&mut items, "trades", &NAMES)? {
        let [number, id, time, _, price, _, name, _, direction, amount, _, _, forced, off @ ..] =
            fields;
        let slot = on.instrument(name.need()?)?;
        let aggressor = match direction.text()? {
            b"buy" => Side::Bid,
            b"sell" => Side::Ask,
            _ => {
                let at = direction.need()?.at();
                return Err(FrameError::new("E_FRAME_SCHEMA", at, "buy or sell"));
            }
        };
        let forced = Forced::of(forced, aggressor)?;
        let number = number.unsigned()?;
        // D8: made in a block or in the book of a combination, at a price that this book did not make.
        let [block, rfq, combo, combo_trade, ..] = off;
        let off_book = [block, rfq, combo, combo_trade].iter().any(|f| f.get().is_some());
        let print = Print {
            aggressor: Some(aggressor),
            price: on.price(slot, price.need()?)?,
            quantity: on.quantity(slot, amount.need()?)?,
            id: trailing_number(id.text()?).unwrap_or(number),
            sequence: 0,
            ts_event: Some(milliseconds(time.need()?)?),
            flags: if off_book { event_flag::OFF_BOOK } else { 0 },
        };
        outcome = on.numbered_trade(slot, print, number);
        if outcome == Outcome::Events {
            forced.tell(slot, print, on);
        }
    }
    Ok(outcome)
}

/// D9: which sides of a trade were liquidations.
#[derive(Clone, Copy, Default)]
struct Forced {
    buys: bool,
    sells: bool,
}

impl Forced {
    fn of(field: Field<'_>, aggressor: Side) -> Result<Self, FrameError> {
        let Some(json) = field.get() else { return Ok(Self::default()) };
        let (maker, taker) = match json.text("liquidation")? {
            b"M" => (true, false),
            b"T" => (false, true),
            b"MT" => (true, true),
            b"none" => (false, false),
            _ => return Err(FrameError::new("E_FRAME_SCHEMA", json.at(), "M, T or MT")),
        };
        Ok(match aggressor {
            Side::Bid => Self { buys: taker, sells: maker },
            Side::Ask => Self { buys: maker, sells: taker },
        })
    }

    fn tell(self, slot: usize, print: Print, on: &mut Desk<'_>) {
        if !self.buys && !self.sells {
            return;
        }
        let header = on.header(slot, Channel::Liquidation, kind::LIQUIDATION, print.ts_event);
        let (bids, asks) = (u32::from(self.buys), u32::from(self.sells));
        for _ in 0..bids + asks {
            on.entry(Entry { price: print.price, quantity: print.quantity });
        }
        on.event(EventHeader { bids, asks, ..header });
    }
}
