//! The decimals that venues print nearly always: a few digits, perhaps a point among them.

/// Digits that a mantissa of 64 bits holds whatever they are.
const DIGITS: usize = 18;
const POWERS: [i64; DIGITS + 1] = {
    let mut table = [1; DIGITS + 1];
    let mut n = 1;
    while n <= DIGITS {
        table[n] = table[n - 1] * 10;
        n += 1;
    }
    table
};

/// `mantissa × 10^-decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plain {
    pub mantissa: i64,
    pub decimals: u8,
}

/// Reads `-? digits (. digits)?` of at most 18 digits; `None` for everything else, which the general
/// reader takes or refuses.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> Option<Plain> {
    let (negative, text) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    if text.len() > DIGITS + 1 {
        return None;
    }
    let (mut mantissa, mut point) = (0_i64, None);
    for (at, &byte) in text.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            mantissa = mantissa.checked_mul(10)?.checked_add(i64::from(digit))?;
        } else if byte == b'.' && point.is_none() && at > 0 {
            point = Some(at);
        } else {
            return None;
        }
    }
    let decimals = point.map_or(0, |at| text.len() - at - 1);
    if text.is_empty() || (point.is_some() && decimals == 0) || decimals > DIGITS {
        return None;
    }
    Some(Plain { mantissa: if negative { -mantissa } else { mantissa }, decimals: decimals as u8 })
}

impl Plain {
    /// `None` where a digit would be lost or the mantissa does not fit: the general reader says which.
    #[inline]
    pub(super) fn at_scale(self, scale: u8) -> Option<i64> {
        if scale >= self.decimals {
            let power = POWERS.get(usize::from(scale - self.decimals))?;
            return self.mantissa.checked_mul(*power);
        }
        let power = POWERS.get(usize::from(self.decimals - scale))?;
        (self.mantissa % power == 0).then(|| self.mantissa / power)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_any;
    use super::*;

    #[test]
    fn agrees_with_the_general_reader_or_leaves_it_the_word() {
        let texts = [
            "",
            "-",
            ".",
            "0",
            "-0",
            "00.10",
            "1.",
            ".5",
            "58710.20",
            "-3.25",
            "1e-8",
            "1_0",
            "+1",
            "999999999999999999",
            "0.999999999999999999",
            "9223372036854775807",
            "1.2.3",
            "12a",
            "100000000000000000000",
            "-0.000000000000000001",
        ];
        for text in texts {
            for scale in 0..20 {
                if let Some(found) = plain(text.as_bytes()).and_then(|p| p.at_scale(scale)) {
                    assert_eq!(Ok(found), parse_any(text.as_bytes(), scale), "{text} at {scale}");
                }
            }
        }
        assert_eq!(plain(b"58710.20"), Some(Plain { mantissa: 5_871_020, decimals: 2 }));
        for other in ["", "-", ".5", "5.", "1e3", "1.2.3"] {
            assert_eq!(plain(other.as_bytes()), None, "{other}");
        }
    }
}
