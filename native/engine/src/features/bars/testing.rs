//! Bars for tests, and kernels of bars on their own.
#![allow(clippy::unwrap_used)]

use super::Bar;
use crate::core::Market;
use crate::features::catalogue::{Entry, Setup, find};
use crate::features::kernel::{Context, Feature, Sample};
use crate::features::params::Params;
use crate::features::top::Tops;
use crate::instrument::Instrument;
use crate::state::{StateReader, StateWriter};
use std::ops::Range;

/// One minute, ns.
pub const MINUTE: i64 = 60_000_000_000;

/// Minute bars of science.md 2.5: x ← 16807 x mod (2³¹ − 1), prices in hundredths from 100.00. Here prices
/// turn back at 20.00, and within `flat` nothing is traded.
pub fn walk(count: usize, seed: u64, flat: Range<usize>) -> Vec<Bar> {
    let mut x = seed;
    let mut next = move |modulus: u64| {
        x = 16_807 * x % 2_147_483_647;
        (x % modulus) as i64
    };
    let mut before = 10_000;
    let bar = |place: usize| {
        let [change, above, below, volume] = [next(201) - 100, next(50), next(50), 100 + next(900)];
        let traded = i64::from(!flat.contains(&place));
        let step = change * traded;
        let (open, close) =
            (before, if before + step < 2_000 { before + step.abs() } else { before + step });
        before = close;
        let volume = (volume * traded) as f64;
        Bar {
            start: place as i64 * MINUTE,
            end: (place as i64 + 1) * MINUTE,
            open,
            high: open.max(close) + above * traded,
            low: open.min(close) - below * traded,
            close,
            volume,
            buy_volume: volume / 4.0,
            notional: close as f64 / 100.0 * volume,
            trades: 3,
            price_unit: 100.0,
        }
    };
    (0..count).map(bar).collect()
}

/// A kernel fed with bars.
pub struct Study {
    pub kernel: Box<dyn Feature>,
    entry: &'static Entry,
    params: &'static str,
    instrument: Instrument,
    market: Market,
    tops: Tops,
    time: i64,
}

impl Study {
    /// `params`: members of a column, `"period":3`.
    pub fn new(feature: &str, params: &'static str) -> Self {
        let instrument = Instrument {
            venue: "venue".into(),
            symbol: "A".into(),
            price_scale: 2,
            quantity_scale: 0,
            versions: Vec::new(),
        };
        let entry = find(feature).unwrap();
        let kernel = Self::kernel(entry, params, &instrument);
        let market = Market::new(&instrument).unwrap();
        Self { kernel, entry, params, instrument, market, tops: Tops::default(), time: 0 }
    }

    fn kernel(entry: &Entry, params: &str, instrument: &Instrument) -> Box<dyn Feature> {
        let members = serde_json::from_str(&format!("{{{params}}}")).unwrap();
        let mut params = Params::new("column", members);
        let built = (entry.new)(&mut params, &Setup { instrument, inputs: 0 }).unwrap();
        params.finish().unwrap();
        built.kernel
    }

    /// All outputs after a bar.
    pub fn push(&mut self, bar: &Bar) -> Vec<f64> {
        self.kernel.on_sample(&Sample { time: bar.end, inputs: &[], bar: Some(bar) });
        self.time = bar.end;
        self.values()
    }

    pub fn values(&self) -> Vec<f64> {
        let now = Context {
            time: self.time,
            market: &self.market,
            instrument: &self.instrument,
            tops: &self.tops,
            inputs: &[],
        };
        (0..self.entry.outputs.len()).map(|output| self.kernel.value(output, &now)).collect()
    }

    pub fn state(&self) -> Vec<u8> {
        let mut w = StateWriter::new();
        self.kernel.save(&mut w);
        w.into_bytes()
    }

    /// Replaces the kernel by a fresh one of its state.
    pub fn reload(&mut self) {
        let state = self.state();
        self.kernel = Self::kernel(self.entry, self.params, &self.instrument);
        let mut r = StateReader::new(&state);
        self.kernel.restore(&mut r).unwrap();
        assert!(r.is_at_end(), "{}: bytes are left", self.entry.name);
        assert_eq!(self.state(), state, "{}", self.entry.name);
    }
}

/// One output over all bars.
pub fn series(feature: &str, params: &'static str, output: &str, bars: &[Bar]) -> Vec<f64> {
    let mut study = Study::new(feature, params);
    let place = study.entry.outputs.iter().position(|o| *o == output).unwrap();
    bars.iter().map(|bar| study.push(bar)[place]).collect()
}
