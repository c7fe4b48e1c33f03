//! Runs every target over its kept cases, its corpus, and seeded mutations for a bounded time.
//!
//! `TICKWRIGHT_FUZZ_SECONDS`: for all targets together, 5 unless told otherwise, 300 in a nightly.
//! `TICKWRIGHT_SEED_BASE` moves the seeds on. An input that fails is written to `cases/<target>/` and named.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests are tests

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tickwright_fuzz::mutate::{Random, mutate};
use tickwright_fuzz::{TARGETS, Target, corpus};

/// Seeds of one run; the next run begins behind them.
const SEEDS: u64 = 1 << 32;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn cases(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(target)
}

fn budget() -> Duration {
    let nightly = std::env::var("TICKWRIGHT_NIGHTLY").is_ok_and(|v| v == "1");
    let seconds = number("TICKWRIGHT_FUZZ_SECONDS").unwrap_or(if nightly { 300 } else { 5 });
    Duration::from_millis(seconds * 1_000 / TARGETS.len() as u64)
}

#[test]
fn kept_cases_pass() {
    for &(name, target) in TARGETS {
        let Ok(folder) = std::fs::read_dir(cases(name)) else { continue };
        for entry in folder {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            assert!(catch_unwind(|| target(&bytes)).is_ok(), "{}", path.display());
        }
    }
}

#[test]
fn inputs_to_begin_with_pass() {
    for &(name, target) in TARGETS {
        let inputs = corpus::of(name).unwrap();
        assert!(!inputs.is_empty(), "{name}");
        inputs.iter().for_each(|input| target(input));
    }
}

#[test]
fn mutations_pass() {
    let base = number("TICKWRIGHT_SEED_BASE").unwrap_or(0) * SEEDS;
    for &(name, target) in TARGETS {
        let inputs = corpus::of(name).unwrap();
        let runs = run(name, target, &inputs, base);
        assert!(runs > 0, "{name}");
        eprintln!("{name}: {runs} inputs from seed {base}");
    }
}

/// Mutates until the time is up; inputs that were not refused at once are not kept: no coverage is known.
#[allow(clippy::disallowed_methods)] // bounds the loop, decides nothing
fn run(name: &str, target: Target, inputs: &[Vec<u8>], base: u64) -> u64 {
    let start = Instant::now();
    let mut runs = 0;
    while start.elapsed() < budget() {
        let seed = base + runs;
        let mut random = Random::new(seed);
        let input = &inputs[random.below(inputs.len())];
        let bytes = mutate(&mut random, input, inputs);
        if catch_unwind(|| target(&bytes)).is_err() {
            let path = cases(name).join(format!("seed-{seed}"));
            std::fs::create_dir_all(cases(name)).unwrap();
            std::fs::write(&path, &bytes).unwrap();
            panic!("{name}, seed {seed}: kept as {}", path.display());
        }
        runs += 1;
    }
    runs
}
