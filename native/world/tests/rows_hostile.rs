//! Tables that are cut, doubled, shuffled or damaged: every line is accounted for, or an error says why not.

#![allow(clippy::unwrap_used)]

mod import_support;

use import_support::run;
use std::fmt::Write as _;
use tickwright_engine::CoreError;
use tickwright_world::import::{ImportConfig, ImportReport, RowOptions};

/// A file of each format, so many rows long.
struct Case {
    name: &'static str,
    header: &'static str,
    row: fn(u64) -> String,
    kind: Option<&'static str>,
}

const MICROS: u64 = 1_585_699_200_000_000;
const MILLIS: u64 = 1_723_161_255_000;

fn tardis(i: u64, rest: &str) -> String {
    let at = MICROS + i / 3 * 1_000;
    format!("deribit,BTC-PERPETUAL,{at},{},{rest}", at + 300)
}

const CASES: [Case; 12] = [
    Case {
        name: "t_trades.csv",
        header: "exchange,symbol,timestamp,local_timestamp,id,side,price,amount",
        row: |i| {
            tardis(
                i,
                &format!(
                    "{i},{},{}.5,{}",
                    if i % 2 == 0 { "buy" } else { "sell" },
                    6_400 + i % 9,
                    i % 7
                ),
            )
        },
        kind: None,
    },
    Case {
        name: "t_book.csv",
        header: "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount",
        row: |i| {
            let side = if i % 2 == 0 { "bid" } else { "ask" };
            let price = 6_400 + (i % 2) * 20 + i % 9;
            tardis(i, &format!("{},{side},{price}.5,{}", i < 12, i % 5))
        },
        kind: None,
    },
    Case {
        name: "t_quotes.csv",
        header: "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount",
        row: |i| tardis(i, &format!("{},{}.5,{},7", 1 + i % 5, 6_400 + i % 3, 6_390 + i % 3)),
        kind: None,
    },
    Case {
        name: "t_snapshots.csv",
        header: "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,bids[0].amount",
        row: |i| tardis(i, &format!("{}.5,{},6390,7", 6_400 + i % 3, 1 + i % 5)),
        kind: None,
    },
    Case {
        name: "t_ticker.csv",
        header: "exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_rate,open_interest,last_price,index_price,mark_price",
        row: |i| {
            tardis(i, &format!("1585728000000000,0.000{},,{i},6400,6400.25,6400.5", 1 + i % 9))
        },
        kind: None,
    },
    Case {
        name: "t_liquidations.csv",
        header: "exchange,symbol,timestamp,local_timestamp,id,side,price,amount",
        row: |i| tardis(i, &format!("{i},buy,6400.5,{}", 1 + i % 7)),
        kind: None,
    },
    Case {
        name: "BTCUSDT-trades-2024-08-08.csv",
        header: "",
        row: |i| {
            format!(
                "{},{}.10,0.00{},305.1,{},{},True",
                3_000 + i,
                61_000 + i % 5,
                1 + i % 9,
                MILLIS + i,
                i % 2 == 0
            )
        },
        kind: None,
    },
    Case {
        name: "BTCUSDT-aggTrades-2024-08-08.csv",
        header: "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker",
        row: |i| {
            format!(
                "{},{}.1,0.00{},{},{},{},{}",
                3_000 + i,
                61_000 + i % 5,
                1 + i % 9,
                2 * i,
                2 * i + 1,
                MILLIS + i,
                i % 2 == 0
            )
        },
        kind: None,
    },
    Case {
        name: "BTCUSDT-bookTicker-2024-08-08.csv",
        header: "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time",
        row: |i| format!("{i},58710.{},2.5,58711.2,1,{},{}", i % 9, MILLIS + i, MILLIS + i + 2),
        kind: None,
    },
    Case {
        name: "BTCUSDT-1s-2024-08-08.csv",
        header: "",
        row: |i| {
            let open = MILLIS + i * 1_000;
            format!("{open},5{}.5,59.5,50.25,51,1.5,{},76.25,3,1,50.5,0", i % 9, open + 999)
        },
        kind: None,
    },
    Case {
        name: "aig_20131008_quote.csv",
        header: "",
        row: |i| {
            let side = if i % 2 == 0 { "481800,100,0,0" } else { "0,0,491000,300" };
            format!("{},{side},{},1,0", 14_400_135 + i, ["P", "T", "Z"][i as usize % 3])
        },
        kind: None,
    },
    Case {
        name: "levels.csv",
        header: "time;side;price;size",
        row: |i| {
            format!(
                "{};{};{}.5;{}",
                MILLIS + i / 2,
                if i % 2 == 0 { "bid" } else { "ask" },
                50 + 20 * (i % 2),
                i % 4
            )
        },
        kind: Some("depth"),
    },
];

impl Case {
    fn lines(&self, rows: u64) -> Vec<String> {
        let header = Some(self.header.to_owned()).filter(|h| !h.is_empty());
        header.into_iter().chain((0..rows).map(self.row)).collect()
    }

    fn import(&self, bytes: &[u8]) -> Result<ImportReport, CoreError> {
        let rows = RowOptions { kind: self.kind.map(str::to_owned), ..RowOptions::default() };
        let config = ImportConfig { files: Some(1), rows, ..ImportConfig::default() };
        run(&[(self.name.to_owned(), bytes.to_vec())], &config, 4_096).map(|(report, _)| report)
    }

    /// Imports, and accounts for every line.
    fn account(&self, bytes: &[u8], what: &str) -> Option<ImportReport> {
        let report = match self.import(bytes) {
            Ok(report) => report,
            Err(error) => {
                assert!(error.code.starts_with("E_IMPORT_"), "{what} of {}: {error}", self.name);
                return None;
            }
        };
        let data = &report.report;
        let lines = bytes.split(|&b| b == b'\n').filter(|line| !line.is_empty());
        let read = data.frames + data.refused_frames.total + data.ignored_frames.total;
        let all = lines.count() as u64;
        assert!(
            read + data.header_lines + data.blank_lines == all,
            "{what} of {}: {data:#?}",
            self.name
        );
        Some(report)
    }
}

fn text(lines: &[String]) -> Vec<u8> {
    lines
        .iter()
        .fold(String::new(), |mut all, line| {
            let _ = writeln!(all, "{line}");
            all
        })
        .into_bytes()
}

#[test]
fn a_sound_file_has_no_refusals() {
    for case in &CASES {
        let report = case.account(&text(&case.lines(300)), "all").unwrap();
        assert_eq!(report.report.refused_frames.total, 0, "{}", case.name);
        assert_eq!(report.report.frames, 300, "{}", case.name);
        assert_eq!(report.report.receive_time_back, 0, "{}", case.name);
    }
}

#[test]
fn a_file_that_is_cut_anywhere_is_read_up_to_the_cut() {
    for case in &CASES {
        let whole = text(&case.lines(40));
        for length in (1..whole.len()).step_by(3) {
            case.account(&whole[..length], &format!("{length} bytes"));
        }
    }
}

#[test]
fn a_file_that_stands_twice_goes_back_in_time_once_and_says_so() {
    for case in &CASES {
        let lines = case.lines(50);
        let double = [text(&lines), text(&lines)].concat();
        let report = case.account(&double, "twice").unwrap();
        assert!(report.report.receive_time_back > 0, "{}", case.name);
        if report.by_kind.contains_key("trade") {
            let repeated = report.report.oddities.iter().find(|o| o.rule.contains("seen before"));
            assert!(repeated.is_some_and(|o| o.count >= 49), "{}", case.name);
        }
    }
}

#[test]
fn rows_that_are_shuffled_are_raised_or_sorted_and_counted_either_way() {
    for case in &CASES {
        let mut lines = case.lines(300);
        let first = usize::from(!case.header.is_empty());
        let sound = case.import(&text(&lines)).unwrap();
        lines[first..].chunks_mut(10).for_each(|window| window.reverse());
        let report = case.account(&text(&lines), "shuffled").unwrap();
        assert!(report.report.receive_time_back > 0, "{}", case.name);
        let rows = RowOptions { kind: case.kind.map(str::to_owned), ..RowOptions::default() };
        let mut config = ImportConfig { files: Some(1), rows, ..ImportConfig::default() };
        config.repairs.sort = true;
        let file = [(case.name.to_owned(), text(&lines))];
        let sorted = run(&file, &config, 4_096).unwrap().0;
        assert_eq!(sorted.report.receive_time_back, 0, "{}", case.name);
        assert_eq!(sorted.report.corrections.len(), 1, "{}", case.name);
        assert_eq!(sorted.events, sound.events, "{}", case.name);
    }
}

#[test]
fn a_byte_that_is_flipped_is_refused_or_read_as_it_stands() {
    for case in &CASES {
        let whole = text(&case.lines(30));
        for at in (0..whole.len()).step_by(2) {
            let mut bad = whole.clone();
            bad[at] ^= 1 << (at % 8);
            case.account(&bad, &format!("byte {at}"));
        }
    }
}
