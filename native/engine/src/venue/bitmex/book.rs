//! Books: `orderBookL2`, `orderBookL2_25`, and the views of `orderBook10`.

use super::protocol::{Action, Message, Protocol};
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::time::iso;
use crate::venue::wire::{Channel, Desk, Field, Json};

/// What a row says of a level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    slot: usize,
    id: u64,
    side: Side,
    /// None where only the id names the level.
    price: Option<i64>,
    quantity: i64,
    time: Option<i64>,
}

/// M1–M5: rows of one book, or of several.
pub(super) fn take(
    protocol: &mut Protocol,
    rank: u32,
    message: Message<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let mut changes = std::mem::take(&mut protocol.changes);
    changes.clear();
    let read = read(message, &mut changes, on);
    let told = read.map(|any| match any {
        true => tell(protocol, rank, message.action, &mut changes, on),
        false => Outcome::Ignored("book that is not followed"),
    });
    let is_empty = changes.is_empty();
    protocol.changes = changes;
    match (told?, message.filter.get()) {
        (_, Some(filter)) if is_empty && message.action == Action::Partial => {
            empty(protocol, rank, filter, on)
        }
        (outcome, _) => Ok(outcome),
    }
}

/// Whether there is a row of a book that is followed.
fn read(
    message: Message<'_>,
    changes: &mut Vec<Change>,
    on: &mut Desk<'_>,
) -> Result<bool, FrameError> {
    let names = ["symbol", "id", "side", "size", "price", "timestamp", "transactTime"];
    let mut items = message.data.items()?;
    // Rows of one symbol stand together: it is looked up once.
    let mut last: (&[u8], Option<usize>) = (b"", None);
    while let Some(fields) = on.row(&mut items, "orderBookL2", &names)? {
        let symbol = fields[0].text()?;
        if symbol != last.0 || symbol.is_empty() {
            let is_followed = on.is_followed(symbol);
            let slot = is_followed.then(|| on.instrument(fields[0].need()?)).transpose()?;
            last = (symbol, slot);
        }
        if let Some(slot) = last.1 {
            changes.push(row(slot, fields, message.action, on)?);
        }
    }
    // M2: a table of several books names each row's; the rows of one keep their order.
    changes.sort_by_key(|change| change.slot);
    Ok(!changes.is_empty())
}

fn row(
    slot: usize,
    [_, id, side, size, price, time, _]: [Field<'_>; 7],
    action: Action,
    on: &mut Desk<'_>,
) -> Result<Change, FrameError> {
    let side = match side.text()? {
        b"Buy" => Side::Bid,
        b"Sell" => Side::Ask,
        _ => return Err(FrameError::new("E_FRAME_SCHEMA", side.need()?.at(), "Buy or Sell")),
    };
    let quantity = match action {
        Action::Delete => 0,
        _ => on.quantity(slot, size.need()?)?,
    };
    let price = price.get().map(|json| on.price(slot, json)).transpose()?;
    let time = time.get().map(iso).transpose()?;
    Ok(Change { slot, id: id.unsigned()?, side, price, quantity, time })
}

/// The changes of each book at once.
fn tell(
    protocol: &mut Protocol,
    rank: u32,
    action: Action,
    changes: &mut [Change],
    on: &mut Desk<'_>,
) -> Outcome {
    let mut outcome = Outcome::Ignored("no levels");
    for changes in changes.chunk_by_mut(|a, b| a.slot == b.slot) {
        let slot = changes[0].slot;
        let is_lost = on.wants_snapshot(slot);
        let begins = action == Action::Partial;
        let takes = protocol.followed.takes(slot, rank, begins, is_lost);
        outcome = if takes || is_lost {
            one(protocol, action, changes, on)
        } else {
            Outcome::Ignored("book of fewer levels")
        };
    }
    outcome
}

/// M1–M3: the changes of one book.
fn one(
    protocol: &mut Protocol,
    action: Action,
    changes: &mut [Change],
    on: &mut Desk<'_>,
) -> Outcome {
    let slot = changes[0].slot;
    let time = changes.iter().rev().find_map(|change| change.time);
    let mut header = on.header(slot, Channel::Depth, kind::DEPTH, time);
    let levels = protocol.levels.of(slot);
    if action == Action::Partial {
        levels.clear();
    } else if on.wants_snapshot(slot) {
        return on.update(slot, header);
    }
    for change in changes.iter_mut() {
        let price = change.price.or_else(|| levels.get(&change.id).copied());
        if let (Action::Delete, _) | (_, None) = (action, price) {
            levels.remove(&change.id);
        } else if let Some(price) = price {
            levels.insert(change.id, price);
        }
        change.price = price;
        if price.is_none() {
            // M3: a level that never came: something was lost before.
            on.gap(slot);
            return Outcome::Events;
        }
    }
    for (side, count) in [(Side::Bid, &mut header.bids), (Side::Ask, &mut header.asks)] {
        for change in changes.iter().filter(|change| change.side == side) {
            on.entry(Entry { price: change.price.unwrap_or(0), quantity: change.quantity });
            *count += 1;
        }
    }
    if action == Action::Partial { on.snapshot(slot, header) } else { on.update(slot, header) }
}

/// M2: a table without rows is that of an empty book, which the filter names.
fn empty(
    protocol: &mut Protocol,
    rank: u32,
    filter: Json<'_>,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let [symbol, ..] = on.members(filter, "filter", &["symbol", "account"])?;
    let Some(symbol) = symbol.get() else { return Ok(Outcome::Ignored("no levels")) };
    if !on.is_followed(symbol.text("a symbol")?) {
        return Ok(Outcome::Ignored("book that is not followed"));
    }
    let slot = on.instrument(symbol)?;
    if !protocol.followed.takes(slot, rank, true, on.wants_snapshot(slot)) {
        return Ok(Outcome::Ignored("book of fewer levels"));
    }
    protocol.levels.of(slot).clear();
    let header = on.header(slot, Channel::Depth, kind::SNAPSHOT, None);
    Ok(on.snapshot(slot, header))
}

/// M6: the ten best levels a side, whole each time.
pub(super) fn view(message: Message<'_>, on: &mut Desk<'_>) -> Result<Outcome, FrameError> {
    let mut outcome = Outcome::Ignored("book that is not followed");
    let mut items = message.data.items()?;
    let names = ["symbol", "bids", "asks", "timestamp"];
    while let Some([symbol, bids, asks, time]) = on.row(&mut items, "orderBook10", &names)? {
        if !on.is_followed(symbol.text()?) {
            continue;
        }
        let slot = on.instrument(symbol.need()?)?;
        let time = time.get().map(iso).transpose()?;
        let header = on.header(slot, Channel::Partial, kind::SNAPSHOT, time);
        let bids = on.levels(slot, bids.need()?)?;
        let asks = on.levels(slot, asks.need()?)?;
        let flags = header.flags | event_flag::PARTIAL;
        outcome = on.event(EventHeader { bids, asks, flags, ..header });
    }
    Ok(outcome)
}
