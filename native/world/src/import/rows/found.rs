//! What follows from a survey of tables: instruments with scales, sources.

use super::survey::Surveyed;
use crate::import::config::ImportConfig;
use crate::import::listing::describe;
use crate::import::plan::Unknown;
use tickwright_engine::venue::wire::step::Scales;
use tickwright_engine::{CoreError, Directory, Instrument, Source};

/// Instruments by venue and symbol, and what is not known of them.
#[derive(Debug, Default)]
pub struct FoundTables {
    pub directory: Directory,
    pub unknown: Vec<Unknown>,
    pub likely_ticks: Vec<i64>,
}

/// # Errors
/// `E_IMPORT_NO_FRAMES` where no row names an instrument; `E_IMPORT_INSTRUMENT` where what the user
/// tells of one does not fit.
pub fn found(surveyed: &Surveyed, config: &ImportConfig) -> Result<FoundTables, CoreError> {
    let learned = &surveyed.directory.instruments;
    if learned.is_empty() {
        return Err(CoreError::new("E_IMPORT_NO_FRAMES", "no row of it could be read")
            .hint("it may be of another format: see --format"));
    }
    let mut order: Vec<usize> = (0..learned.len()).collect();
    order.sort_by_key(|&i| (&learned[i].venue, &learned[i].symbol));
    let mut found = FoundTables::default();
    let mut places = vec![0_u32; learned.len()];
    for &index in &order {
        let (i, [price, quantity]) = (&learned[index], surveyed.steps[index]);
        let seen = Scales::new(price, quantity);
        let told = config.told.iter().find(|t| t.symbol == i.symbol);
        let (price_scale, quantity_scale) = (seen.price_scale, seen.quantity_scale);
        let stated = Instrument { price_scale, quantity_scale, ..i.clone() };
        let stated = Some(&stated).filter(|s| !s.versions.is_empty());
        let described = describe(&i.venue, &i.symbol, seen, stated, told)?;
        places[index] = found.directory.instruments.len() as u32;
        found.directory.instruments.push(described.instrument);
        found.unknown.push(described.unknown);
        found.likely_ticks.push(described.likely_tick);
    }
    let moved =
        |s: &Source| Source { name: s.name.clone(), instrument: places[s.instrument as usize] };
    found.directory.sources = surveyed.directory.sources.iter().map(moved).collect();
    found.directory.sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}
