//! Columns combined at one moment: no clock, no memory.

use super::column::number;
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature};
use crate::features::params::Params;

const MOST: usize = 16;

pub const SUM: Entry = Entry {
    name: "sum",
    group: "series",
    what: "sum of columns",
    formula: "x₁ + x₂ + …",
    parameters: &[],
    outputs: &["sum"],
    warmup: "none of its own; null where an input is",
    closed: "right",
    clock: ClockUse::None,
    inputs: (2, MOST),
    reads_events: false,
    of_book: false,
    source: "definition",
    new: |_, _| combined(|x| x.iter().sum()),
};

pub const DIFFERENCE: Entry = Entry {
    name: "difference",
    what: "difference of two columns, such as two points of a yield curve",
    formula: "x₁ − x₂",
    outputs: &["difference"],
    inputs: (2, 2),
    new: |_, _| combined(|x| x[0] - x[1]),
    ..SUM
};

pub const PRODUCT: Entry = Entry {
    name: "product",
    what: "product of columns",
    formula: "x₁ x₂ …",
    outputs: &["product"],
    new: |_, _| combined(|x| x.iter().product()),
    ..SUM
};

pub const RATIO: Entry = Entry {
    name: "ratio",
    what: "ratio of two columns, such as two prices; null where the second one is 0",
    formula: "x₁ / x₂",
    outputs: &["ratio"],
    inputs: (2, 2),
    new: |_, _| combined(|x| if x[1] == 0.0 { f64::NAN } else { x[0] / x[1] }),
    ..SUM
};

pub const MEAN: Entry = Entry {
    name: "mean",
    what: "mean of columns",
    formula: "(x₁ + x₂ + …) / n",
    outputs: &["mean"],
    new: |_, _| combined(|x| x.iter().sum::<f64>() / x.len() as f64),
    ..SUM
};

pub const WEIGHTED_SUM: Entry = Entry {
    name: "weighted_sum",
    what: "sum of columns by weights",
    formula: "intercept + w₁ x₁ + w₂ x₂ + …",
    parameters: &[
        Parameter {
            name: "weights",
            kind: "list of reals",
            values: "a number for each column",
            default: "",
            what: "weights in the order of the columns",
        },
        Parameter {
            name: "intercept",
            kind: "real",
            values: "-1e15 to 1e15",
            default: "0",
            what: "added to the sum",
        },
    ],
    outputs: &["sum"],
    inputs: (1, MOST),
    new: |params, setup| {
        let weights = weights(params, setup.inputs)?;
        let intercept = number(params, "intercept", Some(0.0), (-1e15, 1e15))?;
        combined(move |x| {
            x.iter().zip(&weights).fold(intercept, |sum, (x, weight)| sum + x * weight)
        })
    },
    ..SUM
};

pub const AGREEMENT: Entry = Entry {
    name: "agreement",
    what: "whether columns agree in sign, such as the book's imbalance with the flow of trades",
    formula: "1 where all are above 0, −1 where all are below, else 0",
    outputs: &["agreement"],
    new: |_, _| {
        combined(|x| {
            let all = |is: fn(&f64) -> bool| f64::from(u8::from(x.iter().all(is)));
            all(|x| *x > 0.0) - all(|x| *x < 0.0)
        })
    },
    ..SUM
};

pub const CLIP: Entry = Entry {
    name: "clip",
    what: "a column held within bounds",
    formula: "min(max(x, low), high)",
    parameters: &[
        Parameter {
            name: "low",
            kind: "real",
            values: "-1e15 to 1e15",
            default: "-1",
            what: "least value",
        },
        Parameter {
            name: "high",
            kind: "real",
            values: "low to 1e15",
            default: "1",
            what: "greatest value",
        },
    ],
    outputs: &["clip"],
    inputs: (1, 1),
    new: |params, _| {
        let low = number(params, "low", Some(-1.0), (-1e15, 1e15))?;
        let high = number(params, "high", Some(low.max(1.0)), (low, 1e15))?;
        combined(move |x| x[0].clamp(low, high))
    },
    ..SUM
};

pub const THRESHOLD: Entry = Entry {
    name: "threshold",
    what: "on which side of a level a column is",
    formula: "1 where x > level, else 0",
    parameters: &[Parameter {
        name: "level",
        kind: "real",
        values: "-1e15 to 1e15",
        default: "0",
        what: "in the column's unit",
    }],
    outputs: &["threshold"],
    inputs: (1, 1),
    new: |params, _| {
        let level = number(params, "level", Some(0.0), (-1e15, 1e15))?;
        combined(move |x| f64::from(u8::from(x[0] > level)))
    },
    ..SUM
};

pub const LOGIT: Entry = Entry {
    name: "logit",
    what: "a share stretched over all numbers; null at 0, at 1 and outside",
    formula: "ln(x / (1 − x)); of an imbalance in (−1, 1): ln((1 + x) / (1 − x))",
    parameters: &[Parameter {
        name: "of_range",
        kind: "word",
        values: "share, imbalance",
        default: "share",
        what: "x is in (0, 1), or in (−1, 1)",
    }],
    outputs: &["logit"],
    inputs: (1, 1),
    source: "of queue imbalance: Gould, Bonart, arXiv:1512.03492",
    new: |params, _| {
        let words = ["share", "imbalance"];
        if params.word("of_range", Some("share"), &words)? == "share" {
            combined(|x| logit(x[0], 1.0 - x[0]))
        } else {
            combined(|x| logit(1.0 + x[0], 1.0 - x[0]))
        }
    },
    ..SUM
};

pub const GATE: Entry = Entry {
    name: "gate",
    what: "the first column where the second one is above 0, else null",
    formula: "x₁ where x₂ > 0",
    outputs: &["gate"],
    inputs: (2, 2),
    new: |_, _| combined(|x| if x[1] > 0.0 { x[0] } else { f64::NAN }),
    ..SUM
};

/// Both sides must be above 0.
fn logit(up: f64, down: f64) -> f64 {
    if up > 0.0 && down > 0.0 { libm::log(up / down) } else { f64::NAN }
}

fn weights(params: &mut Params, count: usize) -> Result<Vec<f64>, CoreError> {
    let Some(value) = params.raw("weights") else { return params.bad("weights", "is missing") };
    let listed: Option<Vec<f64>> =
        value.as_array().and_then(|list| list.iter().map(|w| w.as_f64()).collect());
    match listed.filter(|list| list.len() == count) {
        Some(list) => Ok(list),
        None => params.bad("weights", &format!("must be {count} numbers, was {value}")),
    }
}

fn combined(of: impl Fn(&[f64]) -> f64 + Send + 'static) -> Result<Built, CoreError> {
    Ok(Built::shallow(Combined { of }))
}

struct Combined<F> {
    of: F,
}

impl<F: Fn(&[f64]) -> f64 + Send> Feature for Combined<F> {
    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        // Comparisons take a null for false, so it must not reach them.
        let is_known = now.inputs.iter().all(|x| x.is_finite());
        if is_known { (self.of)(now.inputs) } else { f64::NAN }
    }
}
