//! When a bar is complete.

use crate::error::CoreError;
use crate::features::params::parse_duration;
use crate::instrument::Instrument;
use crate::venue::wire::number;
use serde_json::Value;

/// What completes a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarSize {
    /// The end of a stretch of time, ns, aligned to multiples since 1970.
    Time(i64),
    /// So many trades.
    Ticks(u64),
    /// So much quantity, quantity units; the trade that reaches it counts whole.
    Volume(i64),
    /// So much price × quantity, price units × quantity units.
    Notional(i128),
    /// Each bar that the recording itself holds.
    Recorded,
}

impl BarSize {
    /// `"1m"`, `"recorded"`, `{ "ticks": 100 }`, `{ "volume": "10.5" }`, `{ "notional": "1000000" }`.
    ///
    /// # Errors
    /// `E_FEATURE_SET` for anything else.
    pub fn parse(written: &Value, instrument: &Instrument) -> Result<Self, CoreError> {
        let (price, quantity) = (instrument.price_scale, instrument.quantity_scale);
        let decimal = |value: &Value, scale: u8| -> Option<i64> {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(n) => n.to_string(),
                _ => return None,
            };
            number::mantissa(text.as_bytes(), scale, 0).ok().filter(|v| *v > 0)
        };
        let found = match written {
            Value::String(word) if word == "recorded" => Some(Self::Recorded),
            Value::String(pace) => parse_duration(pace).map(Self::Time),
            Value::Object(one) if one.len() == 1 => match one.iter().next() {
                Some((name, value)) if name == "ticks" => {
                    value.as_u64().filter(|n| *n > 0).map(Self::Ticks)
                }
                Some((name, value)) if name == "volume" => {
                    decimal(value, quantity).map(Self::Volume)
                }
                // A whole amount: its units are those of price and quantity together.
                Some((name, value)) if name == "notional" => decimal(value, 0)
                    .and_then(|n| {
                        let digits = u32::from(price) + u32::from(quantity);
                        10_i128.checked_pow(digits).map(|p| (n, p))
                    })
                    .and_then(|(n, p)| i128::from(n).checked_mul(p))
                    .map(Self::Notional),
                _ => None,
            },
            _ => None,
        };
        found.ok_or_else(|| {
            CoreError::new("E_FEATURE_SET", format!("bars: {written} is no size of a bar")).hint(
                "\"1m\", \"recorded\", {\"ticks\": 100}, {\"volume\": \"10\"} or {\"notional\": \"1000000\"}",
            )
        })
    }
}
