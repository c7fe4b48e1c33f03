//! Inputs to begin with: what a generated market makes of each format.

use crate::targets::{import, journal, session};
use tickwright_engine::event::kind;
use tickwright_engine::venue::Venue;
use tickwright_engine::{CoreError, Entry, EventBuf, EventHeader};
use tickwright_world::generator::{DEFAULT_START_NS, GeneratedKind, Generator, GeneratorConfig};
use tickwright_world::tape::{Codec, TapeMeta, TapeWriter};

/// One generated input.
pub struct Sample {
    pub kind: GeneratedKind,
    pub stamp: i64,
    pub bytes: Vec<u8>,
}

/// Symbols of a venue that the generator knows.
#[must_use]
pub fn symbols(venue: Venue) -> &'static [&'static str] {
    if venue == Venue::BinanceCoinm {
        &["BTCUSD_PERP", "ETHUSD_PERP"]
    } else {
        &["BTCUSDT", "ETHUSDT"]
    }
}

/// What captures call a venue.
fn exchange(venue: Venue) -> &'static str {
    match venue {
        Venue::BinanceUsdm => "BINANCE_FUTURES",
        Venue::BinanceCoinm => "BINANCE_DELIVERY",
        _ => "BINANCE",
    }
}

/// The generator's name for a venue's protocol.
fn protocol(venue: Venue) -> &'static str {
    if venue.futures() { venue.name() } else { Venue::Binance.name() }
}

/// A market's configuration.
///
/// # Errors
/// `E_GENERATOR_CONFIG`.
pub fn market(venue: Venue, seed: u64) -> Result<Generator, CoreError> {
    let config = GeneratorConfig::new(seed, 2).with_symbols(protocol(venue), symbols(venue))?;
    Generator::new(&config)
}

/// Its first inputs, as received. Snapshots are cut short: most of a mutation would hit them otherwise.
///
/// # Errors
/// `E_GENERATOR_CONFIG`.
pub fn samples(venue: Venue, seed: u64, count: usize) -> Result<Vec<Sample>, CoreError> {
    let mut generator = market(venue, seed)?;
    let mut out = Vec::new();
    let mut bytes = Vec::new();
    while out.len() < count {
        bytes.clear();
        let Some(input) = generator.next_input(&mut bytes) else { break };
        out.push(Sample { kind: input.kind, stamp: input.ts_recv, bytes: shortened(&bytes) });
    }
    Ok(out)
}

/// A snapshot of at most some twenty levels a side; other messages as they are.
fn shortened(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    if bytes.len() < 4_000 {
        return bytes.to_vec();
    }
    let Ok(mut body) = serde_json::from_str::<serde_json::Value>(&text) else {
        return bytes.to_vec();
    };
    for side in ["bids", "asks"] {
        if let Some(levels) = body.get_mut(side).and_then(serde_json::Value::as_array_mut) {
            levels.truncate(20);
        }
    }
    body.to_string().into_bytes()
}

/// Inputs for a target by its name.
///
/// # Errors
/// Those of the generator and the writers.
pub fn of(target: &str) -> Result<Vec<Vec<u8>>, CoreError> {
    match target {
        "parser" => parser(),
        "session" => Ok(vec![session::encode(&samples(Venue::BinanceUsdm, 3, 60)?)]),
        "journal" => Ok(vec![journal::sample(&samples(Venue::BinanceUsdm, 4, 40)?)?]),
        "tape" => {
            let both = |&codec| [tape(codec), order_tape(codec)];
            Codec::ALL.iter().flat_map(both).collect()
        }
        "checkpoint" => crate::targets::checkpoint::samples(),
        "rows" => Ok(rows()),
        _ => recordings(),
    }
}

/// Lines: the first byte says which venue, each line is a frame or a body.
fn parser() -> Result<Vec<Vec<u8>>, CoreError> {
    let one = |(n, venue): (usize, Venue)| {
        let mut out = vec![n as u8];
        for sample in samples(venue, 5 + n as u64, 30)? {
            out.extend_from_slice(&sample.bytes);
            out.push(b'\n');
        }
        Ok(out)
    };
    Venue::ALL.into_iter().enumerate().map(one).collect()
}

fn tape(codec: Codec) -> Result<Vec<u8>, CoreError> {
    let mut generator = market(Venue::BinanceUsdm, 6)?;
    let mut meta = TapeMeta::new(generator.directory().clone());
    meta.codec = codec;
    meta.block_events = 40;
    let mut writer = TapeWriter::new(&meta)?;
    let mut frame = Vec::new();
    while writer.events() < 300 && generator.next_input(&mut frame).is_some() {
        frame.clear();
        for event in generator.events().iter() {
            if event.bids.len() + event.asks.len() < 200 {
                writer.push(event)?;
            }
        }
    }
    writer.finish("{}", generator.directory())?;
    Ok(std::mem::take(writer.output()))
}

/// Rows of a message file, as the import target reads one file.
fn order_rows() -> Vec<u8> {
    let mut out = Vec::new();
    for (n, event) in orders(0, 120).iter().enumerate() {
        let what = match event.header.kind {
            kind::ORDER_ADD => 1,
            kind::ORDER_MODIFY => 2,
            kind::ORDER_EXECUTE => 4,
            _ => 3,
        };
        let (side, level) =
            event.bids.first().map_or((-1, event.asks.first()), |bid| (1, Some(bid)));
        let Some(Entry { price, quantity }) = level else { continue };
        let (id, time) = (event.header.aux, 34_200 + n / 3);
        let row = format!("{time}.{n:09},{what},{id},{quantity},{price}00,{side}\n");
        out.extend_from_slice(row.as_bytes());
    }
    out
}

/// A tape order by order, on an instrument that needs no snapshot.
fn order_tape(codec: Codec) -> Result<Vec<u8>, CoreError> {
    let mut meta = TapeMeta::new(market(Venue::BinanceUsdm, 6)?.directory().clone());
    "nasdaq".clone_into(&mut meta.directory.instruments[0].venue);
    meta.codec = codec;
    meta.block_events = 40;
    let mut writer = TapeWriter::new(&meta)?;
    for event in orders(0, 150).iter() {
        writer.push(event)?;
    }
    writer.finish("{}", &meta.directory)?;
    Ok(std::mem::take(writer.output()))
}

/// Order events of instrument 0, all of one sequence number; some name orders that are not there.
#[must_use]
pub fn orders(sequence: u64, count: u64) -> EventBuf {
    let kinds = [kind::ORDER_ADD, kind::ORDER_MODIFY, kind::ORDER_EXECUTE, kind::ORDER_CANCEL];
    let mut out = EventBuf::new();
    for n in 0..count {
        // Three adds, then one of the others about an order of some time ago.
        let kind = kinds[if n % 4 == 3 { 1 + (n / 4 % 3) as usize } else { 0 }];
        let aux = if kind == kind::ORDER_ADD { n + 1 } else { (n * 7 % 60) + 1 };
        let ts_recv = DEFAULT_START_NS + 1_000 * n as i64;
        let header = EventHeader {
            kind,
            aux,
            w0: sequence,
            ts_recv,
            ts_event: ts_recv,
            ..Default::default()
        };
        let entry =
            [Entry { price: 10 * (5_000 + (aux % 9) as i64), quantity: 1 + (n % 5) as i64 }];
        let (bids, asks) = if aux % 9 < 5 { (&entry[..], &[][..]) } else { (&[][..], &entry[..]) };
        out.push(header, bids, asks);
    }
    out
}

/// Lines with a receive time in front, and records of captures.
fn recordings() -> Result<Vec<Vec<u8>>, CoreError> {
    let mut out = Vec::new();
    for venue in [Venue::Binance, Venue::BinanceUsdm, Venue::BinanceCoinm] {
        let header = format!("{{\"t\":\"header\",\"exchange\":\"{}\"}}\n", exchange(venue));
        let (mut lines, mut records) = (Vec::new(), header.into_bytes());
        for Sample { kind, stamp, bytes } in samples(venue, 9, 40)? {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            lines.extend_from_slice(format!("{stamp} {text}\n").as_bytes());
            let message = serde_json::Value::String(text).to_string();
            let seconds = format!("{}.{:09}", stamp / 1_000_000_000, stamp % 1_000_000_000);
            let record = match kind {
                GeneratedKind::Frame => {
                    format!(
                        "{{\"t\":\"recv\",\"ts\":{seconds},\"conn\":\"c\",\"data\":{message}}}\n"
                    )
                }
                GeneratedKind::Snapshot => {
                    let url = format!("https://x/depth?symbol={}", symbols(venue)[0]);
                    format!(
                        "{{\"t\":\"http\",\"ts\":{seconds},\"url\":\"{url}\",\"data\":{message}}}\n"
                    )
                }
            };
            records.extend_from_slice(record.as_bytes());
        }
        out.extend([lines, records]);
    }
    let messages = order_rows();
    let mut pair = messages.clone();
    pair.push(import::NEXT_FILE);
    let row = b"510000,3,500000,7,520000,1,490000,2\n";
    pair.extend(row.repeat(messages.split(|byte| *byte == b'\n').count() - 1));
    out.extend([messages, pair]);
    Ok(out)
}

/// Tables of each kind, behind the byte that says as what they are read.
fn rows() -> Vec<Vec<u8>> {
    const TARDIS: &str = "exchange,symbol,timestamp,local_timestamp,";
    let tardis = |columns: &str, rows: &[&str]| {
        let mut text = format!("{TARDIS}{columns}\n");
        for (i, row) in rows.iter().enumerate() {
            text.push_str(&format!("x,Y,158569920000{i}000,158569920000{i}300,{row}\n"));
        }
        text
    };
    let tables = [
        tardis("id,side,price,amount", &["1,buy,6401.5,2", "2,sell,6400,1e-3", "u-u,unknown,6400,0"]),
        tardis("is_snapshot,side,price,amount", &["true,bid,10,1", "true,ask,11,2", "false,ask,11,0"]),
        tardis("ask_amount,ask_price,bid_price,bid_amount", &["1,11,10,2", ",,10,3"]),
        tardis("asks[0].price,asks[0].amount,bids[0].price,bids[0].amount", &["11,1,10,2", "11,1,,"]),
        tardis(
            "funding_timestamp,funding_rate,predicted_funding_rate,open_interest,last_price,index_price,mark_price",
            &["1585728000000000,-0.0001,,12.5,11,10.5,11.125", ",,,,11,,"],
        ),
        tardis("id,side,price,amount", &["1,buy,6401.5,2"]),
        "7,58710.2,0.014,821.9,1723161255030,true,true\n8,58710.3,0.01,5,1723161255031000,false,true\n".to_owned(),
        "9,0.0163,4.70,27781,27783,1498793709153,True\n".to_owned(),
        "5,58710.1,2.5,58710.2,1,1723161255030,1723161255032\n".to_owned(),
        "1601510340000,4.1,4.2,4.0,4.1,539.2,1601510399999,2240.3,13,401.8,1669.9,0\n".to_owned(),
        "14400135,481800,100,0,0,P,1,0\n14400136,0,0,491000,300,T,2000,1\n".to_owned(),
        "time,open,high,low,close,volume\n2013-10-08 12:00,1,2,0.5,1.5,7\n2013-10-08 13:00,1,2,3,1.5,7\n".to_owned(),
        "1381233600,1.5,10\n1381233601,1.25,20\n".to_owned(),
        "1381233600000,1.5,10,1.75,3\n".to_owned(),
        "1381233600000000,1,2,0.5,1.5,7\n".to_owned(),
        "1381233600000000000,bid,10,1\n1381233600000000000,ask,11,2\n".to_owned(),
    ];
    let choice = |(n, table): (usize, &String)| [&[n as u8], table.as_bytes()].concat();
    let mut out: Vec<Vec<u8>> = tables.iter().enumerate().map(choice).collect();
    // What they seem to be, and the same where it is repaired.
    out.extend(tables.iter().map(|table| [&[0x3f_u8], table.as_bytes()].concat()));
    out.extend(tables.iter().map(|table| [&[0xff_u8], table.as_bytes()].concat()));
    out
}
