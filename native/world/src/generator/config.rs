//! What to generate: checked once, all of it, before the first event.

use tickwright_engine::{CoreError, Instrument, InstrumentVersion};

use super::profile::Profile;

/// 2024-01-01T00:00:00Z.
pub const DEFAULT_START_NS: i64 = 1_704_067_200_000_000_000;

/// Levels a side in a REST snapshot (`limit=1000`); the generated book never has more near the touch.
pub const SNAPSHOT_LEVELS: usize = 1000;

/// Venues whose frames are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Venue {
    Spot,
    UsdM,
    CoinM,
}

impl Venue {
    /// By the name that feeds and directories use.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "binance" => Some(Self::Spot),
            "binance-usdm" => Some(Self::UsdM),
            "binance-coinm" => Some(Self::CoinM),
            _ => None,
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spot => "binance",
            Self::UsdM => "binance-usdm",
            Self::CoinM => "binance-coinm",
        }
    }

    #[must_use]
    pub const fn is_futures(self) -> bool {
        !matches!(self, Self::Spot)
    }
}

/// An instrument to generate. Prices and quantities are mantissas at its scales, which are the
/// digits that the venue prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstrumentSpec {
    pub symbol: String,
    pub price_scale: u8,
    pub quantity_scale: u8,
    pub tick: i64,
    pub lot: i64,
    /// Quantity units in one step of the profile's quantities; a multiple of `lot`.
    pub size_step: i64,
    pub start_price: i64,
}

impl InstrumentSpec {
    /// Scales, steps and a price of 2024-08-08 for the instruments that the recordings hold.
    #[must_use]
    pub fn known(venue: Venue, symbol: &str) -> Option<Self> {
        let (scales, tick, [lot, size_step], start_price) = match (venue, symbol) {
            (Venue::Spot, "BTCUSDT") => ((8, 8), 1_000_000, [1_000, 100_000], 6_180_020_000_000),
            (Venue::Spot, "ETHUSDT") => ((8, 8), 1_000_000, [10_000, 2_000_000], 268_380_000_000),
            (Venue::UsdM, "BTCUSDT") => ((2, 3), 10, [1, 1], 6_180_020),
            (Venue::UsdM, "ETHUSDT") => ((2, 3), 1, [1, 20], 268_162),
            (Venue::CoinM, "BTCUSD_PERP") => ((1, 0), 1, [1, 1], 618_047),
            (Venue::CoinM, "ETHUSD_PERP") => ((2, 0), 1, [1, 1], 268_217),
            _ => return None,
        };
        let (price_scale, quantity_scale) = scales;
        let symbol = symbol.to_owned();
        Some(Self { symbol, price_scale, quantity_scale, tick, lot, size_step, start_price })
    }

    #[must_use]
    pub(crate) fn instrument(&self, venue: Venue) -> Instrument {
        let first =
            InstrumentVersion { from_event: 0, tick: self.tick, lot: self.lot, inferred: false };
        Instrument {
            venue: venue.name().to_owned(),
            symbol: self.symbol.clone(),
            price_scale: self.price_scale,
            quantity_scale: self.quantity_scale,
            versions: vec![first],
        }
    }

    fn check(&self) -> Result<(), CoreError> {
        let bad = |what: String| Err(refused(what).at(format!("instrument {}", self.symbol)));
        if self.symbol.is_empty() || !self.symbol.bytes().all(is_symbol_byte) {
            return bad("a symbol is A-Z, 0-9 and _".to_owned());
        }
        if self.price_scale > 9 || self.quantity_scale > 9 {
            return bad("scales go up to 9".to_owned());
        }
        if self.tick < 1 || self.lot < 1 || self.size_step < 1 || self.size_step % self.lot != 0 {
            return bad("tick, lot and size_step must be ≥ 1, size_step in whole lots".to_owned());
        }
        if self.start_price % self.tick != 0 || self.start_price / self.tick < 65_536 {
            return bad(format!("start price {} is not ≥ 65536 whole ticks", self.start_price));
        }
        if self.start_price > i64::MAX / 64 || self.size_step > 1 << 40 {
            return bad("start price or size_step is too large".to_owned());
        }
        Ok(())
    }
}

fn is_symbol_byte(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

/// Chances, for each depth frame on the wire, that it is damaged. 0 everywhere: a clean market.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Faults {
    /// The frame never arrives.
    pub dropped: f64,
    /// It arrives twice.
    pub duplicated: f64,
    /// It arrives after its successor.
    pub swapped: f64,
    /// Bytes are missing, so it must be refused.
    pub malformed: f64,
}

impl Faults {
    fn all(&self) -> [f64; 4] {
        [self.dropped, self.duplicated, self.swapped, self.malformed]
    }
}

/// A generated session.
#[derive(Clone, Debug)]
pub struct GeneratorConfig {
    pub seed: u64,
    pub seconds: u32,
    /// Venue time of the start, ns since 1970.
    pub start_ns: i64,
    pub venue: Venue,
    pub instruments: Vec<InstrumentSpec>,
    /// Least time from the venue's stamp to ours.
    pub latency_ns: i64,
    /// Our clock minus the venue's: the recorder of the profile's source was 1.27 s behind.
    pub clock_offset_ns: i64,
    pub faults: Faults,
    pub profile: Profile,
}

impl GeneratorConfig {
    /// One USD-M BTCUSDT, clean.
    #[must_use]
    pub fn new(seed: u64, seconds: u32) -> Self {
        Self {
            seed,
            seconds,
            start_ns: DEFAULT_START_NS,
            venue: Venue::UsdM,
            instruments: InstrumentSpec::known(Venue::UsdM, "BTCUSDT").into_iter().collect(),
            latency_ns: 1_500_000,
            clock_offset_ns: 0,
            faults: Faults::default(),
            profile: Profile::usdm_btcusdt(),
        }
    }

    /// Known instruments of a venue, in place of the default one.
    ///
    /// # Errors
    /// `E_GENERATOR_CONFIG` where the venue or a symbol is not known.
    pub fn with_symbols(mut self, venue: &str, symbols: &[&str]) -> Result<Self, CoreError> {
        self.venue = Venue::by_name(venue).ok_or_else(|| {
            refused(format!("venue {venue:?} is not known"))
                .hint("binance, binance-usdm and binance-coinm are")
        })?;
        self.instruments.clear();
        for symbol in symbols {
            let known = InstrumentSpec::known(self.venue, symbol);
            self.instruments.push(known.ok_or_else(|| {
                refused(format!("symbol {symbol:?} of {venue} is not known"))
                    .hint("give its scales, steps and price as an InstrumentSpec")
            })?);
        }
        Ok(self)
    }

    pub(crate) fn check(&self) -> Result<(), CoreError> {
        if self.instruments.is_empty() || self.instruments.len() > 1000 {
            return Err(refused(format!("{} instruments, not 1 to 1000", self.instruments.len())));
        }
        for (i, spec) in self.instruments.iter().enumerate() {
            spec.check()?;
            if self.instruments[..i].iter().any(|other| other.symbol == spec.symbol) {
                return Err(refused(format!("symbol {} is named twice", spec.symbol)));
            }
        }
        let last = i64::from(self.seconds).checked_mul(1_000_000_000);
        let end = last.and_then(|span| self.start_ns.checked_add(span));
        if self.start_ns < 0 || end.is_none_or(|end| end > i64::MAX / 2) {
            return Err(refused(format!("start {} ns is out of range", self.start_ns)));
        }
        let day = 86_400_000_000_000;
        if !(0..=day).contains(&self.latency_ns) || !(-day..=day).contains(&self.clock_offset_ns) {
            return Err(refused("latency or clock offset is beyond a day".to_owned()));
        }
        if !self.faults.all().iter().all(|p| (0.0..=1.0).contains(p)) {
            return Err(refused("fault chances must lie in 0 to 1".to_owned()));
        }
        Ok(())
    }
}

fn refused(message: String) -> CoreError {
    CoreError::new("E_GENERATOR_CONFIG", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(change: impl Fn(&mut GeneratorConfig)) -> String {
        let mut config = GeneratorConfig::new(1, 1);
        change(&mut config);
        let error = config.check().unwrap_err();
        assert_eq!(error.code, "E_GENERATOR_CONFIG");
        error.message
    }

    #[test]
    fn what_contradicts_itself_is_refused_by_name() {
        assert!(GeneratorConfig::new(1, 1).check().is_ok());
        assert!(refusal(|c| c.instruments.clear()).contains("0 instruments"));
        assert!(refusal(|c| c.instruments.push(c.instruments[0].clone())).contains("twice"));
        assert!(refusal(|c| c.instruments[0].symbol = "a\"b".to_owned()).contains("symbol"));
        assert!(refusal(|c| c.instruments[0].tick = 0).contains("tick"));
        assert!(refusal(|c| c.instruments[0].start_price = 1_000).contains("start price"));
        assert!(refusal(|c| c.instruments[0].price_scale = 12).contains("scales"));
        assert!(refusal(|c| c.start_ns = -1).contains("start"));
        assert!(refusal(|c| c.latency_ns = -1).contains("latency"));
        assert!(refusal(|c| c.faults.dropped = f64::NAN).contains("chances"));
    }

    #[test]
    fn unknown_names_are_refused_with_a_hint() {
        let config = || GeneratorConfig::new(1, 1);
        assert!(!config().with_symbols("kraken", &["BTCUSDT"]).unwrap_err().hint.is_empty());
        assert!(!config().with_symbols("binance", &["DOGE"]).unwrap_err().hint.is_empty());
        assert!(config().with_symbols("binance-coinm", &["ETHUSD_PERP"]).is_ok());
    }
}
