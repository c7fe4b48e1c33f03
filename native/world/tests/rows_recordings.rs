//! Tables of the data folder become tapes: counts as its README has them, bars rebuilt from trades.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod import_support;

use flate2::read::GzDecoder;
use import_support::captures::data;
use import_support::{events, run};
use std::io::Read as _;
use tickwright_engine::features::bars::{BarBuilder, BarSize};
use tickwright_engine::instrument::Instrument;
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{EventHeader, EventRef};
use tickwright_world::import::{ImportConfig, ImportReport};

/// A file of the data folder under its own name, unpacked; `None` where there is no folder.
fn recording(test: &str, folder: &str, name: &str) -> Option<(String, Vec<u8>)> {
    let data = data();
    if !data.is_dir() {
        println!("skipped: {test}: no recordings");
        return None;
    }
    let path = data.join(folder).join(name);
    let packed = std::fs::read(&path).unwrap();
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    Some((name.to_owned(), bytes))
}

fn import(files: &[(String, Vec<u8>)]) -> (ImportReport, Vec<u8>) {
    let config = ImportConfig { files: Some(files.len()), ..ImportConfig::default() };
    run(files, &config, 256 << 10).unwrap()
}

#[test]
fn every_table_of_bars_imports_without_a_map() {
    for (name, bars, broken, scale) in [
        ("btc-perp_1m_20211231-20220201.csv.gz", 45_031, 0, 3),
        ("gbpusd_m1_bid_2012.csv.gz", 30_117, 0, 5),
        ("gbpusd_m1_ask_2012.csv.gz", 30_117, 0, 5),
        ("btcusd_1h_20191120-20250513.csv.gz", 48_024, 1, 2),
        ("xauusd_h1.csv.gz", 57_600, 0, 11),
        ("gbpusd_h1.csv.gz", 57_600, 0, 11),
    ] {
        let Some(file) = recording("every_table_of_bars", "ohlcv", name) else { return };
        let (report, tape) = import(&[file]);
        assert_eq!((report.events, report.by_kind["bar"]), (bars, bars), "{name}");
        assert_eq!(report.report.refused_frames.total, 0, "{name}");
        assert_eq!(report.instruments[0].price_scale, scale, "{name}");
        let events = events(&tape);
        assert_eq!(events.iter().filter(|e| e.0.aux == 1).count(), broken, "{name}");
        let seconds = if name.contains("_1m") || name.contains("_m1") { 60 } else { 3_600 };
        assert!(events.iter().all(|e| e.0.w1 == seconds * 1_000_000_000), "{name}");
        assert!(events.iter().all(|e| e.0.ts_recv == e.0.w0 as i64 + e.0.w1 as i64), "{name}");
    }
}

#[test]
fn columns_in_another_order_are_read_by_name() {
    let file = recording("columns_in_another_order", "ohlcv", "btcusd_1h_20191120-20250513.csv.gz");
    let Some(file) = file else { return };
    let (report, tape) = import(&[file]);
    let first = &events(&tape)[0];
    assert_eq!(first.0.w0, 1_574_247_600_000_000_000);
    // open 8073.27, high 8109.55, low 8064.8, close 8098.82, volume 575.88, 4665150.84 dollars
    let prices: Vec<i64> = first.1[..4].iter().map(|e| e.price).collect();
    assert_eq!(prices, [807_327, 810_955, 806_480, 809_882]);
    let amounts: Vec<_> = first.1[4..].iter().map(|e| (e.price, e.quantity)).collect();
    assert_eq!(amounts, [(57_588, 100), (466_515_084, 100)]);
    assert_eq!(report.report.files[0].unused_columns, ["date", "hour"]);
    let odd: Vec<_> = report.report.oddities.iter().map(|o| (o.rule, o.count)).collect();
    assert_eq!(odd, [("bar that breaks low ≤ open, close ≤ high", 1)]);
}

const EQUITY: [(&str, u64); 8] = [
    ("aig_20131008_quote.csv.gz", 1_118_140),
    ("aig_20131008_trade.csv.gz", 43_342),
    ("aig_20131009_quote.csv.gz", 1_424_012),
    ("aig_20131009_trade.csv.gz", 52_008),
    ("bac_20131007_quote.csv.gz", 476_855),
    ("bac_20131007_trade.csv.gz", 88_172),
    ("bac_20131008_quote.csv.gz", 576_096),
    ("bac_20131008_trade.csv.gz", 125_872),
];

#[test]
fn every_row_of_the_equity_ticks_is_an_event() {
    for (name, rows) in EQUITY {
        let Some(file) = recording("every_row_of_the_equity_ticks", "us-equity-ticks-201310", name)
        else {
            return;
        };
        let (report, _) = import(&[file]);
        assert_eq!((report.events, report.report.refused_frames.total), (rows, 0), "{name}");
        assert_eq!(report.report.format, "lean-equity-tick");
    }
}

#[test]
fn quotes_and_trades_of_a_day_are_one_stream() {
    let of = |name| recording("quotes_and_trades_of_a_day", "us-equity-ticks-201310", name);
    let Some(trades) = of("aig_20131008_trade.csv.gz") else { return };
    let Some(quotes) = of("aig_20131008_quote.csv.gz") else { return };
    let (report, tape) = import(&[quotes, trades]);
    assert_eq!(report.events, 1_118_140 + 43_342);
    assert_eq!(report.report.receive_time_back, 0);
    assert!(report.instruments.iter().any(|i| i.name == "us-equity:AIG.P"));
    let events = events(&tape);
    assert!(events.windows(2).all(|w| w[0].0.ts_recv <= w[1].0.ts_recv));
    assert_eq!(events[0].0.ts_recv, 1_381_204_800_000_000_000 + 14_400_135 * 1_000_000);
    let trades = events.iter().filter(|e| e.0.kind == kind::TRADE);
    assert!(trades.clone().all(|e| e.0.flags & event_flag::NO_SIDE != 0));
    assert!(trades.clone().any(|e| e.0.flags & event_flag::OFF_BOOK != 0));
}

/// Open, high, low, close, volume of each minute, computed from the text alone.
fn bars_of_text(text: &str) -> Vec<(i64, [i64; 4], i64)> {
    let mut bars: Vec<(i64, [i64; 4], i64)> = Vec::new();
    for line in text.lines() {
        let mut fields = line.split(',').map(|f| f.parse::<i64>().unwrap_or(0));
        let [time, price, size] = std::array::from_fn(|_| fields.next().unwrap());
        let minute = time / 60_000;
        match bars.last_mut().filter(|bar| bar.0 == minute) {
            Some((_, [_, high, low, close], volume)) => {
                (*high, *low, *close) = (price.max(*high), price.min(*low), price);
                *volume += size;
            }
            None => bars.push((minute, [price; 4], size)),
        }
    }
    bars
}

#[test]
fn bars_rebuilt_from_imported_trades_are_those_of_the_text() {
    for (name, midnight) in [
        ("aig_20131008_trade.csv.gz", 1_381_204_800),
        ("aig_20131009_trade.csv.gz", 1_381_291_200),
        ("bac_20131007_trade.csv.gz", 1_381_118_400),
        ("bac_20131008_trade.csv.gz", 1_381_204_800),
    ] {
        let file = recording("bars_rebuilt", "us-equity-ticks-201310", name);
        let Some(file) = file else { return };
        let expected = bars_of_text(std::str::from_utf8(&file.1).unwrap());
        let (_, tape) = import(&[file]);
        let mut bars = Vec::new();
        let instrument = Instrument {
            venue: "us-equity".into(),
            symbol: "any".into(),
            price_scale: 4,
            quantity_scale: 0,
            versions: Vec::new(),
        };
        let mut builder = BarBuilder::new(BarSize::Time(60_000_000_000), &instrument);
        for (header, bids, asks) in events(&tape) {
            let time = header.ts_recv;
            bars.extend(std::iter::from_fn(|| builder.complete(time)));
            // The text counts prints off the book too.
            let header = EventHeader { flags: header.flags & !event_flag::OFF_BOOK, ..header };
            let event = EventRef { header: &header, bids: &bids, asks: &asks };
            assert_eq!(builder.event(event, time), None);
        }
        bars.extend(builder.complete(i64::MAX));
        let found: Vec<_> = bars
            .iter()
            .filter(|b| b.trades > 0)
            .map(|b| {
                let minute = (b.start - midnight * 1_000_000_000) / 60_000_000_000;
                (minute, [b.open, b.high, b.low, b.close], b.volume as i64)
            })
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}
