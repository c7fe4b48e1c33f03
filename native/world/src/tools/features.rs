//! The catalogue of features, and sets of them without a session.

use crate::host::{Reply, Tool, arguments, unknown};
use serde::Deserialize;
use serde_json::{Value, json};
use tickwright_engine::CoreError;
use tickwright_engine::features::catalogue::{CATALOGUE, ClockUse, Entry, Parameter};
use tickwright_engine::features::{FeatureSet, catalogue};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameArguments {
    name: String,
}

/// `list`, `describe`, `hash` with a set's JSON.
pub struct FeatureTool;

impl Tool for FeatureTool {
    fn call(&mut self, op: &str, args: &str, bytes: &[u8]) -> Result<Reply, CoreError> {
        match op {
            "list" => {
                let all: Vec<Value> = CATALOGUE.iter().copied().flatten().map(describe).collect();
                Reply::json(&all)
            }
            "describe" => {
                let NameArguments { name } = arguments(op, args)?;
                let entry = catalogue::find(&name).ok_or_else(|| {
                    CoreError::new("E_FEATURE_SET", format!("feature {name:?} is not known"))
                        .hint("`tickwright features list` names them")
                })?;
                Reply::json(&describe(entry))
            }
            "hash" => Reply::json(&json!({ "hash": FeatureSet::parse(bytes)?.hash() })),
            _ => unknown("features", op),
        }
    }
}

fn describe(entry: &Entry) -> Value {
    json!({
        "name": entry.name,
        "group": entry.group,
        "what": entry.what,
        "formula": entry.formula,
        "parameters": entry.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "outputs": entry.outputs,
        "warmup": entry.warmup,
        "closed": entry.closed,
        "clock": match entry.clock {
            ClockUse::None => "none",
            ClockUse::Ticks => "every or on",
            ClockUse::Bars => "bars",
            ClockUse::Any => "every, on or bars",
        },
        "reads": { "least": entry.inputs.0, "most": entry.inputs.1 },
        "source": entry.source,
    })
}

fn parameter(of: &Parameter) -> Value {
    json!({
        "name": of.name,
        "kind": of.kind,
        "values": of.values,
        "default": if of.default.is_empty() { Value::Null } else { json!(of.default) },
        "what": of.what,
    })
}
