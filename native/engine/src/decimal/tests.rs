use super::{decimals, format, format_trimmed, parse};

fn code(text: &str, scale: u8) -> (&'static str, u32) {
    let error = parse(text.as_bytes(), scale).unwrap_err();
    (error.code, error.offset)
}

#[test]
fn parses_what_venues_print() {
    for (text, scale, mantissa) in [
        ("0", 0, 0),
        ("0.000", 3, 0),
        ("-0", 2, 0),
        ("-0.00", 1, 0),
        ("58710.20", 2, 5_871_020),
        ("58710.20", 1, 587_102),
        ("58710.20", 8, 5_871_020_000_000),
        ("0.00000001", 8, 1),
        ("-61737.63000000", 8, -6_173_763_000_000),
        ("1001", 0, 1_001),
        ("007.50", 1, 75),
        ("9223372036854775807", 0, i64::MAX),
        ("92233720368547758.07", 2, i64::MAX),
        ("9223372036854775807.000000000000000000000000000", 0, i64::MAX),
        ("-9223372036854775808", 0, i64::MIN),
        ("-9.223372036854775808", 18, i64::MIN),
        ("00000000000000000000000000000000000000012", 0, 12),
    ] {
        assert_eq!(parse(text.as_bytes(), scale), Ok(mantissa), "{text} at {scale}");
    }
}

#[test]
fn parses_exponents_exactly() {
    for (text, scale, mantissa) in [
        ("1e-8", 8, 1),
        ("1E-8", 8, 1),
        ("1.50e-7", 8, 15),
        ("-2.5e3", 0, -2_500),
        ("2.5e+3", 2, 250_000),
        ("1200e-2", 0, 12),
        ("1200000e-7", 2, 12),
        ("0e99999999999999999999999", 2, 0),
        ("0.000e-99999999999999999999999", 2, 0),
        ("0.0000000000000000000000000000001e31", 0, 1),
        ("9223372036854775807e0", 0, i64::MAX),
        ("1e18", 0, 1_000_000_000_000_000_000),
    ] {
        assert_eq!(parse(text.as_bytes(), scale), Ok(mantissa), "{text} at {scale}");
    }
}

#[test]
fn refuses_what_is_no_decimal_and_says_where() {
    for (text, offset) in [
        ("", 0),
        ("-", 1),
        ("+1", 0),
        ("--1", 1),
        (".5", 0),
        ("-.5", 1),
        ("5.", 2),
        ("5.e1", 2),
        ("1,5", 1),
        ("1 ", 1),
        (" 1", 0),
        ("1.2.3", 3),
        ("NaN", 0),
        ("-Infinity", 1),
        ("1e", 2),
        ("1e-", 3),
        ("1e+-2", 3),
        ("1e5x", 3),
        ("1e5.0", 3),
        ("0x10", 1),
        ("1_000", 1),
        ("\u{0661}", 0),
        ("1\0", 1),
    ] {
        assert_eq!(code(text, 8), ("E_NUMBER", offset), "{text:?}");
        assert_eq!(decimals(text.as_bytes()).unwrap_err().offset, offset, "{text:?}");
    }
}

#[test]
fn refuses_digits_beyond_the_scale_and_says_which() {
    for (text, scale, offset) in [
        ("58710.25", 1, 7),
        ("0.5", 0, 2),
        ("-0.001", 2, 5),
        ("1e-9", 8, 0),
        ("15e-1", 0, 1),
        ("1.000000000000000000000000001", 8, 28),
        ("12345e-3", 0, 2),
        ("1e-99999999999999999999999", 8, 0),
    ] {
        assert_eq!(code(text, scale), ("E_SCALE", offset), "{text} at {scale}");
    }
}

#[test]
fn refuses_what_64_bits_do_not_hold() {
    for (text, scale) in [
        ("9223372036854775808", 0),
        ("-9223372036854775809", 0),
        ("92233720368547758.08", 2),
        ("99999999999999999999", 0),
        ("18446744073709551616", 0),
        ("1844674407370955161600000000000001", 0),
        ("1", 19),
        ("1", 255),
        ("1e19", 0),
        ("1e999999999999999999999999", 0),
        ("-1e999999999999999999999999", 8),
    ] {
        assert_eq!(code(text, scale).0, "E_NUMBER", "{text} at {scale}");
    }
    assert_eq!(parse(b"0", 255), Ok(0));
}

#[test]
fn formats_with_all_decimals_and_without_zeros_at_the_end() {
    for (mantissa, scale, full, trimmed) in [
        (0, 0, "0", "0"),
        (0, 3, "0.000", "0"),
        (5, 3, "0.005", "0.005"),
        (-5, 3, "-0.005", "-0.005"),
        (587_102, 1, "58710.2", "58710.2"),
        (5_871_000, 2, "58710.00", "58710"),
        (500, 3, "0.500", "0.5"),
        (1_000, 0, "1000", "1000"),
        (i64::MAX, 0, "9223372036854775807", "9223372036854775807"),
        (i64::MIN, 18, "-9.223372036854775808", "-9.223372036854775808"),
        (i64::MIN, 19, "-0.9223372036854775808", "-0.9223372036854775808"),
    ] {
        assert_eq!(format(mantissa, scale), full);
        assert_eq!(format_trimmed(mantissa, scale), trimmed);
    }
}

#[test]
fn counts_decimals_as_printed() {
    for (text, count) in [
        ("0", 0),
        ("58710.20", 2),
        ("61737.63000000", 8),
        ("-1.5", 1),
        ("1e-8", 8),
        ("1.50e-8", 10),
        ("1.5e3", 0),
        ("1.2345e2", 2),
        ("1e9999999999999999999999", 0),
    ] {
        assert_eq!(decimals(text.as_bytes()), Ok(count), "{text}");
    }
    assert_eq!(decimals(b"1e-256").unwrap_err().code, "E_SCALE");
}

/// xorshift.
fn random() -> impl FnMut() -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

/// Mantissas of all lengths, so that small ones are as frequent as large ones.
fn mantissas() -> impl Iterator<Item = i64> {
    let mut random = random();
    let drawn = std::iter::repeat_with(move || (random() as i64) >> (random() >> 58));
    [0, 1, -1, 10, i64::MAX, i64::MIN].into_iter().chain(drawn.take(3_000))
}

/// The same by 128-bit arithmetic, for numbers that are short enough for it.
fn by_wide_integers(digits: &str, shift: i64) -> Result<i64, &'static str> {
    let value: i128 = digits.parse().unwrap();
    let power = 10_i128.pow(shift.unsigned_abs() as u32);
    let scaled = if shift >= 0 {
        value.checked_mul(power).ok_or("E_NUMBER")?
    } else if value % power == 0 {
        value / power
    } else {
        return Err("E_SCALE");
    };
    i64::try_from(scaled).map_err(|_| "E_NUMBER")
}

#[test]
fn equals_wide_arithmetic() {
    let mut random = random();
    let mut seen = [0; 3];
    for _ in 0..50_000 {
        let mut digits = |most: u64| -> String {
            let zeros = random() % 3; // many numbers end in zeros
            let count = 1 + random() % most;
            let digit = |i| if i + zeros > count { 0 } else { random() % 10 };
            (0..count).map(digit).map(|digit| char::from(b'0' + digit as u8)).collect()
        };
        let (integer, fraction) = (digits(16), digits(12));
        let (sign, scale) = (["", "-"][random() as usize & 1], (random() % 12) as u8);
        let exponent = (random() >> 32) as i64 % 11 - 5;
        let text = format!("{sign}{integer}.{fraction}e{exponent}");
        let shift = i64::from(scale) + exponent - fraction.len() as i64;
        let expected = by_wide_integers(&format!("{sign}{integer}{fraction}"), shift);
        assert_eq!(parse(text.as_bytes(), scale).map_err(|e| e.code), expected, "{text} {scale}");
        seen[match expected {
            Ok(_) => 0,
            Err("E_SCALE") => 1,
            Err(_) => 2,
        }] += 1;
    }
    assert!(seen.iter().all(|&count| count > 1_000), "every outcome is met: {seen:?}");
}

#[test]
fn parse_gives_back_what_was_formatted() {
    for mantissa in mantissas() {
        for scale in [0, 1, 2, 7, 8, 18, 19, 20, 40] {
            let (full, trimmed) = (format(mantissa, scale), format_trimmed(mantissa, scale));
            assert_eq!(parse(full.as_bytes(), scale), Ok(mantissa), "{full}");
            assert_eq!(parse(trimmed.as_bytes(), scale), Ok(mantissa), "{trimmed}");
            assert_eq!(decimals(full.as_bytes()), Ok(scale));
            let moved = format!("{mantissa}e-{scale}");
            assert_eq!(parse(moved.as_bytes(), scale), Ok(mantissa), "{moved}");
            let shifted = format!("{full}e+2");
            let hundred = mantissa.checked_mul(100);
            assert_eq!(parse(shifted.as_bytes(), scale).ok(), hundred, "{shifted}");
        }
    }
}

#[test]
fn takes_the_numbers_of_json_and_leading_zeros() {
    let letters = b"-0159.eE+x";
    let mut texts = vec![vec![]];
    for _ in 0..5 {
        let longer = texts.iter().flat_map(|t: &Vec<u8>| {
            letters.iter().map(|&letter| [t.as_slice(), &[letter]].concat())
        });
        texts = longer.collect();
        for text in &texts {
            let taken = decimals(text).err().is_none_or(|error| error.code != "E_NUMBER");
            let digits = text.iter().position(|&b| b != b'-' && b != b'0').unwrap_or(text.len());
            let led_by_zeros = text[..digits].iter().filter(|&&b| b == b'0').count() > 0;
            // `1e999` is a number by the grammar, but none that a JSON reader can hold.
            let exponent = text.iter().any(|b| matches!(b, b'e' | b'E'));
            match serde_json::from_slice::<serde_json::Number>(text) {
                Ok(_) => assert!(taken, "{text:?}"),
                Err(_) => assert!(!taken || led_by_zeros || exponent, "{text:?}"),
            }
            if let Err(error) = parse(text, 2) {
                assert!(error.offset as usize <= text.len());
            }
        }
    }
}
