//! Moving average convergence and divergence.

use super::bar::Bar;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, state_of};
use super::smooth::Exponential;
use crate::features::catalogue::{ClockUse, Entry, Parameter};
use crate::features::kernel::Need;

pub const MACD: Entry = Entry {
    name: "macd",
    group: "bar",
    what: "distance of a fast exponential mean of closes from a slow one, and its own mean",
    formula: "macd = EMA(fast) − EMA(slow); signal = EMA(macd); histogram = macd − signal. Both means give their first value at bar `slow`: the fast one starts late; all outputs start with the signal",
    parameters: &[
        Parameter {
            name: "fast",
            kind: "whole",
            values: "1 to 1000000",
            default: "12",
            what: "bars, fewer than slow",
        },
        Parameter {
            name: "slow",
            kind: "whole",
            values: "2 to 1000000",
            default: "26",
            what: "bars",
        },
        Parameter {
            name: "signal",
            kind: "whole",
            values: "1 to 1000000",
            default: "9",
            what: "values",
        },
    ],
    outputs: &["macd", "signal", "histogram"],
    warmup: "`slow` + `signal` − 1 bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Appel; TA-Lib MACD",
    new: |params, _| {
        let slow = params.whole("slow", Some(26), 2..=MAX_WINDOW)?;
        let fast = params.whole("fast", Some(12), 1..=slow - 1)?;
        let signal = params.whole("signal", Some(9), 1..=MAX_WINDOW)?;
        let [fast, slow, signal] = [fast, slow, signal].map(Exponential::new);
        Ok(built(Macd { seen: 0, fast, slow, signal }))
    },
};

struct Macd {
    /// Bars that the fast mean was kept from, so that it starts with the slow one.
    seen: u64,
    fast: Exponential,
    slow: Exponential,
    signal: Exponential,
}

state_of!(Macd: seen, fast, slow, signal);

impl Indicator<3> for Macd {
    fn bar(&mut self, bar: &Bar) -> [f64; 3] {
        let close = bar.price(bar.close);
        let slow = self.slow.push(close);
        let fast = if self.seen < self.slow.period() - self.fast.period() {
            self.seen += 1;
            None
        } else {
            self.fast.push(close)
        };
        let macd = fast.zip(slow).map(|(fast, slow)| fast - slow);
        match macd.and_then(|macd| self.signal.push(macd).map(|signal| (macd, signal))) {
            Some((macd, signal)) => [macd, signal, macd - signal],
            None => [f64::NAN; 3],
        }
    }

    fn need(&self) -> Need {
        bars(self.slow.period() + self.signal.period() - 1)
    }
}
