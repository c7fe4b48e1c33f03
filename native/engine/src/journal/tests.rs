//! Writing and reading back: round trips, every cut, every rule of the writer.

use super::*;
use crate::error::CoreError;
use tickwright_schema::entry_type::{ADVANCE, BODY, FRAME, INTENT, NOTE, STEP_END};

/// The seeds of this run: all, or with `TICKWRIGHT_SEEDS=1/N` the share that `TICKWRIGHT_SEED_BASE` names.
pub fn chosen_seeds(count: u64) -> Vec<u64> {
    let text = |name: &str| std::env::var(name).ok();
    let share = text("TICKWRIGHT_SEEDS")
        .and_then(|s| s.strip_prefix("1/")?.parse().ok())
        .filter(|&n: &u64| n > 0)
        .unwrap_or(1);
    let base = text("TICKWRIGHT_SEED_BASE").and_then(|s| s.parse::<u64>().ok()).unwrap_or(0);
    (0..count).filter(|seed| seed % share == base % share).collect()
}

/// A small seeded generator (xorshift64*).
pub(super) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// What was appended, as the reader should give it back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub kind: u8,
    pub seq: u64,
    pub leg: u32,
    pub stamp: i64,
    pub payload: Vec<u8>,
    /// Byte behind the entry.
    pub end: usize,
}

impl Written {
    pub fn of(entry: &JournalRef<'_>) -> Self {
        Self {
            kind: entry.header.entry_type,
            seq: entry.header.seq,
            leg: entry.header.leg,
            stamp: entry.header.stamp,
            payload: entry.payload.to_vec(),
            end: entry.end(),
        }
    }
}

/// Appends a random input or output; `None` once inputs no longer fit.
pub(super) fn append(
    writer: &mut JournalWriter,
    segment: &mut [u8],
    random: &mut Random,
) -> Option<Written> {
    let length = random.below(200);
    let payload: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
    let stamp = random.next() as i64;
    let output = random.below(2) == 0 && writer.next_seq() > 1;
    let (kind, seq, leg) = if output {
        let kind = [INTENT, NOTE, STEP_END][random.below(3)];
        let (cause, leg) = (writer.next_seq() - 1, random.below(4) as u32);
        writer.append_output(segment, kind, leg, cause, stamp, &payload).ok()?;
        (kind, cause, leg)
    } else {
        let kind = [FRAME, BODY, ADVANCE][random.below(3)];
        (kind, writer.append_input(segment, kind, 7, stamp, &payload).ok()?, 0)
    };
    Some(Written { kind, seq, leg, stamp, payload, end: writer.position() })
}

pub(super) const CAPACITY: usize = 16_384;

pub(super) fn start(index: u32, first_seq: u64, previous_hash: u128) -> SegmentStart {
    SegmentStart { index, epoch: 1_700_000_000_000_000_000, first_seq, previous_hash }
}

/// An open segment, filled until inputs no longer fit.
pub(super) fn filled(seed: u64) -> (Vec<u8>, JournalWriter, Vec<Written>) {
    let mut segment = vec![0; CAPACITY];
    let mut writer = JournalWriter::create(&mut segment, &start(0, 1, 9)).unwrap();
    let mut random = Random::new(seed);
    let mut written = Vec::new();
    while let Some(entry) = append(&mut writer, &mut segment, &mut random) {
        written.push(entry);
    }
    (segment, writer, written)
}

pub(super) fn read(segment: &[u8]) -> Result<(Vec<Written>, SegmentEnd), CoreError> {
    let mut reader = SegmentReader::new(segment)?;
    let mut entries = Vec::new();
    for entry in &mut reader {
        entries.push(Written::of(&entry?));
    }
    Ok((entries, reader.end()?))
}

#[test]
fn gives_back_what_was_written() {
    for seed in 1..40 {
        let (mut segment, mut writer, written) = filled(seed);
        assert!(written.len() > 20);
        let (entries, end) = read(&segment).unwrap();
        assert_eq!(entries, written);
        assert_eq!(end.position, writer.position());
        assert_eq!((end.torn_bytes, end.missing_bytes, end.closed), (0, 0, None));

        let hash = writer.close(&mut segment, true);
        let (entries, end) = read(&segment).unwrap();
        assert_eq!(entries, written);
        let length = writer.position();
        assert_eq!(end.closed, Some(Closed { length, hash, last: true }));
        assert_eq!(read(&segment[..kept_length(length, CAPACITY)]).unwrap().0, written);
    }
}

#[test]
fn commits_a_payload_in_place_and_reports_the_room_left() {
    let mut segment = vec![0; CAPACITY];
    let mut writer = JournalWriter::create(&mut segment, &start(0, 5, 0)).unwrap();
    let at = writer.payload_at();
    assert_eq!(at, SEGMENT_HEADER + ENTRY_HEADER);
    segment[at..at + 3].copy_from_slice(b"abc");
    assert_eq!(writer.commit_input(&mut segment, FRAME, 2, 11, 3).unwrap(), 5);
    assert_eq!(writer.next_seq(), 6);
    let entry = SegmentReader::new(&segment).unwrap().next().unwrap().unwrap();
    assert_eq!((entry.payload, entry.header.source, entry.header.stamp), (&b"abc"[..], 2, 11));

    let free = writer.free(CAPACITY);
    assert_eq!(free, CAPACITY - writer.position() - ENTRY_HEADER - output_reserve(CAPACITY));
    let error = writer.commit_input(&mut segment, FRAME, 0, 0, free + 1).unwrap_err();
    assert_eq!((error.code, writer.next_seq()), ("E_JOURNAL_FULL", 6));
    writer.commit_input(&mut segment, FRAME, 0, 0, free).unwrap();
    assert_eq!(writer.free(CAPACITY), 0);
}

#[test]
fn outputs_use_the_reserve_and_then_are_refused() {
    let (mut segment, mut writer, _) = filled(3);
    let cause = writer.next_seq() - 1;
    while writer.append_output(&mut segment, NOTE, 0, cause, 0, &[1; 100]).is_ok() {}
    let position = writer.position();
    assert!(CAPACITY - position < 144);
    let error = writer.append_output(&mut segment, NOTE, 0, cause, 0, &[1; 100]).unwrap_err();
    assert_eq!(error.code, "E_JOURNAL_FULL");
    let room = CAPACITY - position;
    if room >= ENTRY_HEADER {
        writer.append_output(&mut segment, NOTE, 0, cause, 0, &vec![1; room - 32]).unwrap();
        assert_eq!(writer.position(), CAPACITY);
    }
    writer.close(&mut segment, false);
    assert_eq!(read(&segment).unwrap().1.position, writer.position());
}

#[test]
fn refuses_wrong_types_causes_and_sizes() {
    let mut segment = vec![0; CAPACITY];
    let mut writer = JournalWriter::create(&mut segment, &start(0, 1, 0)).unwrap();
    let code = |r: Result<_, CoreError>| r.err().map(|e| e.code);
    assert_eq!(code(writer.append_input(&mut segment, NOTE, 0, 0, &[])), Some("E_JOURNAL_TYPE"));
    let result = writer.append_output(&mut segment, FRAME, 0, 0, 0, &[]);
    assert_eq!(result.unwrap_err().code, "E_JOURNAL_TYPE");
    let result = writer.append_output(&mut segment, NOTE, 0, 1, 0, &[]);
    assert_eq!(result.unwrap_err().code, "E_JOURNAL_SEQ");
    for size in [0, 4_096, 10_000] {
        let result = JournalWriter::create(&mut vec![0; size], &start(0, 1, 0));
        assert_eq!(result.err().map(|e| e.code), Some("E_JOURNAL_SIZE"));
    }
}

#[test]
fn a_payload_given_up_never_looks_like_an_entry() {
    let mut segment = vec![0; CAPACITY];
    let mut writer = JournalWriter::create(&mut segment, &start(0, 1, 0)).unwrap();
    let at = writer.payload_at();
    segment[at..at + 2_000].fill(0xEE);
    writer.append_input(&mut segment, ADVANCE, 0, 1, b"short").unwrap();
    let (entries, end) = read(&segment).unwrap();
    assert_eq!(entries.len(), 1);
    assert!(end.torn_bytes > 1_900);
    assert_eq!(end.position, writer.position());
}

#[test]
fn every_cut_of_an_open_segment_keeps_what_was_committed_before_it() {
    let (segment, writer, written) = filled(11);
    for cut in SEGMENT_HEADER..=CAPACITY {
        let (opened, recovery) = JournalWriter::open(&segment[..cut]).unwrap();
        let whole = written.iter().take_while(|w| w.end <= cut).count();
        assert_eq!(recovery.entries as usize, whole, "cut at {cut}");
        assert_eq!(recovery.missing_bytes, CAPACITY - cut);
        let used = cut.min(writer.position());
        assert!(recovery.torn_bytes <= used - opened.position());
        assert_eq!(
            recovery.torn_bytes == 0,
            segment[opened.position()..used].iter().all(|&b| b == 0)
        );
        let step_end = written[..whole].iter().rfind(|w| w.kind == STEP_END).map(|w| w.seq);
        assert_eq!(recovery.last_step_end_seq, step_end);
    }
    for cut in 0..SEGMENT_HEADER {
        let error = JournalWriter::open(&segment[..cut]).err().unwrap();
        assert_eq!(error.code, "E_JOURNAL_TRUNCATED");
    }
}

#[test]
fn appending_goes_on_after_a_cut() {
    let (segment, _, written) = filled(12);
    let mut random = Random::new(77);
    for _ in 0..200 {
        let cut = SEGMENT_HEADER + random.below(CAPACITY - SEGMENT_HEADER);
        let mut torn = segment[..cut].to_vec();
        let (mut writer, recovery) = JournalWriter::open(&torn).unwrap();
        torn.resize(CAPACITY, 0);
        writer.cut(&mut torn);
        let mut expected = written[..recovery.entries as usize].to_vec();
        expected.extend(append(&mut writer, &mut torn, &mut random));
        writer.close(&mut torn, true);
        let (entries, end) = read(&torn).unwrap();
        assert_eq!(entries, expected);
        assert_eq!(end.hash, writer.hash());
    }
}

#[test]
fn a_store_that_is_missing_at_death_leaves_the_entry_out() {
    let (segment, _, written) = filled(13);
    let last = written.len() - 1;
    let begin = written[last - 1].end;
    let mut dead = segment.clone();
    dead[begin..begin + 4].fill(0);
    let (_, recovery) = JournalWriter::open(&dead).unwrap();
    assert_eq!(recovery.entries as usize, last);
    assert!(recovery.torn_bytes > 0);
}

#[test]
fn an_unfinished_closing_is_wiped_and_counted() {
    let (mut segment, mut writer, written) = filled(14);
    writer.close(&mut segment, true);
    let at = std::mem::offset_of!(SegmentHeader, closed_length);
    segment[at..at + 8].fill(0);
    let (writer, recovery) = JournalWriter::open(&segment).unwrap();
    assert_eq!(recovery.entries as usize, written.len());
    assert!(recovery.torn_bytes > 0);
    writer.cut(&mut segment);
    assert_eq!(read(&segment).unwrap().1.torn_bytes, 0);
}

#[test]
fn a_closed_segment_is_not_opened_for_writing() {
    let (mut segment, mut writer, _) = filled(15);
    writer.close(&mut segment, true);
    assert_eq!(JournalWriter::open(&segment).err().unwrap().code, "E_JOURNAL_CLOSED");
}

#[test]
fn damage_in_front_of_the_sync_mark_is_never_a_torn_end() {
    let (mut segment, writer, written) = filled(16);
    let last_start = written[written.len() - 2].end;
    writer.note_synced(&mut segment, writer.position());
    assert_eq!(read(&segment).unwrap().0, written);
    let mut damaged = segment.clone();
    damaged[last_start + 40] ^= 1;
    let error = read(&damaged).err().unwrap();
    assert_eq!(error.code, "E_JOURNAL_CRC");
    assert_eq!(error.at, format!("segment 0, byte {last_start}"));
    damaged[last_start..].fill(0);
    assert_eq!(read(&damaged).err().unwrap().code, "E_JOURNAL_CRC");
    assert_eq!(read(&segment[..last_start]).err().unwrap().code, "E_JOURNAL_TRUNCATED");
}

#[test]
fn behind_the_sync_mark_pages_may_be_missing_in_any_order() {
    let (mut segment, writer, written) = filled(17);
    let hole = written[written.len() / 2].end;
    let mut strict = segment.clone();
    strict[hole..hole + 32].fill(0);
    assert_eq!(read(&strict).err().unwrap().code, "E_JOURNAL_CRC");

    writer.note_synced(&mut segment, hole);
    segment[hole..hole + 32].fill(0);
    let (_, recovery) = JournalWriter::open(&segment).unwrap();
    assert_eq!(recovery.entries as usize, written.len() / 2 + 1);
    assert!(recovery.torn_bytes > 0);
}

#[test]
fn follows_a_segment_that_is_being_written() {
    let mut segment = vec![0; CAPACITY];
    let mut writer = JournalWriter::create(&mut segment, &start(0, 1, 0)).unwrap();
    let mut scan = SegmentScan::new(&segment).unwrap();
    let mut random = Random::new(5);
    assert_eq!(scan.poll(&segment).unwrap(), None);
    while let Some(written) = append(&mut writer, &mut segment, &mut random) {
        let seen = scan.poll(&segment).unwrap().map(|entry| Written::of(&entry));
        assert_eq!(seen, Some(written));
        assert_eq!(scan.poll(&segment).unwrap(), None);
    }
}

#[test]
fn names_magic_and_version() {
    let (segment, ..) = filled(18);
    let code_with = |at: usize| {
        let mut bytes = segment.clone();
        bytes[at] ^= 2;
        read(&bytes).err().map(|e| e.code)
    };
    assert_eq!(code_with(0), Some("E_JOURNAL_MAGIC"));
    assert_eq!(code_with(8), Some("E_JOURNAL_VERSION"));
    assert_eq!(code_with(16), Some("E_JOURNAL_CRC"));
    assert_eq!(code_with(4_000), Some("E_JOURNAL_CRC"));
    let mut longer = segment.clone();
    longer.push(0);
    assert_eq!(read(&longer).err().unwrap().code, "E_JOURNAL_SIZE");
}
