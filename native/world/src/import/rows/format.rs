//! The table formats there are. A new one gets a line in each function here and a page in docs/formats.

use super::sample::Sample;
use super::{RowReader, binance, equity, lobster, table, tardis};
use tickwright_engine::CoreError;

/// A format whose rows are events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    TardisTrades,
    TardisBook,
    TardisQuotes,
    TardisSnapshots,
    TardisTicker,
    TardisLiquidations,
    Lobster,
    LobsterBook,
    BinanceTrades,
    BinanceAggTrades,
    BinanceBookTicker,
    BinanceKlines,
    EquityTicks,
    Csv,
}

impl RowFormat {
    /// In the order in which messages name them.
    pub const ALL: [Self; 14] = [
        Self::TardisTrades,
        Self::TardisBook,
        Self::TardisQuotes,
        Self::TardisSnapshots,
        Self::TardisTicker,
        Self::TardisLiquidations,
        Self::Lobster,
        Self::LobsterBook,
        Self::BinanceTrades,
        Self::BinanceAggTrades,
        Self::BinanceBookTicker,
        Self::BinanceKlines,
        Self::EquityTicks,
        Self::Csv,
    ];

    /// The name that `--format` takes: stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TardisTrades => "tardis-trades",
            Self::TardisBook => "tardis-book",
            Self::TardisQuotes => "tardis-quotes",
            Self::TardisSnapshots => "tardis-snapshots",
            Self::TardisTicker => "tardis-ticker",
            Self::TardisLiquidations => "tardis-liquidations",
            Self::Lobster => "lobster",
            Self::LobsterBook => "lobster-book",
            Self::BinanceTrades => "binance-trades",
            Self::BinanceAggTrades => "binance-agg-trades",
            Self::BinanceBookTicker => "binance-book-ticker",
            Self::BinanceKlines => "binance-klines",
            Self::EquityTicks => "lean-equity-tick",
            Self::Csv => "csv",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// Whether a file that begins so is of this format by its header, its name or its columns.
    #[must_use]
    pub fn fits(self, sample: &Sample<'_>) -> bool {
        match self {
            Self::TardisTrades
            | Self::TardisBook
            | Self::TardisQuotes
            | Self::TardisSnapshots
            | Self::TardisTicker
            | Self::TardisLiquidations => tardis::fits(self, sample),
            Self::Lobster | Self::LobsterBook => lobster::fits(self, sample),
            Self::BinanceTrades
            | Self::BinanceAggTrades
            | Self::BinanceBookTicker
            | Self::BinanceKlines => binance::fits(self, sample),
            Self::EquityTicks => equity::fits(sample),
            Self::Csv => table::fits(sample),
        }
    }

    /// A reader for a file of this format.
    ///
    /// # Errors
    /// `E_IMPORT_FORMAT` where the file is not of the format, `E_IMPORT_INSTRUMENT` where nothing
    /// tells its instrument.
    pub fn open(self, sample: &Sample<'_>) -> Result<Box<dyn RowReader>, CoreError> {
        match self {
            Self::TardisTrades
            | Self::TardisBook
            | Self::TardisQuotes
            | Self::TardisSnapshots
            | Self::TardisTicker
            | Self::TardisLiquidations => tardis::open(self, sample),
            Self::Lobster | Self::LobsterBook => lobster::open(self, sample),
            Self::BinanceTrades
            | Self::BinanceAggTrades
            | Self::BinanceBookTicker
            | Self::BinanceKlines => binance::open(self, sample),
            Self::EquityTicks => equity::open(sample),
            Self::Csv => table::open(sample),
        }
    }
}
