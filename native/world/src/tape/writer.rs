//! Writing a tape: events in, bytes out, memory bounded by the venue order's window.

use super::block::{MAX_BLOCK_ENTRIES, MAX_EVENT_ENTRIES, split};
use super::index::{BlockRef, FooterParts, write_footer};
use super::meta::{Codec, TapeMeta, check_directory, write_instruments, write_sources};
use super::order::{self, VenueSorter};
use super::section::{self, End, Kind, Place};
use super::varint::{MAX_BYTES, Sink};
use super::{delta, zstd};
use flatbuffers::FlatBufferBuilder;
use std::collections::VecDeque;
use tickwright_engine::digest::{Digest, MarketNames};
use tickwright_engine::event::rows;
use tickwright_engine::{CoreError, Directory, Entry, EventHeader, EventRef};
use tickwright_schema::event_flag;
use tickwright_schema::flat_tape::tickwright::tape as flat;

/// What a finished tape holds, for reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footer {
    pub events: u64,
    pub rows: u64,
    pub blocks: u64,
    /// Events of each kind that occurs, by rising kind.
    pub by_kind: Vec<(u8, u64)>,
    pub content_hash: u128,
    pub venue_order_clamped: u64,
    /// Of the whole file.
    pub file_bytes: u64,
}

/// Writes a tape. Bytes appear in [`TapeWriter::output`] as soon as they are final; a block waits
/// until venue time has moved on by a second, since an event to come may still belong between its
/// own.
pub struct TapeWriter {
    codec: Codec,
    block_events: usize,
    directory: Directory,
    /// How much of the directory is in the head or in a closed block.
    written: (usize, usize),
    names: MarketNames,
    content: Digest,
    open: OpenBlock,
    encoder: delta::Encoder,
    raw: Vec<u8>,
    /// Closed blocks whose venue order is not final yet, and emptied ones to use again.
    waiting: VecDeque<ClosedBlock>,
    spare: Vec<ClosedBlock>,
    sorter: VenueSorter,
    /// Ordinals in venue order, from the first place of `waiting` (or `open`) on.
    order: VecDeque<u64>,
    packed: Sink,
    header: FlatBufferBuilder<'static>,
    /// For a closing block, until its header is written.
    last_ts_recv: i64,
    /// The recording's last moment, where it lies behind the last event.
    end_ns: i64,
    events: u64,
    rows: u64,
    by_kind: [u64; 256],
    clamped: u64,
    blocks: Vec<BlockRef>,
    head_hash: u128,
    last_hash: u128,
    offset: u64,
    out: Vec<u8>,
    finished: bool,
}

/// Events since the last block was closed.
#[derive(Default)]
struct OpenBlock {
    headers: Vec<EventHeader>,
    entries: Vec<Entry>,
    clamped: u32,
}

/// A block with its body, lacking venue order and predecessor.
#[derive(Default)]
struct ClosedBlock {
    line: BlockRef,
    body: Vec<u8>,
    raw_bytes: u32,
    /// Instruments and sources that are new with it.
    new: Directory,
}

impl TapeWriter {
    /// Begins a tape: the head is in the output.
    ///
    /// # Errors
    /// `E_TAPE_LIMIT` for a block size out of range, `E_TAPE_HEADER` for a directory at odds with
    /// itself.
    pub fn new(meta: &TapeMeta) -> Result<Self, CoreError> {
        meta.check()?;
        let mut out = Vec::new();
        let head_hash = meta.append(&mut out);
        Ok(Self {
            codec: meta.codec,
            block_events: meta.block_events as usize,
            directory: meta.directory.clone(),
            written: (meta.directory.instruments.len(), meta.directory.sources.len()),
            names: MarketNames::new(&meta.directory),
            content: Digest::new(),
            open: OpenBlock::default(),
            encoder: delta::Encoder::default(),
            raw: Vec::new(),
            waiting: VecDeque::new(),
            spare: Vec::new(),
            sorter: VenueSorter::new(),
            order: VecDeque::new(),
            packed: Sink::default(),
            header: FlatBufferBuilder::new(),
            last_ts_recv: i64::MIN,
            end_ns: meta.start_ns,
            events: 0,
            rows: 0,
            by_kind: [0; 256],
            clamped: 0,
            blocks: Vec::new(),
            head_hash,
            last_hash: head_hash,
            offset: out.len() as u64,
            out,
            finished: false,
        })
    }

    /// Takes instruments and sources that were registered since; call it before an event names one.
    ///
    /// # Errors
    /// `E_TAPE_SOURCE` where the directory is not a continuation of the one so far.
    pub fn extend(&mut self, directory: &Directory) -> Result<(), CoreError> {
        check_continues(&self.directory, directory)?;
        check_directory(directory, Place::head())?;
        self.directory = directory.clone();
        self.names = MarketNames::new(directory);
        Ok(())
    }

    /// Appends an event; ordinals count from 0.
    ///
    /// # Errors
    /// `E_TAPE_SOURCE` for an instrument or source that the directory does not have, `E_TAPE_LIMIT`
    /// for more entries than an event may have, `E_TAPE_EVENT` for a header that does not say how
    /// many it has. Nothing was taken then.
    pub fn push(&mut self, event: EventRef<'_>) -> Result<(), CoreError> {
        self.check(event)?;
        let count = event.bids.len() + event.asks.len();
        let open = &mut self.open;
        if !open.headers.is_empty() && open.entries.len() + count > MAX_BLOCK_ENTRIES {
            self.close_block();
        }
        self.names.digest(&mut self.content, event);
        self.events += 1;
        self.by_kind[usize::from(event.header.kind)] += 1;
        let open = &mut self.open;
        open.headers.push(*event.header);
        open.entries.extend_from_slice(event.bids);
        open.entries.extend_from_slice(event.asks);
        open.clamped += u32::from(self.sorter.push(event.header, &mut self.order));
        if open.headers.len() == self.block_events {
            self.close_block();
        }
        self.write_ready();
        Ok(())
    }

    /// Events taken so far.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// The recording goes on to this moment, ns since 1970, whether or not an event follows.
    pub fn lasts_until(&mut self, ns: i64) {
        self.end_ns = self.end_ns.max(ns);
    }

    /// Bytes that are ready for the file, in order; the caller writes and clears them.
    pub const fn output(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// Writes the last block, the footer with the directory as it came to be, and the trailer.
    ///
    /// # Errors
    /// `E_TAPE_SOURCE` where the directory is not a continuation of the one so far; `E_TAPE_EVENT`
    /// where the tape is finished already.
    pub fn finish(
        &mut self,
        report_json: &str,
        final_directory: &Directory,
    ) -> Result<Footer, CoreError> {
        if self.finished {
            return Err(CoreError::new("E_TAPE_EVENT", "the tape is finished"));
        }
        self.extend(final_directory)?;
        self.finished = true;
        if !self.open.headers.is_empty() {
            self.close_block();
        }
        self.sorter.finish(&mut self.order);
        self.write_ready();
        let counts = self.by_kind.iter().enumerate().filter(|(_, n)| **n > 0);
        let by_kind: Vec<_> = counts.map(|(kind, n)| (kind as u8, *n)).collect();
        let content_hash = self.content.value();
        let footer = write_footer(&FooterParts {
            blocks: &self.blocks,
            events: self.events,
            rows: self.rows,
            by_kind: &by_kind,
            content_hash,
            head_hash: self.head_hash,
            venue_order_clamped: self.clamped,
            end_ns: self.end_ns.max(self.last_ts_recv),
            directory: &self.directory,
            report_json,
        });
        let before = self.out.len();
        section::append(&mut self.out, Kind::Footer, &footer, &[]);
        let (footer_offset, footer_bytes) = (self.offset, (self.out.len() - before) as u64);
        let file_bytes = footer_offset + footer_bytes + section::TRAILER as u64;
        section::append_trailer(&mut self.out, End { footer_offset, footer_bytes, file_bytes });
        Ok(Footer {
            events: self.events,
            rows: self.rows,
            blocks: self.blocks.len() as u64,
            by_kind,
            content_hash,
            venue_order_clamped: self.clamped,
            file_bytes,
        })
    }

    #[inline]
    fn check(&self, event: EventRef<'_>) -> Result<(), CoreError> {
        let header = event.header;
        let known = (header.instrument as usize) < self.directory.instruments.len()
            && usize::from(header.source) < self.directory.sources.len();
        let counted =
            header.bids as usize == event.bids.len() && header.asks as usize == event.asks.len();
        let count = event.bids.len() + event.asks.len();
        if known && counted && count <= MAX_EVENT_ENTRIES && !self.finished {
            return Ok(());
        }
        Err(self.refusal(header, known, counted, count))
    }

    #[cold]
    fn refusal(&self, header: &EventHeader, known: bool, counted: bool, count: usize) -> CoreError {
        let (code, message) = if self.finished {
            ("E_TAPE_EVENT", "the tape is finished".to_owned())
        } else if !known {
            let EventHeader { instrument, source, .. } = header;
            ("E_TAPE_SOURCE", format!("instrument {instrument}, source {source}: not registered"))
        } else if !counted {
            let EventHeader { bids, asks, .. } = header;
            ("E_TAPE_EVENT", format!("the header says {bids} + {asks} entries, there are {count}"))
        } else {
            ("E_TAPE_LIMIT", format!("{count} entries in one event"))
        };
        CoreError::new(code, message).at(format!("event {}", self.events))
    }

    /// Ends the open block: its body is coded, and it waits for its venue order.
    fn close_block(&mut self) {
        let mut closed = self.spare.pop().unwrap_or_default();
        let first_event = self.events - self.open.headers.len() as u64;
        closed.line = describe(&self.open, first_event, &mut self.last_ts_recv);
        closed.new = self.take_new_names();
        closed.body.clear();
        let OpenBlock { headers, entries, .. } = &self.open;
        if self.codec == Codec::None {
            closed.body.extend_from_slice(bytemuck::cast_slice(headers));
            closed.body.extend_from_slice(bytemuck::cast_slice(entries));
            closed.raw_bytes = closed.body.len() as u32;
        } else if self.codec == Codec::Delta {
            self.encoder.encode(headers, entries, &mut closed.body);
            closed.raw_bytes = closed.body.len() as u32;
        } else {
            self.raw.clear();
            self.encoder.encode(headers, entries, &mut self.raw);
            closed.raw_bytes = self.raw.len() as u32;
            zstd::pack(&self.raw, &mut closed.body);
        }
        self.rows += u64::from(closed.line.rows);
        self.clamped += u64::from(self.open.clamped);
        self.waiting.push_back(closed);
        self.open.headers.clear();
        self.open.entries.clear();
        self.open.clamped = 0;
    }

    fn take_new_names(&mut self) -> Directory {
        let (instruments, sources) = self.written;
        let Directory { instruments: all, sources: from } = &self.directory;
        self.written = (all.len(), from.len());
        if (instruments, sources) == self.written {
            return Directory::default();
        }
        Directory { instruments: all[instruments..].to_vec(), sources: from[sources..].to_vec() }
    }

    /// Writes the blocks whose places all have their ordinal.
    #[inline]
    fn write_ready(&mut self) {
        while self.waiting.front().is_some_and(|b| self.order.len() >= b.line.events as usize) {
            if let Some(block) = self.waiting.pop_front() {
                self.write_block(block);
            }
        }
    }

    fn write_block(&mut self, mut block: ClosedBlock) {
        let line = &mut block.line;
        let events = line.events as usize;
        // A jump and a run for each event at worst, and the first run.
        self.packed.reset((2 * events + 1) * MAX_BYTES);
        order::pack(line.first_event, self.order.drain(..events), &mut self.packed);
        let index = self.blocks.len() as u64;
        let lengths =
            (block.body.len() as u32, block.raw_bytes, self.packed.as_slice().len() as u32);
        let header = &mut self.header;
        write_header(header, index, line, lengths, self.codec, self.last_hash, &block.new);
        let before = self.out.len();
        let body: [&[u8]; 2] = [&block.body, self.packed.as_slice()];
        line.hash = section::append(&mut self.out, Kind::Block, header.finished_data(), &body);
        line.offset = self.offset;
        line.bytes = (self.out.len() - before) as u64;
        self.offset += line.bytes;
        self.last_hash = line.hash;
        self.blocks.push(*line);
        self.spare.push(block);
    }
}

/// A block's line, but for where it lies and its hash.
fn describe(open: &OpenBlock, first_event: u64, last_ts_recv: &mut i64) -> BlockRef {
    let mut line = BlockRef {
        first_event,
        events: open.headers.len() as u32,
        entries: open.entries.len() as u32,
        first_ts_recv: open.headers.first().map_or(0, |h| h.ts_recv),
        min_ts_event: i64::MAX,
        max_ts_event: i64::MIN,
        venue_order_clamped: open.clamped,
        ..BlockRef::default()
    };
    for header in &open.headers {
        line.rows += rows(header);
        *last_ts_recv = header.ts_recv.max(*last_ts_recv);
        if header.flags & event_flag::NO_EVENT_TIME == 0 {
            line.min_ts_event = line.min_ts_event.min(header.ts_event);
            line.max_ts_event = line.max_ts_event.max(header.ts_event);
        }
    }
    line.last_ts_recv = *last_ts_recv;
    line
}

fn write_header(
    b: &mut FlatBufferBuilder<'static>,
    index: u64,
    line: &BlockRef,
    (body_bytes, raw_bytes, venue_order_bytes): (u32, u32, u32),
    codec: Codec,
    previous: u128,
    new: &Directory,
) {
    b.reset();
    let new_instruments = (!new.instruments.is_empty()).then(|| write_instruments(b, new));
    let new_sources = (!new.sources.is_empty()).then(|| write_sources(b, new));
    let (previous_hash_low, previous_hash_high) = split(previous);
    let args = flat::BlockHeaderArgs {
        index,
        first_event: line.first_event,
        events: line.events,
        entries: line.entries,
        rows: line.rows,
        first_ts_recv: line.first_ts_recv,
        last_ts_recv: line.last_ts_recv,
        min_ts_event: line.min_ts_event,
        max_ts_event: line.max_ts_event,
        codec: codec as u8,
        body_bytes,
        raw_bytes,
        venue_order_bytes,
        venue_order_clamped: line.venue_order_clamped,
        previous_hash_low,
        previous_hash_high,
        new_instruments,
        new_sources,
    };
    let root = flat::BlockHeader::create(b, &args);
    b.finish_minimal(root);
}

/// Whether `next` has all that `known` has, in the same places; versions may differ.
fn check_continues(known: &Directory, next: &Directory) -> Result<(), CoreError> {
    let same = |a: &tickwright_engine::Instrument, b: &tickwright_engine::Instrument| {
        (&a.venue, &a.symbol, a.price_scale, a.quantity_scale)
            == (&b.venue, &b.symbol, b.price_scale, b.quantity_scale)
    };
    let instruments = known.instruments.len() <= next.instruments.len()
        && known.instruments.iter().zip(&next.instruments).all(|(a, b)| same(a, b));
    if instruments && next.sources.starts_with(&known.sources) {
        return Ok(());
    }
    let message = "the directory does not continue the one that the tape began with";
    Err(CoreError::new("E_TAPE_SOURCE", message).at("directory"))
}
