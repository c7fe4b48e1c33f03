//! Which rows are wanted.

use super::walk::{Pace, RowWalker};
use crate::tape::TapeIndex;
use serde::Deserialize;
use tickwright_engine::CoreError;
use tickwright_engine::features::FeatureSet;
use tickwright_engine::features::clock::EventClock;
use tickwright_engine::features::params::parse_duration;

/// When a row is taken, and of what; each event that changes the book by default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RowPlan {
    /// Names or symbols; none of them: all.
    pub instruments: Vec<String>,
    /// "depth", "trade", "quote", "touch".
    pub on: Option<String>,
    /// "100ms".
    pub every: Option<String>,
    /// Rows from this moment on, and before that one: nanoseconds since 1970 as text.
    pub from_time: Option<String>,
    pub to_time: Option<String>,
}

impl RowPlan {
    /// Markets and kernels at the beginning of a tape.
    ///
    /// # Errors
    /// `E_ARGUMENT` for a plan that makes no sense; `E_FEATURE_SET` for a set that does not fit the tape.
    pub fn walker(&self, set: FeatureSet, index: &TapeIndex) -> Result<RowWalker, CoreError> {
        let directory = &index.meta.directory;
        let mut wanted = vec![self.instruments.is_empty(); directory.instruments.len()];
        for name in &self.instruments {
            let mut all = directory.instruments.iter();
            let Some(at) = all.position(|i| i.name() == *name || i.symbol == *name) else {
                let all: Vec<_> = directory.instruments.iter().map(|i| i.name()).collect();
                return bad(format!("{name:?} is not on the tape; it has {}", all.join(", ")));
            };
            wanted[at] = true;
        }
        let times = (time(&self.from_time, i64::MIN)?, time(&self.to_time, i64::MAX)?);
        RowWalker::new(set, directory, index.meta.start_ns, self.pace()?, wanted, times)
    }

    /// Rows of one instrument between two moments, where they come at a pace; 0 where events make them.
    ///
    /// # Errors
    /// `E_ARGUMENT` for a plan that makes no sense.
    pub fn paced_rows(&self, from: i64, to: i64) -> Result<u64, CoreError> {
        Ok(match self.pace()? {
            Pace::On(_) => 0,
            Pace::Every(period) => (to.saturating_sub(from).max(0) / period) as u64,
        })
    }

    fn pace(&self) -> Result<Pace, CoreError> {
        match (&self.on, &self.every) {
            (Some(_), Some(_)) => bad("rows come on events or every so often, not both".into()),
            (_, Some(text)) => match parse_duration(text) {
                Some(period) => Ok(Pace::Every(period)),
                None => bad(format!("every: must be a time like 100ms, 5s, 1m, was {text:?}")),
            },
            (word, None) => match word.as_deref().unwrap_or("depth") {
                "depth" => Ok(Pace::On(EventClock::Depth)),
                "trade" => Ok(Pace::On(EventClock::Trade)),
                "quote" => Ok(Pace::On(EventClock::Quote)),
                "touch" => Ok(Pace::On(EventClock::Touch)),
                other => bad(format!("on: must be depth, trade, quote or touch, was {other:?}")),
            },
        }
    }
}

fn bad<T>(what: String) -> Result<T, CoreError> {
    Err(CoreError::new("E_ARGUMENT", what))
}

fn time(text: &Option<String>, default: i64) -> Result<i64, CoreError> {
    let Some(text) = text else { return Ok(default) };
    text.parse().or_else(|_| bad(format!("{text:?} is no time")))
}
