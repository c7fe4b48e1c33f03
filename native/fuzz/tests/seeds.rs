//! The inputs to begin with of each venue are messages that it takes: mutations of what is refused at once
//! would test little.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests are tests

use std::collections::BTreeMap;
use tickwright_engine::event::kind;
use tickwright_fuzz::seeds;
use tickwright_fuzz::targets::venues::{Run, profiled};

#[test]
fn every_venue_takes_its_seed() {
    let mut wrong = BTreeMap::new();
    for venue in profiled() {
        let run = Run::of(venue, seeds::of(venue).as_bytes(), true);
        let books = run.kinds.get(&kind::SNAPSHOT).or(run.kinds.get(&kind::ORDER_ADD));
        let is_whole = books.is_some() && run.kinds.contains_key(&kind::TRADE);
        if !is_whole || !run.refused.is_empty() {
            wrong.insert(venue.name(), format!("{:?} {:?}", run.kinds, run.refused));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
