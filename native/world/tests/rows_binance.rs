//! Binance's published CSV files become tapes.

#![allow(clippy::unwrap_used)]

mod import_support;

use import_support::{events, run};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{CoreError, Entry};
use tickwright_world::import::{ImportConfig, ImportReport, RowOptions};

fn import_as(
    name: &str,
    text: &str,
    rows: RowOptions,
) -> Result<(ImportReport, Vec<u8>), CoreError> {
    let config = ImportConfig { files: Some(1), rows, ..ImportConfig::default() };
    run(&[(name.to_owned(), text.as_bytes().to_vec())], &config, 50)
}

fn import(name: &str, text: &str) -> (ImportReport, Vec<u8>) {
    import_as(name, text, RowOptions::default()).unwrap()
}

#[test]
fn spot_trades_in_both_units_of_time() {
    for (stamp, unit) in [("1723161255030", "ms"), ("1723161255030000", "us")] {
        let text = format!(
            "3000,61000.10,0.00500000,305.0005,{stamp},True,True\n3001,61000.2,0.00100000,61.0002,{stamp},False,True\n"
        );
        let (report, tape) = import("BTCUSDT-trades-2024-08-08.csv", &text);
        let i = &report.instruments[0];
        assert_eq!((i.name.as_str(), i.price_scale, i.quantity_scale), ("binance:BTCUSDT", 2, 8));
        assert_eq!(report.report.files[0].time_unit, unit);
        let events = events(&tape);
        assert_eq!(events[0].0.ts_event, 1_723_161_255_030_000_000);
        assert_eq!((events[0].0.aux, events[0].0.w0, events[0].0.w1), (3_000, 3_000, 3_000));
        assert_eq!(events[0].2, [Entry { price: 6_100_010, quantity: 500_000 }]);
        assert_eq!(events[1].1, [Entry { price: 6_100_020, quantity: 100_000 }]);
    }
}

#[test]
fn futures_have_a_header_or_none() {
    let rows = "7,58710.2,0.014,821.9428,1723161255030,true\n";
    let header = "id,price,qty,quote_qty,time,is_buyer_maker\n";
    for text in [rows.to_owned(), format!("{header}{rows}"), format!("{header}{rows}{header}")] {
        let (report, _) = import("BTCUSDT-trades-2024-08.csv", &text);
        assert_eq!((report.events, report.report.refused_frames.total), (1, 0));
        assert_eq!(report.instruments[0].name, "binance-usdm:BTCUSDT");
    }
    let (report, _) = import("BTCUSD_PERP-trades-2024-08.csv", rows);
    assert_eq!(report.instruments[0].name, "binance-coinm:BTCUSD_PERP");
}

#[test]
fn aggregates_keep_their_first_and_last_id() {
    let spot = "26129,0.01633102,4.70443515,27781,27783,1498793709153,True,True\n";
    let futures = "26129,0.01633102,4.70443515,27781,27783,1498793709153,true\n";
    for (text, venue) in [(spot, "binance"), (futures, "binance-usdm")] {
        let (report, tape) = import("BNBBTC-aggTrades-2017-07.csv", text);
        assert_eq!(report.instruments[0].venue, venue);
        let (header, _, asks) = &events(&tape)[0];
        assert_eq!((header.aux, header.w0, header.w1), (26_129, 27_781, 27_783));
        assert_eq!((header.flags, asks.len()), (event_flag::AGGREGATE, 1));
    }
}

#[test]
fn best_quotes_and_klines() {
    let text = "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time\n\
                5,58710.1,2.5,58710.2,1,1723161255030,1723161255032\n";
    let (report, tape) = import("BTCUSDT-bookTicker-2024-08-08.csv", text);
    assert_eq!(report.instruments[0].name, "binance-usdm:BTCUSDT");
    let (header, bids, asks) = &events(&tape)[0];
    assert_eq!((header.kind, header.w1), (kind::QUOTE, 5));
    assert_eq!((bids[0].price, asks[0].quantity), (587_101, 10));

    let text = "1601510340000,4.1507,4.1587,4.1506,4.1554,539.23,1601510399999,2240.398609,13,401.82,1669.98121300,0\n";
    let (report, tape) = import("BNBUSDT-1m-2020-09.csv", text);
    assert!(report.report.venue_assumed);
    let (header, values, _) = &events(&tape)[0];
    assert_eq!(
        (header.kind, header.w0, header.w1),
        (kind::BAR, 1_601_510_340_000_000_000, 60_000_000_000)
    );
    assert_eq!(
        (header.ts_recv, header.ts_event),
        (1_601_510_400_000_000_000, 1_601_510_400_000_000_000)
    );
    let values: Vec<_> = values.iter().map(|e| (e.price, e.quantity)).collect();
    assert_eq!(values[..4], [(41_507, 1), (41_587, 1), (41_506, 1), (41_554, 1)]);
    assert_eq!(
        values[4..],
        [
            (53_923, 100),
            (2_240_398_609, 1_000_000),
            (13, 1),
            (40_182, 100),
            (166_998_121_300, 100_000_000)
        ]
    );
    let micros = text
        .replace("1601510340000", "1735689600000000")
        .replace("1601510399999", "1735689659999999");
    let (report, tape) = import("BNBUSDT-1m-2025-01.csv", &micros);
    assert!(!report.report.venue_assumed);
    assert_eq!(events(&tape)[0].0.w1, 60_000_000_000);
}

#[test]
fn a_name_that_tells_nothing_needs_a_symbol() {
    let text = "7,58710.2,0.014,821.9428,1723161255030,true\n";
    let error = import_as("data.csv", text, RowOptions::default()).unwrap_err();
    assert_eq!(error.code, "E_IMPORT_INSTRUMENT");
    let rows = RowOptions {
        symbol: Some("ABC".into()),
        venue: Some("binance-us".into()),
        ..RowOptions::default()
    };
    let (report, _) = import_as("data.csv", text, rows).unwrap();
    assert_eq!(report.instruments[0].name, "binance-us:ABC");
}

#[test]
fn a_repeated_trade_id_is_counted_and_dropped_where_that_is_asked() {
    let text = "7,58710.2,0.014,821.9428,1723161255030,true\n7,58710.2,0.014,821.9428,1723161255030,true\n8,58710.2,0,0,1723161255031,true\n";
    let name = "BTCUSDT-trades-2024-08-08.csv";
    let (report, _) = import(name, text);
    assert_eq!(report.events, 3);
    let odd: Vec<_> = report.report.oddities.iter().map(|o| (o.rule, o.count)).collect();
    assert_eq!(odd, [("trade of quantity 0", 1), ("trade whose id was seen before", 1)]);
    let mut config = ImportConfig { files: Some(1), ..ImportConfig::default() };
    config.repairs.drop_duplicates = true;
    let (report, _) = run(&[(name.to_owned(), text.as_bytes().to_vec())], &config, 50).unwrap();
    assert_eq!((report.events, report.report.corrections[0].count), (2, 1));
}
