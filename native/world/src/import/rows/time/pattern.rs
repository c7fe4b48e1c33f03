//! Times in a form that the user spells out: `%Y-%m-%d %H:%M:%S`.

use super::civil::Civil;
use super::text::nanos;
use super::zone::{Zone, parse_offset};
use tickwright_engine::CoreError;

/// A part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    /// Digits of a second's fraction, as many as there are.
    Fraction,
    Offset,
    Literal(u8),
}

/// A parsed pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
}

impl Pattern {
    /// # Errors
    /// `E_ARGUMENT` for a letter that is not known.
    pub fn parse(text: &str) -> Result<Self, CoreError> {
        let (mut parts, mut bytes) = (Vec::new(), text.bytes());
        while let Some(byte) = bytes.next() {
            if byte != b'%' {
                parts.push(Part::Literal(byte));
                continue;
            }
            parts.push(match bytes.next() {
                Some(b'Y') => Part::Year,
                Some(b'm') => Part::Month,
                Some(b'd') => Part::Day,
                Some(b'H') => Part::Hour,
                Some(b'M') => Part::Minute,
                Some(b'S') => Part::Second,
                Some(b'f') => Part::Fraction,
                Some(b'z') => Part::Offset,
                Some(b'%') => Part::Literal(b'%'),
                _ => {
                    let message = format!("{text:?} is not a form of time");
                    return Err(CoreError::new("E_ARGUMENT", message)
                        .hint("known are %Y %m %d %H %M %S %f %z and %%"));
                }
            });
        }
        Ok(Self { parts })
    }

    /// Nanoseconds since 1970; `None` where the text is not of the form.
    #[must_use]
    pub fn moment(&self, text: &[u8], zone: Zone) -> Option<i64> {
        let (mut civil, mut offset, mut rest) = (Civil::date(1970, 1, 1), None, text);
        for &part in &self.parts {
            let most = match part {
                Part::Literal(byte) => {
                    rest = rest.strip_prefix(&[byte])?;
                    continue;
                }
                Part::Offset => {
                    offset = Some(parse_offset(rest)?);
                    rest = &[];
                    continue;
                }
                Part::Year => 4,
                Part::Fraction => 9,
                _ => 2,
            };
            let count = rest.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
            let (digits, behind) = rest.split_at(count);
            if count == 0 {
                return None;
            }
            rest = behind;
            let value = digits.iter().fold(0, |sum, d| sum * 10 + i64::from(d - b'0'));
            match part {
                Part::Year => civil.year = value,
                Part::Month => civil.month = value,
                Part::Day => civil.day = value,
                Part::Hour => civil.hour = value,
                Part::Minute => civil.minute = value,
                Part::Second => civil.second = value,
                _ => civil.nanos = (count..9).fold(value, |value, _| value * 10),
            }
        }
        if rest.is_empty() { nanos(&civil, offset, zone) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reads_what_it_says() {
        let of = |pattern: &str, text: &str| {
            Pattern::parse(pattern).unwrap().moment(text.as_bytes(), Zone::UTC)
        };
        let noon = Some(1_381_233_600_000_000_000);
        assert_eq!(of("%d/%m/%Y %H:%M", "08/10/2013 12:00"), noon);
        assert_eq!(of("%Y%m%d-%H%M%S", "20131008-120000"), noon);
        assert_eq!(of("%Y-%m-%dT%H:%M:%S.%f%z", "2013-10-08T14:00:00.000+02:00"), noon);
        assert_eq!(of("%Y-%m-%d", "2013-10-08 12:00"), None);
        assert_eq!(of("%Y-%m-%d", "2013-02-30"), None);
        assert_eq!(Pattern::parse("%q").unwrap_err().code, "E_ARGUMENT");
    }
}
