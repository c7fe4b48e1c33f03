//! Standard deviation of returns.

use super::change::{Change, Kind};
use super::column::{LAG, NULLS, Statistic, WINDOW, of_columns};
use crate::error::CoreError;
use crate::features::catalogue::{ClockUse, Entry, Parameter};
use crate::features::kernel::Need;
use crate::features::window::{Extent, Moments, Window};
use crate::state::{StateReader, StateWriter};

pub const VOLATILITY: Entry = Entry {
    name: "rolling_volatility",
    group: "series",
    what: "standard deviation of a column's returns, per sample (not annualised)",
    formula: "√(Σ (r − r̄)² / (n − 1)), r = (x[t] − x[t − lag]) / x[t − lag] or ln(1 + r)",
    parameters: &[
        Parameter { what: "the last returns, or those of the time (t − W, t]", ..WINDOW },
        Parameter {
            name: "kind",
            kind: "word",
            values: "simple, log",
            default: "simple",
            what: "kind of the returns",
        },
        LAG,
        NULLS,
    ],
    outputs: &["volatility"],
    warmup: "a whole window of returns, the first of which takes `lag` + 1 samples",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, 1),
    reads_events: false,
    of_book: false,
    source: "pandas pct_change(lag).rolling(window).std",
    new: |params, _| {
        let extent = Extent::take(params, "window", 2)?;
        let kind = match params.word("kind", Some("simple"), &["simple", "log"])? {
            "log" => Kind::Log,
            _ => Kind::Simple,
        };
        let lag = params.whole("lag", Some(1), 1..=1_000_000)? as usize;
        let (change, window) = (Change::new(kind, lag), Window::new(extent));
        of_columns(params, Volatility { change, window, extent })
    },
};

struct Volatility {
    change: Change,
    window: Window<Moments>,
    extent: Extent,
}

impl Statistic for Volatility {
    fn push(&mut self, time: i64, x: &[f64]) -> f64 {
        let change = self.change.push(time, x[0]);
        if !change.is_finite() {
            // Too early, or a return that does not exist: a gap among returns.
            self.window.clear();
            return f64::NAN;
        }
        self.window.push(time, change);
        if self.window.is_whole(time) { self.window.total().sd(1.0) } else { f64::NAN }
    }

    fn need(&self) -> Need {
        self.extent.need(self.change.delay())
    }

    fn clear(&mut self) {
        self.change.clear();
        self.window.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.change.save(w);
        self.window.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.change.restore(r)?;
        self.window.restore(r)
    }
}
