//! What is in a tape and where: read from the footer, or found by scanning a torn tape.

use super::block::{Expect, MAX_EVENT_ENTRIES, join, split};
use super::meta::TapeMeta;
use super::section::{self, Place};
use tickwright_engine::state::{StateReader, StateWriter};
use tickwright_engine::{CoreError, Directory};
use tickwright_schema::flat_tape::tickwright::tape as flat;

/// One block, as the footer lists it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockRef {
    /// First byte in the file, and how many.
    pub offset: u64,
    pub bytes: u64,
    pub first_event: u64,
    pub events: u32,
    pub entries: u32,
    pub rows: u32,
    pub first_ts_recv: i64,
    /// Highest up to the block's end, so that it never falls from block to block.
    pub last_ts_recv: i64,
    /// Over events that have one; minimum above maximum where none has.
    pub min_ts_event: i64,
    pub max_ts_event: i64,
    pub venue_order_clamped: u32,
    /// Of the block's section.
    pub hash: u128,
}

/// All that is known of a tape without reading its blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapeIndex {
    /// With the final directory.
    pub meta: TapeMeta,
    /// Hash of the head: predecessor of block 0.
    pub head_hash: u128,
    pub blocks: Vec<BlockRef>,
    pub events: u64,
    pub rows: u64,
    /// Events of each kind that occurs, by rising kind.
    pub by_kind: Vec<(u8, u64)>,
    /// The market digest over all events.
    pub content_hash: u128,
    /// What the import said, as JSON; empty on a torn tape.
    pub report_json: String,
    /// Bytes at the end that are of no use, and at least a trailer's 64 where that is missing: 0
    /// means a whole tape, and nothing else does.
    pub torn_bytes: u64,
    /// Whether there is a footer. Without one, nobody knows how many events are missing.
    pub finished: bool,
    /// Events whose place in venue order was clamped to the bound.
    pub venue_order_clamped: u64,
    /// The recording's last moment, ns since 1970.
    pub end_ns: i64,
}

impl TapeIndex {
    /// What block `n` must be; hand it to [`super::BlockDecoder::decode`] with the block's bytes.
    ///
    /// # Panics
    /// Where there is no block `n`.
    #[must_use]
    pub fn expect(&self, n: usize) -> Expect {
        let block = &self.blocks[n];
        Expect {
            index: n as u64,
            offset: block.offset,
            first_event: block.first_event,
            previous_hash: if n == 0 { self.head_hash } else { self.blocks[n - 1].hash },
            hash: Some(block.hash),
            instruments: self.meta.directory.instruments.len(),
            sources: self.meta.directory.sources.len(),
        }
    }

    /// The block that holds event `ordinal`; `None` behind the end.
    #[must_use]
    pub fn block_of_event(&self, ordinal: u64) -> Option<usize> {
        let at = self.blocks.partition_point(|b| b.first_event + u64::from(b.events) <= ordinal);
        (at < self.blocks.len()).then_some(at)
    }

    /// The first block that holds an event received at or after `ts_recv`; `None` where none does.
    /// Within the block the caller looks on: it has the headers.
    #[must_use]
    pub fn block_of_time(&self, ts_recv: i64) -> Option<usize> {
        let at = self.blocks.partition_point(|b| b.last_ts_recv < ts_recv);
        (at < self.blocks.len()).then_some(at)
    }

    /// Receive time of the first event and highest of all; `None` of an empty tape.
    #[must_use]
    pub fn ts_recv_range(&self) -> Option<(i64, i64)> {
        Some((self.blocks.first()?.first_ts_recv, self.blocks.last()?.last_ts_recv))
    }

    /// Lowest and highest venue time; `None` where no event has one.
    #[must_use]
    pub fn ts_event_range(&self) -> Option<(i64, i64)> {
        let low = self.blocks.iter().map(|b| b.min_ts_event).min()?;
        let high = self.blocks.iter().map(|b| b.max_ts_event).max()?;
        (low <= high).then_some((low, high))
    }

    /// Checks what a footer says against itself and the file: blocks adjoin from the head to the
    /// footer, ordinals and sums are right.
    pub(super) fn check(&self, head_bytes: u64, footer: Place) -> Result<(), CoreError> {
        let (mut offset, mut event, mut rows) = (head_bytes, 0_u64, 0_u64);
        let mut last_ts_recv = i64::MIN;
        for (n, block) in self.blocks.iter().enumerate() {
            let sound = block.offset == offset
                && block.first_event == event
                && block.events > 0
                && block.entries as usize <= MAX_EVENT_ENTRIES
                && block.last_ts_recv >= last_ts_recv;
            if !sound {
                let message = format!("the footer's line of block {n} does not follow the others");
                return Err(footer.error("E_TAPE_ORDER", message));
            }
            offset = offset.saturating_add(block.bytes);
            event += u64::from(block.events);
            rows += u64::from(block.rows);
            last_ts_recv = block.last_ts_recv;
        }
        let kinds: u64 = self.by_kind.iter().fold(0, |sum, k| sum.saturating_add(k.1));
        if (offset, event, rows, event) != (footer.offset, self.events, self.rows, kinds) {
            let message = "the footer's sums do not agree with its blocks";
            return Err(footer.error("E_TAPE_ORDER", message));
        }
        Ok(())
    }
}

/// What a footer holds, beside what the head has.
pub(super) struct FooterParts<'a> {
    pub blocks: &'a [BlockRef],
    pub events: u64,
    pub rows: u64,
    pub by_kind: &'a [(u8, u64)],
    pub content_hash: u128,
    pub head_hash: u128,
    pub venue_order_clamped: u64,
    pub end_ns: i64,
    pub directory: &'a Directory,
    pub report_json: &'a str,
}

/// The FlatBuffers form of a footer.
pub(super) fn write_footer(parts: &FooterParts<'_>) -> Vec<u8> {
    let mut b = flatbuffers::FlatBufferBuilder::with_capacity(1_024 + parts.blocks.len() * 96);
    let blocks: Vec<_> = parts.blocks.iter().map(write_block_ref).collect();
    let blocks = b.create_vector(&blocks);
    let kinds = parts.by_kind.iter().map(|&(kind, events)| flat::KindCount::new(events, kind));
    let by_kind = b.create_vector(&kinds.collect::<Vec<_>>());
    let instruments = super::meta::write_instruments(&mut b, parts.directory);
    let sources = super::meta::write_sources(&mut b, parts.directory);
    let report_json = b.create_string(parts.report_json);
    let (content_hash_low, content_hash_high) = split(parts.content_hash);
    let (head_hash_low, head_hash_high) = split(parts.head_hash);
    let args = flat::FooterArgs {
        blocks: Some(blocks),
        events: parts.events,
        rows: parts.rows,
        by_kind: Some(by_kind),
        content_hash_low,
        content_hash_high,
        head_hash_low,
        head_hash_high,
        venue_order_clamped: parts.venue_order_clamped,
        end_ns: parts.end_ns,
        instruments: Some(instruments),
        sources: Some(sources),
        report_json: Some(report_json),
    };
    let root = flat::Footer::create(&mut b, &args);
    b.finish_minimal(root);
    b.finished_data().to_vec()
}

fn write_block_ref(block: &BlockRef) -> flat::BlockRef {
    let (hash_low, hash_high) = split(block.hash);
    flat::BlockRef::new(
        block.offset,
        block.bytes,
        block.first_event,
        block.first_ts_recv,
        block.last_ts_recv,
        block.min_ts_event,
        block.max_ts_event,
        hash_low,
        hash_high,
        block.events,
        block.entries,
        block.rows,
        block.venue_order_clamped,
    )
}

fn read_block_ref(raw: &flat::BlockRef) -> BlockRef {
    BlockRef {
        offset: raw.offset(),
        bytes: raw.bytes(),
        first_event: raw.first_event(),
        events: raw.events(),
        entries: raw.entries(),
        rows: raw.rows(),
        first_ts_recv: raw.first_ts_recv(),
        last_ts_recv: raw.last_ts_recv(),
        min_ts_event: raw.min_ts_event(),
        max_ts_event: raw.max_ts_event(),
        venue_order_clamped: raw.venue_order_clamped(),
        hash: join(raw.hash_low(), raw.hash_high()),
    }
}

/// The index of a footer, checked.
pub(super) fn read_footer(
    header: &[u8],
    meta: TapeMeta,
    head_hash: u128,
    head_bytes: u64,
    place: Place,
) -> Result<TapeIndex, CoreError> {
    let index = parse_footer(header, meta, head_hash, place)?;
    index.check(head_bytes, place)?;
    Ok(index)
}

fn parse_footer(
    header: &[u8],
    mut meta: TapeMeta,
    head_hash: u128,
    place: Place,
) -> Result<TapeIndex, CoreError> {
    let raw = flatbuffers::root::<flat::Footer<'_>>(header)
        .map_err(|e| place.error("E_TAPE_HEADER", format!("not a footer: {e}")))?;
    if join(raw.head_hash_low(), raw.head_hash_high()) != head_hash {
        return Err(place.error("E_TAPE_ORDER", "head and footer are of two tapes"));
    }
    let mut directory = Directory::default();
    let (instruments, sources) = (Some(raw.instruments()), Some(raw.sources()));
    super::meta::read_directory(&mut directory, instruments, sources, place)?;
    meta.directory = directory;
    Ok(TapeIndex {
        meta,
        head_hash,
        blocks: raw.blocks().iter().map(read_block_ref).collect(),
        events: raw.events(),
        rows: raw.rows(),
        by_kind: raw.by_kind().iter().map(|k| (k.kind(), k.events())).collect(),
        content_hash: join(raw.content_hash_low(), raw.content_hash_high()),
        report_json: raw.report_json().to_owned(),
        torn_bytes: 0,
        finished: true,
        venue_order_clamped: raw.venue_order_clamped(),
        end_ns: raw.end_ns(),
    })
}

impl TapeIndex {
    /// The index as bytes, to be handed from one owner to another within a process.
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
    /// `E_TAPE_…` and `E_STATE` where the bytes are not what [`TapeIndex::to_bytes`] made.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        let mut r = StateReader::new(bytes);
        let head = section::check(r.bytes()?, Place::head())?;
        let meta = TapeMeta::read(head.header)?;
        let footer = r.bytes()?;
        let mut hash = [0; 16];
        hash.copy_from_slice(r.raw(16)?);
        let mut index = parse_footer(footer, meta, u128::from_le_bytes(hash), Place::footer(0))?;
        index.torn_bytes = r.u64()?;
        index.finished = r.u8()? != 0;
        Ok(index)
    }
}
