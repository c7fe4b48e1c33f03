//! A tape of any bytes: opened, every block decoded, replayed; then again with right checksums.

use super::expect_code;
use tickwright_engine::schema::code;
use tickwright_world::session::{SessionHost, Windows};
use tickwright_world::tape::{BlockDecoder, Expect, TapeIndex};

const MAGICS: [&[u8; 8]; 3] = [b"TICKTAPE", b"TICKBLCK", b"TICKFOOT"];
/// Place of a section's checksum, and bytes of the trailer with its own at the end.
const CRC_AT: usize = 28;
const TRAILER: usize = 64;

pub fn run(data: &[u8]) {
    one(data);
    let mut sealed = data.to_vec();
    if seal(&mut sealed) {
        one(&sealed);
    }
}

fn one(file: &[u8]) {
    let index = match TapeIndex::open(file) {
        Ok(index) => index,
        Err(error) => return expect_code(&error, &["E_TAPE"]),
    };
    let mut decoder = BlockDecoder::new();
    for n in 0..index.blocks.len() {
        // Bodies under any hash: what a changed block would bring.
        let expect = Expect { hash: None, ..index.expect(n) };
        match decoder.decode(index.block_bytes(file, n), expect) {
            Ok(block) => {
                let entries: usize = block.events().map(|e| e.bids.len() + e.asks.len()).sum();
                assert_eq!(entries, block.entries.len());
                assert_eq!(block.venue_order.clone().count(), block.len());
            }
            Err(error) => expect_code(&error, &["E_TAPE"]),
        }
    }
    replay(file, &index);
}

fn replay(file: &[u8], index: &TapeIndex) {
    let bytes = index.to_bytes();
    let strategies = r#"[{"name":"s","triggers":[{"kind":"quoteChange"},{"kind":"trade"}]}]"#;
    let config = format!("{{\"epoch\":\"{}\",\"strategies\":{strategies}}}", index.meta.start_ns);
    let request = format!("{{\"mode\":\"tape\",\"config\":{config}}}");
    let mut host = match SessionHost::open(&request, &bytes) {
        Ok((host, _)) => host,
        Err(error) => return expect_code(&error, &["E_TAPE", "E_CONFIG"]),
    };
    let mut block: &[u8] = &[];
    let mut next = host.advance(Windows::default());
    loop {
        let windows = Windows { segment: block, ..Windows::default() };
        next = match next {
            code::END => break,
            code::FAULT => {
                let Some(fault) = host.session.core.fault() else {
                    panic!("FAULT without an error")
                };
                return expect_code(fault, &["E_TAPE"]);
            }
            code::NEED => {
                let need = host.regions.memory(Windows::default()).ctl.need_block as usize;
                block = index.block_bytes(file, need);
                host.advance(Windows { segment: block, ..Windows::default() })
            }
            code::IDLE => host.advance(windows),
            _ => host.resume(windows),
        };
    }
    assert_eq!(host.session.core.market_digest(), index.content_hash, "events of another tape");
}

/// Gives each section that can be found, and the trailer, the checksum of its bytes.
fn seal(file: &mut [u8]) -> bool {
    let starts: Vec<_> = (0..file.len().saturating_sub(TRAILER))
        .step_by(64)
        .filter(|&at| MAGICS.iter().any(|magic| file[at..].starts_with(*magic)))
        .collect();
    let Some(end) = file.len().checked_sub(TRAILER) else { return false };
    for (n, &start) in starts.iter().enumerate() {
        let stop = starts.get(n + 1).copied().unwrap_or(end);
        seal_range(&mut file[start..stop], CRC_AT);
    }
    seal_range(&mut file[end..], TRAILER - 4);
    !starts.is_empty()
}

fn seal_range(bytes: &mut [u8], at: usize) {
    if bytes.len() < at + 4 {
        return;
    }
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&bytes[..at]);
    hasher.update(&bytes[at + 4..]);
    bytes[at..at + 4].copy_from_slice(&hasher.finalize().to_le_bytes());
}
