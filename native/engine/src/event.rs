//! Events as they lie in memory, on a tape and in front of a strategy.

pub use tickwright_schema::{Entry, EventHeader, event_flag, kind};

/// Whether an event is about one order.
#[must_use]
#[inline]
pub const fn is_order(event_kind: u8) -> bool {
    matches!(
        event_kind,
        kind::ORDER_ADD | kind::ORDER_MODIFY | kind::ORDER_CANCEL | kind::ORDER_EXECUTE
    )
}

/// One event, borrowed: header and its levels. For trades and quotes the entries hold the one
/// trade or the two best levels.
#[derive(Clone, Copy, Debug)]
pub struct EventRef<'a> {
    pub header: &'a EventHeader,
    pub bids: &'a [Entry],
    pub asks: &'a [Entry],
}

impl EventRef<'_> {
    /// Rows in speed figures: levels, trades and order events count, best quotes and the rest do not.
    #[must_use]
    pub fn rows(&self) -> u32 {
        rows(self.header)
    }
}

/// Rows of an event: see [`EventRef::rows`].
#[must_use]
pub const fn rows(header: &EventHeader) -> u32 {
    match header.kind {
        kind::DEPTH | kind::SNAPSHOT | kind::TRADE => header.bids + header.asks,
        of if is_order(of) => 1,
        _ => 0,
    }
}

/// Events of one frame, appended without allocation once warm. Entries of an event are written
/// first (bids, then asks), then `commit` takes its header; `rollback` drops a refused frame's.
#[derive(Clone, Debug, Default)]
pub struct EventBuf {
    headers: Vec<EventHeader>,
    entries: Vec<Entry>,
    starts: Vec<u32>,
    open: usize,
}

impl EventBuf {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.headers.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    pub fn clear(&mut self) {
        self.headers.clear();
        self.entries.clear();
        self.starts.clear();
        self.open = 0;
    }

    /// Where the parser of an event appends its entries before `commit`.
    #[inline]
    pub fn entries_mut(&mut self) -> &mut Vec<Entry> {
        &mut self.entries
    }

    /// Entries appended since the last commit.
    #[must_use]
    pub fn open_entries(&self) -> usize {
        self.entries.len() - self.open
    }

    /// Ends an event: its `bids + asks` must be what was appended since the last commit.
    #[inline]
    pub fn commit(&mut self, header: EventHeader) {
        debug_assert_eq!(self.open_entries(), (header.bids + header.asks) as usize);
        self.starts.push(self.open as u32);
        self.headers.push(header);
        self.open = self.entries.len();
    }

    /// Drops entries appended since the last commit.
    pub fn rollback(&mut self) {
        self.entries.truncate(self.open);
    }

    /// Drops events from `len` on, and open entries: a frame is taken whole or not at all.
    pub fn truncate(&mut self, len: usize) {
        if let Some(&start) = self.starts.get(len) {
            self.entries.truncate(start as usize);
            self.starts.truncate(len);
            self.headers.truncate(len);
        } else {
            self.rollback();
        }
        self.open = self.entries.len();
    }

    /// Appends an event that is ready elsewhere.
    pub fn push(&mut self, header: EventHeader, bids: &[Entry], asks: &[Entry]) {
        self.entries.extend_from_slice(bids);
        self.entries.extend_from_slice(asks);
        self.commit(EventHeader { bids: bids.len() as u32, asks: asks.len() as u32, ..header });
    }

    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> EventRef<'_> {
        let header = &self.headers[index];
        let start = self.starts[index] as usize;
        let middle = start + header.bids as usize;
        let end = middle + header.asks as usize;
        EventRef { header, bids: &self.entries[start..middle], asks: &self.entries[middle..end] }
    }

    pub fn header_mut(&mut self, index: usize) -> &mut EventHeader {
        &mut self.headers[index]
    }

    /// All headers in order.
    #[must_use]
    pub fn headers(&self) -> &[EventHeader] {
        &self.headers
    }

    /// All entries in the order of the headers.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn iter(&self) -> impl Iterator<Item = EventRef<'_>> {
        (0..self.len()).map(|i| self.get(i))
    }
}
