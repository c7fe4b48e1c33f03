//! Calendar dates and days since 1970 (proleptic Gregorian).

pub const NANOS_PER_SECOND: i64 = 1_000_000_000;
pub const SECONDS_PER_DAY: i64 = 86_400;

/// A date and a time of day without a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub nanos: i64,
}

impl Civil {
    /// Midnight of a date.
    #[must_use]
    pub fn date(year: i64, month: i64, day: i64) -> Self {
        Self { year, month, day, ..Self::default() }
    }

    /// Whether there is such a moment. A leap second counts as the second after it.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        (1..=12).contains(&self.month)
            && (1678..=2261).contains(&self.year)
            && (1..=days_in_month(self.year, self.month)).contains(&self.day)
            && (0..24).contains(&self.hour)
            && (0..60).contains(&self.minute)
            && (0..=60).contains(&self.second)
    }

    /// Seconds since 1970 as if it stood in UTC.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        let days = days_from_civil(self.year, self.month, self.day);
        days * SECONDS_PER_DAY + self.hour * 3_600 + self.minute * 60 + self.second
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01: years are counted from March, so that a leap day ends one.
#[must_use]
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year of a day since 1970.
#[must_use]
pub fn year_of(days: i64) -> i64 {
    let mut year = 1970 + days.div_euclid(366).min(days.div_euclid(365));
    while days_from_civil(year + 1, 1, 1) <= days {
        year += 1;
    }
    year
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for ((year, month, day), days) in [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -1),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2013, 10, 8), 15_986),
            ((2262, 1, 1), 106_651),
        ] {
            assert_eq!(days_from_civil(year, month, day), days, "{year}-{month}-{day}");
            assert_eq!(year_of(days), year);
        }
        assert_eq!([-366, -367, -731, -732].map(year_of), [1968, 1968, 1968, 1967]);
    }

    #[test]
    fn a_date_that_is_none_is_not_valid() {
        for (year, month, day) in [(2013, 2, 29), (2013, 13, 1), (2013, 0, 1), (2013, 4, 31)] {
            assert!(!Civil::date(year, month, day).is_valid());
        }
        assert!(Civil::date(2012, 2, 29).is_valid());
        assert!(!Civil { hour: 24, ..Civil::date(2013, 1, 1) }.is_valid());
    }
}
