//! A disk that really is full: a journal on a tmpfs of 4 MiB, mounted in a namespace of its own (so
//! that nothing is left behind). Skipped where that is not allowed.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use std::path::PathBuf;
use std::process::Command;
use tickwright_engine::schema::entry_type::{FRAME, NOTE};
use tickwright_map::journal::{JournalDir, JournalOptions};

const TARGET: &str = "TICKWRIGHT_SMALL_DISK";
const NOT_ALLOWED: i32 = 77;

/// Not a test by itself: runs where the parent has mounted the small disk.
#[test]
#[ignore = "started by `a_full_disk_ends_in_an_error_and_a_whole_journal`"]
fn on_a_small_disk() {
    let Some(target) = std::env::var_os(TARGET).map(PathBuf::from) else { return };
    let path = target.join("journal");
    let options = JournalOptions { segment_bytes: 512 << 10, ..JournalOptions::default() };
    let mut dir = JournalDir::create(&path, &options).unwrap();
    let payload = [7; 1_000];
    let mut inputs = 0_u64;
    let error = loop {
        let rotated = if dir.free() < payload.len() { dir.rotate() } else { Ok(()) };
        if let Err(error) = rotated {
            break error;
        }
        let (writer, segment) = dir.parts();
        writer.append_input(segment, FRAME, 0, 0, &payload).unwrap();
        inputs += 1;
    };
    assert_eq!(error.code, "E_DISK_FULL");
    assert!(!path.join("next.twj").exists());
    dir.use_reserve().unwrap();
    let (writer, segment) = dir.parts();
    writer.append_output(segment, NOTE, 0, inputs, 0, b"disk full").unwrap();
    dir.close().unwrap();
    let report = JournalDir::open(&path).unwrap().verify().unwrap();
    assert_eq!((report.last_seq, report.entries), (Some(inputs), inputs + 1));
    assert!(report.closed && report.segments > 4);

    // A new journal on the rest of the disk fails at its creation.
    let options = JournalOptions { segment_bytes: 8 << 20, ..JournalOptions::default() };
    let error = JournalDir::create(&target.join("second"), &options).err().unwrap();
    assert_eq!(error.code, "E_DISK_FULL");
}

#[test]
fn a_full_disk_ends_in_an_error_and_a_whole_journal() {
    let target = std::env::temp_dir().join(format!("tickwright-full-{}", std::process::id()));
    std::fs::create_dir_all(&target).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=4m tmpfs \"$0\" || exit {NOT_ALLOWED}; \
         exec \"$1\" --exact on_a_small_disk --ignored --nocapture"
    );
    let run = Command::new("unshare")
        .args(["--mount", "sh", "-c", &script])
        .arg(&target)
        .arg(std::env::current_exe().unwrap())
        .env(TARGET, &target)
        .output();
    let _ = std::fs::remove_dir_all(&target);
    match run {
        Ok(output) if output.status.success() => {
            assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
        }
        Ok(output) if output.stderr.windows(6).any(|w| w == b"panick") => {
            panic!("{}", String::from_utf8_lossy(&output.stderr));
        }
        _ => eprintln!("skipped: a_full_disk_ends_in_an_error: no small disk can be mounted"),
    }
}
