//! Seeded corruptions of a journal of three segments: each is refused with code and place, or cut
//! and said; none is silent, none changes an entry, none panics.

use super::tests::{CAPACITY, Random, Written, append, start};
use super::*;
use crate::error::CoreError;

const MANIFEST: &[u8] = b"{\"session\":\"test\"}";

/// How the last segment was left.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ending {
    Closed,
    Open,
    /// Open, with all entries confirmed by a data sync.
    Synced,
}

#[derive(Clone)]
struct Sample {
    ending: Ending,
    segments: Vec<Vec<u8>>,
    entries: Vec<Written>,
}

fn sample(seed: u64, ending: Ending) -> Sample {
    let mut random = Random::new(seed);
    let (mut segments, mut entries) = (Vec::new(), Vec::new());
    let (mut next_seq, mut hash) = (1, manifest_hash(MANIFEST));
    for index in 0..3 {
        let mut segment = vec![0; CAPACITY];
        let mut writer =
            JournalWriter::create(&mut segment, &start(index, next_seq, hash)).unwrap();
        let limit = if index == 2 { 20 + random.below(40) } else { usize::MAX };
        for _ in 0..limit {
            let Some(written) = append(&mut writer, &mut segment, &mut random) else { break };
            entries.push(written);
        }
        match (index, ending) {
            (2, Ending::Open) => {}
            (2, Ending::Synced) => writer.note_synced(&mut segment, writer.position()),
            _ => {
                hash = writer.close(&mut segment, index == 2);
                segment.truncate(kept_length(writer.position(), CAPACITY));
            }
        }
        next_seq = writer.next_seq();
        segments.push(segment);
    }
    Sample { ending, segments, entries }
}

/// Reads until the end or the first error; gives what was delivered in either case.
fn read_all(segments: &[Vec<u8>]) -> (Vec<Written>, Result<JournalReport, CoreError>) {
    let mut entries = Vec::new();
    let mut chain = Chain::new(MANIFEST);
    let mut run = || {
        for segment in segments {
            let mut reader = SegmentReader::new(segment)?;
            chain.begin(reader.header())?;
            for entry in &mut reader {
                entries.push(Written::of(&entry?));
            }
            chain.end(&reader.end()?);
        }
        Ok(())
    };
    let outcome = run();
    (entries, outcome.and_then(|()| chain.finish()))
}

/// Where the entries of a segment lie.
fn places(segment: &[u8]) -> Vec<(usize, usize)> {
    let reader = SegmentReader::new(segment).unwrap();
    reader.map(|entry| entry.unwrap()).map(|entry| (entry.offset, entry.end())).collect()
}

fn corrupt(sample: &Sample, random: &mut Random) -> (&'static str, Vec<Vec<u8>>) {
    let mut segments = sample.segments.clone();
    let which = random.below(segments.len());
    let length = segments[which].len();
    let name = match random.below(10) {
        0 | 1 => {
            segments[which][random.below(length)] ^= 1 << random.below(8);
            "bit flip"
        }
        2 => {
            segments[which].truncate(random.below(length));
            "cut"
        }
        3 => {
            let (a, b) = two_places(&segments[which], random);
            let mut out = segments[which][..a.0].to_vec();
            for part in [b.0..b.1, a.1..b.0, a.0..a.1, b.1..length] {
                out.extend_from_slice(&segments[which][part]);
            }
            segments[which] = out;
            "swapped entries"
        }
        4 => {
            let (a, b) = two_places(&segments[which], random);
            let copy = segments[which][a.0..a.1].to_vec();
            let end = (b.1 + copy.len()).min(length);
            segments[which][b.1..end].copy_from_slice(&copy[..end - b.1]);
            "repeated entry"
        }
        5 | 6 => {
            let from = random.below(length);
            let to = (from + 1 + random.below(600)).min(length);
            segments[which][from..to].fill(0);
            "zeroed range"
        }
        7 => {
            segments.swap(which, (which + 1 + random.below(2)) % 3);
            "swapped segments"
        }
        8 => {
            let copy = segments[which].clone();
            if random.below(2) == 0 {
                segments.insert(which, copy);
            } else {
                segments[(which + 1) % 3] = copy;
            }
            "repeated segment"
        }
        _ => {
            segments.remove(which);
            "missing segment"
        }
    };
    (name, segments)
}

fn two_places(segment: &[u8], random: &mut Random) -> ((usize, usize), (usize, usize)) {
    let places = places(segment);
    let a = random.below(places.len() - 1);
    let b = a + 1 + random.below(places.len() - a - 1);
    (places[a], places[b])
}

/// An open segment whose last entries are wiped to the end, whole, is one in which they were never
/// written: only a sync mark can tell, and then does.
fn looks_unwritten(sample: &Sample, segments: &[Vec<u8>]) -> bool {
    let (Some(last), Some(original)) = (segments.get(2), sample.segments.get(2)) else {
        return false;
    };
    let cut = last.iter().rposition(|&b| b != 0).map_or(0, |at| at + 1);
    sample.ending == Ending::Open
        && segments[..2] == sample.segments[..2]
        && last.len() == original.len()
        && last[..cut] == original[..cut]
        && places(original).iter().any(|&(from, to)| {
            let used =
                original[from..to].iter().rposition(|&b| b != 0).map_or(from, |n| from + n + 1);
            used == cut
        })
}

fn check(sample: &Sample, name: &str, segments: &[Vec<u8>]) -> &'static str {
    let (entries, outcome) = read_all(segments);
    assert!(sample.entries.starts_with(&entries), "{name}: an entry was changed");
    match outcome {
        Err(error) => {
            assert!(error.code.starts_with("E_JOURNAL_"), "{name}: {error}");
            assert!(!error.at.is_empty() && !error.hint.is_empty(), "{name}: {error}");
            "refused"
        }
        Ok(report) => {
            let said = report.torn_bytes > 0
                || report.missing_bytes > 0
                || report.unclosed_segment.is_some()
                || report.closed != (sample.ending == Ending::Closed);
            assert!(said, "{name}: silent, {report:?}");
            "said"
        }
    }
}

#[test]
fn an_intact_journal_reads_through() {
    for ending in [Ending::Closed, Ending::Open, Ending::Synced] {
        let sample = sample(1, ending);
        let (entries, report) = read_all(&sample.segments);
        let report = report.unwrap();
        assert_eq!(entries, sample.entries);
        assert_eq!(report.entries as usize, entries.len());
        assert_eq!((report.segments, report.torn_bytes, report.missing_bytes), (3, 0, 0));
        assert_eq!(report.closed, ending == Ending::Closed);
    }
}

#[test]
fn no_corruption_is_silent() {
    let seeds = super::tests::chosen_seeds(1_000);
    let endings = [Ending::Closed, Ending::Open, Ending::Synced];
    let samples: Vec<Sample> = (0..9).map(|i| sample(i + 1, endings[i as usize % 3])).collect();
    let (mut refused, mut said, mut unwritten) = (0, 0, 0);
    for &seed in &seeds {
        let mut random = Random::new(seed);
        let sample = &samples[random.below(samples.len())];
        let (name, segments) = corrupt(sample, &mut random);
        if segments == sample.segments {
            continue;
        }
        if looks_unwritten(sample, &segments) {
            unwritten += 1;
            continue;
        }
        match check(sample, &format!("seed {seed}, {name}, {:?}", sample.ending), &segments) {
            "refused" => refused += 1,
            _ => said += 1,
        }
    }
    assert!(refused > said, "{refused} refused, {said} cut and said");
    let all = seeds.len();
    assert!(unwritten * 50 <= all + 100, "{unwritten} of {all} looked unwritten");
}

/// Every single bit of the three headers, and of all bytes behind the last entry.
#[test]
fn no_bit_of_headers_and_tails_is_unguarded() {
    for ending in [Ending::Closed, Ending::Open, Ending::Synced] {
        let sample = sample(4, ending);
        for which in 0..3 {
            let end = places(&sample.segments[which]).last().unwrap().1;
            let length = sample.segments[which].len();
            for at in (0..SegmentHeader::SIZE).chain([200, 4_095]).chain(end..length.min(end + 64))
            {
                let mut segments = sample.segments.clone();
                segments[which][at] ^= 1 << (at % 8);
                check(&sample, &format!("segment {which}, byte {at}, {ending:?}"), &segments);
            }
        }
    }
}

/// Bytes that someone made on purpose: wild values under valid checksums.
#[test]
fn wild_headers_and_lengths_never_panic() {
    for seed in 0..2_000 {
        let mut random = Random::new(seed);
        let mut segment = sample(seed % 7, Ending::Closed).segments.swap_remove(random.below(3));
        let mut header: SegmentHeader =
            bytemuck::pod_read_unaligned(&segment[..SegmentHeader::SIZE]);
        let wild = [random.next(), random.next() >> 32, u64::MAX, 4_096, 1 << 32 | 8_192];
        match random.below(5) {
            0 => header.capacity = wild[random.below(5)],
            1 => header.closed_length = wild[random.below(5)] & !15,
            2 => header.synced = wild[random.below(5)],
            3 => header.first_seq = wild[random.below(5)],
            _ => header.closing = 7,
        }
        header.crc = crc32fast::hash(&bytemuck::bytes_of(&header)[..60]);
        header.closing_crc = crc32fast::hash(&bytemuck::bytes_of(&header)[72..100]);
        segment[..SegmentHeader::SIZE].copy_from_slice(bytemuck::bytes_of(&header));
        for at in (SEGMENT_HEADER..segment.len()).step_by(16) {
            if random.below(40) == 0 {
                let length = wild[random.below(4)] as u32;
                segment[at..at + 4].copy_from_slice(&length.to_le_bytes());
            }
        }
        let error = super::tests::read(&segment).err();
        assert!(error.is_none_or(|error| error.code.starts_with("E_JOURNAL_")), "seed {seed}");
        let _ = JournalWriter::open(&segment);
    }
}

/// Where a writer can die between two segments, and what its successor sees.
#[test]
fn a_death_between_two_segments_is_said() {
    let sample = sample(2, Ending::Closed);
    let mut segments = sample.segments[..2].to_vec();
    let at = std::mem::offset_of!(SegmentHeader, hash_low);
    segments[0][at..SegmentHeader::SIZE].fill(0);
    segments[0].resize(CAPACITY, 0);
    let (_, report) = read_all(&segments);
    assert_eq!(report.unwrap_err().code, "E_JOURNAL_CHAIN", "segment 2 is missing");

    segments[1][at..SegmentHeader::SIZE].fill(0);
    segments[1].resize(CAPACITY, 0);
    let (entries, report) = read_all(&segments);
    assert!(sample.entries.starts_with(&entries));
    assert_eq!(report.unwrap().unclosed_segment, Some(0));

    segments.push(sample.segments[2].clone());
    assert_eq!(read_all(&segments).1.unwrap_err().code, "E_JOURNAL_CHAIN");
}
