//! Levels, trades, versions, packing and symbols.
#![allow(clippy::unwrap_used)]

mod support;

use dbn::{Metadata, OhlcvMsg, Schema, StatusMsg, rtype};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use support::*;
use tickwright_engine::digest::hex;
use tickwright_engine::event::{event_flag, kind};

#[test]
fn every_version_is_the_same_tape_plain_and_packed() {
    let records: Vec<_> =
        (0..3_000).map(|at| trade(at, b"ABN"[at as usize % 3], 1_000 + at as i64 % 7, 2)).collect();
    let mut hashes = Vec::new();
    for version in 1..=3 {
        let plain = encode(&metadata(version, Schema::Trades), &records);
        let packed = compress_to_vec(&plain[..], CompressionLevel::Fastest);
        // Two frames behind each other, and one to be skipped between them.
        let mut frames = compress_to_vec(&plain[..5_000], CompressionLevel::Fastest);
        frames.extend_from_slice(&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
        frames.extend(compress_to_vec(&plain[5_000..], CompressionLevel::Fastest));
        for file in [plain, packed, frames] {
            let folder = Folder::new(&format!("version-{version}"));
            let imported = tape_of(&folder, &[file]).unwrap();
            assert_eq!(imported.directory.instruments[0].name(), "glbx.mdp3.glbx:ESZ3");
            assert_eq!((imported.report.events, imported.report.report.frames), (3_000, 3_000));
            let file = &imported.report.report.files[0];
            assert_eq!((file.lines, imported.report.report.format), (3_000, "dbn"));
            hashes.push(imported.report.content_hash);
        }
    }
    hashes.dedup();
    assert_eq!(hashes.len(), 1);
    assert_ne!(hashes[0], hex(0));
}

#[test]
fn trades_say_who_aggressed() {
    let folder = Folder::new("trades");
    let records = [trade(1, b'A', 1_012, 2), trade(2, b'B', 1_010, 3), trade(3, b'N', 1_010, 4)];
    let imported = tape_of(&folder, &[encode(&metadata(3, Schema::Trades), &records)]).unwrap();
    assert_eq!(imported.directory.instruments[0].price_scale, 2);
    let expected = [
        (kind::TRADE, 0, Some((false, 1_012, 2))),
        (kind::TRADE, 0, Some((true, 1_010, 3))),
        (kind::TRADE, 0, Some((true, 1_010, 4))),
    ];
    assert_eq!(short(&imported.events), expected);
    let flags: Vec<_> = imported.events.headers().iter().map(|h| h.flags).collect();
    assert_eq!(flags, [0, 0, event_flag::NO_SIDE]);
}

#[test]
fn views_are_written_where_an_event_ends_and_something_changed() {
    let folder = Folder::new("mbp1");
    let records = [
        mbp1(1, b'A', LAST, level(99, 5, 101, 6)),
        mbp1(2, b'T', LAST, level(99, 5, 101, 6)),
        mbp1(3, b'C', 0, level(99, 1, 101, 6)),
        mbp1(3, b'C', LAST, level(98, 7, 101, 6)),
        mbp1(4, b'R', LAST, level(0, 0, 0, 0)),
    ];
    let imported = tape_of(&folder, &[encode(&metadata(3, Schema::Mbp1), &records)]).unwrap();
    let seen: Vec<_> = imported
        .events
        .iter()
        .map(|e| (e.header.kind, e.bids.len(), e.asks.len(), e.header.w1))
        .collect();
    let expected = [
        (kind::SNAPSHOT, 1, 1, 1),
        (kind::TRADE, 1, 0, 0),
        (kind::SNAPSHOT, 1, 1, 3),
        (kind::SNAPSHOT, 0, 0, 4),
    ];
    assert_eq!(seen, expected);
    assert!(imported.events.get(0).header.flags & event_flag::PARTIAL != 0);
    assert_eq!(imported.events.get(2).bids[0].price, 98);
}

#[test]
fn ten_levels_come_in_their_order() {
    let folder = Folder::new("mbp10");
    let levels: [_; 10] = std::array::from_fn(|i| {
        let i = i as i64;
        if i < 7 { level(100 - i, 1 + i as u32, 101 + i, 2) } else { level(0, 0, 101 + i, 2) }
    });
    let imported =
        tape_of(&folder, &[encode(&metadata(2, Schema::Mbp10), &[mbp10(1, levels)])]).unwrap();
    let event = imported.events.get(0);
    let prices =
        |entries: &[tickwright_engine::Entry]| entries.iter().map(|e| e.price).collect::<Vec<_>>();
    assert_eq!(prices(event.bids), (0..7).map(|i| 100 - i).collect::<Vec<i64>>());
    assert_eq!(prices(event.asks), (0..10).map(|i| 101 + i).collect::<Vec<i64>>());
}

#[test]
fn numbers_have_the_symbol_of_their_day_or_stand_for_themselves() {
    let folder = Folder::new("symbols");
    let date = |day| time::Date::from_calendar_date(2023, time::Month::November, day).unwrap();
    let interval = |from, to| dbn::MappingInterval {
        start_date: date(from),
        end_date: date(to),
        symbol: NUMBER.to_string(),
    };
    let mapping = |symbol: &str, from, to| dbn::SymbolMapping {
        raw_symbol: symbol.to_owned(),
        intervals: vec![interval(from, to)],
    };
    let mut metadata: Metadata = metadata(3, Schema::Trades);
    // 1.7e18 ns is the 14th of November, 22:13 UTC.
    metadata.mappings = vec![mapping("ESZ3", 14, 15), mapping("ESH4", 15, 16)];
    const DAY: u64 = 86_400_000_000_000;
    let mut other = trade(4, b'A', 1_000, 1);
    other.hd.instrument_id = 7;
    other.hd.publisher_id = 60_000;
    let mut records = vec![trade(1, b'A', 1_000, 1), other];
    records.extend([trade(DAY, b'A', 1_000, 1), trade(2 * DAY, b'A', 1_000, 1)]);
    let imported = tape_of(&folder, &[encode(&metadata, &records)]).unwrap();
    let names: Vec<_> = imported.directory.instruments.iter().map(|i| i.name()).collect();
    let expected =
        ["glbx.mdp3.glbx:ESZ3", "publisher-60000:7", "glbx.mdp3.glbx:ESH4", "glbx.mdp3.glbx:4916"];
    assert_eq!(names, expected);
    let of: Vec<_> = imported.events.headers().iter().map(|h| h.instrument).collect();
    assert_eq!(of, [0, 1, 2, 3]);
    let rule = &imported.report.report.corrections[0];
    assert_eq!((rule.count, rule.rule.contains("number")), (2, true));
}

#[test]
fn several_files_are_one_recording() {
    let folder = Folder::new("files");
    let file = |from: u64| {
        let records: Vec<_> = (from..from + 10).map(|at| trade(at, b'A', 1_000, 1)).collect();
        encode(&metadata(3, Schema::Trades), &records)
    };
    let imported = tape_of(&folder, &[file(0), file(10)]).unwrap();
    assert_eq!((imported.report.events, imported.directory.instruments.len()), (20, 1));
    assert_eq!(imported.report.report.files.len(), 2);
}

#[test]
fn other_records_are_counted_by_name() {
    let folder = Folder::new("other");
    let mut bytes = encode(&metadata(3, Schema::Trades), &[trade(1, b'A', 1_000, 1)]);
    let bar = OhlcvMsg {
        hd: header::<OhlcvMsg>(rtype::OHLCV_1S, 2),
        ..OhlcvMsg::default_for_schema(Schema::Ohlcv1S)
    };
    let more = [
        encode(&metadata(3, Schema::Ohlcv1S), &[bar]),
        encode(&metadata(3, Schema::Status), &[StatusMsg::default()]),
    ];
    let start = encode::<dbn::TradeMsg>(&metadata(3, Schema::Trades), &[]).len();
    more.iter().for_each(|file| bytes.extend_from_slice(&file[start..]));
    let mut unknown = encode(&metadata(3, Schema::Trades), &[trade(1, b'A', 1_000, 1)]);
    unknown[start + 1] = 0xfe;
    bytes.extend_from_slice(&unknown[start..]);
    let imported = tape_of(&folder, &[bytes]).unwrap();
    let ignored: Vec<_> =
        imported.report.report.ignored_frames.by_kind.keys().map(String::as_str).collect();
    assert_eq!(ignored, ["bar", "record of an unknown type", "status"]);
}

#[test]
fn a_record_without_a_receive_time_takes_the_venues() {
    let folder = Folder::new("times");
    let mut record = trade(5, b'A', 1_000, 1);
    record.ts_recv = dbn::UNDEF_TIMESTAMP;
    let mut untimed = trade(6, b'A', 1_000, 1);
    untimed.hd.ts_event = dbn::UNDEF_TIMESTAMP;
    let mut timeless = untimed.clone();
    timeless.ts_recv = dbn::UNDEF_TIMESTAMP;
    let records = [record, untimed, timeless];
    let imported = tape_of(&folder, &[encode(&metadata(3, Schema::Trades), &records)]).unwrap();
    let headers = imported.events.headers();
    assert_eq!(headers[0].ts_recv as u64, START + 5);
    assert_eq!((headers[1].ts_event, headers[1].flags), (0, event_flag::NO_EVENT_TIME));
    assert_eq!(imported.report.report.refused_frames.by_code["E_RECORD"].count, 1);
    assert_eq!(imported.report.report.corrections[0].count, 1);
}
