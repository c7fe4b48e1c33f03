//! Regime kernels on bare numbers.

mod confirm;
mod hmm;
mod matching;
mod rules;

use crate::core::Market;
use crate::error::CoreError;
use crate::features::catalogue::{Setup, find};
use crate::features::kernel::{Context, Feature, Sample};
use crate::features::params::Params;
use crate::features::top::Tops;
use crate::instrument::{Instrument, InstrumentVersion};
use crate::state::{StateReader, StateWriter};

/// A kernel by name and parameters.
struct Kernel {
    kernel: Box<dyn Feature>,
    outputs: usize,
    instrument: Instrument,
    market: Market,
}

impl Kernel {
    fn new(name: &str, params: &str, inputs: usize) -> Result<Self, CoreError> {
        let instrument = Instrument {
            venue: "venue".into(),
            symbol: "A".into(),
            price_scale: 2,
            quantity_scale: 1,
            versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: true }],
        };
        let mut written = Params::new("x", serde_json::from_str(params).unwrap());
        let entry = find(name).unwrap();
        let built = (entry.new)(&mut written, &Setup { instrument: &instrument, inputs })?;
        written.finish()?;
        let market = Market::new(&instrument).unwrap();
        Ok(Self { kernel: built.kernel, outputs: entry.outputs.len(), instrument, market })
    }

    fn push(&mut self, inputs: &[f64]) -> Vec<f64> {
        self.kernel.on_sample(&Sample { time: 0, inputs, bar: None });
        self.values()
    }

    fn values(&self) -> Vec<f64> {
        let tops = Tops::new(0);
        let now = Context {
            time: 0,
            market: &self.market,
            instrument: &self.instrument,
            tops: &tops,
            inputs: &[],
        };
        (0..self.outputs).map(|output| self.kernel.value(output, &now)).collect()
    }

    fn state(&self) -> Vec<u8> {
        let mut w = StateWriter::new();
        self.kernel.save(&mut w);
        w.into_bytes()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), CoreError> {
        let mut r = StateReader::new(state);
        self.kernel.restore(&mut r)?;
        assert!(r.is_at_end());
        Ok(())
    }
}

/// Numbers from 0 to 1, the same each time.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Roughly normal.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}
