//! Triggers: on what the core hands control to a strategy. Evaluated at the end of an event.

use super::command::MAX_EXACT;
use super::config::{CoreConfig, TriggerConfig, proof_level_of};
use super::handover::{Handover, Queue};
use super::market::Market;
use super::timers::{Due, DueKind, Timers};
use crate::error::CoreError;
use crate::instrument::Directory;
use crate::schema::{code, kind};
use crate::state::{StateReader, StateWriter};

#[derive(Clone, Copy, Debug)]
enum Condition {
    QuoteChange,
    Trade,
    Events { every: u64 },
    Cadence { period: i64 },
    Threshold { column: usize, above: f64, below: f64 },
    Reset,
}

#[derive(Clone, Debug)]
struct Trigger {
    strategy: u32,
    index: u32,
    condition: Condition,
    minimum_proof: u8,
    /// Events counted, or the side of a threshold on which the value last was (1 above, 2 below, 0 between).
    memory: u64,
}

/// All triggers of a session in the stated order of strategies, and a list of them for each instrument.
#[derive(Clone, Debug, Default)]
pub struct Triggers {
    all: Vec<Trigger>,
    by_instrument: Vec<Vec<u32>>,
    /// Strategies that look at an instrument: they get BOOK for it.
    watchers: Vec<Vec<u32>>,
    cadences: Vec<Due>,
}

impl Triggers {
    /// # Errors
    /// `E_CONFIG` for an unknown kind, instrument, feature or a missing or non-positive parameter.
    pub fn new(
        config: &CoreConfig,
        directory: &Directory,
        columns: &[String],
        epoch: i64,
    ) -> Result<Self, CoreError> {
        let instruments = directory.instruments.len();
        let mut out = Self {
            by_instrument: vec![Vec::new(); instruments],
            watchers: vec![Vec::new(); instruments],
            ..Self::default()
        };
        for (s, strategy) in config.strategies.iter().enumerate() {
            for (t, trigger) in strategy.triggers.iter().enumerate() {
                let at = || format!("strategies[{s}].triggers[{t}] ({})", strategy.name);
                out.add((s as u32, t as u32), trigger, directory, columns, epoch)
                    .map_err(|e| e.at(at()))?;
            }
        }
        Ok(out)
    }

    fn add(
        &mut self,
        (strategy, index): (u32, u32),
        config: &TriggerConfig,
        directory: &Directory,
        columns: &[String],
        epoch: i64,
    ) -> Result<(), CoreError> {
        let targets = targets(config, directory)?;
        let condition = condition(config, columns)?;
        let minimum_proof = proof_level_of(&config.minimum_proof)?;
        for &instrument in &targets {
            if !self.watchers[instrument as usize].contains(&strategy) {
                self.watchers[instrument as usize].push(strategy);
            }
            let trigger = Trigger { strategy, index, condition, minimum_proof, memory: 0 };
            if let Condition::Cadence { period } = condition {
                self.cadences.push(cadence(strategy, index, instrument, period, epoch));
            } else {
                self.by_instrument[instrument as usize].push(self.all.len() as u32);
            }
            self.all.push(trigger);
        }
        Ok(())
    }

    /// Cadences start with the session.
    pub fn start(&self, timers: &mut Timers) {
        for due in &self.cadences {
            timers.set(*due);
        }
    }

    /// Whether any trigger looks at an instrument's events: the loop skips the rest otherwise.
    #[must_use]
    #[inline]
    pub fn any_for(&self, instrument: u32) -> bool {
        !self.by_instrument[instrument as usize].is_empty()
    }

    /// Tells every strategy that watches the instrument that its proof state changed.
    pub fn book_changed(&self, instrument: u32, reason: u8, queue: &mut Queue) {
        for &strategy in &self.watchers[instrument as usize] {
            let value = f64::from(reason);
            queue.push(Handover { code: code::BOOK, strategy, trigger: 0, instrument, value });
        }
    }

    /// Evaluates the triggers of an instrument at the end of one of its events; `value` is that of a column
    /// of its row.
    pub fn event(
        &mut self,
        market: &Market,
        event_kind: u8,
        instrument: u32,
        value: impl Fn(usize) -> f64,
        queue: &mut Queue,
    ) {
        let proof = market.proof_level();
        for &i in &self.by_instrument[instrument as usize] {
            let trigger = &mut self.all[i as usize];
            let Some(value) = trigger.fires(market, event_kind, &value) else { continue };
            // Held, not lost: what counts or latches has counted; a strategy sees proven books alone.
            let tells_of_it = matches!(trigger.condition, Condition::Reset);
            if proof < trigger.minimum_proof && !tells_of_it {
                continue;
            }
            queue.push(Handover {
                code: code::TRIGGER,
                strategy: trigger.strategy,
                trigger: trigger.index,
                instrument,
                value,
            });
        }
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.all.len() as u32);
        for t in &self.all {
            w.u64(t.memory);
        }
    }

    /// # Errors
    /// `E_STATE` where the checkpoint was taken with other triggers.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let n = r.u32()? as usize;
        if n != self.all.len() {
            let seen = format!("checkpoint has {n} triggers, session has {}", self.all.len());
            return Err(CoreError::new("E_STATE", seen).hint("restore with the same strategies"));
        }
        for t in &mut self.all {
            t.memory = r.u64()?;
        }
        Ok(())
    }
}

impl Trigger {
    /// The value that goes with the hand-over where the condition holds at the end of this event.
    fn fires(
        &mut self,
        market: &Market,
        event_kind: u8,
        value: &impl Fn(usize) -> f64,
    ) -> Option<f64> {
        match self.condition {
            Condition::QuoteChange => market.touch_changed.then_some(0.0),
            Condition::Trade => (event_kind == kind::TRADE).then_some(0.0),
            Condition::Events { every } => {
                self.memory = (self.memory + 1) % every;
                (self.memory == 0).then_some(every as f64)
            }
            Condition::Cadence { .. } => None,
            Condition::Threshold { column, above, below } => {
                let value = value(column);
                if value.is_nan() {
                    return None;
                }
                let side = if value >= above { 1 } else { u64::from(value <= below) * 2 };
                let crossed = side != 0 && side != self.memory;
                self.memory = side;
                crossed.then_some(if side == 1 { 1.0 } else { -1.0 })
            }
            Condition::Reset => (event_kind == kind::RESET).then_some(0.0),
        }
    }
}

/// Aligned to the clock, not to the start: the same steps however a session began.
fn cadence(strategy: u32, id: u32, instrument: u32, period: i64, epoch: i64) -> Due {
    let at = epoch.div_euclid(period).saturating_add(1).saturating_mul(period);
    Due { at, strategy, kind: DueKind::Cadence, id, instrument, period }
}

fn targets(config: &TriggerConfig, directory: &Directory) -> Result<Vec<u32>, CoreError> {
    let name = config.instrument.as_deref().unwrap_or("*");
    if name == "*" {
        return Ok((0..directory.instruments.len() as u32).collect());
    }
    let found = directory.instruments.iter().position(|i| i.name() == name || i.symbol == name);
    let Some(index) = found else {
        let names: Vec<_> = directory.instruments.iter().map(crate::Instrument::name).collect();
        let seen =
            format!("instrument {name:?} is not in this session; it has {}", names.join(", "));
        return Err(CoreError::new("E_CONFIG", seen));
    };
    Ok(vec![index as u32])
}

fn condition(config: &TriggerConfig, columns: &[String]) -> Result<Condition, CoreError> {
    Ok(match config.kind.as_str() {
        "quoteChange" => Condition::QuoteChange,
        "trade" => Condition::Trade,
        "events" => Condition::Events { every: positive(config.events, "events")? as u64 },
        "cadence" => Condition::Cadence { period: positive(config.period_ns, "periodNs")? as i64 },
        "reset" => Condition::Reset,
        "threshold" => {
            let feature = config.feature.as_deref().unwrap_or("");
            let Some(column) = columns.iter().position(|c| c == feature) else {
                let seen = format!("feature {feature:?} is not in the row");
                return Err(CoreError::new("E_CONFIG", seen));
            };
            let (above, below) = (config.above, config.below);
            if above.is_none() && below.is_none() {
                return Err(CoreError::new("E_CONFIG", "a threshold needs `above` or `below`"));
            }
            Condition::Threshold {
                column,
                above: above.unwrap_or(f64::INFINITY),
                below: below.unwrap_or(f64::NEG_INFINITY),
            }
        }
        other => {
            return Err(CoreError::new("E_CONFIG", format!("trigger kind {other:?} is not known"))
                .hint("one of quoteChange, trade, events, cadence, threshold, reset"));
        }
    })
}

/// A whole number from 1 to 2^53.
fn positive(value: Option<f64>, name: &str) -> Result<f64, CoreError> {
    match value {
        Some(v) if (1.0..=MAX_EXACT).contains(&v) && v.fract() == 0.0 => Ok(v),
        Some(v) => {
            Err(CoreError::new("E_CONFIG", format!("{name} must be a whole number ≥ 1, was {v}")))
        }
        None => Err(CoreError::new("E_CONFIG", format!("{name} is missing"))),
    }
}
