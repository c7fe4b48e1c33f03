//! Templates against the general reader: the same bytes must give the same events, errors and state,
//! on recordings and on thousands of damaged frames.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod recordings;

use recordings::{folder, instrument, lines, unpack};
use tickwright_engine::state::StateWriter;
use tickwright_engine::venue::binance::scale::ScaleScan;
use tickwright_engine::venue::{Feed, Outcome, Venue};
use tickwright_engine::{Directory, EventBuf, FrameError, Instrument};

/// Two feeds of one state, one with templates.
struct Pair {
    feeds: [Feed; 2],
    outs: [EventBuf; 2],
}

impl Pair {
    fn new(venue: Venue, instruments: Vec<Instrument>) -> Self {
        let mut directory = Directory { instruments, sources: Vec::new() };
        let fast = Feed::new(venue, &mut directory);
        let mut slow = fast.clone();
        slow.set_templates(false);
        Self { feeds: [fast, slow], outs: [EventBuf::new(), EventBuf::new()] }
    }

    /// Gives a frame to both, and asserts that they answer alike.
    fn frame(&mut self, bytes: &[u8], stamp: i64) -> Result<Outcome, FrameError> {
        let [a, b] = &mut self.feeds;
        let [out_a, out_b] = &mut self.outs;
        out_a.clear();
        out_b.clear();
        let results = [a.frame(bytes, stamp, out_a), b.frame(bytes, stamp, out_b)];
        let shown = || String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(results[0], results[1], "{}", shown());
        assert_eq!(out_a.len(), out_b.len(), "{}", shown());
        assert!(results[0].is_ok() || out_a.is_empty());
        for (left, right) in out_a.iter().zip(out_b.iter()) {
            assert_eq!(left.header, right.header, "{}", shown());
            assert_eq!((left.bids, left.asks), (right.bids, right.asks), "{}", shown());
        }
        results[0]
    }

    fn snapshot(&mut self, bytes: &[u8], stamp: i64) {
        for (feed, out) in self.feeds.iter_mut().zip(&mut self.outs) {
            out.clear();
            feed.snapshot(0, bytes, stamp, out).unwrap();
        }
    }

    fn assert_same_state(&self) {
        let [a, b] = self.feeds.each_ref().map(|feed| {
            let mut w = StateWriter::new();
            feed.save(&mut w);
            w.into_bytes()
        });
        assert!(a == b, "states differ");
    }
}

#[test]
fn recordings_read_alike() {
    let Some(folder) = folder("recordings_read_alike") else { return };
    let files = [
        (Venue::Binance, "BTCUSDT", "binance-ws-20240808/spot_btcusdt_20240808.gz", 1),
        (Venue::BinanceUsdm, "BTCUSDT", "binance-ws-20240808/usdm_btcusdt_20240808.gz", 1),
        (Venue::BinanceUsdm, "ETHUSDT", "binance-ws-20240808/usdm_ethusdt_20240808.gz", 1),
        (Venue::BinanceCoinm, "BTCUSD_PERP", "binance-ws-20240808/cm_btcusd_perp_20240808.gz", 1),
        (Venue::Binance, "NEXOUSDT", "binance-spot-nexousdt-34h/nexousdt_20240723.dat.gz", 1_000),
    ];
    for (venue, symbol, file, unit) in files {
        let bytes = unpack(&folder.join(file));
        let mut scan = ScaleScan::new();
        for (_, frame) in lines(&bytes, unit) {
            scan.add_frame(frame, Some(symbol)).unwrap();
        }
        let found = scan.scales(symbol).unwrap();
        assert!(found.tick > 0 && found.lot > 0);
        let of = instrument(venue, symbol, found.price_scale, found.quantity_scale);
        let mut pair = Pair::new(venue, vec![of]);
        for (stamp, frame) in lines(&bytes, unit) {
            if frame.starts_with(b"{\"lastUpdateId\"") {
                pair.snapshot(frame, stamp);
            } else {
                pair.frame(frame, stamp).unwrap();
            }
        }
        pair.assert_same_state();
    }
}

/// Frames of every template, in the spelling that recordings have, and some of the general reader's.
fn seeds(venue: Venue) -> Vec<String> {
    let symbol = if venue == Venue::BinanceCoinm { "BTCUSD_PERP" } else { "BTCUSDT" };
    let (pair, futures) = (r#","ps":"BTCUSD""#, venue.futures());
    let pair = if venue == Venue::BinanceCoinm { pair } else { "" };
    let time = if futures { r#","T":1723161256298"# } else { "" };
    let previous = if futures { r#","pu":5123107831937"# } else { "" };
    let quote = r#""b":"61800.20","B":"2.507","a":"61800.30","A":"2.510""#;
    let print = r#""p":"61800.30","q":"0.006""#;
    let (id, m) = (5_123_107_837_557_u64, if futures { "" } else { r#","M":true"# });
    let quote = match venue {
        Venue::BinanceUsdm => format!(
            r#"{{"e":"bookTicker","u":{id},"s":"{symbol}",{quote},"T":1723161256313,"E":1723161256313}}"#
        ),
        Venue::BinanceCoinm => format!(
            r#"{{"u":{id},"e":"bookTicker","s":"{symbol}"{pair},{quote},"T":1723161256313,"E":1723161256313}}"#
        ),
        _ => format!(r#"{{"u":{id},"s":"{symbol}",{quote}}}"#),
    };
    let depth = format!(
        r#"{{"e":"depthUpdate","E":1723161256299{time},"s":"{symbol}"{pair},"U":5123107832006,"u":{id}{previous},"b":[["58710.20","0.014"],["61496.50","0.010"]],"a":[["61510.90","0.000"]]}}"#
    );
    let trade = if futures {
        format!(
            r#"{{"e":"trade","E":1723161256322,"T":1723161256322,"s":"{symbol}","t":5266583935,{print},"X":"MARKET","m":false}}"#
        )
    } else {
        format!(
            r#"{{"e":"trade","E":1723161256322,"s":"{symbol}","t":3735683259,{print},"T":1723161255342,"m":true,"M":true}}"#
        )
    };
    let range = r#""f":100,"l":105,"T":1723161256322"#;
    let aggregate = if futures {
        format!(
            r#"{{"e":"aggTrade","E":1723161256322,"a":16599292,"s":"{symbol}",{print},{range},"m":false}}"#
        )
    } else {
        format!(
            r#"{{"e":"aggTrade","E":1723161256322,"s":"{symbol}","a":15683430,{print},{range},"m":false{m}}}"#
        )
    };
    let merged = depth.replace(r#","U":"#, r#","st":1,"U":"#);
    let channels = ["depth@100ms", "bookTicker", "trade", "aggTrade", "depth"];
    let alone = [depth, quote, trade, aggregate, merged];
    let combined = |(frame, channel): (&String, &str)| {
        format!(r#"{{"stream":"{}@{channel}","data":{frame}}}"#, symbol.to_lowercase())
    };
    let mut out: Vec<String> = alone.iter().zip(channels).map(combined).collect();
    out.extend(alone);
    out
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// Damages a frame: bytes changed, cut, doubled, or a piece of another frame put in.
fn damage(random: &mut Random, frame: &[u8], other: &[u8]) -> Vec<u8> {
    const BYTES: &[u8] = b"\"{}[],:.0123456789-+eE\\ u\0\xff\xc3nt@";
    let mut out = frame.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(out.len());
        let length = random.below(12).min(out.len() - at);
        match random.below(6) {
            0 => out[at] = BYTES[random.below(BYTES.len())],
            1 => out.insert(at, BYTES[random.below(BYTES.len())]),
            2 => drop(out.drain(at..at + length)),
            3 => {
                let piece = out[at..at + length].to_vec();
                out.splice(at..at, piece);
            }
            4 => {
                let from = random.below(other.len());
                let to = (from + random.below(40)).min(other.len());
                out.splice(at..at, other[from..to].iter().copied());
            }
            _ => out[at] ^= 1 << random.below(8),
        }
        if out.is_empty() {
            out.push(b'{');
        }
    }
    out
}

#[test]
fn damaged_frames_read_alike() {
    for venue in [Venue::Binance, Venue::BinanceUsdm, Venue::BinanceCoinm] {
        let symbols = ["BTCUSDT", "BTCUSD_PERP", "ETHUSDT"];
        let mut pair =
            Pair::new(venue, symbols.iter().map(|s| instrument(venue, s, 2, 3)).collect());
        let seeds = seeds(venue);
        for seed in &seeds {
            pair.frame(seed.as_bytes(), 1).unwrap();
        }
        let mut random = Random(0x5eed + venue as u64);
        let (mut taken, mut refused) = (0, 0);
        for stamp in 0..30_000 {
            let frame = &seeds[random.below(seeds.len())];
            let other = &seeds[random.below(seeds.len())];
            let frame = damage(&mut random, frame.as_bytes(), other.as_bytes());
            match pair.frame(&frame, stamp) {
                Ok(_) => taken += 1,
                Err(error) => {
                    refused += 1;
                    assert!(error.offset as usize <= frame.len(), "{error}");
                    assert!(error.code.starts_with("E_") && !error.what.is_empty());
                }
            }
        }
        pair.assert_same_state();
        assert!(taken > 1_000 && refused > 10_000, "{taken} taken, {refused} refused");
    }
}
