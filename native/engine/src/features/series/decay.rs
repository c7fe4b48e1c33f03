//! How fast exponential weights fade.

use super::column::number;
use crate::error::CoreError;
use crate::features::catalogue::Parameter;
use crate::features::kernel::Need;
use crate::features::params::Params;
use std::f64::consts::LN_2;

pub const SPAN: Parameter = Parameter {
    name: "span",
    kind: "real",
    values: "1 to 1000000",
    default: "",
    what: "samples in which the weights sum up to 86 %",
};

pub const HALFLIFE: Parameter = Parameter {
    name: "halflife",
    what: "samples in which a weight halves, in place of span",
    values: "above 0, up to 1000000",
    default: "none",
    ..SPAN
};

pub const ALPHA: Parameter = Parameter {
    name: "alpha",
    what: "weight of the newest sample, in place of span",
    values: "above 0, up to 1",
    default: "none",
    ..SPAN
};

pub const COM: Parameter = Parameter {
    name: "com",
    what: "mean age of the weights in samples, in place of span",
    values: "0 to 1000000",
    default: "none",
    ..SPAN
};

pub const TAU: Parameter = Parameter {
    name: "tau",
    kind: "duration",
    what: "time in which a weight falls to 1/e, in place of span: samples weigh by their distance in time",
    values: "a time like \"5s\"",
    default: "none",
};

#[derive(Clone, Copy, Debug)]
pub enum Decay {
    /// The share that each sample takes.
    Samples(f64),
    /// ns.
    Time(i64),
}

impl Decay {
    /// One of `span`, `halflife`, `alpha`, `com`, `tau`.
    ///
    /// # Errors
    /// `E_FEATURE_SET` for none or several of them, or one out of bounds.
    pub fn take(params: &mut Params) -> Result<Self, CoreError> {
        let names = ["halflife", "alpha", "com", "tau", "span"];
        let given: Vec<&str> = names.into_iter().filter(|name| params.has(name)).collect();
        if let [_, _, ..] = given.as_slice() {
            return params.bad("span", &format!("give one of {}", given.join(", ")));
        }
        Ok(match given.first() {
            Some(&"halflife") => {
                let halflife = params.real("halflife", None, (0.0, 1e6))?;
                Self::Samples(-libm::expm1(-LN_2 / halflife))
            }
            Some(&"alpha") => Self::Samples(params.real("alpha", None, (0.0, 1.0))?),
            Some(&"com") => Self::Samples(1.0 / (number(params, "com", None, (0.0, 1e6))? + 1.0)),
            Some(&"tau") => Self::Time(params.duration("tau", None)?),
            _ => Self::Samples(2.0 / (number(params, "span", None, (1.0, 1e6))? + 1.0)),
        })
    }

    /// What the weights lose to a sample that comes so much time, ns, after the one before.
    #[must_use]
    pub fn share(self, passed: i64) -> f64 {
        match self {
            Self::Samples(alpha) => alpha,
            Self::Time(tau) => -libm::expm1(-(passed.max(0) as f64 / tau as f64)),
        }
    }

    /// The span: samples or time after which 86 % of the weight is on what was seen.
    #[must_use]
    pub fn need(self) -> Need {
        match self {
            // A span that is whole must not come out a sample longer by rounding.
            Self::Samples(alpha) => {
                let span = (2.0 / alpha - 1.0) * (1.0 - 1e-12);
                Need { samples: (span.ceil() as u64).max(1), span: 0 }
            }
            Self::Time(tau) => Need { samples: 1, span: tau.saturating_mul(2) },
        }
    }
}
