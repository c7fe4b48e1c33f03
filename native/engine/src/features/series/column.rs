//! What kernels of columns have in common: a tick's values come in, a number is held until the next tick.
//!
//! A null among the inputs, or an infinity, is a gap. By default the kernel begins anew behind it, so that
//! nothing is computed across it; `nulls: "skip"` takes the samples on both sides for neighbours.

use crate::error::CoreError;
use crate::features::catalogue::{Built, Parameter};
use crate::features::kernel::{Context, Feature, Need, Sample};
use crate::features::params::Params;
use crate::features::window::{Extent, Extreme, Fold, Ordered, Window};
use crate::state::{StateReader, StateWriter};

pub const NULLS: Parameter = Parameter {
    name: "nulls",
    kind: "word",
    values: "restart, skip",
    default: "restart",
    what: "a null input starts the warm-up anew, or is passed over",
};

pub const WINDOW: Parameter = Parameter {
    name: "window",
    kind: Extent::KIND,
    values: Extent::VALUES,
    default: "",
    what: "the last samples, this one among them, or those of the time (t − W, t]",
};

pub const LAG: Parameter = Parameter {
    name: "lag",
    kind: "whole",
    values: "1 to 1000000",
    default: "1",
    what: "samples back",
};

/// Takes samples of columns.
pub trait Statistic: Send {
    /// The value with this sample, whose numbers are all finite; NaN while there is none.
    fn push(&mut self, time: i64, x: &[f64]) -> f64;

    fn need(&self) -> Need;

    fn clear(&mut self);

    fn save(&self, w: &mut StateWriter);

    /// # Errors
    /// `E_STATE`.
    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError>;
}

/// A kernel of a statistic. Takes the parameter `nulls`.
///
/// # Errors
/// `E_FEATURE_SET`.
pub fn of_columns(
    params: &mut Params,
    statistic: impl Statistic + 'static,
) -> Result<Built, CoreError> {
    let skips = params.word("nulls", Some("restart"), &["restart", "skip"])? == "skip";
    Ok(Built::shallow(OfColumns { statistic, skips, value: f64::NAN }))
}

struct OfColumns<S> {
    statistic: S,
    skips: bool,
    value: f64,
}

impl<S: Statistic> Feature for OfColumns<S> {
    fn on_sample(&mut self, sample: &Sample<'_>) {
        if sample.inputs.iter().all(|x| x.is_finite()) {
            self.value = self.statistic.push(sample.time, sample.inputs);
        } else if !self.skips {
            self.reset();
        }
    }

    fn value(&self, _: usize, _: &Context<'_>) -> f64 {
        self.value
    }

    fn need(&self) -> Need {
        self.statistic.need()
    }

    fn reset(&mut self) {
        self.statistic.clear();
        self.value = f64::NAN;
    }

    fn save(&self, w: &mut StateWriter) {
        w.f64(self.value);
        self.statistic.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.value = r.f64()?;
        self.statistic.restore(r)
    }
}

/// A number from `least` to `most`, both allowed.
///
/// # Errors
/// `E_FEATURE_SET`.
pub fn number(
    params: &mut Params,
    name: &str,
    default: Option<f64>,
    (least, most): (f64, f64),
) -> Result<f64, CoreError> {
    let value = match (params.raw(name), default) {
        (None, Some(default)) => return Ok(default),
        (None, None) => return params.bad(name, "is missing"),
        (Some(value), _) => value,
    };
    match value.as_f64().filter(|v| (least..=most).contains(v)) {
        Some(v) => Ok(v),
        None => params.bad(name, &format!("must be from {least} to {most}, was {value}")),
    }
}

/// `true` or `false`.
///
/// # Errors
/// `E_FEATURE_SET`.
pub fn flag(params: &mut Params, name: &str, default: bool) -> Result<bool, CoreError> {
    match params.raw(name) {
        None => Ok(default),
        Some(serde_json::Value::Bool(value)) => Ok(value),
        Some(other) => params.bad(name, &format!("must be true or false, was {other}")),
    }
}

/// What a window keeps of one column.
pub trait Aggregate: Send {
    fn push(&mut self, time: i64, x: f64);
    fn is_whole(&self, now: i64) -> bool;
    fn clear(&mut self);
    fn save(&self, w: &mut StateWriter);
    /// # Errors
    /// `E_STATE`.
    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError>;
}

macro_rules! aggregate {
    ([$($of:tt)*] $name:ty) => {
        impl<$($of)*> Aggregate for $name {
            fn push(&mut self, time: i64, x: f64) {
                self.push(time, x);
            }
            fn is_whole(&self, now: i64) -> bool {
                self.is_whole(now)
            }
            fn clear(&mut self) {
                self.clear();
            }
            fn save(&self, w: &mut StateWriter) {
                self.save(w);
            }
            fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
                self.restore(r)
            }
        }
    };
}

aggregate!([F: Fold<Item = f64>] Window<F>);
aggregate!([] Extreme);
aggregate!([] Ordered);

/// An answer from a whole window of one column.
pub struct Rolling<A, Q> {
    pub aggregate: A,
    pub extent: Extent,
    pub answer: Q,
}

impl<A: Aggregate, Q: Fn(&A) -> f64 + Send> Statistic for Rolling<A, Q> {
    fn push(&mut self, time: i64, x: &[f64]) -> f64 {
        self.aggregate.push(time, x[0]);
        if self.aggregate.is_whole(time) { (self.answer)(&self.aggregate) } else { f64::NAN }
    }

    fn need(&self) -> Need {
        self.extent.need(0)
    }

    fn clear(&mut self) {
        self.aggregate.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.aggregate.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.aggregate.restore(r)
    }
}
