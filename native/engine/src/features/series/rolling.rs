//! Sums, moments, extremes and order statistics of a window of one column.

use super::column::{Aggregate, NULLS, Rolling, WINDOW, number, of_columns};
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::params::Params;
use crate::features::window::{Extent, Extreme, Moments, Ordered, Sum, Which, Window};

const DDOF: Parameter = Parameter {
    name: "ddof",
    kind: "whole",
    values: "0 to 1",
    default: "1",
    what: "1 for the sample's variance, 0 for the population's",
};

pub const SUM: Entry = Entry {
    name: "rolling_sum",
    group: "series",
    what: "sum of a window, as if added in twice the precision",
    formula: "Σ x",
    parameters: &[WINDOW, NULLS],
    outputs: &["sum"],
    warmup: "a whole window: N samples, or W since the first one",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, 1),
    reads_events: false,
    of_book: false,
    source: "pandas rolling(window).sum",
    new: |params, _| {
        rolling(params, 1, Window::<Sum>::new, |_| Ok(|w: &Window<Sum>| w.total().sum()))
    },
};

pub const MEAN: Entry = Entry {
    name: "rolling_mean",
    what: "mean of a window",
    formula: "Σ x / n",
    outputs: &["mean"],
    source: "pandas rolling(window).mean",
    new: |params, _| {
        rolling(params, 1, Window::<Sum>::new, |_| Ok(|w: &Window<Sum>| w.total().mean()))
    },
    ..SUM
};

pub const VARIANCE: Entry = Entry {
    name: "rolling_variance",
    what: "variance of a window, in the column's unit squared; never negative",
    formula: "Σ (x − x̄)² / (n − ddof)",
    parameters: &[WINDOW, DDOF, NULLS],
    outputs: &["variance"],
    source: "pandas rolling(window).var; Chan, Golub, LeVeque 1983",
    new: |params, _| {
        rolling(params, 2, Window::<Moments>::new, |params| {
            let ddof = ddof(params)?;
            Ok(move |w: &Window<Moments>| w.total().variance(ddof))
        })
    },
    ..SUM
};

pub const STD: Entry = Entry {
    name: "rolling_std",
    what: "standard deviation of a window, in the column's unit",
    formula: "√(Σ (x − x̄)² / (n − ddof))",
    parameters: &[WINDOW, DDOF, NULLS],
    outputs: &["std"],
    source: "pandas rolling(window).std; Chan, Golub, LeVeque 1983",
    new: |params, _| {
        rolling(params, 2, Window::<Moments>::new, |params| {
            let ddof = ddof(params)?;
            Ok(move |w: &Window<Moments>| w.total().sd(ddof))
        })
    },
    ..SUM
};

pub const MIN: Entry = Entry {
    name: "rolling_min",
    what: "least sample of a window",
    formula: "min x",
    outputs: &["min"],
    source: "pandas rolling(window).min",
    new: |params, _| {
        let least = |extent| Extreme::new(extent, Which::Least);
        rolling(params, 1, least, |_| Ok(Extreme::value))
    },
    ..SUM
};

pub const MAX: Entry = Entry {
    name: "rolling_max",
    what: "greatest sample of a window",
    formula: "max x",
    outputs: &["max"],
    source: "pandas rolling(window).max",
    new: |params, _| {
        let greatest = |extent| Extreme::new(extent, Which::Greatest);
        rolling(params, 1, greatest, |_| Ok(Extreme::value))
    },
    ..SUM
};

pub const QUANTILE: Entry = Entry {
    name: "rolling_quantile",
    what: "quantile of a window",
    formula: "the sample at place q (n − 1) in ascending order from 0, on the line between two samples",
    parameters: &[
        WINDOW,
        Parameter { name: "q", kind: "real", values: "0 to 1", default: "0.5", what: "the share" },
        NULLS,
    ],
    outputs: &["quantile"],
    source: "pandas rolling(window).quantile(q), linear; Hyndman, Fan 1996, type 7",
    new: |params, _| {
        rolling(params, 1, Ordered::new, |params| {
            let q = number(params, "q", Some(0.5), (0.0, 1.0))?;
            Ok(move |w: &Ordered| w.quantile(q))
        })
    },
    ..SUM
};

pub const RANK: Entry = Entry {
    name: "rolling_rank",
    what: "place of the newest sample among those of its window, as a share: 1 is the greatest",
    formula: "(samples below x + (samples equal to x + 1) / 2) / n",
    outputs: &["rank"],
    source: "pandas rolling(window).rank(method=average, pct=True)",
    new: |params, _| rolling(params, 1, Ordered::new, |_| Ok(Ordered::rank)),
    ..SUM
};

fn ddof(params: &mut Params) -> Result<f64, CoreError> {
    params.whole("ddof", Some(1), 0..=1).map(|ddof| ddof as f64)
}

fn rolling<A: Aggregate + 'static, Q: Fn(&A) -> f64 + Send + 'static>(
    params: &mut Params,
    least: u64,
    aggregate: impl FnOnce(Extent) -> A,
    answer: impl FnOnce(&mut Params) -> Result<Q, CoreError>,
) -> Result<Built, CoreError> {
    let extent = Extent::take(params, "window", least)?;
    let answer = answer(params)?;
    of_columns(params, Rolling { aggregate: aggregate(extent), extent, answer })
}
