//! `normalized-golden`: raw messages with the events that another normaliser makes of them.
//!
//! The mapping: `trade` is TRADE, `book_ticker` QUOTE, `liquidation` LIQUIDATION (side of the forced order),
//! `book_change` DEPTH or SNAPSHOT, order by order where the venue is (levels touched are then compared);
//! `derivative_ticker` repeats what it knows with each message, ours are MARK, FUNDING and OPEN_INTEREST, so the
//! values that we say must be among those expected. Times: `timestamp` is `ts_event`. Symbols of Bitget's
//! futures lose what tells them from spot.

use crate::capture::folder;
use flate2::read::GzDecoder;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::venue::binance::VALUE_SCALE;
use tickwright_engine::venue::binance::scale::ScaleScan;
use tickwright_engine::venue::wire::step::Scales;
use tickwright_engine::venue::wire::time::iso_text;
use tickwright_engine::venue::{Feed, Venue};
use tickwright_engine::{
    Directory, Entry, EventBuf, EventRef, Instrument, InstrumentVersion, decimal,
};

/// A case that departs on purpose: its number in the file's order among those of its mapper, and why.
pub type Departure = (u64, u64, &'static str);

struct Case {
    mapper: u64,
    seq: u64,
    exchange: String,
    message: Value,
    expected: Vec<Value>,
}

fn cases(test: &str) -> Option<Vec<Case>> {
    let path = folder(test)?.join("normalized-golden/messages.jsonl.gz");
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let case = |line: &str| {
        let mut case: Value = serde_json::from_str(line).unwrap();
        Case {
            mapper: case["mapper"].as_u64().unwrap(),
            seq: case["seq"].as_u64().unwrap(),
            exchange: case["exchange"].as_str().unwrap().to_owned(),
            message: case["message"].take(),
            expected: case["expected"].as_array().unwrap().clone(),
        }
    };
    Some(text.lines().map(case).collect())
}

/// Every case of an exchange through a venue's parser. Those that differ must be the departures given, and
/// all of these must differ; returns the number of cases, and of equal ones.
pub fn check(exchange: &str, venue: Venue, departures: &[Departure]) -> Option<(usize, usize)> {
    let cases = cases(&format!("golden {exchange}"))?;
    let mut by_mapper: BTreeMap<u64, Vec<&Case>> = BTreeMap::new();
    for case in cases.iter().filter(|c| c.exchange == exchange) {
        by_mapper.entry(case.mapper).or_default().push(case);
    }
    let mut different = BTreeMap::new();
    let mut count = 0;
    for sequence in by_mapper.values() {
        count += sequence.len();
        different.extend(differences(venue, sequence));
    }
    let stated: BTreeSet<(u64, u64)> = departures.iter().map(|d| (d.0, d.1)).collect();
    let found: BTreeSet<(u64, u64)> = different.keys().copied().collect();
    for (key, text) in different.iter().filter(|(key, _)| !stated.contains(*key)) {
        println!("{exchange}: mapper {} seq {}:\n{text}", key.0, key.1);
    }
    assert_eq!(found, stated, "{exchange}: cases that differ, and those stated");
    Some((count, count - found.len()))
}

/// The cases of one stateful sequence whose events are not those expected.
fn differences(venue: Venue, cases: &[&Case]) -> Vec<((u64, u64), String)> {
    let frames: Vec<Vec<u8>> = cases.iter().map(|c| c.message.to_string().into_bytes()).collect();
    let mut directory = learn(venue, &frames);
    let mut feed = Feed::new(venue, &mut directory);
    let mut buf = EventBuf::new();
    let mut out = Vec::new();
    for (case, frame) in cases.iter().zip(&frames) {
        buf.clear();
        let refused = feed.frame(frame, 0, &mut buf).err();
        let ours: Vec<Value> = buf.iter().filter_map(|e| said(e, &directory)).collect();
        if let Some(difference) = compare(&ours, &case.expected) {
            let refusal = refused.map_or(String::new(), |e| format!("  refused: {e}\n"));
            let text =
                format!("  message {}\n{refusal}{difference}", String::from_utf8_lossy(frame));
            out.push(((case.mapper, case.seq), text));
        }
    }
    out
}

/// Instruments with the scales that were printed.
pub fn learn(venue: Venue, frames: &[Vec<u8>]) -> Directory {
    let learned: Vec<(String, Scales)> = match Feed::learner(venue) {
        Some(mut feed) => {
            for frame in frames {
                let _ = feed.frame(frame, 0, &mut EventBuf::new());
            }
            feed.learned()
        }
        None => {
            let mut scan = ScaleScan::new();
            for frame in frames {
                let _ = scan.add_frame(frame, None);
            }
            let of = |s: &String| Some((s.clone(), scan.scales(s)?));
            scan.symbols().iter().filter_map(of).collect()
        }
    };
    let instrument = |(symbol, scales): (String, Scales)| Instrument {
        venue: venue.name().to_owned(),
        symbol,
        price_scale: scales.price_scale,
        quantity_scale: scales.quantity_scale,
        versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: true }],
    };
    Directory { instruments: learned.into_iter().map(instrument).collect(), sources: Vec::new() }
}

fn number(mantissa: i64, scale: u8) -> Value {
    json!(decimal::format(mantissa, scale).parse::<f64>().unwrap())
}

/// An event in the words of the expected ones.
fn said(event: EventRef<'_>, directory: &Directory) -> Option<Value> {
    let header = event.header;
    let of = &directory.instruments[header.instrument as usize];
    let price = |e: &Entry| number(e.price, of.price_scale);
    let amount = |e: &Entry| number(e.quantity, of.quantity_scale);
    let levels = |levels: &[Entry]| -> Vec<Value> {
        levels.iter().map(|e| json!({ "price": price(e), "amount": amount(e) })).collect()
    };
    let side = |buy: &str, sell: &str| {
        if event.bids.is_empty() { sell.to_owned() } else { buy.to_owned() }
    };
    let one = event.bids.first().or(event.asks.first());
    let mut out = match header.kind {
        kind::TRADE => {
            let told = header.flags & event_flag::NO_SIDE == 0;
            let side = if told { side("buy", "sell") } else { "unknown".into() };
            json!({ "type": "trade", "side": side, "price": price(one?), "amount": amount(one?) })
        }
        kind::LIQUIDATION => {
            json!({ "type": "liquidation", "side": side("buy", "sell"), "price": price(one?), "amount": amount(one?) })
        }
        kind::QUOTE => json!({
            "type": "book_ticker", "bidPrice": price(&event.bids[0]), "bidAmount": amount(&event.bids[0]),
            "askPrice": price(&event.asks[0]), "askAmount": amount(&event.asks[0]),
        }),
        kind::DEPTH | kind::SNAPSHOT => json!({
            "type": "book_change", "isSnapshot": header.kind == kind::SNAPSHOT,
            "bids": levels(event.bids), "asks": levels(event.asks),
        }),
        kind::MARK => derivative(&["markPrice", "indexPrice"], event.bids, VALUE_SCALE),
        kind::FUNDING => derivative(&["fundingRate"], event.bids, VALUE_SCALE),
        kind::OPEN_INTEREST => json!({ "type": "derivative_ticker", "openInterest": amount(one?) }),
        _ => return None,
    };
    out["symbol"] = json!(of.symbol.strip_suffix("-FUTURES").unwrap_or(&of.symbol));
    if header.flags & event_flag::NO_EVENT_TIME == 0 && header.kind != kind::FUNDING {
        out["ns"] = json!(header.ts_event);
    }
    Some(out)
}

fn derivative(names: &[&str], values: &[Entry], scale: u8) -> Value {
    let mut out = json!({ "type": "derivative_ticker" });
    for (name, value) in names.iter().zip(values).filter(|(_, v)| v.quantity != 0) {
        out[*name] = number(value.price, scale);
    }
    out
}

/// What is expected and not said, and the reverse; `None` where all agrees.
fn compare(ours: &[Value], expected: &[Value]) -> Option<String> {
    let mut missing: Vec<Value> = expected.iter().map(reduced).collect();
    let mut extra = Vec::new();
    for said in ours {
        match missing.iter().position(|e| covers(e, said)) {
            // A derivative ticker stands for several of ours.
            Some(place) if said["type"] == "derivative_ticker" => {
                missing[place]["met"] = json!(true)
            }
            Some(place) => drop(missing.remove(place)),
            None => extra.push(said.clone()),
        }
    }
    missing.retain(|e| e["met"] != true);
    if missing.is_empty() && extra.is_empty() {
        return None;
    }
    let lines = |name: &str, list: &[Value]| -> String {
        list.iter().map(|v| format!("  {name}: {v}\n")).collect()
    };
    Some(lines("expected", &missing) + &lines("extra", &extra))
}

/// An expected event without what we do not compare.
fn reduced(event: &Value) -> Value {
    let mut out = Map::new();
    for (key, value) in event.as_object().unwrap() {
        let skipped = [
            "exchange",
            "localTimestamp",
            "id",
            "fundingTimestamp",
            "predictedFundingRate",
            "lastPrice",
        ];
        if skipped.contains(&key.as_str()) {
            continue;
        }
        if key == "timestamp" {
            let ns = iso_text(value.as_str().unwrap().as_bytes());
            out.insert("ns".into(), json!(ns));
        } else if !value.is_null() {
            out.insert(key.clone(), value.clone());
        }
    }
    Value::Object(out)
}

/// Whether an expected event says all that ours does, and ours all but a derivative's repeats.
fn covers(expected: &Value, ours: &Value) -> bool {
    let is_ticker = ours["type"] == "derivative_ticker";
    let of_ours = ours
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, _)| *key != "ns" || !expected["ns"].is_null());
    let mut agree = of_ours.map(|(key, value)| match (key.as_str(), value.as_str()) {
        // There symbols are in upper case, whatever the venue prints.
        ("symbol", Some(symbol)) => {
            expected[key].as_str().is_some_and(|e| e.eq_ignore_ascii_case(symbol))
        }
        _ => same(&expected[key], value),
    });
    let wanted = expected.as_object().unwrap().keys();
    let has = |key: &String| is_ticker || key == "ns" || !ours[key].is_null();
    agree.all(|same| same) && wanted.into_iter().all(has)
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| b.get(key).is_some_and(|v| same(value, v)))
        }
        _ => a == b,
    }
}

/// Exchanges of the file that have no parser here, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("ascendex", "venue not read"),
    ("aster", "venue not read"),
    ("binance-dex", "closed in 2024"),
    ("binance-european-options", "options are not read yet"),
    ("bitflyer", "venue not read"),
    ("bitnomial", "venue not read"),
    ("bybit-options", "options are not read yet"),
    ("coinbase-international", "venue not read"),
    ("coinflex", "closed in 2023"),
    ("crypto-com", "venue not read"),
    ("cryptofacilities", "Kraken Futures is not read"),
    ("delta", "venue not read"),
    ("dydx", "closed in 2024"),
    ("dydx-v4", "venue not read"),
    ("ftx", "closed in 2022"),
    ("ftx-us", "closed in 2022"),
    ("gate-io", "venue not read"),
    ("gate-io-futures", "venue not read"),
    ("hitbtc", "venue not read"),
    ("huobi", "venue not read"),
    ("huobi-dm", "venue not read"),
    ("huobi-dm-linear-swap", "venue not read"),
    ("huobi-dm-options", "venue not read"),
    ("huobi-dm-swap", "venue not read"),
    ("lighter", "venue not read"),
    ("mexc", "venue not read"),
    ("mexc-futures", "venue not read"),
    ("okex-options", "options are not read yet"),
    ("okex-spreads", "spreads are not read"),
    ("phemex", "venue not read"),
    ("poloniex", "venue not read"),
    ("polymarket", "venue not read"),
    ("serum", "closed in 2022"),
    ("upbit", "venue not read"),
    ("woo-x", "venue not read"),
];

/// Exchanges of the file that a test of this folder checks.
const CHECKED: &[&str] = &[
    "binance",
    "binance-delivery",
    "binance-futures",
    "bitfinex",
    "bitfinex-derivatives",
    "bitget",
    "bitget-futures",
    "bitmex",
    "bitstamp",
    "bybit",
    "bybit-spot",
    "coinbase",
    "deribit",
    "gemini",
    "hyperliquid",
    "kraken",
    "kucoin",
    "kucoin-futures",
    "okcoin",
    "okex",
    "okex-futures",
    "okex-swap",
];

#[test]
fn every_exchange_is_checked_or_stated() {
    let Some(cases) = cases("every_exchange_is_checked_or_stated") else { return };
    let named: BTreeSet<&str> = cases.iter().map(|c| c.exchange.as_str()).collect();
    let stated: BTreeSet<&str> =
        CHECKED.iter().copied().chain(WITHOUT.iter().map(|w| w.0)).collect();
    assert_eq!(named, stated);
    assert_eq!(CHECKED.len() + WITHOUT.len(), stated.len());
}

#[test]
fn binance() {
    const KEPT: &str = "a kept update follows the snapshot as an event; there it is merged in";
    const TIME: &str = "our venue time is the transaction's `T`; there it is `E`";
    const GAP: &str = "`pu` is not the update before: a reset; there it is passed on";
    const REPEAT: &str = "a repeat of what an earlier message said";
    const POLLED: &str = "a message of the recorder, which the venue does not stream";
    const OFF_BOOK: &str = "a print off the book is kept and flagged; there it is dropped";
    check("binance", Venue::Binance, &[(21, 8, KEPT)]);
    let coinm = [
        (25, 3, TIME),
        (25, 6, GAP),
        (25, 7, REPEAT),
        (25, 8, POLLED),
        (25, 10, OFF_BOOK),
        (25, 11, TIME),
    ];
    check("binance-delivery", Venue::BinanceCoinm, &coinm);
    const BOTH: &str = "aggregates are kept beside trades; there they are dropped";
    const LAST: &str = "says the last price alone, which trades say";
    const BREAK: &str = "does not continue the book before it: a reset; there it is passed on";
    let usdm = [
        (23, 1, BOTH),
        (23, 2, LAST),
        (23, 7, KEPT),
        (23, 8, BREAK),
        (23, 9, POLLED),
        (23, 11, OFF_BOOK),
        (23, 13, "a delivery contract's rate of 0 is said; there it is dropped"),
        (23, 14, TIME),
        (24, 2, KEPT),
    ];
    check("binance-futures", Venue::BinanceUsdm, &usdm);
}
