//! Features of trades: who aggressed, how much, how fast, and what it did to the price.

mod amihud;
mod bulk;
mod intensity;
mod kyle;
mod last_trade;
mod print;
#[cfg(test)]
mod tests;
mod tfi;
mod variation;
mod vpin;

use super::catalogue::Entry;

pub static ENTRIES: &[Entry] = &[
    last_trade::LAST_TRADE,
    intensity::TRADE_INTENSITY,
    tfi::TFI,
    vpin::VPIN,
    kyle::KYLE_LAMBDA,
    amihud::AMIHUD,
    variation::REALISED_VARIATION,
];
