//! A tape as the CSV files that Tardis publishes: docs/formats/convert.md.
//!
//! Column names and meanings are those of Tardis' "Downloadable CSV files, data types". One file a data type,
//! day (of the receive time, UTC) and symbol.

use crate::convert::cell::Cell;
use crate::convert::csv::push_row;
use crate::convert::names::{Instrument, Names};
use crate::convert::pieces::Pieces;
use crate::convert::rows::{VALUE_SCALE, table_of};
use crate::convert::table::Table;
use std::collections::BTreeMap;
use tickwright_engine::event::{Entry, EventRef, event_flag, kind};

const DAY_NS: i64 = 86_400_000_000_000;

/// A data type: its name in file names, and its columns behind the first four.
#[derive(Clone, Copy)]
struct DataType {
    name: &'static str,
    columns: &'static str,
}

const TRADES: DataType = DataType { name: "trades", columns: "id,side,price,amount" };
const LIQUIDATIONS: DataType = DataType { name: "liquidations", columns: TRADES.columns };
const BOOK: DataType =
    DataType { name: "incremental_book_L2", columns: "is_snapshot,side,price,amount" };
const QUOTES: DataType =
    DataType { name: "quotes", columns: "ask_amount,ask_price,bid_price,bid_amount" };
const TICKER: DataType = DataType {
    name: "derivative_ticker",
    columns: "funding_timestamp,funding_rate,predicted_funding_rate,open_interest,last_price,\
              index_price,mark_price",
};

/// Events that these files have no place for, by reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// A view of the best levels is no update of the whole book.
    PartialBook,
    /// Orders have no file among these.
    Order,
    /// A break is told by the snapshot that follows it.
    Reset,
    /// Nothing says that a book is empty.
    EmptyBook,
    Bar,
    Other,
}

impl LeftOut {
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::PartialBook => "partial books",
            Self::Order => "orders",
            Self::Reset => "resets",
            Self::EmptyBook => "books without a level",
            Self::Bar => "bars",
            Self::Other => "other events",
        }
    }
}

/// What the rows of an instrument carry on from one to the next.
#[derive(Clone, Debug, Default)]
struct State {
    /// Levels of the snapshot in front of this event, where nothing came between: bids first.
    snapshot: Option<[Vec<i64>; 2]>,
    ticker: Ticker,
}

/// Last known values, as mantissas; a row has them all.
#[derive(Clone, Copy, Debug, Default)]
struct Ticker {
    next_funding: Option<i64>,
    rate: Option<i64>,
    open_interest: Option<i64>,
    index: Option<i64>,
    mark: Option<i64>,
}

#[derive(Debug)]
pub struct TardisSink {
    names: Names,
    pub pieces: Pieces,
    states: Vec<State>,
    left_out: BTreeMap<LeftOut, u64>,
    /// Events with a time that is no whole microsecond: what is beyond it is cut.
    pub cut_times: u64,
    /// Name of the file in hand, kept for its memory.
    file: String,
}

impl TardisSink {
    #[must_use]
    pub fn new(names: Names) -> Self {
        let states = vec![State::default(); names.instruments.len()];
        let (pieces, left_out) = (Pieces::default(), BTreeMap::new());
        Self { names, pieces, states, left_out, cut_times: 0, file: String::new() }
    }

    /// Events that were left out, by reason.
    pub fn left_out(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.left_out.iter().map(|(reason, &count)| (reason.reason(), count))
    }

    /// Writes the rows of an event.
    pub fn event(&mut self, event: EventRef<'_>) {
        let written = match table_of(event) {
            Table::Trades => self.one(TRADES, event),
            Table::Liquidations => self.one(LIQUIDATIONS, event),
            Table::Depth => self.book(event),
            Table::Quotes => self.quote(event),
            Table::Marks | Table::Funding | Table::OpenInterest => self.ticker(event),
            Table::Orders => Err(LeftOut::Order),
            Table::Bars => Err(LeftOut::Bar),
            Table::Other if event.header.kind == kind::RESET => Err(LeftOut::Reset),
            Table::Other => Err(LeftOut::Other),
        };
        if let Err(reason) = written {
            *self.left_out.entry(reason).or_default() += 1;
            return;
        }
        let header = event.header;
        let timed = header.flags & event_flag::NO_EVENT_TIME == 0;
        let cut = header.ts_recv % 1000 != 0 || (timed && header.ts_event % 1000 != 0);
        self.cut_times += u64::from(cut);
    }

    fn one(&mut self, of: DataType, event: EventRef<'_>) -> Result<(), LeftOut> {
        let (side, entry) = match (event.bids, event.asks) {
            ([entry], _) if event.header.flags & event_flag::NO_SIDE != 0 => ("unknown", *entry),
            ([entry], _) => ("buy", *entry),
            (_, [entry]) => ("sell", *entry),
            _ => return Err(LeftOut::Other),
        };
        let id = if event.header.aux == 0 { Cell::Empty } else { Cell::Count(event.header.aux) };
        self.row(of, event, |i| {
            let Entry { price, quantity } = entry;
            [id, Cell::Word(side), price_of(i, price), quantity_of(i, quantity)]
        });
        Ok(())
    }

    fn quote(&mut self, event: EventRef<'_>) -> Result<(), LeftOut> {
        let (bid, ask) = (event.bids.first().copied(), event.asks.first().copied());
        self.row(QUOTES, event, |i| {
            let price = |e: Option<Entry>| e.map_or(Cell::Empty, |e| price_of(i, e.price));
            let amount = |e: Option<Entry>| e.map_or(Cell::Empty, |e| quantity_of(i, e.quantity));
            [amount(ask), price(ask), price(bid), amount(bid)]
        });
        Ok(())
    }

    fn book(&mut self, event: EventRef<'_>) -> Result<(), LeftOut> {
        if event.header.flags & event_flag::PARTIAL != 0 {
            return Err(LeftOut::PartialBook);
        }
        if event.bids.is_empty() && event.asks.is_empty() {
            return Err(LeftOut::EmptyBook);
        }
        let snapshot = event.header.kind == kind::SNAPSHOT;
        let instrument = event.header.instrument as usize;
        let before = self.states[instrument].snapshot.take();
        let sides = [("bid", event.bids), ("ask", event.asks)];
        if snapshot {
            // A reader empties its book where snapshot rows follow others. Behind a snapshot it does not,
            // so levels that are gone are taken out one by one.
            for ((side, now), old) in sides.into_iter().zip(before.unwrap_or_default()) {
                for price in old.into_iter().filter(|p| now.iter().all(|e| e.price != *p)) {
                    self.level(event, true, side, Entry { price, quantity: 0 });
                }
            }
            let prices = |(_, now): (_, &[Entry])| now.iter().map(|e| e.price).collect();
            self.states[instrument].snapshot = Some(sides.map(prices));
        }
        for (side, entries) in sides {
            for &entry in entries {
                self.level(event, snapshot, side, entry);
            }
        }
        Ok(())
    }

    fn level(&mut self, event: EventRef<'_>, snapshot: bool, side: &'static str, entry: Entry) {
        let is_snapshot = Cell::Word(if snapshot { "true" } else { "false" });
        self.row(BOOK, event, |i| {
            let Entry { price, quantity } = entry;
            [is_snapshot, Cell::Word(side), price_of(i, price), quantity_of(i, quantity)]
        });
    }

    fn ticker(&mut self, event: EventRef<'_>) -> Result<(), LeftOut> {
        let ticker = &mut self.states[event.header.instrument as usize].ticker;
        ticker.take(event);
        let now = *ticker;
        self.row(TICKER, event, |i| {
            let value = |v: Option<i64>| {
                let decimal = |mantissa| Cell::Decimal { mantissa, scale: VALUE_SCALE };
                v.map_or(Cell::Empty, decimal)
            };
            let funding = now.next_funding.map_or(Cell::Empty, |ns| Cell::Time(micros(ns)));
            let open = now.open_interest.map_or(Cell::Empty, |q| quantity_of(i, q));
            let (predicted, last) = (Cell::Empty, Cell::Empty);
            [funding, value(now.rate), predicted, open, last, value(now.index), value(now.mark)]
        });
        Ok(())
    }

    /// Appends a row to the file of a data type, day and symbol.
    fn row<'a, const N: usize>(
        &mut self,
        of: DataType,
        event: EventRef<'_>,
        cells: impl FnOnce(&Instrument) -> [Cell<'a>; N],
    ) {
        let header = event.header;
        let instrument = &self.names.instruments[header.instrument as usize];
        let exchange = exchange(&instrument.venue);
        let timed = header.flags & event_flag::NO_EVENT_TIME == 0;
        let time = if timed { header.ts_event } else { header.ts_recv };
        write_file_name(&mut self.file, of, exchange, &instrument.symbol, header.ts_recv);
        let out = self.pieces.row(&self.file, |out| {
            out.extend_from_slice(b"exchange,symbol,timestamp,local_timestamp,");
            out.extend_from_slice(of.columns.as_bytes());
            out.push(b'\n');
        });
        push_row(
            out,
            &[
                Cell::Word(exchange),
                Cell::Word(&instrument.symbol),
                Cell::Time(micros(time)),
                Cell::Time(micros(header.ts_recv)),
            ],
        );
        out.pop();
        out.push(b',');
        push_row(out, &cells(instrument));
    }
}

impl Ticker {
    fn take(&mut self, event: EventRef<'_>) {
        let next = (event.header.aux != 0).then_some(event.header.aux as i64);
        let said = |e: &Entry| (e.quantity == 1).then_some(e.price);
        match (event.header.kind, event.bids) {
            (kind::MARK, [mark, index, ..]) => {
                self.mark = said(mark).or(self.mark);
                self.index = said(index).or(self.index);
                self.next_funding = next.or(self.next_funding);
            }
            (kind::FUNDING, [rate, ..]) => {
                self.rate = Some(rate.price);
                self.next_funding = next.or(self.next_funding);
            }
            (_, [open, ..]) => self.open_interest = Some(open.quantity),
            _ => {}
        }
    }
}

const fn price_of<'a>(i: &Instrument, mantissa: i64) -> Cell<'a> {
    Cell::Decimal { mantissa, scale: i.price_scale }
}

const fn quantity_of<'a>(i: &Instrument, mantissa: i64) -> Cell<'a> {
    Cell::Decimal { mantissa, scale: i.quantity_scale }
}

const fn micros(ns: i64) -> i64 {
    ns.div_euclid(1000)
}

/// The exchange's name there; one that it does not know keeps ours.
fn exchange(venue: &str) -> &str {
    match venue {
        "binance-usdm" => "binance-futures",
        "binance-coinm" => "binance-delivery",
        other => other,
    }
}

/// "binance-futures_trades_2024-08-08_BTCUSDT.csv".
fn write_file_name(out: &mut String, of: DataType, exchange: &str, symbol: &str, ts_recv: i64) {
    let (year, month, day) = date(ts_recv.div_euclid(DAY_NS));
    out.clear();
    for part in [exchange, "_", of.name, "_"] {
        out.push_str(part);
    }
    push_padded(out, year, 4);
    for part in [month, day] {
        out.push('-');
        push_padded(out, part, 2);
    }
    out.push('_');
    let plain = |c: char| if matches!(c, '/' | ':' | '\\') { '-' } else { c };
    out.extend(symbol.chars().map(plain).map(|c| c.to_ascii_uppercase()));
    out.push_str(".csv");
}

fn push_padded(out: &mut String, value: i64, width: u32) {
    for place in (0..width).rev() {
        let digit = value / 10_i64.pow(place) % 10;
        out.push(char::from(b'0' + digit.unsigned_abs() as u8));
    }
}

/// Year, month and day of a day since 1970-01-01, by the Gregorian calendar. Years are counted from March, so that
/// the leap day is a year's last.
const fn date(days: i64) -> (i64, i64, i64) {
    const PER_ERA: i64 = 146_097;
    let from_march_0000 = days + 719_468;
    let era = from_march_0000.div_euclid(PER_ERA);
    let of_era = from_march_0000.rem_euclid(PER_ERA);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + carry, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        let known = [
            (0, (1970, 1, 1)),
            (-1, (1969, 12, 31)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (19_943, (2024, 8, 8)),
            (47_540, (2100, 2, 28)),
            (47_541, (2100, 3, 1)),
        ];
        for (days, expected) in known {
            assert_eq!(date(days), expected, "day {days}");
        }
    }

    #[test]
    fn files_are_named_as_they_are_published() {
        let mut name = String::new();
        write_file_name(&mut name, TRADES, "binance-futures", "BTCUSDT", 1_723_161_600_000_000_000);
        assert_eq!(name, "binance-futures_trades_2024-08-09_BTCUSDT.csv");
        write_file_name(&mut name, BOOK, "kraken", "xbt/usd", 0);
        assert_eq!(name, "kraken_incremental_book_L2_1970-01-01_XBT-USD.csv");
    }
}
