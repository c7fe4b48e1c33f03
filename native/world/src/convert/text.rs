//! Cells as text, appended without allocation.

/// A whole number.
pub fn push_count(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

pub fn push_whole(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    push_count(out, value.unsigned_abs());
}

/// As `decimal::format`: a mantissa with all its decimals.
pub fn push_decimal(out: &mut Vec<u8>, mantissa: i64, scale: u8) {
    if mantissa < 0 {
        out.push(b'-');
    }
    let start = out.len();
    push_count(out, mantissa.unsigned_abs());
    let scale = usize::from(scale);
    let digits = out.len() - start;
    if digits <= scale {
        let zeros = scale + 1 - digits;
        out.splice(start..start, std::iter::repeat_n(b'0', zeros));
    }
    if scale > 0 {
        out.insert(out.len() - scale, b'.');
    }
}

/// A word of CSV: in quotes where it holds what separates (RFC 4180).
pub fn push_word(out: &mut Vec<u8>, word: &str) {
    if !word.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        out.extend_from_slice(word.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in word.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}
