//! The captures of `exchange-raw-frames`.

use flate2::read::GzDecoder;
use std::io::Read;
use std::path::PathBuf;

/// `TICKWRIGHT_DATA`, else the folder beside the repository.
pub fn data() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    std::env::var_os("TICKWRIGHT_DATA").map_or(PathBuf::from(beside), PathBuf::from)
}

fn folder() -> PathBuf {
    data().join("exchange-raw-frames")
}

/// A recording of lines, a receive time before each.
pub fn lines() -> Vec<u8> {
    unpacked(data().join("binance-spot-nexousdt-34h/nexousdt_20240723.dat.gz"))
}

fn unpacked(path: PathBuf) -> Vec<u8> {
    let packed = std::fs::read(path).unwrap();
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Captures of venues that are read.
pub const READ: &[&str] = &[
    "BINANCE",
    "BINANCE_DELIVERY",
    "BINANCE_FUTURES",
    "BINANCE_TR",
    "BINANCE_US",
    "BITFINEX",
    "BITGET",
    "BITMEX",
    "BITSTAMP",
    "BYBIT",
    "COINBASE",
    "DERIBIT",
    "GEMINI",
    "KRAKEN",
    "KUCOIN",
    "OKCOIN",
    "OKX",
];

/// What the captures are called, by name; `None`, with a line that says so, where there are none.
pub fn names(test: &str) -> Option<Vec<String>> {
    let Ok(entries) = std::fs::read_dir(folder()) else {
        println!("skipped: {test}: no recordings");
        return None;
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter_map(|file| file.strip_suffix(".jsonl.gz").map(str::to_owned))
        .collect();
    names.sort_unstable();
    Some(names)
}

/// Name and unpacked bytes.
pub fn read(name: &str) -> (String, Vec<u8>) {
    (format!("{name}.jsonl"), unpacked(folder().join(format!("{name}.jsonl.gz"))))
}
