//! Replay of a tape: blocks are supplied one after another, the core applies their events.

use crate::tape::{BlockDecoder, Located, TapeIndex};
use tickwright_engine::CoreError;
use tickwright_engine::core::{Batch, Core, CoreConfig, Cursor, Memory};
use tickwright_engine::digest::hex;
use tickwright_engine::schema::code;

/// Where the drive stands. Only a block's place is kept between calls, its bytes are passed to each.
pub struct TapeDrive {
    index: TapeIndex,
    decoder: BlockDecoder,
    /// The block in the window, decoded.
    loaded: Option<Loaded>,
    /// NEED was returned for this block.
    wanted: Option<usize>,
    /// Ordinal of the next event.
    position: u64,
    cursor: Cursor,
    stop_event: u64,
    stop_time: i64,
    checkpoints: Vec<u64>,
    /// Every event is applied, so that they must give the tape's content hash.
    whole: bool,
    ended: bool,
}

#[derive(Clone, Copy)]
struct Loaded {
    block: usize,
    first_event: u64,
    place: Located,
    /// Events up to here are applied, in this block.
    end: usize,
}

impl TapeDrive {
    /// # Errors
    /// `E_CONFIG` where the stop time is no number.
    pub fn new(index: TapeIndex, config: &CoreConfig) -> Result<Self, CoreError> {
        let mut checkpoints = config.checkpoints.clone();
        checkpoints.sort_unstable_by(|a, b| b.cmp(a));
        Ok(Self {
            stop_event: config.stop_at.unwrap_or(u64::MAX).min(index.events),
            stop_time: config.stop_time_ns()?,
            index,
            decoder: BlockDecoder::new(),
            loaded: None,
            wanted: None,
            position: 0,
            cursor: Cursor::default(),
            checkpoints,
            whole: !config.skip_quotes,
            ended: false,
        })
    }

    #[must_use]
    pub fn index(&self) -> &TapeIndex {
        &self.index
    }

    /// Ordinal of the next event.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Goes on at an event: a checkpoint was restored.
    ///
    /// # Errors
    /// `E_STATE` where the tape ends before it.
    pub fn seek(&mut self, position: u64) -> Result<(), CoreError> {
        if position > self.index.events {
            let seen = format!("checkpoint at event {position}, tape of {}", self.index.events);
            return Err(CoreError::new("E_STATE", seen).hint("restore on the tape it was taken on"));
        }
        self.position = position;
        self.loaded = None;
        self.checkpoints.retain(|&c| c > position);
        Ok(())
    }

    /// Applies events until something is handed over, a block is missing or the tape has ended.
    pub fn run(&mut self, core: &mut Core, mem: &mut Memory<'_>) -> u8 {
        self.try_run(core, mem).unwrap_or_else(|error| core.poison(error))
    }

    fn try_run(&mut self, core: &mut Core, mem: &mut Memory<'_>) -> Result<u8, CoreError> {
        if self.ended {
            return Ok(code::IDLE);
        }
        loop {
            if let Some(code) = self.end(core, mem)? {
                return Ok(code);
            }
            let Some(loaded) = self.loaded else {
                if !self.load(mem)? {
                    return Ok(code::NEED);
                }
                continue;
            };
            let (headers, entries) = self.decoder.located(loaded.place, mem.segment);
            let mut cursor = self.cursor;
            let stop = self.next_stop(&loaded, headers.len());
            let code = core.replay(mem, Batch { headers, entries }, &mut cursor, stop);
            self.cursor = cursor;
            self.position = loaded.first_event + cursor.event as u64;
            if code != code::IDLE {
                return Ok(code);
            }
            if cursor.event >= headers.len() {
                self.loaded = None;
            } else if cursor.event >= loaded.end {
                self.stop_event = self.position;
            }
            if self.checkpoints.last().is_some_and(|&c| c <= self.position) {
                self.checkpoints.pop();
                return Ok(code::CHECKPOINT);
            }
        }
    }

    /// Where in the block the core must come back: a checkpoint, the stop or the block's end.
    fn next_stop(&self, loaded: &Loaded, events: usize) -> usize {
        let until = self.checkpoints.last().copied().unwrap_or(u64::MAX).min(self.stop_event);
        let within = usize::try_from(until.saturating_sub(loaded.first_event)).unwrap_or(events);
        within.min(loaded.end).min(events)
    }

    /// At the end: what is due up to the tape's last moment, then END.
    fn end(&mut self, core: &mut Core, mem: &mut Memory<'_>) -> Result<Option<u8>, CoreError> {
        if self.position < self.stop_event {
            return Ok(None);
        }
        if self.position == self.index.events {
            self.check_hash(core)?;
            let code = core.replay_due(mem, self.index.end_ns);
            if code != code::IDLE {
                return Ok(Some(code));
            }
        }
        self.ended = true;
        Ok(Some(code::END))
    }

    /// # Errors
    /// `E_TAPE_HASH`: checksums hold, and yet these are not the events that were written; or the
    /// checkpoint that was gone on from is of another tape.
    fn check_hash(&self, core: &Core) -> Result<(), CoreError> {
        let (seen, stated) = (core.market_digest(), self.index.content_hash);
        if seen == stated || !self.whole {
            return Ok(());
        }
        let message = format!("the events give {}, the tape says {}", hex(seen), hex(stated));
        let error = CoreError::new("E_TAPE_HASH", message).at(format!("event {}", self.position));
        Err(error.hint("import the recording again; restore only on the tape of the checkpoint"))
    }

    /// Decodes the block that lies in the window, or says which one must.
    fn load(&mut self, mem: &mut Memory<'_>) -> Result<bool, CoreError> {
        let Some(block) = self.index.block_of_event(self.position) else {
            let seen = format!("no block holds event {}", self.position);
            return Err(CoreError::new("E_TAPE_ORDER", seen));
        };
        if self.wanted.take() != Some(block) {
            self.wanted = Some(block);
            mem.ctl.need_block = block as f64;
            return Ok(false);
        }
        let expect = self.index.expect(block);
        let decoded = self.decoder.decode(mem.segment, expect)?;
        let skip = (self.position - decoded.first_event) as usize;
        let entry = decoded.entry_start(skip);
        let headers = decoded.headers;
        let end = headers.partition_point(|h| h.ts_recv <= self.stop_time);
        let first_event = decoded.first_event;
        let place = decoded.place();
        self.cursor = Cursor { event: skip, entry };
        self.loaded = Some(Loaded { block, first_event, place, end });
        Ok(true)
    }

    /// The block in the window, for messages.
    #[must_use]
    pub fn block(&self) -> Option<usize> {
        self.loaded.map(|l| l.block)
    }
}
