//! The six stage digests, and `all` over them.

use crate::digest::{Digest, MarketNames, hex};
use crate::error::CoreError;
use crate::event::EventRef;
use crate::instrument::Directory;
use crate::schema::stage;
use crate::state::{StateReader, StateWriter};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

/// Number of stages without `all`.
pub const STAGES: usize = 6;

#[derive(Clone, Default)]
pub struct Stages {
    digests: [Digest; STAGES],
    names: MarketNames,
    /// Names of instruments, 8-byte hashes, for rows.
    instrument_keys: Vec<[u8; 8]>,
}

/// Hex values as printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StageDigests {
    pub market: String,
    pub features: String,
    pub predictions: String,
    pub decisions: String,
    pub orders: String,
    pub fills: String,
    pub all: String,
}

impl Stages {
    #[must_use]
    pub fn new(directory: &Directory) -> Self {
        let key = |name: String| xxhash_rust::xxh3::xxh3_64(name.as_bytes()).to_le_bytes();
        Self {
            digests: Default::default(),
            names: MarketNames::new(directory),
            instrument_keys: directory.instruments.iter().map(|i| key(i.name())).collect(),
        }
    }

    #[inline]
    pub fn market(&mut self, event: EventRef<'_>) {
        self.names.digest(&mut self.digests[stage::MARKET as usize], event);
    }

    /// A row that was handed over: time, instrument, values (NaN canonical), mask.
    pub fn row(&mut self, time: i64, instrument: u32, values: &[f64], mask: &[u8]) {
        let digest = &mut self.digests[stage::FEATURES as usize];
        digest.update(&time.to_le_bytes());
        digest.update(&self.instrument_keys[instrument as usize]);
        for &v in values {
            let v = if v.is_nan() { f64::NAN } else { v };
            digest.update(&v.to_bits().to_le_bytes());
        }
        digest.update(mask);
    }

    /// A note, verdict or intent: time, strategy's name, bytes.
    pub fn decision(&mut self, time: i64, strategy: &str, bytes: &[u8]) {
        let digest = &mut self.digests[stage::DECISIONS as usize];
        digest.update(&time.to_le_bytes());
        digest.update(&(strategy.len() as u32).to_le_bytes());
        digest.update(strategy.as_bytes());
        digest.update(&(bytes.len() as u32).to_le_bytes());
        digest.update(bytes);
    }

    #[must_use]
    pub fn values(&self) -> [u128; STAGES] {
        std::array::from_fn(|i| self.digests[i].value())
    }

    /// Hash of the six.
    #[must_use]
    pub fn all(values: &[u128; STAGES]) -> u128 {
        let mut bytes = [0; 16 * STAGES];
        for (to, value) in bytes.chunks_exact_mut(16).zip(values) {
            to.copy_from_slice(&value.to_le_bytes());
        }
        xxh3_128(&bytes)
    }

    #[must_use]
    pub fn digests(&self) -> StageDigests {
        let v = self.values();
        let [market, features, predictions, decisions, orders, fills] = v.map(hex);
        let all = hex(Self::all(&v));
        StageDigests { market, features, predictions, decisions, orders, fills, all }
    }

    pub fn save(&self, w: &mut StateWriter) {
        for d in &self.digests {
            d.save(w);
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are not six digests.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        for d in &mut self.digests {
            *d = Digest::load(r)?;
        }
        Ok(())
    }
}
