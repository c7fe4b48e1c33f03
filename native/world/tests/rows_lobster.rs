//! LOBSTER files become tapes of orders whose levels are the order book file's, row by row.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod import_support;

use flate2::read::GzDecoder;
use import_support::{Files, events, run};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use tickwright_engine::book::orders::RestingOrders;
use tickwright_engine::book::{Book, LadderBook, Orders, Side};
use tickwright_engine::event::is_order;
use tickwright_engine::schema::{event_flag, kind};
use tickwright_engine::{CoreError, Entry, EventHeader, EventRef};
use tickwright_world::import::{ImportConfig, ImportReport, RowOptions};

const MESSAGES: &str = "X_2012-06-21_34200000_57600000_message_2.csv";
const BOOK: &str = "X_2012-06-21_34200000_57600000_orderbook_2.csv";
/// 2012-06-21 09:30 in New York.
const BELL: i64 = 1_340_285_400_000_000_000;

/// Bids at 100.00 (id 7, known) and 99.00, asks at 101.00 and 102.00; then what the names say.
const ROWS: [(&str, &str); 9] = [
    ("34200.1,1,7,50,1000000,1", "1010000,30,1000000,50,1020000,10,990000,20"),
    ("34200.2,4,900,10,1010000,-1", "1010000,20,1000000,50,1020000,10,990000,20"),
    ("34200.2,3,7,50,1000000,1", "1010000,20,990000,20,1020000,10,980000,5"),
    ("34200.3,1,8,40,1005000,1", "1010000,20,1005000,40,1020000,10,990000,20"),
    ("34200.4,2,8,15,1005000,1", "1010000,20,1005000,25,1020000,10,990000,20"),
    ("34200.5,4,8,25,1005000,1", "1010000,20,990000,20,1020000,10,980000,5"),
    ("34200.6,5,0,3,1009950,-1", "1010000,20,990000,20,1020000,10,980000,5"),
    ("34200.7,7,0,0,-1,-1", "1010000,20,990000,20,1020000,10,980000,5"),
    ("34200.8,6,-1,500,1000000,-1", "1010000,20,990000,20,1020000,10,980000,5"),
];

fn text(rows: impl Iterator<Item = &'static str>) -> String {
    rows.map(|row| format!("{row}\n")).collect()
}

fn messages() -> String {
    text(ROWS.iter().map(|row| row.0))
}

fn book() -> String {
    text(ROWS.iter().map(|row| row.1))
}

fn import(files: &[(&str, &str)]) -> Result<(ImportReport, Vec<u8>), CoreError> {
    let files: Vec<(String, Vec<u8>)> =
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    let config = ImportConfig { files: Some(files.len()), ..ImportConfig::default() };
    let whole = run(&files, &config, 1 << 20)?;
    for chunk in [1, 7, 64] {
        assert_eq!(run(&files, &config, chunk)?, whole, "chunks of {chunk}");
    }
    Ok(whole)
}

type Event = (EventHeader, Vec<Entry>, Vec<Entry>);

/// Plays a tape's order events; `look` gets the levels after each.
fn played(tape: &[u8], mut look: impl FnMut(&LadderBook, &Event)) -> RestingOrders {
    let (mut levels, mut orders) = (LadderBook::new(100), RestingOrders::default());
    for event in events(tape) {
        if is_order(event.0.kind) {
            let (header, bids, asks) = (&event.0, &event.1[..], &event.2[..]);
            orders.apply(EventRef { header, bids, asks }, &mut levels);
        }
        look(&levels, &event);
    }
    orders
}

/// All levels as a row of an order book file writes them; empty while there are more.
fn row_of(levels: &LadderBook, depth: usize) -> String {
    if Side::BOTH.into_iter().any(|side| levels.levels(side) > depth) {
        return String::new();
    }
    let side = |side: Side| {
        let mut out = vec![];
        levels.for_each(side, &mut |level| out.push(level));
        let none = if side == Side::Bid { -9_999_999_999 } else { 9_999_999_999 };
        out.resize(depth, Entry { price: none, quantity: 0 });
        out
    };
    let (bids, asks) = (side(Side::Bid), side(Side::Ask));
    let level = |(ask, bid): (&Entry, &Entry)| {
        format!("{},{},{},{}", ask.price, ask.quantity, bid.price, bid.quantity)
    };
    asks.iter().zip(&bids).map(level).collect::<Vec<_>>().join(",")
}

/// Every row is the whole book after some event, one after another; the last after the last.
fn assert_rows(tape: &[u8], rows: &str, depth: usize) {
    let mut wanted = rows.lines().peekable();
    let mut last = String::new();
    played(tape, |levels, _| {
        last = row_of(levels, depth);
        while wanted.peek() == Some(&last.as_str()) {
            wanted.next();
        }
    });
    assert_eq!(wanted.next(), None, "a row that the book never was");
    assert_eq!(rows.lines().last(), Some(last.as_str()));
}

#[test]
fn rows_beside_messages_are_the_book_after_each() {
    let (messages, book) = (messages(), book());
    let (report, tape) = import(&[(MESSAGES, &messages), (BOOK, &book)]).unwrap();
    assert_rows(&tape, &book, 2);
    let i = &report.instruments[0];
    assert_eq!((i.name.as_str(), i.tick.as_str(), i.lot.as_str()), ("nasdaq:X", "0.01", "1"));
    assert_eq!((i.price_scale, i.quantity_scale, i.inferred, i.joined), (4, 0, false, true));
    let rows = report.report.book_rows.unwrap();
    assert_eq!((rows.rows, rows.compared, rows.mismatched, rows.not_comparable), (9, 5, 0, 1));
    // At the beginning the three other levels, then 980000, which leaves and comes back as it was.
    assert_eq!((rows.edge_orders, rows.edge_returns, rows.edge_removals), (4, 1, 1));
    assert_eq!(rows.unknown_orders, 1);
    assert_eq!((rows.hidden_executions, rows.crosses, rows.halts), (1, 1, 1));
    assert!(report.report.corrections.is_empty(), "{:?}", report.report.corrections);
    let (turned, _) = import(&[(BOOK, &book), (MESSAGES, &messages)]).unwrap();
    assert_eq!((turned.content_hash, turned.report.format), (report.content_hash, "lobster"));
    assert_eq!(turned.report.book_rows, report.report.book_rows);
}

#[test]
fn events_are_those_of_the_messages() {
    let (_, tape) = import(&[(MESSAGES, &messages()), (BOOK, &book())]).unwrap();
    let events = events(&tape);
    let named = |e: &&Event| e.0.aux < 1 << 63;
    let kinds: Vec<(u8, u64, i64)> =
        events.iter().filter(named).map(|e| (e.0.kind, e.0.aux, e.0.ts_event - BELL)).collect();
    let at = |tenths: i64| tenths * 100_000_000;
    let expected = [
        (kind::ORDER_ADD, 7, at(1)),
        (kind::TRADE, 0, at(2)),
        (kind::ORDER_CANCEL, 7, at(2)),
        (kind::ORDER_ADD, 8, at(3)),
        (kind::ORDER_MODIFY, 8, at(4)),
        (kind::ORDER_EXECUTE, 8, at(5)),
        (kind::TRADE, 0, at(5)),
        (kind::TRADE, 0, at(6)),
        (kind::STATUS, 0, at(7)),
        (kind::TRADE, 0, at(8)),
    ];
    assert_eq!(kinds, expected);
    let trades: Vec<&Event> = events.iter().filter(|e| e.0.kind == kind::TRADE).collect();
    // A buyer took the ask, a seller the bid, a buyer the hidden ask; a cross has no side.
    let entry = |price, quantity| Entry { price, quantity };
    assert_eq!(trades[0].1, [entry(1_010_000, 10)]);
    assert_eq!(trades[1].2, [entry(1_005_000, 25)]);
    assert_eq!(trades[2].1, [entry(1_009_950, 3)]);
    assert_eq!(trades[3].0.flags, event_flag::AGGREGATE | event_flag::NO_SIDE);
    let halt = events.iter().find(|e| e.0.kind == kind::STATUS).unwrap();
    assert_eq!(halt.0.w0, 1);
}

#[test]
fn messages_alone_are_a_tape_of_what_they_tell() {
    let (report, tape) = import(&[(MESSAGES, &messages())]).unwrap();
    let rows = report.report.book_rows.unwrap();
    assert_eq!((rows.rows, rows.compared, rows.edge_orders, rows.unknown_orders), (0, 0, 0, 1));
    assert_eq!(report.by_kind["orderExecute"], 2);
    let orders = played(&tape, |_, _| {});
    assert_eq!(orders.get().unwrap().counts().unknown, 1);
    assert!(orders.get().unwrap().is_empty());
    // A hidden execution under the id of an order that rests leaves it alone.
    let hidden = "34200.1,1,7,50,1000000,1\n34200.2,5,7,5,1000000,1\n";
    let (report, tape) = import(&[(MESSAGES, hidden)]).unwrap();
    assert_eq!((report.by_kind.len(), report.by_kind["trade"]), (2, 1));
    assert_eq!(played(&tape, |_, _| {}).get().unwrap().order(7).unwrap().quantity, 50);
    let unseen = format!("{}34201,2,77,5,1000000,1\n", messages());
    let (report, _) = import(&[(MESSAGES, &unseen)]).unwrap();
    assert_eq!(report.report.ignored_frames.total, 1);
}

#[test]
fn a_pair_must_be_whole() {
    let (messages, book) = (messages(), book());
    let code = |files: &[(&str, &str)]| import(files).unwrap_err().code;
    assert_eq!(code(&[(BOOK, &book)]), "E_IMPORT_PAIR");
    assert_eq!(code(&[(MESSAGES, &messages), (BOOK, &book), (BOOK, &book)]), "E_IMPORT_PAIR");
    let other = BOOK.replace("orderbook_2", "orderbook_5");
    assert_eq!(code(&[(MESSAGES, &messages), (&other, &book)]), "E_IMPORT_PAIR");
}

#[test]
fn files_of_different_length_are_reported() {
    let (messages, book) = (messages(), book());
    let short: String = book.lines().take(4).map(|row| format!("{row}\n")).collect();
    let (report, _) = import(&[(MESSAGES, &messages), (BOOK, &short)]).unwrap();
    let rows = report.report.book_rows.unwrap();
    assert_eq!((rows.rows, rows.messages_without_row, rows.rows_without_message), (4, 5, 0));
    let short: String = messages.lines().take(4).map(|row| format!("{row}\n")).collect();
    let (report, _) = import(&[(MESSAGES, &short), (BOOK, &book)]).unwrap();
    let rows = report.report.book_rows.unwrap();
    assert_eq!((rows.rows, rows.messages_without_row, rows.rows_without_message), (9, 0, 5));
    assert_eq!(report.report.ignored_frames.total, 5);
}

#[test]
fn wrong_rows_are_counted_with_their_place_and_the_pair_stays_in_step() {
    let broken = messages().replace("34200.3,1,8", "34200.3,9,8");
    let (report, tape) = import(&[(MESSAGES, &broken), (BOOK, &book())]).unwrap();
    let first = &report.report.refused_frames.by_code["E_ROW"].first;
    assert_eq!((first.line, first.frame_byte), (4, 8));
    let rows = report.report.book_rows.unwrap();
    assert_eq!((rows.mismatched, rows.rows_without_message), (0, 1));
    played(&tape, |_, _| {});
    let broken = book().replace("1005000,40,1020000", "1005000,x,1020000");
    let (report, _) = import(&[(MESSAGES, &messages()), (BOOK, &broken)]).unwrap();
    let first = &report.report.refused_frames.by_code["E_NUMBER"].first;
    assert_eq!((first.file.as_str(), first.line), (BOOK, 4));
    let rows = report.report.book_rows.unwrap();
    assert_eq!((rows.mismatched, rows.messages_without_row), (0, 1));
    let blank = book().replacen('\n', "\n\n", 3);
    let (report, _) = import(&[(MESSAGES, &messages()), (BOOK, &blank)]).unwrap();
    assert_eq!(report.report.blank_lines, 3);
    assert_eq!(report.report.book_rows.unwrap().mismatched, 0);
}

#[test]
fn a_row_that_does_not_follow_from_its_message_is_a_mismatch() {
    let wrong = book().replace("1005000,25", "1005000,26");
    let (report, tape) = import(&[(MESSAGES, &messages()), (BOOK, &wrong)]).unwrap();
    let rows = report.report.book_rows.unwrap();
    // The next message starts from the wrong size too.
    assert_eq!((rows.mismatched, rows.first_mismatch), (2, Some(5)));
    assert_rows(&tape, &wrong, 2);
}

#[test]
fn symbol_and_day_are_told_where_no_name_tells_them() {
    let files = vec![("x.csv".to_owned(), messages().into_bytes())];
    let rows = RowOptions {
        symbol: Some("Y".to_owned()),
        date: Some("2012-12-21".to_owned()),
        ..RowOptions::default()
    };
    let config = ImportConfig { files: Some(1), rows, ..ImportConfig::default() };
    let (report, tape) = run(&files, &config, 64).unwrap();
    assert_eq!(report.instruments[0].name, "nasdaq:Y");
    // In winter the bell rings at 14:30 UTC.
    assert_eq!(events(&tape)[0].0.ts_event, 1_356_100_200_100_000_000);
    let error = run(&files, &ImportConfig::default(), 64).unwrap_err();
    assert_eq!(error.code, "E_IMPORT_INSTRUMENT");
    assert!(error.hint.contains("--date"), "{}", error.hint);
}

#[test]
fn times_that_go_back_are_raised_and_counted() {
    let back = messages().replace("34200.4,", "34200.05,");
    let (report, tape) = import(&[(MESSAGES, &back), (BOOK, &book())]).unwrap();
    assert_eq!(report.report.receive_time_back, 1);
    assert_rows(&tape, &book(), 2);
}

/// xorshift64*, from 0 to below `bound`.
fn below(state: &mut u64, bound: usize) -> usize {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
}

/// A day that is long enough to be damaged: two hundred sound rows of one market.
fn long_day() -> [Vec<u8>; 2] {
    let repeat = |part: fn(&(&str, &str)) -> String| {
        let mut out = String::new();
        for round in 0..40 {
            for row in &ROWS[..5] {
                let time = format!("{}.", 34_200 + round);
                out.push_str(&part(row).replacen("34200.", &time, 1));
                out.push('\n');
            }
            let last = format!("{}.5,3,8,25,1005000,1", 34_200 + round);
            let book = "1010000,20,990000,20,1020000,10,980000,5";
            let pair = part(&(&last, book));
            out.push_str(&pair);
            out.push('\n');
        }
        out.into_bytes()
    };
    [repeat(|row| row.0.to_owned()), repeat(|row| row.1.to_owned())]
}

/// An import of damaged files: a tape that plays, or a code.
fn survives(files: [&[u8]; 2]) -> Option<ImportReport> {
    let files = [(MESSAGES, files[0]), (BOOK, files[1])];
    let files: Vec<(String, Vec<u8>)> =
        files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    let config = ImportConfig { files: Some(2), ..ImportConfig::default() };
    match run(&files, &config, 4_096) {
        Ok((report, tape)) => {
            played(&tape, |_, _| {});
            Some(report)
        }
        Err(error) => {
            let known = ["E_IMPORT_FORMAT", "E_IMPORT_PAIR", "E_IMPORT_NO_FRAMES", "E_NUMBER"];
            assert!(known.contains(&error.code) && !error.at.is_empty(), "{error:?}");
            None
        }
    }
}

fn said(report: &ImportReport) -> bool {
    let (data, rows) = (&report.report, report.report.book_rows.unwrap());
    let lengths = rows.messages_without_row + rows.rows_without_message;
    data.refused_frames.total + data.receive_time_back + rows.mismatched + lengths > 0
}

#[test]
fn a_sound_day_says_nothing() {
    let [messages, book] = long_day();
    let report = survives([&messages, &book]).unwrap();
    let rows = report.report.book_rows.unwrap();
    // The size of the best ask falls at the second row of each round and is back at the first.
    assert_eq!((rows.rows, rows.mismatched, report.report.refused_frames.total), (240, 0, 0));
    assert!(!said(&report));
}

#[test]
fn truncated_doubled_and_shuffled_files_are_reported() {
    let [messages, book] = long_day();
    for cut in [2, 13, 300, messages.len() / 2] {
        assert!(said(&survives([&messages[..messages.len() - cut], &book]).unwrap()), "{cut}");
        assert!(said(&survives([&messages, &book[..book.len() - cut]]).unwrap()), "{cut}");
    }
    assert!(said(&survives([&messages.repeat(2), &book]).unwrap()));
    assert!(said(&survives([&messages, &book.repeat(2)]).unwrap()));
    assert!(said(&survives([&messages.repeat(2), &book.repeat(2)]).unwrap()));
    let mut state = 7;
    for window in [2, 5, 50] {
        let mut lines: Vec<&[u8]> = messages.split_inclusive(|b| *b == b'\n').collect();
        for part in lines.chunks_mut(window) {
            for at in 1..part.len() {
                part.swap(at, below(&mut state, at + 1));
            }
        }
        assert!(said(&survives([&lines.concat(), &book]).unwrap()), "{window}");
    }
}

#[test]
fn a_byte_flipped_anywhere_never_crashes() {
    let [messages, book] = long_day();
    let mut state = 1;
    for _ in 0..300 {
        let (mut a, mut b) = (messages.clone(), book.clone());
        let (at, bit) = (below(&mut state, a.len()), below(&mut state, 8));
        a[at] ^= 1 << bit;
        survives([&a, &book]);
        let (at, bit) = (below(&mut state, b.len()), below(&mut state, 8));
        b[at] ^= 1 << bit;
        survives([&messages, &b]);
    }
}

#[test]
fn sizes_at_the_end_of_64_bits_are_borne() {
    let most = i64::MAX;
    let messages = format!(
        "34200.1,1,1,{most},1000000,1\n34200.2,1,2,{most},1000000,1\n34200.3,4,1,{most},1000000,1\n\
         34200.4,3,9,{most},1000000,1\n34200.5,2,2,1,1000000,1\n"
    );
    let book = format!("1010000,{most},1000000,{most},1020000,1,990000,1\n").repeat(5);
    let report = survives([messages.as_bytes(), book.as_bytes()]).unwrap();
    assert!(said(&report));
}

/// Bytes of a recording, `None` and a word where there is none.
fn recorded(symbol: &str, depth: usize) -> Option<Vec<(String, Vec<u8>)>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("TICKWRIGHT_DATA").map_or(PathBuf::from(beside), PathBuf::from);
    let folder = data.join("lobster-20120621");
    if !folder.is_dir() {
        println!("skipped: lobster-20120621: no recordings");
        return None;
    }
    let read = |word: &str| {
        let name = format!("{symbol}_2012-06-21_34200000_57600000_{word}_{depth}.csv.gz");
        let mut bytes = Vec::new();
        let packed = std::fs::read(folder.join(&name)).unwrap();
        GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    Some(vec![read("message"), read("orderbook")])
}

fn whole_day(files: &Files, depth: usize) -> ImportReport {
    let config = ImportConfig { files: Some(2), ..ImportConfig::default() };
    let (report, tape) = run(files, &config, 1 << 16).unwrap();
    assert_eq!(report.report.refused_frames.total, 0);
    assert_eq!((report.report.crossed.count, report.report.receive_time_back), (0, 0));
    assert_rows(&tape, std::str::from_utf8(&files[1].1).unwrap(), depth);
    report
}

#[test]
fn google_agrees_with_every_row() {
    let Some(files) = recorded("GOOG", 10) else { return };
    let report = whole_day(&files, 10);
    let rows = report.report.book_rows.unwrap();
    assert_eq!((rows.rows, rows.compared, rows.mismatched), (147_916, 144_002, 0));
    assert_eq!((rows.not_comparable, rows.hidden_executions), (1, 3_913));
    let by_kind: BTreeMap<_, _> = report.by_kind.clone();
    assert_eq!(by_kind["trade"], 7_765 + 3_913);
    println!("{rows:?} {by_kind:?} {} bytes", report.bytes);
}

#[test]
fn apple_agrees_with_every_row() {
    let Some(files) = recorded("AAPL", 1) else { return };
    let report = whole_day(&files, 1);
    let rows = report.report.book_rows.unwrap();
    assert_eq!((rows.rows, rows.compared, rows.mismatched), (118_497, 107_164, 0));
    println!("{rows:?} {:?} {} bytes", report.by_kind, report.bytes);
}
