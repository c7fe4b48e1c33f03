//! The Exchange's feed: every message is one flat object with a `type`.

use super::levels::SidedLevels;
use super::{book, orders};
use crate::book::Side;
use crate::error::FrameError;
use crate::event::Entry;
use crate::venue::wire::{BookKind, Channel, Desk, Json, OrderRule, feed};
use crate::venue::{Outcome, Sequence, Venue};

/// Keeps nothing from message to message: orders and their numbers are the desk's.
#[derive(Clone, Debug)]
pub(super) struct Protocol {
    levels: SidedLevels,
    resting: Vec<Resting>,
}

/// A row of a book by order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resting {
    pub side: Side,
    pub id: u128,
    pub entry: Entry,
}

impl feed::Protocol for Protocol {
    // X8: level updates carry no numbers.
    const BOOK: BookKind = BookKind::Stream(Sequence::Linked);
    const ORDERS: OrderRule = OrderRule::Counted;
    const CHANNELS: &'static [Channel] =
        &[Channel::Depth, Channel::Orders, Channel::Trade, Channel::Quote];

    fn new(_: Venue) -> Self {
        Self { levels: SidedLevels::default(), resting: Vec::new() }
    }

    fn frame(&mut self, frame: &[u8], on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let top = Json::open(frame)?;
        if let Some(outcome) = compact(top, frame) {
            return outcome;
        }
        let kind = top.find("type")?;
        if let Some(taken) = orders::message(kind, top, frame, on) {
            return taken;
        }
        match kind.text("type")? {
            b"snapshot" => book::snapshot(top, on),
            b"l2update" => book::update(top, &mut self.levels, on),
            b"ticker" => book::ticker(top, on),
            b"heartbeat" => whole(top, Outcome::Control("heartbeat")),
            b"subscriptions" => whole(top, Outcome::Control("subscriptions")),
            b"error" => whole(top, Outcome::Control("error")),
            // X5: the last trade from before the subscription.
            b"last_match" => whole(top, Outcome::Ignored("last_match")),
            b"activate" => whole(top, Outcome::Ignored("activate")),
            b"status" => whole(top, Outcome::Ignored("status")),
            b"auction" => whole(top, Outcome::Ignored("auction")),
            b"rfq_match" => whole(top, Outcome::Ignored("rfq_match")),
            b"balance" => whole(top, Outcome::Ignored("balance")),
            b"level3" => whole(top, Outcome::Ignored("level3")),
            _ => on.unknown(kind),
        }
    }

    fn snapshot(
        &mut self,
        slot: usize,
        body: &[u8],
        on: &mut Desk<'_>,
    ) -> Result<Outcome, FrameError> {
        let number = orders::read_book(slot, body, &mut self.resting, on)?;
        Ok(orders::tell_book(slot, number, &self.resting, on))
    }
}

/// What is ignored must be sound all the same.
fn whole(top: Json<'_>, outcome: Outcome) -> Result<Outcome, FrameError> {
    top.members(&[], |_, _| Ok(())).map(|[]| outcome)
}

/// The `level3` channel packs the full one's messages into lists.
fn compact(top: Json<'_>, frame: &[u8]) -> Option<Result<Outcome, FrameError>> {
    let is_list = frame.trim_ascii_start().first() == Some(&b'[');
    is_list.then(|| {
        let mut items = top.items("level3")?;
        while items.next()?.is_some() {}
        Ok(Outcome::Ignored("level3"))
    })
}
