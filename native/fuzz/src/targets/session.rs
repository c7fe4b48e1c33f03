//! Any inputs into a live session with a journal: it goes on or stops with an error, and its replay is equal.

use super::expect_code;
use crate::corpus::Sample;
use tickwright_engine::journal::{JournalWriter, SegmentStart};
use tickwright_engine::schema::{code, entry_type};
use tickwright_world::generator::{DEFAULT_START_NS, GeneratedKind};
use tickwright_world::session::{SessionHost, Windows};

const SEGMENT: usize = 1 << 20;
/// Bytes in front of a payload: type, connection, time since the input before, length.
const HEAD: usize = 8;

/// Configuration of a session with two strategies that are handed all there is.
pub const CONFIG: &str = r#"{"epoch":"1704067200000000000","viewLevels":3,"connections":[
{"name":"stream","venue":"binance-usdm","kind":"stream"},
{"name":"snapshot","venue":"binance-usdm","kind":"snapshot","symbol":"BTCUSDT"}],
"instruments":[{"venue":"binance-usdm","symbol":"BTCUSDT","priceScale":2,"quantityScale":3,"tick":10,"lot":1},
{"venue":"binance-usdm","symbol":"ETHUSDT","priceScale":2,"quantityScale":3,"tick":1,"lot":1}],
"strategies":[{"name":"all","timers":["one"],"triggers":[{"kind":"quoteChange"},{"kind":"trade"},
{"kind":"events","events":3},{"kind":"cadence","periodNs":700000},{"kind":"reset"},
{"kind":"threshold","feature":"touchImbalance","above":0.5,"below":-0.5}]},
{"name":"late","triggers":[{"kind":"cadence","periodNs":1000000000,"minimumProof":"sequence+bbo"}]}]}"#;

/// Inputs as the target reads them.
#[must_use]
pub fn encode(samples: &[Sample]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut last = DEFAULT_START_NS;
    for Sample { kind, stamp, bytes } in samples {
        let (kind, source) = match kind {
            GeneratedKind::Frame => (entry_type::FRAME, 0),
            GeneratedKind::Snapshot => (entry_type::BODY, 1),
        };
        let gap = ((stamp - last) / 1_000).clamp(0, i64::from(u16::MAX)) as u16;
        last = *stamp;
        out.extend_from_slice(&[kind, source]);
        out.extend_from_slice(&gap.to_le_bytes());
        out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        out.extend_from_slice(bytes);
    }
    out
}

/// A live session and the memory of its journal.
pub struct Live {
    pub host: SessionHost,
    pub segment: Vec<u8>,
    pub writer: JournalWriter,
    stamp: i64,
}

impl Live {
    /// A session that has taken its configuration.
    #[must_use]
    pub fn open() -> Self {
        let request = format!("{{\"mode\":\"live\",\"config\":{CONFIG}}}");
        let Ok((host, _)) = SessionHost::open(&request, &[]) else {
            panic!("the configuration is refused")
        };
        let mut segment = vec![0; SEGMENT];
        let start =
            SegmentStart { epoch: DEFAULT_START_NS, first_seq: 1, ..SegmentStart::default() };
        let Ok(writer) = JournalWriter::create(&mut segment, &start) else { panic!("no segment") };
        let mut live = Self { host, segment, writer, stamp: 0 };
        let Self { host, segment, writer, .. } = &mut live;
        host.set_journal(Windows { journal: segment, writer: Some(writer), segment: &[] });
        let config = format!("{{\"core\":{CONFIG},\"strategies\":[]}}");
        assert_eq!(live.feed(entry_type::CONFIG, 0, 0, config.as_bytes()), code::IDLE);
        live
    }

    /// One input, drained; the code that it ended with.
    pub fn feed(&mut self, kind: u8, source: u16, gap: i64, payload: &[u8]) -> u8 {
        let at = self.writer.payload_at();
        if payload.len() > self.writer.free(SEGMENT) {
            return code::END;
        }
        self.segment[at..at + payload.len()].copy_from_slice(payload);
        self.stamp += gap;
        let Self { host, segment, writer, stamp } = self;
        {
            let mut mem = host.regions.memory(Windows::default());
            let ctl = &mut mem.ctl;
            ctl.in_type = f64::from(kind);
            ctl.in_source = f64::from(source);
            ctl.in_offset = at as f64;
            ctl.in_length = payload.len() as f64;
            ctl.stamp = *stamp as f64;
        }
        let mut next = host.feed(Windows { journal: segment, writer: Some(writer), segment: &[] });
        let mut calls = 0;
        while next != code::IDLE && next != code::FAULT {
            assert!(next < 16, "code {next}");
            calls += 1;
            assert!(calls < 1_000_000, "an input that does not end");
            next = host.resume(Windows { journal: segment, writer: Some(writer), segment: &[] });
        }
        next
    }

    /// Closing digest and the end of the journal.
    pub fn finish(&mut self) {
        let Self { host, segment, writer, .. } = self;
        let windows = Windows { journal: segment, writer: Some(writer), segment: &[] };
        let done = host.call("finish", "", &[], windows);
        assert!(done.is_ok(), "{:?}", done.err());
        writer.close(segment, true);
    }
}

/// Replays one segment; the host, and whether it came to the end without FAULT.
#[must_use]
pub fn replay(segment: &[u8]) -> (SessionHost, bool) {
    let request = format!("{{\"mode\":\"journal\",\"config\":{CONFIG},\"segments\":1}}");
    let Ok((mut host, _)) = SessionHost::open(&request, &[]) else {
        panic!("the configuration is refused")
    };
    let windows = || Windows { journal: &mut [], writer: None, segment };
    let mut next = host.advance(windows());
    let mut calls = 0;
    while next != code::END && next != code::FAULT {
        calls += 1;
        assert!(calls < 5_000_000, "a replay that does not end");
        next = match next {
            code::IDLE | code::NEED => host.advance(windows()),
            _ => host.resume(windows()),
        };
    }
    if next == code::END {
        let done = host.call("finish", "", &[], windows());
        assert!(done.is_ok(), "{:?}", done.err());
    }
    (host, next == code::END)
}

pub fn run(data: &[u8]) {
    let mut live = Live::open();
    let mut rest = data;
    while let Some((head, after)) = rest.split_first_chunk::<HEAD>() {
        let [kind, source, gap_low, gap_high, length @ ..] = *head;
        let length = (u32::from_le_bytes(length) as usize).min(after.len());
        let (payload, left) = after.split_at(length);
        rest = left;
        let gap = 1_000 * i64::from(u16::from_le_bytes([gap_low, gap_high]));
        match live.feed(kind, u16::from(source), gap.max(1), payload) {
            code::IDLE => {}
            code::FAULT => {
                let fault = live.host.session.core.fault().cloned();
                let Some(fault) = fault else { panic!("FAULT without an error") };
                expect_code(&fault, &["E_INPUT", "E_JOURNAL", "E_STAMP_ORDER"]);
                // As after a crash: what is there is equal.
                return verify(&live.segment);
            }
            _ => break,
        }
    }
    live.finish();
    verify(&live.segment);
}

fn verify(segment: &[u8]) {
    let (mut host, ended) = replay(segment);
    if !ended {
        let fault = host.session.core.fault().cloned();
        let Some(fault) = fault else { panic!("FAULT without an error") };
        return expect_code(&fault, &["E_INPUT"]);
    }
    let verdict = host.call("verdict", "", &[], Windows::default());
    let Ok(verdict) = verdict else { panic!("no verdict") };
    assert!(verdict.json.contains("\"equal\":true"), "{}", verdict.json);
}
