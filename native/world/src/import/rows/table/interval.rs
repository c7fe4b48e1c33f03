//! How long a bar lasts.

use std::collections::BTreeMap;
use tickwright_engine::CoreError;

/// `30s`, `1m`, `4h`, `1d`, `1w` in nanoseconds.
///
/// # Errors
/// `E_ARGUMENT`.
pub fn parse(text: &str) -> Result<i64, CoreError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit = match &text[digits..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => 0,
    };
    let seconds = text[..digits].parse::<i64>().ok().and_then(|n| n.checked_mul(unit));
    let nanos = seconds.and_then(|s| s.checked_mul(1_000_000_000)).filter(|n| *n > 0);
    nanos.ok_or_else(|| {
        CoreError::new("E_ARGUMENT", format!("{text:?} is not a bar's length"))
            .hint("such as 30s, 1m, 4h, 1d, 1w")
    })
}

/// The step from row to row that is most frequent, the least of equals: nights and weekends make
/// longer ones. `None` where no row is later than the one before it.
#[must_use]
pub fn of(times: &[i64]) -> Option<i64> {
    let mut counts: BTreeMap<i64, u32> = BTreeMap::new();
    for pair in times.windows(2) {
        if let Some(step) = pair[1].checked_sub(pair[0]).filter(|step| *step > 0) {
            *counts.entry(step).or_default() += 1;
        }
    }
    let most = counts.values().copied().max()?;
    counts.into_iter().find(|&(_, count)| count == most).map(|(step, _)| step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_or_found() {
        assert_eq!(parse("4h").unwrap(), 14_400_000_000_000);
        for wrong in ["", "h", "0m", "5", "1x", "99999999999999w"] {
            assert_eq!(parse(wrong).unwrap_err().code, "E_ARGUMENT", "{wrong}");
        }
        assert_eq!(of(&[0, 60, 120, 600, 660]), Some(60));
        assert_eq!(of(&[0, 60, 180]), Some(60));
        assert_eq!(of(&[5, 5, 3]), None);
    }
}
