//! Blocks: decoding one, and its events.

use super::delta;
use super::meta::Codec;
use super::order::VenueOrder;
use super::section::{self, Place};
use tickwright_engine::{CoreError, Entry, EventHeader, EventRef};
use tickwright_schema::flat_tape::tickwright::tape as flat;

/// Most entries of one event: a whole book at its deepest, and far more.
pub const MAX_EVENT_ENTRIES: usize = 1 << 22;
/// A block ends early before it has more entries than this, unless one event alone has.
pub const MAX_BLOCK_ENTRIES: usize = 1 << 18;

/// What the index knows of a block before it is read: [`super::TapeIndex::expect`] makes it.
#[derive(Clone, Copy, Debug)]
pub struct Expect {
    pub index: u64,
    /// Byte of the file, for messages.
    pub offset: u64,
    pub first_event: u64,
    pub previous_hash: u128,
    /// The block's own hash, where a footer tells it.
    pub hash: Option<u128>,
    /// How many instruments and sources there are: events name none beyond.
    pub instruments: usize,
    pub sources: usize,
}

/// A decoded block. Borrows the file's bytes (codec `none`, aligned) or the decoder's memory.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    pub index: u64,
    /// Ordinal of the first event.
    pub first_event: u64,
    pub headers: &'a [EventHeader],
    /// Entries of all events, in order: each event's bids, then its asks.
    pub entries: &'a [Entry],
    /// Ordinals of this block's places, `first_event` and on, in venue order.
    pub venue_order: VenueOrder<'a>,
    /// Rows in speed figures: levels and trades.
    pub rows: u32,
    pub venue_order_clamped: u32,
    /// What the next block must name as its predecessor.
    pub hash: u128,
    starts: &'a [u32],
    place: Located,
}

/// Where a decoded block's events lie, so that the next call finds them without decoding again.
#[derive(Clone, Copy, Debug)]
pub struct Located {
    /// In the block's own bytes, else in the decoder's memory.
    in_place: bool,
    body_at: usize,
    events: usize,
    entries: usize,
}

impl<'a> Block<'a> {
    /// For [`BlockDecoder::located`].
    #[must_use]
    pub const fn place(&self) -> Located {
        self.place
    }

    /// Where the entries of event `i` begin; of the event behind the last, where they end.
    #[must_use]
    pub fn entry_start(&self, i: usize) -> usize {
        self.starts.get(i).map_or(self.entries.len(), |&s| s as usize)
    }

    /// Number of events.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.headers.len()
    }

    /// Never: a block has at least one event.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// Event `i` of this block, in constant time; for all in turn [`Block::events`] is faster.
    ///
    /// # Panics
    /// Where `i` is not below [`Block::len`].
    #[must_use]
    #[inline]
    pub fn event(&self, i: usize) -> EventRef<'a> {
        let header = &self.headers[i];
        let rest = &self.entries[self.starts[i] as usize..];
        let (bids, rest) = rest.split_at(header.bids as usize);
        EventRef { header, bids, asks: &rest[..header.asks as usize] }
    }

    /// All events in order.
    #[must_use]
    pub fn events(&self) -> Events<'a> {
        Events { headers: self.headers.iter(), entries: self.entries }
    }

    /// Events from `i` on.
    ///
    /// # Panics
    /// Where `i` is above [`Block::len`].
    #[must_use]
    pub fn events_from(&self, i: usize) -> Events<'a> {
        let start = self.starts.get(i).map_or(self.entries.len(), |&s| s as usize);
        Events { headers: self.headers[i..].iter(), entries: &self.entries[start..] }
    }
}

/// Events in order, with a running position among the entries.
#[derive(Clone, Debug)]
pub struct Events<'a> {
    headers: std::slice::Iter<'a, EventHeader>,
    entries: &'a [Entry],
}

impl<'a> Iterator for Events<'a> {
    type Item = EventRef<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<EventRef<'a>> {
        let header = self.headers.next()?;
        let (bids, rest) = self.entries.split_at_checked(header.bids as usize)?;
        let (asks, rest) = rest.split_at_checked(header.asks as usize)?;
        self.entries = rest;
        Some(EventRef { header, bids, asks })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.headers.size_hint()
    }
}

/// Decodes one block after another in the same memory.
#[derive(Default)]
pub struct BlockDecoder {
    headers: Vec<EventHeader>,
    entries: Vec<Entry>,
    starts: Vec<u32>,
    delta: delta::Decoder,
    zstd: super::zstd::Decompressor,
    unpacked: Vec<u8>,
}

/// Lengths of a block's parts, within bounds.
#[derive(Clone, Copy)]
struct Lengths {
    events: usize,
    entries: usize,
    body: usize,
    raw: usize,
    order: usize,
}

impl BlockDecoder {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Headers and entries of the block that was decoded last; `bytes` are the same as then.
    #[must_use]
    #[inline]
    pub fn located<'a>(&'a self, at: Located, bytes: &'a [u8]) -> (&'a [EventHeader], &'a [Entry]) {
        if !at.in_place {
            return (&self.headers[..at.events], &self.entries[..at.entries]);
        }
        let middle = at.body_at + at.events * EventHeader::SIZE;
        let end = middle + at.entries * Entry::SIZE;
        (
            bytemuck::cast_slice(&bytes[at.body_at..middle]),
            bytemuck::cast_slice(&bytes[middle..end]),
        )
    }

    /// Checks and decodes the block that `bytes` are, exactly.
    ///
    /// # Errors
    /// `E_TAPE_MAGIC`, `E_TAPE_TRUNCATED`, `E_TAPE_CRC` (damaged bytes); `E_TAPE_ORDER` (another
    /// block than the one expected); `E_TAPE_HEADER`, `E_TAPE_BODY`, `E_TAPE_LIMIT` (whole, but
    /// not written by this format). The place names the block and its byte.
    pub fn decode<'a>(
        &'a mut self,
        bytes: &'a [u8],
        expect: Expect,
    ) -> Result<Block<'a>, CoreError> {
        let place = Place::block(expect.index, expect.offset);
        let checked = section::check(bytes, place)?;
        let header = read_header(checked.header, place)?;
        check_order(&header, checked.hash, expect, place)?;
        let lengths = check_lengths(&header, checked.body.len(), place)?;
        let (body, rest) = checked.body.split_at(lengths.body);
        let body_at = bytes.len() - checked.body.len();
        let order = VenueOrder::new(&rest[..lengths.order], expect.first_event, header.events());
        if !order.is_sound() {
            return Err(place.error("E_TAPE_BODY", "the venue order is no permutation in bounds"));
        }
        let codec = Codec::from_byte(header.codec())
            .ok_or_else(|| place.error("E_TAPE_HEADER", format!("codec {}", header.codec())))?;
        let Self { headers, entries, starts, delta, zstd, unpacked } = self;
        let (headers, entries) = if codec == Codec::None {
            in_place(body, lengths, headers, entries)
        } else {
            let body = if codec == Codec::DeltaZstd {
                zstd.unpack(body, lengths.raw, unpacked)
            } else {
                Ok(body)
            };
            body.and_then(|body| unpack(delta, body, lengths, headers, entries))
        }
        .map_err(|seen| place.error("E_TAPE_BODY", seen))?;
        find_starts(headers, entries.len(), expect, starts)
            .map_err(|seen| place.error("E_TAPE_BODY", seen))?;
        let in_place = codec == Codec::None && headers.as_ptr().cast() == body.as_ptr();
        Ok(Block {
            place: Located { in_place, body_at, events: headers.len(), entries: entries.len() },
            index: expect.index,
            first_event: expect.first_event,
            headers,
            entries,
            venue_order: order,
            rows: header.rows(),
            venue_order_clamped: header.venue_order_clamped(),
            hash: checked.hash,
            starts: &starts[..headers.len()],
        })
    }
}

/// The FlatBuffers header of a block.
pub(super) fn read_header(bytes: &[u8], place: Place) -> Result<flat::BlockHeader<'_>, CoreError> {
    flatbuffers::root::<flat::BlockHeader<'_>>(bytes)
        .map_err(|e| place.error("E_TAPE_HEADER", format!("not a block header: {e}")))
}

fn check_order(
    header: &flat::BlockHeader<'_>,
    hash: u128,
    expect: Expect,
    place: Place,
) -> Result<(), CoreError> {
    let previous = join(header.previous_hash_low(), header.previous_hash_high());
    let (index, first) = (header.index(), header.first_event());
    let message = if index != expect.index {
        format!("block {index} lies here")
    } else if first != expect.first_event {
        format!("begins with event {first}, not {}", expect.first_event)
    } else if previous != expect.previous_hash {
        "does not follow the block before it: one is of another tape".to_owned()
    } else if expect.hash.is_some_and(|h| h != hash) {
        "not the block that the footer names".to_owned()
    } else {
        return Ok(());
    };
    Err(place.error("E_TAPE_ORDER", message).hint("the file is damaged; get it again"))
}

fn check_lengths(
    header: &flat::BlockHeader<'_>,
    available: usize,
    place: Place,
) -> Result<Lengths, CoreError> {
    let lengths = Lengths {
        events: header.events() as usize,
        entries: header.entries() as usize,
        body: header.body_bytes() as usize,
        raw: header.raw_bytes() as usize,
        order: header.venue_order_bytes() as usize,
    };
    let Lengths { events, entries, body, raw, order } = lengths;
    let inside = body.checked_add(order).is_some_and(|sum| sum <= available);
    let bounded = (1..=super::meta::MAX_BLOCK_EVENTS as usize).contains(&events)
        && entries <= MAX_EVENT_ENTRIES.max(MAX_BLOCK_ENTRIES)
        && raw <= delta::max_bytes(events, entries);
    if inside && bounded {
        return Ok(lengths);
    }
    let message = format!(
        "{events} events, {entries} entries, body {body} ({raw}), order {order}, room {available}"
    );
    Err(place.error("E_TAPE_LIMIT", message))
}

type Bodies<'a> = Result<(&'a [EventHeader], &'a [Entry]), &'static str>;

/// Codec `none`: cast where the bytes are aligned, as in a mapped file, else copied.
fn in_place<'a>(
    body: &'a [u8],
    lengths: Lengths,
    headers: &'a mut Vec<EventHeader>,
    entries: &'a mut Vec<Entry>,
) -> Bodies<'a> {
    let split = lengths.events * EventHeader::SIZE;
    if body.len() != split + lengths.entries * Entry::SIZE {
        return Err("the body is not as long as its events and entries");
    }
    let (head, tail) = body.split_at(split);
    if let (Ok(headers), Ok(entries)) =
        (bytemuck::try_cast_slice(head), bytemuck::try_cast_slice(tail))
    {
        return Ok((headers, entries));
    }
    let headers = room(headers, lengths.events);
    let entries = room(entries, lengths.entries);
    bytemuck::cast_slice_mut(headers).copy_from_slice(head);
    bytemuck::cast_slice_mut(entries).copy_from_slice(tail);
    Ok((headers, entries))
}

fn unpack<'a>(
    delta: &mut delta::Decoder,
    body: &[u8],
    lengths: Lengths,
    headers: &'a mut Vec<EventHeader>,
    entries: &'a mut Vec<Entry>,
) -> Bodies<'a> {
    if body.len() != lengths.raw {
        return Err("the body is not as long as its header says");
    }
    // Each event and each entry takes a byte: no memory for more than there can be.
    if lengths.events + lengths.entries > body.len() {
        return Err("more events and entries than bytes");
    }
    let headers = room(headers, lengths.events);
    let entries = room(entries, lengths.entries);
    delta.decode(body, headers, entries)?;
    Ok((headers, entries))
}

/// The first `len` of a scratch vector, which only grows.
fn room<T: Copy + Default>(scratch: &mut Vec<T>, len: usize) -> &mut [T] {
    if scratch.len() < len {
        scratch.resize(len, T::default());
    }
    &mut scratch[..len]
}

/// Where each event's entries begin; checks that they add up and that names are known.
fn find_starts(
    headers: &[EventHeader],
    entries: usize,
    expect: Expect,
    starts: &mut Vec<u32>,
) -> Result<(), &'static str> {
    let starts = room(starts, headers.len());
    let (mut sum, mut instrument, mut source) = (0_u64, 0, 0);
    for (header, start) in headers.iter().zip(starts) {
        *start = sum as u32;
        sum += u64::from(header.bids) + u64::from(header.asks);
        instrument = instrument.max(header.instrument);
        source = source.max(header.source);
    }
    if sum != entries as u64 {
        return Err("the events' lists do not add up to the block's entries");
    }
    if instrument as usize >= expect.instruments || usize::from(source) >= expect.sources {
        return Err("an event of an unknown instrument or source");
    }
    Ok(())
}

pub(super) const fn join(low: u64, high: u64) -> u128 {
    low as u128 | (high as u128) << 64
}

pub(super) const fn split(hash: u128) -> (u64, u64) {
    (hash as u64, (hash >> 64) as u64)
}
