//! Rescaled range: how far sums of deviations wander, in deviations, by the size of the segment.

use super::column::Statistic;
use super::hurst::log_slope;
use crate::error::CoreError;
use crate::features::kernel::Need;
use crate::features::params::Params;
use crate::features::window::{Extent, Fifo};
use crate::state::{StateReader, StateWriter};

const SHORTEST: u64 = 4;

/// Differences of the levels of a window, measured anew at each sample: O(window · sizes).
pub struct RescaledRange {
    last: Option<f64>,
    differences: Fifo<f64>,
    count: usize,
    sizes: Vec<usize>,
    log_sizes: Vec<f64>,
}

impl RescaledRange {
    /// Takes `window` and `sizes`.
    ///
    /// # Errors
    /// `E_FEATURE_SET`.
    pub fn take(params: &mut Params) -> Result<Self, CoreError> {
        let count = params.whole("window", None, 34..=10_000)? - 1;
        let sizes = match params.raw("sizes") {
            None => vec![count / 8, count / 4, count / 2],
            Some(value) => {
                let listed: Option<Vec<u64>> =
                    value.as_array().and_then(|v| v.iter().map(|n| n.as_u64()).collect());
                let allowed = |sizes: &Vec<u64>| {
                    (2..=16).contains(&sizes.len())
                        && sizes.is_sorted_by(|a, b| a < b)
                        && sizes.iter().all(|n| (SHORTEST..=count / 2).contains(n))
                };
                match listed.filter(allowed) {
                    Some(sizes) => sizes,
                    None => {
                        let what = format!(
                            "must be 2 to 16 ascending sizes from {SHORTEST} to {}, was {value}",
                            count / 2
                        );
                        return params.bad("sizes", &what);
                    }
                }
            }
        };
        let count = count as usize;
        Ok(Self {
            last: None,
            differences: Fifo::new(Extent::Count(count)),
            count,
            log_sizes: sizes.iter().map(|n| libm::log(*n as f64)).collect(),
            sizes: sizes.into_iter().map(|n| n as usize).collect(),
        })
    }

    /// Mean over the whole segments of a size.
    fn mean(&self, size: usize) -> f64 {
        let segments = self.count / size;
        let mut sum = 0.0;
        for segment in 0..segments {
            let from = segment * size;
            let values =
                (from..from + size).filter_map(|place| self.differences.get(place).copied());
            sum += rescaled(values, size as f64);
        }
        sum / segments as f64
    }
}

/// Range of the sums of deviations, from 0 on, over the population's deviation.
fn rescaled(values: impl Iterator<Item = f64> + Clone, size: f64) -> f64 {
    let mean = values.clone().fold(0.0, |sum, x| sum + x) / size;
    let (mut wander, mut high, mut low, mut squares) = (0.0, 0.0_f64, 0.0_f64, 0.0);
    for x in values {
        wander += x - mean;
        high = high.max(wander);
        low = low.min(wander);
        squares += (x - mean) * (x - mean);
    }
    (high - low) / (squares / size).sqrt()
}

impl Statistic for RescaledRange {
    fn push(&mut self, time: i64, x: &[f64]) -> f64 {
        if let Some(last) = self.last.replace(x[0]) {
            let _ = self.differences.leave(time);
            self.differences.push(time, x[0] - last);
        }
        if !self.differences.is_whole(time) {
            return f64::NAN;
        }
        log_slope(&self.log_sizes, |i| self.mean(self.sizes[i]))
    }

    fn need(&self) -> Need {
        Need { samples: self.count as u64 + 1, span: 0 }
    }

    fn clear(&mut self) {
        self.last = None;
        self.differences.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        w.f64(self.last.unwrap_or(f64::NAN));
        self.differences.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let last = r.f64()?;
        self.last = (!last.is_nan()).then_some(last);
        self.differences.restore(r)
    }
}
