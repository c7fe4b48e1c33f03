//! New York wall time: what US venues' files count in. Rules of the Uniform Time Act as amended, without
//! a table of zones.

use std::ops::RangeInclusive;

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
pub const NANOS: i64 = 1_000_000_000;
/// Years whose rules are known here.
const YEARS: RangeInclusive<i64> = 1967..=2999;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Date {
    /// From `2012-06-21`; `None` where there is no such day, or no rule for its year.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shape = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
        let number = |from: usize, to: usize| {
            let digits = text.get(from..to).filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?;
            digits.parse::<i64>().ok()
        };
        if !shape {
            return None;
        }
        let date = Self { year: number(0, 4)?, month: number(5, 7)?, day: number(8, 10)? };
        let exists = YEARS.contains(&date.year)
            && (1..=12).contains(&date.month)
            && (1..=days_of(date.year, date.month)).contains(&date.day);
        exists.then_some(date)
    }

    /// Days since 1970-01-01.
    const fn days(self) -> i64 {
        // Years begin in March, so that the leap day is the last: 153 days in five months from there.
        let (year, month) = if self.month > 2 {
            (self.year, self.month - 3)
        } else {
            (self.year - 1, self.month + 9)
        };
        let of_year = (153 * month + 2) / 5 + self.day - 1;
        365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468
    }

    /// 0 for a Sunday.
    const fn weekday(self) -> i64 {
        (self.days() + 4).rem_euclid(7)
    }

    /// Nanoseconds since 1970 of a wall time of this day, in nanoseconds since midnight. In the hour that
    /// an autumn night has twice, the first.
    #[must_use]
    pub fn at(self, since_midnight: i64) -> i64 {
        let behind = if self.is_summer(since_midnight) { 4 } else { 5 };
        (self.days() * DAY + behind * HOUR) * NANOS + since_midnight
    }

    /// Clocks change at two in the night.
    fn is_summer(self, since_midnight: i64) -> bool {
        let (first, last) = summer(self.year);
        let (today, two) = (self.days(), 2 * HOUR * NANOS);
        let begun = today > first || (today == first && since_midnight >= two);
        let ended = today > last || (today == last && since_midnight >= two);
        begun && !ended
    }
}

const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days on which summer time begins and ends.
fn summer(year: i64) -> (i64, i64) {
    let first = match year {
        2007.. => sunday_from(year, 3, 8),
        1987.. => sunday_from(year, 4, 1),
        1974 => sunday_from(year, 1, 6),
        1975 => sunday_from(year, 2, 23),
        _ => sunday_from(year, 4, 24),
    };
    let last = if year >= 2007 { sunday_from(year, 11, 1) } else { sunday_from(year, 10, 25) };
    (first, last)
}

/// The first Sunday on or after a day.
const fn sunday_from(year: i64, month: i64, day: i64) -> i64 {
    let date = Date { year, month, day };
    date.days() + (7 - date.weekday()) % 7
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hours behind UTC at a wall time.
    fn behind(date: &str, hour: i64) -> i64 {
        let date = Date::parse(date).unwrap();
        (date.at(hour * HOUR * NANOS) / NANOS - date.days() * DAY) / HOUR - hour
    }

    #[test]
    fn opening_bells() {
        let bell = 34_200 * NANOS;
        let at = |date: &str| Date::parse(date).unwrap().at(bell) / NANOS;
        // 2012-06-21 13:30 and 2013-01-02 14:30 UTC.
        assert_eq!(at("2012-06-21"), 1_340_285_400);
        assert_eq!(at("2013-01-02"), 1_357_137_000);
        assert_eq!(at("2000-02-29"), 951_834_600);
    }

    #[test]
    fn clocks_change_by_the_rule_of_the_year() {
        let changes = [
            ("2007-03-11", "2007-11-04"),
            ("2024-03-10", "2024-11-03"),
            ("2015-03-08", "2015-11-01"),
            ("2006-04-02", "2006-10-29"),
            ("1987-04-05", "1987-10-25"),
            ("1986-04-27", "1986-10-26"),
            ("1974-01-06", "1974-10-27"),
            ("1975-02-23", "1975-10-26"),
            ("1967-04-30", "1967-10-29"),
        ];
        for (spring, autumn) in changes {
            assert_eq!((behind(spring, 1), behind(spring, 3)), (5, 4), "{spring}");
            assert_eq!((behind(autumn, 1), behind(autumn, 2)), (4, 5), "{autumn}");
        }
        assert_eq!((behind("2012-03-10", 12), behind("2012-03-12", 0)), (5, 4));
        assert_eq!((behind("2012-11-03", 23), behind("2012-11-05", 0)), (4, 5));
        assert_eq!((behind("2012-12-31", 12), behind("2012-01-01", 12)), (5, 5));
    }

    #[test]
    fn days_that_are_none_are_refused() {
        for text in
            ["2012-02-30", "2011-02-29", "2012-13-01", "2012-00-10", "2012-6-21", "1950-01-01"]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert_eq!(Date::parse("2012-06-2x"), None);
        assert_eq!(Date::parse("2012–06-21"), None);
    }
}
