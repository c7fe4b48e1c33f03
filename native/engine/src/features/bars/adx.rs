//! Average directional index.

use super::atr::true_range;
use super::bar::Bar;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period_from_two, ratio, state_of};
use super::smooth::Wilder;
use crate::features::catalogue::{ClockUse, Entry};
use crate::features::kernel::Need;

pub const ADX: Entry = Entry {
    name: "adx",
    group: "bar",
    what: "how strongly prices trend, from 0 to 100, and the strength of each direction",
    formula: "+DM = H − H₋₁ where it is above L₋₁ − L and 0, −DM the other way round, ties 0; ±DI = 100 S(±DM) / S(TR), S ← S − S / period + x; adx = Wilder's mean of 100 |+DI − −DI| / (+DI + −DI). Where nothing moves, DI is 0 and adx stays",
    parameters: &[period_from_two("14")],
    outputs: &["adx", "plus_di", "minus_di"],
    warmup: "2 × `period` bars; plus_di and minus_di `period` + 1",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "Wilder 1978; TA-Lib ADX, PLUS_DI, MINUS_DI",
    new: |params, _| {
        let period = params.whole("period", Some(14), 2..=MAX_WINDOW)?;
        Ok(built(Adx {
            seen: 0,
            high: 0,
            low: 0,
            close: 0,
            moves: Moves::default(),
            mean: Wilder::new(period),
        }))
    },
};

struct Adx {
    /// Bars so far, counted as far as the period.
    seen: u64,
    high: i64,
    low: i64,
    close: i64,
    moves: Moves,
    mean: Wilder,
}

/// Wilder's sums of moves up, moves down and true ranges.
#[derive(Default)]
struct Moves {
    plus: f64,
    minus: f64,
    range: f64,
}

state_of!(Moves: plus, minus, range);
state_of!(Adx: seen, high, low, close, moves, mean);

impl Moves {
    /// One sum after another: plain ones at first, of which a part fades with each bar once they are full.
    fn add(&mut self, (plus, minus, range): (f64, f64, f64), fade: Option<f64>) {
        for (sum, x) in [(&mut self.plus, plus), (&mut self.minus, minus), (&mut self.range, range)]
        {
            let faded = fade.map_or(0.0, |period| *sum / period);
            *sum = (*sum - faded) + x;
        }
    }

    /// Both directions, from 0 to 100.
    fn directions(&self) -> (f64, f64) {
        let of = |sum: f64| if self.range > 0.0 { 100.0 * (sum / self.range) } else { 0.0 };
        (of(self.plus), of(self.minus))
    }
}

impl Adx {
    /// Moves of a bar against the one before it. Prices first, then differences: TA-Lib's rounding decides
    /// what is a tie.
    fn moves_of(&self, bar: &Bar) -> (f64, f64, f64) {
        let up = bar.price(bar.high) - bar.price(self.high);
        let down = bar.price(self.low) - bar.price(bar.low);
        let range = true_range(bar.price(bar.high), bar.price(bar.low), bar.price(self.close));
        let plus = if up > 0.0 && up > down { up } else { 0.0 };
        let minus = if down > 0.0 && down > up { down } else { 0.0 };
        (plus, minus, range)
    }
}

impl Indicator<3> for Adx {
    fn bar(&mut self, bar: &Bar) -> [f64; 3] {
        let period = self.mean.period();
        let moves = self.moves_of(bar);
        (self.high, self.low, self.close) = (bar.high, bar.low, bar.close);
        self.seen += u64::from(self.seen <= period);
        if self.seen == 1 {
            return [f64::NAN; 3];
        }
        let is_full = self.seen > period;
        self.moves.add(moves, is_full.then_some(period as f64));
        if !is_full {
            return [f64::NAN; 3];
        }
        let (plus, minus) = self.moves.directions();
        let strength = 100.0 * ratio((minus - plus).abs(), minus + plus);
        let adx = match self.mean.mean() {
            Some(mean) if strength.is_nan() => Some(mean),
            // A bar without directions counts in the first mean, as nothing.
            None if strength.is_nan() => self.mean.push(0.0),
            _ => self.mean.push(strength),
        };
        [adx.unwrap_or(f64::NAN), plus, minus]
    }

    fn need(&self) -> Need {
        bars(2 * self.mean.period())
    }
}
