//! Tests over whole tapes: what is written comes back, and what is damaged is found.

mod damage;
mod order;
mod round_trip;
mod torn;

use super::*;
use tickwright_engine::digest::{Digest, MarketNames};
use tickwright_engine::{CoreError, Directory, Entry, EventBuf, EventHeader, Instrument};
use tickwright_engine::{InstrumentVersion, Source};
use tickwright_schema::{event_flag, kind};

/// xorshift64*: the tests' only source of chance.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Below `2^bits`, small values often.
    pub fn skewed(&mut self, bits: u64) -> u64 {
        let bits = self.below(bits);
        self.below(1 << bits)
    }

    /// Any value, with the edges and small ones often.
    pub fn hostile(&mut self) -> u64 {
        const EDGES: [u64; 6] = [0, 1, u64::MAX, 1 << 63, i64::MAX as u64, 1 << 32];
        match self.below(4) {
            0 => EDGES[self.below(6) as usize],
            1 => self.next(),
            2 => self.below(300),
            _ => self.next() >> self.below(64),
        }
    }
}

pub fn directory(instruments: usize) -> Directory {
    let mut out = Directory::default();
    for i in 0..instruments {
        out.instruments.push(Instrument {
            venue: "binance-usdm".to_owned(),
            symbol: format!("SYM{i}USDT"),
            price_scale: 2,
            quantity_scale: 3,
            versions: vec![InstrumentVersion { from_event: 0, tick: 10, lot: 1, inferred: true }],
        });
        for channel in ["depth", "bookTicker", "trade"] {
            out.source(i as u32, channel);
        }
    }
    out
}

/// A market that behaves: quotes, trades and depth of each instrument, venue time stepping back
/// across streams by up to 86 ms.
pub fn market(rng: &mut Rng, instruments: usize, events: usize) -> EventBuf {
    let mut out = EventBuf::new();
    let (mut now, mut id, mut mid) =
        (1_723_161_255_030_314_667_i64, 5_123_107_832_006_u64, 6_180_020);
    let mut last_depth = id;
    for _ in 0..events {
        now += if rng.below(5) == 0 { rng.below(20_000_000) } else { rng.below(5_000) } as i64;
        mid += (rng.below(3) as i64 - 1) * 10;
        let instrument = rng.below(instruments as u64) as u32;
        let channel = rng.below(8).saturating_sub(5);
        let late = if channel == 0 { rng.below(86) as i64 } else { 0 };
        let ts_event = (now / 1_000_000 + 1_270 - late) * 1_000_000;
        let source = (instrument * 3) as u16;
        let base = EventHeader { ts_recv: now, ts_event, instrument, ..EventHeader::default() };
        let quantity = |rng: &mut Rng| (rng.below(4) * rng.skewed(17)) as i64;
        id += 1 + rng.below(900);
        match channel {
            0 => {
                let mut side = |sign: i64| {
                    let mut price = mid;
                    let n = rng.below(40);
                    let level = |_| {
                        price += sign * 10 * (1 + rng.skewed(9) as i64);
                        Entry { price, quantity: quantity(rng) }
                    };
                    (0..n).map(level).collect::<Vec<_>>()
                };
                let (bids, asks) = (side(-1), side(1));
                let header = EventHeader {
                    source,
                    kind: kind::DEPTH,
                    w0: last_depth + 20,
                    w1: id,
                    w2: last_depth,
                    ..base
                };
                last_depth = id;
                out.push(header, &bids, &asks);
            }
            1 => {
                let bid = Entry { price: mid, quantity: quantity(rng) };
                let ask = Entry { price: mid + 10, quantity: quantity(rng) };
                let header = EventHeader { source: source + 1, kind: kind::QUOTE, w1: id, ..base };
                out.push(header, &[bid], &[ask]);
            }
            _ => {
                let print = [Entry { price: mid, quantity: 1 + quantity(rng) }];
                let header =
                    EventHeader { source: source + 2, kind: kind::TRADE, aux: id / 3, ..base };
                let (bids, asks) =
                    if rng.below(2) == 0 { (&print[..], &[][..]) } else { (&[][..], &print[..]) };
                out.push(header, bids, asks);
            }
        }
    }
    out
}

/// A market order by order: ids count up, most orders are cancelled soon, some executed with a print.
pub fn orders(rng: &mut Rng, events: usize) -> EventBuf {
    let mut out = EventBuf::new();
    let mut resting: Vec<(u64, bool, i64)> = Vec::new();
    let (mut now, mut id, mut sequence) =
        (1_340_285_400_000_000_000_i64, 16_113_575_u64, 760_636_963_u64);
    while out.len() < events {
        now += if rng.below(3) == 0 { 0 } else { rng.below(90_000_000) } as i64;
        sequence += 1 + rng.below(2);
        let base = EventHeader { ts_recv: now, ts_event: now, w0: sequence, ..Default::default() };
        let mut push = |header: EventHeader, bid: bool, price: i64, quantity: i64| {
            let one = [Entry { price, quantity }];
            let (bids, asks) = if bid { (&one[..], &[][..]) } else { (&[][..], &one[..]) };
            out.push(header, bids, asks);
        };
        if resting.len() < 50 || rng.below(2) == 0 {
            let bid = rng.below(2) == 0;
            let away = 100 * (1 + rng.skewed(6) as i64);
            let price = if bid { 5_800_000 - away } else { 5_800_000 + away };
            id += 1 + rng.below(40);
            resting.push((id, bid, price));
            let quantity = 100 * (1 + rng.below(4) as i64);
            push(EventHeader { kind: kind::ORDER_ADD, aux: id, ..base }, bid, price, quantity);
            continue;
        }
        let at = resting.len() - 1 - rng.skewed(6) as usize % resting.len();
        let (aux, bid, price) = resting[at];
        match rng.below(12) {
            0 => {
                let header = EventHeader { kind: kind::ORDER_EXECUTE, aux, w2: id, ..base };
                push(header, bid, price, 100);
                push(EventHeader { kind: kind::TRADE, aux: id, ..base }, !bid, price, 100);
            }
            1 => push(EventHeader { kind: kind::ORDER_MODIFY, aux, ..base }, bid, price, 50),
            _ => {
                resting.remove(at);
                push(EventHeader { kind: kind::ORDER_CANCEL, aux, ..base }, bid, price, 0);
            }
        }
    }
    out
}

/// Events of no sense at all: any value anywhere.
pub fn nonsense(rng: &mut Rng, instruments: usize, events: usize) -> EventBuf {
    let mut out = EventBuf::new();
    for _ in 0..events {
        let instrument = rng.below(instruments as u64) as u32;
        let header = EventHeader {
            ts_recv: rng.hostile() as i64,
            ts_event: rng.hostile() as i64,
            w0: rng.hostile(),
            w1: rng.hostile(),
            w2: rng.hostile(),
            aux: rng.hostile(),
            instrument,
            source: (instrument * 3 + rng.below(3) as u32) as u16,
            kind: rng.below(19) as u8,
            flags: rng.hostile() as u8,
            ..EventHeader::default()
        };
        let mut list = |n: u64| {
            let entry = |_| Entry { price: rng.hostile() as i64, quantity: rng.hostile() as i64 };
            (0..n).map(entry).collect::<Vec<_>>()
        };
        let (bids, asks) = (list(header.w0 % 4), list(header.w1 % 9));
        out.push(header, &bids, &asks);
    }
    out
}

pub fn meta(instruments: usize, codec: Codec, block_events: u32) -> TapeMeta {
    TapeMeta { codec, block_events, ..TapeMeta::new(directory(instruments)) }
}

pub fn write(meta: &TapeMeta, events: &EventBuf) -> (Vec<u8>, Footer) {
    let mut writer = TapeWriter::new(meta).unwrap();
    for event in events.iter() {
        writer.push(event).unwrap();
    }
    let footer = writer.finish(r#"{"gaps":0}"#, &meta.directory).unwrap();
    (std::mem::take(writer.output()), footer)
}

pub fn content_hash(directory: &Directory, events: &EventBuf) -> u128 {
    let (names, mut digest) = (MarketNames::new(directory), Digest::new());
    events.iter().for_each(|event| names.digest(&mut digest, event));
    digest.value()
}

/// All events of a tape, in order, and the index.
pub fn read(file: &[u8]) -> Result<(TapeIndex, EventBuf), CoreError> {
    let index = TapeIndex::open(file)?;
    let (mut decoder, mut out) = (BlockDecoder::new(), EventBuf::new());
    for n in 0..index.blocks.len() {
        let block = decoder.decode(index.block_bytes(file, n), index.expect(n))?;
        for event in block.events() {
            out.push(*event.header, event.bids, event.asks);
        }
    }
    Ok((index, out))
}

pub fn assert_same(left: &EventBuf, right: &EventBuf) {
    assert_eq!(left.len(), right.len());
    for (i, (a, b)) in left.iter().zip(right.iter()).enumerate() {
        assert_eq!((a.header, a.bids, a.asks), (b.header, b.bids, b.asks), "event {i}");
    }
}
