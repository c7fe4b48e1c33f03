//! The forward filter: what is known of the state from the samples so far, and from none to come.

use super::model::{MOST_STATES, Model};
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// ln 1e-300: densities count as no smaller, so that one sample far from everything is no proof of the widest
/// state.
pub const FLOOR: f64 = -690.775_527_898_213_7;

#[derive(Clone, Debug)]
pub struct Filter {
    model: Model,
    /// Probabilities of the states; the initial ones before the first sample.
    p: [f64; MOST_STATES],
    /// A sample has come.
    pub has_begun: bool,
    /// The last sample was beyond all states: it told nothing.
    pub is_outlier: bool,
    /// ln of the last sample's density as foretold by those before it.
    pub log_likelihood: f64,
}

impl Filter {
    #[must_use]
    pub fn new(model: Model) -> Self {
        let mut filter = Self {
            model,
            p: [0.0; MOST_STATES],
            has_begun: false,
            is_outlier: false,
            log_likelihood: f64::NAN,
        };
        filter.clear();
        filter
    }

    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Probabilities in the model's order.
    #[must_use]
    pub fn probabilities(&self) -> &[f64] {
        &self.p[..self.model.initial.len()]
    }

    /// A sample, all numbers. α ← b(x) · (αA), scaled to 1; densities are relative to the greatest one, so that
    /// none that matters vanishes.
    pub fn observe(&mut self, x: &[f64]) {
        if self.has_begun {
            self.predict();
        }
        self.has_begun = true;
        let count = self.model.emissions.len();
        let mut logs = [FLOOR; MOST_STATES];
        let mut greatest = FLOOR;
        for ((log, emission), p) in logs.iter_mut().zip(&self.model.emissions).zip(&self.p) {
            *log = emission.log_density(x, FLOOR);
            if *p > 0.0 {
                greatest = greatest.max(*log);
            }
        }
        self.is_outlier = greatest == FLOOR;
        for (p, log) in self.p[..count].iter_mut().zip(logs) {
            // An impossible state stays so, however well the sample would suit it.
            *p = if *p > 0.0 { *p * libm::exp(log - greatest) } else { 0.0 };
        }
        self.log_likelihood = greatest + libm::log(self.scale());
    }

    /// No sample where one was due: α ← αA. Nothing happens before the first one.
    pub fn miss(&mut self) {
        if self.has_begun {
            self.predict();
            (self.is_outlier, self.log_likelihood) = (false, f64::NAN);
        }
    }

    fn predict(&mut self) {
        let mut next = [0.0; MOST_STATES];
        for (p, row) in self.p.iter().zip(&self.model.transition) {
            for (to, share) in next.iter_mut().zip(row) {
                *to += p * share;
            }
        }
        self.p = next;
        self.scale();
    }

    /// Scales to a sum of 1 and returns what it was.
    fn scale(&mut self) -> f64 {
        let total: f64 = self.p.iter().sum();
        self.p.iter_mut().for_each(|p| *p /= total);
        total
    }

    pub fn clear(&mut self) {
        self.p = [0.0; MOST_STATES];
        self.p.iter_mut().zip(&self.model.initial).for_each(|(p, initial)| *p = *initial);
        (self.has_begun, self.is_outlier, self.log_likelihood) = (false, false, f64::NAN);
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u8(u8::from(self.has_begun));
        w.u8(u8::from(self.is_outlier));
        w.f64(self.log_likelihood);
        self.probabilities().iter().for_each(|p| w.f64(*p));
    }

    /// # Errors
    /// `E_STATE` for what are no probabilities.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let at = r.position();
        let (begun, outlier) = (r.u8()?, r.u8()?);
        self.log_likelihood = r.f64()?;
        let count = self.model.initial.len();
        for p in &mut self.p[..count] {
            *p = r.f64()?;
        }
        let total: f64 = self.probabilities().iter().sum();
        let are_sound =
            self.probabilities().iter().all(|p| *p >= 0.0) && (total - 1.0).abs() < 1e-6;
        if begun > 1 || outlier > 1 || !are_sound {
            return Err(CoreError::new("E_STATE", "probabilities of states that are none")
                .at(format!("byte {at}")));
        }
        (self.has_begun, self.is_outlier) = (begun == 1, outlier == 1);
        Ok(())
    }
}
