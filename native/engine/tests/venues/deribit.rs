//! Deribit: `docs/venues/deribit.md`.

use crate::capture;
use tickwright_engine::venue::Venue;

#[test]
fn the_recording_parses_whole() {
    let Some(inputs) = capture::read("DERIBIT", "the_recording_parses_whole") else { return };
    for venue in [Venue::Deribit] {
        let run = capture::run(venue, &inputs);
        println!("{venue:?} {:?} {:?} {:?} {:?} {:?} gaps {} crossed {} {:?}", run.by_kind, run.refused, run.ignored, run.counters, run.drift, run.gaps, run.crossed, run.unjoined);
    }
}

#[test]
fn golden_cases() {
    crate::golden::check("deribit", Venue::Deribit, &[]);
}

#[test]
fn quote_touch() {
    let Some(inputs) = capture::read("DERIBIT", "quote_touch") else { return };
    println!("deribit {:?}", crate::touch::agreement(Venue::Deribit, &inputs));
}
