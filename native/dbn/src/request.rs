//! What the program is asked for, as JSON.

use serde::Deserialize;
use std::path::PathBuf;

/// Files of one recording, in the order in which they follow each other.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    pub files: Vec<SourceFile>,
    /// The tape to write.
    pub out: PathBuf,
    #[serde(default)]
    pub codec: Option<String>,
    #[serde(default)]
    pub block_events: Option<u32>,
    #[serde(default)]
    pub strict: bool,
    #[serde(default)]
    pub no_quotes: bool,
}

/// A file as stored, with what the caller found out about it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    pub path: PathBuf,
    pub name: String,
    #[serde(default)]
    pub sha256: String,
    #[serde(default)]
    pub bytes: u64,
}
