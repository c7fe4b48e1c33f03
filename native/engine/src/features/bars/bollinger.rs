//! Bollinger bands.

use super::bar::Bar;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period_from_two, ratio, state_of};
use super::window::{Moments, Rolling};
use crate::features::catalogue::{ClockUse, Entry, Parameter};
use crate::features::kernel::Need;

pub const BOLLINGER: Entry = Entry {
    name: "bollinger",
    group: "bar",
    what: "bands around the mean of closes, so many standard deviations away",
    formula: "middle = mean of `period` closes; upper, lower = middle ± deviations × σ (σ of the population); width = (upper − lower) / middle; percent = (C − lower) / (upper − lower), null where σ is 0",
    parameters: &[
        period_from_two("20"),
        Parameter {
            name: "deviations",
            kind: "real",
            values: "above 0, at most 100",
            default: "2",
            what: "standard deviations",
        },
    ],
    outputs: &["middle", "upper", "lower", "width", "percent"],
    warmup: "`period` bars",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Bollinger; TA-Lib BBANDS",
    new: |params, _| {
        let closes = Rolling::new(params.whole("period", Some(20), 2..=MAX_WINDOW)?);
        let deviations = params.real("deviations", Some(2.0), (0.0, 100.0))?;
        Ok(built(Bollinger { deviations, closes }))
    },
};

struct Bollinger {
    deviations: f64,
    closes: Rolling<Moments, 1>,
}

state_of!(Bollinger: closes);

impl Indicator<5> for Bollinger {
    fn bar(&mut self, bar: &Bar) -> [f64; 5] {
        let close = bar.price(bar.close);
        self.closes.push([close]);
        let Some(all) = self.closes.all() else { return [f64::NAN; 5] };
        let half = self.deviations * all.population_sd();
        let percent = ratio(all.deviation(close) + half, half + half);
        let width = ratio(half + half, all.mean);
        [all.mean, all.mean + half, all.mean - half, width, percent]
    }

    fn need(&self) -> Need {
        bars(self.closes.size())
    }
}
