use std::collections::BTreeSet;

use xxhash_rust::xxh3::Xxh3;

use super::*;

/// Hash of all bytes, stamps and events of a market, and how many inputs it had.
fn hash(config: &GeneratorConfig) -> (u128, u64) {
    let mut generator = Generator::new(config).unwrap();
    let (mut bytes, mut hash, mut inputs) = (Vec::new(), Xxh3::new(), 0);
    while let Some(input) = generator.next_input(&mut bytes) {
        hash.update(&input.ts_recv.to_le_bytes());
        hash.update(&bytes);
        for event in generator.events().iter() {
            hash.update(bytemuck::bytes_of(event.header));
            hash.update(bytemuck::cast_slice(event.bids));
            hash.update(bytemuck::cast_slice(event.asks));
        }
        bytes.clear();
        inputs += 1;
    }
    (hash.digest128(), inputs)
}

/// The same on every machine and in both builds: a change of this value is a change of every
/// market that anyone has seeded, and belongs in the change log.
#[test]
fn a_seed_gives_the_bytes_it_always_gave() {
    assert_eq!(hash(&GeneratorConfig::new(42, 60)), (HASH_OF_42, INPUTS_OF_42));
}

const HASH_OF_42: u128 = 0x49f3_4816_c288_6682_6456_9497_0187_5d26;
const INPUTS_OF_42: u64 = 17_266;

#[test]
fn seeds_differ_and_a_longer_market_begins_like_a_shorter_one() {
    let seeds: BTreeSet<u128> = (0..8).map(|s| hash(&GeneratorConfig::new(s, 1)).0).collect();
    assert_eq!(seeds.len(), 8);
    let stream = |seconds| {
        let mut generator = Generator::new(&GeneratorConfig::new(5, seconds)).unwrap();
        let mut bytes = Vec::new();
        while generator.next_input(&mut bytes).is_some() {}
        bytes
    };
    let (short, long) = (stream(2), stream(4));
    assert!(long.len() > short.len());
    // The end cuts what was still on its way.
    assert_eq!(short[..short.len() / 2], long[..short.len() / 2]);
}

#[test]
fn an_instrument_is_the_same_alone_and_in_company() {
    let frames = |symbols: &[&str]| {
        let config = GeneratorConfig::new(7, 3).with_symbols("binance-usdm", symbols).unwrap();
        let mut generator = Generator::new(&config).unwrap();
        let eth = generator.directory().find("binance-usdm", "ETHUSDT").unwrap();
        let (mut bytes, mut kept) = (Vec::new(), Vec::new());
        while let Some(input) = generator.next_input(&mut bytes) {
            if input.instrument == eth {
                kept.extend_from_slice(&bytes);
            }
            bytes.clear();
        }
        kept
    };
    assert_eq!(frames(&["ETHUSDT"]), frames(&["BTCUSDT", "ETHUSDT"]));
}

#[test]
fn queues_and_books_stay_small_however_long_the_market() {
    let mut generator = Generator::new(&GeneratorConfig::new(3, 900)).unwrap();
    let (mut bytes, mut longest) = (Vec::new(), 0);
    while generator.next_input(&mut bytes).is_some() {
        bytes.clear();
        let lanes = &generator.streams[0].market.lanes;
        longest = longest.max(lanes.small.len() + lanes.depth.len() + lanes.snapshot.len());
    }
    assert!(longest < 4_000, "{longest} messages on their way");
}

#[test]
fn nothing_comes_of_no_time_and_the_end_stays_the_end() {
    let mut generator = Generator::new(&GeneratorConfig::new(3, 0)).unwrap();
    let mut bytes = Vec::new();
    for _ in 0..3 {
        assert_eq!(generator.next_input(&mut bytes), None);
        assert!(generator.events().is_empty());
    }
    assert!(bytes.is_empty());
}

#[test]
fn the_clock_offset_moves_our_stamps_and_nothing_else() {
    let late = GeneratorConfig { clock_offset_ns: -1_270_000_000, ..GeneratorConfig::new(3, 2) };
    let mut generators = [GeneratorConfig::new(3, 2), late].map(|c| Generator::new(&c).unwrap());
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let [a, b] = &mut generators;
    while let Some(input) = a.next_input(&mut left) {
        let shifted = b.next_input(&mut right).unwrap();
        assert_eq!(input.ts_recv - shifted.ts_recv, 1_270_000_000);
    }
    assert_eq!(left, right);
}

#[test]
fn sources_have_the_names_that_feeds_use() {
    let config = GeneratorConfig::new(1, 1);
    let generator = Generator::new(&config).unwrap();
    let names: Vec<&str> =
        generator.directory().sources.iter().map(|source| source.name.as_str()).collect();
    let of = "binance-usdm/BTCUSDT";
    assert_eq!(names, [format!("{of}/depth"), format!("{of}/trade"), format!("{of}/quote")]);
}
