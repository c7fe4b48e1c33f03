//! Instruments and channels of a tape, as rows name them.

use tickwright_engine::Directory;

/// An instrument of the tape.
#[derive(Clone, Debug)]
pub struct Instrument {
    /// "binance-usdm:BTCUSDT".
    pub name: String,
    pub venue: String,
    pub symbol: String,
    pub price_scale: u8,
    pub quantity_scale: u8,
}

/// Looked up for each event, so made once.
#[derive(Clone, Debug)]
pub struct Names {
    pub instruments: Vec<Instrument>,
    channels: Vec<String>,
}

impl Names {
    #[must_use]
    pub fn new(directory: &Directory) -> Self {
        let instruments = directory.instruments.iter().map(|i| Instrument {
            name: i.name(),
            venue: i.venue.clone(),
            symbol: i.symbol.clone(),
            price_scale: i.price_scale,
            quantity_scale: i.quantity_scale,
        });
        let channels = directory.sources.iter().map(|source| {
            let of = directory.instruments.get(source.instrument as usize);
            let prefix = of.map_or(String::new(), |i| format!("{}/{}/", i.venue, i.symbol));
            source.name.strip_prefix(&prefix).unwrap_or(&source.name).to_owned()
        });
        Self { instruments: instruments.collect(), channels: channels.collect() }
    }

    /// "depth" of "binance-usdm/BTCUSDT/depth": the instrument has a column of its own.
    #[must_use]
    pub fn channel(&self, source: u16) -> &str {
        &self.channels[usize::from(source)]
    }
}
