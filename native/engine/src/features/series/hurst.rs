//! Hurst exponent of a window of levels.

use super::column::{NULLS, Statistic, of_columns};
use super::rescaled_range::RescaledRange;
use crate::error::CoreError;
use crate::features::catalogue::{ClockUse, Entry, Parameter};
use crate::features::kernel::Need;
use crate::features::params::Params;
use crate::features::window::{Extent, Fifo, Moments, Window};
use crate::state::{StateReader, StateWriter};

pub const HURST: Entry = Entry {
    name: "hurst",
    group: "series",
    what: "Hurst exponent of the last N levels (put logarithms of prices in): about 0.5 for a random walk, above it for trends, below it for returns to the mean",
    formula: "ghe: slope of ln σ(x[t + τ] − x[t]) on ln τ for τ = 1 … lags, population deviation; rs: slope of ln of the mean rescaled range on ln of the segment size, over the differences, segments from the oldest on",
    parameters: &[
        Parameter {
            name: "window",
            kind: "whole",
            values: "16 to 1000000; rs up to 10000",
            default: "",
            what: "levels, this one among them",
        },
        Parameter {
            name: "method",
            kind: "word",
            values: "ghe, rs",
            default: "ghe",
            what: "the generalised exponent, one windowed variance a lag; or the rescaled range, O(N) a sample and biased upwards on short windows",
        },
        Parameter {
            name: "lags",
            kind: "whole",
            values: "2 to 64, at most half the window",
            default: "10",
            what: "ghe: greatest lag",
        },
        Parameter {
            name: "sizes",
            kind: "list of wholes",
            values: "2 to 16 whole numbers from 4 to half the differences, ascending",
            default: "an eighth, a quarter and a half of the differences",
            what: "rs: sizes of the segments",
        },
        NULLS,
    ],
    outputs: &["hurst"],
    warmup: "N samples; null where differences do not vary",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, 1),
    reads_events: false,
    of_book: false,
    source: "Hurst 1951; Di Matteo, Aste, Dacorogna 2005",
    new: |params, _| {
        if params.word("method", Some("ghe"), &["ghe", "rs"])? == "rs" {
            let range = RescaledRange::take(params)?;
            return of_columns(params, range);
        }
        let size = params.whole("window", None, 16..=1_000_000)?;
        let lags = lags(params, size)?;
        of_columns(params, Generalised::new(size as usize, lags as usize))
    },
};

fn lags(params: &mut Params, size: u64) -> Result<u64, CoreError> {
    params.whole("lags", Some(10.min(size / 2)), 2..=64.min(size / 2))
}

/// Most points of a line.
const POINTS: usize = 64;

/// Slope of ln y on ln x, over ln x and y; null where a y is not above 0.
pub fn log_slope(log_x: &[f64], y: impl Fn(usize) -> f64) -> f64 {
    let mut log_y = [0.0; POINTS];
    let (mut mean_x, mut mean_y) = (0.0, 0.0);
    for (i, (x, log)) in log_x.iter().zip(&mut log_y).enumerate() {
        *log = libm::log(y(i));
        mean_x += x;
        mean_y += *log;
    }
    let n = log_x.len() as f64;
    (mean_x, mean_y) = (mean_x / n, mean_y / n);
    let (mut xy, mut xx) = (0.0, 0.0);
    for (x, y) in log_x.iter().zip(log_y) {
        xy += (x - mean_x) * (y - mean_y);
        xx += (x - mean_x) * (x - mean_x);
    }
    let slope = xy / xx;
    if slope.is_finite() { slope } else { f64::NAN }
}

struct Generalised {
    size: usize,
    past: Fifo<f64>,
    /// Differences over 1, 2, … samples.
    lags: Vec<Window<Moments>>,
    log_lags: Vec<f64>,
}

impl Generalised {
    fn new(size: usize, lags: usize) -> Self {
        let window = |lag: usize| Window::new(Extent::Count(size - lag));
        Self {
            size,
            past: Fifo::new(Extent::Count(lags + 1)),
            lags: (1..=lags).map(window).collect(),
            log_lags: (1..=lags).map(|lag| libm::log(lag as f64)).collect(),
        }
    }
}

impl Statistic for Generalised {
    fn push(&mut self, time: i64, x: &[f64]) -> f64 {
        let _ = self.past.leave(time);
        self.past.push(time, x[0]);
        let newest = self.past.len() - 1;
        for (i, window) in self.lags.iter_mut().enumerate() {
            let before = newest.checked_sub(i + 1).and_then(|place| self.past.get(place));
            if let Some(before) = before {
                window.push(time, x[0] - before);
            }
        }
        if !self.lags[0].is_whole(time) {
            return f64::NAN;
        }
        log_slope(&self.log_lags, |i| self.lags[i].total().sd(0.0))
    }

    fn need(&self) -> Need {
        Need { samples: self.size as u64, span: 0 }
    }

    fn clear(&mut self) {
        self.past.clear();
        self.lags.iter_mut().for_each(Window::clear);
    }

    fn save(&self, w: &mut StateWriter) {
        self.past.save(w);
        self.lags.iter().for_each(|window| window.save(w));
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.past.restore(r)?;
        self.lags.iter_mut().try_for_each(|window| window.restore(r))
    }
}
