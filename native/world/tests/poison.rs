//! What a binding does where it catches a panic: the core answers FAULT from then on and serves nothing.

#![allow(clippy::unwrap_used)] // helpers of tests are tests

use tickwright_engine::schema::code;
use tickwright_world::session::{SessionHost, Windows};

#[test]
fn a_caught_panic_ends_the_core_and_keeps_its_cause() {
    let request = r#"{"mode":"live","config":{"epoch":"1700000000000000000"}}"#;
    let (mut host, _) = SessionHost::open(request, &[]).unwrap();
    assert_eq!(host.advance(Windows::default()), code::IDLE);
    assert_eq!(host.poison("panic: index out of bounds".to_owned()), code::FAULT);
    assert_eq!(host.poison("panic: a later one".to_owned()), code::FAULT);
    for call in [SessionHost::feed, SessionHost::advance, SessionHost::resume] {
        assert_eq!(call(&mut host, Windows::default()), code::FAULT);
    }
    let fault = host.call("fault", "", &[], Windows::default()).unwrap().json;
    assert!(fault.contains("E_PANIC") && fault.contains("index out of bounds"), "{fault}");
    for op in ["save", "finish"] {
        assert!(host.call(op, "{}", &[], Windows::default()).is_err(), "{op}");
    }
    // What it has seen can still be told.
    assert!(host.call("describe", "", &[], Windows::default()).is_ok());
}
