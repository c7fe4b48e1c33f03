//! Imports of real recordings: every event counted, every symbol joined, the same bytes whatever the
//! chunks. Skipped by name where the recordings are not there.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod import_support;

use flate2::read::GzDecoder;
use import_support::{Files, events, import, run, survey};
use std::io::Read;
use std::path::PathBuf;
use tickwright_engine::EventRef;
use tickwright_engine::core::Market;
use tickwright_engine::venue::Venue;
use tickwright_world::import::{ImportConfig, ImportReport};
use tickwright_world::tape::TapeIndex;

/// `TICKWRIGHT_DATA`, else the folder beside the repository.
fn data() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = std::env::var_os("TICKWRIGHT_DATA").map_or(PathBuf::from(beside), PathBuf::from);
    folder.is_dir().then_some(folder)
}

fn unpacked(folder: &str, names: &[&str]) -> Option<Vec<(String, Vec<u8>)>> {
    let Some(data) = data() else {
        println!("skipped: {folder}: no recordings");
        return None;
    };
    let read = |name: &&str| {
        let packed = std::fs::read(data.join(folder).join(name)).unwrap();
        let mut bytes = Vec::new();
        GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
        ((*name).to_owned(), bytes)
    };
    Some(names.iter().map(read).collect())
}

/// Spot frames without an address fit three venues, so these have to be told.
fn whole_import(files: &Files, venue: Option<Venue>) -> (ImportReport, Vec<u8>) {
    let config = ImportConfig { venue, ..ImportConfig::default() };
    run(files, &config, 1 << 16).unwrap()
}

fn assert_clean(report: &ImportReport) {
    let data = &report.report;
    assert_eq!(data.gaps, 0);
    assert_eq!(data.unjoined, [""; 0]);
    assert_eq!(data.refused_frames.total, 0, "{:?}", data.refused_frames);
    assert_eq!(data.receive_time_back, 0);
    assert!(report.instruments.iter().all(|i| i.joined), "{:?}", report.instruments);
}

const WS: &str = "binance-ws-20240808";

#[test]
fn usdm_btcusdt_has_every_event() {
    let Some(files) = unpacked(WS, &["usdm_btcusdt_20240808.gz"]) else { return };
    let (report, _) = whole_import(&files, None);
    assert_clean(&report);
    assert_eq!((report.events, report.rows), (93_950, 466_575));
    assert_eq!(report.by_kind["quote"], 66_089);
    assert_eq!(report.by_kind["trade"], 21_313);
    assert_eq!(report.by_kind["depth"], 6_547);
    assert_eq!(report.by_kind["snapshot"], 1);
    let data = &report.report;
    assert_eq!((data.format, data.venue.as_str()), ("lines", "binance-usdm"));
    assert_eq!((data.joins, data.stale, data.duplicates), (1, 4, 0));
    assert_eq!(data.crossed.count, 0);
    let instrument = &report.instruments[0];
    assert_eq!(instrument.name, "binance-usdm:BTCUSDT");
    assert_eq!((instrument.tick.as_str(), instrument.lot.as_str()), ("0.1", "0.001"));
    assert!(instrument.inferred);
    // The recorder's clock is about 1.27 s behind: told, not clamped.
    let latency = &data.negative_latency;
    assert_eq!(latency.count, latency.events);
    for source in &latency.by_source {
        assert!((-1_290_000_000..-1_250_000_000).contains(&source.median_ns), "{source:?}");
    }
}

#[test]
fn every_websocket_recording_joins_without_a_gap() {
    let spot = Some(Venue::Binance);
    for (names, venue) in [
        (&["spot_btcusdt_20240808.gz", "spot_btcusdt_20240809.gz"][..], spot),
        (&["spot_ethusdt_20240808.gz", "spot_ethusdt_20240809.gz"], spot),
        (&["cm_btcusd_perp_20240808.gz", "cm_btcusd_perp_20240809.gz"], None),
        (&["cm_ethusd_perp_20240808.gz", "cm_ethusd_perp_20240809.gz"], None),
        (&["usdm_ethusdt_20240808.gz"], None),
    ] {
        let Some(files) = unpacked(WS, names) else { return };
        let lines: usize = files.iter().map(|(_, b)| memchr::memchr_iter(b'\n', b).count()).sum();
        let (report, _) = whole_import(&files, venue);
        assert_clean(&report);
        let data = &report.report;
        assert_eq!(report.events + data.stale + data.ignored_frames.total, lines as u64);
        assert_eq!(data.crossed.count, 0, "{names:?}: {:?}", data.crossed);
        assert_eq!(data.files.len(), names.len());
    }
}

#[test]
fn three_files_of_nexo_are_one_stream() {
    let names =
        ["nexousdt_20240723.dat.gz", "nexousdt_20240724.dat.gz", "nexousdt_20240725.dat.gz"];
    let Some(files) = unpacked("binance-spot-nexousdt-34h", &names) else { return };
    let (report, _) = whole_import(&files, Some(Venue::Binance));
    assert_clean(&report);
    assert_eq!(report.events, 166_840);
    assert_eq!(report.by_kind["depth"], 99_030);
    assert_eq!(report.by_kind["quote"], 48_992);
    assert_eq!(report.by_kind["trade"], 18_817);
    assert_eq!(report.report.crossed.count, 0);
    assert_eq!(report.report.files[2].time_unit, "us");
}

#[test]
fn captures_are_sorted_and_every_symbol_joins() {
    for (name, venue, symbols) in [
        ("BINANCE.jsonl.gz", "binance", 4),
        ("BINANCE_FUTURES.jsonl.gz", "binance-usdm", 4),
        ("BINANCE_DELIVERY.jsonl.gz", "binance-coinm", 10),
        ("BINANCE_US.jsonl.gz", "binance-us", 4),
        // Its fourth symbol had candles only.
        ("BINANCE_TR.jsonl.gz", "binance-tr", 3),
    ] {
        let Some(files) = unpacked("exchange-raw-frames", &[name]) else { return };
        let (report, tape) = whole_import(&files, None);
        let data = &report.report;
        assert_eq!(data.venue, venue);
        assert_eq!(report.instruments.len(), symbols, "{name}: {:?}", report.instruments);
        assert!(report.instruments.iter().all(|i| !i.inferred), "{:?}", report.instruments);
        assert_clean(&report);
        let (again, same) = whole_import(&files, None);
        assert!(again == report && same == tape);
    }
}

/// Lists in these recordings name fewer decimals than Kraken prints, and the checksum is over those.
#[test]
fn tapes_keep_the_checksums_of_their_venues() {
    for (name, venue, symbols, checksums) in [
        ("KRAKEN.jsonl.gz", "kraken", 10, 4_269),
        ("OKX.jsonl.gz", "okx", 3, 290),
        ("OKCOIN.jsonl.gz", "okcoin", 4, 6),
        ("BITGET.jsonl.gz", "bitget", 10, 637),
    ] {
        let Some(files) = unpacked("exchange-raw-frames", &[name]) else { return };
        let (report, tape) = whole_import(&files, None);
        assert_eq!((report.report.venue.as_str(), report.instruments.len()), (venue, symbols));
        assert_clean(&report);
        let mut markets = markets(&tape);
        for (header, bids, asks) in events(&tape) {
            let event = EventRef { header: &header, bids: &bids, asks: &asks };
            markets[header.instrument as usize].apply(event);
        }
        let counts = markets.iter().map(|market| market.proof().counts());
        let sums =
            counts.fold((0, 0), |sum, c| (sum.0 + c.checksums, sum.1 + c.checksums_mismatched));
        assert_eq!(sums, (checksums, 0), "{name}");
    }
}

fn markets(tape: &[u8]) -> Vec<Market> {
    let instruments = TapeIndex::open(tape).unwrap().meta.directory.instruments;
    instruments.iter().map(|instrument| Market::new(instrument).unwrap()).collect()
}

#[test]
fn chunks_and_a_whole_survey_give_the_same_bytes() {
    let Some(mut files) = unpacked(WS, &["spot_ethusdt_20240808.gz"]) else { return };
    // A stretch that is large enough to go beyond the survey's prefix.
    files[0].1.truncate(2 << 20);
    let cut = memchr::memrchr(b'\n', &files[0].1).unwrap();
    let rest = files[0].1.split_off(cut + 1);
    files.push(("rest".into(), rest));
    let config = ImportConfig { venue: Some(Venue::Binance), ..ImportConfig::default() };
    let plan = survey(&files, &config, 1 << 20, false).unwrap();
    assert!(!plan.whole);
    let (report, tape) = import(&files, &plan, &config, 1 << 20).unwrap();
    for chunk in [1, 7, 4_096] {
        let plan = survey(&files, &config, chunk, false).unwrap();
        let (other, bytes) = import(&files, &plan, &config, chunk).unwrap();
        assert!(bytes == tape && other == report, "chunks of {chunk}");
    }
    let plan = survey(&files, &config, 4_096, true).unwrap();
    assert!(plan.whole);
    let (other, bytes) = import(&files, &plan, &config, 4_096).unwrap();
    assert!(bytes == tape && other == report, "whole survey");
}
