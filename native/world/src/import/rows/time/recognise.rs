//! How a column tells time, found from its first values or told by the user.

use super::civil::NANOS_PER_SECOND;
use super::pattern::Pattern;
use super::text::{DateOrder, parse_moment, parse_time_of_day};
use super::zone::Zone;
use crate::import::stamp::{TimeUnit, parse_stamp};
use tickwright_engine::{CoreError, decimal};

/// How a column tells time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeFormat {
    /// Units since 1970, perhaps with a fraction; each value by the number of its digits.
    Digits,
    /// Units since 1970.
    Unix(TimeUnit),
    Text(DateOrder, Zone),
    Pattern(Pattern, Zone),
    /// Units since midnight of a day that begins at this moment.
    OfDay(TimeUnit, i64),
    /// `hh:mm:ss` of a day that begins at this moment.
    Clock(i64),
}

impl TimeFormat {
    /// Nanoseconds since 1970; `None` where it is not of the form.
    #[must_use]
    #[inline]
    pub fn moment(&self, text: &[u8]) -> Option<i64> {
        match self {
            Self::Digits => parse_stamp(text).filter(|s| !s.lossy).map(|s| s.nanos),
            Self::Unix(unit) => units(text, *unit),
            Self::Text(order, zone) => parse_moment(text, *order, *zone),
            Self::Pattern(pattern, zone) => pattern.moment(text, *zone),
            Self::OfDay(unit, midnight) => units(text, *unit)?.checked_add(*midnight),
            Self::Clock(midnight) => parse_time_of_day(text)?.checked_add(*midnight),
        }
    }

    /// For the report.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unix(unit) | Self::OfDay(unit, _) => unit.name(),
            Self::Digits => "digits",
            Self::Text(..) | Self::Pattern(..) | Self::Clock(_) => "text",
        }
    }

    /// From `--time-unit`; `midnight` where the file counts from that of a day.
    ///
    /// # Errors
    /// `E_ARGUMENT`.
    pub fn told(unit: &str, zone: Zone, midnight: Option<i64>) -> Result<Self, CoreError> {
        let unit = match unit {
            "s" => TimeUnit::Seconds,
            "ms" => TimeUnit::Milliseconds,
            "us" => TimeUnit::Microseconds,
            "ns" => TimeUnit::Nanoseconds,
            pattern if pattern.contains('%') => {
                return Ok(Self::Pattern(Pattern::parse(pattern)?, zone));
            }
            other => {
                let message = format!("{other:?} is not a unit of time");
                return Err(CoreError::new("E_ARGUMENT", message)
                    .hint("one of s, ms, us, ns, auto, or a form such as \"%Y-%m-%d %H:%M:%S\""));
            }
        };
        Ok(midnight.map_or(Self::Unix(unit), |midnight| Self::OfDay(unit, midnight)))
    }
}

/// A decimal of units, in nanoseconds.
#[inline]
fn units(text: &[u8], unit: TimeUnit) -> Option<i64> {
    let decimals = match unit {
        TimeUnit::Seconds => 9,
        TimeUnit::Milliseconds => 6,
        TimeUnit::Microseconds => 3,
        TimeUnit::Nanoseconds => 0,
    };
    debug_assert_eq!(10_i64.pow(u32::from(decimals)), unit.nanos());
    debug_assert!(unit.nanos() <= NANOS_PER_SECOND);
    decimal::parse(text, decimals).ok()
}

/// Finds how a column tells time from its first values.
///
/// # Errors
/// `E_IMPORT_FORMAT` where no form fits all, or several do: they are named.
pub fn recognise(
    values: &[impl AsRef<[u8]>],
    zone: Zone,
    midnight: Option<i64>,
) -> Result<TimeFormat, CoreError> {
    let Some(first) = values.first().map(AsRef::as_ref) else {
        return Err(CoreError::new("E_IMPORT_FORMAT", "no row has a time"));
    };
    let mut formats: Vec<TimeFormat> = midnight.map(TimeFormat::Clock).into_iter().collect();
    formats.push(TimeFormat::Digits);
    formats.extend(DateOrder::ALL.map(|order| TimeFormat::Text(order, zone)));
    formats.retain(|format| values.iter().all(|v| format.moment(v.as_ref()).is_some()));
    match formats.as_slice() {
        [format] => Ok(format.clone()),
        [TimeFormat::Text(a, _), TimeFormat::Text(b, _)] => {
            let shown = String::from_utf8_lossy(first);
            let message = format!("{shown:?} could be {} or {}", a.name(), b.name());
            Err(CoreError::new("E_IMPORT_FORMAT", message)
                .hint("say which with --time-unit, such as \"%d/%m/%Y %H:%M\""))
        }
        _ => Err(unknown(&String::from_utf8_lossy(first))),
    }
}

fn unknown(value: &str) -> CoreError {
    let shown: String = value.chars().take(40).collect();
    CoreError::new("E_IMPORT_FORMAT", format!("times such as {shown:?} are not recognised")).hint(
        "say how time is told with --time-unit: s, ms, us, ns or a form; times of day need --date",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[&str]) -> Result<TimeFormat, CoreError> {
        let values: Vec<&[u8]> = values.iter().map(|v| v.as_bytes()).collect();
        recognise(&values, Zone::UTC, None)
    }

    #[test]
    fn the_values_tell_the_form() {
        assert_eq!(found(&["1574247600", "1574251200"]).unwrap(), TimeFormat::Digits);
        assert_eq!(
            found(&["1574247600123"]).unwrap().moment(b"1574247600123"),
            Some(1_574_247_600_123_000_000)
        );
        let text = TimeFormat::Text(DateOrder::YearMonthDay, Zone::UTC);
        assert_eq!(found(&["2012.02.01 00:00"]).unwrap(), text);
        let day_first = TimeFormat::Text(DateOrder::DayMonthYear, Zone::UTC);
        assert_eq!(found(&["03/04/2012 00:00", "13/04/2012 00:00"]).unwrap(), day_first);
    }

    #[test]
    fn doubt_names_the_candidates() {
        let error = found(&["03/04/2012 00:00", "04/04/2012 00:00"]).unwrap_err();
        assert_eq!(error.message, "\"03/04/2012 00:00\" could be DD/MM/YYYY or MM/DD/YYYY");
        assert_eq!(found(&["14400135"]).unwrap_err().code, "E_IMPORT_FORMAT");
        assert_eq!(found(&[]).unwrap_err().code, "E_IMPORT_FORMAT");
    }

    #[test]
    fn told_units_are_exact() {
        let unit = TimeFormat::told("s", Zone::UTC, None).unwrap();
        assert_eq!(unit.moment(b"1574247600.000000001"), Some(1_574_247_600_000_000_001));
        assert_eq!(unit.moment(b"1.0000000001"), None);
        let of_day = TimeFormat::told("ms", Zone::UTC, Some(5)).unwrap();
        assert_eq!(of_day.moment(b"14400135"), Some(14_400_135_000_005));
        assert_eq!(TimeFormat::told("minutes", Zone::UTC, None).unwrap_err().code, "E_ARGUMENT");
    }
}
