//! Every capture of `exchange-raw-frames`: imported, or refused by the exchange's name.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod import_support;

use import_support::captures::{self, READ};
use import_support::damage::{Imported, import_of};
use tickwright_engine::CoreError;
use tickwright_world::import::ImportConfig;

type Counts = &'static [(&'static str, u64)];

/// Capture, venues, instruments, events by kind, what was passed over by name, checksums of the venue.
type Expected = (&'static str, &'static str, usize, Counts, Counts, u64);

const TABLE: &[Expected] = &[
    (
        "BINANCE",
        "binance",
        4,
        &[("depth", 172), ("quote", 84), ("snapshot", 4), ("trade", 2)],
        &[("instrument list", 1), ("kline", 2)],
        0,
    ),
    (
        "BINANCE_DELIVERY",
        "binance-coinm",
        10,
        &[("depth", 1_788), ("quote", 2_240), ("snapshot", 10), ("trade", 51)],
        &[("instrument list", 1), ("kline", 33)],
        0,
    ),
    (
        "BINANCE_FUTURES",
        "binance-usdm",
        4,
        &[("depth", 752), ("quote", 613), ("snapshot", 4), ("trade", 91)],
        &[("instrument list", 1), ("kline", 67)],
        0,
    ),
    (
        "BINANCE_TR",
        "binance-tr",
        3,
        &[("depth", 78), ("quote", 47), ("snapshot", 3)],
        &[("instrument list", 1), ("kline", 8)],
        0,
    ),
    (
        "BINANCE_US",
        "binance-us",
        4,
        &[("depth", 332), ("quote", 128), ("snapshot", 4), ("trade", 11)],
        &[("instrument list", 1), ("kline", 5)],
        0,
    ),
    (
        "BITFINEX",
        "bitfinex",
        7,
        &[("depth", 1_593), ("quote", 21), ("snapshot", 7)],
        &[
            ("channel without a subscription", 2),
            ("conf", 1),
            ("hb", 40),
            ("info", 1),
            ("other response", 3),
            ("send", 22),
            ("subscribed", 21),
            ("trades before the stream", 7),
        ],
        0,
    ),
    (
        "BITGET",
        "bitget",
        10,
        &[
            ("depth", 627),
            ("funding", 217),
            ("mark", 217),
            ("openInterest", 217),
            ("snapshot", 10),
            ("trade", 55),
        ],
        &[
            ("candle", 70),
            ("instrument list", 3),
            ("reply", 40),
            ("send", 2),
            ("ticker without quantities", 128),
            ("trade snapshot", 10),
        ],
        637,
    ),
    (
        "BITMEX",
        "bitmex",
        10,
        &[("depth", 1_969), ("quote", 436), ("snapshot", 10), ("trade", 17)],
        &[
            ("instrument list", 1),
            ("reply", 30),
            ("send", 3),
            ("trades before the subscription", 10),
            ("welcome", 1),
        ],
        0,
    ),
    (
        "BITSTAMP",
        "bitstamp",
        10,
        &[("depth", 615), ("snapshot", 10), ("trade", 10)],
        &[("instrument list", 1), ("send", 20), ("subscribed", 20)],
        0,
    ),
    (
        "BYBIT",
        "bybit-linear, bybit-spot",
        6,
        &[
            ("depth", 2_142),
            ("funding", 6),
            ("mark", 138),
            ("openInterest", 20),
            ("quote", 638),
            ("snapshot", 6),
            ("trade", 347),
        ],
        &[
            ("instrument list", 2),
            ("kline", 96),
            ("reply", 24),
            ("send", 24),
            ("ticker without news", 99),
        ],
        0,
    ),
    (
        "COINBASE",
        "coinbase",
        2,
        &[("depth", 773), ("quote", 160), ("snapshot", 2), ("trade", 79)],
        &[
            ("candles", 6),
            ("heartbeat", 25),
            ("instrument list", 1),
            ("send", 5),
            ("subscriptions", 5),
            ("trades before the subscription", 2),
        ],
        0,
    ),
    (
        "DERIBIT",
        "deribit",
        10,
        &[("depth", 36), ("mark", 89), ("openInterest", 89), ("quote", 89), ("snapshot", 10)],
        &[("instrument list", 4), ("reply", 1), ("send", 1)],
        0,
    ),
    (
        "GEMINI",
        "gemini",
        10,
        &[("depth", 549), ("snapshot", 10), ("trade", 2)],
        &[("heartbeat", 2), ("instrument list", 347), ("other response", 1), ("send", 1)],
        0,
    ),
    (
        "KRAKEN",
        "kraken",
        10,
        &[("depth", 4_269), ("quote", 18), ("snapshot", 10), ("trade", 10)],
        &[("instrument list", 1), ("send", 3), ("v1 event", 125)],
        4_269,
    ),
    (
        "KUCOIN",
        "kucoin",
        9,
        &[("depth", 3_805), ("quote", 830), ("snapshot", 9), ("trade", 18)],
        &[("ack", 13), ("candles", 6), ("instrument list", 1), ("send", 13), ("welcome", 1)],
        0,
    ),
    (
        "OKCOIN",
        "okcoin",
        4,
        &[("depth", 2), ("quote", 8), ("snapshot", 4), ("trade", 4)],
        &[("candle", 12), ("instrument list", 1), ("reply", 40), ("send", 4)],
        6,
    ),
    (
        "OKX",
        "okx",
        3,
        &[("depth", 287), ("quote", 28), ("snapshot", 3), ("trade", 74)],
        &[("instrument list", 25), ("reply", 18), ("send", 3)],
        290,
    ),
];

/// Updates that the snapshot over REST covers, and the like.
const STALE: Counts = &[
    ("BINANCE", 5),
    ("BINANCE_DELIVERY", 259),
    ("BINANCE_FUTURES", 12),
    ("BINANCE_TR", 6),
    ("BINANCE_US", 4),
    ("BITSTAMP", 102),
    // Trades of before the stream, which come with the snapshots.
    ("GEMINI", 810),
    ("KUCOIN", 48),
];

/// Captures whose frames alone could be of several venues, and of which.
const AMBIGUOUS: &[(&str, &str)] = &[("BYBIT", "bybit-spot, bybit-linear, bybit-inverse")];

/// Captures whose books need a snapshot over REST.
const JOINED_OVER_REST: &[&str] = &[
    "BINANCE",
    "BINANCE_DELIVERY",
    "BINANCE_FUTURES",
    "BINANCE_TR",
    "BINANCE_US",
    "BITSTAMP",
    "KUCOIN",
];

fn of(name: &str) -> Result<Imported, CoreError> {
    import_of(&[captures::read(name)], &ImportConfig::default())
}

#[test]
fn every_capture_of_a_venue_that_is_read_becomes_a_tape() {
    let test = "every_capture_of_a_venue_that_is_read_becomes_a_tape";
    if captures::names(test).is_none() {
        return;
    }
    assert_eq!(TABLE.iter().map(|row| row.0).collect::<Vec<_>>(), READ);
    for (name, venues, instruments, kinds, ignored, checksums) in TABLE {
        let imported = of(name).unwrap();
        let (report, data) = (&imported.report, &imported.report.report);
        assert_eq!(data.venue, *venues, "{name}");
        assert_eq!(report.instruments.len(), *instruments, "{name}");
        let by_kind: Vec<_> = report.by_kind.iter().map(|(kind, n)| (*kind, *n)).collect();
        assert_eq!(by_kind, *kinds, "{name}");
        let by_name = data.ignored_frames.by_kind.iter();
        let passed: Vec<_> = by_name.map(|(kind, n)| (kind.as_str(), *n)).collect();
        assert_eq!(passed, *ignored, "{name}");
        assert_eq!(data.refused_frames.total, 0, "{name}: {:?}", data.refused_frames);
        assert!(report.instruments.iter().all(|i| i.joined), "{name}: {:?}", report.instruments);
        assert!(data.unjoined.is_empty(), "{name}: {:?}", data.unjoined);
        let stale = STALE.iter().find(|row| row.0 == *name).map_or(0, |row| row.1);
        let counts = [data.gaps, data.duplicates, data.out_of_order, data.stale];
        assert_eq!(counts, [0, 0, 0, stale], "{name}");
        assert_eq!((data.crossed.count, data.schema_drift.count), (0, 0), "{name}");
        let told = |count: &str| imported.told[count];
        assert_eq!(told("replay: checksums"), *checksums, "{name}");
        assert_eq!(told("replay: checksums mismatched"), 0, "{name}");
        assert_eq!((told("replay: gaps"), told("replay: unjoined")), (0, 0), "{name}");
        assert_eq!(told("replay: joined"), *instruments as u64, "{name}");
    }
}

#[test]
fn every_other_capture_is_refused_by_the_exchange_s_name() {
    let test = "every_other_capture_is_refused_by_the_exchange_s_name";
    let Some(names) = captures::names(test) else { return };
    let refused: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !READ.contains(name))
        .inspect(|name| {
            let error = of(name).unwrap_err();
            assert_eq!(error.code, "E_IMPORT_VENUE", "{name}: {error}");
            assert!(error.message.starts_with(&format!("{name:?}")), "{name}: {error}");
            assert!(error.hint.contains("--venue"), "{name}: {}", error.hint);
        })
        .collect();
    assert_eq!(
        refused.join(" "),
        "ASCENDEX ASCENDEX_FUTURES BEQUANT BIT.COM BITFLYER BITHUMB BITTREX BLOCKCHAIN \
         CRYPTO.COM DELTA DYDX FMFW GATEIO GATEIO_FUTURES HITBTC HUOBI HUOBI_SWAP \
         INDEPENDENT_RESERVE KRAKEN_FUTURES LIGHTER PHEMEX POLONIEX PROBIT UPBIT"
    );
}

/// Without addresses, lists and snapshots: the frames' own form tells the venue, or the user is asked.
#[test]
fn frames_alone_are_recognised_or_the_venue_is_asked_for() {
    if captures::names("frames_alone_are_recognised_or_the_venue_is_asked_for").is_none() {
        return;
    }
    for (name, venues, ..) in TABLE {
        let (file, bytes) = captures::read(name);
        let lines = bytes.split_inclusive(|&b| b == b'\n');
        let frames: Vec<&[u8]> = lines.filter(|line| is_received(line)).collect();
        let imported = import_of(&[(file, frames.concat())], &ImportConfig::default());
        if let Some((_, candidates)) = AMBIGUOUS.iter().find(|(of, _)| of == name) {
            let error = imported.unwrap_err();
            assert_eq!(error.code, "E_VENUE_AMBIGUOUS", "{name}: {error}");
            assert_eq!(error.message, format!("it could be of {candidates}"), "{name}");
            assert!(error.hint.contains("--venue"), "{name}: {}", error.hint);
            continue;
        }
        let imported = imported.unwrap();
        let (report, data) = (&imported.report, &imported.report.report);
        // Binance's relatives spell their frames alike, and so does OKX's.
        let is_assumed = ["BINANCE", "BINANCE_TR", "BINANCE_US"].contains(name);
        let venue = match *name {
            "OKCOIN" => "okx",
            _ if is_assumed => "binance",
            _ => venues,
        };
        assert_eq!(data.venue, venue, "{name}");
        assert_eq!((data.venue_assumed, data.refused_frames.total), (is_assumed, 0), "{name}");
        let has_snapshots = !JOINED_OVER_REST.contains(name);
        assert!(report.instruments.iter().all(|i| i.joined == has_snapshots), "{name}");
        let unjoined = if has_snapshots { 0 } else { report.instruments.len() };
        assert_eq!(data.unjoined.len(), unjoined, "{name}: {:?}", data.unjoined);
    }
}

/// Captures are written with and without blanks, their members in any order.
fn is_received(line: &[u8]) -> bool {
    let spelled = [&br#""t":"recv""#[..], br#""t": "recv""#];
    spelled.iter().any(|field| memchr::memmem::find(&line[..line.len().min(200)], field).is_some())
}
