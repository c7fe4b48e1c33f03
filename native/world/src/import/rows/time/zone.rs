//! Time zones by rule: what exchanges keep, without a database of zones.

use super::civil::{SECONDS_PER_DAY, days_from_civil, year_of};
use tickwright_engine::CoreError;

/// When clocks are put forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Summer {
    Never,
    /// Second Sunday of March to first of November, at 2 o'clock by the clock on the wall; before 2007
    /// first Sunday of April to last of October (US Energy Policy Act of 2005, section 110).
    America,
    /// Last Sunday of March to last of October, at 1 o'clock UTC (directive 2000/84/EC).
    Europe,
}

/// How far local time is ahead of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Seconds, in winter.
    standard: i64,
    summer: Summer,
}

const HOUR: i64 = 3_600;
const ZONES: [(&str, i64, Summer); 19] = [
    ("UTC", 0, Summer::Never),
    ("America/New_York", -5, Summer::America),
    ("America/Toronto", -5, Summer::America),
    ("America/Chicago", -6, Summer::America),
    ("America/Denver", -7, Summer::America),
    ("America/Los_Angeles", -8, Summer::America),
    ("Europe/London", 0, Summer::Europe),
    ("Europe/Dublin", 0, Summer::Europe),
    ("Europe/Amsterdam", 1, Summer::Europe),
    ("Europe/Berlin", 1, Summer::Europe),
    ("Europe/Madrid", 1, Summer::Europe),
    ("Europe/Paris", 1, Summer::Europe),
    ("Europe/Zurich", 1, Summer::Europe),
    ("Europe/Athens", 2, Summer::Europe),
    ("Europe/Helsinki", 2, Summer::Europe),
    ("Asia/Shanghai", 8, Summer::Never),
    ("Asia/Hong_Kong", 8, Summer::Never),
    ("Asia/Singapore", 8, Summer::Never),
    ("Asia/Tokyo", 9, Summer::Never),
];

impl Zone {
    pub const UTC: Self = Self { standard: 0, summer: Summer::Never };
    pub const NEW_YORK: Self = Self { standard: -5 * HOUR, summer: Summer::America };

    /// A name of the table, or `+hh:mm`.
    ///
    /// # Errors
    /// `E_ARGUMENT` naming the zones there are.
    pub fn parse(name: &str) -> Result<Self, CoreError> {
        let known = ZONES.iter().find(|(zone, ..)| *zone == name);
        if let Some(&(_, hours, summer)) = known {
            return Ok(Self { standard: hours * HOUR, summer });
        }
        if let Some(standard) = parse_offset(name.as_bytes()) {
            return Ok(Self { standard, summer: Summer::Never });
        }
        let names: Vec<&str> = ZONES.iter().map(|(zone, ..)| *zone).collect();
        let message = format!("{name:?} is not a zone: there are {}", names.join(", "));
        Err(CoreError::new("E_ARGUMENT", message).hint("or give the offset from UTC as +hh:mm"))
    }

    /// UTC for local seconds since 1970. An hour that comes twice is taken as the first of both, one
    /// that is skipped as if the clock had not been put forward.
    #[must_use]
    pub fn to_utc(self, local: i64) -> i64 {
        let winter = local - self.standard;
        if self.is_summer(local) { winter - HOUR } else { winter }
    }

    fn is_summer(self, local: i64) -> bool {
        let year = year_of(local.div_euclid(SECONDS_PER_DAY));
        let (from, to) = match self.summer {
            Summer::Never => return false,
            Summer::America if year >= 2007 => {
                (sunday(year, 3, 8) + 3 * HOUR, sunday(year, 11, 1) + 2 * HOUR)
            }
            Summer::America => (sunday(year, 4, 1) + 3 * HOUR, sunday(year, 10, 25) + 2 * HOUR),
            Summer::Europe => {
                let change = self.standard + HOUR;
                (sunday(year, 3, 25) + change + HOUR, sunday(year, 10, 25) + change + HOUR)
            }
        };
        (from..to).contains(&local)
    }
}

/// Midnight of the first Sunday at or after a date, local seconds since 1970.
fn sunday(year: i64, month: i64, day: i64) -> i64 {
    let days = days_from_civil(year, month, day);
    // Day 0 was a Thursday.
    let weekday = (days + 4).rem_euclid(7);
    (days + (7 - weekday) % 7) * SECONDS_PER_DAY
}

/// `Z`, `UTC`, `±hh`, `±hhmm` or `±hh:mm`, in seconds.
#[must_use]
pub fn parse_offset(text: &[u8]) -> Option<i64> {
    let (sign, rest) = match text {
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let two = |a: u8, b: u8| {
        let digits = [a, b].iter().all(u8::is_ascii_digit);
        digits.then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'))
    };
    let (hours, minutes) = match *rest {
        [a, b] => (two(a, b)?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (two(a, b)?, two(c, d)?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * HOUR + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::super::civil::Civil;
    use super::*;

    fn offset(zone: &str, year: i64, month: i64, day: i64, hour: i64) -> i64 {
        let local = Civil { hour, ..Civil::date(year, month, day) }.seconds();
        (local - Zone::parse(zone).unwrap().to_utc(local)) / HOUR
    }

    #[test]
    fn new_york_changes_its_clocks() {
        let of = |year, month, day, hour| offset("America/New_York", year, month, day, hour);
        assert_eq!(of(2013, 10, 8, 9), -4);
        assert_eq!(of(2012, 6, 21, 9), -4);
        assert_eq!((of(2013, 3, 10, 1), of(2013, 3, 10, 3)), (-5, -4));
        assert_eq!((of(2013, 11, 3, 1), of(2013, 11, 3, 2)), (-4, -5));
        assert_eq!((of(2006, 4, 1, 12), of(2006, 4, 2, 12)), (-5, -4));
        assert_eq!((of(2006, 10, 29, 1), of(2006, 10, 29, 2)), (-4, -5));
    }

    #[test]
    fn london_and_berlin_change_at_one_moment() {
        assert_eq!(
            (offset("Europe/London", 2021, 3, 28, 0), offset("Europe/London", 2021, 3, 28, 2)),
            (0, 1)
        );
        assert_eq!(
            (offset("Europe/Berlin", 2021, 3, 28, 1), offset("Europe/Berlin", 2021, 3, 28, 3)),
            (1, 2)
        );
        assert_eq!(
            (offset("Europe/Berlin", 2021, 10, 31, 2), offset("Europe/Berlin", 2021, 10, 31, 3)),
            (2, 1)
        );
    }

    #[test]
    fn other_zones_are_offsets() {
        assert_eq!(offset("Asia/Tokyo", 2021, 7, 1, 0), 9);
        assert_eq!(offset("-03:00", 2021, 7, 1, 0), -3);
        assert_eq!(parse_offset(b"+0530"), Some(5 * HOUR + 1_800));
        for other in ["+5", "+25:00", "+01:60", "5", "EST", ""] {
            assert_eq!(parse_offset(other.as_bytes()), None, "{other}");
        }
        assert_eq!(Zone::parse("Mars/Base").unwrap_err().code, "E_ARGUMENT");
    }
}
