//! Venue times to nanoseconds since 1970.

use super::json::Json;
use crate::error::FrameError;

const SECOND: i64 = 1_000_000_000;
/// Times outside of 2001 to 2100 are in another unit than was thought.
const SOUND: std::ops::Range<i64> = 978_307_200 * SECOND..4_102_444_800 * SECOND;

const fn bad(at: usize, what: &'static str) -> FrameError {
    FrameError::new("E_NUMBER", at, what)
}

fn sound(nanos: Option<i64>, at: usize, what: &'static str) -> Result<i64, FrameError> {
    nanos.filter(|n| SOUND.contains(n)).ok_or(bad(at, what))
}

/// An integer of milliseconds.
///
/// # Errors
/// `E_NUMBER` where it is none, or of another century.
pub fn milliseconds(json: Json<'_>) -> Result<i64, FrameError> {
    integer(json, 1_000_000, "a time in ms")
}

/// An integer of microseconds.
///
/// # Errors
/// As [`milliseconds`].
pub fn microseconds(json: Json<'_>) -> Result<i64, FrameError> {
    integer(json, 1_000, "a time in µs")
}

/// An integer of nanoseconds.
///
/// # Errors
/// As [`milliseconds`].
pub fn nanoseconds(json: Json<'_>) -> Result<i64, FrameError> {
    integer(json, 1, "a time in ns")
}

fn integer(json: Json<'_>, unit: i64, what: &'static str) -> Result<i64, FrameError> {
    let value = json.unsigned(what)?;
    sound(i64::try_from(value).ok().and_then(|v| v.checked_mul(unit)), json.at(), what)
}

/// Seconds with any number of decimals: `1618678142.557535`. Digits beyond the nanosecond are cut off.
///
/// # Errors
/// As [`milliseconds`].
pub fn seconds(json: Json<'_>) -> Result<i64, FrameError> {
    const WHAT: &str = "a time in s";
    let text = json.printed(WHAT)?;
    let point = text.iter().position(|b| *b == b'.').unwrap_or(text.len());
    let whole = digits(&text[..point]);
    let part = text.get(point + 1..).map_or(Some(0), fraction);
    let nanos = whole.zip(part).and_then(|(s, n)| s.checked_mul(SECOND)?.checked_add(n));
    sound(nanos, json.at(), WHAT)
}

/// RFC 3339 in UTC: `2026-04-07T14:30:00.123456Z`, also with a blank for the `T`, and `+00:00`.
///
/// # Errors
/// As [`milliseconds`].
pub fn iso(json: Json<'_>) -> Result<i64, FrameError> {
    const WHAT: &str = "a time in UTC like 2026-04-07T14:30:00.123Z";
    sound(iso_text(json.text(WHAT)?), json.at(), WHAT)
}

/// Nanoseconds of an RFC 3339 text in UTC.
#[must_use]
pub fn iso_text(text: &[u8]) -> Option<i64> {
    let zone = [b"Z".as_slice(), b"z", b"+00:00", b"-00:00", b"+0000"];
    let text = zone.iter().find_map(|z| text.strip_suffix(*z))?;
    let part = |from: usize, to: usize| digits(text.get(from..to)?);
    let marks = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    let marked = marks.iter().all(|&(at, mark)| text.get(at) == Some(&mark));
    let sound = marked && matches!(text.get(10), Some(b'T' | b't' | b' '));
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let nanos = match text.get(19) {
        None => 0,
        Some(b'.') => fraction(text.get(20..)?)?,
        Some(_) => return None,
    };
    // A leap second counts as the one after it, as POSIX time has it.
    let in_range = hour < 24 && minute < 60 && second <= 60;
    if !sound || !in_range || day < 1 || day > days_in(year, month)? {
        return None;
    }
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    seconds.checked_mul(SECOND)?.checked_add(nanos)
}

fn digits(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 18 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |n, b| n * 10 + i64::from(b - b'0')))
}

/// Nanoseconds of the digits behind a point.
fn fraction(text: &[u8]) -> Option<i64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let padded = text.iter().copied().chain(std::iter::repeat(b'0')).take(9);
    Some(padded.fold(0, |n, b| n * 10 + i64::from(b - b'0')))
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month from 1 to 12.
#[must_use]
pub const fn days_in(year: i64, month: i64) -> Option<i64> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if is_leap(year) { 29 } else { 28 }),
        _ => None,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar: years are counted from March, so that the
/// leap day is a year's last.
#[must_use]
pub const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 306 + 5) / 10 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        of: impl Fn(Json<'_>) -> Result<i64, FrameError>,
        text: &str,
    ) -> Result<i64, &'static str> {
        of(Json::open(text.as_bytes()).unwrap()).map_err(|e| e.code)
    }

    #[test]
    fn times_of_every_form() {
        assert_eq!(read(milliseconds, "1618678142557"), Ok(1_618_678_142_557_000_000));
        assert_eq!(read(milliseconds, "\"1618678142557\""), Ok(1_618_678_142_557_000_000));
        assert_eq!(read(microseconds, "1618678142557535"), Ok(1_618_678_142_557_535_000));
        assert_eq!(read(nanoseconds, "1618678142557535001"), Ok(1_618_678_142_557_535_001));
        assert_eq!(read(seconds, "\"1618678142.557535\""), Ok(1_618_678_142_557_535_000));
        assert_eq!(read(seconds, "1618678142"), Ok(1_618_678_142_000_000_000));
        let iso_is = |text: &str| read(iso, &format!("\"{text}\""));
        assert_eq!(iso_is("2021-04-17T16:49:02.557535Z"), Ok(1_618_678_142_557_535_000));
        assert_eq!(iso_is("2021-04-17 16:49:02+00:00"), Ok(1_618_678_142_000_000_000));
        assert_eq!(iso_is("2024-02-29T00:00:00Z"), Ok(1_709_164_800_000_000_000));
    }

    #[test]
    fn what_is_no_time_of_its_unit_is_refused() {
        for (of, text) in [
            (milliseconds as fn(Json<'_>) -> _, "1618678142"),
            (milliseconds, "1618678142557535"),
            (microseconds, "1618678142557"),
            (seconds, "1618678142557"),
            (seconds, "\"1618678142.\""),
            (nanoseconds, "99999999999999999999"),
        ] {
            assert_eq!(read(of, text), Err("E_NUMBER"), "{text}");
        }
        for text in ["2021-04-17T16:49:02", "2021-02-29T00:00:00Z", "2021-04-17T24:00:00Z", "x"] {
            assert_eq!(read(iso, &format!("\"{text}\"")), Err("E_NUMBER"), "{text}");
        }
        assert_eq!(read(milliseconds, "[]"), Err("E_FRAME_SCHEMA"));
    }

    #[test]
    fn days_follow_each_other() {
        let mut expected = days(1970, 1, 1);
        assert_eq!(expected, 0);
        for year in 1970..2105 {
            for month in 1..=12 {
                for day in 1..=days_in(year, month).unwrap() {
                    assert_eq!(days(year, month, day), expected, "{year}-{month}-{day}");
                    expected += 1;
                }
            }
        }
    }
}
