//! An instrument's scales and steps, from whoever knows them best: the user, the venue's own list,
//! what was printed.

use crate::import::plan::Unknown;
use crate::import::told::{SCALE_LIMIT, ToldInstrument};
use tickwright_engine::venue::wire::step::Scales;
use tickwright_engine::venue::{Checksum, Venue};
use tickwright_engine::{CoreError, Instrument, InstrumentVersion, decimal};

/// An instrument, and what is not known of it yet.
#[derive(Debug)]
pub(super) struct Described {
    pub instrument: Instrument,
    pub unknown: Unknown,
    pub likely_tick: i64,
}

/// Scale: the user's; else the list's, or what was printed where that needs more digits; else the
/// most decimals printed, which also count where the venue's checksum is made over them. Step: the user's, else the list's, else unknown.
///
/// # Errors
/// `E_IMPORT_INSTRUMENT` where the user's step does not fit the user's scale.
pub(super) fn describe(
    venue: &str,
    symbol: &str,
    seen: Scales,
    listed: Option<&Instrument>,
    told: Option<&ToldInstrument>,
) -> Result<Described, CoreError> {
    let checksum = Venue::parse(venue).and_then(Venue::checksum);
    let as_printed = checksum.is_some_and(Checksum::is_of_printed);
    let price = Axis {
        as_printed,
        printed: seen.price_scale,
        divisor: seen.tick,
        told_scale: told.and_then(|t| t.price_scale),
        told_step: told.and_then(|t| t.tick_size.as_deref()),
        listed: listed.map(|l| Listed::new(l.price_scale, l.current(), |v| v.tick)),
    };
    let quantity = Axis {
        as_printed,
        printed: seen.quantity_scale,
        divisor: seen.lot,
        told_scale: told.and_then(|t| t.quantity_scale),
        told_step: told.and_then(|t| t.lot_size.as_deref()),
        listed: listed.map(|l| Listed::new(l.quantity_scale, l.current(), |v| v.lot)),
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
        venue: venue.to_owned(),
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
    /// No decimal may be dropped, though it is 0 everywhere.
    as_printed: bool,
    told_scale: Option<u8>,
    told_step: Option<&'a str>,
    listed: Option<Listed>,
}

/// What the venue's own list says.
#[derive(Clone, Copy, Debug)]
struct Listed {
    scale: u8,
    /// At that scale; unknown where the list lacks a step.
    step: Option<i64>,
}

impl Listed {
    fn new(scale: u8, version: InstrumentVersion, step: impl Fn(InstrumentVersion) -> i64) -> Self {
        Self { scale, step: (!version.inferred).then(|| step(version)) }
    }
}

impl Axis<'_> {
    fn scale(&self) -> u8 {
        let needs = |step: &str| needed_decimals(step).unwrap_or(0);
        match (self.told_scale, self.told_step, self.listed) {
            (Some(scale), _, _) => scale,
            (None, Some(told), _) => needs(told).max(self.printed),
            (None, None, Some(listed)) if self.as_printed => listed.scale.max(self.printed),
            // The list wins, but never at the price of a digit: prints can lie off its grid.
            (None, None, Some(listed)) => listed.scale.max(self.significant()),
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
        let Some(Listed { scale: from, step: Some(step) }) = self.listed else { return Ok(None) };
        // A told scale can be too coarse for the listed step, which is then not known at it.
        let text = decimal::format(step, from);
        Ok(decimal::parse(text.as_bytes(), scale).ok().filter(|&step| step > 0))
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

    fn of(listed: Option<&Instrument>, told: Option<ToldInstrument>) -> Described {
        describe("binance", "X", SEEN, listed, told.as_ref()).unwrap()
    }

    fn listed(scales: (u8, u8), tick: i64, lot: i64, inferred: bool) -> Instrument {
        Instrument {
            venue: "binance".into(),
            symbol: "X".into(),
            price_scale: scales.0,
            quantity_scale: scales.1,
            versions: vec![InstrumentVersion { from_event: 0, tick, lot, inferred }],
        }
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
        let found = of(Some(&listed((2, 2), 1, 10, false)), None);
        assert_eq!(scales(&found), (2, 3));
        let version = found.instrument.current();
        assert_eq!((version.tick, version.lot, version.inferred), (1, 100, false));
        let lacking = of(Some(&listed((2, 0), 1, 1, true)), None);
        assert_eq!(scales(&lacking), (2, 3));
        assert_eq!(lacking.unknown, Unknown { tick: true, lot: true });
        assert_eq!(lacking.likely_tick, 1);
    }

    /// Kraken's v1 prints more decimals than its list has, and makes the checksum over them.
    #[test]
    fn decimals_under_a_checksum_stay() {
        let listed = listed((2, 2), 1, 10, false);
        let found = |venue| describe(venue, "X", SEEN, Some(&listed), None).unwrap();
        assert_eq!(scales(&found("kraken")), (8, 3));
        assert_eq!(found("kraken").instrument.current().tick, 1_000_000);
        assert_eq!(scales(&found("okx")), (2, 3));
    }

    #[test]
    fn the_user_wins_over_all() {
        let told = ToldInstrument {
            symbol: "X".into(),
            price_scale: Some(4),
            tick_size: Some("0.05".into()),
            ..ToldInstrument::default()
        };
        let found = of(Some(&listed((2, 0), 1, 1, false)), Some(told));
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
