//! Regimes by rules: trending, ranging, volatile.

use super::confirm::{CONFIRM, Confirmed};
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Sample};
use crate::features::params::Params;
use crate::state::{StateReader, StateWriter};

const TRENDING: u8 = 0;
const RANGING: u8 = 1;
const VOLATILE: u8 = 2;
const STATES: u8 = 3;

const MOST: f64 = 1e15;

const fn level(name: &'static str, default: &'static str, what: &'static str) -> Parameter {
    Parameter { name, kind: "real", values: "above 0, up to 1e15", default, what }
}

const fn leave(name: &'static str, what: &'static str) -> Parameter {
    Parameter { values: "above 0, up to the level of entry", ..level(name, "level of entry", what) }
}

pub const REGIME_RULES: Entry = Entry {
    name: "regime_rules",
    group: "regime",
    what: "regime by thresholds on three columns: strength of the trend (adx), signed distance from a long mean \
           (ema_distance), volatility. regime: 0 trending, 1 ranging, 2 volatile; direction: sign of the distance while \
           trending, else 0",
    formula: "volatile where volatility > volatile_above; else trending where adx > adx_above and |distance| > \
              distance_above; else ranging. A condition that holds goes on until its column is at its `…_below` or under it",
    parameters: &[
        level("adx_above", "25", "adx beyond which a trend is strong"),
        leave("adx_below", "adx at which a trend is strong no longer"),
        level(
            "distance_above",
            "0.01",
            "distance from the mean, either way, beyond which there is a direction",
        ),
        leave("distance_below", "distance at which there is no direction any longer"),
        level(
            "volatile_above",
            "",
            "volatility beyond which the market is volatile, in the column's unit",
        ),
        leave("volatile_below", "volatility at which it is volatile no longer"),
        CONFIRM,
    ],
    outputs: &["regime", "is_trending", "is_ranging", "is_volatile", "direction"],
    warmup: "`confirm` samples of one regime, none with a null: that starts anew",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (3, 3),
    reads_events: false,
    of_book: false,
    source: "adx above 25: Wilder 1978; two thresholds: Schmitt 1938",
    new: |params, _| build(params),
};

fn build(params: &mut Params) -> Result<Built, CoreError> {
    let adx = Latch::take(params, "adx", Some(25.0))?;
    let distance = Latch::take(params, "distance", Some(0.01))?;
    let volatility = Latch::take(params, "volatile", None)?;
    let confirmed = Confirmed::new(params.whole("confirm", Some(1), 1..=1_000_000)?);
    Ok(Built::shallow(RegimeRules { latches: [adx, distance, volatility], confirmed, sign: 0.0 }))
}

/// Switches on above one level and off at or below another one.
#[derive(Clone, Copy, Debug)]
struct Latch {
    above: f64,
    below: f64,
    is_on: bool,
}

impl Latch {
    fn take(params: &mut Params, name: &str, default: Option<f64>) -> Result<Self, CoreError> {
        let above = params.real(&format!("{name}_above"), default, (0.0, MOST))?;
        let below = params.real(&format!("{name}_below"), Some(above), (0.0, above))?;
        Ok(Self { above, below, is_on: false })
    }

    fn push(&mut self, x: f64) -> bool {
        self.is_on = x > if self.is_on { self.below } else { self.above };
        self.is_on
    }
}

struct RegimeRules {
    /// Of adx, distance and volatility.
    latches: [Latch; 3],
    confirmed: Confirmed,
    /// Of the last distance.
    sign: f64,
}

impl Feature for RegimeRules {
    fn on_sample(&mut self, sample: &Sample<'_>) {
        let &[adx, distance, volatility] = sample.inputs else { return };
        if ![adx, distance, volatility].iter().all(|x| x.is_finite()) {
            return self.reset();
        }
        let [strong, away, wild] = &mut self.latches;
        let (strong, away) = (strong.push(adx), away.push(distance.abs()));
        let regime = match (wild.push(volatility), strong && away) {
            (true, _) => VOLATILE,
            (false, true) => TRENDING,
            (false, false) => RANGING,
        };
        self.confirmed.push(Some(regime));
        self.sign = f64::from(u8::from(distance > 0.0)) - f64::from(u8::from(distance < 0.0));
    }

    fn value(&self, output: usize, _: &Context<'_>) -> f64 {
        let Some(regime) = self.confirmed.held() else { return f64::NAN };
        let is = |of: u8| f64::from(u8::from(regime == of));
        match output {
            0 => f64::from(regime),
            1 => is(TRENDING),
            2 => is(RANGING),
            3 => is(VOLATILE),
            _ => is(TRENDING) * self.sign,
        }
    }

    fn need(&self) -> Need {
        Need { samples: self.confirmed.after(), span: 0 }
    }

    fn reset(&mut self) {
        self.latches.iter_mut().for_each(|latch| latch.is_on = false);
        self.confirmed.clear();
        self.sign = 0.0;
    }

    fn save(&self, w: &mut StateWriter) {
        self.latches.iter().for_each(|latch| w.u8(u8::from(latch.is_on)));
        self.confirmed.save(w);
        w.f64(self.sign);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let at = r.position();
        let bad = |seen: String| Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")));
        for latch in &mut self.latches {
            latch.is_on = match r.u8()? {
                0 => false,
                1 => true,
                other => return bad(format!("a condition that is {other}")),
            };
        }
        self.confirmed.restore(r, STATES)?;
        self.sign = r.f64()?;
        if [-1.0, 0.0, 1.0].contains(&self.sign) {
            Ok(())
        } else {
            bad("a sign that is none".into())
        }
    }
}
