//! Feature kernels: exact, streaming, causal. A *feature set* is a list of columns; a *row* holds their
//! values at one moment.
//!
//! One file a feature. A kernel sees events of its instrument (`on_event`) and samples at the ticks of its
//! clock (`on_sample`: values of the columns that it reads, or a bar), and answers for its value at any
//! time. NaN is null: not warm, one side empty, division by zero; never a partial window. What depends
//! on the book is reset with it, so that nothing is computed across a gap.

pub mod bars;
pub mod book;
pub mod catalogue;
pub mod clock;
pub mod derivative;
pub mod engine;
mod graph;
pub mod kernel;
pub mod labels;
pub mod params;
pub mod regime;
pub mod series;
pub mod spec;
#[cfg(test)]
pub mod testing;
pub mod top;
pub mod trade;
pub mod window;

pub use catalogue::{CATALOGUE, Entry as CatalogueEntry};
pub use engine::FeatureEngine;
pub use kernel::{Context, Feature, Sample, Tick};
pub use spec::{ColumnSpec, FeatureSet};

/// Part of a set's hash: raised whenever a kernel's numbers change.
pub const KERNEL_VERSION: u32 = 1;

/// Most columns of a set; the ages of foreign instruments come on top.
pub const MAX_COLUMNS: usize = 240;
/// Longest row.
pub const MAX_ROW: usize = 256;
