use super::*;

fn every_codec_and_block_size(events: &EventBuf, instruments: usize) {
    let hash = content_hash(&directory(instruments), events);
    for codec in Codec::ALL {
        for block_events in [1, 7, 4_096] {
            let meta = meta(instruments, codec, block_events);
            let (file, footer) = write(&meta, events);
            let (index, seen) = read(&file).unwrap();
            assert_same(events, &seen);
            assert_eq!(footer.content_hash, hash, "{codec:?} {block_events}");
            assert_eq!(index.content_hash, hash);
            assert_eq!((index.torn_bytes, index.finished), (0, true));
            assert_eq!(index.meta, meta);
            assert_eq!(index.report_json, r#"{"gaps":0}"#);
            assert_eq!(footer.file_bytes, file.len() as u64);
            assert_eq!(index.events, events.len() as u64);
            let rows: u64 = events.iter().map(|e| u64::from(e.rows())).sum();
            assert_eq!((index.rows, footer.rows), (rows, rows));
            assert_eq!(index.by_kind, footer.by_kind);
        }
    }
}

#[test]
fn a_market_comes_back_under_every_codec_and_block_size() {
    every_codec_and_block_size(&market(&mut Rng::new(1), 3, 5_000), 3);
}

#[test]
fn a_market_of_orders_comes_back_and_is_small() {
    let events = orders(&mut Rng::new(7), 5_000);
    every_codec_and_block_size(&events, 1);
    let (file, _) = write(&meta(1, Codec::Delta, 4_096), &events);
    let bytes = file.len() as f64 / events.len() as f64;
    // Ids and sequence as differences within their kind: 80 bytes an event as they are.
    assert!(bytes < 16.0, "{bytes} bytes an event");
}

#[test]
fn any_value_comes_back_under_every_codec_and_block_size() {
    for seed in 0..4 {
        every_codec_and_block_size(&nonsense(&mut Rng::new(seed), 2, 600), 2);
    }
}

#[test]
fn more_than_256_classes_take_two_bytes_each() {
    let events = nonsense(&mut Rng::new(9), 40, 3_000);
    every_codec_and_block_size(&events, 40);
}

#[test]
fn an_empty_tape_is_a_tape() {
    let (file, footer) = write(&meta(1, Codec::Delta, 4_096), &EventBuf::new());
    let (index, events) = read(&file).unwrap();
    assert_eq!((index.events, events.len(), footer.blocks), (0, 0, 0));
    assert_eq!((index.torn_bytes, index.content_hash), (0, 0));
    assert_eq!((index.ts_recv_range(), index.ts_event_range()), (None, None));
    assert_eq!((index.block_of_event(0), index.block_of_time(0)), (None, None));
}

#[test]
fn codec_none_is_read_in_place_and_copied_where_it_is_not_aligned() {
    let events = market(&mut Rng::new(2), 1, 300);
    let (file, _) = write(&meta(1, Codec::None, 100), &events);
    let index = TapeIndex::open(&file).unwrap();
    let mut decoder = BlockDecoder::new();
    for shift in 0..9 {
        // A buffer in which the block begins at every alignment, one of them its own.
        let mut moved = vec![0; shift];
        moved.extend_from_slice(index.block_bytes(&file, 1));
        let block = decoder.decode(&moved[shift..], index.expect(1)).unwrap();
        for (i, event) in block.events().enumerate() {
            let expected = events.get(100 + i);
            assert_eq!(event.header, expected.header);
            assert_eq!((event.bids, event.asks), (expected.bids, expected.asks));
        }
    }
    assert!(index.blocks.iter().all(|b| b.offset.is_multiple_of(ALIGN as u64)));
}

#[test]
fn events_are_found_by_place_ordinal_and_time() {
    let events = market(&mut Rng::new(3), 2, 2_000);
    let (file, _) = write(&meta(2, Codec::Delta, 64), &events);
    let index = TapeIndex::open(&file).unwrap();
    let mut decoder = BlockDecoder::new();
    for ordinal in [0, 63, 64, 999, 1_999] {
        let n = index.block_of_event(ordinal).unwrap();
        let block = decoder.decode(index.block_bytes(&file, n), index.expect(n)).unwrap();
        let place = (ordinal - block.first_event) as usize;
        let (event, expected) = (block.event(place), events.get(ordinal as usize));
        assert_eq!(event.header, expected.header);
        assert_eq!((event.bids, event.asks), (expected.bids, expected.asks));
        let from = block.events_from(place).next().unwrap();
        assert_eq!((from.header, from.bids), (expected.header, expected.bids));
        assert_eq!(block.events_from(block.len()).count(), 0);
        let found = index.block_of_time(expected.header.ts_recv).unwrap();
        let first_at = events.iter().position(|e| e.header.ts_recv >= expected.header.ts_recv);
        assert_eq!(found, first_at.unwrap() / 64);
    }
    assert_eq!(index.block_of_event(2_000), None);
    assert_eq!(index.block_of_time(i64::MIN), Some(0));
    assert_eq!(index.block_of_time(i64::MAX), None);
    let (first, last) = index.ts_recv_range().unwrap();
    assert_eq!((first, last), (events.get(0).header.ts_recv, events.get(1_999).header.ts_recv));
}

#[test]
fn recoding_keeps_the_content_and_equals_writing_it_so() {
    let events = market(&mut Rng::new(4), 2, 3_000);
    let (file, footer) = write(&meta(2, Codec::Delta, 4_096), &events);
    for codec in Codec::ALL {
        for block_events in [1, 7, 4_096] {
            let recoded = recode_bytes(&file, Recode { codec, block_events }).unwrap();
            let (direct, other) = write(&meta(2, codec, block_events), &events);
            assert_eq!(other.content_hash, footer.content_hash);
            assert!(recoded == direct, "{codec:?} {block_events}");
        }
    }
}

#[test]
fn instruments_and_sources_may_come_later_and_versions_at_the_end() {
    let (events, full) = (market(&mut Rng::new(5), 3, 900), directory(3));
    let meta = meta(1, Codec::Delta, 50);
    let mut writer = TapeWriter::new(&meta).unwrap();
    for (i, event) in events.iter().enumerate() {
        if event.header.instrument > 0 && i < 100 {
            assert_eq!(writer.push(event).unwrap_err().code, "E_TAPE_SOURCE");
            continue;
        }
        if i == 100 {
            writer.extend(&full).unwrap();
        }
        writer.push(event).unwrap();
    }
    let mut last = full.clone();
    let version = InstrumentVersion { from_event: 40, tick: 1, lot: 1, inferred: false };
    last.instruments[2].versions.push(version);
    assert_eq!(writer.finish("", &directory(2)).unwrap_err().code, "E_TAPE_SOURCE");
    writer.finish("", &last).unwrap();
    let file = std::mem::take(writer.output());
    let (index, seen) = read(&file).unwrap();
    assert_eq!(index.meta.directory, last);
    assert_eq!(index.content_hash, content_hash(&last, &seen));
    // Torn before the footer, blocks still say what their events name.
    let torn = TapeIndex::open(&file[..file.len() - 100]).unwrap();
    assert_eq!((torn.meta.directory, torn.content_hash), (full, index.content_hash));
}

#[test]
fn large_events_close_blocks_early_and_too_large_ones_are_refused() {
    let level = Entry { price: 100, quantity: 5 };
    let bids = vec![level; MAX_BLOCK_ENTRIES / 2];
    let mut events = EventBuf::new();
    for _ in 0..5 {
        let header = EventHeader { kind: kind::SNAPSHOT, ..EventHeader::default() };
        events.push(header, &bids, &[]);
    }
    let (file, footer) = write(&meta(1, Codec::Delta, 4_096), &events);
    assert_eq!(footer.blocks, 3);
    assert_same(&read(&file).unwrap().1, &events);
    let too_many = vec![level; MAX_EVENT_ENTRIES + 1];
    let header = EventHeader { bids: too_many.len() as u32, ..EventHeader::default() };
    let event = tickwright_engine::EventRef { header: &header, bids: &too_many, asks: &[] };
    let mut writer = TapeWriter::new(&meta(1, Codec::Delta, 10)).unwrap();
    assert_eq!(writer.push(event).unwrap_err().code, "E_TAPE_LIMIT");
}

#[test]
fn wrong_use_is_refused_with_a_code() {
    let code = |m: &TapeMeta| TapeWriter::new(m).err().map(|e| e.code);
    assert_eq!(code(&meta(1, Codec::Delta, 0)), Some("E_TAPE_LIMIT"));
    assert_eq!(code(&meta(1, Codec::Delta, MAX_BLOCK_EVENTS + 1)), Some("E_TAPE_LIMIT"));
    let mut stray = meta(1, Codec::Delta, 1);
    stray.directory.sources.push(Source { name: "x".to_owned(), instrument: 7 });
    assert_eq!(code(&stray), Some("E_TAPE_HEADER"));
    let mut writer = TapeWriter::new(&meta(1, Codec::Delta, 1)).unwrap();
    let header = EventHeader { bids: 1, ..EventHeader::default() };
    let event = tickwright_engine::EventRef { header: &header, bids: &[], asks: &[] };
    assert_eq!(writer.push(event).unwrap_err().code, "E_TAPE_EVENT");
    writer.finish("", &directory(1)).unwrap();
    assert_eq!(writer.finish("", &directory(1)).unwrap_err().code, "E_TAPE_EVENT");
    assert_eq!(writer.push(event).unwrap_err().code, "E_TAPE_EVENT");
}

#[test]
fn memory_of_the_writer_does_not_grow_with_the_tape() {
    let events = market(&mut Rng::new(6), 1, 4_000);
    let mut writer = TapeWriter::new(&meta(1, Codec::Delta, 64)).unwrap();
    let mut last = 0;
    for (i, event) in events.iter().enumerate() {
        writer.push(event).unwrap();
        if !writer.output().is_empty() {
            last = i;
            writer.output().clear();
        }
    }
    // 4,000 events span 8 s of venue time: blocks leave while events come.
    assert!(last > 3_500, "{last}");
}
