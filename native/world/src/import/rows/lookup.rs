//! The instrument of a row, remembered from the row before.

use super::csv::Field;
use super::units::Units;
use tickwright_engine::FrameError;

/// Instrument and source of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Of {
    pub instrument: u32,
    pub source: u16,
}

/// Finds instruments of one channel. Most rows speak of the one of the row before.
#[derive(Clone, Debug)]
pub struct Lookup {
    channel: &'static str,
    venue: Vec<u8>,
    symbol: Vec<u8>,
    found: Option<Of>,
}

impl Lookup {
    #[must_use]
    pub fn new(channel: &'static str) -> Self {
        Self { channel, venue: Vec::new(), symbol: Vec::new(), found: None }
    }

    /// `name` gives the venue's name for what the field says.
    ///
    /// # Errors
    /// `E_SYMBOL`, `E_ROW`.
    #[inline]
    pub fn find(
        &mut self,
        venue: Field<'_>,
        symbol: Field<'_>,
        name: impl FnOnce(&str) -> &str,
        units: &mut Units,
    ) -> Result<Of, FrameError> {
        if let Some(found) = self.found
            && self.venue == venue.text
            && self.symbol == symbol.text
        {
            return Ok(found);
        }
        if venue.is_empty() {
            return Err(FrameError::new("E_SYMBOL", venue.at, "a venue"));
        }
        let instrument = units.instrument(name(venue.name()?), symbol)?;
        let source = units.source(instrument, self.channel, symbol.at)?;
        let found = Of { instrument, source };
        venue.text.clone_into(&mut self.venue);
        symbol.text.clone_into(&mut self.symbol);
        self.found = Some(found);
        Ok(found)
    }
}
