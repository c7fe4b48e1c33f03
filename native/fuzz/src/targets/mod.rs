//! The targets. Each panics where an input does what it must not.

pub mod checkpoint;
pub mod import;
pub mod journal;
pub mod parser;
pub mod rows;
pub mod session;
pub mod tape;

/// A function of bytes that panics where something is wrong.
pub type Target = fn(&[u8]);

/// All targets by name; cases of one lie in `cases/<name>/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("parser", parser::run),
    ("session", session::run),
    ("journal", journal::run),
    ("tape", tape::run),
    ("checkpoint", checkpoint::run),
    ("import", import::run),
    ("rows", rows::run),
];

/// An error must have a stable code that belongs to what was read.
fn expect_code(error: &tickwright_engine::CoreError, families: &[&str]) {
    assert!(families.iter().any(|f| error.code.starts_with(f)), "{error:?}");
}
