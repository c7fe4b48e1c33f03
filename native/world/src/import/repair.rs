//! What an import may put right, where the user asks for it. Each repair is recorded with its rule.

use tickwright_engine::CoreError;

/// Rule of a constant shift of all receive times, also in the tape's header.
pub const SHIFTED: &str =
    "receive times are shifted by a constant, so that nothing is received before it happened";
/// Rule of trades that are left out.
pub const DROPPED: &str = "a trade whose id its source has had before is left out";
/// Rule of lines that are taken in another order than they stand in.
pub const REORDERED: &str =
    "a line behind a later one is taken in its place by time, among 65,536 lines";

/// Repairs that were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// What is added to each receive time, nanoseconds; 0 for nothing.
    pub clock_shift_ns: i64,
    pub drop_duplicates: bool,
    pub sort: bool,
}

impl Repairs {
    /// From the names of `--repair`; `shift` is what `clock-shift` has to add, once it is known.
    ///
    /// # Errors
    /// `E_ARGUMENT` naming the repairs there are.
    pub fn parse(names: &[String], shift: Option<&str>) -> Result<Self, CoreError> {
        let mut repairs = Self::default();
        for name in names {
            match name.as_str() {
                // The first reading measures by how much, the second one shifts.
                "clock-shift" => {}
                "drop-duplicates" => repairs.drop_duplicates = true,
                "sort" => repairs.sort = true,
                _ => {
                    return Err(CoreError::new("E_ARGUMENT", format!("{name:?} is not a repair"))
                        .hint("one of clock-shift, drop-duplicates, sort"));
                }
            }
        }
        if let Some(text) = shift {
            let wrong = CoreError::new("E_ARGUMENT", format!("{text:?} is not a shift"));
            repairs.clock_shift_ns = text.parse().map_err(|_| wrong)?;
        }
        Ok(repairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repairs_are_named() {
        let of = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
            Repairs::parse(&names, None)
        };
        assert_eq!(of(&[]).unwrap(), Repairs::default());
        assert!(of(&["sort", "drop-duplicates"]).unwrap().drop_duplicates);
        assert_eq!(of(&["everything"]).unwrap_err().code, "E_ARGUMENT");
        assert_eq!(Repairs::parse(&[], Some("-5")).unwrap().clock_shift_ns, -5);
        assert_eq!(Repairs::parse(&[], Some("x")).unwrap_err().code, "E_ARGUMENT");
    }
}
