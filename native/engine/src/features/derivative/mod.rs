//! Features of derivatives: funding, basis, open interest, liquidations; and of external series.

mod basis;
mod external;
mod funding;
mod liquidations;
mod open_interest;
#[cfg(test)]
mod tests;
mod values;

use super::catalogue::Entry;

pub static ENTRIES: &[Entry] = &[
    funding::FUNDING,
    basis::BASIS,
    open_interest::OPEN_INTEREST,
    liquidations::LIQUIDATIONS,
    external::EXTERNAL,
];
