//! Returns from close to close.

use super::bar::Bar;
use super::indicator::{Indicator, bars, built, ratio, state_of};
use crate::error::CoreError;
use crate::features::catalogue::{ClockUse, Entry, Parameter};
use crate::features::kernel::Need;
use crate::features::params::Params;

pub const RETURN: Entry = Entry {
    name: "bar_return",
    group: "bar",
    what: "return of a bar",
    formula: "simple: (C − C₋₁) / C₋₁; log: ln(1 + simple)",
    parameters: &[KIND],
    outputs: &["return"],
    warmup: "2 bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook",
    new: |params, _| {
        let previous = Close::new(kind_of(params)?);
        Ok(built(previous))
    },
};

/// The parameter that tells simple returns from logarithmic ones.
pub const KIND: Parameter = Parameter {
    name: "kind",
    kind: "word",
    values: "simple, log",
    default: "simple",
    what: "how returns are taken",
};

/// How returns are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Simple,
    Log,
}

/// # Errors
/// `E_FEATURE_SET` for another word.
pub fn kind_of(params: &mut Params) -> Result<Kind, CoreError> {
    let word = params.word(KIND.name, Some("simple"), &["simple", "log"])?;
    Ok(if word == "log" { Kind::Log } else { Kind::Simple })
}

/// The close before, and the return since.
pub struct Close {
    kind: Kind,
    previous: Option<i64>,
}

state_of!(Close: previous);

impl Close {
    pub fn new(kind: Kind) -> Self {
        Self { kind, previous: None }
    }

    /// The return of a bar; none of the first, NaN where a price of zero or another sign makes it void.
    pub fn push(&mut self, close: i64) -> Option<f64> {
        let before = self.previous.replace(close)?;
        let change = (i128::from(close) - i128::from(before)) as f64;
        let simple = ratio(change, before as f64);
        Some(match self.kind {
            Kind::Simple => simple,
            Kind::Log if simple > -1.0 => libm::log1p(simple),
            Kind::Log => f64::NAN,
        })
    }
}

impl Indicator<1> for Close {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        [self.push(bar.close).unwrap_or(f64::NAN)]
    }

    fn need(&self) -> Need {
        bars(2)
    }
}
