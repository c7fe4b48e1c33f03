//! Bars (time, ticks, volume, notional, recorded), and features of them.

mod adx;
mod atr;
mod bar;
mod bollinger;
mod builder;
mod change;
mod closes;
mod ema;
mod ema_distance;
mod indicator;
mod last;
mod macd;
mod momentum;
mod obv;
mod roc;
mod rsi;
mod size;
mod sma;
mod smooth;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod total;
mod volatility;
mod volume_z;
mod vwap_deviation;
mod wilder;
mod window;

use super::catalogue::Entry;

pub use bar::Bar;
pub use builder::BarBuilder;
pub use size::BarSize;

pub static ENTRIES: &[Entry] = &[
    last::BAR,
    change::RETURN,
    sma::SMA,
    ema::EMA,
    wilder::WILDER,
    ema_distance::EMA_DISTANCE,
    rsi::RSI,
    macd::MACD,
    bollinger::BOLLINGER,
    atr::ATR,
    adx::ADX,
    momentum::MOMENTUM,
    roc::ROC,
    obv::OBV,
    vwap_deviation::VWAP_DEVIATION,
    volume_z::VOLUME_Z,
    volatility::VOLATILITY,
];
