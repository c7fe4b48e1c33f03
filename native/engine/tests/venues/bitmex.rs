//! BitMEX: `docs/venues/bitmex.md`.

use crate::capture;
use tickwright_engine::venue::Venue;

#[test]
fn the_recording_parses_whole() {
    let Some(inputs) = capture::read("BITMEX", "the_recording_parses_whole") else { return };
    for venue in [Venue::Bitmex] {
        let run = capture::run(venue, &inputs);
        println!("{venue:?} {:?} {:?} {:?} {:?} {:?} gaps {} crossed {} {:?}", run.by_kind, run.refused, run.ignored, run.counters, run.drift, run.gaps, run.crossed, run.unjoined);
    }
}

#[test]
fn golden_cases() {
    crate::golden::check("bitmex", Venue::Bitmex, &[]);
}

#[test]
fn quote_touch() {
    let Some(inputs) = capture::read("BITMEX", "quote_touch") else { return };
    println!("bitmex {:?}", crate::touch::agreement(Venue::Bitmex, &inputs));
}
