//! Journals on disk: rotation, recovery, full disks, syncs, followers.

use super::*;
use crate::testing::TempDir;
use std::fs;
use std::path::Path;
use tickwright_engine::CoreError;
use tickwright_engine::journal::{JournalReport, SEGMENT_HEADER};
use tickwright_engine::schema::entry_type::{FRAME, NOTE, STEP_END};

const SEGMENT: usize = 64 << 10;

fn options() -> JournalOptions {
    JournalOptions { segment_bytes: SEGMENT, epoch: 42, ..JournalOptions::default() }
}

/// One numbered input and its `STEP_END`, rotating where needed.
fn append(dir: &mut JournalDir, number: u64) -> Result<(), CoreError> {
    let payload = payload(number);
    if payload.len() > dir.free() {
        dir.rotate()?;
    }
    let (writer, segment) = dir.parts();
    let seq = writer.append_input(segment, FRAME, 1, number as i64, &payload)?;
    writer.append_output(segment, STEP_END, 0, seq, number as i64, &[])
}

fn payload(number: u64) -> Vec<u8> {
    let mut bytes = number.to_le_bytes().to_vec();
    bytes.resize(8 + (number * 37 % 900) as usize, number as u8);
    bytes
}

/// Checks that exactly the numbers `0..count` are there.
fn read_back(path: &Path, count: u64) -> JournalReport {
    let mut cursor = JournalDir::open(path).unwrap().cursor();
    let mut number = 0;
    while let Some(entry) = cursor.next().unwrap() {
        if entry.header.entry_type == FRAME {
            assert_eq!(entry.header.seq, number + 1);
            assert_eq!(entry.payload, payload(number));
            number += 1;
        }
    }
    assert_eq!(number, count);
    cursor.report().unwrap().clone()
}

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A directory as its writer left it when it died: the lock and the thread end with the process,
/// which dropping stands for here.
fn abandoned(path: &Path, count: u64) -> u32 {
    let mut dir = JournalDir::create(path, &options()).unwrap();
    for number in 0..count {
        append(&mut dir, number).unwrap();
    }
    dir.writer().index()
}

#[test]
fn rotates_and_reads_back() {
    let temp = TempDir::new("rotate");
    let path = temp.path().join("session.journal");
    let mut dir = JournalDir::create(&path, &options()).unwrap();
    for number in 0..1_000 {
        append(&mut dir, number).unwrap();
    }
    let last = dir.writer().index();
    assert!(last > 5);
    let used = dir.writer().position();
    let hash = dir.close().unwrap();
    let report = read_back(&path, 1_000);
    assert_eq!((report.segments, report.entries), (last + 1, 2_000));
    assert_eq!((report.last_seq, report.last_step_end_seq), (Some(1_000), Some(1_000)));
    assert!(report.closed && report.torn_bytes == 0 && report.unclosed_segment.is_none());
    assert_eq!(JournalDir::open(&path).unwrap().verify().unwrap(), report);
    assert_ne!(hash, 0);

    let names = names(&path);
    assert_eq!(names.len() as u32, last + 2);
    assert_eq!(names.last().unwrap(), "manifest.json");
    let length = fs::metadata(path.join(format!("{last:06}.twj"))).unwrap().len();
    assert!(length >= used as u64 && length < (used + 2 * SEGMENT_HEADER) as u64);
}

#[test]
fn recovers_what_a_dead_writer_left() {
    let temp = TempDir::new("recover");
    let last = abandoned(temp.path(), 500);
    let segment = temp.path().join(format!("{last:06}.twj"));
    let mut bytes = fs::read(&segment).unwrap();
    let used = bytes.iter().rposition(|&b| b != 0).unwrap() + 1;
    bytes[used + 100..used + 300].fill(9);
    fs::write(&segment, &bytes).unwrap();
    fs::write(temp.path().join("next.twj"), b"half made").unwrap();

    let (mut dir, report) = JournalDir::recover(temp.path(), Durability::Process).unwrap();
    assert_eq!(report.segments, last + 1);
    assert!(report.last.torn_bytes >= 200 && !report.closed_predecessor);
    assert_eq!((dir.epoch(), dir.writer().next_seq()), (42, 501));
    for number in 500..800 {
        append(&mut dir, number).unwrap();
    }
    dir.close().unwrap();
    assert!(read_back(temp.path(), 800).closed);

    let error = JournalDir::recover(temp.path(), Durability::Process).err().unwrap();
    assert_eq!(error.code, "E_JOURNAL_CLOSED");
}

/// The moments inside a rotation at which a writer can die.
#[test]
fn recovers_from_a_death_between_two_segments() {
    let temp = TempDir::new("between");
    let count = 300;
    let last = abandoned(temp.path(), count);
    let (segment, successor) = (
        temp.path().join(format!("{last:06}.twj")),
        temp.path().join(format!("{:06}.twj", last + 1)),
    );
    let before = fs::read(&segment).unwrap();
    {
        let (mut dir, _) = JournalDir::recover(temp.path(), Durability::Process).unwrap();
        dir.rotate().unwrap();
    }
    // The successor has its header, the predecessor is not closed.
    fs::write(&segment, &before).unwrap();
    assert_eq!(read_back(temp.path(), count).unclosed_segment, Some(last));
    let (dir, report) = JournalDir::recover(temp.path(), Durability::Process).unwrap();
    assert!(report.closed_predecessor);
    assert_eq!(dir.writer().index(), last + 1);
    drop(dir);
    assert_eq!(read_back(temp.path(), count).unclosed_segment, None);

    // The successor has its name and, after a power failure, nothing in it.
    fs::write(&segment, &before).unwrap();
    fs::write(&successor, vec![0; SEGMENT]).unwrap();
    let (mut dir, report) = JournalDir::recover(temp.path(), Durability::Process).unwrap();
    assert_eq!((report.segments, dir.writer().index()), (last + 1, last));
    assert!(!successor.exists());
    append(&mut dir, count).unwrap();
    dir.close().unwrap();
    read_back(temp.path(), count + 1);
}

#[test]
fn a_segment_cut_short_gets_its_room_back() {
    let temp = TempDir::new("short");
    let last = abandoned(temp.path(), 150);
    let segment = temp.path().join(format!("{last:06}.twj"));
    fs::OpenOptions::new().write(true).open(&segment).unwrap().set_len(40_001).unwrap();
    let (mut dir, report) = JournalDir::recover(temp.path(), Durability::Process).unwrap();
    assert_eq!(report.last.missing_bytes, SEGMENT - 40_001);
    assert_eq!(fs::metadata(&segment).unwrap().len() as usize, SEGMENT);
    let next = dir.writer().next_seq() - 1;
    for number in next..next + 200 {
        append(&mut dir, number).unwrap();
    }
    dir.close().unwrap();
    read_back(temp.path(), next + 200);
}

#[test]
fn a_journal_that_is_refused_is_not_changed() {
    let temp = TempDir::new("refused");
    abandoned(temp.path(), 300);
    let first = temp.path().join("000000.twj");
    let intact = fs::read(&first).unwrap();
    let mut bytes = intact.clone();
    bytes[20] ^= 1;
    fs::write(&first, &bytes).unwrap();
    let error = JournalDir::recover(temp.path(), Durability::Process).err().unwrap();
    assert_eq!(error.code, "E_JOURNAL_CRC");
    assert!(error.at.contains("000000.twj") && error.at.contains("byte 60"), "{}", error.at);
    assert_eq!(fs::read(&first).unwrap(), bytes);

    fs::write(&first, &intact).unwrap();
    fs::write(temp.path().join("manifest.json"), "{\"other\":1}").unwrap();
    let error = JournalDir::recover(temp.path(), Durability::Process).err().unwrap();
    assert_eq!(error.code, "E_JOURNAL_CHAIN");
    assert_eq!(
        JournalDir::open(temp.path()).unwrap().verify().unwrap_err().code,
        "E_JOURNAL_CHAIN"
    );
}

#[test]
fn missing_and_foreign_segments_are_named() {
    let temp = TempDir::new("missing");
    let last = abandoned(temp.path(), 600);
    assert!(last >= 3);
    let name = |index: u32| temp.path().join(format!("{index:06}.twj"));
    fs::rename(name(1), temp.path().join("aside")).unwrap();
    let error = JournalDir::open(temp.path()).unwrap_err();
    assert_eq!(error.code, "E_JOURNAL_CHAIN");
    assert!(error.at.ends_with("000001.twj"));
    fs::copy(name(2), name(1)).unwrap();
    let error = JournalDir::open(temp.path()).unwrap().verify().unwrap_err();
    assert_eq!(error.code, "E_JOURNAL_CHAIN");
    assert!(error.at.contains("000001.twj"), "{}", error.at);
    fs::rename(temp.path().join("aside"), name(1)).unwrap();
    fs::remove_file(name(last)).unwrap();
    let error = JournalDir::recover(temp.path(), Durability::Process).err().unwrap();
    assert_eq!((error.code, error.message.contains("missing")), ("E_JOURNAL_CHAIN", true));
}

#[test]
fn one_writer_at_a_time_and_no_journal_over_another() {
    let temp = TempDir::new("locked");
    let dir = JournalDir::create(temp.path(), &options()).unwrap();
    let code = |result: Result<JournalDir, CoreError>| result.err().unwrap().code;
    assert_eq!(code(JournalDir::create(temp.path(), &options())), "E_JOURNAL_LOCKED");
    let recovered = JournalDir::recover(temp.path(), Durability::Process);
    assert_eq!(recovered.err().unwrap().code, "E_JOURNAL_LOCKED");
    drop(dir);
    assert_eq!(code(JournalDir::create(temp.path(), &options())), "E_JOURNAL_EXISTS");
    let options = JournalOptions { segment_bytes: 5_000, ..options() };
    assert_eq!(code(JournalDir::create(temp.path(), &options)), "E_JOURNAL_SIZE");
    let empty = TempDir::new("empty");
    assert_eq!(JournalDir::open(empty.path()).unwrap_err().code, "E_JOURNAL_EMPTY");
}

/// Preallocations: the reserve, the first segment, then two more.
#[test]
fn a_full_disk_leaves_a_reserve_to_stop_safely() {
    let temp = TempDir::new("full");
    let options = JournalOptions { allocations: 4, ..options() };
    let mut dir = JournalDir::create(temp.path(), &options).unwrap();
    let mut number = 0;
    let error = loop {
        match append(&mut dir, number) {
            Ok(()) => number += 1,
            Err(error) => break error,
        }
    };
    assert_eq!((error.code, dir.writer().index()), ("E_DISK_FULL", 2));
    assert!(!error.hint.is_empty() && error.at.ends_with("next.twj"));

    let (writer, segment) = dir.parts();
    let cause = writer.next_seq() - 1;
    writer.append_output(segment, NOTE, 0, cause, 0, b"disk full").unwrap();
    dir.use_reserve().unwrap();
    append(&mut dir, number).unwrap();
    number += 1;
    assert_eq!(dir.use_reserve().unwrap_err().code, "E_JOURNAL_RESERVE");
    assert_eq!(dir.rotate().unwrap_err().code, "E_DISK_FULL");
    append(&mut dir, number).unwrap();
    dir.close().unwrap();
    let report = read_back(temp.path(), number + 1);
    assert_eq!((report.segments, report.closed), (4, true));
}

#[test]
fn a_full_disk_is_known_before_the_segment_ends() {
    let temp = TempDir::new("early");
    let options = JournalOptions { allocations: 2, ..options() };
    let mut dir = JournalDir::create(temp.path(), &options).unwrap();
    let error = loop {
        if let Err(error) = dir.check() {
            break error;
        }
        std::thread::yield_now();
    };
    assert_eq!(error.code, "E_DISK_FULL");
    append(&mut dir, 0).unwrap();
    dir.close().unwrap();
    read_back(temp.path(), 1);
}

#[test]
fn syncs_note_through_where_and_guard_it() {
    let temp = TempDir::new("power");
    let options = JournalOptions { durability: Durability::Power, ..options() };
    let mut dir = JournalDir::create(temp.path(), &options).unwrap();
    for number in 0..200 {
        append(&mut dir, number).unwrap();
    }
    let point = dir.sync().unwrap();
    assert_eq!(point, dir.sync_point());
    assert_eq!((point.next_seq, point.segment), (201, dir.writer().index()));

    let syncer = dir.syncer();
    let later = dir.sync_point();
    append(&mut dir, 200).unwrap();
    std::thread::spawn(move || syncer.sync()).join().unwrap().unwrap();
    dir.note_synced(&later);
    let last = temp.path().join(format!("{:06}.twj", dir.writer().index()));
    drop(dir);

    // What was confirmed and is gone is an error, never a torn end.
    let mut bytes = fs::read(&last).unwrap();
    bytes[later.position - 32..].fill(0);
    fs::write(&last, &bytes).unwrap();
    let error = JournalDir::recover(temp.path(), Durability::Power).err().unwrap();
    assert_eq!(error.code, "E_JOURNAL_CRC");
}

#[test]
fn another_thread_follows_the_writer() {
    let temp = TempDir::new("tail");
    let options = JournalOptions { segment_bytes: 1 << 20, ..options() };
    let mut dir = JournalDir::create(temp.path(), &options).unwrap();
    let mut tail = SegmentTail::open(&temp.path().join("000000.twj")).unwrap();
    let count = 1_200;
    let follower = std::thread::spawn(move || {
        let mut number = 0;
        while !tail.is_at_end() {
            let Some(entry) = tail.poll().unwrap() else {
                std::thread::yield_now();
                continue;
            };
            if entry.header.entry_type == FRAME {
                assert_eq!(entry.payload, payload(number));
                number += 1;
            }
        }
        assert!(!tail.is_full());
        number
    });
    for number in 0..count {
        append(&mut dir, number).unwrap();
    }
    assert_eq!(dir.writer().index(), 0);
    dir.close().unwrap();
    assert_eq!(follower.join().unwrap(), count);
}
