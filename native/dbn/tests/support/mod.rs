//! Files as Databento writes them, made with its own encoder; tapes read back.
#![allow(dead_code, clippy::unwrap_used)]

use dbn::encode::EncodeRecord;
use dbn::encode::dbn::Encoder;
use dbn::{
    BidAskPair, FlagSet, MappingInterval, MboMsg, Mbp1Msg, Mbp10Msg, Metadata, RecordHeader, SType,
    Schema, SymbolMapping, TradeMsg, rtype,
};
use std::path::{Path, PathBuf};
use tickwright_dbn::{Request, SourceFile, import};
use tickwright_engine::event::{Entry, EventBuf, EventHeader};
use tickwright_engine::{CoreError, Directory};
use tickwright_world::import::ImportReport;
use tickwright_world::tape::{BlockDecoder, TapeIndex};

pub const START: u64 = 1_700_000_000_000_000_000;
pub const LAST: u8 = dbn::flags::LAST;
pub const SNAPSHOT: u8 = dbn::flags::SNAPSHOT;
/// CME, and a number that the metadata names.
pub const PUBLISHER: u16 = 1;
pub const NUMBER: u32 = 4916;

/// A folder of this test's own, gone at its end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("tickwright-dbn-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn metadata(version: u8, schema: Schema) -> Metadata {
    let interval = MappingInterval {
        start_date: time(2023, 11, 1),
        end_date: time(2023, 12, 1),
        symbol: NUMBER.to_string(),
    };
    let mapping = SymbolMapping { raw_symbol: "ESZ3".to_owned(), intervals: vec![interval] };
    Metadata::builder()
        .version(version)
        .dataset("GLBX.MDP3")
        .schema(Some(schema))
        .start(START)
        .stype_in(Some(SType::RawSymbol))
        .stype_out(SType::InstrumentId)
        .symbols(vec!["ESZ3".to_owned()])
        .mappings(vec![mapping])
        .build()
}

fn time(year: i32, month: u8, day: u8) -> time::Date {
    time::Date::from_calendar_date(year, month.try_into().unwrap(), day).unwrap()
}

/// A file of records of one type.
pub fn encode<R: dbn::encode::DbnEncodable>(metadata: &Metadata, records: &[R]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, metadata).unwrap();
    for record in records {
        encoder.encode_record(record).unwrap();
    }
    bytes
}

pub fn header<T: dbn::HasRType>(kind: u8, at: u64) -> RecordHeader {
    RecordHeader::new::<T>(kind, PUBLISHER, NUMBER, START + at)
}

/// An order's record: `action`, `side`, id, price in units of 0.25, size.
pub fn mbo(at: u64, action: u8, side: u8, order: u64, price: i64, size: u32, flags: u8) -> MboMsg {
    MboMsg {
        hd: header::<MboMsg>(rtype::MBO, at),
        order_id: order,
        price: if price == i64::MAX { price } else { price * 250_000_000 },
        size,
        flags: FlagSet::new(flags),
        channel_id: 0,
        action: action as _,
        side: side as _,
        ts_recv: START + at + 500,
        ts_in_delta: 0,
        sequence: at as u32,
    }
}

pub fn trade(at: u64, side: u8, price: i64, size: u32) -> TradeMsg {
    TradeMsg {
        hd: header::<TradeMsg>(rtype::MBP_0, at),
        price: price * 10_000_000,
        size,
        action: b'T' as _,
        side: side as _,
        flags: FlagSet::new(LAST),
        depth: 0,
        ts_recv: START + at + 500,
        ts_in_delta: 0,
        sequence: at as u32,
    }
}

pub fn level(bid: i64, bids: u32, ask: i64, asks: u32) -> BidAskPair {
    let price = |p: i64| if p == 0 { dbn::UNDEF_PRICE } else { p * 1_000_000_000 };
    BidAskPair {
        bid_px: price(bid),
        ask_px: price(ask),
        bid_sz: bids,
        ask_sz: asks,
        bid_ct: 1,
        ask_ct: 1,
    }
}

pub fn mbp1(at: u64, action: u8, flags: u8, top: BidAskPair) -> Mbp1Msg {
    Mbp1Msg {
        hd: header::<Mbp1Msg>(rtype::MBP_1, at),
        price: 100_000_000_000,
        size: 3,
        action: action as _,
        side: b'N' as _,
        flags: FlagSet::new(flags),
        depth: 0,
        ts_recv: START + at + 500,
        ts_in_delta: 0,
        sequence: at as u32,
        levels: [top],
    }
}

pub fn mbp10(at: u64, levels: [BidAskPair; 10]) -> Mbp10Msg {
    Mbp10Msg {
        hd: header::<Mbp10Msg>(rtype::MBP_10, at),
        price: 100_000_000_000,
        size: 3,
        action: b'A' as _,
        side: b'B' as _,
        flags: FlagSet::new(LAST),
        depth: 0,
        ts_recv: START + at + 500,
        ts_in_delta: 0,
        sequence: at as u32,
        levels,
    }
}

pub struct Imported {
    pub report: ImportReport,
    pub directory: Directory,
    pub events: EventBuf,
}

pub fn request(paths: &[PathBuf], out: &Path) -> Request {
    let file = |path: &PathBuf| SourceFile {
        path: path.clone(),
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        ..SourceFile::default()
    };
    Request {
        files: paths.iter().map(file).collect(),
        out: out.to_owned(),
        codec: None,
        block_events: None,
        strict: false,
        no_quotes: false,
    }
}

/// Imports files and reads the tape back.
pub fn tape_of(folder: &Folder, files: &[Vec<u8>]) -> Result<Imported, CoreError> {
    let paths: Vec<_> =
        files.iter().enumerate().map(|(i, b)| folder.file(&format!("{i}.dbn"), b)).collect();
    let out = folder.path("out.tape");
    let report = import(&request(&paths, &out), &mut |_, _| {})?;
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!(report.bytes, bytes.len() as u64);
    let index = TapeIndex::open(&bytes).unwrap();
    let (mut decoder, mut events) = (BlockDecoder::new(), EventBuf::new());
    for n in 0..index.blocks.len() {
        let block = decoder.decode(index.block_bytes(&bytes, n), index.expect(n)).unwrap();
        block.events().for_each(|e| events.push(*e.header, e.bids, e.asks));
    }
    Ok(Imported { report, directory: index.meta.directory, events })
}

/// Kind, aux, and the one entry with its side: bid, price, quantity.
pub type Short = (u8, u64, Option<(bool, i64, i64)>);

pub fn short(events: &EventBuf) -> Vec<Short> {
    let entry = |bid: bool| move |e: &Entry| (bid, e.price, e.quantity);
    let of = |h: &EventHeader, bids: &[Entry], asks: &[Entry]| {
        let first = bids.first().map(entry(true)).or(asks.first().map(entry(false)));
        (h.kind, h.aux, first)
    };
    events.iter().map(|e| of(e.header, e.bids, e.asks)).collect()
}

/// xorshift64*: the tests' only source of chance.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % n
    }
}
