//! Kraken: `docs/venues/kraken.md`.

use crate::capture::{self, Input};

use std::collections::BTreeMap;

use tickwright_engine::Entry;
use tickwright_engine::venue::{Request, Venue};

fn entries(levels: &[(i64, i64)]) -> Vec<Entry> {
    levels.iter().map(|&(price, quantity)| Entry { price, quantity }).collect()
}

#[test]
fn every_checksum_of_the_recording_agrees() {
    let Some(inputs) = capture::read("KRAKEN", "every_checksum_of_the_recording_agrees") else {
        return;
    };
    let run = capture::run(Venue::Kraken, &inputs);
    assert_eq!(run.checksums, (4_269, 0));
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    assert_eq!(run.drift, Vec::<String>::new());
    let expected = [("depth", 4_269), ("quote", 18), ("snapshot", 10), ("trade", 8)];
    assert_eq!(run.by_kind, BTreeMap::from(expected));
    assert_eq!(run.ignored, BTreeMap::from([("v1 event", 125)]));
}

#[test]
fn the_list_of_the_recording_is_read() {
    let Some(inputs) = capture::read("KRAKEN", "the_list_of_the_recording_is_read") else { return };
    let lists: Vec<_> = inputs
        .iter()
        .filter_map(|(_, input)| match input {
            Input::Body(url, body) if Venue::Kraken.request(url) == Request::Instruments => {
                Some(Venue::Kraken.instruments(body).unwrap())
            }
            _ => None,
        })
        .collect();
    let [list] = &lists[..] else { panic!("{} lists", lists.len()) };
    let of = |symbol| {
        list.iter().find(|i| i.symbol == symbol).map(|i| (i.price_scale, i.quantity_scale))
    };
    assert_eq!((of("XBT/CHF"), of("BTC/CHF")), (Some((1, 8)), Some((1, 8))));
    assert_eq!(list.iter().filter(|i| i.symbol.contains("XBT")).count(), 47);
}
