//! Numbers that nobody trades on: rates, indices, sums, prints beside the book.

use super::desk::Desk;
use super::json::Json;
use super::number;
use crate::error::FrameError;

impl Desk<'_> {
    /// A value of its own scale (a rate, an index): mantissa at `scale`; digits beyond it, which venues
    /// compute and nobody trades on, are cut off and counted.
    ///
    /// # Errors
    /// `E_NUMBER`, `E_FRAME_SCHEMA`.
    pub fn value(&mut self, slot: usize, json: Json<'_>, scale: u8) -> Result<i64, FrameError> {
        let text = json.printed("a value")?;
        let (value, is_cut) = number::decimal(text, json.at())?.cut_to_scale(scale, json.at())?;
        self.slots.list[slot].counters.values_cut += u64::from(is_cut);
        Ok(value)
    }

    /// A computed price (a bankruptcy price) at the instrument's scale; a survey learns nothing from it.
    ///
    /// # Errors
    /// As [`Desk::value`].
    pub fn cut_price(&mut self, slot: usize, json: Json<'_>) -> Result<i64, FrameError> {
        self.value(slot, json, self.slots.list[slot].price_scale)
    }

    /// A computed quantity (open interest), likewise.
    ///
    /// # Errors
    /// As [`Desk::value`].
    pub fn cut_quantity(&mut self, slot: usize, json: Json<'_>) -> Result<i64, FrameError> {
        self.value(slot, json, self.slots.list[slot].quantity_scale)
    }

    /// A price beside the book (a ticker's, a trade's) where the book's own decimals matter: a survey
    /// learns nothing from zeros at its end.
    ///
    /// # Errors
    /// As [`Desk::price`].
    pub fn trimmed_price(&mut self, slot: usize, json: Json<'_>) -> Result<i64, FrameError> {
        self.learn_trimmed(slot, 0, json)?.map_or_else(|| self.price(slot, json), Ok)
    }

    /// A quantity, likewise.
    ///
    /// # Errors
    /// As [`Desk::quantity`].
    pub fn trimmed_quantity(&mut self, slot: usize, json: Json<'_>) -> Result<i64, FrameError> {
        self.learn_trimmed(slot, 1, json)?.map_or_else(|| self.quantity(slot, json), Ok)
    }

    fn learn_trimmed(
        &mut self,
        slot: usize,
        which: usize,
        json: Json<'_>,
    ) -> Result<Option<i64>, FrameError> {
        let Some(learning) = &mut self.slots.learning else { return Ok(None) };
        let mut text = json.printed("a number")?;
        if text.contains(&b'.') {
            while let [rest @ .., b'0'] = text {
                text = rest;
            }
            text = text.strip_suffix(b".").unwrap_or(text);
        }
        learning.steps[slot][which].add_printed(text);
        Ok(Some(0))
    }

    /// What the venue's instrument list says of decimals: a survey takes at least as many.
    pub fn learn_decimals(&mut self, slot: usize, price: u8, quantity: u8) {
        if let Some(learning) = &mut self.slots.learning {
            let [of_price, of_quantity] = &mut learning.steps[slot];
            of_price.at_least(price);
            of_quantity.at_least(quantity);
        }
    }
}
