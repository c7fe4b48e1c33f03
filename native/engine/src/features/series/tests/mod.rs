//! Kernels of columns on bare numbers: values go in, values come out.

mod columns;
mod combinations;
mod kernels;
mod streams;
mod vectors;

use crate::core::Market;
use crate::error::CoreError;
use crate::features::catalogue::{Setup, find};
use crate::features::kernel::{Context, Feature, Need, Sample};
use crate::features::params::Params;
use crate::features::top::Tops;
use crate::instrument::{Instrument, InstrumentVersion};
use crate::state::{StateReader, StateWriter};

/// A kernel by name and parameters.
struct Kernel {
    kernel: Box<dyn Feature>,
    name: String,
    params: String,
    inputs: usize,
    instrument: Instrument,
    market: Market,
}

impl Kernel {
    fn new(name: &str, params: &str) -> Self {
        Self::reading(name, params, find(name).unwrap().inputs.0)
    }

    fn reading(name: &str, params: &str, inputs: usize) -> Self {
        Self::attempt(name, params, inputs).unwrap()
    }

    fn attempt(name: &str, params: &str, inputs: usize) -> Result<Self, CoreError> {
        let instrument = Instrument {
            venue: "venue".into(),
            symbol: "A".into(),
            price_scale: 2,
            quantity_scale: 1,
            versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: true }],
        };
        let mut written = Params::new("x", serde_json::from_str(params).unwrap());
        let setup = Setup { instrument: &instrument, inputs };
        let built = (find(name).unwrap().new)(&mut written, &setup)?;
        written.finish()?;
        let market = Market::new(&instrument).unwrap();
        Ok(Self {
            kernel: built.kernel,
            name: name.to_owned(),
            params: params.to_owned(),
            inputs,
            instrument,
            market,
        })
    }

    fn push(&mut self, time: i64, inputs: &[f64]) -> f64 {
        self.kernel.on_sample(&Sample { time, inputs, bar: None });
        self.value(&[])
    }

    fn value(&self, inputs: &[f64]) -> f64 {
        let tops = Tops::new(0);
        let now = Context {
            time: 0,
            market: &self.market,
            instrument: &self.instrument,
            tops: &tops,
            inputs,
        };
        self.kernel.value(0, &now)
    }

    /// Values for samples of one column, a second apart.
    fn run(&mut self, samples: &[f64]) -> Vec<f64> {
        samples.iter().zip(0..).map(|(x, i)| self.push(i * 1_000_000_000, &[*x])).collect()
    }

    fn state(&self) -> Vec<u8> {
        let mut w = StateWriter::new();
        self.kernel.save(&mut w);
        w.into_bytes()
    }

    fn restored(&self) -> Self {
        let mut other = Self::reading(&self.name, &self.params, self.inputs);
        other.kernel.restore(&mut StateReader::new(&self.state())).unwrap();
        other
    }

    fn need(&self) -> Need {
        self.kernel.need()
    }
}

fn refusal(name: &str, params: &str) -> String {
    match Kernel::attempt(name, params, find(name).unwrap().inputs.0) {
        Ok(_) => "taken".into(),
        Err(error) => error.to_string(),
    }
}

/// SplitMix64.
struct Seed(u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Whole numbers as reals, from −n to n.
    fn whole(&mut self, n: u64) -> f64 {
        self.below(2 * n + 1) as f64 - n as f64
    }
}

#[track_caller]
fn near(found: f64, expected: f64, error: f64) {
    let same = found.is_nan() && expected.is_nan();
    let close = (found - expected).abs() <= error * expected.abs();
    assert!(same || close, "{found} is not {expected}");
}
