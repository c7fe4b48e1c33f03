//! A checkpoint of any bytes under a right hash: refused, or taken whole and gone on with.

use super::{expect_code, session::Live};
use crate::corpus;
use tickwright_engine::core::{Batch, Cursor};
use tickwright_engine::event::kind;
use tickwright_engine::schema::{code, entry_type};
use tickwright_engine::venue::Venue;
use tickwright_engine::{CoreError, EventBuf, EventHeader};
use tickwright_world::generator::GeneratedKind;
use tickwright_world::session::{SessionHost, Windows};
use xxhash_rust::xxh3::xxh3_128;

/// Hash and tape position behind a document.
const TAIL: usize = 24;

/// Documents without their hash, of sessions that have come to different places.
///
/// # Errors
/// Those of the generator.
pub fn samples() -> Result<Vec<Vec<u8>>, CoreError> {
    let mut live = Live::open();
    let mut out = vec![document(&mut live)?];
    for (n, sample) in corpus::samples(Venue::BinanceUsdm, 12, 80)?.iter().enumerate() {
        feed(&mut live, sample.kind, &sample.bytes);
        if n % 20 == 0 {
            out.push(document(&mut live)?);
        }
    }
    apply_orders(&mut live);
    out.push(document(&mut live)?);
    Ok(out)
}

/// A book told order by order, in front of the one by levels.
fn apply_orders(live: &mut Live) {
    let mut events = EventBuf::new();
    let sequence = 1 << 50;
    let header = EventHeader { kind: kind::SNAPSHOT, w1: sequence, ..EventHeader::default() };
    events.push(header, &[], &[]);
    for event in corpus::orders(sequence, 150).iter() {
        events.push(*event.header, event.bids, event.asks);
    }
    let batch = Batch { headers: events.headers(), entries: events.entries() };
    let mut cursor = Cursor::default();
    let SessionHost { session, regions, .. } = &mut live.host;
    let mut mem = regions.memory(Windows::default());
    while session.core.replay(&mut mem, batch, &mut cursor, events.len()) != code::IDLE {}
}

fn feed(live: &mut Live, kind: GeneratedKind, bytes: &[u8]) -> u8 {
    match kind {
        GeneratedKind::Frame => live.feed(entry_type::FRAME, 0, 100_000, bytes),
        GeneratedKind::Snapshot => live.feed(entry_type::BODY, 1, 100_000, bytes),
    }
}

fn document(live: &mut Live) -> Result<Vec<u8>, CoreError> {
    let mut document = live.host.session.save(b"{}")?;
    document.truncate(document.len() - TAIL);
    Ok(document)
}

pub fn run(data: &[u8]) {
    let mut document = data.to_vec();
    document.extend_from_slice(&xxh3_128(data).to_le_bytes());
    document.extend_from_slice(&[0; 8]);
    let request = format!("{{\"mode\":\"live\",\"config\":{}}}", super::session::CONFIG);
    let Ok((mut host, _)) = tickwright_world::session::SessionHost::open(&request, &[]) else {
        panic!("the configuration is refused")
    };
    if let Err(error) = host.call("restore", "", &document, Windows::default()) {
        expect_code(&error, &["E_STATE", "E_BOOK", "E_CONFIG"]);
        assert_eq!(host.advance(Windows::default()), code::FAULT, "half of a state goes on");
        return;
    }
    // What was taken is what is given back: nothing was dropped or made up.
    let state = String::new();
    let _ = host.session.core.digests();
    let again = host.session.save(state.as_bytes());
    let Ok(again) = again else { panic!("a restored session cannot be saved") };
    let mut other = match tickwright_world::session::SessionHost::open(&request, &[]) {
        Ok((other, _)) => other,
        Err(error) => panic!("{error:?}"),
    };
    let taken = other.call("restore", "", &again, Windows::default());
    assert!(taken.is_ok(), "what a restored session saves is refused: {:?}", taken.err());
    assert_eq!(other.session.core.state_hash(), host.session.core.state_hash());
}
