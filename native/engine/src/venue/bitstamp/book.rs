//! Levels, whole or the best: bodies and frames have the same members.

use crate::error::FrameError;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::Outcome;
use crate::venue::wire::time::{microseconds, seconds};
use crate::venue::wire::{Channel, Desk, Field, Json};

/// Time of a book, and its two lists.
pub(super) struct Book<'a> {
    /// B5: µs, the book's only number.
    pub number: u64,
    pub time: Option<i64>,
    pub bids: Json<'a>,
    pub asks: Json<'a>,
}

/// B4: `timestamp` has whole seconds; `microtimestamp` came in 2018.
pub(super) fn read<'a>(data: Json<'a>, on: &mut Desk<'_>) -> Result<Book<'a>, FrameError> {
    let [whole, micro, bids, asks] =
        on.members(data, "book", &["timestamp", "microtimestamp", "bids", "asks"])?;
    let time = time(micro, whole)?;
    let number = time.map_or(0, |time| (time / 1_000) as u64);
    Ok(Book { number, time, bids: bids.need()?, asks: asks.need()? })
}

/// B4: the finer of two times, where there is one.
pub(super) fn time(micro: Field<'_>, whole: Field<'_>) -> Result<Option<i64>, FrameError> {
    match (micro.get(), whole.get()) {
        (Some(micro), _) => microseconds(micro).map(Some),
        (None, Some(whole)) => seconds(whole).map(Some),
        (None, None) => Ok(None),
    }
}

/// Header and levels of a whole book, or of a difference.
pub(super) fn levels(
    slot: usize,
    book: &Book<'_>,
    on: &mut Desk<'_>,
) -> Result<EventHeader, FrameError> {
    let mut header = on.header(slot, Channel::Depth, kind::DEPTH, book.time);
    header.bids = on.levels(slot, book.bids)?;
    header.asks = on.levels(slot, book.asks)?;
    header.w1 = book.number;
    Ok(header)
}

/// B7: a view of the best levels; where its rows are orders, those of one price are added up.
pub(super) fn view(
    slot: usize,
    data: Json<'_>,
    of_orders: bool,
    on: &mut Desk<'_>,
) -> Result<Outcome, FrameError> {
    let book = read(data, on)?;
    let mut header = on.header(slot, Channel::Partial, kind::SNAPSHOT, book.time);
    if of_orders {
        header.bids = summed(slot, book.bids, on)?;
        header.asks = summed(slot, book.asks, on)?;
    } else {
        header.bids = on.levels(slot, book.bids)?;
        header.asks = on.levels(slot, book.asks)?;
    }
    header.w1 = book.number;
    header.flags |= event_flag::PARTIAL;
    Ok(on.event(header))
}

fn summed(slot: usize, list: Json<'_>, on: &mut Desk<'_>) -> Result<u32, FrameError> {
    let mut count = 0;
    let mut open: Option<Entry> = None;
    let mut rows = list.items("a list of levels")?;
    while let Some(row) = rows.next()? {
        let [price, quantity] = row.tuple("a level of price and quantity")?;
        let (price, quantity) = (price.need()?, quantity.need()?);
        let at = quantity.at();
        let row = Entry { price: on.price(slot, price)?, quantity: on.quantity(slot, quantity)? };
        match &mut open {
            Some(level) if level.price == row.price => {
                let sum = level.quantity.checked_add(row.quantity);
                level.quantity =
                    sum.ok_or(FrameError::new("E_NUMBER", at, "a sum within 64 bits"))?;
            }
            _ => {
                count += u32::from(open.is_some());
                open.replace(row).into_iter().for_each(|level| on.entry(level));
            }
        }
    }
    count += u32::from(open.is_some());
    open.into_iter().for_each(|level| on.entry(level));
    Ok(count)
}
