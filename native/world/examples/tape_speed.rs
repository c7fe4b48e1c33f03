//! Sizes and times of the tape codecs. Give it a raw Binance USD-M recording, unpacked, on standard
//! input: `zcat usdm_btcusdt_20240808.gz | cargo run --release --example tape_speed`. An argument
//! names one codec.
//!
//! The parser here knows that one recording's key order; it is not the venue's parser.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used
)]

use std::hint::black_box;
use std::io::{BufRead, stdin};
use std::time::Instant;
use tickwright_engine::digest::{Digest, MarketNames};
use tickwright_engine::{Directory, Entry, EventBuf, EventHeader, Instrument};
use tickwright_schema::kind;
use tickwright_world::tape::{BlockDecoder, Codec, TapeIndex, TapeMeta, TapeWriter};

const RUNS: usize = 40;

fn after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.find(key).map(|at| &text[at + key.len()..])
}

fn number(text: &str, key: &str) -> u64 {
    let rest = after(text, key).unwrap_or("0");
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().unwrap_or(0)
}

/// Mantissa of a decimal with exactly `scale` digits behind the point.
fn decimal(text: &str) -> i64 {
    let end = text.find('"').unwrap_or(text.len());
    let digits: String = text[..end].chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

fn value(text: &str, key: &str) -> i64 {
    decimal(after(text, key).unwrap())
}

fn levels(text: &str, key: &str) -> Vec<Entry> {
    let rest = after(text, key).unwrap();
    let list = &rest[..rest.find("]]").unwrap_or(0)];
    let pairs = list.split("[\"").skip(1);
    pairs
        .map(|pair| Entry {
            price: decimal(pair),
            quantity: decimal(after(pair, "\",\"").unwrap()),
        })
        .collect()
}

fn parse(line: &str, events: &mut EventBuf) {
    let (stamp, json) = line.split_once(' ').unwrap();
    let ts_recv = stamp.parse().unwrap();
    let ts_event = number(json, "\"T\":") as i64 * 1_000_000;
    let base = EventHeader { ts_recv, ts_event, ..EventHeader::default() };
    if json.contains("@depth") {
        let ids = ["\"U\":", "\"u\":", "\"pu\":"].map(|k| number(json, k));
        let [w0, w1, w2] = ids;
        let header = EventHeader { kind: kind::DEPTH, w0, w1, w2, ..base };
        events.push(header, &levels(json, "\"b\":["), &levels(json, "\"a\":["));
    } else if json.contains("@bookTicker") {
        let side = |p: &str, q: &str| [Entry { price: value(json, p), quantity: value(json, q) }];
        let (w1, source) = (number(json, "\"u\":"), 1);
        let header = EventHeader { kind: kind::QUOTE, w1, source, ..base };
        events.push(header, &side("\"b\":\"", "\"B\":\""), &side("\"a\":\"", "\"A\":\""));
    } else if json.contains("@trade") {
        let print = [Entry { price: value(json, "\"p\":\""), quantity: value(json, "\"q\":\"") }];
        let (aux, source) = (number(json, "\"t\":"), 2);
        let header = EventHeader { kind: kind::TRADE, w0: aux, w1: aux, aux, source, ..base };
        let (bids, asks): (&[_], &[_]) =
            if json.contains("\"m\":true") { (&[], &print) } else { (&print, &[]) };
        events.push(header, bids, asks);
    }
}

fn best(mut run: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..RUNS).map(time).fold(f64::INFINITY, f64::min)
}

fn encode(meta: &TapeMeta, events: &EventBuf, out: &mut Vec<u8>) {
    let mut writer = TapeWriter::new(meta).unwrap();
    out.clear();
    for event in events.iter() {
        writer.push(event).unwrap();
        if writer.output().len() > 1 << 20 {
            out.append(writer.output());
        }
    }
    writer.finish("", &meta.directory).unwrap();
    out.append(writer.output());
}

fn decode(file: &[u8], index: &TapeIndex, decoder: &mut BlockDecoder) -> i64 {
    let mut sum = 0;
    for n in 0..index.blocks.len() {
        let block = decoder.decode(index.block_bytes(file, n), index.expect(n)).unwrap();
        sum += block.headers[0].ts_recv;
    }
    sum
}

fn walk(file: &[u8], index: &TapeIndex, decoder: &mut BlockDecoder) -> i64 {
    let mut sum = 0;
    for n in 0..index.blocks.len() {
        let block = decoder.decode(index.block_bytes(file, n), index.expect(n)).unwrap();
        for event in block.events() {
            sum += event.header.ts_recv + event.bids.len() as i64 + event.asks.len() as i64;
        }
    }
    sum
}

fn hash_of(file: &[u8], index: &TapeIndex) -> u128 {
    let (names, mut digest) = (MarketNames::new(&index.meta.directory), Digest::new());
    let mut decoder = BlockDecoder::new();
    for n in 0..index.blocks.len() {
        let block = decoder.decode(index.block_bytes(file, n), index.expect(n)).unwrap();
        block.events().for_each(|event| names.digest(&mut digest, event));
    }
    digest.value()
}

fn main() {
    let mut events = EventBuf::new();
    stdin().lock().lines().for_each(|line| parse(&line.unwrap(), &mut events));
    let mut directory = Directory::default();
    directory.instruments.push(Instrument {
        venue: "binance-usdm".to_owned(),
        symbol: "BTCUSDT".to_owned(),
        price_scale: 2,
        quantity_scale: 3,
        versions: Vec::new(),
    });
    for channel in ["depth", "bookTicker", "trade"] {
        directory.source(0, channel);
    }
    let entries: usize = events.iter().map(|e| e.bids.len() + e.asks.len()).sum();
    println!("{} events, {entries} entries", events.len());
    let digest = best(|| {
        let (names, mut digest) = (MarketNames::new(&directory), Digest::new());
        events.iter().for_each(|e| names.digest(&mut digest, e));
        black_box(digest.value());
    });
    println!("content hash alone {digest:.2} ms");
    let only = std::env::args().nth(1).and_then(|name| Codec::from_name(&name));
    for codec in Codec::ALL.into_iter().filter(|c| only.is_none_or(|o| o == *c)) {
        let meta = TapeMeta { codec, ..TapeMeta::new(directory.clone()) };
        let (mut file, mut decoder) = (Vec::new(), BlockDecoder::new());
        let written = best(|| encode(&meta, &events, &mut file));
        let index = TapeIndex::open(&file).unwrap();
        assert_eq!(hash_of(&file, &index), index.content_hash, "what is read is what was written");
        let read = best(|| {
            black_box(decode(&file, &index, &mut decoder));
        });
        let walked = best(|| {
            black_box(walk(&file, &index, &mut decoder));
        });
        let order = best(|| {
            for n in 0..index.blocks.len() {
                let bytes = index.block_bytes(&file, n);
                let block = decoder.decode(bytes, index.expect(n)).unwrap();
                black_box(block.venue_order.clone().fold(0, |a, b| a ^ b));
            }
        });
        println!(
            "{:10} {:9} bytes, encode {written:6.2} ms (hash included), decode {read:5.2} ms, \
             and walked {walked:5.2} ms, and venue order {order:5.2} ms, {} clamped",
            codec.name(),
            file.len(),
            index.venue_order_clamped,
        );
    }
}
