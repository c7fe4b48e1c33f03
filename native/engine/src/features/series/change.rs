//! From levels to changes: what returns, volatility, correlation and their like are taken of.

use crate::error::CoreError;
use crate::features::catalogue::Parameter;
use crate::features::params::Params;
use crate::features::window::{Extent, Fifo};
use crate::state::{StateReader, StateWriter};

/// How a sample x compares with p, the one `lag` samples before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// x itself: no comparison.
    Level,
    /// x − p.
    Difference,
    /// (x − p) / p.
    Simple,
    /// ln(x / p), as ln(1 + (x − p) / p).
    Log,
}

pub const TAKEN: Parameter = Parameter {
    name: "take",
    kind: "word",
    values: "levels, differences, returns, log_returns",
    default: "levels",
    what: "what is made of the samples first",
};

impl Kind {
    /// The parameter `take`.
    ///
    /// # Errors
    /// `E_FEATURE_SET`.
    pub fn take(params: &mut Params) -> Result<Self, CoreError> {
        let words = ["levels", "differences", "returns", "log_returns"];
        Ok(match params.word("take", Some("levels"), &words)? {
            "differences" => Self::Difference,
            "returns" => Self::Simple,
            "log_returns" => Self::Log,
            _ => Self::Level,
        })
    }

    /// NaN where it is not defined.
    #[must_use]
    pub fn of(self, x: f64, p: f64) -> f64 {
        match self {
            Self::Level => x,
            Self::Difference => x - p,
            Self::Simple if p != 0.0 => (x - p) / p,
            Self::Log if p != 0.0 && (x > 0.0) == (p > 0.0) && x != 0.0 => libm::log1p((x - p) / p),
            Self::Simple | Self::Log => f64::NAN,
        }
    }
}

/// Changes of a column.
#[derive(Clone, Debug)]
pub struct Change {
    kind: Kind,
    lag: usize,
    past: Fifo<f64>,
}

impl Change {
    #[must_use]
    pub fn new(kind: Kind, lag: usize) -> Self {
        Self { kind, lag, past: Fifo::new(Extent::Count(lag)) }
    }

    /// The change to this sample; NaN for the first `lag` samples and where it is not defined.
    pub fn push(&mut self, time: i64, x: f64) -> f64 {
        if self.kind == Kind::Level {
            return x;
        }
        let before = self.past.leave(time);
        self.past.push(time, x);
        before.map_or(f64::NAN, |p| self.kind.of(x, p))
    }

    /// Samples that pass before the first change.
    #[must_use]
    pub fn delay(&self) -> u64 {
        if self.kind == Kind::Level { 0 } else { self.lag as u64 }
    }

    pub fn clear(&mut self) {
        self.past.clear();
    }

    pub fn save(&self, w: &mut StateWriter) {
        self.past.save(w);
    }

    /// # Errors
    /// `E_STATE`.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.past.restore(r)
    }
}
