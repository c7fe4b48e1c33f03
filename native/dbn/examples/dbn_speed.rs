//! Records a second over a generated file of 200 MB: decoding alone, decoding to events, the whole import.
//! `cargo run --release --example dbn_speed`
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

#[path = "../tests/support/mod.rs"]
mod support;

use dbn::{MboMsg, Schema, UNDEF_PRICE};
use std::path::Path;
use std::time::Instant;
use support::{Folder, LAST, Rng, encode, mbo, metadata, request};
use tickwright_dbn::{RecordReader, Stream, Survey, import};
use tickwright_engine::event::EventBuf;

/// 56 bytes each.
const RECORDS: usize = 3_750_000;
/// Orders that rest at a time.
const OPEN: usize = 20_000;

/// Orders come and go around a price, some change, some trade.
fn records() -> Vec<MboMsg> {
    let (mut rng, mut open) = (Rng::new(1), Vec::<(u64, u8, i64, u32)>::new());
    let mut out = vec![mbo(0, b'R', b'N', 0, UNDEF_PRICE, 0, LAST)];
    let mut id = 0;
    while out.len() < RECORDS {
        let at = out.len() as u64 * 100;
        let side = b"AB"[rng.below(2) as usize];
        if open.len() < OPEN || rng.below(2) == 0 {
            id += 1;
            let away = rng.below(200) as i64;
            let price = if side == b'A' { 20_001 + away } else { 20_000 - away };
            open.push((id, side, price, 1 + rng.below(50) as u32));
            let (id, side, price, size) = open[open.len() - 1];
            out.push(mbo(at, b'A', side, id, price, size, LAST));
            continue;
        }
        let pick = rng.below(open.len() as u64) as usize;
        let (id, side, price, size) = open[pick];
        match rng.below(10) {
            0 => {
                open[pick].3 = 1 + size / 2;
                out.push(mbo(at, b'M', side, id, price, 1 + size / 2, LAST));
            }
            1 => {
                let taker = if side == b'A' { b'B' } else { b'A' };
                out.push(mbo(at, b'T', taker, 0, price, size, 0));
                out.push(mbo(at, b'F', side, id, price, size, 0));
                out.push(mbo(at, b'C', side, id, price, size, LAST));
                open.swap_remove(pick);
            }
            _ => {
                out.push(mbo(at, b'C', side, id, price, size, LAST));
                open.swap_remove(pick);
            }
        }
    }
    out
}

/// Seconds of processor time of this thread where the system tells, else of the clock: other work on the machine
/// does not count.
fn seconds(began: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ns = told.and_then(|t| t.split_whitespace().next()?.parse::<u64>().ok());
    ns.map_or(began.elapsed().as_secs_f64(), |ns| ns as f64 / 1e9)
}

/// The best of five runs.
fn measure(what: &str, mut run: impl FnMut() -> u64) {
    let mut best = f64::INFINITY;
    let mut records = 0;
    for _ in 0..5 {
        let (start, began) = (Instant::now(), seconds(Instant::now()));
        records = run();
        best = best.min(seconds(start) - began);
    }
    println!("{what:<20} {:>7.1} million records/s, {best:.3} s", records as f64 / best / 1e6);
}

fn open(path: &Path) -> Stream {
    Stream::open(path, "speed.dbn").unwrap()
}

fn survey(path: &Path) -> (Survey, u64) {
    let (mut stream, mut survey) = (open(path), Survey::default());
    survey.begin(&stream).unwrap();
    while let Some(record) = stream.next_record().unwrap() {
        survey.record(&record).unwrap();
    }
    (survey, stream.number)
}

fn events(path: &Path) -> u64 {
    let mut stream = open(path);
    let mut reader = RecordReader::new(survey(path).0.finish().unwrap().instruments);
    let (start, began) = (Instant::now(), seconds(Instant::now()));
    reader.begin(&stream).unwrap();
    let (mut events, mut count) = (EventBuf::new(), 0);
    while let Some(record) = stream.next_record().unwrap() {
        if events.len() > 4_096 {
            count += events.len();
            events.clear();
        }
        reader.record(&record, &mut events).unwrap();
    }
    let rate = stream.number as f64 / (seconds(start) - began) / 1e6;
    println!("  to {} events: {rate:.1} million records/s", count + events.len());
    stream.number
}

fn main() {
    let folder = Folder::new("speed");
    let path = folder.file("speed.dbn", &encode(&metadata(3, Schema::Mbo), &records()));
    println!("{} MB", std::fs::metadata(&path).unwrap().len() / 1_000_000);
    measure("decoding alone", || {
        let mut stream = open(&path);
        while stream.next_record().unwrap().is_some() {}
        stream.number
    });
    measure("survey", || survey(&path).1);
    for _ in 0..5 {
        events(&path);
    }
    let out = folder.path("speed.tape");
    for codec in ["none", "delta"] {
        let mut request = request(std::slice::from_ref(&path), &out);
        request.codec = Some(codec.to_owned());
        measure(&format!("import, {codec}"), || {
            import(&request, &mut |_, _| {}).unwrap();
            RECORDS as u64
        });
    }
}
