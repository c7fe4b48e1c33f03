//! A sample and the one `lag` samples before: lag, change, return.

use super::change::{Change, Kind};
use super::column::{LAG, NULLS, Statistic, of_columns};
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::Need;
use crate::features::params::Params;
use crate::features::window::{Extent, Fifo};
use crate::state::{StateReader, StateWriter};

const WARM_UP: &str = "`lag` + 1 samples";

pub const LAGGED: Entry = Entry {
    name: "lag",
    what: "the sample `lag` samples before",
    formula: "x[t − lag]",
    outputs: &["lag"],
    source: "definition",
    new: |params, _| {
        let lag = lag(params)?;
        of_columns(params, Lag { lag, past: Fifo::new(Extent::Count(lag)) })
    },
    ..CHANGE
};

pub const CHANGE: Entry = Entry {
    name: "change",
    group: "series",
    what: "difference to the sample `lag` samples before, in the column's unit",
    formula: "x[t] − x[t − lag]",
    parameters: &[LAG, NULLS],
    outputs: &["change"],
    warmup: WARM_UP,
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, 1),
    reads_events: false,
    of_book: false,
    source: "TA-Lib MOM",
    new: |params, _| changed(params, Kind::Difference, 1.0),
};

pub const CHANGE_PERCENT: Entry = Entry {
    name: "change_percent",
    what: "change to the sample `lag` samples before, per cent",
    formula: "100 (x[t] − x[t − lag]) / x[t − lag]",
    outputs: &["change"],
    source: "TA-Lib ROC",
    new: |params, _| changed(params, Kind::Simple, 100.0),
    ..CHANGE
};

pub const RETURNS: Entry = Entry {
    name: "returns",
    what: "return over `lag` samples, as a share",
    formula: "simple: r = (x[t] − x[t − lag]) / x[t − lag]; log: ln(1 + r)",
    parameters: &[
        Parameter {
            name: "kind",
            kind: "word",
            values: "simple, log",
            default: "simple",
            what: "simple, or the logarithm of the ratio",
        },
        LAG,
        NULLS,
    ],
    outputs: &["returns"],
    source: "Campbell, Lo, MacKinlay 1997, chapter 1",
    new: |params, _| {
        let kind = match params.word("kind", Some("simple"), &["simple", "log"])? {
            "log" => Kind::Log,
            _ => Kind::Simple,
        };
        changed(params, kind, 1.0)
    },
    ..CHANGE
};

fn lag(params: &mut Params) -> Result<usize, CoreError> {
    params.whole("lag", Some(1), 1..=1_000_000).map(|lag| lag as usize)
}

fn changed(params: &mut Params, kind: Kind, factor: f64) -> Result<Built, CoreError> {
    let lag = lag(params)?;
    of_columns(params, Changed { change: Change::new(kind, lag), factor })
}

struct Changed {
    change: Change,
    factor: f64,
}

impl Statistic for Changed {
    fn push(&mut self, time: i64, x: &[f64]) -> f64 {
        self.factor * self.change.push(time, x[0])
    }

    fn need(&self) -> Need {
        Need { samples: self.change.delay() + 1, span: 0 }
    }

    fn clear(&mut self) {
        self.change.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.change.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.change.restore(r)
    }
}

struct Lag {
    lag: usize,
    past: Fifo<f64>,
}

impl Statistic for Lag {
    fn push(&mut self, time: i64, x: &[f64]) -> f64 {
        let before = self.past.leave(time);
        self.past.push(time, x[0]);
        before.unwrap_or(f64::NAN)
    }

    fn need(&self) -> Need {
        Need { samples: self.lag as u64 + 1, span: 0 }
    }

    fn clear(&mut self) {
        self.past.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.past.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.past.restore(r)
    }
}
