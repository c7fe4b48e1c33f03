//! Features of the book as it stands, and of how it changes.

mod depth;
mod depth_slope;
mod flow;
mod integrated_ofi;
pub mod micro_price;
mod mid;
mod mlofi;
mod obi;
mod ofi;
mod queue_rates;
mod queue_size;
mod quote_age;
mod spread;
#[cfg(test)]
mod tests;
mod touch;
mod venue_imbalance;
mod weighted_mid;
mod weighted_obi;

use super::catalogue::Entry;

pub(super) use mid::unit;
pub(super) use touch::{double_mid, touch};

pub static ENTRIES: &[Entry] = &[
    mid::MID,
    spread::SPREAD,
    obi::OBI,
    weighted_obi::WEIGHTED_OBI,
    weighted_mid::WEIGHTED_MID,
    micro_price::MICRO_PRICE,
    ofi::OFI,
    mlofi::MLOFI,
    integrated_ofi::INTEGRATED_OFI,
    queue_size::QUEUE_SIZE,
    queue_rates::QUEUE_RATES,
    depth::DEPTH,
    depth_slope::DEPTH_SLOPE,
    quote_age::QUOTE_AGE,
    venue_imbalance::VENUE_IMBALANCE,
];
