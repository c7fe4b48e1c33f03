//! How fast frames become events: `cargo run --release --example parse_speed -- FILE.gz VENUE SYMBOL`.
//! Least of nine passes over a recording of `<stamp> <frame>` lines, all in memory.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use flate2::read::GzDecoder;
use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::time::Instant;
use tickwright_engine::venue::binance::scale::ScaleScan;
use tickwright_engine::venue::binance::scan::{Family, is_snapshot};
use tickwright_engine::venue::{Feed, Venue};
use tickwright_engine::{Directory, EventBuf, Instrument, InstrumentVersion};

const PASSES: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, venue, symbol] = arguments.as_slice() else {
        return Err("usage: parse_speed FILE.gz VENUE SYMBOL".into());
    };
    let venue = Venue::parse(venue).ok_or("no such venue")?;
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(file)?).read_to_end(&mut bytes)?;
    let frames: Vec<&[u8]> = bytes
        .split(|b| *b == b'\n')
        .filter_map(|line| line.iter().position(|b| *b == b' ').map(|at| &line[at + 1..]))
        .collect();
    let total: usize = frames.iter().map(|f| f.len()).sum();
    println!("{} frames, {:.1} MB", frames.len(), total as f64 / 1e6);

    let mut scan = ScaleScan::new();
    let seconds = least(|| {
        scan = ScaleScan::new();
        frames.iter().filter(|f| scan.add_frame(f, Some(symbol)).is_ok()).count()
    });
    report("first pass (scales)", seconds, frames.len());

    let scales = scan.scales(symbol).ok_or("no such symbol in the recording")?;
    let instrument = Instrument {
        venue: venue.name().into(),
        symbol: symbol.clone(),
        price_scale: scales.price_scale,
        quantity_scale: scales.quantity_scale,
        versions: vec![InstrumentVersion {
            from_event: 0,
            tick: scales.tick,
            lot: scales.lot,
            inferred: true,
        }],
    };
    for (name, templates) in [("templates", true), ("general reader", false)] {
        let seconds = least(|| pass(venue, &instrument, &frames, templates));
        report(name, seconds, frames.len());
    }
    for family in [Family::Depth, Family::Quote, Family::Trade, Family::AggTrade] {
        let mut seen = ScaleScan::new();
        let of_family =
            |f: &&&[u8]| seen.add_frame(f, Some(symbol)).is_ok_and(|s| s.family == family);
        let some: Vec<&[u8]> = frames.iter().filter(of_family).copied().collect();
        if !some.is_empty() {
            let seconds = least(|| pass(venue, &instrument, &some, true));
            report(family.name(), seconds, some.len());
        }
    }
    Ok(())
}

/// All frames through a fresh feed; returns the events, so that nothing is optimised away.
fn pass(venue: Venue, instrument: &Instrument, frames: &[&[u8]], templates: bool) -> usize {
    let mut directory = Directory { instruments: vec![instrument.clone()], sources: Vec::new() };
    let mut feed = Feed::new(venue, &mut directory);
    feed.set_templates(templates);
    let mut out = EventBuf::new();
    let mut events = 0;
    for (stamp, frame) in frames.iter().enumerate() {
        out.clear();
        let taken = if is_snapshot(frame) {
            feed.snapshot(0, frame, stamp as i64, &mut out)
        } else {
            feed.frame(frame, stamp as i64, &mut out)
        };
        events += usize::from(taken.is_ok()) * out.len();
    }
    events
}

fn least(mut run: impl FnMut() -> usize) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..PASSES {
        let start = Instant::now();
        std::hint::black_box(run());
        best = best.min(start.elapsed().as_secs_f64());
    }
    best
}

fn report(what: &str, seconds: f64, frames: usize) {
    let each = seconds * 1e9 / frames as f64;
    println!("{what:>20}: {:.2} ms, {each:.0} ns a frame", seconds * 1e3);
}
