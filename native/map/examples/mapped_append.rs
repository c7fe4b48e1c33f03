//! What a frame costs in a mapped journal, rotations included, and what a rotation costs by itself:
//! `cargo run --release -p tickwright-map --example mapped_append -- DIRECTORY`.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::path::PathBuf;
use std::time::Instant;
use tickwright_engine::schema::entry_type::FRAME;
use tickwright_map::journal::{JournalDir, JournalOptions};

const PAYLOAD: usize = 280;
const FRAMES: usize = 1_000_000;

fn main() {
    let base = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let path = base.join(format!("tickwright-append-{}", std::process::id()));
    let frames: Vec<u8> = (0..PAYLOAD * 64).map(|i| (i * 31 % 251) as u8).collect();
    println!("  pace   ns a frame (median segment)   rotations   mean us   longest us");
    for pause_ms in [0, 60] {
        run(&path, &frames, pause_ms);
    }
}

/// Appends all frames; `pause_ms` in front of each rotation is the time in which the next segment
/// is made.
fn run(path: &PathBuf, frames: &[u8], pause_ms: u64) {
    let mut dir = JournalDir::create(path, &JournalOptions::default()).unwrap();
    let (mut rotations, mut per_frame) = (Vec::new(), Vec::new());
    let (mut start, mut in_segment) = (Instant::now(), 0);
    for i in 0..FRAMES {
        if PAYLOAD > dir.free() {
            per_frame.push(start.elapsed().as_nanos() as f64 / f64::from(in_segment));
            std::thread::sleep(std::time::Duration::from_millis(pause_ms));
            let begin = Instant::now();
            dir.rotate().unwrap();
            rotations.push(begin.elapsed().as_nanos() as f64 / 1e3);
            (start, in_segment) = (Instant::now(), 0);
        }
        let (writer, segment) = dir.parts();
        let at = writer.payload_at();
        let from = i % 64 * PAYLOAD;
        segment[at..at + PAYLOAD].copy_from_slice(&frames[from..from + PAYLOAD]);
        writer.commit_input(segment, FRAME, 1, i as i64, PAYLOAD).unwrap();
        in_segment += 1;
    }
    dir.close().unwrap();
    std::fs::remove_dir_all(path).unwrap();
    per_frame.sort_by(f64::total_cmp);
    let mean = rotations.iter().sum::<f64>() / rotations.len() as f64;
    let longest = rotations.iter().copied().fold(0.0, f64::max);
    let pace = if pause_ms == 0 { "full" } else { "paced" };
    let median = per_frame[per_frame.len() / 2];
    println!("{pace:>6} {median:>12.1} {:>28} {mean:>9.1} {longest:>12.1}", rotations.len());
}
