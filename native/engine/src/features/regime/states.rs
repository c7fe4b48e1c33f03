//! Names of the market's states. Their numbers never change, whatever order a model has them in.

/// State `i` of the outputs is the name at `i`.
pub const NAMES: [&str; 8] = [
    "bull_trending",
    "bear_trending",
    "whale_accumulation",
    "distribution",
    "high_volatility",
    "low_volatility_compression",
    "macro_uncertainty",
    "recovery",
];

/// What a state is called that resembles none of those named before.
pub const UNKNOWN: &str = "unknown";

/// Names and `unknown` behind them.
pub const COUNT: usize = NAMES.len() + 1;

/// Number of a name.
#[must_use]
pub fn number(name: &str) -> Option<usize> {
    match NAMES.iter().position(|known| *known == name) {
        None if name == UNKNOWN => Some(NAMES.len()),
        found => found,
    }
}
