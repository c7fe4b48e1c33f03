//! Parameters of a column: numbers and words by name, each taken once.

use crate::error::CoreError;
use crate::venue::wire::number;
use serde_json::{Map, Value};

/// Parameters as written; what is left at the end is unknown to the feature.
#[derive(Clone, Debug)]
pub struct Params {
    values: Map<String, Value>,
    /// The column's name, for errors.
    column: String,
}

impl Params {
    #[must_use]
    pub fn new(column: &str, values: Map<String, Value>) -> Self {
        Self { values, column: column.to_owned() }
    }

    /// # Errors
    /// `E_FEATURE_SET` with the column and what was seen.
    pub fn bad<T>(&self, name: &str, what: &str) -> Result<T, CoreError> {
        Err(CoreError::new("E_FEATURE_SET", format!("{name}: {what}"))
            .at(format!("column {}", self.column))
            .hint("tickwright features describe NAME lists the parameters"))
    }

    /// A whole number within bounds, `default` where it is missing.
    ///
    /// # Errors
    /// `E_FEATURE_SET`.
    pub fn whole(
        &mut self,
        name: &str,
        default: Option<u64>,
        bounds: std::ops::RangeInclusive<u64>,
    ) -> Result<u64, CoreError> {
        let value = match (self.values.remove(name), default) {
            (None, Some(default)) => return Ok(default),
            (None, None) => return self.bad(name, "is missing"),
            (Some(value), _) => value,
        };
        match value.as_u64().filter(|v| bounds.contains(v)) {
            Some(v) => Ok(v),
            None => {
                let what =
                    format!("must be from {} to {}, was {value}", bounds.start(), bounds.end());
                self.bad(name, &what)
            }
        }
    }

    /// A finite number above `above` and at most `most`.
    ///
    /// # Errors
    /// `E_FEATURE_SET`.
    pub fn real(
        &mut self,
        name: &str,
        default: Option<f64>,
        (above, most): (f64, f64),
    ) -> Result<f64, CoreError> {
        let value = match (self.values.remove(name), default) {
            (None, Some(default)) => return Ok(default),
            (None, None) => return self.bad(name, "is missing"),
            (Some(value), _) => value,
        };
        match value.as_f64().filter(|v| v.is_finite() && *v > above && *v <= most) {
            Some(v) => Ok(v),
            None => {
                self.bad(name, &format!("must be above {above} and at most {most}, was {value}"))
            }
        }
    }

    /// One of several words.
    ///
    /// # Errors
    /// `E_FEATURE_SET` naming the words there are.
    pub fn word(
        &mut self,
        name: &str,
        default: Option<&'static str>,
        words: &[&'static str],
    ) -> Result<&'static str, CoreError> {
        let value = match (self.values.remove(name), default) {
            (None, Some(default)) => return Ok(default),
            (None, None) => return self.bad(name, "is missing"),
            (Some(value), _) => value,
        };
        let found = value.as_str().and_then(|v| words.iter().find(|w| **w == v));
        match found {
            Some(word) => Ok(word),
            None => self.bad(name, &format!("must be one of {}, was {value}", words.join(", "))),
        }
    }

    /// A stretch of time, ns: `"100ms"`, `"5s"`, `"1m"`, `"4h"`, `"1d"`, `"250us"`.
    ///
    /// # Errors
    /// `E_FEATURE_SET`.
    pub fn duration(&mut self, name: &str, default: Option<i64>) -> Result<i64, CoreError> {
        let value = match (self.values.remove(name), default) {
            (None, Some(default)) => return Ok(default),
            (None, None) => return self.bad(name, "is missing"),
            (Some(value), _) => value,
        };
        match value.as_str().and_then(parse_duration) {
            Some(ns) => Ok(ns),
            None => self.bad(name, &format!("must be a time like 100ms, 5s, 1m, was {value}")),
        }
    }

    /// A decimal above 0, text or number, as a mantissa at `scale`.
    ///
    /// # Errors
    /// `E_FEATURE_SET`, also for more decimals than the scale has.
    pub fn decimal(&mut self, name: &str, scale: u8) -> Result<i64, CoreError> {
        let Some(value) = self.values.remove(name) else { return self.bad(name, "is missing") };
        let text = match &value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match number::mantissa(text.as_bytes(), scale, 0) {
            Ok(mantissa) if mantissa > 0 => Ok(mantissa),
            _ => {
                let what = format!("must be above 0 with at most {scale} decimals, was {value}");
                self.bad(name, &what)
            }
        }
    }

    /// Whether a parameter was written.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// A parameter as it was written.
    pub fn raw(&mut self, name: &str) -> Option<Value> {
        self.values.remove(name)
    }

    /// Ends the taking.
    ///
    /// # Errors
    /// `E_FEATURE_SET` where a parameter is left that nobody asked for.
    pub fn finish(self) -> Result<(), CoreError> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(name) => self.bad(&name.clone(), "is no parameter of this feature"),
        }
    }
}

/// Nanoseconds of `"100ms"` and its like; `None` for anything else, 0 and more than 400 days.
#[must_use]
pub fn parse_duration(text: &str) -> Option<i64> {
    const UNITS: [(&str, i64); 7] = [
        ("ns", 1),
        ("us", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
    ];
    const MOST: i64 = 400 * 86_400_000_000_000;
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(split);
    let (_, ns) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    let value: i64 = number.parse().ok()?;
    value.checked_mul(ns).filter(|v| (1..=MOST).contains(v))
}
