//! Rows of a session: of the feature set that it was opened with, else the touch's imbalance alone.

use super::config::CoreConfig;
use super::market::Market;
use crate::error::CoreError;
use crate::event::EventRef;
use crate::features::FeatureEngine;
use crate::instrument::Directory;
use crate::state::{StateReader, StateWriter};

/// The row of a session without a set.
const TOUCH: &str = "touchImbalance";

/// What makes rows.
pub enum Rows {
    Touch,
    Set(Box<FeatureEngine>),
}

impl Rows {
    /// # Errors
    /// `E_FEATURE_SET` with the column and what is wrong with it.
    pub fn new(config: &CoreConfig, directory: &Directory, epoch: i64) -> Result<Self, CoreError> {
        let Some(set) = &config.features else { return Ok(Self::Touch) };
        set.check()?;
        Ok(Self::Set(Box::new(FeatureEngine::new(set.clone(), directory, epoch)?)))
    }

    /// Names of a row's values.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Touch => vec![TOUCH.to_owned()],
            Self::Set(engine) => engine.names().to_vec(),
        }
    }

    /// Identity of the set, where there is one.
    #[must_use]
    pub fn hash(&self) -> Option<String> {
        match self {
            Self::Touch => None,
            Self::Set(engine) => Some(engine.set().hash()),
        }
    }

    #[must_use]
    pub fn engine(&self) -> Option<&FeatureEngine> {
        match self {
            Self::Touch => None,
            Self::Set(engine) => Some(engine),
        }
    }

    /// An event received at `time` is about to be applied.
    #[inline]
    pub fn before(&mut self, time: i64, markets: &[Market]) {
        if let Self::Set(engine) = self {
            engine.before(time, markets);
        }
    }

    /// It was applied.
    #[inline]
    pub fn event(&mut self, event: EventRef<'_>, time: i64, markets: &[Market]) {
        if let Self::Set(engine) = self {
            engine.event(event, time, markets);
        }
    }

    /// Something falls due at `time`, after all events of that moment.
    pub fn due(&mut self, time: i64, markets: &[Market]) {
        if let Self::Set(engine) = self {
            engine.advance(time, markets);
        }
    }

    /// Writes an instrument's row and mask; returns its length.
    pub fn row(
        &mut self,
        instrument: u32,
        time: i64,
        markets: &[Market],
        values: &mut [f64],
        mask: &mut [u8],
    ) -> usize {
        match self {
            Self::Set(engine) => engine.row(instrument, time, markets, values, mask),
            Self::Touch => {
                let value = touch_imbalance(&markets[instrument as usize]);
                values[0] = value.unwrap_or(f64::NAN);
                mask[0] = u8::from(value.is_some());
                1
            }
        }
    }

    /// One column's value now; NaN is null.
    #[must_use]
    pub fn value(&self, instrument: u32, column: usize, time: i64, markets: &[Market]) -> f64 {
        match self {
            Self::Set(engine) => engine.column(instrument, column, time, markets),
            Self::Touch => touch_imbalance(&markets[instrument as usize]).unwrap_or(f64::NAN),
        }
    }

    pub fn save(&self, w: &mut StateWriter) {
        if let Self::Set(engine) = self {
            engine.save(w);
        }
    }

    /// # Errors
    /// `E_STATE` where the state is of another set.
    pub fn restore(
        &mut self,
        r: &mut StateReader<'_>,
        markets: &[Market],
    ) -> Result<(), CoreError> {
        match self {
            Self::Touch => Ok(()),
            Self::Set(engine) => engine.restore(r, markets),
        }
    }
}

/// (bid quantity − ask quantity) / (their sum) at the best prices, in −1 to 1; none while the book is not
/// joined or a side is empty.
#[must_use]
pub fn touch_imbalance(market: &Market) -> Option<f64> {
    let (Some(bid), Some(ask)) = (market.bid, market.ask) else { return None };
    if !market.joined {
        return None;
    }
    // Quantities are positive, so the sum is too.
    let (b, a) = (bid.quantity as f64, ask.quantity as f64);
    Some((b - a) / (b + a))
}
