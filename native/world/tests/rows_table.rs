//! Tables of any columns become tapes, by header or by map.

#![allow(clippy::unwrap_used)]

mod import_support;

use import_support::{events, run};
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{CoreError, Entry};
use tickwright_world::import::{ImportConfig, ImportReport, RowOptions};

fn import(text: &str, rows: RowOptions) -> Result<(ImportReport, Vec<u8>), CoreError> {
    let config = ImportConfig { files: Some(1), rows, ..ImportConfig::default() };
    run(&[("table.csv".to_owned(), text.as_bytes().to_vec())], &config, 50)
}

fn told(columns: &str) -> RowOptions {
    RowOptions { columns: Some(columns.into()), ..RowOptions::default() }
}

fn times(tape: &[u8]) -> Vec<i64> {
    events(tape).iter().map(|e| e.0.ts_event).collect()
}

const NOON: i64 = 1_381_233_600_000_000_000;

#[test]
fn bars_in_every_delimiter_order_and_form_of_time() {
    for text in [
        "time,open,high,low,close,volume\n1381233600,1.5,2,1,1.75,10\n1381237200,1.75,2,1,1,5\n",
        "Close;Low;High;Open;Date;Volume\n1.75;1;2;1.5;2013-10-08 12:00;10\n1;1;2;1.75;2013-10-08 13:00;5\n",
        "date\ttime\topen\thigh\tlow\tclose\ttickvol\n2013.10.08\t12:00\t1.5\t2\t1\t1.75\t10\n2013.10.08\t13:00\t1.75\t2\t1\t1\t5\n",
        "\u{feff}Timestamp|Open|High|Low|Close\n20131008 120000|1.5|2|1|1.75\n20131008 130000|1.75|2|1|1\n",
        "Gmt time,Open,High,Low,Close,Volume\n08.10.2013 12:00:00.000,1.5,2,1,1.75,10\n08.10.2013 13:00:00.000,1.75,2,1,1,5\n13.10.2013 13:00:00.000,1.75,2,1,1,5\n",
        "\"time\",\"open\",\"high\",\"low\",\"close\"\n\"2013-10-08T12:00:00Z\",\"1.5\",\"2\",\"1\",\"1.75\"\n\"2013-10-08T13:00:00Z\",\"1.75\",\"2\",\"1\",\"1\"\n",
    ] {
        let (report, tape) = import(text, RowOptions::default()).unwrap();
        assert_eq!(report.report.refused_frames.total, 0, "{text}");
        let (header, values, _) = &events(&tape)[0];
        let hour = 3_600_000_000_000;
        assert_eq!(
            (header.kind, header.w0 as i64, header.ts_recv),
            (kind::BAR, NOON, NOON + hour),
            "{text}"
        );
        let prices: Vec<i64> = values[..4].iter().map(|e| e.price).collect();
        assert_eq!(prices, [150, 200, 100, 175], "{text}");
        assert_eq!(report.instruments[0].name, "generic:table");
    }
}

#[test]
fn doubt_is_an_error_that_names_the_candidates() {
    let text = "date,open,high,low,close\n03/04/2013,1,1,1,1\n04/04/2013,1,1,1,1\n";
    let error = import(text, RowOptions::default()).unwrap_err();
    assert_eq!(error.code, "E_IMPORT_FORMAT");
    assert!(error.message.contains("DD/MM/YYYY or MM/DD/YYYY"), "{}", error.message);
    let rows = RowOptions { time_unit: Some("%d/%m/%Y".into()), ..RowOptions::default() };
    let (_, tape) = import(text, rows).unwrap();
    assert_eq!(events(&tape)[0].0.w0, 1_364_947_200_000_000_000);

    let text = "time,price,size,bid,ask\n1381233600,1,1,1,2\n";
    let error = import(text, RowOptions::default()).unwrap_err();
    assert!(error.message.contains("a trade or a quote"), "{}", error.message);
}

#[test]
fn a_table_without_a_header_needs_a_map() {
    let text = "1381233600,1.5,10\n1381233601,1.25,20\n";
    assert_eq!(import(text, RowOptions::default()).unwrap_err().code, "E_IMPORT_FORMAT");
    let (report, tape) = import(text, told("time=1,price=2,size=3")).unwrap();
    assert_eq!(report.by_kind["trade"], 2);
    assert_eq!(times(&tape)[0], NOON);
    let (header, bids, _) = &events(&tape)[0];
    assert_eq!((header.flags, bids[0]), (event_flag::NO_SIDE, Entry { price: 150, quantity: 10 }));
    for wrong in
        ["time=1,price=9,size=3", "time", "when=1", "time=1,time=2", "time=0,price=1,size=2"]
    {
        let error = import(text, told(wrong)).unwrap_err();
        assert_eq!(error.code, "E_ARGUMENT", "{wrong}");
    }
    assert_eq!(import(text, told("time=1,price=2")).unwrap_err().code, "E_IMPORT_FORMAT");
}

#[test]
fn trades_with_sides_ids_and_symbols() {
    let text = "ts,ticker,px,qty,side,trade_id,note\n\
                1381233600000,A,10,1,BUY,x-1,\n1381233600001,B,2.5,2,sell,x-2,\n1381233600002,A,11,3,,x-1,\n";
    let (report, tape) = import(text, RowOptions::default()).unwrap();
    assert_eq!(report.report.files[0].unused_columns, ["note"]);
    let names: Vec<&str> = report.instruments.iter().map(|i| i.symbol.as_str()).collect();
    assert_eq!(names, ["A", "B"]);
    let events = events(&tape);
    assert_eq!(events.iter().map(|e| e.0.aux).collect::<Vec<_>>(), [1, 2, 1]);
    assert_eq!((events[0].1.len(), events[1].2.len()), (1, 1));
    assert_eq!(events[2].0.flags, event_flag::NO_SIDE);
}

#[test]
fn times_of_day_in_a_zone_and_integer_prices() {
    let rows = RowOptions {
        columns: Some("time=1,price=2,size=3".into()),
        time_unit: Some("ms".into()),
        date: Some("2013-10-08".into()),
        zone: Some("America/New_York".into()),
        price_scale: Some(4),
        ..RowOptions::default()
    };
    let (report, tape) = import("28800000,488000,500\n28800001,488050,5\n", rows.clone()).unwrap();
    assert_eq!(times(&tape)[0], NOON);
    assert_eq!(
        (report.instruments[0].price_scale, report.instruments[0].tick.as_str()),
        (4, "0.005")
    );
    let clock = RowOptions { time_unit: None, ..rows };
    let (_, tape) = import("08:00:00,488000,500\n08:00:01.5,488050,5\n", clock).unwrap();
    assert_eq!(times(&tape), [NOON, NOON + 1_500_000_000]);
}

#[test]
fn quotes_may_lack_a_side() {
    let text = "timestamp,bid,bidsize,ask,asksize\n1381233600,10,1,11,2\n1381233601,,,11,2\n1381233602,12,1,11,1\n";
    let (report, tape) = import(text, RowOptions::default()).unwrap();
    assert_eq!(events(&tape)[1].1, [Entry::default()]);
    let odd: Vec<_> = report.report.oddities.iter().map(|o| (o.rule, o.count)).collect();
    assert_eq!(
        odd,
        [("best quote whose bid is above its ask", 1), ("best quote with an empty side", 1)]
    );
}

#[test]
fn depth_begins_empty_or_with_its_snapshot() {
    let text =
        "time,side,price,size\n1381233600,bid,10,1\n1381233600,ask,11,2\n1381233601,ask,11,0\n";
    let rows = RowOptions { kind: Some("depth".into()), ..RowOptions::default() };
    let (report, tape) = import(text, rows.clone()).unwrap();
    let kinds: Vec<u8> = events(&tape).iter().map(|e| e.0.kind).collect();
    assert_eq!(kinds, [kind::SNAPSHOT, kind::DEPTH, kind::DEPTH]);
    assert!(report.instruments[0].joined);
    let text =
        "time,side,price,size,is_snapshot\n1381233600,bid,10,1,true\n1381233601,ask,11,2,false\n";
    let (_, tape) = import(text, rows).unwrap();
    assert_eq!(events(&tape)[0].1, [Entry { price: 10, quantity: 1 }]);
}

#[test]
fn bars_may_be_stamped_at_their_end_or_have_a_length_that_is_told() {
    let text = "time,open,high,low,close\n1381233600,1,1,1,1\n";
    assert_eq!(import(text, RowOptions::default()).unwrap_err().code, "E_IMPORT_FORMAT");
    let rows = RowOptions {
        interval: Some("1m".into()),
        bar_time: Some("end".into()),
        ..RowOptions::default()
    };
    let (_, tape) = import(text, rows).unwrap();
    let (header, ..) = &events(&tape)[0];
    assert_eq!((header.ts_recv, header.w0 as i64), (NOON, NOON - 60_000_000_000));
}

#[test]
fn a_clock_that_runs_behind_is_reported_and_shifted_where_that_is_asked() {
    let text = "time,local_timestamp,price,size\n1381233600.5,1381233600.0,1,1\n1381233601.0,1381233600.7,1,1\n";
    let (report, tape) = import(text, RowOptions::default()).unwrap();
    let late = &report.report.negative_latency;
    assert_eq!((late.count, late.shift_needed_ns.as_str()), (2, "500000000"));
    assert_eq!(events(&tape)[0].0.ts_recv, NOON);
    let mut config = ImportConfig { files: Some(1), ..ImportConfig::default() };
    config.repairs.clock_shift_ns = 500_000_000;
    let (report, tape) = run(&[("table.csv".to_owned(), text.into())], &config, 50).unwrap();
    assert_eq!(
        (report.report.negative_latency.count, report.report.clock_shift_ns),
        (0, 500_000_000)
    );
    assert_eq!(events(&tape)[0].0.ts_recv, NOON + 500_000_000);
    let meta = import_support::meta(&tape);
    assert_eq!(meta.clock_corrections[0].shift_ns, 500_000_000);
    assert_eq!(meta.start_ns, NOON + 500_000_000);
}

#[test]
fn rows_out_of_order_are_raised_or_sorted() {
    let text = "time,price,size\n1381233601,1,1\n1381233600,2,1\n1381233602,3,1\n";
    let (report, tape) = import(text, RowOptions::default()).unwrap();
    assert_eq!(report.report.receive_time_back, 1);
    assert_eq!(events(&tape).iter().map(|e| e.1[0].price).collect::<Vec<_>>(), [1, 2, 3]);
    let mut config = ImportConfig { files: Some(1), ..ImportConfig::default() };
    config.repairs.sort = true;
    let (report, tape) = run(&[("table.csv".to_owned(), text.into())], &config, 50).unwrap();
    assert_eq!((report.report.receive_time_back, report.report.corrections[0].count), (0, 1));
    assert_eq!(events(&tape).iter().map(|e| e.1[0].price).collect::<Vec<_>>(), [2, 1, 3]);
    assert_eq!(import_support::meta(&tape).start_ns, NOON);
}

#[test]
fn options_that_mean_nothing_are_refused() {
    let text = "time,open,high,low,close\n1381233600,1,1,1,1\n1381237200,1,1,1,1\n";
    let text_of = |value: &str| Some(value.to_owned());
    let none = RowOptions::default;
    for rows in [
        RowOptions { price_scale: Some(19), ..none() },
        RowOptions { bar_time: text_of("middle"), ..none() },
        RowOptions { interval: text_of("soon"), ..none() },
        RowOptions { kind: text_of("candle"), ..none() },
        RowOptions { time_unit: text_of("days"), ..none() },
        RowOptions { zone: text_of("Here/There"), ..none() },
        RowOptions { date: text_of("today"), ..none() },
        RowOptions { delimiter: text_of("||"), ..none() },
    ] {
        assert_eq!(import(text, rows.clone()).unwrap_err().code, "E_ARGUMENT", "{rows:?}");
    }
}

#[test]
fn a_file_of_no_format_among_tables_is_named() {
    let table = "time,price,size\n1381233600,1,1\n".to_owned();
    let files = [
        ("a.csv".to_owned(), table.into_bytes()),
        ("b.csv".to_owned(), b"what is this\n".to_vec()),
    ];
    let error = run(&files, &ImportConfig::default(), 50).unwrap_err();
    assert_eq!((error.code, error.at.as_str()), ("E_IMPORT_FORMAT", "b.csv, line 1, byte 0"));
    assert!(error.message.contains("what is this"), "{}", error.message);
}

#[test]
fn an_empty_file_among_tables_is_read_as_nothing() {
    let table = b"time,price,size\n1381233600,1,1\n".to_vec();
    let files = [("a.csv".to_owned(), Vec::new()), ("b.csv".to_owned(), table)];
    let (report, _) = run(&files, &ImportConfig::default(), 50).unwrap();
    assert_eq!((report.events, report.report.files[0].format), (1, ""));
}
