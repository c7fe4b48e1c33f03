//! Rows of a feature set from a tape, without a session: for research and for proofs.

mod buffer;
mod plan;
mod sheet;
mod walk;

pub use buffer::{RowBuffer, RowHead};
pub use plan::RowPlan;
pub use sheet::{Sheet, SheetFormat};
pub use walk::RowWalker;

#[cfg(test)]
pub(crate) mod tests;
