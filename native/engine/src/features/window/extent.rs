//! How far a window reaches.

use crate::error::CoreError;
use crate::features::kernel::Need;
use crate::features::params::{Params, parse_duration};
use serde_json::Value;

/// Most samples of a window of counts.
const MOST: u64 = 1_000_000;

/// The last N samples, or those of the time (t − W, t].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Count(usize),
    /// ns.
    Time(i64),
}

impl Extent {
    /// For the catalogue: kind and bounds of such a parameter.
    pub const KIND: &'static str = "whole or duration";
    pub const VALUES: &'static str = "samples, up to 1000000, or a time like \"5m\"";

    /// A parameter that is a number of samples of at least `least`, or a time.
    ///
    /// # Errors
    /// `E_FEATURE_SET`.
    pub fn take(params: &mut Params, name: &str, least: u64) -> Result<Self, CoreError> {
        let Some(value) = params.raw(name) else { return params.bad(name, "is missing") };
        let extent = match &value {
            Value::String(text) => parse_duration(text).map(Self::Time),
            other => other
                .as_u64()
                .filter(|n| (least..=MOST).contains(n))
                .map(|n| Self::Count(n as usize)),
        };
        match extent {
            Some(extent) => Ok(extent),
            None => {
                let what = format!("must be from {least} to {MOST} or a time like 5m, was {value}");
                params.bad(name, &what)
            }
        }
    }

    /// What must pass before the window is whole: `more` samples before the first one in it. A window of time
    /// begins with its first sample.
    #[must_use]
    pub fn need(self, more: u64) -> Need {
        match self {
            Self::Count(n) => Need { samples: n as u64 + more, span: 0 },
            Self::Time(ns) => Need { samples: more + 1, span: ns },
        }
    }
}
