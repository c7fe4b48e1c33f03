//! Files that are cut, damaged or lie: refused with a code and a place, without a panic and without memory that
//! they only claim to need.
#![allow(clippy::unwrap_used)]

mod support;

use dbn::Schema;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use support::*;

const CODES: [&str; 5] = [
    "E_IMPORT_DBN",
    "E_IMPORT_DBN_VERSION",
    "E_IMPORT_TRUNCATED",
    "E_IMPORT_NO_FRAMES",
    "E_IMPORT_PLAN",
];

fn code(folder: &Folder, bytes: &[u8]) -> Option<&'static str> {
    let error = tape_of(folder, &[bytes.to_vec()]).err()?;
    assert!(CODES.contains(&error.code), "{error}");
    assert!(!error.hint.is_empty(), "{error}");
    Some(error.code)
}

fn file() -> (Vec<u8>, usize) {
    let records: Vec<_> = (0..5).map(|at| trade(at, b'A', 1_000, 1)).collect();
    let start = encode::<dbn::TradeMsg>(&metadata(3, Schema::Trades), &[]).len();
    (encode(&metadata(3, Schema::Trades), &records), start)
}

#[test]
fn a_file_cut_anywhere_says_so() {
    let folder = Folder::new("cut");
    let (bytes, start) = file();
    let record = (bytes.len() - start) / 5;
    for length in 0..=bytes.len() {
        let whole = length >= start && (length - start) % record == 0;
        let expected = match length {
            _ if whole && length > start => None,
            _ if length == start => Some("E_IMPORT_NO_FRAMES"),
            _ if length >= 8 && length < start => Some("E_IMPORT_DBN"),
            _ => Some("E_IMPORT_TRUNCATED"),
        };
        assert_eq!(code(&folder, &bytes[..length]), expected, "cut at {length} of {}", bytes.len());
    }
}

#[test]
fn a_packed_file_cut_or_damaged_says_so() {
    let folder = Folder::new("cut-packed");
    let (plain, _) = file();
    let packed = compress_to_vec(&plain[..], CompressionLevel::Fastest);
    for length in 4..packed.len() {
        assert!(code(&folder, &packed[..length]).is_some(), "cut at {length}");
    }
    for at in 4..packed.len() {
        let mut damaged = packed.clone();
        damaged[at] ^= 0x10;
        // What is left may still be a file; it must not be a panic.
        code(&folder, &damaged);
    }
}

#[test]
fn a_byte_flipped_anywhere_never_panics() {
    let folder = Folder::new("flipped");
    let (bytes, _) = file();
    for at in 0..bytes.len() {
        for bit in [0x01, 0x80] {
            let mut damaged = bytes.clone();
            damaged[at] ^= bit;
            code(&folder, &damaged);
        }
    }
}

#[test]
fn versions_that_are_not_read_are_named() {
    let folder = Folder::new("versions");
    for version in [0, 4, 99, 255] {
        let (mut bytes, _) = file();
        bytes[3] = version;
        let error = tape_of(&folder, &[bytes]).err().unwrap();
        assert_eq!(error.code, "E_IMPORT_DBN_VERSION");
        assert!(error.message.contains(&format!("version {version}")));
    }
}

#[test]
fn a_record_of_a_wrong_length_is_named_with_its_byte() {
    let folder = Folder::new("lengths");
    let (bytes, start) = file();
    // No header, and too short for its type: what lies behind it makes no sense any more.
    for length in [0, 1, 3, 4, 5, 11] {
        let mut damaged = bytes.clone();
        damaged[start] = length;
        let error = tape_of(&folder, &[damaged]).err().unwrap();
        assert_eq!(error.code, "E_IMPORT_DBN");
        assert!(error.at.ends_with(&format!("byte {start}")), "{error}");
    }
    // Longer than the file.
    let mut long = bytes;
    long[start] = 254;
    assert_eq!(code(&folder, &long), Some("E_IMPORT_TRUNCATED"));
}

#[test]
fn counts_that_lie_claim_no_memory() {
    let folder = Folder::new("counts");
    let (bytes, start) = file();
    // Every place in the metadata may be a count: of symbols, of mappings, of intervals.
    for at in (8..start - 4).step_by(4) {
        let mut lying = bytes.clone();
        lying[at..at + 4].copy_from_slice(&1_000_000_000_u32.to_le_bytes());
        code(&folder, &lying);
    }
    let mut lying = bytes;
    lying[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(code(&folder, &lying), Some("E_IMPORT_DBN"));
    let packed = compress_to_vec(&lying[..], CompressionLevel::Fastest);
    assert_eq!(code(&folder, &packed), Some("E_IMPORT_DBN"));
}

#[test]
fn what_is_no_dbn_says_so() {
    let folder = Folder::new("foreign");
    for bytes in [&b"PAR1 and more"[..], b"{\"t\":\"header\"}", b"DBZ\x01\0\0\0\0\0"] {
        assert_eq!(code(&folder, bytes), Some("E_IMPORT_DBN"));
    }
    assert_eq!(code(&folder, b""), Some("E_IMPORT_TRUNCATED"));
    let packed = compress_to_vec(&b"a text, packed"[..], CompressionLevel::Fastest);
    assert_eq!(code(&folder, &packed), Some("E_IMPORT_DBN"));
}

#[test]
fn a_strict_import_ends_at_the_first_record_that_is_refused() {
    let folder = Folder::new("strict");
    let mut refused = mbo(2, b'X', b'B', 1, 400, 1, LAST);
    refused.sequence = 2;
    let records = [mbo(1, b'A', b'B', 1, 400, 1, LAST), refused];
    let path = folder.file("a.dbn", &encode(&metadata(3, Schema::Mbo), &records));
    let mut request = request(&[path], &folder.path("a.tape"));
    request.strict = true;
    let error = tickwright_dbn::import(&request, &mut |_, _| {}).unwrap_err();
    assert_eq!(error.code, "E_RECORD");
}

/// Orders of three instruments, so that what is moved about still makes sense now and then.
fn market(rng: &mut Rng) -> Vec<u8> {
    let actions = b"AACMTFRN";
    let records: Vec<_> = (0..200)
        .map(|at| {
            let action = actions[rng.below(8) as usize];
            let side = b"ABN"[rng.below(3) as usize];
            let (order, price) = (rng.below(30), 400 + rng.below(9) as i64);
            let mut m =
                mbo(at, action, side, order, price, rng.below(5) as u32, rng.below(256) as u8);
            m.hd.instrument_id = rng.below(3) as u32;
            m
        })
        .collect();
    encode(&metadata(1 + rng.below(3) as u8, Schema::Mbo), &records)
}

#[test]
fn files_that_are_mixed_up_are_taken_or_refused() {
    let folder = Folder::new("mixed");
    let (mut taken, mut refused) = (0, 0);
    for seed in 0..300 {
        let rng = &mut Rng::new(seed);
        let mut bytes = market(rng);
        for _ in 0..=rng.below(3) {
            let at = rng.below(bytes.len() as u64) as usize;
            let length = (1 + rng.below(120) as usize).min(bytes.len() - at);
            match rng.below(6) {
                0 => bytes.truncate(at + 1),
                1 => bytes[at] ^= 1 << rng.below(8),
                2 => bytes[at..at + length].reverse(),
                3 => bytes.extend_from_within(at..at + length),
                4 => drop(bytes.drain(at..at + length)),
                _ => bytes[at..at + length].fill(rng.below(256) as u8),
            }
            if bytes.is_empty() {
                break;
            }
        }
        if code(&folder, &bytes).is_some() { refused += 1 } else { taken += 1 }
    }
    assert!(taken > 20 && refused > 20, "{taken} taken, {refused} refused");
}
