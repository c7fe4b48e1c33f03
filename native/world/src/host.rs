//! Cold calls by name: JSON and bytes in, JSON and bytes out. Both bindings serve the same ones.

use tickwright_engine::CoreError;

/// What a cold call answers.
#[derive(Debug, Default)]
pub struct Reply {
    pub json: String,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// # Errors
    /// `E_REPLY` where a value cannot be written as JSON: our own fault.
    pub fn json(value: &impl serde::Serialize) -> Result<Self, CoreError> {
        let json = serde_json::to_string(value)
            .map_err(|e| CoreError::new("E_REPLY", format!("a reply is not JSON: {e}")))?;
        Ok(Self { json, bytes: Vec::new() })
    }

    #[must_use]
    pub fn with_bytes(mut self, bytes: Vec<u8>) -> Self {
        self.bytes = bytes;
        self
    }
}

/// Something that lives behind a handle and answers calls: an import, a generator, a tape's index.
pub trait Tool {
    /// # Errors
    /// Whatever the call finds wrong with its arguments or bytes.
    fn call(&mut self, op: &str, args: &str, bytes: &[u8]) -> Result<Reply, CoreError>;
}

/// # Errors
/// `E_ARGUMENT` with the place in the JSON.
pub fn arguments<'a, T: serde::Deserialize<'a>>(op: &str, args: &'a str) -> Result<T, CoreError> {
    serde_json::from_str(args).map_err(|e| {
        CoreError::new("E_ARGUMENT", e.to_string()).at(format!(
            "{op}, line {} column {}",
            e.line(),
            e.column()
        ))
    })
}

/// The answer to a call that a tool does not have.
///
/// # Errors
/// Always `E_ARGUMENT`.
pub fn unknown(tool: &str, op: &str) -> Result<Reply, CoreError> {
    Err(CoreError::new("E_ARGUMENT", format!("{tool} has no call {op:?}")))
}
