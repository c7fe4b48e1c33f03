//! From events to the bytes of a tape, with memory bounded by the venue-order window.

use super::block::{MAX_BLOCK_ENTRIES, MAX_EVENT_ENTRIES, split};
use super::delta::Encoder;
use super::index::{BlockRef, FooterParts, write_footer};
use super::meta::{Codec, TapeMeta};
use super::order::{self, VenueSorter};
use super::section::{self, End, Kind, TRAILER};
use super::varint::{MAX_BYTES, Sink};
use super::zstd;
use flatbuffers::FlatBufferBuilder;
use std::collections::VecDeque;
use tickwright_engine::digest::{Digest, MarketNames};
use tickwright_engine::event::rows;
use tickwright_engine::{CoreError, Directory, Entry, EventHeader, EventRef};
use tickwright_schema::event_flag;
use tickwright_schema::flat_tape::tickwright::tape as flat;

/// Writes events as they come; bytes for the file gather in `output`.
pub struct TapeWriter {
    meta: TapeMeta,
    output: Vec<u8>,
    /// Bytes that were handed out or wait in `output`.
    written: u64,
    head_hash: u128,
    previous_hash: u128,
    names: MarketNames,
    digest: Digest,
    /// Events that are in no block yet: their venue order is not final, or their block is open.
    headers: Vec<EventHeader>,
    entries: Vec<Entry>,
    clamped: Vec<bool>,
    /// Events and entries of blocks that are full but wait for their order.
    full: VecDeque<(usize, usize)>,
    full_events: usize,
    full_entries: usize,
    sorter: VenueSorter,
    /// Ordinals whose place is final, from the first place of the next block on.
    placed: VecDeque<u64>,
    encoder: Encoder,
    body: Vec<u8>,
    delta: Vec<u8>,
    order: Sink,
    blocks: Vec<BlockRef>,
    rows: u64,
    by_kind: [u64; 256],
    last_ts_recv: i64,
}

/// What `finish` says of the tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapeEnd {
    pub events: u64,
    pub rows: u64,
    pub blocks: usize,
    pub bytes: u64,
    pub by_kind: Vec<(u8, u64)>,
    pub content_hash: u128,
    pub venue_order_clamped: u64,
}

impl TapeWriter {
    /// Begins a tape: the head is in `output` at once.
    ///
    /// # Errors
    /// `E_TAPE_LIMIT` for a block size out of bounds, `E_TAPE_HEADER` for a directory that does not
    /// hold together.
    pub fn new(meta: &TapeMeta) -> Result<Self, CoreError> {
        meta.check()?;
        let mut output = Vec::new();
        let head_hash = meta.append(&mut output);
        Ok(Self {
            written: output.len() as u64,
            output,
            head_hash,
            previous_hash: head_hash,
            names: MarketNames::new(&meta.directory),
            meta: meta.clone(),
            digest: Digest::new(),
            headers: Vec::new(),
            entries: Vec::new(),
            clamped: Vec::new(),
            full: VecDeque::new(),
            full_events: 0,
            full_entries: 0,
            sorter: VenueSorter::new(),
            placed: VecDeque::new(),
            encoder: Encoder::default(),
            body: Vec::new(),
            delta: Vec::new(),
            order: Sink::default(),
            blocks: Vec::new(),
            rows: 0,
            by_kind: [0; 256],
            last_ts_recv: i64::MIN,
        })
    }

    /// Bytes for the file, in order; the caller writes and clears them.
    pub fn output(&mut self) -> &mut Vec<u8> {
        &mut self.output
    }

    /// Events taken so far.
    #[must_use]
    pub fn events(&self) -> u64 {
        let in_blocks = self.blocks.last().map_or(0, |b| b.first_event + u64::from(b.events));
        in_blocks + self.headers.len() as u64
    }

    /// Takes the next event.
    ///
    /// # Errors
    /// `E_TAPE_EVENT` for an event of an unknown instrument or source, whose lists are not as long as it
    /// says, or with more entries than a tape can hold.
    pub fn push(&mut self, event: EventRef<'_>) -> Result<(), CoreError> {
        self.check(event)?;
        let header = event.header;
        let entries = event.bids.len() + event.asks.len();
        let open = (self.headers.len() - self.full_events, self.entries.len() - self.full_entries);
        if open.0 > 0 && open.1 + entries > MAX_BLOCK_ENTRIES {
            self.close_block(open);
        }
        self.names.digest(&mut self.digest, event);
        self.rows += u64::from(rows(header));
        self.by_kind[header.kind as usize] += 1;
        self.headers.push(*header);
        self.entries.extend_from_slice(event.bids);
        self.entries.extend_from_slice(event.asks);
        self.clamped.push(self.sorter.push(header, &mut self.placed));
        let open = (self.headers.len() - self.full_events, self.entries.len() - self.full_entries);
        if open.0 >= self.meta.block_events as usize {
            self.close_block(open);
        }
        self.write_ready();
        Ok(())
    }

    fn check(&self, event: EventRef<'_>) -> Result<(), CoreError> {
        let h = event.header;
        let known = (h.instrument as usize) < self.meta.directory.instruments.len()
            && usize::from(h.source) < self.meta.directory.sources.len();
        let entries = event.bids.len() + event.asks.len();
        let counts = (h.bids as usize, h.asks as usize) == (event.bids.len(), event.asks.len());
        if known && counts && entries <= MAX_EVENT_ENTRIES {
            return Ok(());
        }
        let seen = format!(
            "instrument {}, source {}, {} + {} entries with lists of {} and {}",
            h.instrument,
            h.source,
            h.bids,
            h.asks,
            event.bids.len(),
            event.asks.len()
        );
        Err(CoreError::new("E_TAPE_EVENT", seen).at(format!("event {}", self.events())))
    }

    fn close_block(&mut self, (events, entries): (usize, usize)) {
        self.full.push_back((events, entries));
        self.full_events += events;
        self.full_entries += entries;
    }

    /// Writes the blocks whose venue order is final.
    fn write_ready(&mut self) {
        while let Some(&(events, entries)) = self.full.front() {
            if self.placed.len() < events {
                return;
            }
            self.full.pop_front();
            self.full_events -= events;
            self.full_entries -= entries;
            self.write_block(events, entries);
        }
    }

    fn write_block(&mut self, events: usize, entries: usize) {
        let first_event = self.blocks.last().map_or(0, |b| b.first_event + u64::from(b.events));
        self.order.reset((2 * events + 1) * MAX_BYTES);
        order::pack(first_event, self.placed.drain(..events), &mut self.order);
        let raw_bytes = self.encode(events, entries);
        let block = self.describe(first_event, events, entries);
        let header = write_header(&BlockParts {
            block: &block,
            index: self.blocks.len() as u64,
            codec: self.meta.codec,
            body_bytes: self.body.len(),
            raw_bytes,
            order_bytes: self.order.as_slice().len(),
            previous_hash: self.previous_hash,
        });
        let start = self.output.len();
        let parts = [&self.body[..], self.order.as_slice()];
        let hash = section::append(&mut self.output, Kind::Block, &header, &parts);
        let bytes = (self.output.len() - start) as u64;
        self.blocks.push(BlockRef { bytes, hash, ..block });
        self.written += bytes;
        self.previous_hash = hash;
        self.headers.drain(..events);
        self.entries.drain(..entries);
        self.clamped.drain(..events);
    }

    /// Codes the first events into `body`; returns its length before zstd.
    fn encode(&mut self, events: usize, entries: usize) -> usize {
        let (headers, entries) = (&self.headers[..events], &self.entries[..entries]);
        self.body.clear();
        match self.meta.codec {
            Codec::None => {
                self.body.extend_from_slice(bytemuck::cast_slice(headers));
                self.body.extend_from_slice(bytemuck::cast_slice(entries));
                self.body.len()
            }
            Codec::Delta => {
                self.encoder.encode(headers, entries, &mut self.body);
                self.body.len()
            }
            Codec::DeltaZstd => {
                self.delta.clear();
                self.encoder.encode(headers, entries, &mut self.delta);
                zstd::pack(&self.delta, &mut self.body);
                self.delta.len()
            }
        }
    }

    fn describe(&mut self, first_event: u64, events: usize, entries: usize) -> BlockRef {
        let headers = &self.headers[..events];
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for h in headers.iter().filter(|h| h.flags & event_flag::NO_EVENT_TIME == 0) {
            (low, high) = (low.min(h.ts_event), high.max(h.ts_event));
        }
        let last = headers.iter().map(|h| h.ts_recv).max().unwrap_or(i64::MIN);
        self.last_ts_recv = self.last_ts_recv.max(last);
        BlockRef {
            offset: self.written,
            bytes: 0,
            first_event,
            events: events as u32,
            entries: entries as u32,
            rows: headers.iter().map(rows).sum(),
            first_ts_recv: headers[0].ts_recv,
            last_ts_recv: self.last_ts_recv,
            min_ts_event: low,
            max_ts_event: high,
            venue_order_clamped: self.clamped[..events].iter().map(|&c| u32::from(c)).sum(),
            hash: 0,
        }
    }

    /// Ends the tape: the last block, footer and trailer. `directory` is what the whole recording showed:
    /// the same instruments and sources, their steps perhaps known better. `end_ns`: its last moment.
    ///
    /// # Errors
    /// `E_TAPE_HEADER` for a directory with other instruments or sources.
    pub fn finish(
        &mut self,
        report_json: &str,
        directory: &Directory,
        end_ns: i64,
    ) -> Result<TapeEnd, CoreError> {
        self.check_same(directory)?;
        let open = (self.headers.len() - self.full_events, self.entries.len() - self.full_entries);
        if open.0 > 0 {
            self.close_block(open);
        }
        self.sorter.finish(&mut self.placed);
        self.write_ready();
        let kinds = self.by_kind.iter().enumerate().filter(|(_, n)| **n > 0);
        let by_kind: Vec<_> = kinds.map(|(kind, &n)| (kind as u8, n)).collect();
        let venue_order_clamped =
            self.blocks.iter().map(|b| u64::from(b.venue_order_clamped)).sum();
        let (events, content_hash) = (self.events(), self.digest.value());
        let footer = write_footer(&FooterParts {
            blocks: &self.blocks,
            events,
            rows: self.rows,
            by_kind: &by_kind,
            content_hash,
            head_hash: self.head_hash,
            venue_order_clamped,
            end_ns,
            directory,
            report_json,
        });
        let start = self.output.len();
        section::append(&mut self.output, Kind::Footer, &footer, &[]);
        let footer_bytes = (self.output.len() - start) as u64;
        let file_bytes = self.written + footer_bytes + TRAILER as u64;
        let end = End { footer_offset: self.written, footer_bytes, file_bytes };
        section::append_trailer(&mut self.output, end);
        self.written = file_bytes;
        let blocks = self.blocks.len();
        let rows = self.rows;
        Ok(TapeEnd {
            events,
            rows,
            blocks,
            bytes: file_bytes,
            by_kind,
            content_hash,
            venue_order_clamped,
        })
    }

    fn check_same(&self, directory: &Directory) -> Result<(), CoreError> {
        let ours = &self.meta.directory;
        let same = ours.sources == directory.sources
            && ours.instruments.len() == directory.instruments.len()
            && ours.instruments.iter().zip(&directory.instruments).all(|(a, b)| {
                a.name() == b.name()
                    && (a.price_scale, a.quantity_scale) == (b.price_scale, b.quantity_scale)
            });
        if same {
            return Ok(());
        }
        Err(CoreError::new("E_TAPE_HEADER", "the tape ends with other instruments or sources"))
    }
}

struct BlockParts<'a> {
    block: &'a BlockRef,
    index: u64,
    codec: Codec,
    body_bytes: usize,
    raw_bytes: usize,
    order_bytes: usize,
    previous_hash: u128,
}

fn write_header(parts: &BlockParts<'_>) -> Vec<u8> {
    let mut b = FlatBufferBuilder::with_capacity(256);
    let block = parts.block;
    let (previous_hash_low, previous_hash_high) = split(parts.previous_hash);
    let args = flat::BlockHeaderArgs {
        index: parts.index,
        first_event: block.first_event,
        events: block.events,
        entries: block.entries,
        rows: block.rows,
        first_ts_recv: block.first_ts_recv,
        last_ts_recv: block.last_ts_recv,
        min_ts_event: block.min_ts_event,
        max_ts_event: block.max_ts_event,
        codec: parts.codec as u8,
        body_bytes: parts.body_bytes as u32,
        raw_bytes: parts.raw_bytes as u32,
        venue_order_bytes: parts.order_bytes as u32,
        venue_order_clamped: block.venue_order_clamped,
        previous_hash_low,
        previous_hash_high,
    };
    let root = flat::BlockHeader::create(&mut b, &args);
    b.finish_minimal(root);
    b.finished_data().to_vec()
}
