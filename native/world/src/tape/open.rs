//! Opening a tape without doing I/O: says which bytes it needs, takes them, and ends in an index.
//!
//! Head, trailer, footer: three small reads however large the file. Without a sound trailer the
//! tape was never finished, or damaged at its end: then block after block is read from the head on,
//! and what lies behind the last whole one is cut and counted.

use super::block::{BlockDecoder, Expect, join, read_header};
use super::index::{BlockRef, TapeIndex, read_footer};
use super::meta::{TapeMeta, read_directory};
use super::section::{self, Kind, PREFIX, Place, Prefix, TRAILER};
use tickwright_engine::digest::{Digest, MarketNames};
use tickwright_engine::{CoreError, Directory};

/// A range of the file that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    pub offset: u64,
    /// Never beyond the file's end.
    pub bytes: u64,
}

/// Opening in progress.
pub struct TapeOpener {
    file_bytes: u64,
    state: State,
    head: Option<Head>,
    scan: Scan,
    index: Option<TapeIndex>,
}

#[derive(Clone, Debug)]
enum State {
    HeadPrefix,
    Head(u64),
    Trailer,
    Footer(Need),
    /// Scanning: the first bytes of whatever lies at the scan's offset.
    Prefix,
    Section(Kind, u64),
    /// A whole section is damaged: is there a further one behind it?
    AfterDamage(u64, CoreError),
    AfterFooter,
    Done,
}

struct Head {
    meta: TapeMeta,
    hash: u128,
    bytes: u64,
}

/// What a scan has found so far.
#[derive(Default)]
struct Scan {
    offset: u64,
    directory: Directory,
    blocks: Vec<BlockRef>,
    by_kind: Vec<u64>,
    content: Digest,
    decoder: BlockDecoder,
}

impl TapeOpener {
    /// Begins to open a file of that many bytes.
    #[must_use]
    pub fn new(file_bytes: u64) -> Self {
        let (state, scan) = (State::HeadPrefix, Scan::default());
        Self { file_bytes, state, head: None, scan, index: None }
    }

    /// The bytes to [`TapeOpener::give`] next; `None` when the index is ready.
    #[must_use]
    pub fn need(&self) -> Option<Need> {
        let at = |offset: u64, bytes: u64| {
            let left = self.file_bytes.saturating_sub(offset);
            Some(Need { offset, bytes: bytes.min(left) })
        };
        let scan = self.scan.offset;
        match &self.state {
            State::HeadPrefix => at(0, PREFIX as u64),
            State::Head(bytes) => at(0, *bytes),
            State::Trailer => at(self.file_bytes.saturating_sub(TRAILER as u64), TRAILER as u64),
            State::Footer(need) => Some(*need),
            State::Prefix => at(scan, PREFIX as u64),
            State::Section(_, bytes) => at(scan, *bytes),
            State::AfterDamage(bytes, _) => at(scan + bytes, PREFIX as u64),
            State::AfterFooter => at(scan, TRAILER as u64),
            State::Done => None,
        }
    }

    /// Takes the bytes that were needed.
    ///
    /// # Errors
    /// `E_TAPE_MAGIC` (not a tape), `E_TAPE_VERSION`, `E_TAPE_TRUNCATED`, `E_TAPE_CRC`,
    /// `E_TAPE_ORDER`, `E_TAPE_HEADER`, `E_TAPE_BODY`, `E_TAPE_LIMIT`; the place names the byte.
    pub fn give(&mut self, bytes: &[u8]) -> Result<(), CoreError> {
        let wanted = self.need().map_or(0, |n| n.bytes);
        if bytes.len() as u64 != wanted {
            let message = format!("{wanted} bytes wanted, {} came", bytes.len());
            return Err(CoreError::new("E_TAPE_TRUNCATED", message).at("reading the tape"));
        }
        self.state = match std::mem::replace(&mut self.state, State::Done) {
            State::HeadPrefix => self.head_prefix(bytes)?,
            State::Head(_) => self.head(bytes)?,
            State::Trailer => self.trailer(bytes)?,
            State::Footer(need) => self.footer(bytes, need.offset)?,
            State::Prefix => self.prefix(bytes)?,
            State::Section(kind, _) => self.section(bytes, kind)?,
            State::AfterDamage(_, error) => self.after_damage(bytes, error)?,
            State::AfterFooter => self.after_footer(bytes),
            State::Done => State::Done,
        };
        Ok(())
    }

    /// The index, when [`TapeOpener::need`] is `None`.
    ///
    /// # Errors
    /// `E_TAPE_TRUNCATED` where more bytes are needed.
    pub fn finish(self) -> Result<TapeIndex, CoreError> {
        self.index.ok_or_else(|| {
            CoreError::new("E_TAPE_TRUNCATED", "the tape was not read to the end")
                .at("reading the tape")
        })
    }

    fn head_prefix(&self, bytes: &[u8]) -> Result<State, CoreError> {
        let place = Place::head();
        if bytes.len() < PREFIX {
            let message = format!("{} bytes are no tape", bytes.len());
            return Err(place.error("E_TAPE_TRUNCATED", message));
        }
        let Some(prefix) = Prefix::read(bytes).filter(|p| p.kind == Kind::Head) else {
            let message = format!("begins with {:02x?}", &bytes[..8]);
            let hint = "not a tape: make one with `tickwright import`";
            return Err(place.error("E_TAPE_MAGIC", message).hint(hint));
        };
        section::check_version(prefix, place)?;
        if !prefix.fits(self.file_bytes) {
            let Prefix { section_bytes, .. } = prefix;
            let message = format!("a head of {section_bytes} bytes, a file of {}", self.file_bytes);
            return Err(place.error("E_TAPE_TRUNCATED", message));
        }
        Ok(State::Head(prefix.section_bytes))
    }

    fn head(&mut self, bytes: &[u8]) -> Result<State, CoreError> {
        let checked = section::check(bytes, Place::head())?;
        let meta = TapeMeta::read(checked.header)?;
        self.scan.offset = bytes.len() as u64;
        self.scan.directory = meta.directory.clone();
        self.scan.by_kind = vec![0; 256];
        self.head = Some(Head { meta, hash: checked.hash, bytes: bytes.len() as u64 });
        Ok(State::Trailer)
    }

    fn trailer(&self, bytes: &[u8]) -> Result<State, CoreError> {
        let Some(end) = section::read_trailer(bytes) else {
            return Ok(State::Prefix);
        };
        let (offset, bytes) = (end.footer_offset, end.footer_bytes);
        let adjoins = offset.checked_add(bytes).and_then(|e| e.checked_add(TRAILER as u64));
        if end.file_bytes == self.file_bytes && adjoins == Some(self.file_bytes) {
            return Ok(State::Footer(Need { offset, bytes }));
        }
        let message = format!(
            "the tape was written as {} bytes, there are {}",
            end.file_bytes, self.file_bytes
        );
        let code =
            if end.file_bytes > self.file_bytes { "E_TAPE_TRUNCATED" } else { "E_TAPE_ORDER" };
        let hint = "bytes were lost or added within the file; get it again";
        Err(Place::footer(offset).error(code, message).hint(hint))
    }

    fn footer(&mut self, bytes: &[u8], offset: u64) -> Result<State, CoreError> {
        let place = Place::footer(offset);
        let checked = section::check(bytes, place)?;
        let head = self.taken_head()?;
        let (meta, hash) = (head.meta.clone(), head.hash);
        self.index = Some(read_footer(checked.header, meta, hash, head.bytes, place)?);
        Ok(State::Done)
    }

    fn taken_head(&self) -> Result<&Head, CoreError> {
        let missing = || Place::head().error("E_TAPE_TRUNCATED", "the head was not read");
        self.head.as_ref().ok_or_else(missing)
    }

    fn prefix(&mut self, bytes: &[u8]) -> Result<State, CoreError> {
        let left = self.file_bytes - self.scan.offset;
        let prefix = Prefix::read(bytes).filter(|p| p.kind != Kind::Head && p.fits(left));
        match prefix {
            Some(p) => Ok(State::Section(p.kind, p.section_bytes)),
            None => self.cut(),
        }
    }

    fn section(&mut self, bytes: &[u8], kind: Kind) -> Result<State, CoreError> {
        let (index, offset) = (self.scan.blocks.len() as u64, self.scan.offset);
        let place = Place { kind, index, offset };
        match section::check(bytes, place) {
            Err(error) if error.code == "E_TAPE_CRC" => {
                Ok(State::AfterDamage(bytes.len() as u64, error))
            }
            Err(error) => Err(error),
            Ok(_) if kind == Kind::Block => {
                let previous_hash = self.taken_head()?.hash;
                self.scan.block(bytes, place, previous_hash)?;
                Ok(State::Prefix)
            }
            Ok(_) => {
                self.footer(bytes, offset)?;
                self.compare_footer(place)?;
                self.scan.offset += bytes.len() as u64;
                Ok(State::AfterFooter)
            }
        }
    }

    /// Damage with a section behind it is not a torn end, and nothing is cut out of the middle.
    fn after_damage(&mut self, bytes: &[u8], error: CoreError) -> Result<State, CoreError> {
        if Prefix::read(bytes).is_some() { Err(error) } else { self.cut() }
    }

    fn after_footer(&mut self, bytes: &[u8]) -> State {
        let left = self.file_bytes - self.scan.offset;
        let whole = section::read_trailer(bytes).is_some();
        if let Some(index) = &mut self.index {
            let trailer = TRAILER as u64;
            index.torn_bytes = if whole { left - trailer } else { left.max(trailer) };
        }
        State::Done
    }

    fn compare_footer(&self, place: Place) -> Result<(), CoreError> {
        let same = self.index.as_ref().is_some_and(|index| {
            index.blocks == self.scan.blocks && index.content_hash == self.scan.content.value()
        });
        let message = "the footer is of other blocks than lie before it";
        if same { Ok(()) } else { Err(place.error("E_TAPE_ORDER", message)) }
    }

    /// Ends a scan without a footer: the index of what there is.
    fn cut(&mut self) -> Result<State, CoreError> {
        let head = self.taken_head()?;
        let (mut meta, head_hash) = (head.meta.clone(), head.hash);
        let left = self.file_bytes - self.scan.offset;
        let Scan { directory, blocks, by_kind, content, .. } = std::mem::take(&mut self.scan);
        let start_ns = meta.start_ns;
        meta.directory = directory;
        let kinds = by_kind.iter().enumerate().filter(|(_, n)| **n > 0);
        self.index = Some(TapeIndex {
            meta,
            head_hash,
            events: blocks.iter().map(|b| u64::from(b.events)).sum(),
            rows: blocks.iter().map(|b| u64::from(b.rows)).sum(),
            by_kind: kinds.map(|(kind, n)| (kind as u8, *n)).collect(),
            content_hash: content.value(),
            report_json: String::new(),
            torn_bytes: left.max(TRAILER as u64),
            finished: false,
            venue_order_clamped: blocks.iter().map(|b| u64::from(b.venue_order_clamped)).sum(),
            end_ns: blocks.last().map_or(start_ns, |b| b.last_ts_recv),
            blocks,
        });
        Ok(State::Done)
    }
}

impl Scan {
    /// Takes a block whose CRC holds.
    fn block(&mut self, bytes: &[u8], place: Place, head_hash: u128) -> Result<(), CoreError> {
        let checked = section::check(bytes, place)?;
        let header = read_header(checked.header, place)?;
        let (instruments, sources) = (header.new_instruments(), header.new_sources());
        read_directory(&mut self.directory, instruments, sources, place)?;
        let last = self.blocks.last();
        let expect = Expect {
            index: self.blocks.len() as u64,
            offset: self.offset,
            first_event: last.map_or(0, |b| b.first_event + u64::from(b.events)),
            previous_hash: last.map_or(head_hash, |b| b.hash),
            hash: None,
            instruments: self.directory.instruments.len(),
            sources: self.directory.sources.len(),
        };
        let block = self.decoder.decode(bytes, expect)?;
        let names = MarketNames::new(&self.directory);
        for event in block.events() {
            self.by_kind[usize::from(event.header.kind)] += 1;
            names.digest(&mut self.content, event);
        }
        let line = BlockRef {
            offset: self.offset,
            bytes: bytes.len() as u64,
            first_event: expect.first_event,
            events: header.events(),
            entries: header.entries(),
            rows: header.rows(),
            first_ts_recv: header.first_ts_recv(),
            last_ts_recv: header.last_ts_recv(),
            min_ts_event: header.min_ts_event(),
            max_ts_event: header.max_ts_event(),
            venue_order_clamped: header.venue_order_clamped(),
            hash: checked.hash,
        };
        debug_assert_eq!(
            expect.previous_hash,
            join(header.previous_hash_low(), header.previous_hash_high())
        );
        self.blocks.push(line);
        self.offset += bytes.len() as u64;
        Ok(())
    }
}

impl TapeIndex {
    /// Opens a tape that lies in memory as a whole, or is mapped.
    ///
    /// # Errors
    /// As [`TapeOpener::give`].
    pub fn open(file: &[u8]) -> Result<Self, CoreError> {
        let mut opener = TapeOpener::new(file.len() as u64);
        while let Some(Need { offset, bytes }) = opener.need() {
            let start = offset as usize;
            opener.give(&file[start..start + bytes as usize])?;
        }
        opener.finish()
    }

    /// The bytes of block `n` in a tape that lies in memory as a whole.
    ///
    /// # Panics
    /// Where there is no block `n`, or the file is another one.
    #[must_use]
    pub fn block_bytes<'a>(&self, file: &'a [u8], n: usize) -> &'a [u8] {
        let BlockRef { offset, bytes, .. } = self.blocks[n];
        &file[offset as usize..(offset + bytes) as usize]
    }
}
