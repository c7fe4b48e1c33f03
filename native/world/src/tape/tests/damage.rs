use super::*;

/// What became of a damaged file.
#[derive(Debug, PartialEq)]
enum Outcome {
    Refused,
    Cut,
    Unchanged,
}

/// Reads a damaged file; panics where damage was silent.
fn outcome(original: &[u8], damaged: &[u8], events: &EventBuf, what: &str) -> Outcome {
    let result = std::panic::catch_unwind(|| read(damaged));
    match result.unwrap_or_else(|_| panic!("panic: {what}")) {
        Err(error) => {
            assert!(error.code.starts_with("E_TAPE_"), "{what}: {error}");
            assert!(error.at.contains("byte "), "{what}: {error}");
            Outcome::Refused
        }
        Ok((index, seen)) if index.torn_bytes > 0 => {
            // What is left is a beginning of the tape, and its hash is its own.
            assert!(seen.len() <= events.len(), "{what}");
            for (a, b) in seen.iter().zip(events.iter()) {
                assert_eq!((a.header, a.bids, a.asks), (b.header, b.bids, b.asks), "{what}");
            }
            assert_eq!(index.content_hash, content_hash(&index.meta.directory, &seen), "{what}");
            assert_eq!(index.events, seen.len() as u64, "{what}");
            Outcome::Cut
        }
        Ok(_) => {
            assert!(original == damaged, "silent: {what}");
            Outcome::Unchanged
        }
    }
}

/// The seeds of this run: all, or with `TICKWRIGHT_SEEDS=1/N` the share that `TICKWRIGHT_SEED_BASE` names.
fn chosen_seeds(count: u64) -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok();
    let share = number("TICKWRIGHT_SEEDS")
        .and_then(|s| s.strip_prefix("1/")?.parse().ok())
        .filter(|&n: &u64| n > 0)
        .unwrap_or(1);
    let base = number("TICKWRIGHT_SEED_BASE").and_then(|s| s.parse::<u64>().ok()).unwrap_or(0);
    (0..count).filter(|seed| seed % share == base % share).collect()
}

fn damage(rng: &mut Rng, file: &[u8], index: &TapeIndex) -> (Vec<u8>, String) {
    let mut out = file.to_vec();
    let at = rng.below(file.len() as u64) as usize;
    let blocks = index.blocks.len() as u64;
    let range = |n: u64| {
        let b = &index.blocks[n as usize];
        b.offset as usize..(b.offset + b.bytes) as usize
    };
    let what = match rng.below(8) {
        0 | 1 => {
            out[at] ^= 1 << rng.below(8);
            format!("bit at {at}")
        }
        2 => {
            out.truncate(at);
            format!("cut at {at}")
        }
        3 => {
            let (a, b) = (rng.below(blocks), rng.below(blocks));
            let (low, high) = (range(a.min(b)), range(a.max(b)));
            out = file[..low.start].to_vec();
            out.extend_from_slice(&file[high.clone()]);
            out.extend_from_slice(file.get(low.end..high.start).unwrap_or_default());
            out.extend_from_slice(if a == b { &[] } else { &file[low] });
            out.extend_from_slice(&file[high.end..]);
            format!("blocks {a} and {b} swapped")
        }
        4 => {
            let (from, to) = (range(rng.below(blocks)), range(rng.below(blocks)));
            let copy = file[from.clone()].to_vec();
            let end = if rng.below(2) == 0 { to.start } else { to.end };
            out.splice(to.start..end, copy);
            format!("block at {} put to {}", from.start, to.start)
        }
        5 => {
            let end = (at + rng.below(5_000) as usize).min(file.len());
            out[at..end].fill(0);
            format!("zeros {at}..{end}")
        }
        6 => {
            out.extend((0..=rng.below(300)).map(|_| rng.next() as u8));
            "garbage behind".to_owned()
        }
        _ => {
            let end = (at + rng.below(3_000) as usize).min(file.len());
            out.drain(at..end);
            format!("without {at}..{end}")
        }
    };
    (out, what)
}

#[test]
fn random_damage_is_refused_or_cut_and_never_silent() {
    let events = market(&mut Rng::new(11), 2, 700);
    let tapes: Vec<_> = Codec::ALL.map(|codec| write(&meta(2, codec, 40), &events).0).into();
    let indices: Vec<_> = tapes.iter().map(|t| TapeIndex::open(t).unwrap()).collect();
    let (mut refused, mut cut) = (0, 0);
    for seed in chosen_seeds(1_000) {
        let mut rng = Rng::new(seed);
        let pick = (seed % 3) as usize;
        let (damaged, what) = damage(&mut rng, &tapes[pick], &indices[pick]);
        match outcome(&tapes[pick], &damaged, &events, &format!("seed {seed}: {what}")) {
            Outcome::Refused => refused += 1,
            Outcome::Cut => cut += 1,
            Outcome::Unchanged => {}
        }
    }
    assert!(refused > 0 && cut > 0);
}

#[test]
fn every_single_bit_of_a_small_tape_is_covered() {
    let events = market(&mut Rng::new(12), 1, 12);
    for codec in Codec::ALL {
        let (file, _) = write(&meta(1, codec, 5), &events);
        for bit in 0..file.len() * 8 {
            let mut damaged = file.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            outcome(&file, &damaged, &events, &format!("{codec:?} bit {bit}"));
        }
    }
}

#[test]
fn every_cut_of_a_small_tape_is_said() {
    let events = market(&mut Rng::new(13), 1, 12);
    let (file, _) = write(&meta(1, Codec::Delta, 5), &events);
    for len in 0..file.len() {
        let said = outcome(&file, &file[..len], &events, &format!("cut at {len}"));
        assert_ne!(said, Outcome::Unchanged);
    }
}

#[test]
fn codes_say_what_happened_and_where() {
    let events = market(&mut Rng::new(14), 1, 30);
    let (file, _) = write(&meta(1, Codec::None, 10), &events);
    let index = TapeIndex::open(&file).unwrap();
    let code = |bytes: &[u8]| read(bytes).map(|_| ()).unwrap_err();
    let flipped = |at: u64| {
        let mut out = file.clone();
        out[at as usize] ^= 1;
        out
    };
    assert_eq!(code(b"PK\x03\x04 something else altogether, longer").code, "E_TAPE_MAGIC");
    assert_eq!(code(&[]).code, "E_TAPE_TRUNCATED");
    assert_eq!(code(&flipped(8)).code, "E_TAPE_VERSION");
    assert_eq!(code(&flipped(40)).code, "E_TAPE_CRC");
    let second = index.blocks[1];
    let error = code(&flipped(second.offset + second.bytes - 1));
    assert_eq!(error.code, "E_TAPE_CRC");
    assert_eq!(error.at, format!("byte {}, block 1", second.offset));
    let mut without = file.clone();
    without.drain(second.offset as usize..(second.offset + second.bytes) as usize);
    assert_eq!(code(&without).code, "E_TAPE_TRUNCATED");
    let mut doubled = file.clone();
    let bytes = index.block_bytes(&file, 1).to_vec();
    doubled.splice(second.offset as usize..second.offset as usize, bytes);
    assert_eq!(code(&doubled).code, "E_TAPE_ORDER");
}

#[test]
fn a_block_of_another_tape_is_found_even_with_the_same_index_and_predecessor() {
    let events = market(&mut Rng::new(15), 1, 30);
    let mut other = events.clone();
    other.header_mut(25).w2 ^= 1;
    let meta = meta(1, Codec::None, 10);
    let ((mut file, _), (foreign, _)) = (write(&meta, &events), write(&meta, &other));
    let index = TapeIndex::open(&file).unwrap();
    let last = index.blocks[2];
    let range = last.offset as usize..(last.offset + last.bytes) as usize;
    file[range.clone()].copy_from_slice(&foreign[range]);
    assert_eq!(read(&file).map(|_| ()).unwrap_err().code, "E_TAPE_ORDER");
    // And a foreign head, whose length is the same.
    let mut foreign_meta = meta.clone();
    foreign_meta.directory.instruments[0].symbol = "SYM1USDT".to_owned();
    let (mut file, (foreign, _)) = (write(&meta, &events).0, write(&foreign_meta, &events));
    let head = index.blocks[0].offset as usize;
    file[..head].copy_from_slice(&foreign[..head]);
    assert_eq!(read(&file).map(|_| ()).unwrap_err().code, "E_TAPE_ORDER");
}

#[test]
fn damage_under_a_right_crc_never_panics() {
    // Not an accident's doing, but a reader must bear it: bodies changed and sealed again.
    let events = market(&mut Rng::new(16), 2, 120);
    for codec in Codec::ALL {
        let (file, _) = write(&meta(2, codec, 60), &events);
        let index = TapeIndex::open(&file).unwrap();
        let mut decoder = BlockDecoder::new();
        for seed in 0..3_000 {
            let mut rng = Rng::new(seed);
            let n = rng.below(index.blocks.len() as u64) as usize;
            let mut bytes = index.block_bytes(&file, n).to_vec();
            for _ in 0..=rng.below(3) {
                let at = 32 + rng.below(bytes.len() as u64 - 32) as usize;
                bytes[at] = if rng.below(2) == 0 { rng.next() as u8 } else { bytes[at] ^ 1 };
            }
            section::reseal(&mut bytes);
            let expect = Expect { hash: None, ..index.expect(n) };
            if let Ok(block) = decoder.decode(&bytes, expect) {
                let read = block.events().map(|e| e.bids.len() + e.asks.len()).sum::<usize>();
                assert_eq!(read, block.entries.len());
                assert_eq!(block.venue_order.clone().count(), block.len());
            }
        }
    }
}
