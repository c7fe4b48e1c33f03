//! Recordings that are damaged as files are, and what their reports say.

use super::{Files, events, run};
use std::collections::BTreeMap;
use tickwright_engine::CoreError;
use tickwright_engine::core::Market;
use tickwright_engine::event::EventRef;
use tickwright_world::import::{ImportConfig, ImportReport};
use tickwright_world::tape::TapeIndex;

/// Xorshift: enough for choosing.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((u128::from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)) * limit as u128) >> 64) as usize
    }
}

/// The seeds of this run out of `0..count`: all, or with `TICKWRIGHT_SEEDS=1/N` the share that
/// `TICKWRIGHT_SEED_BASE` names.
pub fn seeds(count: u64) -> impl Iterator<Item = u64> {
    let number = |text: String| text.parse::<u64>().ok();
    let share = std::env::var("TICKWRIGHT_SEEDS").ok();
    let share = share.and_then(|s| number(s.strip_prefix("1/")?.to_owned())).unwrap_or(1).max(1);
    let base = std::env::var("TICKWRIGHT_SEED_BASE").ok().and_then(number).unwrap_or(0);
    (0..count).filter(move |seed| seed % share == base % share)
}

/// What an import told: all that would make a reader ask.
pub type Told = BTreeMap<String, u64>;

/// A tape and what was told of it.
#[derive(Debug)]
pub struct Imported {
    pub content_hash: String,
    pub told: Told,
    pub report: ImportReport,
    pub tape: Vec<u8>,
}

pub fn import_of(files: &Files, config: &ImportConfig) -> Result<Imported, CoreError> {
    let (report, tape) = run(files, config, 1 << 16)?;
    let told = told(&report, &tape);
    Ok(Imported { content_hash: report.content_hash.clone(), told, report, tape })
}

/// Counts of the report, and those of a replay of the tape through its books. Counts that say how much
/// there is (events, rows, levels) are left out: nobody knows them beforehand.
fn told(report: &ImportReport, tape: &[u8]) -> Told {
    let data = &report.report;
    let mut told = Told::new();
    let mut add = |name: &str, count: u64| {
        told.insert(name.to_owned(), count);
    };
    add("frames", data.frames);
    add("lines", data.files.iter().map(|f| f.lines).sum());
    add("blank lines", data.blank_lines);
    add("gaps", data.gaps);
    add("duplicates", data.duplicates);
    add("out of order", data.out_of_order);
    add("stale", data.stale);
    add("joins", data.joins);
    add("negative latency", data.negative_latency.count);
    add("crossed", data.crossed.count);
    add("receive times with lost digits", data.precision_loss.receive_times);
    add("drift", data.schema_drift.count);
    add("receive time back", data.receive_time_back);
    add("instruments", report.instruments.len() as u64);
    add("joined", report.instruments.iter().filter(|i| i.joined).count() as u64);
    add("inferred", report.instruments.iter().filter(|i| i.inferred).count() as u64);
    data.unjoined.iter().for_each(|name| add(&format!("unjoined {name}"), 1));
    report.instruments.iter().for_each(|i| add(&format!("instrument {}", i.name), 1));
    for (code, refused) in &data.refused_frames.by_code {
        add(&format!("refused {code}"), refused.count);
    }
    data.ignored_frames.by_kind.iter().for_each(|(kind, n)| add(&format!("ignored {kind}"), *n));
    data.corrections.iter().for_each(|c| add(&format!("corrected {}", c.rule), c.count));
    for (name, count) in replayed(tape) {
        add(name, count);
    }
    told
}

/// The proof of the tape's books, as `prove` comes to it.
fn replayed(tape: &[u8]) -> [(&'static str, u64); 7] {
    let index = TapeIndex::open(tape).unwrap();
    let instruments = &index.meta.directory.instruments;
    let mut markets: Vec<Market> = instruments.iter().map(|i| Market::new(i).unwrap()).collect();
    for (header, bids, asks) in events(tape) {
        let market = &mut markets[header.instrument as usize];
        market.apply(EventRef { header: &header, bids: &bids, asks: &asks });
    }
    let sum = |of: fn(&Market) -> u64| markets.iter().map(of).sum::<u64>();
    [
        ("replay: gaps", sum(|m| m.counts.gaps)),
        ("replay: unjoined", sum(|m| m.counts.unjoined)),
        ("replay: crossed", sum(|m| m.counts.crossed)),
        ("replay: quotes mismatched", sum(|m| m.proof().counts().mismatched)),
        ("replay: checksums", sum(|m| m.proof().counts().checksums)),
        ("replay: checksums mismatched", sum(|m| m.proof().counts().checksums_mismatched)),
        ("replay: joined", sum(|m| u64::from(m.joined))),
    ]
}
