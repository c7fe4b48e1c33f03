//! Opens a tape by wanted byte ranges; tells what is in it.

use crate::host::{Reply, Tool, arguments, unknown};
use crate::session::describe_instruments;
use crate::tape::{Need, TapeIndex, TapeOpener};
use serde::Deserialize;
use serde_json::{Value, json};
use tickwright_engine::CoreError;
use tickwright_engine::digest::hex;
use tickwright_engine::schema::kind;

pub struct TapeTool {
    opener: Option<TapeOpener>,
    index: Option<TapeIndex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenArguments {
    /// Of the file, bytes.
    length: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockArguments {
    index: usize,
}

impl TapeTool {
    /// # Errors
    /// `E_ARGUMENT`.
    pub fn open(args: &str) -> Result<Self, CoreError> {
        let OpenArguments { length } = arguments("tape", args)?;
        Ok(Self { opener: Some(TapeOpener::new(length)), index: None })
    }

    fn wants(&self) -> Result<Reply, CoreError> {
        let wants = self.opener.as_ref().and_then(TapeOpener::need);
        let range = |Need { offset, bytes }| json!({ "offset": offset, "length": bytes });
        Reply::json(&wants.map(range))
    }

    fn index(&mut self) -> Result<&TapeIndex, CoreError> {
        if let Some(opener) = self.opener.take() {
            self.index = Some(opener.finish()?);
        }
        self.index.as_ref().ok_or_else(|| CoreError::new("E_ARGUMENT", "the tape is not open"))
    }
}

impl Tool for TapeTool {
    fn call(&mut self, op: &str, args: &str, bytes: &[u8]) -> Result<Reply, CoreError> {
        match op {
            "wants" => self.wants(),
            "supply" => {
                if let Some(opener) = &mut self.opener {
                    opener.give(bytes)?;
                }
                self.wants()
            }
            // The summary, and the index as bytes for a session.
            "index" => {
                let index = self.index()?;
                Ok(Reply::json(&summary(index))?.with_bytes(index.to_bytes()))
            }
            "block" => {
                let BlockArguments { index } = arguments(op, args)?;
                let block = self.index()?.blocks.get(index);
                Reply::json(&block.map(|b| json!({ "offset": b.offset, "length": b.bytes })))
            }
            _ => unknown("tape", op),
        }
    }
}

fn summary(index: &TapeIndex) -> Value {
    let recv = index.ts_recv_range();
    let event = index.ts_event_range();
    let text = |v: Option<i64>| v.map(|v| v.to_string());
    let by_kind: serde_json::Map<String, Value> =
        index.by_kind.iter().map(|&(k, n)| (kind::name(k).to_owned(), json!(n))).collect();
    let origins = index.meta.origins.iter();
    let corrections = index.meta.clock_corrections.iter();
    json!({
        "schemaVersion": crate::tape::VERSION,
        "engineVersion": index.meta.engine_version,
        "codec": index.meta.codec.name(),
        "blockEvents": index.meta.block_events,
        "instruments": describe_instruments(&index.meta.directory),
        "sources": index.meta.directory.sources.iter().map(|s| &s.name).collect::<Vec<_>>(),
        "events": index.events,
        "rows": index.rows,
        "byKind": by_kind,
        "blocks": index.blocks.len(),
        "startNs": index.meta.start_ns.to_string(),
        "endNs": index.end_ns.to_string(),
        "firstTsRecv": text(recv.map(|r| r.0)),
        "lastTsRecv": text(recv.map(|r| r.1)),
        "firstTsEvent": text(event.map(|r| r.0)),
        "lastTsEvent": text(event.map(|r| r.1)),
        "contentHash": hex(index.content_hash),
        "finished": index.finished,
        "tornBytes": index.torn_bytes,
        "venueOrderClamped": index.venue_order_clamped,
        "origins": origins.map(|o| json!({
            "name": o.name, "sha256": o.sha256, "bytes": o.bytes
        })).collect::<Vec<_>>(),
        "clockCorrections": corrections.map(|c| json!({
            "rule": c.rule, "shiftNs": c.shift_ns.to_string(), "fromEvent": c.from_event
        })).collect::<Vec<_>>(),
        "report": serde_json::from_str::<Value>(&index.report_json).unwrap_or(Value::Null),
    })
}
