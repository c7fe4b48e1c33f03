//! Dates and times as text, in the forms that tables use.

use super::civil::{Civil, NANOS_PER_SECOND};
pub use super::order::DateOrder;
use super::zone::{Zone, parse_offset};

/// Digits of a fraction that count; more must be zeros.
const NANO_DIGITS: usize = 9;

/// Reads bytes from the left.
struct Cursor<'a> {
    text: &'a [u8],
}

impl Cursor<'_> {
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.text.first() == Some(&byte);
        self.text = &self.text[usize::from(found)..];
        found
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let digits = self.text.get(..count)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.text = &self.text[count..];
        Some(digits.iter().fold(0, |sum, d| sum * 10 + i64::from(d - b'0')))
    }

    /// One digit or two.
    fn short(&mut self) -> Option<i64> {
        self.digits(2).or_else(|| self.digits(1))
    }

    /// A fraction of a second, in nanoseconds.
    fn fraction(&mut self) -> Option<i64> {
        let count = self.text.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, rest) = self.text.split_at(count);
        let (kept, beyond) = digits.split_at(count.min(NANO_DIGITS));
        if count == 0 || beyond.iter().any(|&b| b != b'0') {
            return None;
        }
        self.text = rest;
        let value = kept.iter().fold(0, |sum, d| sum * 10 + i64::from(d - b'0'));
        Some((kept.len()..NANO_DIGITS).fold(value, |value, _| value * 10))
    }
}

/// The moment, ns since 1970, at which a day begins whose times of day are counted as of noon: on a
/// day on which clocks change, hours before the change are off by one. `YYYY-MM-DD` or `YYYYMMDD`.
#[must_use]
pub fn midnight(text: &[u8], zone: Zone) -> Option<i64> {
    const NOON: i64 = 43_200;
    let mut at = Cursor { text };
    let date = date(&mut at, DateOrder::YearMonthDay)?;
    if !at.text.is_empty() || !date.is_valid() {
        return None;
    }
    (zone.to_utc(date.seconds() + NOON) - NOON).checked_mul(NANOS_PER_SECOND)
}

/// `2013-10-08`, `2013.10.08`, `2013/10/08`, `20131008`; with day and month first no blank form.
fn date(at: &mut Cursor<'_>, order: DateOrder) -> Option<Civil> {
    let separator = |at: &Cursor<'_>| at.text.first().copied().filter(|b| b"-./".contains(b));
    if order == DateOrder::YearMonthDay {
        let year = at.digits(4)?;
        let Some(between) = separator(at) else {
            return Some(Civil::date(year, at.digits(2)?, at.digits(2)?));
        };
        let mut next = || if at.eat(between) { at.short() } else { None };
        let (month, day) = (next()?, next()?);
        return Some(Civil::date(year, month, day));
    }
    let first = at.short()?;
    let between = separator(at)?;
    at.eat(between);
    let second = at.short()?;
    if !at.eat(between) {
        return None;
    }
    let year = at.digits(4)?;
    Some(match order {
        DateOrder::DayMonthYear => Civil::date(year, second, first),
        _ => Civil::date(year, first, second),
    })
}

/// `hh:mm`, `hh:mm:ss`, `hh:mm:ss.fff`, `hhmmss`, `hhmm`, each perhaps with AM or PM.
fn time(at: &mut Cursor<'_>, civil: &mut Civil) -> Option<()> {
    let packed = at.text.get(2).is_some_and(u8::is_ascii_digit);
    civil.hour = if packed { at.digits(2)? } else { at.short()? };
    if packed {
        civil.minute = at.digits(2)?;
        civil.second = at.digits(2).unwrap_or(0);
    } else {
        if !at.eat(b':') {
            return None;
        }
        civil.minute = at.digits(2)?;
        civil.second = if at.eat(b':') { at.digits(2)? } else { 0 };
    }
    if at.eat(b'.') || at.eat(b',') {
        civil.nanos = at.fraction()?;
    }
    half_of_day(at, civil)
}

fn half_of_day(at: &mut Cursor<'_>, civil: &mut Civil) -> Option<()> {
    let rest = at.text.trim_ascii_start();
    let afternoon = match rest.get(..2).map(|half| half.to_ascii_uppercase()).as_deref() {
        Some(b"AM") => false,
        Some(b"PM") => true,
        _ => return Some(()),
    };
    if !(1..=12).contains(&civil.hour) {
        return None;
    }
    civil.hour = civil.hour % 12 + if afternoon { 12 } else { 0 };
    at.text = &rest[2..];
    Some(())
}

/// Date and time, nanoseconds since 1970. An offset in the text wins over `zone`.
#[must_use]
pub fn parse_moment(text: &[u8], order: DateOrder, zone: Zone) -> Option<i64> {
    let mut at = Cursor { text };
    let mut civil = date(&mut at, order)?;
    let packed = at.text.first().is_some_and(u8::is_ascii_digit);
    if packed || at.eat(b'T') || at.eat(b't') || at.eat(b'_') || at.eat(b' ') {
        at.text = at.text.trim_ascii_start();
        time(&mut at, &mut civil)?;
    }
    let rest = at.text.trim_ascii();
    let offset = if rest.is_empty() { None } else { Some(parse_offset(rest)?) };
    nanos(&civil, offset, zone)
}

/// A time of day alone, nanoseconds since midnight.
#[must_use]
pub fn parse_time_of_day(text: &[u8]) -> Option<i64> {
    let (mut at, mut civil) = (Cursor { text }, Civil::date(1970, 1, 1));
    time(&mut at, &mut civil)?;
    if !at.text.is_empty() { None } else { nanos(&civil, None, Zone::UTC) }
}

/// Nanoseconds since 1970 of a valid moment.
#[must_use]
pub fn nanos(civil: &Civil, offset: Option<i64>, zone: Zone) -> Option<i64> {
    if !civil.is_valid() {
        return None;
    }
    let local = civil.seconds();
    let utc = offset.map_or_else(|| zone.to_utc(local), |offset| local - offset);
    utc.checked_mul(NANOS_PER_SECOND)?.checked_add(civil.nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<i64> {
        parse_moment(text.as_bytes(), DateOrder::YearMonthDay, Zone::UTC)
    }

    #[test]
    fn every_form_of_a_moment() {
        let noon = 1_381_233_600 * NANOS_PER_SECOND;
        for text in [
            "2013-10-08 12:00",
            "2013-10-08T12:00:00Z",
            "2013.10.08 12:00:00.000",
            "2013/10/8 12:00:00",
            "20131008 120000",
            "20131008 1200",
            "20131008120000",
            "2013-10-08 12:00:00+00:00",
            "2013-10-08 14:00:00+02:00",
            "2013-10-08 12:00:00 PM",
            "2013-10-08 12:00:00.000000000000",
        ] {
            assert_eq!(of(text), Some(noon), "{text}");
        }
        assert_eq!(of("2013-10-08"), Some(noon - 43_200 * NANOS_PER_SECOND));
        assert_eq!(of("2013-10-08 12:00:00.123456789"), Some(noon + 123_456_789));
        assert_eq!(of("2013-10-08 00:30:00 AM"), None);
        let day_first =
            |text: &str| parse_moment(text.as_bytes(), DateOrder::DayMonthYear, Zone::UTC);
        assert_eq!(day_first("08.10.2013 12:00:00.000"), Some(noon));
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "",
            "2013",
            "2013-10",
            "2013-13-01",
            "2013-02-29",
            "2013-10-08 25:00",
            "2013-10-08 12",
            "2013-10-08 12:00:00x",
            "2013-10.08",
            "13-10-08",
            "2013-10-08 12:00:00.0000000001",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_begins_at_its_midnight() {
        assert_eq!(midnight(b"2013-10-08", Zone::NEW_YORK), of("2013-10-08 04:00"));
        assert_eq!(midnight(b"20131008", Zone::UTC), of("2013-10-08"));
        assert_eq!(midnight(b"2013-02-30", Zone::UTC), None);
    }

    #[test]
    fn a_zone_moves_what_has_no_offset() {
        let at =
            |text: &str| parse_moment(text.as_bytes(), DateOrder::YearMonthDay, Zone::NEW_YORK);
        assert_eq!(at("2013-10-08 08:00"), of("2013-10-08 12:00"));
        assert_eq!(at("2013-10-08 12:00Z"), of("2013-10-08 12:00"));
        assert_eq!(parse_time_of_day(b"09:30:00.5"), Some(34_200_500_000_000));
        assert_eq!(parse_time_of_day(b"34200"), None);
    }
}
