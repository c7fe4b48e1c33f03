//! Regimes by a hidden Markov model.

use super::confirm::{CONFIRM, Confirmed};
use super::forward::Filter;
use super::model::{MOST_COLUMNS, Model};
use super::states::{COUNT, NAMES};
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Sample};
use crate::features::params::Params;
use crate::state::{StateReader, StateWriter};

/// Outputs in front of the probabilities.
const PLAIN: usize = 5;

pub const REGIME_HMM: Entry = Entry {
    name: "regime_hmm",
    group: "regime",
    what: "probabilities of the market's states from a hidden Markov model of the columns that it reads, filtered \
           forward: from samples so far alone. state: number of the likeliest one (0 bull trending, 1 bear trending, \
           2 whale accumulation, 3 distribution, 4 high volatility, 5 low-volatility compression, 6 macro uncertainty, \
           7 recovery, 8 unknown); held: the same with hysteresis; entropy: from 0, sure, to 1, all alike; outlier: 1 \
           where the sample is beyond all states; log_likelihood: ln density of the sample as foretold. A sample with a \
           null is a step without evidence: p A; log_likelihood is null then",
    formula: "p ← b(x) (p A) / Σ b(x) (p A), the first one with the initial p; b normal, diagonal or full, at least 1e-300; \
              entropy −Σ p ln p / ln n over the model's n states",
    parameters: &[
        Parameter {
            name: "model",
            kind: "object",
            values: "states: a name each, or unknown; initial; transition: rows sum up to 1; means; one of variances \
                     (lists) and covariances (matrices)",
            default: "",
            what: "the model's file; each state has a mean for each column, in their order",
        },
        Parameter {
            name: "threshold",
            kind: "real",
            values: "above 0, up to 1",
            default: "0.7",
            what: "least probability that speaks for a change of the held state",
        },
        CONFIRM,
    ],
    outputs: &[
        "state",
        "held",
        "entropy",
        "outlier",
        "log_likelihood",
        "p_bull_trending",
        "p_bear_trending",
        "p_whale_accumulation",
        "p_distribution",
        "p_high_volatility",
        "p_low_volatility_compression",
        "p_macro_uncertainty",
        "p_recovery",
        "p_unknown",
    ],
    warmup: "one sample without a null; held: `confirm` samples of one state at `threshold`, outliers and nulls not counted",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, MOST_COLUMNS),
    reads_events: false,
    of_book: false,
    source: "Rabiner, A tutorial on hidden Markov models, Proc. IEEE 77, 1989 (scaled forward recursion)",
    new: |params, setup| build(params, setup.inputs),
};

fn build(params: &mut Params, columns: usize) -> Result<Built, CoreError> {
    let filter = Filter::new(Model::take(params, columns)?);
    let threshold = params.real("threshold", Some(0.7), (0.0, 1.0))?;
    let confirmed = Confirmed::new(params.whole("confirm", Some(1), 1..=1_000_000)?);
    Ok(Built::shallow(RegimeHmm { filter, threshold, confirmed }))
}

struct RegimeHmm {
    filter: Filter,
    threshold: f64,
    confirmed: Confirmed,
}

impl RegimeHmm {
    /// Probabilities by a state's number; those of unknown states add up.
    fn by_number(&self) -> [f64; COUNT] {
        let mut by_number = [0.0; COUNT];
        let numbers = &self.filter.model().numbers;
        numbers.iter().zip(self.filter.probabilities()).for_each(|(n, p)| by_number[*n] += p);
        by_number
    }

    /// The likeliest state, the first one among equals, and its probability.
    fn likeliest(&self) -> (usize, f64) {
        let first =
            |best: (usize, f64), (n, p): (usize, f64)| if p > best.1 { (n, p) } else { best };
        self.by_number().into_iter().enumerate().fold((NAMES.len(), 0.0), first)
    }

    fn entropy(&self) -> f64 {
        let p = self.filter.probabilities();
        if p.len() == 1 {
            return 0.0;
        }
        let term = |p: &f64| if *p > 0.0 { p * libm::log(*p) } else { 0.0 };
        let whole = p.iter().fold(0.0, |sum, p| sum - term(p)) / libm::log(p.len() as f64);
        whole.clamp(0.0, 1.0)
    }
}

impl Feature for RegimeHmm {
    fn on_sample(&mut self, sample: &Sample<'_>) {
        if !sample.inputs.iter().all(|x| x.is_finite()) {
            return self.filter.miss();
        }
        self.filter.observe(sample.inputs);
        if self.filter.is_outlier {
            return;
        }
        let (state, p) = self.likeliest();
        self.confirmed.push((p >= self.threshold).then_some(state as u8));
    }

    fn value(&self, output: usize, _: &Context<'_>) -> f64 {
        if !self.filter.has_begun {
            return f64::NAN;
        }
        match output {
            0 => self.likeliest().0 as f64,
            1 => self.confirmed.held().map_or(f64::NAN, f64::from),
            2 => self.entropy(),
            3 => f64::from(u8::from(self.filter.is_outlier)),
            4 => self.filter.log_likelihood,
            of => self.by_number().get(of - PLAIN).copied().unwrap_or(f64::NAN),
        }
    }

    fn need(&self) -> Need {
        Need { samples: 1, span: 0 }
    }

    fn reset(&mut self) {
        self.filter.clear();
        self.confirmed.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.filter.save(w);
        self.confirmed.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.filter.restore(r)?;
        self.confirmed.restore(r, COUNT as u8)
    }
}
