//! Recorded replay: a journal's inputs in `seq` order, each output compared with the recorded one.

use serde::Serialize;
use tickwright_engine::CoreError;
use tickwright_engine::core::{Core, InputRef, Memory, Output};
use tickwright_engine::digest::hex;
use tickwright_engine::journal::{ENTRY_HEADER, JournalRef, SegmentScan, is_output};
use tickwright_engine::schema::{code, entry_type, stage};

/// First difference between what was recorded and what came out of the replay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Divergence {
    /// The input that caused it.
    pub seq: u64,
    /// Market events before it.
    pub event: u64,
    pub stage: &'static str,
    /// What the journal holds.
    pub left: String,
    /// What the replay made.
    pub right: String,
}

/// How a recorded replay ended.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    pub equal: bool,
    /// Compared through this input.
    pub through_seq: u64,
    pub inputs: u64,
    pub outputs: u64,
    /// The journal was closed in good order.
    pub closed: bool,
    pub torn_bytes: u64,
    pub first_divergence: Option<Divergence>,
}

/// Where the drive stands. Segments are supplied one after another.
pub struct JournalDrive {
    segments: u32,
    /// Segment that lies in the window, once supplied.
    current: Option<SegmentScan>,
    next: u32,
    /// An input read but not yet fed.
    in_flight: bool,
    /// Outputs of the journal that wait for the replay's.
    expected: Vec<Output>,
    /// The input whose outputs are still coming: complete once another input or a STEP_END follows.
    open_seq: u64,
    /// The replay ends before this input.
    stop_seq: u64,
    /// The session went on from a checkpoint: its configuration is an input like others.
    restored: bool,
    /// The last input's outputs are there to their end.
    complete: bool,
    done: bool,
    verdict: Verdict,
}

/// An input that was read, with the outputs of the one before it.
#[derive(Clone, Copy, Debug)]
struct Held {
    entry_type: u8,
    source: u16,
    seq: u64,
    stamp: i64,
    at: usize,
    length: usize,
}

impl JournalDrive {
    /// A drive over so many segments. The session's first input is its configuration, stamped with the
    /// epoch; the core was opened with it.
    #[must_use]
    pub fn new(core: &mut Core, segments: u32, stop_seq: Option<u64>) -> Self {
        core.keep_outputs();
        core.skip_input(1);
        Self {
            segments,
            current: None,
            next: 0,
            in_flight: false,
            expected: Vec::new(),
            open_seq: 1,
            stop_seq: stop_seq.unwrap_or(u64::MAX),
            restored: false,
            complete: false,
            done: false,
            verdict: Verdict { equal: true, ..Verdict::default() },
        }
    }

    /// The core was restored from the checkpoint that the journal names: what was before it is equal by
    /// the checkpoint's hash.
    pub fn restored(&mut self, core: &Core) {
        self.restored = true;
        self.open_seq = core.next_seq().saturating_sub(1);
        self.verdict.through_seq = self.open_seq;
    }

    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Feeds inputs until one hands something over, a segment is missing or the journal has ended.
    pub fn run(&mut self, core: &mut Core, mem: &mut Memory<'_>) -> u8 {
        self.try_run(core, mem).unwrap_or_else(|error| core.poison(error))
    }

    fn try_run(&mut self, core: &mut Core, mem: &mut Memory<'_>) -> Result<u8, CoreError> {
        if self.done {
            return Ok(code::IDLE);
        }
        loop {
            let Some(held) = self.next_input(mem)? else {
                return Ok(self.wait_or_end(core, mem));
            };
            self.compare(core, true);
            if self.done || held.seq >= self.stop_seq {
                self.done = true;
                return Ok(code::END);
            }
            let payload = &mem.segment[held.at..held.at + held.length];
            let Held { entry_type, source, seq, stamp, at, .. } = held;
            self.open_seq = seq;
            self.verdict.inputs += 1;
            let input = InputRef { entry_type, source, seq, stamp, payload };
            let code = core.feed_recorded(mem, &input, at);
            if code != code::IDLE {
                return Ok(code);
            }
        }
    }

    /// Reads on to the next input; outputs on the way are what the one before must have caused.
    fn next_input(&mut self, mem: &Memory<'_>) -> Result<Option<Held>, CoreError> {
        if self.current.is_none() {
            if self.in_flight {
                self.in_flight = false;
                self.current = Some(SegmentScan::new(mem.segment)?);
            } else {
                return Ok(None);
            }
        }
        let Some(scan) = &mut self.current else { return Ok(None) };
        while let Some(entry) = scan.next(mem.segment)? {
            if entry.header.entry_type == entry_type::CONFIG
                && !self.restored
                && entry.header.seq == 1
            {
                // The session was opened with it.
                self.verdict.inputs += 1;
                continue;
            }
            if is_output(entry.header.entry_type) {
                self.expected.push(output_of(&entry));
                continue;
            }
            return Ok(Some(held(&entry)));
        }
        let Some(scan) = self.current.take() else { return Ok(None) };
        let end = scan.into_end(mem.segment)?;
        self.verdict.torn_bytes += end.torn_bytes as u64;
        self.verdict.closed = end.closed.is_some_and(|c| c.last);
        self.next += 1;
        Ok(None)
    }

    /// A segment is missing, or there is none left.
    fn wait_or_end(&mut self, core: &mut Core, mem: &mut Memory<'_>) -> u8 {
        if self.next < self.segments {
            self.in_flight = true;
            mem.ctl.need_block = f64::from(self.next);
            return code::NEED;
        }
        self.settle(core);
        self.done = true;
        code::END
    }

    /// At the end of the journal, before the strategies' last words: the outputs of the last input, and
    /// the digest of a checkpoint behind it. What comes of `onStop` and the closing digest are left.
    fn settle(&mut self, core: &mut Core) {
        let ends = [entry_type::STEP_END, entry_type::DIGEST];
        self.complete = self.expected.iter().any(|o| ends.contains(&o.entry_type));
        let closing = usize::from(self.verdict.closed).min(self.expected.len());
        let left = self.expected.split_off(self.expected.len() - closing);
        let mut expected = std::mem::replace(&mut self.expected, left).into_iter();
        let mut made = core.outputs_mut().take().into_iter();
        for left in expected.by_ref() {
            let right = match made.next() {
                None if left.entry_type == entry_type::DIGEST => core.digest_output(),
                None => {
                    self.expected.insert(0, left);
                    break;
                }
                right => right,
            };
            self.verdict.outputs += 1;
            if right.as_ref() != Some(&left) {
                self.diverge(core, Some(&left), right.as_ref());
                return;
            }
        }
        let at = self.expected.len() - closing;
        self.expected.splice(at..at, expected);
        core.outputs_mut().put_back(made.collect());
    }

    /// Compares what the replay made with what the journal holds, in order. `whole`: the input is
    /// complete in the journal, so that nothing may be missing.
    fn compare(&mut self, core: &mut Core, whole: bool) {
        let made = core.outputs_mut().take();
        let mut made = made.into_iter();
        let expected = std::mem::take(&mut self.expected);
        for left in expected {
            let right = match made.next() {
                None if left.entry_type == entry_type::DIGEST => core.digest_output(),
                right => right,
            };
            self.verdict.outputs += 1;
            if right.as_ref() != Some(&left) {
                self.diverge(core, Some(&left), right.as_ref());
                return;
            }
        }
        if let (true, Some(extra)) = (whole, made.next()) {
            self.diverge(core, None, Some(&extra));
            return;
        }
        self.verdict.through_seq = self.open_seq;
    }

    fn diverge(&mut self, core: &Core, left: Option<&Output>, right: Option<&Output>) {
        let of = left.or(right);
        self.verdict.equal = false;
        self.done = true;
        self.verdict.first_divergence = Some(Divergence {
            seq: of.map_or(self.open_seq, |o| o.cause_seq),
            event: core.event_count(),
            stage: output_stage(left, right),
            left: left.map_or_else(|| "nothing".to_owned(), describe_output),
            right: right.map_or_else(|| "nothing".to_owned(), describe_output),
        });
    }

    /// After the last input and `onStop`: what is left on both sides. On a journal that was not closed,
    /// outputs of its last input may be missing; nothing that is there may differ.
    pub fn finish(&mut self, core: &mut Core) {
        if self.verdict.first_divergence.is_some() {
            return;
        }
        let before = self.verdict.through_seq;
        self.compare(core, self.verdict.closed);
        if !(self.verdict.closed || self.complete) && self.verdict.equal {
            self.verdict.through_seq = before;
        }
    }
}

fn held(entry: &JournalRef<'_>) -> Held {
    let h = &entry.header;
    Held {
        entry_type: h.entry_type,
        source: h.source,
        seq: h.seq,
        stamp: h.stamp,
        at: entry.offset + ENTRY_HEADER,
        length: entry.payload.len(),
    }
}

/// An output entry as the core would have made it.
#[must_use]
pub fn output_of(entry: &JournalRef<'_>) -> Output {
    let h = &entry.header;
    Output {
        entry_type: h.entry_type,
        leg: h.leg,
        cause_seq: h.seq,
        stamp: h.stamp,
        payload: entry.payload.to_vec(),
    }
}

/// The stage to which a difference of two outputs belongs.
#[must_use]
pub fn output_stage(left: Option<&Output>, right: Option<&Output>) -> &'static str {
    let kind = left.or(right).map_or(0, |o| o.entry_type);
    match kind {
        entry_type::NOTE | entry_type::INTENT | entry_type::VERDICT | entry_type::STEP_END => {
            "decisions"
        }
        entry_type::ORDER => "orders",
        entry_type::FILL => "fills",
        entry_type::DIGEST => digest_stage(left, right),
        _ => "all",
    }
}

/// The first stage whose digest differs; the state where none does.
fn digest_stage(left: Option<&Output>, right: Option<&Output>) -> &'static str {
    let (Some(left), Some(right)) = (left, right) else { return "all" };
    for i in 0..stage::ALL {
        let at = 8 + 16 * i as usize;
        if left.payload.get(at..at + 16) != right.payload.get(at..at + 16) {
            return stage::name(i);
        }
    }
    "state"
}

/// One output in words, for people.
#[must_use]
pub fn describe_output(output: &Output) -> String {
    let name = entry_type::name(output.entry_type);
    let p = &output.payload;
    match output.entry_type {
        entry_type::NOTE => format!("note {} at {}", note_text(p), output.stamp),
        entry_type::DIGEST => {
            let word = |i: usize| {
                let bytes = p.get(8 + 16 * i..24 + 16 * i).and_then(|b| b.try_into().ok());
                bytes.map_or_else(String::new, |b| hex(u128::from_le_bytes(b)))
            };
            let events = p.get(..8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
            format!(
                "digest at event {events}: market {} features {} decisions {} state {}",
                word(0),
                word(1),
                word(3),
                word(6)
            )
        }
        _ => format!("{name} of {} bytes at {}", p.len(), output.stamp),
    }
}

fn note_text(payload: &[u8]) -> String {
    let word = |at: usize| payload.get(at..at + 4).and_then(|b| b.try_into().ok());
    let strategy = word(0).map_or(0, u32::from_le_bytes);
    let count = word(4).map_or(0, u32::from_le_bytes) as usize;
    let values: Vec<_> = (0..count)
        .filter_map(|i| payload.get(8 + 8 * i..16 + 8 * i)?.try_into().ok())
        .map(|b| f64::from_bits(u64::from_le_bytes(b)).to_string())
        .collect();
    let label = payload.get(8 + 8 * count..).unwrap_or_default();
    let label = String::from_utf8_lossy(label);
    format!("{label} [{}] of strategy {strategy}", values.join(", "))
}
