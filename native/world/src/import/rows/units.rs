//! Instruments, sources and scales: learned by the survey, held to by the import.

use super::csv::Field;
use crate::import::told::SCALE_LIMIT;
use std::collections::BTreeMap;
use tickwright_engine::decimal::step::Step;
use tickwright_engine::{Directory, FrameError, Instrument, InstrumentVersion, decimal};

/// Scale of values that have none of their own: marks, rates, quote volumes.
pub const VALUE_SCALE: u8 = 8;
/// Instruments of one recording, at most.
const INSTRUMENT_LIMIT: usize = 65_536;

/// Text to numbers, by instrument.
#[derive(Debug, Default)]
pub struct Units {
    /// While learning its instruments have no scale yet.
    directory: Directory,
    /// Indices by venue and symbol.
    found: BTreeMap<String, BTreeMap<String, u32>>,
    /// Prices and quantities printed of each instrument.
    steps: Vec<[Step; 2]>,
    learning: bool,
}

impl Units {
    /// Learns from what the rows print. Numbers come out as they are at the scale seen so far.
    #[must_use]
    pub fn learning() -> Self {
        Self { learning: true, ..Self::default() }
    }

    /// Knows the directory's instruments and sources and no others.
    #[must_use]
    pub fn planned(directory: &Directory) -> Self {
        let mut units = Self { directory: directory.clone(), ..Self::default() };
        for (index, i) in directory.instruments.iter().enumerate() {
            let of_venue = units.found.entry(i.venue.clone()).or_default();
            of_venue.insert(i.symbol.clone(), index as u32);
        }
        units
    }

    /// Steps that the format states, while learning; the finest of all that are stated.
    pub fn set_steps(&mut self, instrument: u32, tick: i64, lot: i64) {
        if self.learning {
            let version = InstrumentVersion { from_event: 0, tick, lot, inferred: false };
            let versions = &mut self.directory.instruments[instrument as usize].versions;
            if versions.first().is_none_or(|known| tick < known.tick) {
                *versions = vec![version];
            }
        }
    }

    /// # Errors
    /// `E_SYMBOL` for one that the plan does not know, and beyond the limit.
    pub fn instrument(&mut self, venue: &str, symbol: Field<'_>) -> Result<u32, FrameError> {
        let name = symbol.name()?;
        if let Some(&index) = self.found.get(venue).and_then(|of| of.get(name)) {
            return Ok(index);
        }
        let index = self.directory.instruments.len();
        if !self.learning || name.is_empty() || index >= INSTRUMENT_LIMIT {
            return Err(FrameError::new("E_SYMBOL", symbol.at, "an instrument of the recording"));
        }
        self.directory.instruments.push(Instrument {
            venue: venue.to_owned(),
            symbol: name.to_owned(),
            price_scale: 0,
            quantity_scale: 0,
            versions: Vec::new(),
        });
        self.steps.push([Step::default(); 2]);
        let of_venue = self.found.entry(venue.to_owned()).or_default();
        of_venue.insert(name.to_owned(), index as u32);
        Ok(index as u32)
    }

    /// Index of an instrument's source; `at` is the byte of the row that speaks of it.
    ///
    /// # Errors
    /// `E_SYMBOL` for one that the plan does not know.
    pub fn source(&mut self, instrument: u32, channel: &str, at: usize) -> Result<u16, FrameError> {
        let known = self.directory.sources.len();
        let index = self.directory.source(instrument, channel);
        let is_new = self.directory.sources.len() > known;
        if is_new && (!self.learning || known > usize::from(u16::MAX)) {
            self.directory.sources.truncate(known);
            return Err(FrameError::new("E_SYMBOL", at, "a source of the recording"));
        }
        Ok(index)
    }

    /// Price units of a number that counts in `10^-shift`: 0 where decimals are printed.
    ///
    /// # Errors
    /// `E_NUMBER`, `E_SCALE` with the byte of the row.
    #[inline]
    pub fn price(
        &mut self,
        instrument: u32,
        field: Field<'_>,
        shift: u8,
    ) -> Result<i64, FrameError> {
        self.number(instrument, field, 0, shift)
    }

    /// Quantity units.
    ///
    /// # Errors
    /// `E_NUMBER`, `E_SCALE` with the byte of the row.
    #[inline]
    pub fn quantity(&mut self, instrument: u32, field: Field<'_>) -> Result<i64, FrameError> {
        self.number(instrument, field, 1, 0)
    }

    #[inline]
    fn number(
        &mut self,
        instrument: u32,
        field: Field<'_>,
        axis: usize,
        shift: u8,
    ) -> Result<i64, FrameError> {
        let index = instrument as usize;
        if self.learning {
            let step = &mut self.steps[index][axis];
            step.add_shifted(field.text, shift);
            return scaled(field, step.decimals.saturating_sub(shift));
        }
        let i = &self.directory.instruments[index];
        let scale = if axis == 0 { i.price_scale } else { i.quantity_scale };
        match scale.checked_sub(shift) {
            Some(scale) => scaled(field, scale),
            None => coarser(field, shift - scale),
        }
    }

    /// What was learned: the directory without scales, and the steps of its instruments.
    #[must_use]
    pub fn learned(self) -> (Directory, Vec<[Step; 2]>) {
        (self.directory, self.steps)
    }

    #[must_use]
    pub fn has_instruments(&self) -> bool {
        !self.directory.instruments.is_empty()
    }
}

/// A value at 10⁻⁸.
///
/// # Errors
/// `E_NUMBER`, `E_SCALE` with the byte of the row.
pub fn value(field: Field<'_>) -> Result<i64, FrameError> {
    scaled(field, VALUE_SCALE)
}

fn scaled(field: Field<'_>, scale: u8) -> Result<i64, FrameError> {
    decimal::parse(field.text, scale.min(SCALE_LIMIT))
        .map_err(|e| FrameError { offset: e.offset + field.at as u32, ..e })
}

/// A scale that the user made coarser than the file counts: the digits between must be zeros.
fn coarser(field: Field<'_>, digits: u8) -> Result<i64, FrameError> {
    let fine = scaled(field, 0)?;
    let power = 10_i64.checked_pow(u32::from(digits)).unwrap_or(i64::MAX);
    if fine % power != 0 {
        return Err(FrameError::new("E_SCALE", field.at, "a digit beyond the scale"));
    }
    Ok(fine / power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> Field<'_> {
        Field { text: text.as_bytes(), at: 7 }
    }

    #[test]
    fn learns_scales_and_then_holds_to_them() {
        let mut units = Units::learning();
        let i = units.instrument("v", field("A")).unwrap();
        assert_eq!(units.instrument("v", field("A")).unwrap(), i);
        assert_ne!(units.instrument("w", field("A")).unwrap(), i);
        units.price(i, field("10.25"), 0).unwrap();
        units.price(i, field("571000"), 4).unwrap();
        units.quantity(i, field("1e-3")).unwrap();
        let source = units.source(i, "trade", 0).unwrap();
        let (mut directory, steps) = units.learned();
        assert_eq!(steps[0].map(|s| s.decimals), [4, 3]);
        for (of, [price, quantity]) in directory.instruments.iter_mut().zip(steps) {
            (of.price_scale, of.quantity_scale) = (price.decimals, quantity.decimals);
        }
        let mut units = Units::planned(&directory);
        assert_eq!(units.instrument("v", field("A")), Ok(i));
        assert_eq!(units.instrument("v", field("B")).unwrap_err().code, "E_SYMBOL");
        assert_eq!(units.source(i, "trade", 0), Ok(source));
        assert_eq!(units.source(i, "book", 3).unwrap_err().offset, 3);
        assert_eq!(units.price(i, field("10.25"), 0), Ok(102_500));
        assert_eq!(units.price(i, field("571000"), 4), Ok(571_000));
        let error = units.quantity(i, field("0.0001")).unwrap_err();
        assert_eq!((error.code, error.offset), ("E_SCALE", 12));
    }

    #[test]
    fn a_coarser_scale_loses_no_digit() {
        assert_eq!(coarser(field("571000"), 2), Ok(5_710));
        assert_eq!(coarser(field("571050"), 2).unwrap_err().code, "E_SCALE");
    }
}
