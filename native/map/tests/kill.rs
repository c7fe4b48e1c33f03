//! Kill -9 of a writer at random moments: the journal opens, nothing that was committed is lost,
//! and what was torn is counted. The writer is this test binary itself, started again.
//!
//! `TICKWRIGHT_KILLS` sets the number of kills.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{Ordering, fence};
use std::thread::sleep;
use std::time::Duration;
use tickwright_engine::schema::entry_type::{FRAME, NOTE, STEP_END};
use tickwright_map::journal::{Durability, JournalDir, JournalOptions, RecoveryReport};
use tickwright_map::{MappedFile, Window};

const TARGET: &str = "TICKWRIGHT_KILL_TARGET";
const SEGMENT: usize = 128 << 10;

fn payload(number: u64) -> Vec<u8> {
    let mut bytes = number.to_le_bytes().to_vec();
    bytes.resize(8 + (number * 131 % 700) as usize, (number % 251) as u8 | 1);
    bytes
}

/// Not a test by itself: appends numbered inputs, each with an output, as fast as it can, and notes
/// how many commits have returned; ends by being killed.
#[test]
#[ignore = "started by `a_killed_writer_loses_nothing`"]
fn writer() {
    let Some(target) = std::env::var_os(TARGET).map(PathBuf::from) else { return };
    let mut progress = MappedFile::open_write(&target.join("progress")).unwrap();
    let options = JournalOptions { segment_bytes: SEGMENT, ..JournalOptions::default() };
    let mut dir = JournalDir::create(&target.join("journal"), &options).unwrap();
    for number in 0.. {
        append(&mut dir, number);
        fence(Ordering::Release);
        progress.as_mut_slice()[..8].copy_from_slice(&(number + 1).to_le_bytes());
    }
}

fn append(dir: &mut JournalDir, number: u64) {
    let payload = payload(number);
    if payload.len() > dir.free() {
        dir.rotate().unwrap();
    }
    let (writer, segment) = dir.parts();
    let seq = writer.append_input(segment, FRAME, 0, number as i64, &payload).unwrap();
    let kind = if number.is_multiple_of(3) { NOTE } else { STEP_END };
    writer.append_output(segment, kind, 0, seq, number as i64, &payload[..8]).unwrap();
}

struct Killed {
    committed: u64,
    found: u64,
    segments: u32,
    torn_bytes: usize,
    closed_predecessor: bool,
}

#[test]
fn a_killed_writer_loses_nothing() {
    let kills = std::env::var("TICKWRIGHT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let base = std::env::temp_dir().join(format!("tickwright-kill-{}", std::process::id()));
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut seen: Vec<Killed> = Vec::new();
    for round in 0..kills {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let target = base.join(format!("{round}"));
        std::fs::create_dir_all(&target).unwrap();
        kill_once(&target, random);
        seen.extend(check(&target));
        std::fs::remove_dir_all(&target).unwrap();
    }
    let _ = std::fs::remove_dir_all(&base);

    let begun = seen.len();
    let committed: u64 = seen.iter().map(|k| k.committed).sum();
    let found: u64 = seen.iter().map(|k| k.found).sum();
    let torn = seen.iter().filter(|k| k.torn_bytes > 0).count();
    let torn_bytes: usize = seen.iter().map(|k| k.torn_bytes).sum();
    let segments: u32 = seen.iter().map(|k| k.segments).sum();
    let between = seen.iter().filter(|k| k.closed_predecessor).count();
    eprintln!(
        "{kills} kills, {begun} with a journal: {committed} inputs committed, {found} found, \
         {segments} segments, {torn} torn ends of {torn_bytes} bytes, {between} between two of them"
    );
    assert!(begun * 2 > kills, "most writers got as far as their first segment");
}

/// Kills a quarter of the writers at any moment of their start, the others while they append.
fn kill_once(target: &Path, random: u64) {
    let progress = MappedFile::create(&target.join("progress"), 4_096, false).unwrap();
    let mut child = start(target);
    if !random.is_multiple_of(4) {
        while progress.as_slice()[..8] == [0; 8] && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_micros(50));
        }
    }
    sleep(Duration::from_micros(500 + (random >> 8) % 7_500));
    assert!(child.try_wait().unwrap().is_none(), "the writer ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
}

fn start(target: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--ignored", "--nocapture"])
        .env(TARGET, target)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// `None` where the writer died before its first segment had a name; nothing was committed then.
fn check(target: &Path) -> Option<Killed> {
    let progress = Window::open(&target.join("progress")).unwrap();
    let committed = u64::from_le_bytes(progress[..8].try_into().unwrap());
    let path = target.join("journal");
    if !path.join("000000.twj").exists() {
        assert_eq!(committed, 0);
        return None;
    }
    let found = count(&path);
    assert!(found == committed || found == committed + 1, "{committed} committed, {found} found");
    let (mut dir, report) = JournalDir::recover(&path, Durability::Process).unwrap();
    assert_eq!(dir.writer().next_seq(), found + 1);
    assert_eq!(report.last.missing_bytes, 0);
    for number in found..found + 300 {
        append(&mut dir, number);
    }
    dir.close().unwrap();
    assert_eq!(count(&path), found + 300);
    let RecoveryReport { segments, last, closed_predecessor } = report;
    let torn_bytes = last.torn_bytes;
    Some(Killed { committed, found, segments, torn_bytes, closed_predecessor })
}

/// Reads the whole journal: inputs without a gap, each as it was written.
fn count(path: &Path) -> u64 {
    let mut cursor = JournalDir::open(path).unwrap().cursor();
    let mut number = 0;
    while let Some(entry) = cursor.next().unwrap() {
        if entry.header.entry_type == FRAME {
            assert_eq!((entry.header.seq, entry.header.stamp), (number + 1, number as i64));
            assert_eq!(entry.payload, payload(number));
            number += 1;
        }
    }
    number
}
