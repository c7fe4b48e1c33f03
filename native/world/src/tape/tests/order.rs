use super::*;
use std::collections::VecDeque;

/// Venue times by the rule, all at once.
fn venue_times(events: &EventBuf) -> Vec<i64> {
    let (mut by_source, mut latest) = (std::collections::BTreeMap::new(), i64::MIN);
    let mut out = Vec::new();
    for event in events.iter() {
        let header = event.header;
        let time = if header.flags & event_flag::NO_EVENT_TIME == 0 {
            by_source.insert(header.source, header.ts_event);
            header.ts_event
        } else {
            by_source.get(&header.source).copied().unwrap_or(latest)
        };
        latest = latest.max(time);
        out.push(time);
    }
    out
}

fn stable_sort(times: &[i64]) -> Vec<u64> {
    let mut out: Vec<u64> = (0..times.len() as u64).collect();
    out.sort_by_key(|&i| times[i as usize]);
    out
}

fn order_of(file: &[u8]) -> Vec<u64> {
    let index = TapeIndex::open(file).unwrap();
    let (mut decoder, mut out) = (BlockDecoder::new(), Vec::new());
    for n in 0..index.blocks.len() {
        let block = decoder.decode(index.block_bytes(file, n), index.expect(n)).unwrap();
        assert_eq!(block.venue_order.len(), block.len());
        out.extend(block.venue_order);
    }
    out
}

fn sorted(headers: impl Iterator<Item = EventHeader>) -> (Vec<u64>, u64) {
    let (mut sorter, mut out) = (VenueSorter::new(), VecDeque::new());
    let clamped = headers.map(|h| u64::from(sorter.push(&h, &mut out))).sum();
    sorter.finish(&mut out);
    (out.into(), clamped)
}

fn stamped(ts_event: i64) -> EventHeader {
    EventHeader { ts_event, ..EventHeader::default() }
}

fn is_permutation_in_bounds(order: &[u64]) {
    let mut seen = vec![false; order.len()];
    for (place, &ordinal) in order.iter().enumerate() {
        assert!(!std::mem::replace(&mut seen[ordinal as usize], true), "{ordinal} twice");
        assert!(ordinal.abs_diff(place as u64) <= SPAN_EVENTS);
    }
}

#[test]
fn within_the_bound_it_is_the_stable_sort_whatever_the_block_size() {
    let mut events = market(&mut Rng::new(1), 2, 6_000);
    let mut rng = Rng::new(2);
    for i in 0..events.len() {
        // Some messages without a time, and a recorder whose clock is years away.
        let header = events.header_mut(i);
        header.ts_recv += 1 << 58;
        if rng.below(10) == 0 || (header.instrument == 1 && header.kind == kind::QUOTE) {
            header.flags |= event_flag::NO_EVENT_TIME;
            header.ts_event = 0;
        }
    }
    let expected = stable_sort(&venue_times(&events));
    assert!(expected.iter().enumerate().filter(|(i, o)| *i as u64 != **o).count() > 1_000);
    for block_events in [1, 7, 4_096] {
        for codec in [Codec::None, Codec::Delta] {
            let (file, footer) = write(&meta(2, codec, block_events), &events);
            assert_eq!(footer.venue_order_clamped, 0);
            assert_eq!(order_of(&file), expected, "{block_events}");
        }
    }
}

#[test]
fn beyond_the_span_events_are_clamped_counted_and_ordered_alike_in_every_block_size() {
    let mut events = market(&mut Rng::new(3), 2, 5_000);
    let mut rng = Rng::new(4);
    for i in 0..events.len() {
        let back = rng.below(3_000) as i64 * 1_000_000;
        if rng.below(20) == 0 {
            events.header_mut(i).ts_event -= back;
        }
    }
    // The rule, at once: nothing is placed earlier than a second before the latest.
    let (mut latest, mut clamped) = (i64::MIN, 0);
    let mut times = venue_times(&events);
    for time in &mut times {
        latest = latest.max(*time);
        clamped += u64::from(*time < latest - SPAN_NS);
        *time = (*time).max(latest - SPAN_NS);
    }
    let expected = stable_sort(&times);
    assert!(clamped > 50);
    for block_events in [1, 7, 4_096] {
        let (file, footer) = write(&meta(2, Codec::Delta, block_events), &events);
        assert_eq!(footer.venue_order_clamped, clamped);
        let index = TapeIndex::open(&file).unwrap();
        let by_block: u64 = index.blocks.iter().map(|b| u64::from(b.venue_order_clamped)).sum();
        assert_eq!((index.venue_order_clamped, by_block), (clamped, clamped));
        assert_eq!(order_of(&file), expected);
    }
}

#[test]
fn an_event_from_the_future_does_not_hold_the_others_for_ever() {
    let future = (0..200_000).map(|i| stamped(if i == 10 { i64::MAX } else { i * 1_000_000 }));
    let (order, clamped) = sorted(future);
    is_permutation_in_bounds(&order);
    assert!(clamped > 199_000, "{clamped}");
}

#[test]
fn a_second_with_more_events_than_the_bound_stays_within_it() {
    let mut rng = Rng::new(7);
    let dense: Vec<_> = (0..150_000).map(|_| stamped(rng.below(900_000_000) as i64)).collect();
    let (order, clamped) = sorted(dense.into_iter());
    is_permutation_in_bounds(&order);
    assert!(clamped > 0);
}

#[test]
fn any_times_give_a_permutation_in_bounds() {
    for seed in 0..20 {
        let events = nonsense(&mut Rng::new(seed), 2, 700);
        let (order, _) = sorted(events.iter().map(|e| *e.header));
        assert_eq!(order.len(), events.len());
        is_permutation_in_bounds(&order);
    }
}

#[test]
fn ties_keep_the_order_of_arrival_and_no_time_at_all_is_the_order_of_arrival() {
    let (order, _) = sorted([5, 3, 5, 3, 4].into_iter().map(stamped));
    assert_eq!(order, [1, 3, 4, 0, 2]);
    let flags = event_flag::NO_EVENT_TIME;
    let timeless = (0..5).map(|i| EventHeader { ts_recv: -i, flags, ..EventHeader::default() });
    assert_eq!(sorted(timeless), (vec![0, 1, 2, 3, 4], 0));
}
