//! Imports of what is not as it should be: counted with its place, or refused with a code.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod import_support;

use import_support::{import, run, survey};
use tickwright_engine::CoreError;
use tickwright_engine::venue::Venue;
use tickwright_world::import::{ImportConfig, ImportReport, Importer, parse_told};

const START: u64 = 1_721_749_182_000_000;

/// A spot recording: a snapshot, then `count` depth frames with a best quote after each.
fn recording(count: u64) -> Vec<String> {
    let mut lines = vec![format!(
        "{START} {{\"lastUpdateId\":100,\"bids\":[[\"10.00\",\"5.0\"]],\"asks\":[[\"10.50\",\"4.0\"]]}}"
    )];
    for i in 0..count {
        let (time, id) = (START + 1_000 * (i + 1), 101 + i);
        let event = time / 1_000;
        lines.push(depth(
            time,
            "ABCUSDT",
            event,
            id,
            &format!("[\"9.5{}\",\"{}.5\"]", i % 10, 1 + i % 7),
        ));
        lines.push(format!(
            "{time} {{\"stream\":\"abcusdt@bookTicker\",\"data\":{{\"u\":{id},\"s\":\"ABCUSDT\",\
             \"b\":\"10.00\",\"B\":\"5.0\",\"a\":\"10.50\",\"A\":\"4.0\"}}}}"
        ));
    }
    lines
}

fn depth(time: u64, symbol: &str, event: u64, id: u64, bid: &str) -> String {
    format!(
        "{time} {{\"stream\":\"{}@depth@100ms\",\"data\":{{\"e\":\"depthUpdate\",\"E\":{event},\
         \"s\":\"{symbol}\",\"U\":{id},\"u\":{id},\"b\":[{bid}],\"a\":[]}}}}",
        symbol.to_lowercase()
    )
}

fn spot() -> ImportConfig {
    ImportConfig { venue: Some(Venue::Binance), ..ImportConfig::default() }
}

fn file(bytes: impl Into<Vec<u8>>) -> Vec<(String, Vec<u8>)> {
    vec![("x.dat".to_owned(), bytes.into())]
}

fn text(lines: &[String]) -> Vec<u8> {
    format!("{}\n", lines.join("\n")).into_bytes()
}

fn report(bytes: impl Into<Vec<u8>>) -> ImportReport {
    run(&file(bytes), &spot(), 4_096).unwrap().0
}

fn refusal(bytes: impl Into<Vec<u8>>) -> CoreError {
    run(&file(bytes), &ImportConfig::default(), 4_096).unwrap_err()
}

#[test]
fn a_clean_recording_has_nothing_to_report() {
    let report = report(text(&recording(20)));
    assert_eq!((report.events, report.rows), (41, 22));
    assert_eq!(report.by_kind["depth"], 20);
    let data = &report.report;
    assert_eq!((data.gaps, data.joins, data.crossed.count), (0, 1, 0));
    assert_eq!(data.refused_frames.total, 0);
    assert!(data.corrections.is_empty() && data.unjoined.is_empty());
    let i = &report.instruments[0];
    assert_eq!((i.price_scale, i.quantity_scale), (2, 1));
    assert_eq!((i.tick.as_str(), i.lot.as_str()), ("0.01", "0.5"));
}

#[test]
fn ends_of_line_and_blank_lines_do_not_matter() {
    let lines = recording(20);
    let plain = run(&file(text(&lines)), &spot(), 4_096).unwrap();
    let without_end = run(&file(lines.join("\n")), &spot(), 64).unwrap();
    assert_eq!(plain.0.content_hash, without_end.0.content_hash);
    let windows = report(format!("\r\n{}\r\n\r\n", lines.join("\r\n")));
    assert_eq!(windows.content_hash, plain.0.content_hash);
    assert_eq!(windows.report.blank_lines, 2);
    assert_eq!(windows.report.refused_frames.total, 0);
}

#[test]
fn bad_lines_are_counted_with_their_place_and_do_not_stop() {
    let mut lines = recording(20);
    lines.insert(3, "# a comment".into());
    lines.insert(
        8,
        "1721749182005000 {\"stream\":\"abcusdt@trade\",\"data\":{\"e\":\"trade\"".into(),
    );
    lines.insert(9, "17217491820 {}".into());
    lines.push("\u{fffd}\u{fffd}".into());
    let offset: usize = lines[..3].iter().map(|l| l.len() + 1).sum();
    let report = report(text(&lines));
    assert_eq!(report.events, 41);
    let refused = &report.report.refused_frames;
    assert_eq!(refused.total, 4);
    let first = &refused.by_code["E_RECEIVE_TIME"].first;
    assert_eq!((first.file.as_str(), first.line, first.byte), ("x.dat", 4, offset as u64));
    assert_eq!(refused.by_code["E_RECEIVE_TIME"].count, 2);
    assert_eq!(refused.by_code["E_FRAME_PARSE"].first.line, 9);
    assert_eq!(refused.by_code["E_LINE"].count, 1);
}

#[test]
fn a_strict_import_ends_at_the_first_refusal() {
    let mut lines = recording(20);
    lines.insert(3, "# a comment".into());
    let config = ImportConfig { strict: true, ..spot() };
    let error = run(&file(text(&lines)), &config, 4_096).unwrap_err();
    assert_eq!(error.code, "E_RECEIVE_TIME");
    assert!(error.at.starts_with("x.dat, line 4, byte "), "{}", error.at);
}

#[test]
fn a_gap_is_counted_and_is_a_reset_on_the_tape() {
    let mut lines = recording(20);
    lines.remove(11);
    let report = report(text(&lines));
    assert_eq!(report.report.gaps, 1);
    assert_eq!(report.by_kind["reset"], 1);
    assert_eq!(report.report.unjoined, ["binance:ABCUSDT"]);
    assert!(!report.instruments[0].joined);
}

#[test]
fn repeated_frames_are_counted() {
    let mut lines = recording(20);
    lines.insert(12, lines[11].clone());
    let report = report(text(&lines));
    assert_eq!((report.report.duplicates, report.report.gaps), (1, 0));
    assert_eq!(report.events, 41);
}

#[test]
fn receive_times_that_go_back_are_raised_and_told() {
    let mut lines = recording(20);
    lines[21] = lines[21].replacen(&(START + 11_000).to_string(), &(START + 7_000).to_string(), 1);
    let report = report(text(&lines));
    assert_eq!(report.report.receive_time_back, 1);
    let correction = &report.report.corrections[0];
    assert_eq!(correction.count, 1);
    assert!(correction.first.starts_with("x.dat, line 22, byte "), "{}", correction.first);
}

#[test]
fn files_in_the_wrong_order_are_refused() {
    let lines: Vec<String> = recording(2_000);
    let name = |name: &str, part: &[String]| (name.to_owned(), text(part));
    let right = [name("a", &lines[..2_001]), name("b", &lines[2_001..])];
    let (report, _) = run(&right, &spot(), 4_096).unwrap();
    assert_eq!((report.events, report.report.gaps), (4_001, 0));
    assert_eq!(report.report.files[1].lines, 2_000);
    let wrong = [name("b", &lines[2_001..]), name("a", &lines[..2_001])];
    let error = run(&wrong, &spot(), 4_096).unwrap_err();
    assert_eq!((error.code, error.at.as_str()), ("E_IMPORT_ORDER", "a, line 1, byte 0"));
}

#[test]
fn a_crossed_book_is_told_with_its_event() {
    let mut lines = recording(5);
    lines.push(depth(START + 9_000, "ABCUSDT", START / 1_000 + 9, 106, "[\"10.60\",\"1.0\"]"));
    lines.push(depth(START + 10_000, "ABCUSDT", START / 1_000 + 10, 107, "[\"10.60\",\"0.0\"]"));
    lines.push(depth(START + 11_000, "ABCUSDT", START / 1_000 + 11, 108, "[\"10.50\",\"1.0\"]"));
    let crossed = report(text(&lines)).report.crossed;
    assert_eq!((crossed.count, crossed.crossed, crossed.locked), (2, 1, 1));
    let first = crossed.first.unwrap();
    assert_eq!(first.event, 11);
    assert!(first.at.starts_with("x.dat, line 12, byte "), "{}", first.at);
}

#[test]
fn a_clock_that_runs_behind_is_told_not_clamped() {
    let mut lines = recording(10);
    for (i, line) in lines.iter_mut().enumerate().skip(1).step_by(2) {
        let event = START / 1_000 + i as u64 / 2 + 1;
        *line = line.replacen(&format!("\"E\":{event}"), &format!("\"E\":{}", event + 1_270), 1);
    }
    let latency = report(text(&lines)).report.negative_latency;
    assert_eq!((latency.count, latency.events), (10, 10));
    let depth = &latency.by_source[0];
    assert_eq!(depth.source, "binance/ABCUSDT/depth");
    assert_eq!((depth.min_ns, depth.max_ns), (-1_270_000_000, -1_270_000_000));
    assert_eq!(depth.median_ns, -1_270_000_000);
}

#[test]
fn what_the_beginning_did_not_foresee_begins_anew() {
    let count = 12_000;
    let mut finer = recording(count);
    let (time, event) = (START + 2_000 * count, START / 1_000 + 2 * count);
    finer.push(depth(time, "ABCUSDT", event, 101 + count, "[\"9.123\",\"1.0\"]"));
    let mut more = recording(count);
    more.push(depth(time, "XYZUSDT", event, 7, "[\"9.1\",\"1.0\"]"));
    // Of two instruments, it cannot be known which one the nameless snapshot is of: refused.
    for (lines, scale, instruments, refused) in [(finer, 3, 1, 0), (more, 2, 2, 1)] {
        let files = file(text(&lines));
        let plan = survey(&files, &spot(), 4_096, false).unwrap();
        assert!(!plan.whole);
        let error = import(&files, &plan, &spot(), 4_096).unwrap_err();
        assert_eq!(error.code, "E_IMPORT_PLAN", "{error}");
        let (report, _) = run(&files, &spot(), 4_096).unwrap();
        assert_eq!(report.instruments[0].price_scale, scale);
        assert_eq!(report.instruments.len(), instruments);
        assert_eq!(report.report.refused_frames.total, refused);
    }
}

#[test]
fn told_instruments_win() {
    let json = r#"{"symbol":"ABCUSDT","priceScale":4,"tickSize":"0.05","lotSize":"0.1"}"#;
    let config = ImportConfig { told: parse_told(json).unwrap(), ..spot() };
    let (report, _) = run(&file(text(&recording(20))), &config, 4_096).unwrap();
    let i = &report.instruments[0];
    assert_eq!((i.price_scale, i.quantity_scale, i.inferred), (4, 1, false));
    assert_eq!((i.tick.as_str(), i.lot.as_str()), ("0.05", "0.1"));
}

#[test]
fn a_told_instrument_that_is_not_there_is_a_mistake() {
    let told = parse_told(r#"{"symbol":"abcusdt","tickSize":"0.05"}"#).unwrap();
    let error = run(&file(text(&recording(20))), &ImportConfig { told, ..spot() }, 64).unwrap_err();
    assert_eq!(error.code, "E_IMPORT_INSTRUMENT");
    assert_eq!(error.message, "told of abcusdt, but the recording is of ABCUSDT");
}

#[test]
fn a_told_scale_that_is_too_coarse_refuses_the_frames() {
    let json = r#"{"symbol":"ABCUSDT","priceScale":1}"#;
    let config = ImportConfig { told: parse_told(json).unwrap(), ..spot() };
    let (report, _) = run(&file(text(&recording(20))), &config, 4_096).unwrap();
    let loss = report.report.precision_loss;
    assert!(loss.beyond_scale > 0 && loss.count == loss.beyond_scale);
    assert_eq!(report.report.refused_frames.by_code["E_SCALE"].count, loss.beyond_scale);
}

#[test]
fn what_is_no_recording_is_refused_with_what_was_seen() {
    let message = |bytes: &[u8]| {
        let error = refusal(bytes);
        assert!(!error.hint.is_empty() && !error.at.is_empty(), "{error:?}");
        (error.code, error.message)
    };
    assert_eq!(message(b"").0, "E_IMPORT_EMPTY");
    assert_eq!(message(b"\n\r\n  \n").0, "E_IMPORT_EMPTY");
    assert_eq!(message(b"time,price\n1,2\n").0, "E_IMPORT_FORMAT");
    let (code, text) = message(b"\x1f\x8b\x08\x00\n\n\x01");
    assert!(code == "E_IMPORT_FORMAT" && text.contains("gzip"), "{text}");
    let garbage: Vec<u8> =
        (0..100_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert_eq!(message(&garbage).0, "E_IMPORT_FORMAT");
    let foreign = br#"{"t":"header","exchange":"UPBIT"}
{"t":"connect","conn":"a","ts":1618677041.1,"addr":"wss://api.upbit.com/websocket/v1"}
{"t":"recv","conn":"a","ts":1618677042.1,"data":"[336,{\"as\":[]},\"book-1000\",\"X\"]"}
"#;
    let (code, text) = message(foreign);
    assert_eq!(code, "E_IMPORT_VENUE");
    assert!(text.contains("UPBIT") && text.contains("binance-usdm"), "{text}");
}

#[test]
fn without_a_supported_frame_there_is_no_tape() {
    let kline = format!(
        "{START} {{\"stream\":\"abcusdt@kline_1m\",\"data\":{{\"e\":\"kline\",\"E\":1721749182000,\
         \"s\":\"ABCUSDT\",\"k\":{{\"t\":1}}}}}}\n"
    );
    let error = run(&file(kline), &spot(), 4_096).unwrap_err();
    assert_eq!(error.code, "E_IMPORT_NO_FRAMES", "{error}");
}

#[test]
fn a_cut_packed_file_is_named_by_its_place() {
    let files = file(text(&recording(5)));
    let plan = survey(&files, &spot(), 4_096, false).unwrap();
    let mut importer = Importer::new(&plan, &spot()).unwrap();
    importer.begin_file("x.dat.gz");
    importer.push_chunk(&files[0].1[..files[0].1.len() - 20]).unwrap();
    let error = importer.truncated("unexpected end of file");
    assert_eq!(error.code, "E_IMPORT_TRUNCATED");
    assert!(error.at.starts_with("x.dat.gz, line 11, byte "), "{}", error.at);
}

fn record(
    kind: &str,
    connection: &str,
    seconds: &str,
    key: &str,
    place: &str,
    data: &str,
) -> String {
    let data = data.replace('"', "\\\"");
    format!(
        "{{\"t\":\"{kind}\",\"conn\":\"{connection}\",\"ts\":{seconds},\"{key}\":\"{place}\",\
         \"data\":\"{data}\"}}"
    )
}

/// A capture whose REST responses stand before the frames that were received earlier.
fn capture(list: &str) -> Vec<String> {
    let host = "https://api.binance.com/api/v3";
    let info = format!("{host}/exchangeInfo");
    let url = format!("{host}/depth?symbol=ABCUSDT&limit=1000");
    let body = r#"{"lastUpdateId":101,"bids":[["10.00","5.0"]],"asks":[["10.50","4.0"]]}"#;
    let mut lines = vec![
        r#"{"t":"header","exchange":"BINANCE","config":{}}"#.to_owned(),
        record("http", "rest", "1633998510.5", "url", &info, list),
        record("http", "rest", "1633998512.5", "url", &url, body),
    ];
    for i in 0..5 {
        let frame = depth(0, "ABCUSDT", 1_633_998_512_000 + i * 100, 100 + i, "[\"9.50\",\"1.5\"]");
        let seconds = format!("1633998512.{}63356{i}", i * 2);
        lines.push(record("recv", "ws", &seconds, "x", "", &frame[2..]));
    }
    lines
}

#[test]
fn a_capture_is_sorted_by_receive_time() {
    let list = r#"{"symbols":[{"symbol":"ABCUSDT","filters":[
        {"filterType":"PRICE_FILTER","tickSize":"0.01"},
        {"filterType":"LOT_SIZE","stepSize":"0.5"}]}]}"#;
    let lines = capture(&list.replace('\n', " "));
    let sorted = run(&file(text(&lines)), &ImportConfig::default(), 4_096).unwrap().0;
    let data = &sorted.report;
    assert_eq!((data.format, data.venue.as_str()), ("capture", "binance"));
    assert_eq!((sorted.by_kind["depth"], data.stale, data.gaps, data.joins), (3, 2, 0, 1));
    assert_eq!(data.corrections[0].count, 1);
    assert!(data.corrections[0].first.starts_with("x.dat, line 4, byte "));
    assert_eq!((data.files[0].lines, data.files[0].time_unit), (8, "s"));
    let i = &sorted.instruments[0];
    assert_eq!((i.tick.as_str(), i.lot.as_str(), i.inferred), ("0.01", "0.5", false));
    // Cut in two files at any line, and with its frames first: the same market.
    for cut in 1..lines.len() {
        let files = [("a".to_owned(), text(&lines[..cut])), ("b".to_owned(), text(&lines[cut..]))];
        let (other, _) = run(&files, &ImportConfig::default(), 4_096).unwrap();
        assert_eq!(other.content_hash, sorted.content_hash, "cut at line {cut}");
    }
}

#[test]
fn a_list_that_cannot_be_read_is_counted() {
    let report = run(&file(text(&capture("oops"))), &ImportConfig::default(), 4_096).unwrap().0;
    assert_eq!(report.report.refused_frames.by_code["E_INSTRUMENTS"].first.line, 2);
    assert!(report.instruments[0].inferred);
}

#[test]
fn damaged_recordings_never_stop_the_process() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % below
    };
    let whole = [text(&recording(30)), text(&capture("{\"symbols\":[]}"))];
    let mut imported = 0;
    for round in 0..600 {
        let mut bytes = whole[round % 2].clone();
        for _ in 0..1 + random(4) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] ^= 1 << random(8),
                1 => bytes.truncate(at + 1),
                2 => drop(bytes.drain(at..(at + 1 + random(200)).min(bytes.len()))),
                _ => {
                    let from = random(bytes.len());
                    let copied = bytes[from..(from + 1 + random(300)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, copied);
                }
            }
            if bytes.is_empty() {
                break;
            }
        }
        let files = file(bytes);
        match run(&files, &spot(), 64) {
            Ok((report, tape)) => {
                imported += 1;
                let (again, other) = run(&files, &spot(), 4_096).unwrap();
                assert!(again == report && other == tape, "round {round}");
            }
            Err(error) => assert!(error.code.starts_with("E_IMPORT_"), "{round}: {error}"),
        }
    }
    assert!(imported > 300, "{imported}");
}

#[test]
fn a_recorder_whose_clock_runs_behind_is_reported_and_shifted_where_that_is_asked() {
    let lines: Vec<String> = recording(20)
        .into_iter()
        .map(|line| line.replace("\"E\":1721749182", "\"E\":1721749183"))
        .collect();
    let plain = report(text(&lines));
    let late = &plain.report.negative_latency;
    assert_eq!((late.count, plain.report.clock_shift_ns), (20, 0));
    let mut config = spot();
    config.repairs.clock_shift_ns = late.shift_needed_ns.parse().unwrap();
    let (shifted, tape) = run(&file(text(&lines)), &config, 4_096).unwrap();
    assert_eq!(shifted.report.negative_latency.count, 0);
    assert_eq!(shifted.report.negative_latency.by_source[0].min_ns, 0);
    assert_eq!(shifted.events, plain.events);
    let corrections = import_support::meta(&tape).clock_corrections;
    assert_eq!(corrections.len(), 1);
    assert_eq!(corrections[0].shift_ns, config.repairs.clock_shift_ns);
}

#[test]
fn frames_out_of_order_are_raised_or_sorted() {
    let mut lines = recording(20);
    lines.swap(10, 12);
    let raised = report(text(&lines));
    assert!(raised.report.receive_time_back > 0);
    let mut config = spot();
    config.repairs.sort = true;
    let (sorted, _) = run(&file(text(&lines)), &config, 4_096).unwrap();
    assert_eq!((sorted.report.receive_time_back, sorted.report.gaps), (0, 0));
    let rules: Vec<_> = sorted.report.corrections.iter().map(|c| (c.rule, c.count)).collect();
    assert_eq!(rules.len(), 1);
    assert!(rules[0].1 >= 1);
}
