//! An instrument's scales and steps, from whoever knows them best: the user, the venue's own list,
//! what was printed.

use crate::import::plan::Unknown;
use crate::import::told::{SCALE_LIMIT, ToldInstrument};
use std::collections::BTreeMap;
use tickwright_engine::venue::Venue;
use tickwright_engine::venue::binance::scale::Scales;
use tickwright_engine::{CoreError, Instrument, InstrumentVersion, decimal};

/// What the venue's instrument list says of one symbol: steps as printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    pub tick: Option<String>,
    pub lot: Option<String>,
}

impl Listing {
    pub(super) fn read(_body: &[u8], _listed: &mut BTreeMap<String, Listing>) {}
}

/// An instrument, and what is not known of it yet.
#[derive(Debug)]
pub(super) struct Described {
    pub instrument: Instrument,
    pub unknown: Unknown,
    pub likely_tick: i64,
}

/// Scale: the user's; else that of the listed step, or what was printed where that needs more digits;
/// else the most decimals printed. Step: the user's, else the list's, else unknown.
///
/// # Errors
/// `E_IMPORT_INSTRUMENT` where the user's step does not fit the user's scale.
pub(super) fn describe(
    venue: Venue,
    symbol: &str,
    seen: Scales,
    listed: Option<&Listing>,
    told: Option<&ToldInstrument>,
) -> Result<Described, CoreError> {
    let price = Axis {
        printed: seen.price_scale,
        divisor: seen.tick,
        told_scale: told.and_then(|t| t.price_scale),
        told_step: told.and_then(|t| t.tick_size.as_deref()),
        listed_step: listed.and_then(|l| l.tick.as_deref()),
    };
    let quantity = Axis {
        printed: seen.quantity_scale,
        divisor: seen.lot,
        told_scale: told.and_then(|t| t.quantity_scale),
        told_step: told.and_then(|t| t.lot_size.as_deref()),
        listed_step: listed.and_then(|l| l.lot.as_deref()),
    };
    let (price_scale, quantity_scale) = (price.scale(), quantity.scale());
    let (tick, lot) = (price.step(price_scale, symbol)?, quantity.step(quantity_scale, symbol)?);
    let unknown = Unknown { tick: tick.is_none(), lot: lot.is_none() };
    let version = InstrumentVersion {
        from_event: 0,
        tick: tick.unwrap_or(1),
        lot: lot.unwrap_or(1),
        inferred: unknown.tick || unknown.lot,
    };
    let instrument = Instrument {
        venue: venue.name().to_owned(),
        symbol: symbol.to_owned(),
        price_scale,
        quantity_scale,
        versions: vec![version],
    };
    let likely_tick = tick.unwrap_or_else(|| price.divisor_at(price_scale));
    Ok(Described { instrument, unknown, likely_tick })
}

/// Prices, or quantities.
struct Axis<'a> {
    /// Most decimals printed, and the greatest divisor at that scale.
    printed: u8,
    divisor: i64,
    told_scale: Option<u8>,
    told_step: Option<&'a str>,
    listed_step: Option<&'a str>,
}

impl Axis<'_> {
    fn scale(&self) -> u8 {
        let needs = |step: &str| needed_decimals(step).unwrap_or(0);
        match (self.told_scale, self.told_step, self.listed_step) {
            (Some(scale), _, _) => scale,
            (None, Some(told), _) => needs(told).max(self.printed),
            // The list wins, but never at the price of a digit: prints can lie off its grid.
            (None, None, Some(listed)) => needs(listed).max(self.significant()),
            (None, None, None) => self.printed,
        }
    }

    /// Decimals of what was printed without the zeros that all of it ends in.
    fn significant(&self) -> u8 {
        let (mut decimals, mut divisor) = (self.printed, self.divisor.max(1));
        while decimals > 0 && divisor % 10 == 0 {
            (decimals, divisor) = (decimals - 1, divisor / 10);
        }
        decimals
    }

    fn step(&self, scale: u8, symbol: &str) -> Result<Option<i64>, CoreError> {
        if let Some(told) = self.told_step {
            let step = decimal::parse(told.as_bytes(), scale).map_err(|e| {
                CoreError::new("E_IMPORT_INSTRUMENT", format!("step {told} at scale {scale}: {e}"))
                    .at(format!("instrument {symbol}"))
                    .hint("the step's decimals must fit its scale")
            })?;
            return Ok(Some(step));
        }
        // A venue lists 0 where it does not check the step.
        let listed = self.listed_step.and_then(|s| decimal::parse(s.as_bytes(), scale).ok());
        Ok(listed.filter(|&step| step > 0))
    }

    fn divisor_at(&self, scale: u8) -> i64 {
        let mut divisor = self.divisor.max(1);
        for _ in self.printed..scale {
            divisor = divisor.saturating_mul(10);
        }
        for _ in scale..self.printed {
            divisor = (divisor / 10).max(1);
        }
        divisor
    }
}

/// Decimals of a step without zeros at its end; `None` where it is no decimal.
fn needed_decimals(step: &str) -> Option<u8> {
    let mantissa = decimal::parse(step.as_bytes(), SCALE_LIMIT).ok()?;
    let trimmed = decimal::format_trimmed(mantissa, SCALE_LIMIT);
    decimal::decimals(trimmed.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: Scales = Scales { price_scale: 8, quantity_scale: 3, tick: 1_000_000, lot: 5 };

    fn of(listed: Option<(&str, &str)>, told: Option<ToldInstrument>) -> Described {
        let listed = listed
            .map(|(tick, lot)| Listing { tick: Some(tick.to_owned()), lot: Some(lot.to_owned()) });
        describe(Venue::Binance, "X", SEEN, listed.as_ref(), told.as_ref()).unwrap()
    }

    fn scales(described: &Described) -> (u8, u8) {
        (described.instrument.price_scale, described.instrument.quantity_scale)
    }

    #[test]
    fn what_was_printed_decides_where_nobody_tells() {
        let found = of(None, None);
        assert_eq!(scales(&found), (8, 3));
        assert_eq!(found.unknown, Unknown { tick: true, lot: true });
        assert_eq!((found.instrument.current().tick, found.likely_tick), (1, 1_000_000));
    }

    #[test]
    fn a_list_wins_but_no_digit_is_lost() {
        let found = of(Some(("0.01000000", "0.10")), None);
        assert_eq!(scales(&found), (2, 3));
        let version = found.instrument.current();
        assert_eq!((version.tick, version.lot, version.inferred), (1, 100, false));
        let unchecked = of(Some(("0.00000000", "1")), None);
        assert_eq!(scales(&unchecked), (2, 3));
        assert_eq!(unchecked.unknown, Unknown { tick: true, lot: false });
        assert!(unchecked.instrument.current().inferred);
        assert_eq!(unchecked.likely_tick, 1);
    }

    #[test]
    fn the_user_wins_over_all() {
        let told = ToldInstrument {
            symbol: "X".into(),
            price_scale: Some(4),
            tick_size: Some("0.05".into()),
            ..ToldInstrument::default()
        };
        let found = of(Some(("0.01", "1")), Some(told));
        assert_eq!(scales(&found), (4, 3));
        assert_eq!(found.instrument.current().tick, 500);
        let finer = ToldInstrument {
            tick_size: Some("0.0000000010".into()),
            lot_size: Some("2".into()),
            ..ToldInstrument::default()
        };
        let found = of(None, Some(finer));
        assert_eq!(scales(&found), (9, 3));
        assert_eq!((found.instrument.current().tick, found.instrument.current().lot), (1, 2_000));
    }
}
