use super::*;
use crate::tape::tests::{Rng, market, nonsense};
use tickwright_engine::{Entry, EventBuf, EventHeader};

fn parts(events: &EventBuf) -> (Vec<EventHeader>, Vec<Entry>) {
    let headers = events.iter().map(|e| *e.header).collect();
    let entries = events.iter().flat_map(|e| [e.bids, e.asks].concat()).collect();
    (headers, entries)
}

fn encode(headers: &[EventHeader], entries: &[Entry]) -> Vec<u8> {
    let mut body = Vec::new();
    Encoder::default().encode(headers, entries, &mut body);
    assert!(body.len() <= max_bytes(headers.len(), entries.len()));
    body
}

fn decode(body: &[u8], events: usize, entries: usize) -> Option<(Vec<EventHeader>, Vec<Entry>)> {
    let mut headers = vec![EventHeader::default(); events];
    let mut out = vec![Entry::default(); entries];
    Decoder::default().decode(body, &mut headers, &mut out).ok()?;
    Some((headers, out))
}

#[test]
fn any_values_come_back() {
    for seed in 0..300 {
        let mut rng = Rng::new(seed);
        let n = rng.below(60) as usize;
        let (headers, entries) = parts(&nonsense(&mut rng, 3, n));
        let body = encode(&headers, &entries);
        let (a, b) = decode(&body, headers.len(), entries.len()).unwrap();
        assert!(a == headers && b == entries, "seed {seed}");
    }
}

#[test]
fn a_body_of_other_counts_is_refused() {
    let (headers, entries) = parts(&market(&mut Rng::new(1), 2, 100));
    let body = encode(&headers, &entries);
    for (events, count) in [(99, 0), (101, 0), (100, 1), (100, -1), (0, 0)] {
        let entries = entries.len().strict_add_signed(count);
        assert!(decode(&body, events, entries).is_none(), "{events} {count}");
    }
    assert!(decode(&body[..body.len() - 1], 100, entries.len()).is_none());
    assert!(decode(&[], 100, entries.len()).is_none());
}

#[test]
fn an_encoder_used_again_writes_what_a_new_one_writes() {
    let mut encoder = Encoder::default();
    for seed in 0..5 {
        let (headers, entries) = parts(&market(&mut Rng::new(seed), 2, 500));
        let mut body = Vec::new();
        encoder.encode(&headers, &entries, &mut body);
        assert!(body == encode(&headers, &entries));
    }
}

#[test]
fn a_market_takes_a_sixth_of_its_memory_at_most() {
    let (headers, entries) = parts(&market(&mut Rng::new(2), 1, 4_096));
    let raw = headers.len() * EventHeader::SIZE + entries.len() * Entry::SIZE;
    let body = encode(&headers, &entries);
    assert!(body.len() * 6 <= raw, "{} of {raw}", body.len());
}
