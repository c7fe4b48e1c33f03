//! Speed of an import without reading and unpacking: survey and import apart, least of several runs.
//! Frames and tables alike; a table is recognised by its name and first lines.
//!
//! `cargo run --release --example import_speed -- FILE.gz [--venue V]`

use flate2::read::GzDecoder;
use std::io::{Read, Write};
use std::time::{Duration, Instant};
use tickwright_engine::venue::Venue;
use tickwright_world::import::{ImportConfig, Importer, Progress, Survey};

const RUNS: usize = 15;
const CHUNK: usize = 256 << 10;

#[allow(clippy::disallowed_methods)] // a measurement, not a decision
fn timed<T>(least: &mut Duration, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let out = run();
    *least = start.elapsed().min(*least);
    out
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: import_speed FILE.gz [--venue V]")?;
    let venue = args.nth(1).and_then(|name| Venue::parse(&name));
    let packed = std::fs::read(&path)?;
    let mut bytes = Vec::new();
    let config = ImportConfig { venue, files: Some(1), ..ImportConfig::default() };
    let [mut unpacking, mut surveying, mut whole, mut importing] = [Duration::MAX; 4];
    let mut answer = None;
    for _ in 0..RUNS {
        bytes.clear();
        timed(&mut unpacking, || GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes))?;
        timed(&mut whole, || survey(&path, &bytes, Survey::whole(&config)))?;
        let plan = timed(&mut surveying, || survey(&path, &bytes, Survey::new(&config)))?;
        let report = timed(&mut importing, || {
            let mut importer = Importer::new(&plan, &config)?;
            importer.begin_file(&path);
            for chunk in bytes.chunks(CHUNK) {
                importer.push_chunk(chunk)?;
                importer.output().clear();
            }
            importer.end_file("", packed.len() as u64)?;
            importer.finish()
        })?;
        answer = Some((report.events, report.rows, report.content_hash, report.bytes));
    }
    let (events, rows, hash, size) = answer.ok_or("no run")?;
    let ms = |d: Duration| d.as_secs_f64() * 1e3;
    let mut out = std::io::stdout();
    writeln!(out, "{events} events, {rows} rows, {hash}, tape {size} bytes")?;
    writeln!(
        out,
        "unpack {:.1} ms (flate2), survey {:.2} ms (whole: {:.1}), import {:.1} ms: {:.0} MB/s",
        ms(unpacking),
        ms(surveying),
        ms(whole),
        ms(importing),
        bytes.len() as f64 / 1e6 / importing.as_secs_f64()
    )?;
    Ok(())
}

fn survey(
    name: &str,
    bytes: &[u8],
    mut survey: Survey,
) -> Result<tickwright_world::import::Plan, tickwright_engine::CoreError> {
    survey.begin_file(name);
    for chunk in bytes.chunks(CHUNK) {
        if survey.push_chunk(chunk)? == Progress::Enough {
            return survey.finish();
        }
    }
    survey.end_file()?;
    survey.finish()
}
