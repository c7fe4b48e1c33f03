//! What a LOBSTER file's name tells: L1, L2.

use crate::import::rows::new_york::Date;

/// The parts of `GOOG_2012-06-21_34200000_57600000_message_10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    pub symbol: Option<&'a str>,
    pub date: Option<Date>,
    /// The name without the word that tells messages from order book: both files of a pair share it.
    pub pair: String,
    pub is_book: bool,
}

const MESSAGE: &str = "message";
const BOOK: &str = "orderbook";

/// Reads a name without folder and endings. A name of another shape tells nothing but its pair.
#[must_use]
pub fn read(stem: &str) -> Name<'_> {
    let is_book = stem.contains(BOOK);
    let pair = stem.replace(if is_book { BOOK } else { MESSAGE }, "");
    let parts: Vec<&str> = stem.rsplitn(6, '_').collect();
    let (symbol, date) = match parts.as_slice() {
        [_level, word, _end, _start, date, symbol] if [MESSAGE, BOOK].contains(word) => {
            (Some(*symbol).filter(|s| !s.is_empty()), Date::parse(date))
        }
        _ => (None, None),
    };
    Name { symbol, date, pair, is_book }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_symbol_and_day() {
        let messages = read("GOOG_2012-06-21_34200000_57600000_message_10");
        assert_eq!(messages.symbol, Some("GOOG"));
        assert_eq!(messages.date, Date::parse("2012-06-21"));
        let book = read("GOOG_2012-06-21_34200000_57600000_orderbook_10");
        assert_eq!((book.is_book, messages.is_book), (true, false));
        assert_eq!(messages.pair, book.pair);
        assert_ne!(read("GOOG_2012-06-21_34200000_57600000_message_5").pair, book.pair);
        assert_eq!(read("BRK_B_2012-06-21_1_2_message_1").symbol, Some("BRK_B"));
    }

    #[test]
    fn another_name_tells_nothing() {
        for stem in ["data", "GOOG_message_10", "GOOG_2012-06-31_1_2_message_1", "_x_1_2_quotes_1"]
        {
            assert_eq!(read(stem).date, None, "{stem}");
        }
    }
}
