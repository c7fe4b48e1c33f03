//! Bybit: `docs/venues/bybit.md`.

use crate::capture;
use tickwright_engine::venue::Venue;

#[test]
fn the_recording_parses_whole() {
    let Some(inputs) = capture::read("BYBIT", "the_recording_parses_whole") else { return };
    for venue in [Venue::BybitLinear, Venue::BybitSpot, Venue::BybitInverse] {
        let run = capture::run(venue, &inputs);
        println!("{venue:?} {:?} {:?} {:?} {:?} {:?} gaps {} crossed {} {:?}", run.by_kind, run.refused, run.ignored, run.counters, run.drift, run.gaps, run.crossed, run.unjoined);
    }
}

#[test]
fn golden_cases() {
    crate::golden::check("bybit", Venue::BybitLinear, &[]);
    crate::golden::check("bybit-spot", Venue::BybitSpot, &[]);
}

#[test]
fn quote_touch() {
    let Some(inputs) = capture::read("BYBIT", "quote_touch") else { return };
    println!("bybit {:?}", crate::touch::agreement(Venue::BybitLinear, &inputs));
}
