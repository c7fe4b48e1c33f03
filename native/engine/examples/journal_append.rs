//! What the journal costs a frame beyond copying it: `cargo run --release --example
//! journal_append`.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::hint::black_box;
use std::time::Instant;
use tickwright_engine::journal::{ENTRY_HEADER, JournalWriter, SEGMENT_HEADER, SegmentStart};
use tickwright_engine::schema::entry_type;

const FRAMES: usize = 100_000;
const ROUNDS: usize = 15;

fn main() {
    let mut segment = vec![0_u8; 64 << 20];
    println!(
        "payload  copy  copy+append  append   (ns a frame, least of {ROUNDS} alternating runs)"
    );
    for payload in [40, 150, 271, 280, 289, 600, 2_000] {
        let frames: Vec<u8> = (0..payload * 64).map(|i| (i * 31 % 251) as u8).collect();
        let frames_in_segment = FRAMES.min(((segment.len() * 3 / 4) / (payload + 40)).max(1));
        let (mut copy, mut append) = (f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            copy = copy.min(run_copy(&mut segment, &frames, payload, frames_in_segment));
            append = append.min(run_append(&mut segment, &frames, payload, frames_in_segment));
        }
        println!("{payload:>7} {copy:>5.1} {append:>12.1} {:>7.1}", append - copy);
    }
}

fn run_copy(segment: &mut [u8], frames: &[u8], payload: usize, count: usize) -> f64 {
    let stride = (ENTRY_HEADER + payload).next_multiple_of(16);
    let start = Instant::now();
    for i in 0..count {
        let at = SEGMENT_HEADER + i * stride + ENTRY_HEADER;
        let from = i % 64 * payload;
        segment[at..at + payload].copy_from_slice(&frames[from..from + payload]);
    }
    black_box(&segment);
    start.elapsed().as_nanos() as f64 / count as f64
}

fn run_append(segment: &mut [u8], frames: &[u8], payload: usize, count: usize) -> f64 {
    let mut writer = JournalWriter::create(segment, &SegmentStart::default()).unwrap();
    let start = Instant::now();
    for i in 0..count {
        let at = writer.payload_at();
        let from = i % 64 * payload;
        segment[at..at + payload].copy_from_slice(&frames[from..from + payload]);
        let stamp = i as i64;
        writer.commit_input(segment, entry_type::FRAME, 1, stamp, payload).unwrap();
    }
    black_box(&segment);
    start.elapsed().as_nanos() as f64 / count as f64
}
