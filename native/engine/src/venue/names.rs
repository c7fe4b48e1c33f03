//! The venues whose protocols are read.

use super::wire::address;
use super::wire::profile::{Profile, Request};
use super::{
    Checksum, Sequence, binance, bitfinex, bitget, bitmex, bitstamp, bybit, coinbase, deribit,
    gemini, hyperliquid, kraken, kucoin, okx,
};
use crate::error::CoreError;
use crate::instrument::Instrument;
use crate::schema::proof_level;

/// A place that matches orders and whose protocol we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Venue {
    /// Binance spot.
    Binance,
    /// Binance USDⓈ-margined futures.
    BinanceUsdm,
    /// Binance coin-margined futures.
    BinanceCoinm,
    /// Binance.US, the spot protocol.
    BinanceUs,
    /// Binance TR, the spot protocol.
    BinanceTr,
    Bitfinex,
    Bitget,
    Bitmex,
    /// Bitstamp's differences of the book.
    Bitstamp,
    /// Bitstamp order by order.
    BitstampL3,
    BybitSpot,
    /// Bybit futures and perpetuals in USDT and USDC.
    BybitLinear,
    /// Bybit coin-margined.
    BybitInverse,
    /// Coinbase Advanced Trade.
    Coinbase,
    /// Coinbase Exchange, order by order.
    CoinbaseExchange,
    Deribit,
    Gemini,
    Hyperliquid,
    /// Kraken spot, websocket v1 and v2.
    Kraken,
    Kucoin,
    /// OKCoin, the protocol of OKX.
    Okcoin,
    Okx,
}

impl Venue {
    pub const ALL: [Self; 22] = [
        Self::Binance,
        Self::BinanceUsdm,
        Self::BinanceCoinm,
        Self::BinanceUs,
        Self::BinanceTr,
        Self::Bitfinex,
        Self::Bitget,
        Self::Bitmex,
        Self::Bitstamp,
        Self::BitstampL3,
        Self::BybitSpot,
        Self::BybitLinear,
        Self::BybitInverse,
        Self::Coinbase,
        Self::CoinbaseExchange,
        Self::Deribit,
        Self::Gemini,
        Self::Hyperliquid,
        Self::Kraken,
        Self::Kucoin,
        Self::Okcoin,
        Self::Okx,
    ];

    /// Those of the Binance protocols, which have a parser of templates.
    pub const BINANCE: [Self; 5] =
        [Self::Binance, Self::BinanceUsdm, Self::BinanceCoinm, Self::BinanceUs, Self::BinanceTr];

    /// What is known of a venue but Binance.
    #[must_use]
    pub fn profile(self) -> Option<&'static Profile> {
        Some(match self {
            Self::Binance
            | Self::BinanceUsdm
            | Self::BinanceCoinm
            | Self::BinanceUs
            | Self::BinanceTr => return None,
            Self::Bitfinex => &bitfinex::PROFILE,
            Self::Bitget => &bitget::PROFILE,
            Self::Bitmex => &bitmex::PROFILE,
            Self::Bitstamp => &bitstamp::PROFILE,
            Self::BitstampL3 => &bitstamp::L3_PROFILE,
            Self::BybitSpot => &bybit::SPOT,
            Self::BybitLinear => &bybit::LINEAR,
            Self::BybitInverse => &bybit::INVERSE,
            Self::Coinbase => &coinbase::ADVANCED,
            Self::CoinbaseExchange => &coinbase::EXCHANGE,
            Self::Deribit => &deribit::PROFILE,
            Self::Gemini => &gemini::PROFILE,
            Self::Hyperliquid => &hyperliquid::PROFILE,
            Self::Kraken => &kraken::PROFILE,
            Self::Kucoin => &kucoin::PROFILE,
            Self::Okcoin => &okx::OKCOIN,
            Self::Okx => &okx::PROFILE,
        })
    }

    #[must_use]
    pub const fn is_binance(self) -> bool {
        matches!(
            self,
            Self::Binance
                | Self::BinanceUsdm
                | Self::BinanceCoinm
                | Self::BinanceUs
                | Self::BinanceTr
        )
    }

    /// The name that instruments and sources carry: stable.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Binance => "binance",
            Self::BinanceUsdm => "binance-usdm",
            Self::BinanceCoinm => "binance-coinm",
            Self::BinanceUs => "binance-us",
            Self::BinanceTr => "binance-tr",
            other => other.profile().map_or("", |profile| profile.name),
        }
    }

    /// The venue of a name, `None` where there is no such venue.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.name() == name)
    }

    /// How far a book of this venue can be proven. All of Binance number their updates and publish best
    /// quotes with the same numbers, none sends a checksum.
    #[must_use]
    pub fn proof_level(self) -> u8 {
        self.profile().map_or(proof_level::SEQUENCE_BBO, |profile| profile.proof_level)
    }

    /// How the ids of its book updates follow each other.
    #[must_use]
    pub fn sequence(self) -> Sequence {
        let binance = if self.futures() { Sequence::Futures } else { Sequence::Spot };
        self.profile().map_or(binance, |profile| profile.sequence)
    }

    /// The checksum that its book updates carry.
    #[must_use]
    pub fn checksum(self) -> Option<Checksum> {
        self.profile().and_then(|profile| profile.checksum)
    }

    /// Futures of Binance link diffs by `pu`, spot by `U`.
    #[must_use]
    pub const fn futures(self) -> bool {
        matches!(self, Self::BinanceUsdm | Self::BinanceCoinm)
    }

    /// Venues but Binance whose address this is; several where they share one.
    pub fn of_address(address: &str) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |venue| {
            let patterns = venue.profile().map_or(&[][..], |profile| profile.addresses);
            patterns.iter().any(|pattern| address::matches(address, pattern))
        })
    }

    /// What a request to the venue asks for.
    #[must_use]
    pub fn request(self, url: &str) -> Request<'_> {
        self.profile().map_or_else(|| binance::request(url), |profile| (profile.request)(url))
    }

    /// Instruments of the venue's own list.
    ///
    /// # Errors
    /// `E_INSTRUMENTS` with the place that could not be read.
    pub fn instruments(self, body: &[u8]) -> Result<Vec<Instrument>, CoreError> {
        match self.profile() {
            None => binance::instruments::instrument_list(self, body),
            Some(profile) => (profile.instruments)(self, body),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_venue_is_found_by_its_name_and_by_no_other() {
        for venue in Venue::ALL {
            assert_eq!(Venue::parse(venue.name()), Some(venue));
            assert!(!venue.name().is_empty());
            assert_eq!(venue.is_binance(), venue.profile().is_none());
        }
        assert_eq!(Venue::parse("nowhere"), None);
    }
}
