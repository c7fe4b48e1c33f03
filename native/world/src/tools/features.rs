//! The catalogue of features, and sets of them without a session.

use crate::host::{Reply, Tool, arguments, unknown};
use serde::Deserialize;
use serde_json::{Value, json};
use tickwright_engine::features::catalogue::{CATALOGUE, ClockUse, Entry, Parameter};
use tickwright_engine::features::{ColumnSpec, FeatureEngine, FeatureSet, catalogue};
use tickwright_engine::{CoreError, Directory, Instrument, InstrumentVersion};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameArguments {
    name: String,
}

/// `list`, `describe`, `hash` with a set's JSON, `refusal` with a column's.
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
            "refusal" => Reply::json(&refusal(bytes)?),
            "hash" => Reply::json(&json!({ "hash": FeatureSet::parse(bytes)?.hash() })),
            _ => unknown("features", op),
        }
    }
}

/// Why a column's kernel could not be made, whatever it is taken of; none where it can.
fn refusal(column: &[u8]) -> Result<Option<String>, CoreError> {
    let mut column: ColumnSpec = match serde_json::from_slice(column) {
        Ok(column) => column,
        Err(error) => return Ok(Some(error.to_string())),
    };
    let stand_in = |name: &String| ColumnSpec {
        name: name.clone(),
        feature: "mid".into(),
        instrument: None,
        of: Vec::new(),
        every: None,
        on: None,
        bars: None,
        output: None,
        params: serde_json::Map::new(),
    };
    let mut features: Vec<_> = column.of.iter().map(stand_in).collect();
    column.instrument = None;
    features.push(column);
    let made = FeatureEngine::new(FeatureSet { features }, &any_instrument(), 0);
    Ok(made.err().map(|error| error.message))
}

/// Of scales so fine that every parameter fits which is a price or a quantity; a tape's own may refuse it.
fn any_instrument() -> Directory {
    let versions = vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: true }];
    let (venue, symbol) = (String::new(), String::new());
    let (price_scale, quantity_scale) = (8, 8);
    let instrument = Instrument { venue, symbol, price_scale, quantity_scale, versions };
    Directory { instruments: vec![instrument], sources: Vec::new() }
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
