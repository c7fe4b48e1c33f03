//! The proof that rows do not know the future.

use crate::causality::{Cut, Prover, Violation, draw_cuts};
use crate::host::{Reply, Tool, arguments, unknown};
use crate::rows::{RowPlan, RowWalker};
use crate::tape::{BlockDecoder, TapeIndex};
use serde::Deserialize;
use serde_json::{Value, json};
use tickwright_engine::CoreError;
use tickwright_engine::core::Batch;
use tickwright_engine::features::FeatureSet;

/// Points that are tried side by side: each holds a run of the whole set.
const CUTS_A_ROUND: usize = 8;
/// Events that are run at once, and values of the rows that a pace makes between them: all are in memory.
const SLICE_EVENTS: usize = 1_024;
const SLICE_VALUES: u64 = 1 << 23;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OpenArguments {
    cuts: u32,
    seed: u64,
    plan: RowPlan,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberArguments {
    index: usize,
}

/// `set`; `index`, which tells how many rounds there are; for each of them `round`, `block` for each block
/// in order while it asks for more, `finish`; at the end `report`.
pub struct CausalityTool {
    args: OpenArguments,
    set: Option<FeatureSet>,
    work: Option<Work>,
}

struct Work {
    plan: RowPlan,
    set: FeatureSet,
    index: TapeIndex,
    cuts: Vec<Cut>,
    columns: Vec<String>,
    decoder: BlockDecoder,
    round: Option<Prover<RowWalker>>,
    /// The tape was run up to here, ns.
    time: i64,
    compared: u64,
    violations: Vec<Violation>,
}

impl CausalityTool {
    /// # Errors
    /// `E_ARGUMENT`.
    pub fn open(args: &str) -> Result<Self, CoreError> {
        Ok(Self { args: arguments("causality", args)?, set: None, work: None })
    }

    fn index(&mut self, bytes: &[u8]) -> Result<Reply, CoreError> {
        let Some(set) = self.set.clone() else {
            return Err(CoreError::new("E_ARGUMENT", "the set comes first"));
        };
        let index = TapeIndex::from_bytes(bytes)?;
        if index.events < 2 {
            let seen = format!("a tape of {} events has no past and future", index.events);
            return Err(CoreError::new("E_ARGUMENT", seen));
        }
        let cuts = draw_cuts(self.args.cuts, self.args.seed, index.events);
        let plan = self.args.plan.clone();
        let columns = plan.walker(set.clone(), &index)?.names().to_vec();
        let rounds = cuts.len().div_ceil(CUTS_A_ROUND);
        self.work = Some(Work {
            plan,
            set,
            index,
            cuts,
            columns,
            decoder: BlockDecoder::new(),
            round: None,
            time: 0,
            compared: 0,
            violations: Vec::new(),
        });
        Reply::json(&json!({ "rounds": rounds }))
    }
}

impl Work {
    fn begin(&mut self, round: usize) -> Result<Reply, CoreError> {
        let Some(cuts) = self.cuts.chunks(CUTS_A_ROUND).nth(round) else {
            return Err(CoreError::new("E_ARGUMENT", format!("there is no round {round}")));
        };
        let maker = || self.plan.walker(self.set.clone(), &self.index);
        let directory = &self.index.meta.directory;
        self.round = Some(Prover::new(cuts, directory, self.columns.len(), maker)?);
        self.time = self.index.meta.start_ns;
        Reply::json(&())
    }

    fn block(&mut self, at: usize, bytes: &[u8]) -> Result<Reply, CoreError> {
        let Some(prover) = &mut self.round else {
            return Err(CoreError::new("E_ARGUMENT", "the round comes first"));
        };
        if at >= self.index.blocks.len() {
            return Err(CoreError::new("E_ARGUMENT", format!("there is no block {at}")));
        }
        let width = (self.columns.len() * self.index.meta.directory.instruments.len()) as u64;
        let block = self.decoder.decode(bytes, self.index.expect(at))?;
        let mut more = true;
        for start in (0..block.len()).step_by(SLICE_EVENTS) {
            let end = (start + SLICE_EVENTS).min(block.len());
            let headers = &block.headers[start..end];
            let entries = &block.entries[block.entry_start(start)..block.entry_start(end)];
            let until = headers.last().map_or(self.time, |h| h.ts_recv);
            check_pace(&self.plan, self.time, until, width)?;
            self.time = until;
            more = prover.batch(Batch { headers, entries });
            if !more {
                break;
            }
        }
        Reply::json(&json!({ "more": more }))
    }

    fn finish(&mut self) -> Result<Reply, CoreError> {
        if let Some(mut prover) = self.round.take() {
            let width = (self.columns.len() * self.index.meta.directory.instruments.len()) as u64;
            if prover.is_open() {
                check_pace(&self.plan, self.time, self.index.end_ns, width)?;
            }
            prover.finish(self.index.end_ns);
            self.compared += prover.compared();
            self.violations.extend_from_slice(prover.violations());
        }
        Reply::json(&())
    }

    fn report(&self) -> Result<Reply, CoreError> {
        let found: Vec<_> = self.violations.iter().map(|v| self.describe(v)).collect();
        let cuts: Vec<_> = self.cuts.iter().map(describe_cut).collect();
        Reply::json(&json!({
            "cuts": cuts.len(),
            "rows": self.compared,
            "violations": found.len(),
            "found": found,
            "tried": cuts,
        }))
    }

    fn describe(&self, violation: &Violation) -> Value {
        let Violation { cut, row, head, column, values } = violation;
        let instrument = self.index.meta.directory.instruments[head.instrument as usize].name();
        json!({
            "cut": describe_cut(cut),
            "row": row,
            "time": head.time.to_string(),
            "instrument": instrument,
            "column": column.map(|at| &self.columns[at]),
            // Null where the value is null.
            "value": values.0,
            "other": values.1,
        })
    }
}

/// # Errors
/// `E_ARGUMENT` where a pace makes more rows between two moments than memory is meant to hold.
fn check_pace(plan: &RowPlan, from: i64, to: i64, width: u64) -> Result<(), CoreError> {
    let rows = plan.paced_rows(from, to)?;
    if rows.saturating_mul(width) <= SLICE_VALUES {
        return Ok(());
    }
    let seen = format!("{rows} rows of {width} values between the times {from} and {to}");
    Err(CoreError::new("E_ARGUMENT", seen).hint("take rows at a slower pace, or --on events"))
}

fn describe_cut(cut: &Cut) -> Value {
    json!({ "event": cut.event, "future": cut.future.name() })
}

impl Tool for CausalityTool {
    fn call(&mut self, op: &str, args: &str, bytes: &[u8]) -> Result<Reply, CoreError> {
        match op {
            "set" => {
                self.set = Some(FeatureSet::parse(bytes)?);
                return Reply::json(&());
            }
            "index" => return self.index(bytes),
            _ => {}
        }
        let Some(work) = &mut self.work else {
            return Err(CoreError::new("E_ARGUMENT", "the index comes first"));
        };
        match op {
            "round" => work.begin(arguments::<NumberArguments>(op, args)?.index),
            "block" => work.block(arguments::<NumberArguments>(op, args)?.index, bytes),
            "finish" => work.finish(),
            "report" => work.report(),
            _ => unknown("causality", op),
        }
    }
}
