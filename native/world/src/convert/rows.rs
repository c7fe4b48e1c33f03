//! Events as rows.

use crate::convert::cell::{Cell, Sink};
use crate::convert::names::{Instrument, Names};
use crate::convert::table::Table;
use tickwright_engine::CoreError;
use tickwright_engine::event::{Entry, EventHeader, EventRef, event_flag, kind};

/// Decimals of mark prices and rates: docs/venues.
pub const VALUE_SCALE: u8 = 8;

/// The table that an event goes to: that of its kind where it has the kind's shape, else `Other`.
#[must_use]
pub fn table_of(event: EventRef<'_>) -> Table {
    let EventHeader { w0, w1, w2, aux, bids, asks, .. } = *event.header;
    let (one, none) = (bids + asks == 1, w0 == 0 && w1 == 0 && w2 == 0);
    let (table, fits) = match event.header.kind {
        kind::TRADE => (Table::Trades, one && w2 == 0 && (bids == 1 || !sideless(event))),
        kind::DEPTH | kind::SNAPSHOT => (Table::Depth, true),
        kind::QUOTE => (Table::Quotes, bids <= 1 && asks <= 1 && w0 == 0 && w2 == 0 && aux == 0),
        kind::ORDER_ADD | kind::ORDER_MODIFY | kind::ORDER_CANCEL | kind::ORDER_EXECUTE => {
            (Table::Orders, one)
        }
        kind::BAR => (Table::Bars, asks == 0 && w2 == 0 && is_bar(event)),
        kind::MARK => (Table::Marks, none && bids == 3 && asks == 0 && event.bids.iter().all(said)),
        kind::FUNDING => {
            (Table::Funding, none && bids == 1 && asks == 0 && event.bids[0].quantity == 1)
        }
        kind::OPEN_INTEREST => {
            let only = |e: &Entry| e.price == 0;
            (
                Table::OpenInterest,
                none && aux == 0 && bids == 1 && asks == 0 && only(&event.bids[0]),
            )
        }
        kind::LIQUIDATION => (Table::Liquidations, one && none && aux == 0),
        _ => (Table::Other, true),
    };
    if fits { table } else { Table::Other }
}

/// Nobody told who aggressed; the entry stands in the bids.
const fn sideless(event: EventRef<'_>) -> bool {
    event.header.flags & event_flag::NO_SIDE != 0
}

/// Open, high, low and close, then amounts, the last of which was told. It is received when it ends.
fn is_bar(event: EventRef<'_>) -> bool {
    let Some((prices, amounts)) = event.bids.split_at_checked(4) else { return false };
    let told = |e: &Entry| (0..=MOST_DECIMALS).any(|d| e.quantity == 10_i64.pow(d));
    let absent = |e: &Entry| e.price == 0 && e.quantity == 0;
    let EventHeader { w0, w1, ts_event, .. } = *event.header;
    prices.iter().all(|e| e.quantity == 1)
        && amounts.len() <= AMOUNTS
        && amounts.iter().all(|e| told(e) || absent(e))
        && amounts.last().is_none_or(told)
        && w0.checked_add(w1) == Some(ts_event as u64)
}

/// A value is there (quantity 1) or not (both 0).
fn said(entry: &Entry) -> bool {
    entry.quantity == 1 || (entry.quantity == 0 && entry.price == 0)
}

/// Hands the rows of an event to a sink.
///
/// # Errors
/// Those of the sink.
pub fn rows(
    names: &Names,
    ordinal: u64,
    event: EventRef<'_>,
    sink: &mut impl Sink,
) -> Result<(), CoreError> {
    let header = event.header;
    let of = &names.instruments[header.instrument as usize];
    let row = Row { head: head(names, of, ordinal, header), of, event };
    let table = table_of(event);
    match table {
        Table::Trades => row.trade(sink),
        Table::Depth => row.levels(table, sink),
        Table::Quotes => row.quote(sink),
        Table::Orders => row.order(sink),
        Table::Bars => row.bar(sink),
        Table::Marks => row.mark(sink),
        Table::Funding => {
            sink.row(table, &row.with([value(event.bids[0].price), optional_time(header.aux)]))
        }
        Table::OpenInterest => sink.row(table, &row.with([of.quantity(event.bids[0].quantity)])),
        Table::Liquidations => {
            let (side, entry) = row.only();
            let cells = [side, of.price(entry.price), of.quantity(entry.quantity)];
            sink.row(table, &row.with(cells))
        }
        Table::Other => row.levels(table, sink),
    }
}

/// Amounts of a bar: volumes and a count.
const AMOUNTS: usize = 5;
/// Of an amount: 10^18 is the largest power of ten of 64 bits.
const MOST_DECIMALS: u32 = 18;
const HEAD: usize = 7;

fn head<'a>(
    names: &'a Names,
    of: &'a Instrument,
    ordinal: u64,
    header: &EventHeader,
) -> [Cell<'a>; HEAD] {
    let timed = header.flags & event_flag::NO_EVENT_TIME == 0;
    [
        Cell::Count(ordinal),
        Cell::Time(header.ts_recv),
        if timed { Cell::Time(header.ts_event) } else { Cell::Empty },
        Cell::Word(&of.venue),
        Cell::Word(&of.symbol),
        Cell::Word(names.channel(header.source)),
        Cell::Count(u64::from(header.flags)),
    ]
}

impl Instrument {
    fn price<'a>(&self, mantissa: i64) -> Cell<'a> {
        Cell::Decimal { mantissa, scale: self.price_scale }
    }

    fn quantity<'a>(&self, mantissa: i64) -> Cell<'a> {
        Cell::Decimal { mantissa, scale: self.quantity_scale }
    }
}

const fn value<'a>(mantissa: i64) -> Cell<'a> {
    Cell::Decimal { mantissa, scale: VALUE_SCALE }
}

const fn optional_time<'a>(ns: u64) -> Cell<'a> {
    if ns == 0 { Cell::Empty } else { Cell::Time(ns as i64) }
}

const BUY: Cell<'_> = Cell::Word("buy");
const SELL: Cell<'_> = Cell::Word("sell");
const UNKNOWN: Cell<'_> = Cell::Word("unknown");
const BID: Cell<'_> = Cell::Word("bid");
const ASK: Cell<'_> = Cell::Word("ask");

/// An event on its way to rows.
struct Row<'a> {
    head: [Cell<'a>; HEAD],
    of: &'a Instrument,
    event: EventRef<'a>,
}

/// Most columns that a table has of its own.
const OWN: usize = 11;

/// Cells of a row: those of every event, and the table's own.
struct Cells<'a> {
    cells: [Cell<'a>; HEAD + OWN],
    count: usize,
}

impl<'a> std::ops::Deref for Cells<'a> {
    type Target = [Cell<'a>];

    fn deref(&self) -> &Self::Target {
        &self.cells[..self.count]
    }
}

impl<'a> Row<'a> {
    fn with<const N: usize>(&self, own: [Cell<'a>; N]) -> Cells<'a> {
        let mut cells = [Cell::Empty; HEAD + OWN];
        cells[..HEAD].copy_from_slice(&self.head);
        cells[HEAD..HEAD + N].copy_from_slice(&own);
        Cells { cells, count: HEAD + N }
    }

    /// The one entry of an event that has one.
    fn only(&self) -> (Cell<'a>, Entry) {
        match (self.event.bids, self.event.asks) {
            ([entry, ..], _) => (BUY, *entry),
            (_, [entry, ..]) => (SELL, *entry),
            _ => (Cell::Empty, Entry { price: 0, quantity: 0 }),
        }
    }

    fn trade(&self, sink: &mut impl Sink) -> Result<(), CoreError> {
        let EventHeader { w0, w1, aux, .. } = *self.event.header;
        let (side, entry) = self.only();
        let cells = [
            if sideless(self.event) { UNKNOWN } else { side },
            self.of.price(entry.price),
            self.of.quantity(entry.quantity),
            Cell::Count(aux),
            Cell::Count(w0),
            Cell::Count(w1),
        ];
        sink.row(Table::Trades, &self.with(cells))
    }

    fn order(&self, sink: &mut impl Sink) -> Result<(), CoreError> {
        let EventHeader { kind, w0, w1, w2, aux, .. } = *self.event.header;
        let (side, entry) = self.only();
        let action = match kind {
            kind::ORDER_ADD => "add",
            kind::ORDER_MODIFY => "modify",
            kind::ORDER_CANCEL => "cancel",
            _ => "execute",
        };
        let cells = [
            Cell::Word(action),
            Cell::Count(aux),
            side,
            self.of.price(entry.price),
            self.of.quantity(entry.quantity),
            Cell::Count(w0),
            Cell::Count(w1),
            Cell::Count(w2),
        ];
        sink.row(Table::Orders, &self.with(cells))
    }

    fn quote(&self, sink: &mut impl Sink) -> Result<(), CoreError> {
        let side = |entries: &[Entry]| match entries {
            [e, ..] => [self.of.price(e.price), self.of.quantity(e.quantity)],
            [] => [Cell::Empty; 2],
        };
        let ([bid, bids], [ask, asks]) = (side(self.event.bids), side(self.event.asks));
        let id = Cell::Count(self.event.header.w1);
        sink.row(Table::Quotes, &self.with([bid, bids, ask, asks, id]))
    }

    fn bar(&self, sink: &mut impl Sink) -> Result<(), CoreError> {
        let price = |at: usize| self.of.price(self.event.bids[at].price);
        let amount = |at: usize| match self.event.bids.get(4 + at) {
            Some(e) if e.quantity > 0 => {
                Cell::Decimal { mantissa: e.price, scale: e.quantity.ilog10() as u8 }
            }
            _ => Cell::Empty,
        };
        let EventHeader { w0, aux, .. } = *self.event.header;
        let (start, broken) = (Cell::Time(w0 as i64), Cell::Count(aux));
        let ([open, high, low, close], amounts) =
            (std::array::from_fn(price), std::array::from_fn::<_, AMOUNTS, _>(amount));
        let [volume, quote, count, taker, taker_quote] = amounts;
        let cells =
            [open, high, low, close, volume, quote, count, taker, taker_quote, start, broken];
        sink.row(Table::Bars, &self.with(cells))
    }

    fn mark(&self, sink: &mut impl Sink) -> Result<(), CoreError> {
        let at = |i: usize| {
            let Entry { price, quantity } = self.event.bids[i];
            if quantity == 1 { value(price) } else { Cell::Empty }
        };
        let next = optional_time(self.event.header.aux);
        sink.row(Table::Marks, &self.with([at(0), at(1), at(2), next]))
    }

    /// A row for each level, bids first; one without a side where there is none.
    fn levels(&self, table: Table, sink: &mut impl Sink) -> Result<(), CoreError> {
        let (bids, asks) = (self.event.bids.iter(), self.event.asks.iter());
        for (side, entry) in bids.map(|e| (BID, e)).chain(asks.map(|e| (ASK, e))) {
            self.level(table, side, Some(entry), sink)?;
        }
        if self.event.header.bids + self.event.header.asks == 0 {
            self.level(table, Cell::Empty, None, sink)?;
        }
        Ok(())
    }

    fn level(
        &self,
        table: Table,
        side: Cell<'a>,
        entry: Option<&Entry>,
        sink: &mut impl Sink,
    ) -> Result<(), CoreError> {
        let EventHeader { kind, w0, w1, w2, aux, .. } = *self.event.header;
        let words = [w0, w1, w2, aux].map(Cell::Count);
        let [w0, w1, w2, aux] = words;
        if table == Table::Other {
            let [price, quantity] =
                entry.map_or([Cell::Empty; 2], |e| [Cell::Whole(e.price), Cell::Whole(e.quantity)]);
            let kind = Cell::Count(u64::from(kind));
            return sink.row(table, &self.with([kind, w0, w1, w2, aux, side, price, quantity]));
        }
        let [price, quantity] = entry
            .map_or([Cell::Empty; 2], |e| [self.of.price(e.price), self.of.quantity(e.quantity)]);
        let snapshot = Cell::Word(if kind == kind::SNAPSHOT { "true" } else { "false" });
        sink.row(table, &self.with([snapshot, side, price, quantity, w0, w1, w2, aux]))
    }
}
