//! Exponentially weighted mean, variance and deviation of samples.

use super::column::{NULLS, Statistic, flag, of_columns};
use super::decay::{ALPHA, COM, Decay, HALFLIFE, SPAN, TAU};
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::Need;
use crate::features::params::Params;
use crate::features::window::two_sum;
use crate::state::{StateReader, StateWriter};

const ADJUST: Parameter = Parameter {
    name: "adjust",
    kind: "flag",
    values: "true, false",
    default: "false",
    what: "true: the weights (1 − α)^i sum up to 1 from the first sample on; false: the first sample has all the weight that later ones leave",
};

pub const EWMA: Entry = Entry {
    name: "ewma",
    group: "series",
    what: "exponentially weighted mean of a column; one of span, halflife, alpha, com, tau says how fast it forgets",
    formula: "m ← m + α (x − m); α = 2 / (span + 1) = 1 − ½^(1 / halflife) = 1 / (com + 1), with tau α = 1 − e^(−Δt / tau); m starts with the first sample; adjusted: m = Σ (1 − α)^i x[t − i] / Σ (1 − α)^i",
    parameters: &[SPAN, HALFLIFE, ALPHA, COM, TAU, ADJUST, NULLS],
    outputs: &["ewma"],
    warmup: "the samples of the span (2 / α − 1 of them) or 2 tau: 86 % of the weight",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, 1),
    reads_events: false,
    of_book: false,
    source: "pandas ewm(adjust).mean; irregular times: Müller 1991",
    new: |params, _| exponential(params, |e| e.mean()),
};

const BIAS: Parameter = Parameter {
    name: "bias",
    kind: "flag",
    values: "true, false",
    default: "false",
    what: "false divides by what the weights leave of independent samples",
};

pub const EW_VARIANCE: Entry = Entry {
    name: "ew_variance",
    what: "exponentially weighted variance of a column, in its unit squared",
    formula: "v ← (1 − w) (v + w (x − m)²) with w = α, or the newest weight over their sum when adjusted; unbiased: v Σ²w / (Σ²w − Σ w²)",
    parameters: &[SPAN, HALFLIFE, ALPHA, COM, TAU, ADJUST, BIAS, NULLS],
    outputs: &["variance"],
    source: "pandas ewm(adjust).var(bias); West 1979",
    new: |params, _| {
        if flag(params, "bias", false)? {
            exponential(params, |e| e.variance)
        } else {
            exponential(params, |e| e.unbiased())
        }
    },
    ..EWMA
};

pub const EW_STD: Entry = Entry {
    name: "ew_std",
    what: "exponentially weighted standard deviation of a column, in its unit",
    formula: "root of ew_variance",
    outputs: &["std"],
    source: "pandas ewm(adjust).std(bias); West 1979",
    new: |params, _| {
        if flag(params, "bias", false)? {
            exponential(params, |e| e.variance.sqrt())
        } else {
            exponential(params, |e| e.unbiased().sqrt())
        }
    },
    ..EW_VARIANCE
};

fn exponential(params: &mut Params, answer: fn(&Moments) -> f64) -> Result<Built, CoreError> {
    let decay = Decay::take(params)?;
    let adjust = flag(params, "adjust", false)?;
    let moments = Moments::default();
    of_columns(params, Exponential { decay, adjust, answer, moments, seen: 0, first: 0, last: 0 })
}

/// Exponentially weighted moments.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    /// The mean in two parts: steps far below its last digit add up in the second one.
    high: f64,
    low: f64,
    variance: f64,
    /// Σ w and Σ w².
    weight: f64,
    squares: f64,
}

impl Moments {
    fn mean(&self) -> f64 {
        self.high
    }

    fn unbiased(&self) -> f64 {
        let whole = self.weight * self.weight;
        let left = whole - self.squares;
        if left > 0.0 { self.variance * (whole / left) } else { f64::NAN }
    }

    /// `share`: what earlier weights lose; `weight`: that of the sample.
    fn add(&mut self, x: f64, share: f64, weight: f64) {
        let keep = 1.0 - share;
        self.weight = keep * self.weight + weight;
        self.squares = keep * keep * self.squares + weight * weight;
        let w = weight / self.weight;
        let delta = (x - self.high) - self.low;
        (self.high, self.low) = two_sum(self.high, self.low + w * delta);
        self.variance = (1.0 - w) * (self.variance + w * delta * delta);
    }
}

struct Exponential {
    decay: Decay,
    adjust: bool,
    answer: fn(&Moments) -> f64,
    moments: Moments,
    seen: u64,
    first: i64,
    last: i64,
}

impl Statistic for Exponential {
    fn push(&mut self, time: i64, x: &[f64]) -> f64 {
        let x = x[0];
        if self.seen == 0 {
            self.moments = Moments { high: x, weight: 1.0, squares: 1.0, ..Moments::default() };
            self.first = time;
        } else {
            let share = self.decay.share(time.saturating_sub(self.last));
            self.moments.add(x, share, if self.adjust { 1.0 } else { share });
        }
        self.seen += 1;
        self.last = time;
        let need = self.need();
        let is_warm = self.seen >= need.samples && time.saturating_sub(self.first) >= need.span;
        if is_warm { (self.answer)(&self.moments) } else { f64::NAN }
    }

    fn need(&self) -> Need {
        self.decay.need()
    }

    fn clear(&mut self) {
        (self.moments, self.seen, self.first, self.last) = (Moments::default(), 0, 0, 0);
    }

    fn save(&self, w: &mut StateWriter) {
        let Moments { high, low, variance, weight, squares } = self.moments;
        for v in [high, low, variance, weight, squares] {
            w.f64(v);
        }
        w.u64(self.seen);
        w.i64(self.first);
        w.i64(self.last);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let (high, low, variance) = (r.f64()?, r.f64()?, r.f64()?);
        let (weight, squares) = (r.f64()?, r.f64()?);
        self.moments = Moments { high, low, variance, weight, squares };
        (self.seen, self.first, self.last) = (r.u64()?, r.i64()?, r.i64()?);
        Ok(())
    }
}
