//! Messages of each venue's form, made by hand: `seeds/<venue>.txt`, lines as the target `venues` reads
//! them. Nothing of them was recorded.

use tickwright_engine::venue::Venue;

/// The lines of a venue; none for those that the generator speaks for.
#[must_use]
pub const fn of(venue: Venue) -> &'static str {
    match venue {
        Venue::Binance
        | Venue::BinanceUsdm
        | Venue::BinanceCoinm
        | Venue::BinanceUs
        | Venue::BinanceTr => "",
        Venue::Bitfinex => include_str!("../seeds/bitfinex.txt"),
        Venue::Bitget => include_str!("../seeds/bitget.txt"),
        Venue::Bitmex => include_str!("../seeds/bitmex.txt"),
        Venue::Bitstamp => include_str!("../seeds/bitstamp.txt"),
        Venue::BitstampL3 => include_str!("../seeds/bitstamp-l3.txt"),
        Venue::BybitSpot => include_str!("../seeds/bybit-spot.txt"),
        Venue::BybitLinear => include_str!("../seeds/bybit-linear.txt"),
        Venue::BybitInverse => include_str!("../seeds/bybit-inverse.txt"),
        Venue::Coinbase => include_str!("../seeds/coinbase.txt"),
        Venue::CoinbaseExchange => include_str!("../seeds/coinbase-exchange.txt"),
        Venue::Deribit => include_str!("../seeds/deribit.txt"),
        Venue::Gemini => include_str!("../seeds/gemini.txt"),
        Venue::Hyperliquid => include_str!("../seeds/hyperliquid.txt"),
        Venue::Kraken => include_str!("../seeds/kraken.txt"),
        Venue::Kucoin => include_str!("../seeds/kucoin.txt"),
        Venue::Okcoin => include_str!("../seeds/okcoin.txt"),
        Venue::Okx => include_str!("../seeds/okx.txt"),
    }
}
