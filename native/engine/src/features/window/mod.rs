//! Windows over samples, shared by all kernels: the last N of them, or those of the time (t − W, t].
//!
//! Everything here is O(1) amortised an update (order statistics O(log n)), forgets a sample that has left
//! without a trace, and allocates in `new` alone; only a window of time, whose samples nobody can count
//! beforehand, grows to the most that it has held and keeps that room. Each can be asked at a later time than
//! its last sample (`…_at`), which changes nothing.
//!
//! | wanted | take |
//! | --- | --- |
//! | sums of integers | [`IntegerSums`], exact |
//! | sum of reals | [`Window`]`<`[`Sum`]`>`, as if in twice the precision |
//! | mean, variance | [`Window`]`<`[`Moments`]`>` |
//! | correlation, slopes | [`Window`]`<`[`CoMoments`]`>` |
//! | minimum, maximum | [`Extreme`] |
//! | quantiles, ranks | [`Ordered`] |
//! | old samples | [`Fifo`] |
//! | moments of all since the start | [`Expanding`] |

mod co_moments;
mod expanding;
mod extent;
mod extreme;
mod fifo;
mod integer_sums;
mod item;
mod moments;
mod ordered;
mod ranked_tree;
mod sum;
#[cfg(test)]
mod tests;
mod two_stacks;

pub use co_moments::CoMoments;
pub use expanding::Expanding;
pub use extent::Extent;
pub use extreme::{Extreme, Which};
pub use fifo::Fifo;
pub use integer_sums::IntegerSums;
pub use item::Item;
pub use moments::Moments;
pub use ordered::Ordered;
pub use sum::{Sum, two_sum};
pub use two_stacks::{Fold, Total, Window};
