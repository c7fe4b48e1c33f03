//! Labels: what became of the mid, for training and for judging predictions. They see the future, so no kernel
//! and no column is made of them: these are functions over a whole series.
//!
//! Each label says how far it looks (`end`), so that validation can drop from training what looks into the time
//! of a test. A label is null (NaN) where the mid is not known that it needs, and where the series ends before it
//! can be told.

mod barrier;
mod blocks;
mod classes;
mod forward;
mod series;
#[cfg(test)]
mod tests;

pub use barrier::{Barriers, triple_barrier};
pub use classes::cost_classes;
pub use forward::forward_returns;
pub use series::{Label, Point, Series};
