//! A feature set as it is written, and its identity.

use super::{KERNEL_VERSION, MAX_COLUMNS};
use crate::error::CoreError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_128;

/// One column: a feature, what it is taken of, and when.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct ColumnSpec {
    /// Name of the column, unique in the set.
    pub name: String,
    /// A feature of the catalogue.
    pub feature: String,
    /// "binance-usdm:BTCUSDT"; none for the instrument that the row is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<String>,
    /// Columns above this one that it reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<String>,
    /// Clock of samples at a fixed pace: "100ms".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// Clock of events: "depth", "trade", "quote", "touch".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Clock of bars: "1m", or `{ "volume": "10" }`, `{ "ticks": 100 }`, `{ "notional": "1000000" }`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bars: Option<Value>,
    /// Which of several outputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// All other members: parameters of the feature.
    #[serde(flatten)]
    pub params: Map<String, Value>,
}

/// Columns in the order of the row.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSet {
    pub features: Vec<ColumnSpec>,
}

impl FeatureSet {
    /// # Errors
    /// `E_FEATURE_SET` for JSON of another shape, no or too many columns, doubled names.
    pub fn parse(json: &[u8]) -> Result<Self, CoreError> {
        let set: Self = serde_json::from_slice(json).map_err(|e| {
            CoreError::new("E_FEATURE_SET", e.to_string()).at(format!(
                "line {}, column {}",
                e.line(),
                e.column()
            ))
        })?;
        set.check()?;
        Ok(set)
    }

    /// # Errors
    /// `E_FEATURE_SET` for no or too many columns, nameless or doubled ones.
    pub fn check(&self) -> Result<(), CoreError> {
        let bad = |what: String| Err(CoreError::new("E_FEATURE_SET", what));
        if self.features.is_empty() || self.features.len() > MAX_COLUMNS {
            return bad(format!(
                "{} columns; there must be 1 to {MAX_COLUMNS}",
                self.features.len()
            ));
        }
        for (i, column) in self.features.iter().enumerate() {
            if column.name.is_empty() {
                return bad(format!("features[{i}]: a column without a name"));
            }
            if self.features[..i].iter().any(|other| other.name == column.name) {
                return bad(format!("features[{i}]: a second column named {:?}", column.name));
            }
        }
        Ok(())
    }

    /// Identity of order, parameters and kernels, in hex: it travels with rows, models and runs. Members of
    /// an object are hashed by name, so their order in the file does not matter.
    #[must_use]
    pub fn hash(&self) -> String {
        let columns = serde_json::to_value(&self.features).unwrap_or_default();
        let text = format!("{KERNEL_VERSION}\n{columns}");
        crate::digest::hex(xxh3_128(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(json: &str) -> String {
        FeatureSet::parse(json.as_bytes()).unwrap().hash()
    }

    #[test]
    fn the_hash_is_of_order_and_parameters() {
        let a =
            r#"{"features":[{"name":"a","feature":"obi","depth":5},{"name":"m","feature":"mid"}]}"#;
        let same =
            r#"{"features":[{"depth":5,"feature":"obi","name":"a"},{"feature":"mid","name":"m"}]}"#;
        let order =
            r#"{"features":[{"name":"m","feature":"mid"},{"name":"a","feature":"obi","depth":5}]}"#;
        let other =
            r#"{"features":[{"name":"a","feature":"obi","depth":6},{"name":"m","feature":"mid"}]}"#;
        assert_eq!(hash(a), hash(same));
        assert_ne!(hash(a), hash(order));
        assert_ne!(hash(a), hash(other));
    }

    #[test]
    fn sets_of_another_shape_are_refused() {
        for (json, part) in [
            ("{}", "missing field"),
            (r#"{"features":[]}"#, "0 columns"),
            (r#"{"features":[{"feature":"mid"}]}"#, "missing field `name`"),
            (
                r#"{"features":[{"name":"a","feature":"mid"},{"name":"a","feature":"mid"}]}"#,
                "second",
            ),
        ] {
            let error = FeatureSet::parse(json.as_bytes()).unwrap_err();
            assert_eq!(error.code, "E_FEATURE_SET");
            assert!(error.message.contains(part), "{json}: {}", error.message);
        }
    }
}
