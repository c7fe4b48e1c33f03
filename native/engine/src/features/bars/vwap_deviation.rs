//! Deviation from the volume-weighted mean price.

use super::bar::Bar;
use super::indicator::{Indicator, MAX_WINDOW, State, bars, built, ratio, state_of};
use super::total::Total;
use super::window::{Rolling, Sums};
use crate::features::catalogue::{ClockUse, Entry, Parameter};
use crate::features::kernel::Need;

pub const VWAP_DEVIATION: Entry = Entry {
    name: "vwap_deviation",
    group: "bar",
    what: "distance of the close from the volume-weighted mean price, as a part of it",
    formula: "C / VWAP − 1, VWAP = Σ p V / Σ V with p = (H + L + C) / 3 or the mean price of the bar's trades; null without volume",
    parameters: &[
        Parameter {
            name: "anchor",
            kind: "word",
            values: "rolling, day",
            default: "rolling",
            what: "over the last `period` bars, or since midnight UTC",
        },
        Parameter {
            name: "period",
            kind: "whole",
            values: "1 to 1000000",
            default: "20",
            what: "bars; rolling only",
        },
        Parameter {
            name: "price",
            kind: "word",
            values: "typical, trades",
            default: "typical",
            what: "(H + L + C) / 3, or what was traded",
        },
    ],
    outputs: &["deviation", "vwap"],
    warmup: "rolling: `period` bars; day: a bar that starts a day",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook",
    new: |params, _| {
        let word = params.word("price", Some("typical"), &["typical", "trades"])?;
        let price = if word == "trades" { Price::Trades } else { Price::Typical };
        if params.word("anchor", Some("rolling"), &["rolling", "day"])? == "day" {
            return Ok(built(OfDay { price, day: None, has_start: 0, sums: Default::default() }));
        }
        let sums = Rolling::new(params.whole("period", Some(20), 1..=MAX_WINDOW)?);
        Ok(built(OfWindow { price, sums }))
    },
};

const DAY: i64 = 86_400_000_000_000;

/// The price of a bar.
#[derive(Clone, Copy)]
enum Price {
    Typical,
    Trades,
}

impl Price {
    /// Price × volume of a bar, and its volume.
    fn weigh(self, bar: &Bar) -> [f64; 2] {
        let typical = || {
            let thrice = i128::from(bar.high) + i128::from(bar.low) + i128::from(bar.close);
            thrice as f64 / (3.0 * bar.price_unit) * bar.volume
        };
        match self {
            Self::Typical => [typical(), bar.volume],
            Self::Trades => [bar.notional, bar.volume],
        }
    }
}

fn outputs(bar: &Bar, [amount, volume]: [f64; 2]) -> [f64; 2] {
    let vwap = ratio(amount, volume);
    [ratio(bar.price(bar.close) - vwap, vwap), vwap]
}

struct OfWindow {
    price: Price,
    sums: Rolling<Sums, 2>,
}

state_of!(OfWindow: sums);

impl Indicator<2> for OfWindow {
    fn bar(&mut self, bar: &Bar) -> [f64; 2] {
        self.sums.push(self.price.weigh(bar));
        self.sums.all().map_or([f64::NAN; 2], |all| outputs(bar, all.0))
    }

    fn need(&self) -> Need {
        bars(self.sums.size())
    }
}

struct OfDay {
    price: Price,
    day: Option<i64>,
    /// 1 where the day was seen from its start.
    has_start: u64,
    sums: (Total, Total),
}

state_of!(OfDay: day, has_start, sums);

impl Indicator<2> for OfDay {
    fn bar(&mut self, bar: &Bar) -> [f64; 2] {
        let day = bar.start.div_euclid(DAY);
        if let Some(before) = self.day.replace(day).filter(|before| *before != day) {
            self.has_start = u64::from(before < day);
            self.sums.reset();
        }
        self.has_start |= u64::from(bar.start.rem_euclid(DAY) == 0);
        let [amount, volume] = self.price.weigh(bar);
        self.sums.0.add(amount);
        self.sums.1.add(volume);
        if self.has_start == 0 {
            return [f64::NAN; 2];
        }
        outputs(bar, [self.sums.0.value(), self.sums.1.value()])
    }

    fn need(&self) -> Need {
        Need { samples: 1, span: DAY }
    }
}
