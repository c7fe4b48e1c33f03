//! Opening a tape without doing I/O: says which bytes it wants, takes them, ends in an index.

use super::block::{BlockDecoder, Expect};
use super::index::{BlockRef, FooterParts, TapeIndex, read_footer, write_footer};
use super::meta::TapeMeta;
use super::section::{self, ALIGN, Kind, PREFIX, Place, Prefix, TRAILER};
use tickwright_engine::digest::{Digest, MarketNames};
use tickwright_engine::state::{StateReader, StateWriter};
use tickwright_engine::{CoreError, EventHeader};
use tickwright_schema::event_flag;

enum Stage {
    HeadPrefix,
    Head { bytes: u64 },
    Trailer,
    Footer { offset: u64, bytes: u64 },
    /// No trailer: blocks are sought from the head on, until one is not whole.
    BlockPrefix { offset: u64 },
    Block { offset: u64, bytes: u64 },
    Done,
}

/// Feed it what it wants until it wants nothing more. Where a whole tape is at hand, [`TapeOpener::open`].
pub struct TapeOpener {
    length: u64,
    stage: Stage,
    head_bytes: u64,
    index: Option<TapeIndex>,
    scan: Option<Scan>,
}

/// What a scan over the blocks of a torn tape has found.
struct Scan {
    decoder: BlockDecoder,
    names: MarketNames,
    digest: Digest,
    previous_hash: u128,
    by_kind: [u64; 256],
}

impl TapeOpener {
    /// For a file of so many bytes.
    #[must_use]
    pub fn new(length: u64) -> Self {
        Self { length, stage: Stage::HeadPrefix, head_bytes: 0, index: None, scan: None }
    }

    /// Opens a tape that lies in memory whole.
    ///
    /// # Errors
    /// As [`TapeOpener::supply`].
    pub fn open(file: &[u8]) -> Result<TapeIndex, CoreError> {
        let mut opener = Self::new(file.len() as u64);
        while let Some((offset, bytes)) = opener.wants() {
            opener.supply(&file[offset as usize..][..bytes as usize])?;
        }
        opener.finish()
    }

    /// First byte and number of the bytes that `supply` takes next; `None` when all is known.
    #[must_use]
    pub fn wants(&self) -> Option<(u64, u64)> {
        match self.stage {
            Stage::HeadPrefix => Some((0, self.length.min(PREFIX as u64))),
            Stage::Head { bytes } => Some((0, bytes)),
            Stage::Trailer => Some((self.length - TRAILER as u64, TRAILER as u64)),
            Stage::BlockPrefix { offset } => Some((offset, PREFIX as u64)),
            Stage::Footer { offset, bytes } | Stage::Block { offset, bytes } => {
                Some((offset, bytes))
            }
            Stage::Done => None,
        }
    }

    /// Takes the bytes that were wanted.
    ///
    /// # Errors
    /// `E_TAPE_MAGIC`, `E_TAPE_VERSION`, `E_TAPE_TRUNCATED`, `E_TAPE_CRC`, `E_TAPE_HEADER`,
    /// `E_TAPE_ORDER`, `E_TAPE_LIMIT` with the byte at which it was seen.
    pub fn supply(&mut self, bytes: &[u8]) -> Result<(), CoreError> {
        self.stage = match self.stage {
            Stage::HeadPrefix => self.head_prefix(bytes)?,
            Stage::Head { .. } => self.head(bytes)?,
            Stage::Trailer => self.trailer(bytes),
            Stage::Footer { offset, .. } => self.footer(bytes, offset)?,
            Stage::BlockPrefix { offset } => self.block_prefix(bytes, offset),
            Stage::Block { offset, .. } => self.block(bytes, offset),
            Stage::Done => Stage::Done,
        };
        Ok(())
    }

    /// # Errors
    /// `E_TAPE_TRUNCATED` where not all was supplied that was wanted.
    pub fn finish(self) -> Result<TapeIndex, CoreError> {
        let cut = || Place::head().error("E_TAPE_TRUNCATED", "the tape was not read to its end");
        match (self.stage, self.index) {
            (Stage::Done, Some(index)) => Ok(index),
            _ => Err(cut()),
        }
    }

    fn head_prefix(&self, bytes: &[u8]) -> Result<Stage, CoreError> {
        let place = Place::head();
        let Some(prefix) = Prefix::read(bytes).filter(|p| p.kind == Kind::Head) else {
            let seen = &bytes[..bytes.len().min(8)];
            let message = format!("not a tape: begins with {seen:02x?}");
            let hint = "make one with: tickwright import RECORDING --out TAPE";
            return Err(place.error("E_TAPE_MAGIC", message).hint(hint));
        };
        if !prefix.fits(self.length) {
            let message =
                format!("the head says {} bytes, the file has {}", prefix.section_bytes, self.length);
            return Err(place.error("E_TAPE_TRUNCATED", message));
        }
        Ok(Stage::Head { bytes: prefix.section_bytes })
    }

    fn head(&mut self, bytes: &[u8]) -> Result<Stage, CoreError> {
        let checked = section::check(bytes, Place::head())?;
        let meta = TapeMeta::read(checked.header)?;
        self.head_bytes = bytes.len() as u64;
        self.index = Some(empty(meta, checked.hash));
        let room = self.head_bytes + TRAILER as u64;
        Ok(if self.length >= room { Stage::Trailer } else { self.begin_scan() })
    }

    fn trailer(&mut self, bytes: &[u8]) -> Stage {
        let sound = section::read_trailer(bytes).filter(|end| {
            let footer_end = end.footer_offset.checked_add(end.footer_bytes);
            end.file_bytes == self.length
                && end.footer_offset >= self.head_bytes
                && end.footer_offset.is_multiple_of(ALIGN as u64)
                && footer_end == Some(self.length - TRAILER as u64)
        });
        match sound {
            Some(end) => Stage::Footer { offset: end.footer_offset, bytes: end.footer_bytes },
            None => self.begin_scan(),
        }
    }

    fn footer(&mut self, bytes: &[u8], offset: u64) -> Result<Stage, CoreError> {
        let place = Place::footer(offset);
        let checked = section::check(bytes, place)?;
        if checked.body.iter().any(|&b| b != 0) {
            return Err(place.error("E_TAPE_HEADER", "bytes behind the footer's content"));
        }
        if let Some(index) = self.index.take() {
            let head = index.head_hash;
            let index = read_footer(checked.header, index.meta, head, self.head_bytes, place)?;
            self.index = Some(index);
        }
        Ok(Stage::Done)
    }

    fn begin_scan(&mut self) -> Stage {
        if let Some(index) = &self.index {
            self.scan = Some(Scan {
                decoder: BlockDecoder::new(),
                names: MarketNames::new(&index.meta.directory),
                digest: Digest::new(),
                previous_hash: index.head_hash,
                by_kind: [0; 256],
            });
        }
        self.next_block(self.head_bytes)
    }

    fn next_block(&mut self, offset: u64) -> Stage {
        if self.length - offset >= PREFIX as u64 {
            return Stage::BlockPrefix { offset };
        }
        self.end_scan(offset)
    }

    fn block_prefix(&mut self, bytes: &[u8], offset: u64) -> Stage {
        let available = self.length - offset;
        match Prefix::read(bytes).filter(|p| p.kind == Kind::Block && p.fits(available)) {
            Some(prefix) => Stage::Block { offset, bytes: prefix.section_bytes },
            None => self.end_scan(offset),
        }
    }

    fn block(&mut self, bytes: &[u8], offset: u64) -> Stage {
        let (Some(index), Some(scan)) = (&mut self.index, &mut self.scan) else {
            return Stage::Done;
        };
        if scan.take(index, bytes, offset).is_err() {
            return self.end_scan(offset);
        }
        self.next_block(offset + bytes.len() as u64)
    }

    fn end_scan(&mut self, offset: u64) -> Stage {
        if let (Some(index), Some(scan)) = (&mut self.index, &self.scan) {
            index.torn_bytes = (self.length - offset).max(TRAILER as u64);
            index.content_hash = scan.digest.value();
            let kinds = scan.by_kind.iter().enumerate().filter(|(_, n)| **n > 0);
            index.by_kind = kinds.map(|(kind, &n)| (kind as u8, n)).collect();
            index.end_ns = index.blocks.last().map_or(index.meta.start_ns, |b| b.last_ts_recv);
        }
        Stage::Done
    }
}

impl Scan {
    /// Adds a block to the index, if it is whole and follows.
    fn take(&mut self, index: &mut TapeIndex, bytes: &[u8], offset: u64) -> Result<(), CoreError> {
        let expect = Expect {
            index: index.blocks.len() as u64,
            offset,
            first_event: index.events,
            previous_hash: self.previous_hash,
            hash: None,
            instruments: index.meta.directory.instruments.len(),
            sources: index.meta.directory.sources.len(),
        };
        let block = self.decoder.decode(bytes, expect)?;
        for event in block.events() {
            self.names.digest(&mut self.digest, event);
            self.by_kind[event.header.kind as usize] += 1;
        }
        let before = index.blocks.last().map_or(i64::MIN, |b| b.last_ts_recv);
        let timed =
            || block.headers.iter().filter(|h| h.flags & event_flag::NO_EVENT_TIME == 0);
        let last = block.headers.iter().map(|h: &EventHeader| h.ts_recv).max();
        index.blocks.push(BlockRef {
            offset,
            bytes: bytes.len() as u64,
            first_event: block.first_event,
            events: block.len() as u32,
            entries: block.entries.len() as u32,
            rows: block.rows,
            first_ts_recv: block.headers[0].ts_recv,
            last_ts_recv: before.max(last.unwrap_or(before)),
            min_ts_event: timed().map(|h| h.ts_event).min().unwrap_or(i64::MAX),
            max_ts_event: timed().map(|h| h.ts_event).max().unwrap_or(i64::MIN),
            venue_order_clamped: block.venue_order_clamped,
            hash: block.hash,
        });
        index.events += block.len() as u64;
        index.rows += u64::from(block.rows);
        index.venue_order_clamped += u64::from(block.venue_order_clamped);
        self.previous_hash = block.hash;
        Ok(())
    }
}

fn empty(meta: TapeMeta, head_hash: u128) -> TapeIndex {
    TapeIndex {
        end_ns: meta.start_ns,
        meta,
        head_hash,
        blocks: Vec::new(),
        events: 0,
        rows: 0,
        by_kind: Vec::new(),
        content_hash: 0,
        report_json: String::new(),
        torn_bytes: 0,
        finished: false,
        venue_order_clamped: 0,
    }
}

impl TapeIndex {
    /// The index as bytes, to be handed from one owner to another in one process.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut head = Vec::new();
        self.meta.append(&mut head);
        let footer = write_footer(&FooterParts {
            blocks: &self.blocks,
            events: self.events,
            rows: self.rows,
            by_kind: &self.by_kind,
            content_hash: self.content_hash,
            head_hash: self.head_hash,
            venue_order_clamped: self.venue_order_clamped,
            end_ns: self.end_ns,
            directory: &self.meta.directory,
            report_json: &self.report_json,
        });
        let mut w = StateWriter::new();
        w.bytes(&head);
        w.bytes(&footer);
        w.raw(&self.head_hash.to_le_bytes());
        w.u64(self.torn_bytes);
        w.u8(u8::from(self.finished));
        w.into_bytes()
    }

    /// # Errors
    /// As opening; `E_STATE` where the bytes end early.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        let mut r = StateReader::new(bytes);
        let head = section::check(r.bytes()?, Place::head())?;
        let meta = TapeMeta::read(head.header)?;
        let footer = r.bytes()?;
        let mut hash = [0; 16];
        hash.copy_from_slice(r.raw(16)?);
        let (torn_bytes, finished) = (r.u64()?, r.u8()? != 0);
        let hash = u128::from_le_bytes(hash);
        let mut index = super::index::read_footer_within(footer, meta, hash)?;
        index.torn_bytes = torn_bytes;
        index.finished = finished;
        Ok(index)
    }
}
