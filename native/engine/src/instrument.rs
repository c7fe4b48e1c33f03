//! Instruments with their scales and versioned steps, and the sources that speak of them.

use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// Steps of an instrument from one event on. They bind *our* orders and index the ladder; prints and
/// marks may lie off them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstrumentVersion {
    /// First event ordinal to which this version applies.
    pub from_event: u64,
    /// Smallest price step, price units; ≥ 1.
    pub tick: i64,
    /// Smallest quantity step, quantity units; ≥ 1.
    pub lot: i64,
    /// Found as a greatest common divisor, not told by the venue.
    pub inferred: bool,
}

/// A tradable thing on one venue. Prices and quantities are mantissas at its two scales.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// "binance", "binance-usdm", "binance-coinm", "binance-us", "binance-tr", …
    pub venue: String,
    /// The venue's own spelling, upper case where it has two.
    pub symbol: String,
    /// Decimal digits of a price unit: a price is `units × 10^-price_scale`.
    pub price_scale: u8,
    pub quantity_scale: u8,
    /// At least one, by rising `from_event`; the first from event 0.
    pub versions: Vec<InstrumentVersion>,
}

impl Instrument {
    /// "binance-usdm:BTCUSDT": the stable name, hashed in place of the index.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.venue, self.symbol)
    }

    /// The version in force now (the last one).
    #[must_use]
    pub fn current(&self) -> InstrumentVersion {
        self.versions.last().copied().unwrap_or(InstrumentVersion {
            from_event: 0,
            tick: 1,
            lot: 1,
            inferred: true,
        })
    }
}

/// A stream of one instrument: within one, venue time never steps back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// "binance-usdm/BTCUSDT/depth": stable, hashed in place of the index.
    pub name: String,
    pub instrument: u32,
}

/// All instruments and sources of a session or tape; indices are dense and never persisted alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    pub instruments: Vec<Instrument>,
    pub sources: Vec<Source>,
}

impl Directory {
    /// Index of an instrument by venue and symbol.
    #[must_use]
    pub fn find(&self, venue: &str, symbol: &str) -> Option<u32> {
        let found = self.instruments.iter().position(|i| i.venue == venue && i.symbol == symbol);
        found.map(|i| i as u32)
    }

    /// Index of `channel` of an instrument, registered when first asked for.
    pub fn source(&mut self, instrument: u32, channel: &str) -> u16 {
        let of = &self.instruments[instrument as usize];
        let name = format!("{}/{}/{channel}", of.venue, of.symbol);
        if let Some(index) = self.sources.iter().position(|s| s.name == name) {
            return index as u16;
        }
        self.sources.push(Source { name, instrument });
        (self.sources.len() - 1) as u16
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.instruments.len() as u32);
        for i in &self.instruments {
            w.text(&i.venue);
            w.text(&i.symbol);
            w.u8(i.price_scale);
            w.u8(i.quantity_scale);
            w.u32(i.versions.len() as u32);
            for v in &i.versions {
                w.u64(v.from_event);
                w.i64(v.tick);
                w.i64(v.lot);
                w.u8(u8::from(v.inferred));
            }
        }
        w.u32(self.sources.len() as u32);
        for s in &self.sources {
            w.text(&s.name);
            w.u32(s.instrument);
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are not a directory.
    pub fn load(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for _ in 0..r.u32()? {
            let (venue, symbol) = (r.text()?, r.text()?);
            let (price_scale, quantity_scale) = (r.u8()?, r.u8()?);
            let mut versions = Vec::new();
            for _ in 0..r.u32()? {
                versions.push(InstrumentVersion {
                    from_event: r.u64()?,
                    tick: r.i64()?,
                    lot: r.i64()?,
                    inferred: r.u8()? != 0,
                });
            }
            out.instruments.push(Instrument {
                venue,
                symbol,
                price_scale,
                quantity_scale,
                versions,
            });
        }
        for _ in 0..r.u32()? {
            out.sources.push(Source { name: r.text()?, instrument: r.u32()? });
        }
        Ok(out)
    }
}
