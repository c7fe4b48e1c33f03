//! The targets under libFuzzer. `TICKWRIGHT_FUZZ_TARGET` names one; where `TICKWRIGHT_FUZZ_CORPUS` names a
//! folder, the inputs to begin with are written there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use tickwright_fuzz::{TARGETS, Target, corpus};

static TARGET: OnceLock<Target> = OnceLock::new();

fn begin() {
    let name = std::env::var("TICKWRIGHT_FUZZ_TARGET").unwrap_or_default();
    let Some(&(_, target)) = TARGETS.iter().find(|(known, _)| *known == name) else {
        panic!("TICKWRIGHT_FUZZ_TARGET names no target: {name:?}");
    };
    TARGET.get_or_init(|| target);
    let Some(folder) = std::env::var_os("TICKWRIGHT_FUZZ_CORPUS").map(std::path::PathBuf::from)
    else {
        return;
    };
    match corpus::of(&name) {
        Ok(inputs) => inputs.iter().enumerate().for_each(|(n, input)| {
            std::fs::write(folder.join(format!("begin-{n}")), input)
                .expect("the corpus is written");
        }),
        Err(error) => panic!("{error:?}"),
    }
}

fuzz_target!(init: begin(), |data: &[u8]| {
    if let Some(target) = TARGET.get() {
        target(data);
    }
});
