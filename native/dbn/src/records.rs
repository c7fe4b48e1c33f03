//! Records become events.

use crate::instruments::Instruments;
use crate::levels::{self, View};
use crate::orders::{self, Book, trade};
use crate::stream::Stream;
use dbn::record::HasRType;
use dbn::{MboMsg, Mbp1Msg, Mbp10Msg, RecordHeader, RecordRef, TradeMsg, UNDEF_PRICE, rtype};
use tickwright_engine::event::{Entry, EventBuf, EventHeader, event_flag};
use tickwright_engine::{CoreError, Directory, FrameError};

/// Databento's prices are mantissas at this scale.
pub const PRICE_SCALE: u8 = 9;

/// What became of a record that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Data,
    /// It is left out, and counted under this name.
    Ignored(&'static str),
}

/// Where events go, and rules by which something was put right.
pub struct Out<'a> {
    pub events: &'a mut EventBuf,
    pub rules: &'a mut Vec<&'static str>,
    /// Source of the instrument's prints.
    pub trades: u16,
}

/// Takes the rest of the nine decimals away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    unit: i64,
}

impl Scale {
    /// Of an instrument with so many decimals, at most nine.
    #[must_use]
    pub fn new(decimals: u8) -> Self {
        Self { unit: 10_i64.pow(u32::from(PRICE_SCALE.saturating_sub(decimals))) }
    }

    /// A price at the instrument's scale; none where there is none.
    ///
    /// # Errors
    /// `E_SCALE` where it is finer.
    #[inline]
    pub const fn price(self, price: i64) -> Result<Option<i64>, FrameError> {
        if price == UNDEF_PRICE {
            return Ok(None);
        }
        if price % self.unit != 0 {
            return Err(FrameError::new("E_SCALE", 0, "a price at the scale of the first pass"));
        }
        Ok(Some(price / self.unit))
    }
}

/// A record that is not one of the format's.
#[must_use]
pub const fn refused(what: &'static str) -> FrameError {
    FrameError::new("E_RECORD", 0, what)
}

/// Notes that something was put right.
#[cold]
pub fn rule(out: &mut Out<'_>, rule: &'static str) {
    out.rules.push(rule);
}

/// Appends an event of at most one entry.
#[inline]
pub fn push(out: &mut Out<'_>, header: EventHeader, entry: Option<Entry>, bid: bool) {
    let count = u32::from(entry.is_some());
    let (bids, asks) = if bid { (count, 0) } else { (0, count) };
    out.events.entries_mut().extend(entry);
    out.events.commit(EventHeader { bids, asks, ..header });
}

/// State of one instrument.
#[derive(Debug)]
struct PerInstrument {
    scale: Scale,
    /// Sources of book and prints.
    book: u16,
    trades: u16,
    orders: Book,
    view: View,
}

/// Channels of an instrument's sources.
const BOOK: &str = "book";
const TRADE: &str = "trade";

/// Registers the sources of all instruments.
pub fn register_sources(directory: &mut Directory) {
    for instrument in 0..directory.instruments.len() as u32 {
        directory.source(instrument, BOOK);
        directory.source(instrument, TRADE);
    }
}

/// Reads all records of a recording, in their order.
#[derive(Debug)]
pub struct RecordReader {
    pub instruments: Instruments,
    each: Vec<PerInstrument>,
    /// By which something was put right in the last record.
    pub rules: Vec<&'static str>,
}

impl RecordReader {
    /// `instruments` as the first pass left them.
    #[must_use]
    pub fn new(mut instruments: Instruments) -> Self {
        let directory = &mut instruments.directory;
        register_sources(directory);
        let each = (0..directory.instruments.len() as u32).map(|index| PerInstrument {
            scale: Scale::new(directory.instruments[index as usize].price_scale),
            book: directory.source(index, BOOK),
            trades: directory.source(index, TRADE),
            orders: Book::default(),
            view: View::default(),
        });
        let each = each.collect();
        Self { instruments, each, rules: Vec::new() }
    }

    /// Begins a file.
    ///
    /// # Errors
    /// `E_IMPORT_DBN` for mappings that make no sense.
    pub fn begin(&mut self, stream: &Stream) -> Result<(), CoreError> {
        self.instruments.begin(&stream.metadata).map_err(|e| stream.broken(&e.to_string()))
    }

    /// Appends the events of a record.
    ///
    /// # Errors
    /// `E_RECORD` for one that makes no sense; `E_SCALE`, `E_SYMBOL` for what the first pass did not see.
    #[inline]
    pub fn record(
        &mut self,
        record: &RecordRef<'_>,
        events: &mut EventBuf,
    ) -> Result<Taken, FrameError> {
        self.rules.clear();
        match record.header().rtype {
            rtype::MBO => self.order(whole(record)?, events),
            rtype::MBP_1 => {
                let m: &Mbp1Msg = whole(record)?;
                let (fields, levels) = (Fields::of_level_1(m), &m.levels[..]);
                self.levels(&m.hd, fields, levels, events)
            }
            rtype::MBP_10 => {
                let m: &Mbp10Msg = whole(record)?;
                let (fields, levels) = (Fields::of_level_10(m), &m.levels[..]);
                self.levels(&m.hd, fields, levels, events)
            }
            rtype::MBP_0 => self.trade(whole(record)?, events),
            rtype::SYMBOL_MAPPING => {
                let named = self.instruments.mapping(*record);
                named.map_err(|_| refused("a symbol that is text"))?;
                Ok(Taken::Ignored("symbol mapping"))
            }
            other => Ok(Taken::Ignored(name_of(other))),
        }
    }

    #[inline]
    fn order(&mut self, message: &MboMsg, events: &mut EventBuf) -> Result<Taken, FrameError> {
        let (at, base) = self.base(&message.hd, message.ts_recv)?;
        let Self { each, rules, .. } = self;
        let PerInstrument { scale, book, trades, orders, .. } = &mut each[at];
        let price = scale.price(message.price)?;
        let base = EventHeader { source: *book, ..base };
        let out = &mut Out { events, rules, trades: *trades };
        orders.record(&orders::Record { message, price, base }, out)
    }

    fn levels(
        &mut self,
        header: &RecordHeader,
        fields: Fields,
        levels: &[dbn::BidAskPair],
        events: &mut EventBuf,
    ) -> Result<Taken, FrameError> {
        let (at, base) = self.base(header, fields.ts_recv)?;
        let Self { each, rules, .. } = self;
        let PerInstrument { scale, book, trades, view, .. } = &mut each[at];
        let record = levels::Record {
            action: fields.action,
            side: fields.side,
            price: scale.price(fields.price)?,
            size: fields.size,
            flags: fields.flags,
            sequence: fields.sequence,
            levels,
            base: EventHeader { source: *book, ..base },
        };
        view.record(&record, *scale, &mut Out { events, rules, trades: *trades })
    }

    fn trade(&mut self, message: &TradeMsg, events: &mut EventBuf) -> Result<Taken, FrameError> {
        let (at, base) = self.base(&message.hd, message.ts_recv)?;
        let Self { each, rules, .. } = self;
        let PerInstrument { scale, trades, .. } = &each[at];
        let price = scale.price(message.price)?;
        let out = &mut Out { events, rules, trades: *trades };
        Ok(trade(out, base, message.side as u8, price, message.size))
    }

    /// The instrument of a record, and what its events begin with.
    #[inline]
    fn base(
        &mut self,
        header: &RecordHeader,
        ts_recv: u64,
    ) -> Result<(usize, EventHeader), FrameError> {
        let received = received(header, ts_recv)?;
        if received.assumed {
            self.rules.push("no receive time: the venue's is taken");
        }
        let instrument = self.instruments.of(header, received.ns as u64);
        let at = instrument as usize;
        if at >= self.each.len() {
            return Err(FrameError::new("E_SYMBOL", 0, "an instrument of the first pass"));
        }
        let timed = i64::try_from(header.ts_event).is_ok();
        Ok((
            at,
            EventHeader {
                ts_recv: received.ns,
                ts_event: if timed { header.ts_event as i64 } else { 0 },
                flags: if timed { 0 } else { event_flag::NO_EVENT_TIME },
                instrument,
                ..EventHeader::default()
            },
        ))
    }
}

/// Fields that the levels' records share.
#[derive(Clone, Copy)]
struct Fields {
    action: u8,
    side: u8,
    price: i64,
    size: u32,
    flags: dbn::FlagSet,
    sequence: u32,
    ts_recv: u64,
}

impl Fields {
    const fn of_level_1(m: &Mbp1Msg) -> Self {
        let (action, side) = (m.action as u8, m.side as u8);
        let Mbp1Msg { price, size, flags, sequence, ts_recv, .. } = *m;
        Self { action, side, price, size, flags, sequence, ts_recv }
    }

    const fn of_level_10(m: &Mbp10Msg) -> Self {
        let (action, side) = (m.action as u8, m.side as u8);
        let Mbp10Msg { price, size, flags, sequence, ts_recv, .. } = *m;
        Self { action, side, price, size, flags, sequence, ts_recv }
    }
}

/// When a record was received.
#[derive(Clone, Copy)]
pub struct Received {
    pub ns: i64,
    /// It does not say, and the venue's time is taken.
    assumed: bool,
}

/// # Errors
/// `E_RECORD` for a record without any time.
#[inline]
pub fn received(header: &RecordHeader, ts_recv: u64) -> Result<Received, FrameError> {
    if let Ok(ns) = i64::try_from(ts_recv) {
        return Ok(Received { ns, assumed: false });
    }
    let venue = i64::try_from(header.ts_event);
    venue.map(|ns| Received { ns, assumed: true }).map_err(|_| refused("a receive time"))
}

/// The record as what its type says, where it is long enough.
///
/// # Errors
/// `E_RECORD`.
#[inline]
pub fn whole<'a, T: HasRType<Header = RecordHeader>>(
    record: &RecordRef<'a>,
) -> Result<&'a T, FrameError> {
    record.try_get::<T>().map_err(|_| refused("a record as long as its type"))
}

/// Records that are left out, by type.
const fn name_of(kind: u8) -> &'static str {
    match kind {
        rtype::OHLCV_1S
        | rtype::OHLCV_1M
        | rtype::OHLCV_1H
        | rtype::OHLCV_1D
        | rtype::OHLCV_EOD => "bar",
        rtype::STATUS => "status",
        rtype::INSTRUMENT_DEF => "instrument definition",
        rtype::IMBALANCE => "imbalance",
        rtype::ERROR => "error",
        rtype::SYSTEM => "system message",
        rtype::STATISTICS => "statistics",
        rtype::CMBP_1 | rtype::CBBO_1S | rtype::CBBO_1M | rtype::TCBBO => "consolidated quote",
        rtype::BBO_1S | rtype::BBO_1M => "sampled quote",
        _ => "record of an unknown type",
    }
}
