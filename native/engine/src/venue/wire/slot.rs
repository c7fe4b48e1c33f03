//! One instrument of a feed: scales, sources and all that decides what its next message means.

use super::counters::SyncCounters;
use super::order_sync::{OrderRule, OrderSync};
use super::stream_book::StreamBook;
use super::sync::{BookSync, Rule};
use super::trades::TradeIds;
use crate::error::CoreError;
use crate::event::{EventBuf, EventHeader, event_flag, kind};
use crate::instrument::Directory;
use crate::state::{StateReader, StateWriter};
use crate::venue::{Outcome, Sequence};

/// What a stream of an instrument carries; each is a source of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Channel {
    Depth,
    /// Views of the best levels.
    Partial,
    Trade,
    Quote,
    Mark,
    Funding,
    OpenInterest,
    Liquidation,
    /// Order by order.
    Orders,
    Status,
}

/// Number of channels.
pub(super) const CHANNELS: usize = Channel::Status as usize + 1;

impl Channel {
    /// The last part of a source's name: stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Depth => "depth",
            Self::Partial => "partial",
            Self::Trade => "trade",
            Self::Quote => "quote",
            Self::Mark => "mark",
            Self::Funding => "funding",
            Self::OpenInterest => "openInterest",
            Self::Liquidation => "liquidation",
            Self::Orders => "orders",
            Self::Status => "status",
        }
    }
}

/// Where a book's snapshot comes from, and how its updates are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookKind {
    /// In the stream: [`StreamBook`].
    Stream(Sequence),
    /// Over REST; updates wait for it: [`BookSync`].
    Rest(Rule),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Book {
    Stream(StreamBook),
    Rest(BookSync),
}

/// State of one instrument.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub instrument: u32,
    pub price_scale: u8,
    pub quantity_scale: u8,
    sources: [u16; CHANNELS],
    pub book: Book,
    pub orders: OrderSync,
    pub trades: TradeIds,
    pub counters: SyncCounters,
}

impl Slot {
    pub fn new(
        instrument: u32,
        book: BookKind,
        channels: &[Channel],
        directory: &mut Directory,
    ) -> Self {
        let of = &directory.instruments[instrument as usize];
        let scales = (of.price_scale, of.quantity_scale);
        let mut slot = Self::bare(instrument, book, scales);
        for channel in channels {
            slot.sources[*channel as usize] = directory.source(instrument, channel.name());
        }
        slot
    }

    /// With a book by order, where the venue tells one.
    pub fn with_orders(self, rule: OrderRule) -> Self {
        Self { orders: OrderSync::new(rule), ..self }
    }

    /// Without sources: of a survey.
    pub fn bare(instrument: u32, book: BookKind, scales: (u8, u8)) -> Self {
        let book = match book {
            BookKind::Stream(sequence) => Book::Stream(StreamBook::new(sequence)),
            BookKind::Rest(rule) => Book::Rest(BookSync::new(rule)),
        };
        Self {
            instrument,
            price_scale: scales.0,
            quantity_scale: scales.1,
            sources: [0; CHANNELS],
            book,
            orders: OrderSync::new(OrderRule::None),
            trades: TradeIds::default(),
            counters: SyncCounters::default(),
        }
    }

    /// A header without entries and ids. `ts_event`: none where the venue sends no time.
    pub fn header(
        &self,
        channel: Channel,
        kind: u8,
        ts_event: Option<i64>,
        ts_recv: i64,
    ) -> EventHeader {
        EventHeader {
            ts_recv,
            ts_event: ts_event.unwrap_or(0),
            instrument: self.instrument,
            source: self.sources[channel as usize],
            kind,
            flags: if ts_event.is_none() { event_flag::NO_EVENT_TIME } else { 0 },
            ..EventHeader::default()
        }
    }

    pub fn snapshot(&mut self, header: EventHeader, out: &mut EventBuf) -> Outcome {
        match &mut self.book {
            Book::Stream(book) => book.snapshot(header, &mut self.counters, out),
            Book::Rest(book) => book.snapshot(header, &mut self.counters, out),
        }
    }

    pub fn update(&mut self, header: EventHeader, out: &mut EventBuf) -> Outcome {
        match &mut self.book {
            Book::Stream(book) => book.update(header, &mut self.counters, out),
            Book::Rest(book) => book.depth(header, &mut self.counters, out),
        }
    }

    pub fn wants_snapshot(&self) -> bool {
        match &self.book {
            _ if self.orders.is_in_use() => self.orders.wants_snapshot(),
            Book::Stream(book) => book.wants_snapshot(),
            Book::Rest(book) => book.wants_snapshot(),
        }
    }

    /// Id of the last update or snapshot of a book that comes in its stream.
    pub fn book_at(&self) -> Option<u64> {
        match &self.book {
            Book::Stream(book) => book.at(),
            Book::Rest(_) => None,
        }
    }

    /// Whether a missing update would show by the next one's numbers.
    pub fn is_numbered(&self) -> bool {
        let levels = match &self.book {
            Book::Stream(book) => book.is_numbered(),
            Book::Rest(book) => book.is_numbered(),
        };
        levels && self.orders.is_numbered()
    }

    /// The book is not known any more.
    pub fn lose(&mut self, reason: u8, ts_recv: i64, out: &mut EventBuf) {
        let of = self.header(Channel::Depth, kind::RESET, None, ts_recv);
        match &mut self.book {
            Book::Stream(book) => book.lose(&of, reason, out),
            Book::Rest(book) => book.lose(&of, reason, out),
        }
        let of = self.header(Channel::Orders, kind::RESET, None, ts_recv);
        self.orders.lose(&of, reason, out);
    }

    pub fn save(&self, w: &mut StateWriter) {
        match &self.book {
            Book::Stream(book) => book.save(w),
            Book::Rest(book) => book.save(w),
        }
        self.orders.save(w);
        self.trades.save(w);
        self.counters.save(w);
    }

    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        match &mut self.book {
            Book::Stream(book) => book.restore(r)?,
            Book::Rest(book) => book.restore(r)?,
        }
        self.orders.restore(r)?;
        self.trades = TradeIds::restore(r)?;
        self.counters = SyncCounters::restore(r)?;
        Ok(())
    }
}
