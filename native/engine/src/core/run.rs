//! The loop: due times, events, hand-overs, one input at a time.

use super::config::{ConnectionKind, CoreConfig};
use super::features::Rows;
use super::handover::{Handover, NO_INSTRUMENT, Queue};
use super::input::InputRef;
use super::market::Market;
use super::memory::Memory;
use super::outputs::Outputs;
use super::stages::Stages;
use super::timers::{DueKind, Timers};
use super::triggers::Triggers;
use crate::error::{CoreError, FrameError};
use crate::event::{Entry, EventBuf, EventHeader, EventRef, rows};
use crate::instrument::Directory;
use crate::schema::{code, entry_type, kind};
use crate::venue::{Feed, Venue};

/// Events between two state hashes.
pub const HASH_EVERY: u64 = 65_536;

/// What a connection leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub feed: u32,
    pub kind: ConnectionKind,
    pub instrument: u32,
}

/// What the core must know of a strategy.
#[derive(Clone, Debug)]
pub(super) struct StrategySlot {
    pub name: String,
    pub timers: u32,
}

/// Where the core stands within one input or one `advance`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    /// Firing what is due before the input (live) and then reading it.
    Open,
    /// Handing over the events of the input.
    Events,
    /// Firing what is due at or before a moment.
    Fire {
        until: i64,
    },
}

/// Events to apply: a frame's, or a tape block's. Entries lie in the order of the headers.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    pub headers: &'a [EventHeader],
    pub entries: &'a [Entry],
}

/// Place in a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub event: usize,
    pub entry: usize,
}

/// What goes with a hand-over besides state.
#[derive(Clone, Copy, Default)]
pub(super) struct InHand<'a> {
    pub event: Option<EventRef<'a>>,
}

/// The deterministic core. Its fields are the state that a checkpoint holds, and caches of it.
pub struct Core {
    pub(super) config: CoreConfig,
    pub(super) directory: Directory,
    pub(super) epoch: i64,
    pub(super) view_levels: usize,
    pub(super) links: Vec<Link>,
    pub(super) feeds: Vec<Feed>,
    pub(super) strategies: Vec<StrategySlot>,
    pub(super) markets: Vec<Market>,
    pub(super) features: Rows,
    pub(super) triggers: Triggers,
    pub(super) timers: Timers,
    pub(super) stages: Stages,
    pub(super) queue: Queue,
    pub(super) dirty: Vec<u32>,
    pub(super) outputs: Outputs,
    /// Engine time, absolute nanoseconds; never goes back.
    pub(super) time: i64,
    /// Largest stamp that was applied or advanced to.
    pub(super) last_stamp: i64,
    pub(super) next_seq: u64,
    pub(super) cause_seq: u64,
    pub(super) events: u64,
    pub(super) rows: u64,
    pub(super) handovers: u64,
    pub(super) frames: u64,
    pub(super) refused_frames: u64,
    pub(super) ignored_frames: u64,
    pub(super) last_refusal: Option<(u64, FrameError)>,
    pub(super) last_hash: (u64, u128),
    pub(super) hash_due: u64,
    pub(super) scratch: Vec<u8>,
    pub(super) top: Vec<Entry>,
    /// Events of the input in hand. Boxed, for it is taken out during a run: moving its fields word by
    /// word and reading them back in wider loads stalls the pipeline.
    buf: Option<Box<EventBuf>>,
    cursor: Cursor,
    phase: Phase,
    /// Where the event lies that the queued hand-overs speak of.
    shown: Option<Cursor>,
    input: (u8, u16, u64, i64),
    payload: (usize, usize),
    stepped: bool,
    poisoned: Option<CoreError>,
}

impl Core {
    /// A core for `directory`. Live: the configuration's instruments; replay: the tape's.
    ///
    /// # Errors
    /// `E_CONFIG` with the place of what is wrong.
    pub fn new(config: CoreConfig, mut directory: Directory) -> Result<Self, CoreError> {
        let epoch = config.epoch_ns()?;
        let (feeds, links) = connect(&config, &mut directory)?;
        let markets: Result<Vec<_>, _> = directory.instruments.iter().map(Market::new).collect();
        let features = Rows::new(&config, &directory, epoch)?;
        let triggers = Triggers::new(&config, &directory, &features.names(), epoch)?;
        let slot = |s: &super::StrategyConfig| StrategySlot {
            name: s.name.clone(),
            timers: s.timers.len() as u32,
        };
        let mut timers = Timers::default();
        triggers.start(&mut timers);
        Ok(Self {
            epoch,
            view_levels: config.view_levels as usize,
            links,
            feeds,
            strategies: config.strategies.iter().map(slot).collect(),
            dirty: (0..directory.instruments.len() as u32).collect(),
            markets: markets?,
            features,
            triggers,
            timers,
            stages: Stages::new(&directory),
            queue: Queue::default(),
            outputs: if config.keep_outputs { Outputs::Kept(Vec::new()) } else { Outputs::Dropped },
            time: epoch,
            last_stamp: i64::MIN,
            next_seq: 1,
            cause_seq: 0,
            events: 0,
            rows: 0,
            handovers: 0,
            frames: 0,
            refused_frames: 0,
            ignored_frames: 0,
            last_refusal: None,
            last_hash: (0, 0),
            hash_due: HASH_EVERY,
            scratch: Vec::new(),
            top: Vec::new(),
            buf: None,
            cursor: Cursor::default(),
            phase: Phase::Idle,
            shown: None,
            input: (0, 0, 0, 0),
            payload: (0, 0),
            stepped: false,
            poisoned: None,
            config,
            directory,
        })
    }

    /// From now on inputs are appended to a journal before they act, and outputs behind them.
    pub fn set_journal(&mut self, next_seq: u64) {
        self.next_seq = next_seq;
        self.outputs = Outputs::Journal;
    }

    /// Outputs are kept for comparison.
    pub fn keep_outputs(&mut self) {
        self.outputs = Outputs::Kept(Vec::new());
    }

    #[must_use]
    pub fn outputs_mut(&mut self) -> &mut Outputs {
        &mut self.outputs
    }

    /// Live: one input whose payload lies in the journal window. Journaled, then applied.
    pub fn feed(&mut self, mem: &mut Memory<'_>) -> u8 {
        self.guarded(mem, |core, mem| {
            let stamp = core.epoch.saturating_add(mem.ctl.stamp as i64);
            let (kind, source) = (mem.ctl.in_type as u8, mem.ctl.in_source as u16);
            let (at, length) = (mem.ctl.in_offset as usize, mem.ctl.in_length as usize);
            core.check_stamp(stamp)?;
            if mem.journal.len() < at.saturating_add(length) {
                let seen = format!("{length} bytes at {at} of {}", mem.journal.len());
                return Err(CoreError::new("E_INPUT", seen));
            }
            let seq = match &mut mem.writer {
                // What acts is what was recorded, so it must lie where the journal takes it from.
                Some(w) if w.payload_at() != at => {
                    let seen =
                        format!("payload at {at}, the journal takes it at {}", w.payload_at());
                    return Err(CoreError::new("E_INPUT", seen));
                }
                Some(w) => w.commit_input(mem.journal, kind, source, stamp, length)?,
                None => core.next_seq,
            };
            core.begin(kind, source, seq, stamp, (at, length));
            core.run(mem)
        })
    }

    /// Recorded replay: one input out of a journal, as it was sequenced and stamped then.
    ///
    /// `at` and `length` locate its payload in `mem.segment`.
    pub fn feed_recorded(&mut self, mem: &mut Memory<'_>, input: &InputRef<'_>, at: usize) -> u8 {
        let (kind, source, seq, stamp) = (input.entry_type, input.source, input.seq, input.stamp);
        let length = input.payload.len();
        self.guarded(mem, |core, mem| {
            core.check_stamp(stamp)?;
            core.begin(kind, source, seq, stamp, (at, length));
            core.run(mem)
        })
    }

    /// Live: fires all that is due at or before `now`; journaled only where something is.
    pub fn advance(&mut self, mem: &mut Memory<'_>) -> u8 {
        self.guarded(mem, |core, mem| {
            let now = core.epoch.saturating_add(mem.ctl.stamp as i64);
            core.check_stamp(now)?;
            if core.timers.next_at() > now {
                core.last_stamp = now;
                return Ok(code::IDLE);
            }
            let seq = match &mut mem.writer {
                Some(w) => w.commit_input(mem.journal, entry_type::ADVANCE, 0, now, 0)?,
                None => core.next_seq,
            };
            core.begin(entry_type::ADVANCE, 0, seq, now, (0, 0));
            core.run(mem)
        })
    }

    /// Carries out the commands of the step and goes on inside the same input.
    pub fn resume(&mut self, mem: &mut Memory<'_>) -> u8 {
        self.guarded(mem, |core, mem| {
            core.take_commands(mem)?;
            core.run(mem)
        })
    }

    /// Replay: as `resume`, but the world goes on with the batch afterwards.
    pub fn resume_commands(&mut self, mem: &mut Memory<'_>) -> u8 {
        self.guarded(mem, |core, mem| core.take_commands(mem).map(|()| code::IDLE))
    }

    /// The configuration, first input of a session, stamped with its epoch: its seq counts.
    pub fn skip_input(&mut self, seq: u64) {
        self.next_seq = seq + 1;
        self.cause_seq = seq;
        self.last_stamp = self.epoch;
    }

    fn begin(&mut self, kind: u8, source: u16, seq: u64, stamp: i64, payload: (usize, usize)) {
        self.input = (kind, source, seq, stamp);
        self.payload = payload;
        self.next_seq = seq + 1;
        self.cause_seq = seq;
        self.last_stamp = stamp;
        self.stepped = false;
        self.phase = Phase::Open;
    }

    /// Live stamps rise strictly, and never lie at or before what `advance` has reached.
    fn check_stamp(&self, stamp: i64) -> Result<(), CoreError> {
        if self.phase != Phase::Idle || !self.queue.is_empty() {
            return Err(CoreError::new("E_NOT_IDLE", "an input is still in hand; call resume()"));
        }
        if stamp > self.last_stamp {
            return Ok(());
        }
        let seen = format!("stamp {stamp} does not lie after {}", self.last_stamp);
        Err(CoreError::new("E_STAMP_ORDER", seen)
            .at(format!("seq {}", self.next_seq))
            .hint("the driver must stamp max(clock, last + 1 ns)"))
    }

    /// The `seq` that the next input gets.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Names of a row's values.
    #[must_use]
    pub fn feature_names(&self) -> Vec<String> {
        self.features.names()
    }

    /// Identity of the feature set, where the session has one.
    #[must_use]
    pub fn feature_set_hash(&self) -> Option<String> {
        self.features.hash()
    }

    #[must_use]
    pub fn view_levels(&self) -> usize {
        self.view_levels
    }

    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Runs a call; a broken contract poisons the core, which from then on answers FAULT alone.
    fn guarded(
        &mut self,
        mem: &mut Memory<'_>,
        call: impl FnOnce(&mut Self, &mut Memory<'_>) -> Result<u8, CoreError>,
    ) -> u8 {
        let code = if self.poisoned.is_some() {
            code::FAULT
        } else {
            call(self, mem).unwrap_or_else(|error| self.poison(error))
        };
        self.publish(mem, code);
        code
    }

    /// Marks the core as broken: no further call is served.
    pub fn poison(&mut self, error: CoreError) -> u8 {
        self.poisoned.get_or_insert(error);
        code::FAULT
    }

    #[must_use]
    pub fn fault(&self) -> Option<&CoreError> {
        self.poisoned.as_ref()
    }

    /// Counters that the driver reads after each call.
    fn publish(&self, mem: &mut Memory<'_>, code: u8) {
        let next_due = self.timers.next_at();
        let ctl = &mut *mem.ctl;
        ctl.code = f64::from(code);
        if code >= code::SEND {
            // Counts for the driver, which has the word now; no stores for them at each frame.
            ctl.events = self.events as f64;
            ctl.rows = self.rows as f64;
            ctl.triggers = self.handovers as f64;
            ctl.frames = self.frames as f64;
            ctl.refused_frames = self.refused_frames as f64;
            ctl.ignored_frames = self.ignored_frames as f64;
        }
        ctl.poisoned = f64::from(u8::from(self.poisoned.is_some()));
        ctl.next_due = if next_due == i64::MAX {
            f64::INFINITY
        } else {
            next_due.saturating_sub(self.epoch) as f64
        };
        self.publish_window(mem);
    }

    /// Where the next input's payload must lie, and how long it may be.
    pub fn publish_window(&self, mem: &mut Memory<'_>) {
        let (at, free) = match &mem.writer {
            Some(writer) => (writer.payload_at(), writer.free(mem.journal.len())),
            None => (0, mem.journal.len()),
        };
        mem.ctl.in_offset = at as f64;
        mem.ctl.in_free = free as f64;
    }

    pub(super) fn relative(&self, time: i64) -> f64 {
        time.saturating_sub(self.epoch) as f64
    }

    fn run(&mut self, mem: &mut Memory<'_>) -> Result<u8, CoreError> {
        let mut buf = self.buf.take().unwrap_or_default();
        let done = self.run_with(mem, &mut buf);
        self.buf = Some(buf);
        done
    }

    fn run_with(&mut self, mem: &mut Memory<'_>, buf: &mut EventBuf) -> Result<u8, CoreError> {
        loop {
            let batch = Batch { headers: buf.headers(), entries: buf.entries() };
            if let Some(code) = self.pop_handover(mem, batch) {
                return Ok(code);
            }
            match self.phase {
                Phase::Idle => return Ok(code::IDLE),
                Phase::Open => {
                    let (_, _, _, stamp) = self.input;
                    if self.fire_next(stamp.saturating_sub(1)) {
                        continue;
                    }
                    self.read_input(mem, buf)?;
                }
                Phase::Events => {
                    let batch = Batch { headers: buf.headers(), entries: buf.entries() };
                    let mut cursor = self.cursor;
                    self.apply_until_handover(batch, &mut cursor, batch.headers.len());
                    self.cursor = cursor;
                    if self.queue.is_empty() {
                        self.end_input(mem)?;
                    }
                }
                Phase::Fire { until } => {
                    if !self.fire_next(until) {
                        self.end_input(mem)?;
                    }
                }
            }
        }
    }

    /// Reads the input in hand; its stamp is engine time from here on.
    fn read_input(&mut self, mem: &Memory<'_>, buf: &mut EventBuf) -> Result<(), CoreError> {
        let (entry_type, source, seq, stamp) = self.input;
        let (at, length) = self.payload;
        let window = if mem.segment.is_empty() { &*mem.journal } else { mem.segment };
        let payload = &window[at..at + length];
        if entry_type == entry_type::ADVANCE {
            self.phase = Phase::Fire { until: stamp };
            return Ok(());
        }
        self.time = self.time.max(stamp);
        buf.clear();
        self.cursor = Cursor::default();
        self.shown = None;
        self.phase = Phase::Events;
        self.open_input(&InputRef { entry_type, source, seq, stamp, payload }, buf)
    }

    fn end_input(&mut self, mem: &mut Memory<'_>) -> Result<(), CoreError> {
        self.phase = Phase::Idle;
        if self.stepped {
            self.output(mem, entry_type::STEP_END, 0, &[])?;
        }
        if self.events >= self.hash_due {
            self.hash_state(mem)?;
        }
        Ok(())
    }

    /// Replay: applies events of a block up to `end`, firing what falls due on the way, until there is
    /// something to hand over. IDLE: the batch is done.
    pub fn replay(
        &mut self,
        mem: &mut Memory<'_>,
        batch: Batch<'_>,
        cursor: &mut Cursor,
        end: usize,
    ) -> u8 {
        self.guarded(mem, |core, mem| {
            loop {
                core.cause_seq = core.events.saturating_sub(1);
                if let Some(code) = core.pop_handover(mem, batch) {
                    return Ok(code);
                }
                // At most to the next state hash: where it is taken must not depend on the batch.
                let to_hash = usize::try_from(core.hash_due - core.events).unwrap_or(usize::MAX);
                let stop = end.min(cursor.event.saturating_add(to_hash));
                core.apply_until_handover(batch, cursor, stop);
                if !core.queue.is_empty() {
                    continue;
                }
                if core.events >= core.hash_due {
                    core.hash_state(mem)?;
                }
                if cursor.event >= end {
                    return Ok(code::IDLE);
                }
            }
        })
    }

    /// Replay: fires all that is due at or before `until` (a tape's end).
    pub fn replay_due(&mut self, mem: &mut Memory<'_>, until: i64) -> u8 {
        self.guarded(mem, |core, mem| {
            let none = Batch { headers: &[], entries: &[] };
            core.cause_seq = core.events.saturating_sub(1);
            loop {
                if let Some(code) = core.pop_handover(mem, none) {
                    return Ok(code);
                }
                if !core.fire_next(until) {
                    return Ok(code::IDLE);
                }
            }
        })
    }

    /// The one road of events into state, live and in replay.
    #[inline]
    fn apply_until_handover(&mut self, batch: Batch<'_>, cursor: &mut Cursor, end: usize) {
        while cursor.event < end {
            let header = &batch.headers[cursor.event];
            if self.timers.next_at() < header.ts_recv && self.fire_next(header.ts_recv - 1) {
                return;
            }
            let middle = cursor.entry + header.bids as usize;
            let last = middle + header.asks as usize;
            let bids = &batch.entries[cursor.entry..middle];
            let asks = &batch.entries[middle..last];
            let here = *cursor;
            *cursor = Cursor { event: here.event + 1, entry: last };
            if header.kind == kind::QUOTE && self.config.skip_quotes {
                continue;
            }
            self.apply(EventRef { header, bids, asks });
            if !self.queue.is_empty() {
                self.shown = Some(here);
                return;
            }
        }
    }

    #[inline]
    fn apply(&mut self, event: EventRef<'_>) {
        let header = event.header;
        let instrument = header.instrument;
        self.time = self.time.max(header.ts_recv);
        self.events += 1;
        self.rows += u64::from(rows(header));
        self.stages.market(event);
        self.features.before(header.ts_recv, &self.markets);
        let market = &mut self.markets[instrument as usize];
        if !market.dirty {
            self.dirty.push(instrument);
        }
        let changed = market.apply(event);
        self.features.event(event, self.time, &self.markets);
        if changed {
            let reason = self.markets[instrument as usize].proof_reason();
            self.triggers.book_changed(instrument, reason, &mut self.queue);
        }
        if self.triggers.any_for(instrument) {
            let (rows, time, markets) = (&self.features, self.time, self.markets.as_slice());
            let value = |column| rows.value(instrument, column, time, markets);
            let market = &markets[instrument as usize];
            self.triggers.event(market, header.kind, instrument, value, &mut self.queue);
        }
    }

    /// Fires the next due time at or before `until`; false where there is none.
    fn fire_next(&mut self, until: i64) -> bool {
        if self.timers.next_at() > until {
            return false;
        }
        let Some(due) = self.timers.pop() else { return false };
        self.time = self.time.max(due.at);
        self.features.due(due.at, &self.markets);
        self.shown = None;
        let code = match due.kind {
            DueKind::Timer => code::TIMER,
            DueKind::Cadence => code::TRIGGER,
        };
        let (strategy, trigger, instrument) = (due.strategy, due.id, due.instrument);
        self.queue.push(Handover { code, strategy, trigger, instrument, value: 0.0 });
        true
    }

    fn pop_handover(&mut self, mem: &mut Memory<'_>, batch: Batch<'_>) -> Option<u8> {
        let handover = self.queue.pop()?;
        self.handovers += 1;
        self.stepped = true;
        if handover.code == code::ACT {
            self.show_act(mem);
        }
        let hand = InHand { event: self.last_event(batch) };
        self.hand_over(mem, &handover, &hand);
        Some(handover.code)
    }

    /// The event that a trigger speaks of: the one before the cursor.
    fn last_event<'a>(&self, batch: Batch<'a>) -> Option<EventRef<'a>> {
        let index = self.shown?;
        let header = batch.headers.get(index.event)?;
        let middle = index.entry + header.bids as usize;
        let end = middle + header.asks as usize;
        let bids = batch.entries.get(index.entry..middle)?;
        Some(EventRef { header, bids, asks: batch.entries.get(middle..end)? })
    }

    fn show_act(&self, mem: &mut Memory<'_>) {
        let (at, length) = self.payload;
        let window = if mem.segment.is_empty() { &*mem.journal } else { mem.segment };
        let n = length.min(mem.out.len());
        mem.out[..n].copy_from_slice(&window[at..at + n]);
        mem.ctl.out_length = n as f64;
    }

    pub(super) fn output(
        &mut self,
        mem: &mut Memory<'_>,
        entry_type: u8,
        leg: u32,
        payload: &[u8],
    ) -> Result<(), CoreError> {
        let (seq, time) = (self.cause_seq, self.time);
        self.outputs.push(mem, entry_type, leg, seq, time, payload)
    }

    /// Whether nothing is in hand: a checkpoint may be taken.
    #[must_use]
    pub fn is_quiescent(&self) -> bool {
        self.phase == Phase::Idle && self.queue.is_empty() && self.poisoned.is_none()
    }
}

/// One feed for each venue, one link for each connection.
fn connect(
    config: &CoreConfig,
    directory: &mut Directory,
) -> Result<(Vec<Feed>, Vec<Link>), CoreError> {
    let mut feeds: Vec<(Venue, Feed)> = Vec::new();
    let mut links = Vec::new();
    for (i, c) in config.connections.iter().enumerate() {
        let at = format!("connections[{i}] ({})", c.name);
        let Some(venue) = Venue::parse(&c.venue) else {
            return Err(
                CoreError::new("E_CONFIG", format!("venue {:?} is not known", c.venue)).at(at)
            );
        };
        let feed = feeds.iter().position(|(v, _)| *v == venue).unwrap_or_else(|| {
            let mut feed = Feed::new(venue, directory);
            feed.set_strict(config.strict);
            feeds.push((venue, feed));
            feeds.len() - 1
        });
        let symbol = c.symbol.as_deref().unwrap_or("");
        let instrument = match (c.kind, directory.find(&c.venue, symbol)) {
            (ConnectionKind::Stream, _) => NO_INSTRUMENT,
            (ConnectionKind::Snapshot, Some(index)) => index,
            (ConnectionKind::Snapshot, None) => {
                let seen =
                    format!("snapshots of {symbol:?}, which is no instrument of the session");
                return Err(CoreError::new("E_CONFIG", seen).at(at));
            }
        };
        links.push(Link { feed: feed as u32, kind: c.kind, instrument });
    }
    Ok((feeds.into_iter().map(|(_, f)| f).collect(), links))
}
