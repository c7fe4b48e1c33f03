//! A tape in other blocks or under another codec.

use super::import::codec_of;
use crate::host::{Reply, Tool, arguments, unknown};
use crate::tape::{Codec, DEFAULT_BLOCK_EVENTS, Recode, Recoder, TapeIndex};
use serde::Deserialize;
use serde_json::json;
use tickwright_engine::CoreError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OpenArguments {
    #[serde(default)]
    codec: Option<String>,
    #[serde(default)]
    block_events: Option<u32>,
}

/// `index` with the tape's index, then `block` for each in order, then `finish`.
pub struct RecodeTool {
    to: Recode,
    recoder: Option<Recoder>,
}

impl RecodeTool {
    /// # Errors
    /// `E_ARGUMENT`.
    pub fn open(args: &str) -> Result<Self, CoreError> {
        let args: OpenArguments = arguments("recode", args)?;
        let codec = args.codec.as_deref().map_or(Ok(Codec::default()), codec_of)?;
        let block_events = args.block_events.unwrap_or(DEFAULT_BLOCK_EVENTS);
        Ok(Self { to: Recode { codec, block_events }, recoder: None })
    }

    fn recoder(&mut self) -> Result<&mut Recoder, CoreError> {
        self.recoder.as_mut().ok_or_else(|| CoreError::new("E_ARGUMENT", "the index comes first"))
    }
}

impl Tool for RecodeTool {
    fn call(&mut self, op: &str, _args: &str, bytes: &[u8]) -> Result<Reply, CoreError> {
        match op {
            "index" => {
                self.recoder = Some(Recoder::new(TapeIndex::from_bytes(bytes)?, self.to)?);
                Reply::json(&())
            }
            "block" => {
                let recoder = self.recoder()?;
                recoder.block(bytes)?;
                Ok(Reply::json(&())?.with_bytes(std::mem::take(recoder.output())))
            }
            "finish" => {
                let recoder = self.recoder()?;
                let footer = recoder.finish()?;
                let reply = json!({ "events": footer.events, "bytes": footer.file_bytes });
                Ok(Reply::json(&reply)?.with_bytes(std::mem::take(recoder.output())))
            }
            _ => unknown("recode", op),
        }
    }
}
