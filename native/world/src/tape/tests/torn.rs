use super::*;

fn tape() -> (EventBuf, Vec<u8>, TapeIndex) {
    let events = market(&mut Rng::new(21), 2, 200);
    let (file, _) = write(&meta(2, Codec::Delta, 30), &events);
    let index = TapeIndex::open(&file).unwrap();
    (events, file, index)
}

#[test]
fn a_tape_cut_at_a_block_border_opens_and_says_so() {
    let (events, file, whole) = tape();
    let cut = whole.blocks[3].offset as usize;
    let (index, seen) = read(&file[..cut]).unwrap();
    assert_eq!((index.events, seen.len(), index.finished), (90, 90, false));
    assert_eq!(index.torn_bytes, 64);
    assert_eq!(index.blocks, whole.blocks[..3]);
    let start: Vec<_> = events.iter().take(90).collect();
    assert!(start.iter().zip(seen.iter()).all(|(a, b)| a.header == b.header));
    assert_eq!(index.rows, start.iter().map(|e| u64::from(e.rows())).sum::<u64>());
}

#[test]
fn a_tape_cut_within_a_block_loses_that_block_and_counts_its_bytes() {
    let (_, file, whole) = tape();
    let cut = whole.blocks[3].offset as usize + 100;
    let index = TapeIndex::open(&file[..cut]).unwrap();
    assert_eq!((index.events, index.torn_bytes), (90, 100));
    // As a file system leaves it that grew the file and had no time to fill it.
    let mut grown = file[..cut].to_vec();
    grown.resize(cut + 5_000, 0);
    let index = TapeIndex::open(&grown).unwrap();
    assert_eq!((index.events, index.torn_bytes), (90, 5_100));
}

#[test]
fn garbage_behind_a_whole_tape_is_cut_and_nothing_else() {
    let (events, mut file, whole) = tape();
    file.extend_from_slice(b"garbage");
    let (index, seen) = read(&file).unwrap();
    assert_eq!((index.torn_bytes, index.finished), (7, true));
    assert_same(&events, &seen);
    assert_eq!(TapeIndex { torn_bytes: 0, ..index }, whole);
}

#[test]
fn damage_in_the_middle_of_an_unfinished_tape_is_refused_not_cut() {
    let (_, file, whole) = tape();
    let mut damaged = file[..whole.blocks[5].offset as usize].to_vec();
    let inside = whole.blocks[2].offset as usize + 200;
    damaged[inside] ^= 4;
    let error = TapeIndex::open(&damaged).unwrap_err();
    assert_eq!(error.code, "E_TAPE_CRC");
    assert_eq!(error.at, format!("byte {}, block 2", whole.blocks[2].offset));
}

#[test]
fn a_torn_tape_is_recoded_to_a_whole_one_of_what_is_left() {
    let (_, file, whole) = tape();
    let torn = &file[..whole.blocks[4].offset as usize + 9];
    let recoded = recode_bytes(torn, Recode { codec: Codec::None, block_events: 7 }).unwrap();
    let index = TapeIndex::open(&recoded).unwrap();
    assert_eq!((index.events, index.torn_bytes, index.finished), (120, 0, true));
}

#[test]
fn opening_a_whole_tape_reads_its_ends_alone() {
    let events = market(&mut Rng::new(22), 1, 3_000);
    let (file, _) = write(&meta(1, Codec::None, 100), &events);
    let mut opener = TapeOpener::new(file.len() as u64);
    let mut needed = 0;
    while let Some(Need { offset, bytes }) = opener.need() {
        needed += bytes;
        opener.give(&file[offset as usize..(offset + bytes) as usize]).unwrap();
    }
    assert!(opener.finish().is_ok());
    assert!(needed < 8_000, "{needed} of {}", file.len());
}

#[test]
fn bytes_that_were_not_asked_for_are_refused() {
    let mut opener = TapeOpener::new(1_000);
    assert_eq!(opener.give(&[0; 3]).unwrap_err().code, "E_TAPE_TRUNCATED");
    assert_eq!(TapeOpener::new(1_000).finish().unwrap_err().code, "E_TAPE_TRUNCATED");
}
