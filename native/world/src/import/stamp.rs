//! Receive times as recorders print them, to nanoseconds, never through floats.

use tickwright_engine::venue::wire::time::iso_text;

/// Digits of a stamp's fraction, at most: nanoseconds.
const NANO_DIGITS: usize = 9;

/// What a receive time counts, told by the number of its digits (any moment from 2001 to 2286).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl TimeUnit {
    /// From the number of integer digits.
    #[must_use]
    pub fn of_digits(digits: usize) -> Option<Self> {
        match digits {
            10 => Some(Self::Seconds),
            13 => Some(Self::Milliseconds),
            16 => Some(Self::Microseconds),
            19 => Some(Self::Nanoseconds),
            _ => None,
        }
    }

    /// Nanoseconds of one unit.
    #[must_use]
    pub fn nanos(self) -> i64 {
        match self {
            Self::Seconds => 1_000_000_000,
            Self::Milliseconds => 1_000_000,
            Self::Microseconds => 1_000,
            Self::Nanoseconds => 1,
        }
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "us",
            Self::Nanoseconds => "ns",
        }
    }
}

/// A receive time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub nanos: i64,
    pub unit: TimeUnit,
    /// Non-zero digits beyond the nanosecond were dropped.
    pub lossy: bool,
}

/// A line's receive time and what stands behind the one blank; `None` where it does not begin so.
#[must_use]
#[inline]
pub fn split_stamp(line: &[u8]) -> Option<(Stamp, &[u8])> {
    const NANOSECONDS: usize = 19;
    if line.get(NANOSECONDS) == Some(&b' ')
        && let Some(nanos) = digits(&line[..NANOSECONDS])
    {
        let stamp = Stamp { nanos, unit: TimeUnit::Nanoseconds, lossy: false };
        return Some((stamp, &line[NANOSECONDS + 1..]));
    }
    let (token, rest) = split_token(line)?;
    parse_stamp(token).map(|stamp| (stamp, rest)).or_else(|| calendar(line))
}

/// `2016-03-12 00:08:37,352` and a blank, as loggers print: no zone is told, so it is read as UTC, and the
/// report of latency shows what it was.
#[cold]
fn calendar(line: &[u8]) -> Option<(Stamp, &[u8])> {
    const LENGTH: usize = 23;
    let mut text = *line.first_chunk::<{ LENGTH + 1 }>()?;
    let is_printed = matches!(text[19], b',' | b'.') && text[10] == b' ' && text[LENGTH] == b' ';
    (text[19], text[LENGTH]) = (b'.', b'Z');
    let nanos = iso_text(&text).filter(|_| is_printed)?;
    let stamp = Stamp { nanos, unit: TimeUnit::Milliseconds, lossy: false };
    Some((stamp, &line[LENGTH + 1..]))
}

/// The first word of a line, which is short, and what stands behind its blank.
#[must_use]
pub fn split_token(line: &[u8]) -> Option<(&[u8], &[u8])> {
    // A time has at most 10 digits, a point and some more.
    let blank = line.iter().take(40).position(|&b| b == b' ')?;
    Some((&line[..blank], &line[blank + 1..]))
}

/// Reads digits, for seconds with a fraction. `None` where it is not a time: a sign, an exponent,
/// another number of digits, or a moment beyond 2262.
#[must_use]
pub fn parse_stamp(token: &[u8]) -> Option<Stamp> {
    let point = token.iter().position(|&b| b == b'.');
    let (whole, fraction) = match point {
        Some(at) => (&token[..at], &token[at + 1..]),
        None => (token, &token[..0]),
    };
    let unit = TimeUnit::of_digits(whole.len())?;
    if point.is_some() && (unit != TimeUnit::Seconds || fraction.is_empty()) {
        return None;
    }
    let nanos = digits(whole)?.checked_mul(unit.nanos())?;
    let kept = &fraction[..fraction.len().min(NANO_DIGITS)];
    let dropped = &fraction[kept.len()..];
    if !dropped.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut rest = digits(kept)?;
    for _ in kept.len()..NANO_DIGITS {
        rest *= 10;
    }
    let lossy = dropped.iter().any(|&b| b != b'0');
    Some(Stamp { nanos: nanos.checked_add(rest)?, unit, lossy })
}

/// At most 19 digits to a number; 0 for none.
#[inline]
fn digits(text: &[u8]) -> Option<i64> {
    let (eights, rest) = text.as_chunks::<8>();
    let mut value: i64 = 0;
    for chunk in eights {
        value = value.checked_mul(100_000_000)?.checked_add(eight_digits(*chunk)?)?;
    }
    for &b in rest {
        if !b.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(i64::from(b - b'0'))?;
    }
    Some(value)
}

/// Eight digits in one word: neighbours are joined to pairs, fours, and the whole.
#[inline]
fn eight_digits(text: [u8; 8]) -> Option<i64> {
    const PAIRS: u64 = 0x0000_00ff_0000_00ff;
    let digits = u64::from_le_bytes(text) ^ 0x3030_3030_3030_3030;
    // A byte above 9 sets its highest bit, by itself or by the sum.
    let above = digits.wrapping_add(0x7676_7676_7676_7676) | digits;
    if above & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let high = (pairs & PAIRS).wrapping_mul(0x000f_4240_0000_0064);
    let low = (pairs >> 16 & PAIRS).wrapping_mul(0x0000_2710_0000_0001);
    Some((high.wrapping_add(low) >> 32) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(text: &str) -> Option<i64> {
        parse_stamp(text.as_bytes()).map(|s| s.nanos)
    }

    #[test]
    fn the_number_of_digits_names_the_unit() {
        let want = Some(1_723_161_255_030_000_000);
        assert_eq!(nanos("1723161255"), Some(1_723_161_255_000_000_000));
        assert_eq!(nanos("1723161255030"), want);
        assert_eq!(nanos("1723161255030000"), want);
        assert_eq!(nanos("1723161255030000000"), want);
        assert_eq!(parse_stamp(b"1723161255030314").unwrap().unit, TimeUnit::Microseconds);
    }

    #[test]
    fn seconds_with_a_fraction_are_exact() {
        assert_eq!(nanos("1633998512.0633569"), Some(1_633_998_512_063_356_900));
        assert_eq!(nanos("1626992741.06217"), Some(1_626_992_741_062_170_000));
        assert_eq!(nanos("1626992741.000000001"), Some(1_626_992_741_000_000_001));
    }

    #[test]
    fn digits_beyond_the_nanosecond_are_told() {
        assert!(parse_stamp(b"1626992741.0000000019").unwrap().lossy);
        assert!(!parse_stamp(b"1626992741.0000000010").unwrap().lossy);
    }

    #[test]
    fn eight_digits_at_once_are_as_one_by_one() {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        for round in 0..20_000_u64 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let mut text: Vec<u8> = format!("{:08}", state % 100_000_000).into_bytes();
            if round % 2 == 1 {
                text[(state >> 40) as usize % 8] = (state >> 48) as u8;
            }
            let plain = std::str::from_utf8(&text).ok();
            let plain = plain.filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
            let plain = plain.and_then(|t| t.parse().ok());
            assert_eq!(eight_digits(text.clone().try_into().unwrap()), plain, "{text:?}");
        }
    }

    #[test]
    fn calendar_times_are_read_as_utc() {
        let line = b"2016-03-12 00:08:37,352 {}";
        let (stamp, rest) = split_stamp(line).unwrap();
        assert_eq!((stamp.nanos, rest), (1_457_741_317_352_000_000, b"{}".as_slice()));
        assert_eq!(split_stamp(b"2016-03-12 00:08:37.352 x").unwrap().0, stamp);
        for bad in [
            "2016-03-12 00:08:37,352{}",
            "2016-03-12T00:08:37,352 {}",
            "2016-13-12 00:08:37,352 {}",
            "2016-03-12 00:08:37 352 {}",
            "2016-03-12 00:08:37,35 {}",
            "2016-03-12 00:08:37,352",
        ] {
            assert_eq!(split_stamp(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "-1723161255",
            "172316125",
            "17231612550303",
            "1723161255.",
            "1723161255.1e3",
            "1723161255.12345678 9",
            "1723161255030.5",
            "1.7e9",
            "9999999999999999999",
            "1723161255.1234567890x",
            "172316125x",
        ] {
            assert_eq!(nanos(text), None, "{text}");
        }
    }
}
