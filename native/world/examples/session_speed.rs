//! What the core does without the boundary: a USD-M recording through a live session, with and without
//! a journal in memory. Least of several runs.
//!
//! `cargo run --release --example session_speed -- FILE.gz [RUNS] [depth|bookTicker|trade]`
#![allow(clippy::disallowed_methods)] // a measurement, not a decision

use flate2::read::GzDecoder;
use std::error::Error;
use std::io::{Read, Write};
use std::time::{Duration, Instant};
use tickwright_engine::journal::{JournalWriter, SegmentStart};
use tickwright_engine::schema::entry_type;
use tickwright_world::session::{SessionHost, Windows};

const SEGMENT: usize = 64 << 20;
const EPOCH: i64 = 1_723_161_255_000_000_000;
const CONFIG: &str = r#"{"mode":"live","config":{"epoch":"1723161255000000000",
"instruments":[{"venue":"binance-usdm","symbol":"BTCUSDT","priceScale":2,"quantityScale":3,
"tick":10,"lot":1}],
"connections":[{"name":"stream","venue":"binance-usdm","kind":"stream"},
{"name":"snapshots","venue":"binance-usdm","kind":"snapshot","symbol":"BTCUSDT"}]}}"#;

struct Input<'a> {
    stamp: i64,
    is_body: bool,
    payload: &'a [u8],
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: session_speed FILE.gz [RUNS] [KIND]")?;
    let runs = args.next().map_or(Ok(9), |n| n.parse::<usize>())?;
    let kind = args.next();
    let mut bytes = Vec::new();
    GzDecoder::new(std::fs::File::open(&path)?).read_to_end(&mut bytes)?;
    let inputs = inputs(&bytes, kind.as_deref())?;
    let mut segment = vec![1_u8; SEGMENT];
    let mut out = std::io::stdout();
    for journaled in [false, true] {
        let mut least = Duration::MAX;
        let mut answer = String::new();
        for _ in 0..runs {
            segment.fill(0);
            let (took, hash) = run(&inputs, &mut segment, journaled)?;
            least = least.min(took);
            answer = hash;
        }
        let each = least.as_nanos() as f64 / inputs.len() as f64;
        writeln!(out, "journal {journaled}: {each:.1} ns a frame, {answer}")?;
    }
    Ok(())
}

fn inputs<'a>(bytes: &'a [u8], kind: Option<&str>) -> Result<Vec<Input<'a>>, Box<dyn Error>> {
    let wanted = kind.map(|k| match k {
        "depth" => "\"depthUpdate\"",
        "trade" => "\"e\":\"trade\"",
        _ => "\"bookTicker\"",
    });
    let mut inputs = Vec::new();
    for line in bytes.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
        let (stamp, payload) = line.split_at_checked(20).ok_or("a short line")?;
        let is_body = payload.starts_with(b"{\"lastUpdateId\"");
        let head = std::str::from_utf8(&payload[..payload.len().min(100)])?;
        if wanted.is_none_or(|w| head.contains(w) || is_body) {
            let stamp = std::str::from_utf8(&stamp[..19])?.parse::<i64>()? - EPOCH;
            inputs.push(Input { stamp, is_body, payload });
        }
    }
    Ok(inputs)
}

fn run(
    inputs: &[Input<'_>],
    segment: &mut [u8],
    journaled: bool,
) -> Result<(Duration, String), Box<dyn Error>> {
    let (mut host, _) = SessionHost::open(CONFIG, &[])?;
    let start = SegmentStart { first_seq: 1, ..SegmentStart::default() };
    let mut writer = if journaled { Some(JournalWriter::create(segment, &start)?) } else { None };
    if journaled {
        host.set_journal(Windows { journal: segment, writer: writer.as_mut(), segment: &[] });
    } else {
        host.publish_window(Windows { journal: segment, ..Windows::default() });
    }
    let clock = Instant::now();
    for input in inputs {
        let ctl = host.regions.memory(Windows::default()).ctl;
        let at = ctl.in_offset as usize;
        ctl.in_type = f64::from(if input.is_body { entry_type::BODY } else { entry_type::FRAME });
        ctl.in_source = f64::from(u8::from(input.is_body));
        ctl.in_length = input.payload.len() as f64;
        ctl.stamp = input.stamp as f64;
        segment[at..at + input.payload.len()].copy_from_slice(input.payload);
        let code = host.feed(Windows { journal: segment, writer: writer.as_mut(), segment: &[] });
        if code != 0 {
            return Err(format!("code {code}: {:?}", host.session.core.fault()).into());
        }
    }
    let took = clock.elapsed();
    let description = host.session.core.describe();
    let hash = format!(
        "{} events, {} rows, state {}, market {}",
        description.events,
        description.rows,
        description.state_hash,
        host.session.core.digests().market
    );
    Ok((took, hash))
}
