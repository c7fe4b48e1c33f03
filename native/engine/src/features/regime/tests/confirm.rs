use crate::features::regime::confirm::Confirmed;
use crate::state::{StateReader, StateWriter};

#[test]
fn a_state_follows_after_its_samples_in_a_row() {
    let mut of = Confirmed::new(3);
    let mut held = Vec::new();
    for state in [1, 1, 1, 2, 2, 1, 2, 2, 0, 2, 2, 2, 2] {
        of.push(Some(state));
        held.push(of.held().map_or(-1, i32::from));
    }
    assert_eq!(held, [-1, -1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2]);
}

#[test]
fn a_sample_for_no_state_ends_the_run_and_leaves_nothing() {
    let mut of = Confirmed::new(2);
    [Some(4), Some(4), Some(5), None, Some(5)].into_iter().for_each(|state| of.push(state));
    assert_eq!(of.held(), Some(4));
    of.push(Some(5));
    assert_eq!(of.held(), Some(5));
}

#[test]
fn states_that_cannot_be_are_refused() {
    for (held, rising, run) in
        [(3, 255, 0), (0, 3, 1), (0, 1, 0), (0, 255, 1), (0, 1, 2), (1, 1, 1)]
    {
        let mut w = StateWriter::new();
        w.u8(held);
        w.u8(rising);
        w.u64(run);
        let error = Confirmed::new(2).restore(&mut StateReader::new(w.as_bytes()), 3).unwrap_err();
        assert_eq!(error.code, "E_STATE");
    }
}
