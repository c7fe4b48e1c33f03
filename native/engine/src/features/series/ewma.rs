//! Exponentially weighted mean of samples.

use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Sample};
use crate::state::{StateReader, StateWriter};

pub const EWMA: Entry = Entry {
    name: "ewma",
    group: "series",
    what: "exponentially weighted mean of a column, a sample a tick",
    formula: "m ← m + α (x − m), α = 2 / (span + 1); m starts with the first sample",
    parameters: &[Parameter {
        name: "span",
        kind: "whole",
        values: "1 to 1000000",
        default: "",
        what: "samples in which the weights sum up to 86 %",
    }],
    outputs: &["ewma"],
    warmup: "`span` samples that are not null",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, 1),
    reads_events: false,
    of_book: false,
    source: "pandas ewm(span, adjust=False)",
    new: |params, _| {
        let span = params.whole("span", None, 1..=1_000_000)?;
        Ok(Built::shallow(Ewma { span, mean: 0.0, seen: 0 }))
    },
};

struct Ewma {
    span: u64,
    mean: f64,
    seen: u64,
}

impl Feature for Ewma {
    fn on_sample(&mut self, sample: &Sample<'_>) {
        let x = sample.inputs[0];
        if x.is_nan() {
            return;
        }
        let alpha = 2.0 / (self.span as f64 + 1.0);
        self.mean = if self.seen == 0 { x } else { self.mean + alpha * (x - self.mean) };
        self.seen += 1;
    }

    fn value(&self, _: usize, _: &Context<'_>) -> f64 {
        if self.seen < self.span { f64::NAN } else { self.mean }
    }

    fn need(&self) -> Need {
        Need { samples: self.span, span: 0 }
    }

    fn reset(&mut self) {
        (self.mean, self.seen) = (0.0, 0);
    }

    fn save(&self, w: &mut StateWriter) {
        w.f64(self.mean);
        w.u64(self.seen);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        (self.mean, self.seen) = (r.f64()?, r.u64()?);
        Ok(())
    }
}
