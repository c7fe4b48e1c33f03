//! Recordings that are damaged as files are: cut off, given twice in one, shuffled, with a bit flipped. An
//! import ends in a tape or in a code, and a tape that is not the clean one's is told by a count.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod import_support;

use import_support::captures::{self, READ};
use import_support::damage::{Imported, Random, import_of, seeds};
use std::collections::BTreeSet;
use tickwright_engine::venue::Venue;
use tickwright_world::import::ImportConfig;

/// One recording and what its clean import came to.
struct Recording {
    name: String,
    bytes: Vec<u8>,
    config: ImportConfig,
    clean: Imported,
}

impl Recording {
    fn new(name: &str, bytes: Vec<u8>, venue: Option<Venue>) -> Self {
        let config = ImportConfig { venue, ..ImportConfig::default() };
        let clean = import_of(&[(name.to_owned(), bytes.clone())], &config).unwrap();
        Self { name: name.to_owned(), bytes, config, clean }
    }

    /// Captures of venues that are read, and a recording of lines. `None` where there are no recordings.
    fn all(test: &str) -> Option<impl Iterator<Item = Self>> {
        captures::names(test)?;
        let of_captures = READ.iter().map(|name| {
            let (file, bytes) = captures::read(name);
            Self::new(&file, bytes, None)
        });
        let lines = captures::lines();
        let of_lines = [Self::new("nexousdt", lines, Some(Venue::Binance))];
        Some(of_captures.chain(of_lines))
    }

    /// Ends of lines, behind the newline.
    fn ends(&self) -> Vec<usize> {
        memchr::memchr_iter(b'\n', &self.bytes).map(|at| at + 1).collect()
    }

    /// The import of other bytes under the same name: `None` where it was refused or is the clean one's.
    fn damaged(&self, bytes: Vec<u8>) -> Option<Imported> {
        match import_of(&[(self.name.clone(), bytes)], &self.config) {
            Ok(other) => (other.content_hash != self.clean.content_hash).then_some(other),
            Err(error) => {
                let is_known =
                    error.code.starts_with("E_IMPORT_") || error.code.starts_with("E_VENUE_");
                assert!(is_known, "{}: {error}", self.name);
                assert!(!error.hint.is_empty() && !error.at.is_empty(), "{error:?}");
                None
            }
        }
    }

    /// Names of the counts that differ from the clean import's.
    fn differences(&self, other: &Imported) -> BTreeSet<String> {
        let [ours, theirs] = [&self.clean.told, &other.told];
        let names = ours.keys().chain(theirs.keys());
        names.filter(|name| ours.get(*name) != theirs.get(*name)).cloned().collect()
    }
}

#[test]
fn a_recording_that_was_cut_off_says_so() {
    let Some(recordings) = Recording::all("a_recording_that_was_cut_off_says_so") else { return };
    for recording in recordings {
        let ends = recording.ends();
        for seed in seeds(32) {
            let mut random = Random::new(seed);
            let cut = 1 + random.below(recording.bytes.len() - 1);
            let Some(other) = recording.damaged(recording.bytes[..cut].to_vec()) else { continue };
            // Behind a line, or with nothing missing of it but its end, nothing is broken.
            let is_whole = ends.contains(&cut) || recording.bytes[cut] == b'\n';
            let refused = other.report.report.refused_frames.total;
            let before = recording.clean.report.report.refused_frames.total;
            assert!(is_whole || refused == before + 1, "{} at {cut}: {refused}", recording.name);
            assert!(
                other.told["lines"] < recording.clean.told["lines"],
                "{} {cut}",
                recording.name
            );
        }
    }
}

/// Beside twice as many lines and frames, which nobody knows beforehand.
#[test]
fn a_recording_given_twice_in_one_file_says_so() {
    let Some(recordings) = Recording::all("a_recording_given_twice_in_one_file_says_so") else {
        return;
    };
    for recording in recordings {
        // Coinbase numbers all messages, so that the market is the same: what was dropped is told all the same.
        let files = [(recording.name.clone(), recording.bytes.repeat(2))];
        let other = import_of(&files, &recording.config).unwrap();
        let told = recording.differences(&other);
        let speaks = |name: &&String| {
            let name = name.as_str();
            let starts = ["corrected", "unjoined", "ignored repeated"];
            starts.iter().any(|start| name.starts_with(start))
                || ["duplicates", "stale", "gaps", "joins", "joined"].contains(&name)
        };
        assert!(told.iter().filter(speaks).count() >= 2, "{}: {told:?}", recording.name);
    }
}

#[test]
fn records_out_of_order_are_told() {
    let Some(recordings) = Recording::all("records_out_of_order_are_told") else { return };
    let (mut same, mut other) = (Vec::new(), Vec::new());
    for recording in recordings {
        let mut lines: Vec<&[u8]> = recording.bytes.split_inclusive(|&b| b == b'\n').collect();
        let mut random = Random::new(7);
        for window in lines.chunks_mut(50) {
            for n in (1..window.len()).rev() {
                window.swap(n, random.below(n + 1));
            }
        }
        let Some(damaged) = recording.damaged(lines.concat()) else {
            // Captures are sorted: the same market, and the report says that they had to be.
            same.push(recording.name);
            continue;
        };
        let told = recording.differences(&damaged);
        assert!(!told.is_empty(), "{}: in silence", recording.name);
        other.push(recording.name);
    }
    assert!(same.len() > other.len(), "{same:?} {other:?}");
    assert!(other.contains(&"nexousdt".to_owned()), "lines are not sorted: {other:?}");
}

#[test]
fn a_flipped_bit_is_told_or_lies_in_a_number() {
    let test = "a_flipped_bit_is_told_or_lies_in_a_number";
    let Some(recordings) = Recording::all(test) else { return };
    for recording in recordings {
        let ends = recording.ends();
        for seed in seeds(64) {
            let mut random = Random::new(seed);
            // A line first, and then a byte of it: the venues' lists are most of some files.
            let line = random.below(ends.len() - 1);
            let at = ends[line] + random.below(ends[line + 1] - ends[line]);
            let mut bytes = recording.bytes.clone();
            bytes[at] ^= 1 << random.below(8);
            let (before, now) = (recording.bytes[at], bytes[at]);
            let Some(other) = recording.damaged(bytes) else { continue };
            if recording.differences(&other).is_empty() {
                assert!(
                    is_another_number(before, now),
                    "{} at {at}: {:?} became {:?} in silence",
                    recording.name,
                    char::from(before),
                    char::from(now)
                );
            }
        }
    }
}

/// A digit for a digit, or for the blank that ends a bare number: such a price, quantity, time or id is as
/// sound as the one that was sent, and only a checksum of the venue could tell. Whether it does where
/// there is one: `a_changed_number_is_told_where_a_checksum_covers_it`.
fn is_another_number(before: u8, now: u8) -> bool {
    before.is_ascii_digit() && (now.is_ascii_digit() || now == b' ')
}

/// Every event that carries a checksum is held against it: whatever changed a level that one covers is a
/// mismatch, and what is not told lies below the levels that are covered, or in no book.
#[test]
fn a_changed_number_is_told_where_a_checksum_covers_it() {
    let test = "a_changed_number_is_told_where_a_checksum_covers_it";
    if captures::names(test).is_none() {
        return;
    }
    for name in ["BITGET", "KRAKEN", "OKX"] {
        let (file, bytes) = captures::read(name);
        let recording = Recording::new(&file, bytes, None);
        // Quantities of a book's best levels: `[["price","quantity"…` behind the side's name.
        let digits = best_quantities(&recording.bytes);
        assert!(digits.len() > 2, "{name}: {}", digits.len());
        for seed in seeds(32) {
            let at = digits[Random::new(seed).below(digits.len())];
            let mut bytes = recording.bytes.clone();
            bytes[at] = if bytes[at] == b'7' { b'3' } else { b'7' };
            let other = recording.damaged(bytes).unwrap();
            let mismatched = other.told["replay: checksums mismatched"];
            assert!(mismatched > 0, "{name} at {at}: {:?}", recording.differences(&other));
        }
    }
}

/// Places of the first digit of the best quantity of each snapshot's asks.
fn best_quantities(bytes: &[u8]) -> Vec<usize> {
    let mut out = Vec::new();
    for key in [&br#"\"asks\":[[\""#[..], br#"\"as\":[[\""#] {
        for found in memchr::memmem::find_iter(bytes, key) {
            let price = found + key.len();
            let Some(end) = memchr::memmem::find(&bytes[price..], br#"\",\""#) else { continue };
            out.push(price + end + br#"\",\""#.len());
        }
    }
    out
}
