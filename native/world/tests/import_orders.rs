//! Imports of recordings that tell every order: whole, and the book on the tape is the one expected.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod import_support;

use flate2::read::GzDecoder;
use import_support::{Files, events, import, run, survey};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use tickwright_engine::EventRef;
use tickwright_engine::book::{Book, Side};
use tickwright_engine::core::Market;
use tickwright_engine::event::kind;
use tickwright_world::import::{ImportConfig, ImportReport};
use tickwright_world::tape::TapeIndex;

/// `TICKWRIGHT_DATA`, else the folder beside the repository.
fn data(test: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = std::env::var_os("TICKWRIGHT_DATA").map_or(PathBuf::from(beside), PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: {test}: no recordings");
    }
    folder.is_dir().then_some(folder)
}

fn unpacked(test: &str, folder: &str, name: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let packed = std::fs::read(data(test)?.join(folder).join(name)).unwrap();
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    Some(vec![(name.to_owned(), bytes)])
}

fn whole(files: &Files) -> (ImportReport, Vec<u8>) {
    run(files, &ImportConfig::default(), 1 << 16).unwrap()
}

/// The book at the end of a tape of one instrument.
fn book(tape: &[u8]) -> Market {
    let index = TapeIndex::open(tape).unwrap();
    let mut market = Market::new(&index.meta.directory.instruments[0]).unwrap();
    for (header, bids, asks) in events(tape) {
        market.apply(EventRef { header: &header, bids: &bids, asks: &asks });
    }
    market
}

#[test]
fn coinbase_of_2016_becomes_the_books_stated() {
    let test = "coinbase_of_2016_becomes_the_books_stated";
    const FOLDER: &str = "coinbase-l3-20160312";
    for (number, events) in [(0, 8_693), (1, 9_634)] {
        let name = format!("replay_coinbase_{number}.in.gz");
        let Some(files) = unpacked(test, FOLDER, &name) else { return };
        let (report, tape) = whole(&files);
        assert_eq!(
            (report.report.format, report.report.venue.as_str()),
            ("lines", "coinbase-exchange")
        );
        assert_eq!(report.report.refused_frames.total, 0, "{:?}", report.report.refused_frames);
        assert_eq!((report.events, report.report.gaps), (events, 0));
        assert_eq!(report.report.unjoined, [""; 0]);
        let instrument = &report.instruments[0];
        assert_eq!(
            (instrument.name.as_str(), instrument.joined),
            ("coinbase-exchange:BTC-USD", true)
        );
        // The recorder's clock is of another zone, and 15 s late.
        let trades =
            report.report.negative_latency.by_source.iter().find(|s| s.source.ends_with("/trade"));
        let median = trades.unwrap().median_ns;
        assert!((-18_000_000_000_000..-17_980_000_000_000).contains(&median), "{median}");
        let out =
            data(test).unwrap().join(FOLDER).join(format!("replay_coinbase_{number}.out.json"));
        let out: serde_json::Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
        let market = book(&tape);
        assert_eq!(Some(market.sequence), out["sequence"].as_u64());
        for (side, name) in [(Side::Bid, "bids"), (Side::Ask, "asks")] {
            let units = |value: &serde_json::Value, scale: f64| {
                (value.as_f64().unwrap() * scale).round() as i64
            };
            let rows = out[name].as_array().unwrap();
            let expected: Vec<(i64, i64)> =
                rows.iter().map(|row| (units(&row[0], 1e2), units(&row[1], 1e8))).collect();
            let mut levels = Vec::new();
            market.book.for_each(side, &mut |level| levels.push((level.price, level.quantity)));
            levels.truncate(50);
            assert_eq!(levels, expected);
        }
    }
}

#[test]
fn bitstamp_of_2015_imports_whole() {
    let test = "bitstamp_of_2015_imports_whole";
    let Some(files) = unpacked(test, "bitstamp-l3-20150501", "2015-05-01.log.gz") else { return };
    let (report, tape) = whole(&files);
    assert_eq!((report.report.format, report.report.venue.as_str()), ("lines", "bitstamp-l3"));
    assert_eq!(report.report.refused_frames.total, 0, "{:?}", report.report.refused_frames);
    let kinds = [
        ("orderAdd", 118_947),
        ("orderModify", 4_516),
        ("orderCancel", 119_048),
        ("trade", 4_251),
        ("snapshot", 29_992),
    ];
    let kinds: BTreeMap<&str, u64> = kinds.into_iter().collect();
    assert_eq!(report.by_kind.into_iter().collect::<BTreeMap<_, _>>(), kinds);
    assert_eq!((report.report.frames, report.report.out_of_order), (276_767, 13));
    assert_eq!(report.report.receive_time_back, 0);
    let instrument = &report.instruments[0];
    assert_eq!((instrument.tick.as_str(), instrument.lot.as_str()), ("0.01", "0.00000001"));
    let market = book(&tape);
    assert_eq!(market.counts.trades, 4_251);
    let added = events(&tape).iter().filter(|event| event.0.kind == kind::ORDER_ADD).count();
    assert_eq!(added, 118_947);
}

/// The tape is a function of the recording's bytes, whatever the chunks.
#[test]
fn chunks_do_not_matter() {
    let test = "chunks_do_not_matter";
    let Some(files) = unpacked(test, "coinbase-l3-20160312", "replay_coinbase_0.in.gz") else {
        return;
    };
    let config = ImportConfig::default();
    let plan = survey(&files, &config, 1 << 20, true).unwrap();
    let (_, large) = import(&files, &plan, &config, 1 << 20).unwrap();
    let (_, small) = import(&files, &plan, &config, 4_093).unwrap();
    assert_eq!(large, small);
}
