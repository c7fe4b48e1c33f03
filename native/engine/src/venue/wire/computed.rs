//! Amounts that a venue computes, floats at times: `1.7023900800000002`.

use super::desk::Desk;
use super::json::Json;
use super::number;
use crate::error::FrameError;

/// Most decimals of an amount that somebody traded; a survey takes more for noise.
const MOST: i32 = 8;

impl Desk<'_> {
    /// A price that nobody traded at (an average): digits beyond the instrument's scale are cut off and
    /// counted. A survey learns nothing of it.
    ///
    /// # Errors
    /// `E_NUMBER`, `E_FRAME_SCHEMA`.
    pub fn computed_price(&mut self, slot: usize, json: Json<'_>) -> Result<i64, FrameError> {
        let scale = self.slots.list[slot].price_scale;
        self.value(slot, json, scale)
    }

    /// A quantity that the venue adds up (open interest): digits beyond the instrument's scale are cut
    /// off and counted.
    ///
    /// # Errors
    /// As [`Desk::computed_price`]; below 0.
    pub fn computed_quantity(&mut self, slot: usize, json: Json<'_>) -> Result<i64, FrameError> {
        let text = json.printed("a quantity")?;
        if let Some(learning) = &mut self.slots.learning {
            if number::decimal(text, json.at())?.decimals <= MOST {
                learning.steps[slot][1].add_printed(text);
            }
            return Ok(0);
        }
        let scale = self.slots.list[slot].quantity_scale;
        let quantity = self.value(slot, json, scale)?;
        if quantity < 0 {
            return Err(FrameError::new("E_NUMBER", json.at(), "a quantity of 0 or more"));
        }
        Ok(quantity)
    }
}
