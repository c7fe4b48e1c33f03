//! Books: `orderbook.{depth}.{symbol}`.

use super::protocol::{Message, Protocol};
use crate::book::Side;
use crate::error::{CoreError, FrameError};
use crate::event::{Entry, EventHeader, kind};
use crate::state::{StateReader, StateWriter};
use crate::venue::Outcome;
use crate::venue::wire::time::milliseconds;
use crate::venue::wire::{Channel, Desk, Field};

/// The best quotes of level 1, for its updates name only the side that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tops {
    list: Vec<Top>,
}

/// Both sides of a best quote, none where the side is not known; an empty side has quantity 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Top {
    update: u64,
    sides: [Option<(i64, i64)>; 2],
}

/// What a book message says but its levels.
struct Book<'a> {
    slot: usize,
    header: EventHeader,
    bids: Field<'a>,
    asks: Field<'a>,
    update: u64,
    sequence: u64,
    is_snapshot: bool,
}

/// Y3–Y8: the deepest book is the book, level 1 a best quote.
pub(super) fn take(
    protocol: &mut Protocol,
    message: Message<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let mut parts = message.rest.splitn(2, |b| *b == b'.');
    let depth = match parts.next().unwrap_or_default() {
        // Y9: other books, which orders of other kinds make.
        b"full" => return Ok(Outcome::Ignored("full orderbook")),
        b"rpi" => return Ok(Outcome::Ignored("orderbook with price improvement")),
        depth => std::str::from_utf8(depth).ok().and_then(|text| text.parse::<u32>().ok()),
    };
    let at = message.data.need()?.at();
    let depth = depth.filter(|depth| *depth > 0);
    let depth =
        depth.ok_or(FrameError::new("E_FRAME_SCHEMA", at, "a topic orderbook.DEPTH.SYMBOL"))?;
    let book = read(message, on)?;
    if depth == 1 {
        return protocol.tops.take(&book, on);
    }
    levels(protocol, book, depth, on)
}

fn read<'a>(message: Message<'a>, on: &mut Desk<'_>) -> Result<Book<'a>, FrameError> {
    let names = ["s", "b", "a", "u", "seq"];
    let [symbol, bids, asks, update, sequence] =
        on.members(message.data.need()?, "orderbook", &names)?;
    let slot = on.instrument(symbol.need()?)?;
    // Y8: the matching engine's time, else the time at which the message was made.
    let time = if message.cts.get().is_some() { message.cts } else { message.ts };
    let ts = milliseconds(time.need()?)?;
    let update = update.unsigned()?;
    let is_snapshot = match message.kind.text()? {
        b"snapshot" => true,
        // Y6: numbers begin anew, and what comes is whole.
        b"delta" => update == 1,
        _ => {
            let at = message.kind.need()?.at();
            return Err(FrameError::new("E_FRAME_SCHEMA", at, "snapshot or delta"));
        }
    };
    let sequence = sequence.get().map_or(Ok(0), |seq| seq.unsigned("seq"))?;
    let header = on.header(slot, Channel::Depth, kind::DEPTH, Some(ts));
    Ok(Book { slot, header, bids, asks, update, sequence, is_snapshot })
}

/// Y4–Y6: a snapshot replaces the book, an update is numbered behind the one before.
fn levels(
    protocol: &mut Protocol,
    book: Book<'_>,
    depth: u32,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let Book { slot, mut header, is_snapshot, .. } = book;
    header.bids = on.levels(slot, book.bids.need()?)?;
    header.asks = on.levels(slot, book.asks.need()?)?;
    (header.w0, header.w1, header.aux) = (book.update, book.update, book.sequence);
    let is_lost = on.wants_snapshot(slot);
    // Y7: of several depths the deepest.
    if !protocol.followed.takes(slot, depth, is_snapshot, is_lost) && !is_lost {
        return Ok(Outcome::Ignored("orderbook of fewer levels"));
    }
    Ok(if is_snapshot { on.snapshot(slot, header) } else { on.update(slot, header) })
}

impl Tops {
    /// Y3: level 1. Its updates are linked as those of books are; behind a hole a side is known again
    /// when it is named.
    fn take(&mut self, book: &Book<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
        let mut told = [None; 2];
        for (side, list) in [(Side::Bid, book.bids), (Side::Ask, book.asks)] {
            told[side as usize] = best(side, book, list, on)?;
        }
        if self.list.len() <= book.slot {
            self.list.resize(book.slot + 1, Top::default());
        }
        let top = &mut self.list[book.slot];
        let continues = book.update == top.update.wrapping_add(1) || book.update == top.update;
        if book.is_snapshot {
            top.sides = told.map(|side| side.or(Some((0, 0))));
        } else {
            let known = if continues { top.sides } else { [None; 2] };
            top.sides = [told[0].or(known[0]), told[1].or(known[1])];
        }
        top.update = book.update;
        let [Some(bid), Some(ask)] = top.sides else {
            return Ok(Outcome::Ignored("best quote of one side"));
        };
        let entry = |(price, quantity)| Entry { price, quantity };
        let header = on.header(book.slot, Channel::Quote, kind::QUOTE, Some(book.header.ts_event));
        Ok(on.quote(EventHeader { w1: book.sequence, ..header }, entry(bid), entry(ask)))
    }

    pub fn clear(&mut self) {
        self.list.clear();
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.list.len() as u32);
        for top in &self.list {
            w.u64(top.update);
            for side in top.sides {
                let (price, quantity) = side.unwrap_or_default();
                w.u8(u8::from(side.is_some()));
                w.i64(price);
                w.i64(quantity);
            }
        }
    }

    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for _ in 0..r.u32()? {
            let mut top = Top { update: r.u64()?, ..Top::default() };
            for side in &mut top.sides {
                let has = r.u8()? != 0;
                let level = (r.i64()?, r.i64()?);
                *side = has.then_some(level);
            }
            out.list.push(top);
        }
        Ok(out)
    }
}

/// The best level that a side's list leaves: none where the list is empty, quantity 0 where it only takes
/// levels away.
fn best(
    side: Side,
    book: &Book<'_>,
    list: Field<'_>,
    on: &mut Desk<'_>,
) -> Result<Option<(i64, i64)>, FrameError> {
    let mut found: Option<(i64, i64)> = None;
    let mut items = list.items()?;
    while let Some(item) = items.next()? {
        let [price, quantity] = item.tuple("a level of price and quantity")?;
        let price = on.price(book.slot, price.need()?)?;
        let quantity = on.quantity(book.slot, quantity.need()?)?;
        let better = found.is_none_or(|(known, left)| {
            left == 0 || if side == Side::Bid { price > known } else { price < known }
        });
        if quantity > 0 && better {
            found = Some((price, quantity));
        }
        found = found.or(Some((0, 0)));
    }
    Ok(found)
}
