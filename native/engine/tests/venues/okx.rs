//! OKX: `docs/venues/okx.md`.

use crate::capture;
use tickwright_engine::venue::Venue;

#[test]
fn every_checksum_of_the_recording_agrees() {
    let Some(inputs) = capture::read("OKX", "every_checksum_of_the_recording_agrees") else {
        return;
    };
    let run = capture::run(Venue::Okx, &inputs);
    assert_eq!(run.checksums, (290, 0));
    assert_eq!((run.gaps, run.crossed, run.unjoined), (0, 0, vec![]));
    assert!(run.refused.is_empty(), "{:?}", run.refused);
    assert_eq!((run.by_kind["trade"], run.by_kind["snapshot"]), (74, 3));
}
