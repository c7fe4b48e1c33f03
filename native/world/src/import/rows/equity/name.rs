//! What the name of a file of ticks tells.

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Quote,
    Trade,
}

/// E1: `aig_20131008_quote`, `20131008_aig_tick_quote`; in any order and case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'a> {
    pub symbol: Option<&'a str>,
    pub date: Option<&'a str>,
    pub kind: Option<Kind>,
}

impl<'a> Named<'a> {
    #[must_use]
    pub fn of(stem: &'a str) -> Self {
        let mut named = Self::default();
        for word in stem.split('_').filter(|w| !w.is_empty()) {
            if word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()) {
                named.date = Some(word);
            } else if word.eq_ignore_ascii_case("quote") {
                named.kind = Some(Kind::Quote);
            } else if word.eq_ignore_ascii_case("trade") {
                named.kind = Some(Kind::Trade);
            } else if !word.eq_ignore_ascii_case("tick") {
                named.symbol = Some(word);
            }
        }
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_symbol_day_and_kind() {
        let aig = |kind| Named { symbol: Some("aig"), date: Some("20131008"), kind: Some(kind) };
        assert_eq!(Named::of("aig_20131008_quote"), aig(Kind::Quote));
        assert_eq!(Named::of("20131008_aig_Tick_Trade"), aig(Kind::Trade));
        assert_eq!(Named::of("20131008_trade").symbol, None);
        assert_eq!(Named::of("notes"), Named { symbol: Some("notes"), ..Named::default() });
    }
}
