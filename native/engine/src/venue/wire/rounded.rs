//! Prices and quantities that were a double at the venue: `1.7885566900000001`.

use super::desk::Desk;
use super::json::Json;
use super::number::{self, Decimal};
use crate::decimal;
use crate::error::FrameError;

impl Desk<'_> {
    /// A price printed from a double: the nearest one of at most `decimals`, which is all that the venue
    /// has. What was rounded is counted.
    ///
    /// # Errors
    /// As [`Desk::price`].
    pub fn rounded_price(
        &mut self,
        slot: usize,
        json: Json<'_>,
        decimals: u8,
    ) -> Result<i64, FrameError> {
        let scale = self.slots.list[slot].price_scale;
        self.rounded(slot, json, (decimals, scale), 0)
    }

    /// A quantity likewise, of 0 or more.
    ///
    /// # Errors
    /// As [`Desk::quantity`].
    pub fn rounded_quantity(
        &mut self,
        slot: usize,
        json: Json<'_>,
        decimals: u8,
    ) -> Result<i64, FrameError> {
        let scale = self.slots.list[slot].quantity_scale;
        let quantity = self.rounded(slot, json, (decimals, scale), 1)?;
        if quantity < 0 {
            return Err(FrameError::new("E_NUMBER", json.at(), "a quantity of 0 or more"));
        }
        Ok(quantity)
    }

    fn rounded(
        &mut self,
        slot: usize,
        json: Json<'_>,
        (decimals, scale): (u8, u8),
        step: usize,
    ) -> Result<i64, FrameError> {
        let printed = number::decimal(json.printed("a number")?, json.at())?;
        let (nearest, is_changed) = printed.nearest(decimals, json.at())?;
        if let Some(learning) = &mut self.slots.learning {
            let text = decimal::format_trimmed(nearest, decimals);
            learning.steps[slot][step].add_printed(text.trim_start_matches('-').as_bytes());
            return Ok(0);
        }
        self.slots.list[slot].counters.values_cut += u64::from(is_changed);
        let mantissa = u128::from(nearest.unsigned_abs());
        let exact = Decimal { negative: nearest < 0, mantissa, decimals: i32::from(decimals) };
        exact.at_scale(scale, json.at())
    }
}
