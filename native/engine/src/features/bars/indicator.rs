//! What indicators of bars have in common: outputs held from bar to bar, and state piece by piece.

use super::bar::Bar;
use crate::error::CoreError;
use crate::features::catalogue::{Built, Parameter};
use crate::features::kernel::{Context, Feature, Need, Sample};
use crate::state::{StateReader, StateWriter};

/// Longest window, bars.
pub const MAX_WINDOW: u64 = 1_000_000;

/// The parameter `period`, of a default.
pub const fn period(default: &'static str) -> Parameter {
    Parameter { name: "period", kind: "whole", values: "1 to 1000000", default, what: "bars" }
}

/// The parameter `period` of what needs two values at least.
pub const fn period_from_two(default: &'static str) -> Parameter {
    Parameter { values: "2 to 1000000", ..period(default) }
}

/// A piece of state: to nothing, to bytes and back.
pub trait State {
    fn reset(&mut self);
    fn save(&self, w: &mut StateWriter);
    /// # Errors
    /// `E_STATE` where the bytes are not such a state.
    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError>;
}

/// State that consists of the state of fields, in this order.
macro_rules! state_of {
    ($name:ty: $($field:tt),+) => {
        impl $crate::features::bars::indicator::State for $name {
            fn reset(&mut self) {
                $(self.$field.reset();)+
            }

            fn save(&self, w: &mut $crate::state::StateWriter) {
                $(self.$field.save(w);)+
            }

            fn restore(
                &mut self,
                r: &mut $crate::state::StateReader<'_>,
            ) -> Result<(), $crate::error::CoreError> {
                $(self.$field.restore(r)?;)+
                Ok(())
            }
        }
    };
}
pub(super) use state_of;

/// Takes bars, gives its outputs; NaN is null.
pub trait Indicator<const N: usize>: State + Send {
    fn bar(&mut self, bar: &Bar) -> [f64; N];

    /// What must pass before its first value.
    fn need(&self) -> Need;
}

/// An indicator as a kernel.
struct OnBars<I, const N: usize> {
    indicator: I,
    values: [f64; N],
}

/// The kernel of an indicator.
pub fn built<const N: usize>(indicator: impl Indicator<N> + 'static) -> Built {
    Built::shallow(OnBars { indicator, values: [f64::NAN; N] })
}

/// So many bars.
pub fn bars(samples: u64) -> Need {
    Need { samples, span: 0 }
}

/// A quotient; null where there is nothing to divide by.
pub fn ratio(numerator: f64, denominator: f64) -> f64 {
    if denominator == 0.0 { f64::NAN } else { numerator / denominator }
}

impl<I: Indicator<N>, const N: usize> Feature for OnBars<I, N> {
    fn on_sample(&mut self, sample: &Sample<'_>) {
        if let Some(bar) = sample.bar {
            self.values = self.indicator.bar(bar);
        }
    }

    fn value(&self, output: usize, _: &Context<'_>) -> f64 {
        self.values.get(output).copied().unwrap_or(f64::NAN)
    }

    fn need(&self) -> Need {
        self.indicator.need()
    }

    fn reset(&mut self) {
        self.indicator.reset();
        self.values = [f64::NAN; N];
    }

    fn save(&self, w: &mut StateWriter) {
        self.indicator.save(w);
        self.values.iter().for_each(|v| w.f64(*v));
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.indicator.restore(r)?;
        for value in &mut self.values {
            *value = r.f64()?;
        }
        Ok(())
    }
}

impl<A: State, B: State> State for (A, B) {
    fn reset(&mut self) {
        self.0.reset();
        self.1.reset();
    }

    fn save(&self, w: &mut StateWriter) {
        self.0.save(w);
        self.1.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.0.restore(r)?;
        self.1.restore(r)
    }
}

impl State for i64 {
    fn reset(&mut self) {
        *self = 0;
    }

    fn save(&self, w: &mut StateWriter) {
        w.i64(*self);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        *self = r.i64()?;
        Ok(())
    }
}

impl State for u64 {
    fn reset(&mut self) {
        *self = 0;
    }

    fn save(&self, w: &mut StateWriter) {
        w.u64(*self);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        *self = r.u64()?;
        Ok(())
    }
}

impl State for f64 {
    fn reset(&mut self) {
        *self = 0.0;
    }

    fn save(&self, w: &mut StateWriter) {
        w.f64(*self);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        *self = r.f64()?;
        Ok(())
    }
}

impl State for Option<i64> {
    fn reset(&mut self) {
        *self = None;
    }

    fn save(&self, w: &mut StateWriter) {
        w.u8(u8::from(self.is_some()));
        w.i64(self.unwrap_or(0));
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        *self = match (r.u8()?, r.i64()?) {
            (0, 0) => None,
            (1, value) => Some(value),
            _ => return Err(CoreError::new("E_STATE", "neither a value nor none")),
        };
        Ok(())
    }
}
