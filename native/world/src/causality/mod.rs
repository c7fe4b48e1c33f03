//! Whether rows know the future: a tape is run beside copies of itself whose future is another one, and each
//! row that was taken before the futures part must be the same, bit for bit.

mod future;
mod prover;

pub use future::{Cut, Future, draw_cuts};
pub use prover::{Prover, RowMaker, Violation};

#[cfg(test)]
mod tests;
