//! Reads a journal's segments one after another, as a pure reader: nothing is fed.

use crate::host::{Reply, Tool, unknown};
use serde_json::{Value, json};
use tickwright_engine::CoreError;
use tickwright_engine::journal::{Chain, SegmentReader, is_input};
use tickwright_engine::schema::entry_type;

/// Checks segments and their chain; keeps the configuration, which is the first input.
pub struct JournalTool {
    chain: Option<Chain>,
    config: Option<String>,
    /// Of a session that went on from one.
    checkpoint: Option<String>,
    epoch: i64,
    last_stamp: i64,
    inputs: u64,
    outputs: u64,
    by_type: [u64; 64],
}

impl JournalTool {
    #[must_use]
    pub fn new() -> Self {
        Self {
            chain: None,
            config: None,
            checkpoint: None,
            epoch: 0,
            last_stamp: 0,
            inputs: 0,
            outputs: 0,
            by_type: [0; 64],
        }
    }

    fn segment(&mut self, bytes: &[u8]) -> Result<Reply, CoreError> {
        let Some(chain) = &mut self.chain else {
            return Err(CoreError::new("E_ARGUMENT", "the manifest comes first"));
        };
        let mut reader = SegmentReader::new(bytes)?;
        chain.begin(reader.header())?;
        self.epoch = reader.header().epoch;
        for entry in reader.by_ref() {
            let entry = entry?;
            let kind = entry.header.entry_type;
            self.by_type[usize::from(kind) & 63] += 1;
            if is_input(kind) {
                self.inputs += 1;
                self.last_stamp = self.last_stamp.max(entry.header.stamp);
            } else {
                self.outputs += 1;
            }
            let text = || Some(String::from_utf8_lossy(entry.payload).into_owned());
            if kind == entry_type::CONFIG && self.config.is_none() {
                self.config = text();
            }
            if kind == entry_type::CHECKPOINT_REF && self.inputs == 2 {
                self.checkpoint = text();
            }
        }
        chain.end(&reader.end()?);
        Reply::json(&())
    }

    fn report(&mut self) -> Result<Reply, CoreError> {
        let Some(chain) = self.chain.take() else {
            return Err(CoreError::new("E_ARGUMENT", "no segment was read"));
        };
        let report = chain.finish()?;
        let value = |text: &Option<String>| {
            text.as_deref().and_then(|c| serde_json::from_str::<Value>(c).ok())
        };
        let (config, checkpoint) = (value(&self.config), value(&self.checkpoint));
        let types = self.by_type.iter().enumerate().filter(|(_, n)| **n > 0);
        let by_type: serde_json::Map<String, Value> =
            types.map(|(t, &n)| (entry_type::name(t as u8).to_owned(), json!(n))).collect();
        Reply::json(&json!({
            "segments": report.segments,
            "entries": report.entries,
            "inputs": self.inputs,
            "outputs": self.outputs,
            "byType": by_type,
            "lastSeq": report.last_seq,
            "lastStepEndSeq": report.last_step_end_seq,
            "tornBytes": report.torn_bytes,
            "missingBytes": report.missing_bytes,
            "closed": report.closed,
            "epochNs": self.epoch.to_string(),
            "lastStampNs": self.last_stamp.to_string(),
            "unclosedSegment": report.unclosed_segment,
            "config": config,
            "checkpoint": checkpoint,
        }))
    }
}

impl Tool for JournalTool {
    fn call(&mut self, op: &str, _args: &str, bytes: &[u8]) -> Result<Reply, CoreError> {
        match op {
            "manifest" => {
                self.chain = Some(Chain::new(bytes));
                Reply::json(&())
            }
            "segment" => self.segment(bytes),
            "report" => self.report(),
            _ => unknown("journal", op),
        }
    }
}
