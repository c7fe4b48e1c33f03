//! Trade ids that are no plain integers, as 64 bits.

/// An id of digits as they are, a UUID as its first 64 bits exclusive-or its last 64: two ids that differ in
/// either half stay apart, which the first half alone does not do where a venue counts in the last one.
/// `None` for anything else.
#[must_use]
pub fn wide_id(text: &[u8]) -> Option<u64> {
    if text.len() <= 20 && !text.is_empty() && text.iter().all(u8::is_ascii_digit) {
        return digits(text);
    }
    let mut halves = [0_u64; 2];
    let mut count = 0;
    for (place, byte) in text.iter().enumerate() {
        if matches!(place, 8 | 13 | 18 | 23) {
            if *byte != b'-' {
                return None;
            }
            continue;
        }
        let digit = char::from(*byte).to_digit(16)?;
        let half = halves.get_mut(count / 16)?;
        *half = *half << 4 | u64::from(digit);
        count += 1;
    }
    (count == 32).then_some(halves[0] ^ halves[1])
}

/// The digits that a text ends in: ids with a prefix, `ETH-2696097`.
#[must_use]
pub fn trailing_number(text: &[u8]) -> Option<u64> {
    let count = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    digits(&text[text.len() - count..]).filter(|_| count > 0)
}

fn digits(text: &[u8]) -> Option<u64> {
    let add = |n: u64, b: &u8| n.checked_mul(10)?.checked_add(u64::from(b - b'0'));
    text.iter().try_fold(0, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_numbers_that_tell_them_apart() {
        assert_eq!(wide_id(b"2280000001739247417"), Some(2_280_000_001_739_247_417));
        assert_eq!(wide_id(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(wide_id(b"18446744073709551616"), None);
        let random = wide_id(b"a9188a0a-82bc-50de-be60-03eedbe3cdd7");
        assert_eq!(random, Some(0xa918_8a0a_82bc_50de ^ 0xbe60_03ee_dbe3_cdd7));
        let counted = |last: u8| {
            let mut id = *b"00000000-006d-1000-0000-000e8737d536";
            id[35] = last;
            wide_id(&id)
        };
        assert_ne!(counted(b'6'), counted(b'7'));
        for bad in ["", "x", "a9188a0a-82bc-50de-be60-03eedbe3cdd", "a9188a0a-82bc-50de-be60"] {
            assert_eq!(wide_id(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(wide_id(b"a9188a0a-82bc-50de-be60-03eedbe3cdd77"), None);
        assert_eq!(wide_id(b"a9188a0a+82bc-50de-be60-03eedbe3cdd7"), None);
    }

    #[test]
    fn numbers_behind_a_prefix_are_found() {
        assert_eq!(trailing_number(b"ETH-2696097"), Some(2_696_097));
        assert_eq!(trailing_number(b"403691824"), Some(403_691_824));
        assert_eq!(trailing_number(b"ETH-"), None);
        assert_eq!(trailing_number(b"99999999999999999999999"), None);
    }
}
