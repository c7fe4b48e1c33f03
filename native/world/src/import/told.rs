//! What the user tells about instruments (`--instrument FILE`).

use serde::Deserialize;
use tickwright_engine::{CoreError, decimal};

/// Most decimals of a scale: a mantissa of 18 digits still fits 64 bits.
pub const SCALE_LIMIT: u8 = 18;

/// One instrument of the file. What is left out is found in the recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToldInstrument {
    /// As the venue spells it.
    pub symbol: String,
    pub price_scale: Option<u8>,
    pub quantity_scale: Option<u8>,
    /// Decimals as text: `"0.10"`.
    pub tick_size: Option<String>,
    pub lot_size: Option<String>,
}

/// Reads the file: one object, or a list of them.
///
/// # Errors
/// `E_IMPORT_INSTRUMENT` with line and column, or with the field that is wrong.
pub fn parse_told(json: &str) -> Result<Vec<ToldInstrument>, CoreError> {
    const HINT: &str =
        "fields: symbol, priceScale, quantityScale, tickSize, lotSize (decimals as text)";
    let told = if json.trim_start().starts_with('[') {
        serde_json::from_str::<Vec<ToldInstrument>>(json)
    } else {
        serde_json::from_str::<ToldInstrument>(json).map(|one| vec![one])
    };
    let told = told.map_err(|e| CoreError::new("E_IMPORT_INSTRUMENT", e.to_string()).hint(HINT))?;
    for instrument in &told {
        instrument.check().map_err(|e| e.hint(HINT))?;
    }
    Ok(told)
}

impl ToldInstrument {
    fn check(&self) -> Result<(), CoreError> {
        let wrong = |field: &str, what: &str| {
            Err(CoreError::new("E_IMPORT_INSTRUMENT", format!("{field}: {what}"))
                .at(format!("instrument {}", self.symbol)))
        };
        if self.symbol.is_empty() {
            return wrong("symbol", "is empty");
        }
        for (field, scale) in
            [("priceScale", self.price_scale), ("quantityScale", self.quantity_scale)]
        {
            if scale.is_some_and(|s| s > SCALE_LIMIT) {
                return wrong(field, "is above 18");
            }
        }
        let steps = [
            ("tickSize", &self.tick_size, self.price_scale),
            ("lotSize", &self.lot_size, self.quantity_scale),
        ];
        for (field, text, scale) in steps {
            let Some(text) = text else { continue };
            match decimal::parse(text.as_bytes(), scale.unwrap_or(SCALE_LIMIT)) {
                Ok(step) if step > 0 => {}
                Ok(_) => return wrong(field, "is not above 0"),
                Err(error) => return wrong(field, &error.to_string()),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_several() {
        let one = parse_told(r#"{"symbol":"BTCUSDT","tickSize":"0.10","priceScale":2}"#).unwrap();
        assert_eq!(one[0].tick_size.as_deref(), Some("0.10"));
        assert_eq!((one[0].price_scale, one[0].quantity_scale), (Some(2), None));
        assert_eq!(parse_told(r#" [{"symbol":"A"},{"symbol":"B"}]"#).unwrap().len(), 2);
    }

    #[test]
    fn mistakes_are_named() {
        for (json, part) in [
            ("{", "EOF"),
            (r#"{"symbol":"A","tick":"1"}"#, "unknown field `tick`"),
            (r#"{"tickSize":"1"}"#, "missing field `symbol`"),
            (r#"{"symbol":""}"#, "symbol: is empty"),
            (r#"{"symbol":"A","priceScale":19}"#, "priceScale: is above 18"),
            (r#"{"symbol":"A","tickSize":"0"}"#, "tickSize: is not above 0"),
            (r#"{"symbol":"A","lotSize":"x"}"#, "lotSize: E_NUMBER"),
            (r#"{"symbol":"A","tickSize":"0.01","priceScale":1}"#, "tickSize: E_SCALE"),
        ] {
            let error = parse_told(json).unwrap_err();
            assert_eq!(error.code, "E_IMPORT_INSTRUMENT");
            assert!(error.message.contains(part), "{json}: {}", error.message);
        }
    }
}
