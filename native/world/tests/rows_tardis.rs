//! Tardis CSV files become tapes.

#![allow(clippy::unwrap_used)]

mod import_support;

use import_support::{events, run};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{CoreError, Entry};
use tickwright_world::import::{Format, ImportConfig, ImportReport, RowFormat};

const BOOK: &str = "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount
deribit,BTC-PERPETUAL,1585699199000000,1585699200100000,true,bid,6400.5,10
deribit,BTC-PERPETUAL,1585699199000000,1585699200100000,true,ask,6401,20
deribit,BTC-PERPETUAL,1585699199000000,1585699200100000,true,ask,6402,0
deribit,BTC-PERPETUAL,1585699200200000,1585699200300000,false,bid,6400.5,0
deribit,BTC-PERPETUAL,1585699200200000,1585699200300000,false,bid,6400,1e1
deribit,BTC-PERPETUAL,1585699200400000,1585699200500000,false,ask,6401,30
";
const TRADES: &str = "exchange,symbol,timestamp,local_timestamp,id,side,price,amount
deribit,BTC-PERPETUAL,1585699200000000,1585699200200000,7,buy,6401,1.5
deribit,BTC-PERPETUAL,1585699200250000,1585699200300000,8,sell,6400.5,2
deribit,BTC-PERPETUAL,1585699200260000,1585699200600000,8,unknown,6400,3
";

fn files(texts: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
    texts.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

fn import(texts: &[(&str, &str)]) -> Result<(ImportReport, Vec<u8>), CoreError> {
    let config = ImportConfig { files: Some(texts.len()), ..ImportConfig::default() };
    let whole = run(&files(texts), &config, 1 << 20)?;
    for chunk in [1, 7, 64] {
        assert_eq!(run(&files(texts), &config, chunk)?, whole, "chunks of {chunk}");
    }
    Ok(whole)
}

fn entry(price: i64, quantity: i64) -> Entry {
    Entry { price, quantity }
}

#[test]
fn rows_of_one_message_are_one_event() {
    let (report, tape) = import(&[("book.csv", BOOK)]).unwrap();
    assert_eq!((report.events, report.report.frames), (3, 6));
    assert_eq!(report.report.format, "tardis-book");
    let i = &report.instruments[0];
    assert_eq!((i.name.as_str(), i.price_scale, i.quantity_scale), ("deribit:BTC-PERPETUAL", 1, 0));
    assert!(i.joined);
    let events = events(&tape);
    let kinds: Vec<u8> = events.iter().map(|e| e.0.kind).collect();
    assert_eq!(kinds, [kind::SNAPSHOT, kind::DEPTH, kind::DEPTH]);
    assert_eq!(
        (&events[0].1[..], &events[0].2[..]),
        (&[entry(64_005, 10)][..], &[entry(64_010, 20)][..])
    );
    assert_eq!(events[1].1, [entry(64_005, 0), entry(64_000, 10)]);
    assert_eq!(
        (events[1].0.ts_event, events[1].0.ts_recv),
        (1_585_699_200_200_000_000, 1_585_699_200_300_000_000)
    );
}

#[test]
fn trades_carry_side_and_id() {
    let (report, tape) =
        import(&[("deribit_trades_2020-04-01_BTC-PERPETUAL.csv", TRADES)]).unwrap();
    assert_eq!(report.by_kind["trade"], 3);
    let events = events(&tape);
    assert_eq!((events[0].0.aux, &events[0].1[..]), (7, &[entry(64_010, 15)][..]));
    assert_eq!((events[1].1.len(), &events[1].2[..]), (0, &[entry(64_005, 20)][..]));
    assert_eq!(events[2].0.flags, event_flag::NO_SIDE);
    assert_eq!(events[2].1, [entry(64_000, 30)]);
}

#[test]
fn files_are_merged_by_receive_time_and_ties_keep_their_order() {
    let (report, tape) = import(&[("trades.csv", TRADES), ("book.csv", BOOK)]).unwrap();
    let kinds: Vec<u8> = events(&tape).iter().map(|e| e.0.kind).collect();
    let (trade, depth) = (kind::TRADE, kind::DEPTH);
    assert_eq!(kinds, [kind::SNAPSHOT, trade, trade, depth, depth, trade]);
    let formats: Vec<&str> = report.report.files.iter().map(|f| f.format).collect();
    assert_eq!(formats, ["tardis-trades", "tardis-book"]);
    assert_eq!(report.report.corrections[0].count, 1);
    let (_, other) = import(&[("book.csv", BOOK), ("trades.csv", TRADES)]).unwrap();
    let kinds: Vec<u8> = events(&other).iter().map(|e| e.0.kind).collect();
    assert_eq!(kinds, [kind::SNAPSHOT, trade, depth, trade, depth, trade]);
}

#[test]
fn files_one_after_another_need_no_merge() {
    let next = TRADES.replace("15856992", "15856993");
    let (report, _) = import(&[("a.csv", TRADES), ("b.csv", &next)]).unwrap();
    assert!(report.report.corrections.is_empty());
    assert_eq!(report.by_kind["trade"], 6);
}

#[test]
fn a_symbol_or_a_digit_that_the_beginning_did_not_foresee_begins_anew() {
    let mut text = TRADES.to_owned();
    for i in 0..40_000 {
        text.push_str(&format!(
            "deribit,BTC-PERPETUAL,1585699300{i:06},1585699300{i:06},{i},buy,6401,1\n"
        ));
    }
    text.push_str("deribit,ETH-PERPETUAL,1585699400000000,1585699400000000,1,buy,130.05,1\n");
    text.push_str("deribit,BTC-PERPETUAL,1585699400000000,1585699400000000,1,buy,6401.125,1\n");
    let config = ImportConfig { files: Some(1), ..ImportConfig::default() };
    let (report, _) = run(&files(&[("t.csv", &text)]), &config, 1 << 16).unwrap();
    assert_eq!(report.events, 40_005);
    assert_eq!(report.instruments.len(), 2);
    assert_eq!(report.instruments[0].price_scale, 3);
}

#[test]
fn snapshots_of_the_best_levels_are_views() {
    let text = "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,\
                bids[0].amount,asks[1].price,asks[1].amount,bids[1].price,bids[1].amount\n\
                x,Y,1585699200000000,1585699200200000,11,1,10,2,12,3,,\n";
    let (_, tape) = import(&[("s.csv", text)]).unwrap();
    let events = events(&tape);
    assert_eq!((events[0].0.kind, events[0].0.flags), (kind::SNAPSHOT, event_flag::PARTIAL));
    assert_eq!(events[0].1, [entry(10, 2)]);
    assert_eq!(events[0].2, [entry(11, 1), entry(12, 3)]);
}

#[test]
fn quotes_and_tickers_have_their_layouts() {
    let quotes = "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n\
                  binance-futures,BTCUSDT,1585699200000000,1585699200200000,3,11.5,11.25,4\n\
                  binance-futures,BTCUSDT,1585699200000000,1585699200300000,,,11.25,4\n";
    let ticker = "exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,\
                  predicted_funding_rate,open_interest,last_price,index_price,mark_price\n\
                  binance-futures,BTCUSDT,1585699200000000,1585699200400000,1585728000000000,-0.00010000004,,\
                  123.5,11,10.5,11.125\n\
                  binance-futures,BTCUSDT,1585699200000000,1585699200500000,,,,,11,,\n";
    let (report, tape) = import(&[("q.csv", quotes), ("t.csv", ticker)]).unwrap();
    assert_eq!(report.instruments[0].name, "binance-usdm:BTCUSDT");
    assert_eq!(report.report.ignored_frames.total, 1);
    // A rate is cut at 10⁻⁸, and said to be.
    assert_eq!(report.report.precision_loss.values_cut, 1);
    let events = events(&tape);
    assert_eq!(
        (&events[0].1[..], &events[0].2[..]),
        (&[entry(1_125, 40)][..], &[entry(1_150, 30)][..])
    );
    assert_eq!(events[1].2, [entry(0, 0)]);
    let next = 1_585_728_000_000_000_000;
    assert_eq!((events[2].0.kind, events[2].0.aux), (kind::MARK, next));
    assert_eq!(events[2].1, [entry(1_112_500_000, 1), entry(1_050_000_000, 1), entry(0, 0)]);
    assert_eq!((events[3].0.kind, &events[3].1[..]), (kind::FUNDING, &[entry(-10_000, 1)][..]));
    assert_eq!((events[4].0.kind, &events[4].1[..]), (kind::OPEN_INTEREST, &[entry(0, 1_235)][..]));
}

#[test]
fn liquidations_are_told_by_the_name() {
    let (report, _) = import(&[("deribit_liquidations_2020-04-01.csv", TRADES)]).unwrap();
    assert_eq!(report.by_kind["liquidation"], 3);
}

#[test]
fn wrong_rows_are_counted_with_their_place() {
    let text = format!("{TRADES}deribit,BTC-PERPETUAL,1585699200260000,x,9,buy,1,1\nshort,row\n");
    let (report, _) = import(&[("t.csv", &text)]).unwrap();
    let refused = &report.report.refused_frames;
    assert_eq!((report.events, refused.total), (3, 2));
    let first = &refused.by_code["E_ROW"].first;
    assert_eq!((first.line, first.frame_byte), (5, 39));
}

#[test]
fn a_format_that_is_forced_must_fit() {
    let config = ImportConfig {
        format: Some(Format::Rows(RowFormat::TardisBook)),
        ..ImportConfig::default()
    };
    let error = run(&files(&[("t.csv", TRADES)]), &config, 64).unwrap_err();
    assert_eq!(error.code, "E_IMPORT_FORMAT");
    assert!(error.message.contains("is_snapshot,side,price,amount"), "{}", error.message);
}
