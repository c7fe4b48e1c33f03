//! Features of series of values: of columns, sampled by a clock.

mod autocorrelation;
mod change;
mod column;
mod combination;
mod decay;
mod entropy;
mod ewma;
mod hurst;
mod lagged;
mod pair;
mod rescaled_range;
mod rolling;
#[cfg(test)]
mod tests;
mod volatility;
mod zscore;

use super::catalogue::Entry;

pub static ENTRIES: &[Entry] = &[
    zscore::ZSCORE,
    zscore::EXPANDING_ZSCORE,
    ewma::EWMA,
    ewma::EW_VARIANCE,
    ewma::EW_STD,
    rolling::SUM,
    rolling::MEAN,
    rolling::VARIANCE,
    rolling::STD,
    rolling::MIN,
    rolling::MAX,
    rolling::QUANTILE,
    rolling::RANK,
    lagged::LAGGED,
    lagged::CHANGE,
    lagged::CHANGE_PERCENT,
    lagged::RETURNS,
    volatility::VOLATILITY,
    autocorrelation::AUTOCORRELATION,
    hurst::HURST,
    entropy::ENTROPY,
    pair::CORRELATION,
    pair::BETA,
    combination::SUM,
    combination::DIFFERENCE,
    combination::PRODUCT,
    combination::RATIO,
    combination::MEAN,
    combination::WEIGHTED_SUM,
    combination::AGREEMENT,
    combination::CLIP,
    combination::THRESHOLD,
    combination::LOGIT,
    combination::GATE,
];
