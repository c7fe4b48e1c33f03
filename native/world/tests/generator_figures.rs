//! A generated market beside the real one, by the same statistics code.
#![allow(clippy::expect_used)]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use tickwright_engine::EventBuf;
use tickwright_engine::venue::{Feed, Venue};
use tickwright_world::generator::{
    Generator, GeneratorConfig, MarketFigures, MarketStats, Profile, table,
};

/// The folder of recordings: `TICKWRIGHT_DATA`, else beside the repository.
fn recording(profile: &Profile) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = std::env::var_os("TICKWRIGHT_DATA").map_or(PathBuf::from(beside), PathBuf::from);
    Some(folder.join(profile.source)).filter(|path| path.exists())
}

fn generated(seed: u64, seconds: u32) -> MarketFigures {
    let config = GeneratorConfig::new(seed, seconds);
    let mut stats = MarketStats::new(config.instruments[0].tick);
    let mut generator = Generator::new(&config).expect("a configuration");
    let mut bytes = Vec::new();
    while generator.next_input(&mut bytes).is_some() {
        generator.events().iter().for_each(|event| stats.push(event));
        bytes.clear();
    }
    stats.finish()
}

fn recorded(path: &PathBuf) -> MarketFigures {
    let config = GeneratorConfig::new(0, 1);
    let mut directory = Generator::new(&config).expect("a configuration").directory().clone();
    let mut feed = Feed::new(Venue::BinanceUsdm, &mut directory);
    let mut stats = MarketStats::new(config.instruments[0].tick);
    let file = std::fs::File::open(path).expect("the recording opens");
    let lines = BufReader::new(flate2::read::GzDecoder::new(file)).lines();
    let mut events = EventBuf::new();
    for line in lines {
        let line = line.expect("text");
        let (ts, frame) = line.split_once(' ').expect("a stamp and a frame");
        let (ts, frame) = (ts.parse().expect("nanoseconds"), frame.as_bytes());
        events.clear();
        let taken = match frame.starts_with(b"{\"lastUpdateId\"") {
            true => feed.snapshot(0, frame, ts, &mut events),
            false => feed.frame(frame, ts, &mut events),
        };
        taken.expect("every frame of the recording is understood");
        events.iter().for_each(|event| stats.push(event));
    }
    stats.finish()
}

fn assert_within(figures: &MarketFigures, real: &MarketFigures, what: &str) {
    let comparisons = figures.compare(real);
    eprintln!("{what}\n{}", table(&comparisons));
    for c in comparisons.iter().filter(|c| c.promised) {
        assert!(c.within(), "{what}: {c:?}");
    }
}

/// Half an hour: the |return| autocorrelation of six minutes alone has a sampling error of a fifth.
#[test]
fn half_an_hour_of_any_seed_lies_within_a_fifth_of_the_profile() {
    let real = Profile::usdm_btcusdt().recorded;
    for seed in [1, 20_240_808] {
        assert_within(&generated(seed, 1_800), &real, &format!("seed {seed}"));
    }
}

#[test]
fn the_profile_holds_what_the_recording_measures() {
    let profile = Profile::usdm_btcusdt();
    let Some(path) = recording(&profile) else {
        eprintln!("skipped: the_profile_holds_what_the_recording_measures: no recordings");
        return;
    };
    let measured = recorded(&path);
    for c in profile.recorded.compare(&measured) {
        let off = (c.generated - c.recorded).abs();
        assert!(off <= 0.005 * c.recorded.abs().max(1e-9), "stored and measured differ: {c:?}");
    }
    assert_within(&generated(3, 1_800), &measured, "generated beside the recording");
}
