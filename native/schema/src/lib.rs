//! Byte layouts (`layout`) and FlatBuffers code (`flat`), both generated from `native/schema/*.fbs`
//! by `scripts/generate-layout.mjs`. The only crate with generated unsafe code.

#[rustfmt::skip]
pub mod layout;

/// What flatc makes of layout.fbs: used by the layout test alone.
#[rustfmt::skip]
#[allow(unused, clippy::all, clippy::unwrap_used, clippy::expect_used, mismatched_lifetime_syntaxes, unsafe_op_in_unsafe_fn)]
#[path = "generated/layout_generated.rs"]
pub mod flat_layout;

/// Tape header, block header and footer.
#[rustfmt::skip]
#[allow(unused, clippy::all, clippy::unwrap_used, clippy::expect_used, mismatched_lifetime_syntaxes, unsafe_op_in_unsafe_fn)]
#[path = "generated/tape_generated.rs"]
pub mod flat_tape;

pub use layout::*;
